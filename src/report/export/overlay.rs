//! The name paths of one report, or of two laid over each other: what both pictures draw.

use rustc_hash::FxHashMap;

use crate::report::{Kind, Record, Report};

/// What one report says of one name path: the sums over all records there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Sums {
    pub(super) count: u64,
    pub(super) bytes: u64,
    pub(super) blocks: u64,
    /// `None` as soon as one record can't tell.
    pub(super) own: Option<u64>,
}

impl Sums {
    pub(super) const NONE: Self = Self { count: 0, bytes: 0, blocks: 0, own: Some(0) };

    fn of(record: &Record) -> Self {
        let own = if record.kind() == Kind::Reference { Some(0) } else { record.self_bytes() };
        Self { count: record.count(), bytes: record.bytes(), blocks: record.blocks(), own }
    }

    fn add(&mut self, more: Self) {
        self.count = self.count.saturating_add(more.count);
        self.bytes = self.bytes.saturating_add(more.bytes);
        self.blocks = self.blocks.saturating_add(more.blocks);
        self.own = self.own.zip(more.own).map(|(own, more)| own.saturating_add(more));
    }

    /// For records that stand for all below them.
    fn closed(self) -> Self {
        Self { own: Some(self.bytes), ..self }
    }
}

/// A name path: all records of one name and kind whose parents are of one name path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Path<'a> {
    pub(super) name: &'a [u8],
    pub(super) kind: Kind,
    pub(super) depth: usize,
    pub(super) now: Sums,
    pub(super) was: Sums,
}

/// A tree of name paths in pre-order, the largest child first.
#[derive(Debug)]
pub(super) struct Paths<'a> {
    pub(super) list: Vec<Path<'a>>,
}

impl<'a> Paths<'a> {
    /// The paths of `report`, with those of an earlier one laid over them. O(records), and sorting.
    pub(super) fn new(report: &'a Report, before: Option<&'a Report>) -> Self {
        let mut trie = Trie::new(report.arena()[report.root()].get().name());
        trie.lay(report, |node| &mut node.now);
        if let Some(before) = before {
            trie.lay(before, |node| &mut node.was);
        }
        trie.into_paths()
    }

    /// The `limit` largest paths, by share of bytes or of blocks; all else is in [rests](Self::pruned). O(paths).
    pub(super) fn limited(self, limit: usize) -> Self {
        let keep = self.largest(limit);
        self.pruned(&keep)
    }

    /// The paths to `keep`, whose parents must be among them. What is left out below a parent is one [rest](Kind::Rest), its
    /// last child, so that all sums stay. O(paths).
    pub(super) fn pruned(self, keep: &[bool]) -> Self {
        let mut list: Vec<Path<'a>> = Vec::new();
        // For each level of the path to the newest one kept, what was left out below it.
        let mut open: Vec<Option<Path<'a>>> = Vec::new();
        for (path, &keep) in self.list.into_iter().zip(keep) {
            if path.depth > open.len() {
                continue;
            }
            while open.len() > path.depth {
                list.extend(open.pop().flatten());
            }
            if keep {
                list.push(path);
                open.push(None);
            } else if let Some(parent) = open.last_mut() {
                let rest = Path { name: b"", kind: Kind::Rest, now: Sums::NONE, was: Sums::NONE, ..path };
                let rest = parent.get_or_insert(rest);
                rest.now.add(path.now.closed());
                rest.was.add(path.was.closed());
            }
        }
        list.extend(open.into_iter().rev().flatten());
        Self { list }
    }

    /// Whether each path is among the `limit` largest. A path that is has all its parents among them.
    fn largest(&self, limit: usize) -> Vec<bool> {
        let Some(root) = self.list.first() else { return Vec::new() };
        let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
        let of_root = |path: &Path<'_>| {
            let bytes = share(path.now.bytes.max(path.was.bytes), root.now.bytes.max(root.was.bytes));
            bytes.max(share(path.now.blocks.max(path.was.blocks), root.now.blocks.max(root.was.blocks)))
        };
        let mut above: Vec<f64> = Vec::new();
        let mut ranks: Vec<(f64, usize)> = Vec::with_capacity(self.list.len());
        for (index, path) in self.list.iter().enumerate() {
            above.truncate(path.depth);
            // A damaged report may have children larger than their parent; they rank as it does, and after it.
            let rank = of_root(path).min(above.last().copied().unwrap_or(f64::INFINITY));
            above.push(rank);
            if path.kind != Kind::Rest {
                ranks.push((rank, index));
            }
        }
        if ranks.len() > limit {
            ranks.select_nth_unstable_by(limit, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            ranks.truncate(limit.max(1));
        }
        let mut keep = vec![false; self.list.len()];
        ranks.iter().for_each(|&(_, index)| keep[index] = true);
        keep[0] = true;
        keep
    }

    /// How wide each path is drawn: its own bytes in the report that has more of them, and its children's widths. Without
    /// an earlier report that is its bytes.
    pub(super) fn widths(&self) -> Vec<u64> {
        let mut widths = vec![0; self.list.len()];
        // Going backwards, `below[d]` sums up the children at depth `d` that still wait for their parent.
        let mut below: Vec<(u64, u64, u64)> = Vec::new();
        for (index, path) in self.list.iter().enumerate().rev() {
            below.resize(below.len().max(path.depth + 2), (0, 0, 0));
            let (now, was, width) = std::mem::take(&mut below[path.depth + 1]);
            let own = path.now.bytes.saturating_sub(now).max(path.was.bytes.saturating_sub(was));
            widths[index] = width.saturating_add(own);
            let sums = &mut below[path.depth];
            sums.0 = sums.0.saturating_add(path.now.bytes);
            sums.1 = sums.1.saturating_add(path.was.bytes);
            sums.2 = sums.2.saturating_add(widths[index]);
        }
        widths
    }
}

/// Name paths in the order they were met, which puts parents before their children.
#[derive(Debug)]
struct Trie<'a> {
    nodes: Vec<Node<'a>>,
    names: FxHashMap<&'a [u8], u32>,
    places: FxHashMap<(u32, u32, Kind), u32>,
}

#[derive(Debug)]
struct Node<'a> {
    name: &'a [u8],
    kind: Kind,
    parent: u32,
    now: Sums,
    was: Sums,
}

impl<'a> Trie<'a> {
    fn new(root: &'a [u8]) -> Self {
        let root = Node { name: root, kind: Kind::Node, parent: 0, now: Sums::NONE, was: Sums::NONE };
        Self { nodes: vec![root], names: FxHashMap::default(), places: FxHashMap::default() }
    }

    /// Adds a report's records to the side of the nodes that `side` picks. The roots meet, whatever they are called.
    fn lay(&mut self, report: &'a Report, side: impl for<'n> Fn(&'n mut Node<'a>) -> &'n mut Sums) {
        let mut open: Vec<u32> = Vec::new();
        for visit in report.walk() {
            open.truncate(visit.depth);
            let place = open.last().map_or(0, |&parent| self.place(parent, visit.record));
            side(&mut self.nodes[place as usize]).add(Sums::of(visit.record));
            open.push(place);
        }
    }

    fn place(&mut self, parent: u32, record: &'a Record) -> u32 {
        let (name, kind) = (record.name(), record.kind());
        let names = self.names.len() as u32;
        let number = *self.names.entry(name).or_insert(names);
        *self.places.entry((parent, number, kind)).or_insert_with(|| {
            self.nodes.push(Node { name, kind, parent, now: Sums::NONE, was: Sums::NONE });
            self.nodes.len() as u32 - 1
        })
    }

    fn into_paths(self) -> Paths<'a> {
        let nodes = self.nodes;
        let mut order: Vec<u32> = (1..nodes.len() as u32).collect();
        let size = |node: &Node<'_>| (node.now.bytes.max(node.was.bytes), node.now.blocks.max(node.was.blocks));
        order.sort_by(|&a, &b| {
            let (a, b) = (&nodes[a as usize], &nodes[b as usize]);
            // The smallest first, for the stack below hands out what came last.
            a.parent.cmp(&b.parent).then_with(|| size(a).cmp(&size(b))).then_with(|| b.name.cmp(a.name))
        });
        let mut first = vec![0_u32; nodes.len() + 1];
        order.iter().for_each(|&child| first[nodes[child as usize].parent as usize + 1] += 1);
        for parent in 1..first.len() {
            first[parent] += first[parent - 1];
        }
        let mut list = Vec::with_capacity(nodes.len());
        let mut open = vec![(0_u32, 0_usize)];
        while let Some((index, depth)) = open.pop() {
            let at = index as usize;
            let Node { name, kind, now, was, .. } = nodes[at];
            list.push(Path { name, kind, depth, now, was });
            let children = &order[first[at] as usize..first[at + 1] as usize];
            open.extend(children.iter().map(|&child| (child, depth + 1)));
        }
        Paths { list }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Builder, Entry};

    /// A report of `nodes`: depth from 1, name and own bytes.
    fn report(nodes: &[(usize, &str, u64)]) -> Report {
        let mut builder = Builder::new(Entry::new("root"));
        let mut open = 1;
        for &(depth, name, bytes) in nodes {
            (depth..open).for_each(|_| builder.leave());
            builder.push(Entry::new(name).bytes(bytes));
            open = depth + 1;
        }
        builder.finish()
    }

    fn lines(paths: &Paths<'_>) -> Vec<String> {
        let widths = paths.widths();
        let line = |(path, width): (&Path<'_>, &u64)| {
            let Path { name, kind, depth, now, was } = path;
            let name = if *kind == Kind::Rest { "…".into() } else { String::from_utf8_lossy(name) };
            format!("{:depth$}{name} ×{}/{} {}/{} [{width}]", "", was.count, now.count, was.bytes, now.bytes)
        };
        paths.list.iter().zip(&widths).map(line).collect()
    }

    #[test]
    fn equal_siblings_are_one_and_both_reports_are_as_wide_as_they_need() {
        let before = report(&[(1, "gone", 7), (1, "session", 10), (2, "name", 1), (1, "session", 20), (2, "name", 2)]);
        let now = report(&[(1, "new", 5), (1, "session", 10), (2, "name", 4)]);
        let paths = Paths::new(&now, Some(&before));
        assert_eq!(
            lines(&paths),
            [
                "root ×1/1 40/19 [46]",
                " session ×2/1 33/14 [34]",
                "  name ×2/1 3/4 [4]",
                " gone ×1/0 7/0 [7]",
                " new ×0/1 0/5 [5]",
            ]
        );
    }

    #[test]
    fn what_is_left_out_is_in_one_rest_a_parent() {
        let report =
            report(&[(1, "a", 50), (2, "aa", 5), (2, "ab", 4), (1, "b", 3), (2, "ba", 2), (1, "c", 1), (1, "c", 1)]);
        let paths = Paths::new(&report, None).limited(2);
        assert_eq!(lines(&paths), ["root ×0/1 0/66 [66]", " a ×0/1 0/59 [59]", "  … ×0/2 0/9 [9]", " … ×0/3 0/7 [7]"]);
    }

    #[test]
    fn sums_stay_whatever_is_left_out() {
        let text = include_bytes!("../../../tests/fixtures/samba-4.17-smbd-client-t2.talloc");
        let report = Report::parse(text).expect("a report");
        let whole = Paths::new(&report, None);
        let root = whole.list[0];
        for limit in [0, 1, 2, 10, 100, 500] {
            let paths = Paths { list: whole.list.clone() }.limited(limit);
            let named = paths.list.iter().filter(|path| path.kind != Kind::Rest).count();
            assert_eq!(named, limit.max(1));
            assert_eq!(paths.list[0], root);
            let own: u64 = paths.list.iter().map(|path| path.now.own.expect("the report is whole")).sum();
            assert_eq!((own, paths.widths()[0]), (root.now.bytes, root.now.bytes));
        }
    }

    #[test]
    fn a_deep_chain_needs_no_stack_and_a_limit_keeps_its_top() {
        let mut builder = Builder::new(Entry::new("root"));
        (0..100_000).for_each(|_| builder.push(Entry::new("link").bytes(1)));
        let report = builder.finish();
        let paths = Paths::new(&report, None).limited(3);
        assert_eq!(
            lines(&paths),
            [
                "root ×0/1 0/100000 [100000]",
                " link ×0/1 0/100000 [100000]",
                "  link ×0/1 0/99999 [99999]",
                "   … ×0/1 0/99998 [99998]"
            ]
        );
    }

    #[test]
    fn a_rest_that_a_filter_left_is_left_out_with_the_others() {
        let report = report(&[(1, "a", 50), (1, "b", 3), (1, "c", 2), (1, "d", 1)]);
        let filtered = report.filtered(&crate::report::Filter::new().top(2));
        let paths = Paths::new(&filtered, None).limited(2);
        assert_eq!(lines(&paths), ["root ×0/1 0/56 [56]", " a ×0/1 0/50 [50]", " … ×0/3 0/6 [6]"]);
    }
}
