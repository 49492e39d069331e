//! Siblings of one name as one record.

use std::collections::hash_map::Entry;

use indextree::NodeId;
use rustc_hash::FxHashMap;

use super::Rebuild;
use crate::report::intern::Names;
use crate::report::label::Label;
use crate::report::number::number;
use crate::report::record::{Kind, Record};
use crate::report::{Naming, Report, Visit};

/// Records that become one.
struct Group {
    record: Record,
    depth: usize,
    first: Option<usize>,
    last: Option<usize>,
    next: Option<usize>,
}

impl Report {
    /// The tree of name paths: siblings of one name become one record that [counts](Record::count) them, and their
    /// children become siblings and are merged in turn. O(records).
    ///
    /// Sums are as before. The merged records stand in the order of the first of each. A record that stands for several has
    /// no address.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry, Naming};
    /// let mut builder = Builder::new(Entry::new("server"));
    /// for thread in ["thread:1", "thread:2"] {
    ///     builder.push(Entry::new(thread).bytes(10));
    ///     builder.push(Entry::new("stack").bytes(100));
    ///     builder.leave();
    ///     builder.leave();
    /// }
    /// let report = builder.finish();
    /// let paths = report.merged(Naming::Normal);
    /// let seen = paths.walk().map(|visit| (visit.record.name_lossy(), visit.record.count(), visit.record.bytes()));
    /// assert_eq!(
    ///     seen.collect::<Vec<_>>(),
    ///     [("server".into(), 1, 220), ("thread:N".into(), 2, 220), ("stack".into(), 2, 200)]
    /// );
    /// assert_eq!(report.merged(Naming::Exact).len(), 5);
    /// ```
    #[must_use]
    pub fn merged(&self, naming: Naming) -> Self {
        let mut names = Names::default();
        let mut groups: Vec<Group> = Vec::new();
        let mut group_of: FxHashMap<(usize, *const u8, Kind), usize> = FxHashMap::default();
        let mut normal: FxHashMap<*const u8, Label> = FxHashMap::default();
        let mut open: Vec<usize> = Vec::new();
        let mut places: Vec<usize> = vec![0; self.len()];
        for Visit { id, depth, record } in self.walk() {
            open.truncate(depth);
            let name = normal.entry(record.name().as_ptr()).or_insert_with(|| names.intern(&naming.of(record.name())));
            let parent = open.last().copied();
            let group = match group_of.entry((parent.map_or(0, |at| at + 1), name.name().as_ptr(), record.kind())) {
                Entry::Occupied(group) => {
                    groups[*group.get()].record.absorb(record);
                    *group.get()
                }
                Entry::Vacant(vacant) => {
                    let at = *vacant.insert(groups.len());
                    let mut record = record.clone();
                    record.set_name(name);
                    groups.push(Group { record, depth, first: None, last: None, next: None });
                    if let Some(parent) = parent {
                        match groups[parent].last.replace(at) {
                            Some(before) => groups[before].next = Some(at),
                            None => groups[parent].first = Some(at),
                        }
                    }
                    at
                }
            };
            places[number(id)] = group;
            open.push(group);
        }
        self.lay_out(groups, &places)
    }

    /// Groups in the order of lines, and where old records went.
    fn lay_out(&self, groups: Vec<Group>, places: &[usize]) -> Self {
        let mut rebuild = Rebuild::like(self);
        let mut new: Vec<Option<NodeId>> = vec![None; groups.len()];
        let mut at = Some(0);
        let mut above = Vec::new();
        while let Some(group) = at {
            let Group { record, depth, first, next, .. } = &groups[group];
            new[group] = Some(rebuild.push(*depth, record.clone()));
            at = match first {
                Some(first) => {
                    above.extend(*next);
                    Some(*first)
                }
                None => next.or_else(|| above.pop()),
            };
        }
        for Visit { id, .. } in self.walk() {
            if let Some(new) = new[places[number(id)]] {
                rebuild.stands_for(new, id);
            }
        }
        rebuild.finish()
    }
}
