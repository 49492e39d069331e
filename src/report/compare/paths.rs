//! Name paths as numbers: equal for equal paths, whatever report they are in.

use std::borrow::Cow;
use std::collections::HashMap;

use rustc_hash::FxHashMap;

use crate::report::number::number;
use crate::report::{Kind, Naming, Record, Report};

/// What is above a root.
pub(super) const NONE: u32 = u32::MAX;

/// What a path is made of: a node of some name, or a reference to one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Label<'a> {
    pub(super) kind: Kind,
    pub(super) name: Cow<'a, [u8]>,
}

/// Labels, each kept once and known by a number.
///
/// The standard hasher where names are hashed, for they come from files. A name that many records share is hashed once:
/// then it is known by where it lies.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels<'a> {
    all: Vec<Label<'a>>,
    numbers: HashMap<Label<'a>, u32>,
    places: FxHashMap<(usize, usize, Kind), u32>,
    normal: Vec<u32>,
}

impl<'a> Labels<'a> {
    fn of(&mut self, record: &'a Record) -> u32 {
        let (name, kind) = (record.name(), record.kind());
        let place = (name.as_ptr().addr(), name.len(), kind);
        if let Some(known) = self.places.get(&place) {
            return *known;
        }
        // A remainder is called by how much it leaves out, which is no name.
        let name = if kind == Kind::Rest { b"(more)" } else { name };
        let number = self.number(Label { kind, name: Cow::Borrowed(name) });
        self.places.insert(place, number);
        number
    }

    pub(super) fn number(&mut self, label: Label<'a>) -> u32 {
        if let Some(known) = self.numbers.get(&label) {
            return *known;
        }
        let number = self.all.len() as u32;
        self.all.push(label.clone());
        self.normal.push(NONE);
        self.numbers.insert(label, number);
        number
    }

    /// The number of the label's normal form.
    pub(super) fn normal(&mut self, number: u32) -> u32 {
        if self.normal[number as usize] == NONE {
            let label = &self.all[number as usize];
            let normal = match Naming::Normal.of(&label.name) {
                Cow::Borrowed(_) => number,
                Cow::Owned(name) => {
                    let label = Label { kind: label.kind, name: Cow::Owned(name) };
                    self.number(label)
                }
            };
            self.normal[number as usize] = normal;
        }
        self.normal[number as usize]
    }

    pub(super) fn get(&self, number: u32) -> &Label<'a> {
        &self.all[number as usize]
    }
}

/// A path, by the one it extends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    pub(super) parent: u32,
    pub(super) label: u32,
}

/// The paths of several reports. A path has a higher number than the one it extends; 0 is the root of each report, whatever
/// its name.
#[derive(Clone, Debug, Default)]
pub(super) struct Paths<'a> {
    pub(super) labels: Labels<'a>,
    pub(super) all: Vec<Path>,
    numbers: FxHashMap<(u32, u32), u32>,
}

/// One report by numbers. Records are numbered in the order of lines, which is that of the arena.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) parents: Vec<u32>,
    pub(super) labels: Vec<u32>,
    pub(super) paths: Vec<u32>,
}

impl<'a> Paths<'a> {
    /// Numbers the paths of `report`. O(records).
    pub(super) fn add(&mut self, report: &'a Report, naming: Naming) -> Side {
        let room = || Vec::with_capacity(report.len());
        let mut side = Side { parents: room(), labels: room(), paths: room() };
        for node in report.arena().iter() {
            let exact = self.labels.of(node.get());
            let label = if naming == Naming::Normal { self.labels.normal(exact) } else { exact };
            let parent = node.parent().map_or(NONE, |id| number(id) as u32);
            let path = match side.paths.get(parent as usize) {
                Some(&above) => self.number(above, label),
                None => self.number(NONE, NONE),
            };
            // A root is called as in the newest report.
            if parent == NONE {
                self.all[path as usize].label = label;
            }
            side.parents.push(parent);
            side.labels.push(label);
            side.paths.push(path);
        }
        side
    }

    fn number(&mut self, parent: u32, label: u32) -> u32 {
        *self.numbers.entry((parent, label)).or_insert_with(|| {
            self.all.push(Path { parent, label });
            (self.all.len() - 1) as u32
        })
    }
}

/// Numbers gathered by what they belong to: `of(k)` are those whose key is `k`, in order. O(keys) memory, no list of lists.
#[derive(Clone, Debug)]
pub(super) struct Gathered {
    ends: Vec<u32>,
    all: Vec<u32>,
}

impl Gathered {
    /// Gathers `0..` by its `keys`, each below `count` or [`NONE`].
    pub(super) fn by(keys: impl Iterator<Item = u32> + Clone, count: usize) -> Self {
        let mut ends = vec![0; count + 1];
        for key in keys.clone().filter(|key| *key != NONE) {
            ends[key as usize + 1] += 1;
        }
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        let mut next = ends.clone();
        let mut all = vec![0; ends[count] as usize];
        for (number, key) in keys.enumerate().filter(|(_, key)| *key != NONE) {
            let at = &mut next[key as usize];
            all[*at as usize] = number as u32;
            *at += 1;
        }
        Self { ends, all }
    }

    pub(super) fn of(&self, key: u32) -> &[u32] {
        &self.all[self.ends[key as usize] as usize..self.ends[key as usize + 1] as usize]
    }
}
