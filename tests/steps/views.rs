//! Looking: around, at all, through reports, for cycles.

use std::io;

use freehold::report::{By, Filter, Naming, Order};
use freehold::{Cursor, Error, Handle, Tree, links};

use super::shapes::{deep, rooted, wide};
use super::{Case, each};

pub(crate) const CASES: &[Case] = &[
    Case { name: "nodes made, wide", unit: "node", run: |n| grown(n, wide) },
    Case { name: "nodes made, deep", unit: "node", run: |n| grown(n, deep) },
    Case { name: "values read, newest first", unit: "value", run: read },
    Case { name: "children, both ends in turn", unit: "child", run: children },
    Case { name: "next_sibling, over references in between", unit: "entry", run: siblings },
    Case { name: "descendants and edges, wide", unit: "node", run: |n| walked(n, wide) },
    Case { name: "descendants and edges, deep", unit: "node", run: |n| walked(n, deep) },
    Case { name: "find_ancestor_by_name and is_ancestor", unit: "level", run: ancestors },
    Case { name: "descendants_by_name", unit: "node", run: by_name },
    Case { name: "total_size and total_blocks", unit: "node", run: totals },
    Case { name: "validate, wide", unit: "node", run: |n| validated(n, wide) },
    Case { name: "validate, deep", unit: "node", run: |n| validated(n, deep) },
    Case { name: "validate, all refer to one", unit: "node", run: validated_references },
    Case { name: "report, wide", unit: "node", run: |n| reported(n, wide) },
    Case { name: "report, deep", unit: "node", run: |n| reported(n, deep) },
    Case { name: "report, all refer to one", unit: "node", run: reported_references },
    Case { name: "views of a report, wide", unit: "record", run: |n| viewed(n, wide) },
    Case { name: "views of a report, deep", unit: "record", run: |n| viewed(n, deep) },
    Case { name: "report_text, wide", unit: "node", run: printed },
    Case { name: "parents_report", unit: "level", run: parents },
    Case { name: "cycles, all in one", unit: "node", run: one_cycle },
    Case { name: "cycles, of two each", unit: "node", run: many_cycles },
    Case { name: "cycles, all refer to one", unit: "node", run: no_cycle },
    Case { name: "unreachable, deep", unit: "node", run: unreachable },
];

type Grow = fn(&mut Tree, Handle<()>, usize) -> Result<Vec<Handle<usize>>, Error>;

fn with(n: usize, grow: Grow) -> Result<(Tree, Handle<()>, Vec<Handle<usize>>), Error> {
    let (mut tree, top) = rooted()?;
    let nodes = grow(&mut tree, top, n)?;
    Ok((tree, top, nodes))
}

fn with_references(n: usize) -> Result<(Tree, Handle<()>), Error> {
    let (mut tree, top, nodes) = with(n, wide)?;
    nodes.into_iter().try_for_each(|node| tree.reference(node, top).map(|_| ()))?;
    Ok((tree, top))
}

fn grown(n: usize, grow: Grow) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    each(n, || grow(&mut tree, top, n).map(|_| ()))
}

fn read(n: usize) -> Result<f64, Error> {
    let (tree, _, nodes) = with(n, wide)?;
    each(n, || {
        assert!(nodes.into_iter().enumerate().rev().all(|(at, node)| tree[node] == at));
        Ok(())
    })
}

fn children(n: usize) -> Result<f64, Error> {
    let (tree, top, _) = with(n, wide)?;
    each(n, || {
        let mut children = tree.children(top)?;
        while children.next().and(children.next_back()).is_some() {}
        Ok(())
    })
}

fn siblings(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let shared = tree.context(tree.root(), "shared")?;
    let oldest = tree.context(top, "oldest")?;
    (0..n).try_for_each(|_| tree.reference(top, shared).map(|_| ()))?;
    let newest = tree.context(top, "newest")?;
    each(n, || {
        assert_eq!(tree.next_sibling(newest)?, Some(oldest.id()));
        assert_eq!(tree.prev_sibling(oldest)?, Some(newest.id()));
        Ok(())
    })
}

fn walked(n: usize, grow: Grow) -> Result<f64, Error> {
    let (tree, top, _) = with(n, grow)?;
    each(n, || {
        let mut cursor = Cursor::new(top);
        let edges = std::iter::from_fn(|| cursor.next(&tree)).count();
        assert_eq!((tree.descendants(top)?.count(), tree.edges(top)?.count(), edges), (n, 2 * n + 2, 2 * n + 2));
        Ok(())
    })
}

fn ancestors(n: usize) -> Result<f64, Error> {
    let (tree, top, nodes) = with(n, deep)?;
    let bottom = nodes[n - 1];
    each(n, || {
        assert!(tree.is_ancestor(top, bottom)?);
        assert_eq!(tree.find_ancestor_by_name(bottom, "top")?, Some(top.id()));
        assert_eq!((tree.find_ancestor::<()>(bottom)?, tree.ancestors(bottom)?.count()), (Some(top), n + 1));
        Ok(())
    })
}

fn by_name(n: usize) -> Result<f64, Error> {
    let (mut tree, top, nodes) = with(n, deep)?;
    nodes.into_iter().try_for_each(|node| tree.set_name(node, "name"))?;
    each(n, || {
        assert_eq!(tree.descendants_by_name(top, "name")?.count(), n);
        Ok(())
    })
}

fn totals(n: usize) -> Result<f64, Error> {
    let (tree, top, _) = with(n, deep)?;
    each(n, || {
        assert_eq!((tree.total_size(top)?, tree.total_blocks(top)?), (n * size_of::<usize>(), n + 1));
        Ok(())
    })
}

fn validated(n: usize, grow: Grow) -> Result<f64, Error> {
    let (tree, ..) = with(n, grow)?;
    each(n, || {
        tree.validate().expect("it is valid");
        Ok(())
    })
}

fn validated_references(n: usize) -> Result<f64, Error> {
    let (tree, _) = with_references(n)?;
    each(n, || {
        tree.validate().expect("it is valid");
        Ok(())
    })
}

fn reported(n: usize, grow: Grow) -> Result<f64, Error> {
    let (tree, top, _) = with(n, grow)?;
    each(n, || tree.report(top).map(drop))
}

fn reported_references(n: usize) -> Result<f64, Error> {
    let (tree, top) = with_references(n)?;
    each(n, || tree.report(top).map(drop))
}

fn viewed(n: usize, grow: Grow) -> Result<f64, Error> {
    let (tree, top, _) = with(n, grow)?;
    let report = tree.report(top)?;
    each(n, || {
        assert_eq!(report.walk().count(), n + 1);
        drop(report.merged(Naming::Normal));
        drop(report.sorted(Order::Size));
        drop(report.filtered(&Filter::new().min_bytes(8)));
        drop(report.aggregate(By::Name));
        assert!(report.diff(&report).is_empty());
        drop(report.show().to_string());
        drop(report.findings());
        Ok(())
    })
}

fn printed(n: usize) -> Result<f64, Error> {
    let (tree, top, _) = with(n, wide)?;
    each(n, || {
        tree.report_text(top)?.write_to(&mut io::sink()).expect("nothing fails here");
        Ok(())
    })
}

fn parents(n: usize) -> Result<f64, Error> {
    let (tree, _, nodes) = with(n, deep)?;
    each(n, || {
        assert_eq!(tree.parents_report(nodes[n - 1])?.names().len(), n + 2);
        Ok(())
    })
}

fn one_cycle(n: usize) -> Result<f64, Error> {
    let (mut tree, _, nodes) = with(n, wide)?;
    for at in 0..n {
        tree.reference(nodes[at], nodes[(at + 1) % n])?;
    }
    each(n, || {
        assert_eq!(tree.cycles().len(), 1);
        Ok(())
    })
}

fn many_cycles(n: usize) -> Result<f64, Error> {
    let (mut tree, _, nodes) = with(n, wide)?;
    for pair in nodes.chunks_exact(2) {
        tree.reference(pair[0], pair[1])?;
        tree.reference(pair[1], pair[0])?;
    }
    each(n, || {
        assert_eq!(tree.cycles().len(), n / 2);
        Ok(())
    })
}

fn no_cycle(n: usize) -> Result<f64, Error> {
    let (tree, _) = with_references(n)?;
    each(n, || {
        assert_eq!(tree.cycles().len(), 0);
        Ok(())
    })
}

/// A list whose every element is owned by the one before.
struct Knot(Option<Handle<Knot>>);
links!(Knot(next));

fn unreachable(n: usize) -> Result<f64, Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Knot>()?;
    let first = tree.alloc(tree.root(), Knot(None))?;
    let mut last = first;
    for _ in 1..n {
        let next = tree.alloc(last, Knot(None))?;
        tree[last].0 = Some(next);
        last = next;
    }
    each(n, || {
        assert_eq!(tree.unreachable([first])?, []);
        Ok(())
    })
}
