//! What looks like a leak.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::amount::{Amount, tally};
use super::paths::{NONE, Paths, Side};
use super::suspect::{Consumer, Ground, Suspect};
use super::trail::shown;
use crate::report::{Kind, Naming, Report};

/// Fewer equal siblings than this are nothing to speak of.
const MANY: i128 = 10;

/// Equal siblings are worth a look if they hold at least one part in so many of the report.
const LARGE: i128 = 20;

/// How many of the paths below a suspect are named.
const CONSUMERS: usize = 3;

/// A search for what looks like a leak, in reports of one program, earliest first.
///
/// With several reports it finds name paths that grow from report to report and never shrink: more records where their
/// parents are not more, or as many that hold more. With a single one it finds many equal siblings that hold much of it.
/// Names are compared [but for numbers](Naming::Normal).
///
/// ```
/// use freehold::report::{Builder, Entry, Suspects};
/// let after = |requests: usize| {
///     let mut builder = Builder::new(Entry::new("server"));
///     builder.push(Entry::new("cache"));
///     for request in 0..requests {
///         builder.push(Entry::new(&format!("answer {request}")).bytes(100));
///         builder.leave();
///     }
///     builder.finish()
/// };
/// let reports = [after(0), after(7), after(14)];
/// let reports: Vec<_> = reports.iter().collect();
/// let suspects = Suspects::among(&reports).repeat(7).find();
/// assert_eq!(suspects[0].to_string(), "\
/// 0, 7, 14 times 'answer N' below server / cache, each time a multiple of 7 more: +1400 bytes in all. \
/// Look for where it is made and why nothing frees it.");
/// ```
#[derive(Clone, Debug)]
#[must_use = "a search does nothing until it is asked to find"]
pub struct Suspects<'a> {
    reports: Vec<&'a Report>,
    repeat: Option<u64>,
    limit: usize,
}

/// What is known of each path in each report.
struct Snapshots<'a> {
    paths: Paths<'a>,
    amounts: Vec<Vec<Amount>>,
}

impl<'a> Suspects<'a> {
    /// Searches `reports`, earliest first.
    pub fn among(reports: &[&'a Report]) -> Self {
        Self { reports: reports.to_vec(), repeat: None, limit: 20 }
    }

    /// Says that the program did something `times` times from each report to the next. What then grew by a multiple of that
    /// each time is first among the suspects.
    pub fn repeat(self, times: u64) -> Self {
        Self { repeat: Some(times).filter(|times| *times > 0), ..self }
    }

    /// No more than this many suspects; 20 if nothing is said.
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// The suspects, those first that gained the most bytes; in a single report, those that are the most siblings and hold
    /// the largest part. O(records), and O(paths) for each suspect.
    #[must_use]
    pub fn find(&self) -> Vec<Suspect> {
        let mut paths = Paths::default();
        let sides: Vec<Side> = self.reports.iter().map(|report| paths.add(report, Naming::Normal)).collect();
        let tallied = |(report, side): (&&Report, &Side)| {
            let mut amounts = vec![Amount::default(); paths.all.len()];
            tally(report, &side.paths, &mut amounts);
            amounts
        };
        let amounts = self.reports.iter().zip(&sides).map(tallied).collect();
        let snapshots = Snapshots { paths, amounts };
        let mut found: Vec<(u32, Ground)> = match &sides[..] {
            [] => Vec::new(),
            [side] => snapshots.crowds(self.reports[0], side),
            _ => snapshots.growing(self.repeat),
        };
        found.sort_by_cached_key(|(path, ground)| {
            let gain = snapshots.gain(*path);
            let first = match ground {
                Ground::More { multiple_of } => i128::from(multiple_of.is_some()),
                Ground::Larger => 0,
                Ground::Crowd { most } => most.saturating_mul(snapshots.share(&gain)),
            };
            (Reverse(first), Reverse(gain.bytes), Reverse(gain.blocks))
        });
        found.truncate(self.limit);
        found.into_iter().map(|(path, ground)| snapshots.suspect(path, ground)).collect()
    }
}

/// Whether numbers never get smaller, and the last is larger than the first.
fn grows(numbers: impl Iterator<Item = i128> + Clone) -> bool {
    let steps = numbers.clone().zip(numbers.skip(1));
    steps.clone().all(|(before, after)| before <= after) && steps.clone().any(|(before, after)| before < after)
}

impl Snapshots<'_> {
    /// A number of each report for one path.
    fn series(&self, path: u32, of: fn(&Amount) -> i128) -> impl Iterator<Item = i128> + Clone {
        self.amounts.iter().map(move |amounts| of(&amounts[path as usize]))
    }

    /// What the last report has more than the first; all it has, if it is the only one.
    fn gain(&self, path: u32) -> Amount {
        let of = |amounts: &Vec<Amount>| amounts[path as usize];
        let last = self.amounts.last().map(of).unwrap_or_default();
        match &self.amounts[..] {
            [_] => last,
            all => last - all.first().map(of).unwrap_or_default(),
        }
    }

    /// Which part of the last report's bytes or blocks, whichever is larger, in millionths.
    fn share(&self, part: &Amount) -> i128 {
        let whole = self.amounts.last().map(|amounts| amounts[0]).unwrap_or_default();
        let of = |part: i128, whole: i128| part.saturating_mul(1_000_000) / whole.max(1);
        of(part.bytes, whole.bytes).max(of(part.blocks, whole.blocks))
    }

    /// The paths that grow though what is above them doesn't.
    fn growing(&self, repeat: Option<u64>) -> Vec<(u32, Ground)> {
        let is_more = |path: u32| path != NONE && grows(self.series(path, |amount| amount.count));
        let ground = |(number, path): (u32, &super::paths::Path)| {
            if is_more(path.parent) {
                return None;
            }
            let counts = self.series(number, |amount| amount.count);
            if grows(counts.clone()) {
                let is_multiple = |times: &u64| {
                    let mut steps = counts.clone().zip(counts.clone().skip(1)).map(|(before, after)| after - before);
                    steps.all(|step| step > 0 && step % i128::from(*times) == 0)
                };
                return Some((number, Ground::More { multiple_of: repeat.filter(is_multiple) }));
            }
            let as_many = counts.clone().zip(counts.skip(1)).all(|(before, after)| before == after);
            let larger = as_many && grows(self.series(number, |amount| amount.self_bytes));
            larger.then_some((number, Ground::Larger))
        };
        (0..).zip(&self.paths.all).filter_map(ground).collect()
    }

    /// The paths of which some parent has many children that hold a large part of the report.
    fn crowds(&self, report: &Report, side: &Side) -> Vec<(u32, Ground)> {
        let mut siblings: FxHashMap<(u32, u32), i128> = FxHashMap::default();
        for (node, (parent, path)) in report.arena().iter().zip(side.parents.iter().zip(&side.paths)) {
            if node.get().kind() == Kind::Node {
                *siblings.entry((*parent, *path)).or_default() += i128::from(node.get().count());
            }
        }
        let mut most: FxHashMap<u32, (i128, u32)> = FxHashMap::default();
        for ((parent, path), count) in siblings {
            let most = most.entry(path).or_default();
            *most = (*most).max((count, parent));
        }
        let whole = self.gain(0);
        let is_crowd = |(path, (count, _)): &(u32, (i128, u32))| {
            let all = self.gain(*path);
            let is_large = all.bytes * LARGE >= whole.bytes || all.blocks * LARGE >= whole.blocks;
            *path != 0 && *count >= MANY && is_large
        };
        let mut crowds: Vec<_> = most.into_iter().filter(is_crowd).collect();
        crowds.sort_unstable();
        crowds.into_iter().map(|(path, (most, _))| (path, Ground::Crowd { most })).collect()
    }

    fn suspect(&self, path: u32, ground: Ground) -> Suspect {
        let whole = self.amounts.last().map(|amounts| amounts[0]).unwrap_or_default();
        Suspect {
            path: self.names(path),
            ground,
            amounts: self.amounts.iter().map(|amounts| amounts[path as usize]).collect(),
            gain: self.gain(path),
            whole,
            consumers: self.consumers(path),
        }
    }

    /// The names from the root to a path.
    fn names(&self, path: u32) -> Vec<Box<[u8]>> {
        let above = |path: &u32| Some(self.paths.all[*path as usize].parent).filter(|parent| *parent != NONE);
        let labels = std::iter::successors(Some(path), above).map(|path| self.paths.all[path as usize].label);
        let mut names: Vec<_> = labels
            .map(|label| shown(&self.paths.labels, label, Naming::Normal).into_owned().into_boxed_slice())
            .collect();
        names.reverse();
        names
    }

    /// The names that take most of the bytes, at a path and below it.
    fn consumers(&self, top: u32) -> Vec<Consumer> {
        let mut inside = vec![false; self.paths.all.len()];
        let mut gains: FxHashMap<u32, (i128, i128)> = FxHashMap::default();
        for (number, path) in (0..).zip(&self.paths.all).skip(top as usize) {
            inside[number as usize] = number == top || path.parent != NONE && inside[path.parent as usize];
            if inside[number as usize] {
                let gain = self.gain(number);
                let (bytes, count) = gains.entry(path.label).or_default();
                (*bytes, *count) = (*bytes + gain.self_bytes, *count + gain.count);
            }
        }
        let mut most: Vec<_> = gains.into_iter().filter(|(_, (bytes, _))| *bytes > 0).collect();
        most.sort_unstable_by_key(|(label, (bytes, _))| (Reverse(*bytes), *label));
        most.truncate(CONSUMERS);
        let name = |label| shown(&self.paths.labels, label, Naming::Normal).into_owned().into_boxed_slice();
        most.into_iter().map(|(label, (bytes, count))| Consumer { name: name(label), count, bytes }).collect()
    }
}
