//! Which paths of two reports are the same: equal ones, and then those that differ in numbers only.

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::amount::{Amount, tally};
use super::paths::{Gathered, Labels, NONE, Path, Paths, Side};
use crate::report::Report;

/// Paths that count as one, most often a single one.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) parent: u32,
    pub(super) label: u32,
    pub(super) depth: u32,
    pub(super) before: Amount,
    pub(super) after: Amount,
}

/// All groups, parents first, each followed by those below it.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    pub(super) all: Vec<Group>,
    /// The group of each path.
    pub(super) of_path: Vec<u32>,
}

type Family = SmallVec<[u32; 1]>;

const BEFORE: u8 = 1;
const AFTER: u8 = 2;

/// What groups are made from.
struct Source<'p, 'a> {
    labels: &'p mut Labels<'a>,
    paths: &'p [Path],
    children: Gathered,
    /// Which reports have the path.
    sides: Vec<u8>,
}

impl Groups {
    /// Groups the paths of two reports. O(paths).
    pub(super) fn new(paths: &mut Paths<'_>, reports: [&Report; 2], sides: [&Side; 2]) -> Self {
        let count = paths.all.len();
        let mut present = vec![0; count];
        for (side, bit) in sides.iter().zip([BEFORE, AFTER]) {
            side.paths.iter().for_each(|path| present[*path as usize] |= bit);
        }
        let children = Gathered::by(paths.all.iter().map(|path| path.parent), count);
        let mut source = Source { labels: &mut paths.labels, paths: &paths.all, children, sides: present };
        let mut groups = Self { all: Vec::with_capacity(count), of_path: vec![NONE; count] };
        let mut ahead: Vec<(Family, u32, u32, u32)> = vec![(smallvec![0], paths.all[0].label, NONE, 0)];
        while let Some((family, label, parent, depth)) = ahead.pop() {
            let group = groups.all.len() as u32;
            let none = Amount::default();
            groups.all.push(Group { parent, label, depth, before: none, after: none });
            family.iter().for_each(|path| groups.of_path[*path as usize] = group);
            let below = source.families_below(&family).into_iter().rev();
            ahead.extend(below.map(|(family, label)| (family, label, group, depth + 1)));
        }
        for (number, (report, side)) in reports.into_iter().zip(sides).enumerate() {
            let keys: Vec<u32> = side.paths.iter().map(|path| groups.of_path[*path as usize]).collect();
            let mut amounts = vec![Amount::default(); groups.all.len()];
            tally(report, &keys, &mut amounts);
            for (group, amount) in groups.all.iter_mut().zip(amounts) {
                *(if number == 0 { &mut group.before } else { &mut group.after }) = amount;
            }
        }
        groups
    }
}

impl Source<'_, '_> {
    /// The families among the children of one family, with their labels.
    fn families_below(&mut self, family: &[u32]) -> Vec<(Family, u32)> {
        let mut families: Vec<(Family, u32)> = Vec::new();
        let mut by_label: FxHashMap<u32, usize> = FxHashMap::default();
        for &child in family.iter().flat_map(|path| self.children.of(*path)) {
            let label = self.paths[child as usize].label;
            // Children of one path have different names.
            let known =
                if family.len() == 1 { families.len() } else { *by_label.entry(label).or_insert(families.len()) };
            match families.get_mut(known) {
                Some((family, _)) => family.push(child),
                None => families.push((smallvec![child], label)),
            }
        }
        self.pair_by_normal_name(families)
    }

    /// Joins what only one report has with what only the other has, where their names differ in numbers only.
    fn pair_by_normal_name(&mut self, mut families: Vec<(Family, u32)>) -> Vec<(Family, u32)> {
        let sides = |family: &Family| family.iter().fold(0, |sides, path| sides | self.sides[*path as usize]);
        let sides: Vec<u8> = families.iter().map(|(family, _)| sides(family)).collect();
        if !(sides.contains(&BEFORE) && sides.contains(&AFTER)) {
            return families;
        }
        let mut normal: FxHashMap<u32, (u8, usize)> = FxHashMap::default();
        for (at, side) in sides.iter().enumerate().filter(|(_, side)| **side != BEFORE | AFTER) {
            normal.entry(self.labels.normal(families[at].1)).or_insert((0, at)).0 |= side;
        }
        for (at, _) in sides.iter().enumerate().filter(|(_, side)| **side != BEFORE | AFTER) {
            let label = self.labels.normal(families[at].1);
            let (both, first) = normal[&label];
            if both == BEFORE | AFTER {
                let family = std::mem::take(&mut families[at].0);
                families[first].0.extend(family);
                families[first].1 = label;
            }
        }
        families.retain(|(family, _)| !family.is_empty());
        families
    }
}
