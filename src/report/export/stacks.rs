//! What readers of stacks can take.

use crate::report::{Filter, Naming, Report};

/// The deepest reports of real programs have some 2,000 levels.
const DEEPEST: usize = 4096;

/// The tree of name paths, down to the level where naming each path whole would take more than anyone reads: what is
/// deeper is summed up there.
pub(super) fn stacks(report: &Report) -> Report {
    let paths = report.merged(Naming::Exact);
    if paths.walk().any(|visit| visit.depth > DEEPEST) {
        return paths.filtered(&Filter::new().max_depth(DEEPEST));
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Builder, Entry, Kind};

    #[test]
    fn a_chain_ends_where_stacks_would_become_too_many() {
        let mut builder = Builder::new(Entry::new("root"));
        (0..DEEPEST + 10).for_each(|_| builder.push(Entry::new("link").bytes(3)));
        let report = builder.finish();
        let stacks = stacks(&report);
        let last = stacks.walk().last().expect("there are records");
        assert_eq!((last.depth, last.record.kind()), (DEEPEST + 1, Kind::Rest));
        assert_eq!((last.record.bytes(), last.record.blocks()), (30, 10));
        let totals = |report: &Report| report.arena()[report.root()].get().bytes();
        assert_eq!(totals(&stacks), totals(&report));
    }
}
