//! Moving and lifting.

use freehold::{Error, Place};

use super::shapes::{deep, rooted, scattered, wide};
use super::{Case, each};

pub(crate) const CASES: &[Case] = &[
    Case { name: "a node stolen back and forth", unit: "move", run: back_and_forth },
    Case { name: "all stolen, oldest first", unit: "move", run: |n| stolen(n, false) },
    Case { name: "all stolen, scattered", unit: "move", run: |n| stolen(n, true) },
    Case { name: "placed at the ends and beside each other", unit: "move", run: placed },
    Case { name: "a leaf stolen to the far end", unit: "move", run: leaf_to_the_far_end },
    Case { name: "a parent stolen to the far end", unit: "move", run: parent_to_the_far_end },
    Case { name: "a chain put together from below", unit: "move", run: chained_from_below },
    Case { name: "a chain put together from above, of pairs", unit: "move", run: chained_from_above },
    Case { name: "steal_children, back and forth", unit: "child", run: children_back_and_forth },
    Case { name: "free_lifting, outermost first", unit: "node", run: |n| lifted(n, false) },
    Case { name: "free_lifting, innermost first", unit: "node", run: |n| lifted(n, true) },
    Case { name: "free_lifting, the same children all the way", unit: "child", run: lifted_all_the_way },
    Case { name: "free_lifting_into", unit: "node", run: lifted_into },
];

fn back_and_forth(n: usize) -> Result<f64, Error> {
    let (mut tree, here) = rooted()?;
    let there = tree.context(tree.root(), "there")?;
    wide(&mut tree, there, n)?;
    let nodes = wide(&mut tree, here, n)?;
    each(2 * n, || {
        (0..n).try_for_each(|at| {
            tree.steal(there, nodes[at / 2])?;
            tree.steal(here, nodes[at / 2])
        })
    })
}

fn stolen(n: usize, shuffled: bool) -> Result<f64, Error> {
    let (mut tree, here) = rooted()?;
    let there = tree.context(tree.root(), "there")?;
    let nodes = wide(&mut tree, here, n)?;
    let order: Vec<_> = if shuffled { scattered(&nodes).collect() } else { nodes };
    each(n, || order.into_iter().try_for_each(|node| tree.steal(there, node)))
}

fn placed(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = wide(&mut tree, top, n)?;
    each(4 * n, || {
        nodes.windows(2).try_for_each(|pair| {
            let (node, other) = (pair[0], pair[1].id());
            tree.place(node, Place::First(top.id()))?;
            tree.place(node, Place::Last(top.id()))?;
            tree.place(node, Place::After(other))?;
            tree.place(node, Place::Before(other))
        })
    })
}

fn leaf_to_the_far_end(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let bottom = deep(&mut tree, top, n)?.pop().expect("there are some");
    let leaves = wide(&mut tree, top, n)?;
    each(n, || leaves.into_iter().try_for_each(|leaf| tree.steal(bottom, leaf)))
}

fn parent_to_the_far_end(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let bottom = deep(&mut tree, top, n)?.pop().expect("there are some");
    let parent = tree.context(tree.root(), "parent")?;
    wide(&mut tree, parent, 1)?;
    each(2 * n, || {
        (0..n).try_for_each(|_| {
            tree.steal(bottom, parent)?;
            tree.steal(tree.root(), parent)
        })
    })
}

fn chained_from_below(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = wide(&mut tree, top, n)?;
    each(n, || nodes.windows(2).try_for_each(|pair| tree.steal(pair[1], pair[0])))
}

fn chained_from_above(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = wide(&mut tree, top, n)?;
    nodes.iter().try_for_each(|&node| tree.alloc(node, 0).map(|_| ()))?;
    each(n, || nodes.windows(2).try_for_each(|pair| tree.steal(pair[0], pair[1])))
}

fn children_back_and_forth(n: usize) -> Result<f64, Error> {
    let (mut tree, here) = rooted()?;
    let there = tree.context(tree.root(), "there")?;
    wide(&mut tree, here, n)?;
    each(2 * n, || {
        tree.steal_children(here, there)?;
        tree.steal_children(there, here).map(|_| ())
    })
}

fn lifted(n: usize, from_inside: bool) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let mut nodes = deep(&mut tree, top, n)?;
    if from_inside {
        nodes.reverse();
    }
    each(n, || nodes.into_iter().try_for_each(|node| tree.free_lifting(node).map(|_| ())))
}

fn lifted_all_the_way(n: usize) -> Result<f64, Error> {
    let levels = n.isqrt();
    let (mut tree, top) = rooted()?;
    let nodes = deep(&mut tree, top, levels)?;
    wide(&mut tree, nodes[levels - 1], levels)?;
    each(levels * levels, || nodes.into_iter().rev().try_for_each(|node| tree.free_lifting(node).map(|_| ())))
}

fn lifted_into(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let adopter = tree.context(tree.root(), "adopter")?;
    let nodes = wide(&mut tree, top, n / 2)?;
    nodes.iter().try_for_each(|&node| tree.alloc(node, 0).map(|_| ()))?;
    each(n, || nodes.into_iter().try_for_each(|node| tree.free_lifting_into(node, adopter).map(|_| ())))
}
