//! Freeing, in orders that are hard on lists of children.

use freehold::{Error, Handle, NodeId, Tree, Verdict};

use super::shapes::{deep, ends_in_turn, refuse, rooted, scattered, wide};
use super::{Case, each, triangle};

pub(crate) const CASES: &[Case] = &[
    Case { name: "a wide free", unit: "node", run: |n| all(n, wide) },
    Case { name: "a deep free", unit: "node", run: |n| all(n, deep) },
    Case {
        name: "free, newest first",
        unit: "node",
        run: |n| singly(n, wide, |nodes| nodes.into_iter().rev().collect()),
    },
    Case { name: "free, oldest first", unit: "node", run: |n| singly(n, wide, |nodes| nodes) },
    Case { name: "free, ends in turn", unit: "node", run: |n| singly(n, wide, |nodes| ends_in_turn(nodes).collect()) },
    Case { name: "free, scattered", unit: "node", run: |n| singly(n, wide, |nodes| scattered(&nodes).collect()) },
    Case {
        name: "free, deepest first",
        unit: "node",
        run: |n| singly(n, deep, |nodes| nodes.into_iter().rev().collect()),
    },
    Case { name: "free_children, from inside", unit: "node", run: children_from_inside },
    Case { name: "take, oldest first", unit: "node", run: take },
    Case { name: "a wide free with destructors", unit: "node", run: |n| guarded(n, wide) },
    Case { name: "a deep free with destructors", unit: "node", run: |n| guarded(n, deep) },
    Case { name: "a wide free that is observed", unit: "node", run: observed },
    Case { name: "a destructor that frees the next", unit: "node", run: frees_next },
    Case { name: "all refuse, below a node", unit: "node", run: refuse_below },
    Case { name: "all refuse, below the root", unit: "node", run: refuse_at_root },
    Case { name: "all refuse, and are moved to the front", unit: "node", run: refuse_and_come_back },
    Case { name: "one refuses at each level", unit: "question", run: refuse_up_a_chain },
    Case { name: "cleanups of one node", unit: "cleanup", run: cleanups },
    Case { name: "a place used again", unit: "node", run: reuse },
    Case { name: "tear_down", unit: "node", run: tear_down },
];

type Grow = fn(&mut Tree, Handle<()>, usize) -> Result<Vec<Handle<usize>>, Error>;

fn all(n: usize, grow: Grow) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    grow(&mut tree, top, n)?;
    each(n, || tree.free(top).map(|_| ()))
}

type Order = fn(Vec<Handle<usize>>) -> Vec<Handle<usize>>;

fn singly(n: usize, grow: Grow, order: Order) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = order(grow(&mut tree, top, n)?);
    each(n, || nodes.into_iter().try_for_each(|node| tree.free(node).map(|_| ())))
}

fn children_from_inside(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = deep(&mut tree, top, n)?;
    each(n, || nodes.into_iter().rev().try_for_each(|node| tree.free_children(node).map(|_| ())))
}

fn take(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = wide(&mut tree, top, n)?;
    each(n, || nodes.into_iter().try_for_each(|node| tree.take(node).map(|_| ())))
}

fn guarded(n: usize, grow: Grow) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    for node in grow(&mut tree, top, n)? {
        tree.set_destructor(node, |_, _| Verdict::Free)?;
    }
    each(n, || tree.free(top).map(|_| ()))
}

fn observed(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    wide(&mut tree, top, n)?;
    tree.set_observer(|_, _| {});
    each(n, || tree.free(top).map(|_| ()))
}

fn frees_next(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    for node in wide(&mut tree, top, n)?.into_iter().step_by(2) {
        // The next to go is younger than nobody: it lies after this one.
        tree.set_destructor(node, |tree, node| {
            if let Ok(Some(next)) = tree.next_sibling(node) {
                let _ = tree.free(next);
            }
            Verdict::Free
        })?;
    }
    each(n, || tree.free(top).map(|_| ()))
}

fn refuse_below(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = wide(&mut tree, top, n)?;
    refuse(&mut tree, &nodes)?;
    each(n, || tree.free(top).map(|_| ()))
}

fn refuse_at_root(n: usize) -> Result<f64, Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let nodes = wide(&mut tree, root, n)?;
    refuse(&mut tree, &nodes)?;
    each(n, || tree.free_children(root).map(|_| ()))
}

/// Each destructor puts a child of the root that has refused before in front of those that have not been asked.
fn refuse_and_come_back(n: usize) -> Result<f64, Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let nodes = wide(&mut tree, root, n)?;
    for (at, &node) in nodes.iter().enumerate() {
        let before: Option<NodeId> = nodes.get(at + 1).map(|node| node.id());
        tree.set_destructor(node, move |tree, _| {
            if let Some(before) = before {
                let _ = tree.steal(tree.root(), before);
            }
            Verdict::Refuse
        })?;
    }
    each(n, || tree.free_children(root).map(|_| ()))
}

/// Each is asked again at each level that the free goes up, as is said of destructors.
fn refuse_up_a_chain(n: usize) -> Result<f64, Error> {
    let levels = triangle(n);
    let (mut tree, top) = rooted()?;
    for node in deep(&mut tree, top, levels)? {
        let leaf = tree.alloc(node, 0)?;
        refuse(&mut tree, &[leaf])?;
    }
    each(levels * levels / 2, || tree.free(top).map(|_| ()))
}

fn cleanups(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    (0..n).try_for_each(|_| tree.add_cleanup(top, |_, _| {}).map(|_| ()))?;
    each(n, || tree.free(top).map(|_| ()))
}

fn reuse(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    wide(&mut tree, top, n)?;
    each(n, || {
        (0..n).try_for_each(|n| {
            let node = tree.alloc(top, n)?;
            tree.free(node).map(|_| ())
        })
    })
}

fn tear_down(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    wide(&mut tree, top, n)?;
    each(n, || tree.tear_down().map(|_| ()))
}
