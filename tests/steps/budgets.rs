//! Budgets: in each other, beside each other, moved between.

use freehold::{Budget, Error, Handle, NodeId, Tree};

use super::shapes::{deep, rooted, wide};
use super::{Case, each, triangle};

pub(crate) const CASES: &[Case] = &[
    Case { name: "nodes made in one budget", unit: "node", run: made },
    Case { name: "nodes made in two budgets in turn", unit: "node", run: made_in_turn },
    Case {
        name: "nodes made in a deep budget and an outer one in turn",
        unit: "budget around",
        run: made_deep_and_outside,
    },
    Case { name: "nodes made in a deep budget, all at once", unit: "node", run: made_deep },
    Case { name: "budgets set on a chain, innermost first", unit: "node", run: set_from_inside },
    Case { name: "budgets set on a chain, outermost first", unit: "node below", run: set_from_outside },
    Case { name: "budgets set on siblings", unit: "node", run: set_on_siblings },
    Case { name: "a budget moved between budgets", unit: "move", run: moved_whole },
    Case { name: "leaves moved between budgets", unit: "move", run: moved_leaves },
    Case { name: "a subtree moved between budgets", unit: "node moved", run: moved_subtree },
    Case { name: "a wide free in a budget", unit: "node", run: freed_wide },
    Case { name: "a deep free in a budget", unit: "node", run: freed_deep },
    Case { name: "siblings with budgets freed", unit: "node", run: freed_siblings },
    Case { name: "a chain of budgets freed", unit: "budget around", run: freed_chain },
];

fn budgets(tree: &mut Tree, nodes: &[Handle<usize>]) -> Result<(), Error> {
    nodes.iter().rev().try_for_each(|&node| tree.set_budget(node, Budget::new()))
}

/// A tree with two budgets beside each other.
fn two() -> Result<(Tree, [Handle<()>; 2]), Error> {
    let mut tree = Tree::new();
    let two = [tree.context(tree.root(), "here")?, tree.context(tree.root(), "there")?];
    two.iter().try_for_each(|&node| tree.set_budget(node, Budget::new()))?;
    Ok((tree, two))
}

fn make(tree: &mut Tree, n: usize, parent: impl Fn(usize) -> NodeId) -> Result<(), Error> {
    (0..n).try_for_each(|at| Ok(tree.alloc(parent(at), at).map(|_| ())?))
}

fn made(n: usize) -> Result<f64, Error> {
    let (mut tree, [here, _]) = two()?;
    each(n, || make(&mut tree, n, |_| here.id()))
}

fn made_in_turn(n: usize) -> Result<f64, Error> {
    let (mut tree, two) = two()?;
    each(n, || make(&mut tree, n, |at| two[at % 2].id()))
}

fn made_deep_and_outside(n: usize) -> Result<f64, Error> {
    let levels = n.isqrt();
    let (mut tree, top) = rooted()?;
    let nodes = deep(&mut tree, top, levels)?;
    budgets(&mut tree, &nodes)?;
    let ends = [nodes[0].id(), nodes[levels - 1].id()];
    each(levels * levels, || make(&mut tree, levels, |at| ends[at % 2]))
}

fn made_deep(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = deep(&mut tree, top, n)?;
    budgets(&mut tree, &nodes)?;
    each(n, || make(&mut tree, n, |_| nodes[n - 1].id()))
}

fn set_from_inside(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = deep(&mut tree, top, n)?;
    each(n, || budgets(&mut tree, &nodes))
}

fn set_from_outside(n: usize) -> Result<f64, Error> {
    let levels = triangle(n);
    let (mut tree, top) = rooted()?;
    let nodes = deep(&mut tree, top, levels)?;
    each(levels * levels / 2, || nodes.into_iter().try_for_each(|node| tree.set_budget(node, Budget::new())))
}

fn set_on_siblings(n: usize) -> Result<f64, Error> {
    let (mut tree, [here, _]) = two()?;
    let nodes = wide(&mut tree, here, n)?;
    each(n, || budgets(&mut tree, &nodes))
}

fn moved_whole(n: usize) -> Result<f64, Error> {
    let (mut tree, two) = two()?;
    let tenant = tree.context(two[0], "tenant")?;
    tree.set_budget(tenant, Budget::new())?;
    wide(&mut tree, tenant, n)?;
    each(n, || (0..n).try_for_each(|at| tree.steal(two[at % 2], tenant)))
}

fn moved_leaves(n: usize) -> Result<f64, Error> {
    let (mut tree, [here, there]) = two()?;
    let nodes = wide(&mut tree, here, n)?;
    each(n, || nodes.into_iter().try_for_each(|node| tree.steal(there, node)))
}

fn moved_subtree(n: usize) -> Result<f64, Error> {
    let (mut tree, two) = two()?;
    let top = tree.context(two[0], "top")?;
    wide(&mut tree, top, n)?;
    each(4 * n, || (1..5).try_for_each(|at| tree.steal(two[at % 2], top)))
}

fn freed_wide(n: usize) -> Result<f64, Error> {
    let (mut tree, [here, _]) = two()?;
    wide(&mut tree, here, n)?;
    each(n, || tree.free(here).map(|_| ()))
}

fn freed_deep(n: usize) -> Result<f64, Error> {
    let (mut tree, [here, _]) = two()?;
    deep(&mut tree, here, n)?;
    each(n, || tree.free(here).map(|_| ()))
}

fn freed_siblings(n: usize) -> Result<f64, Error> {
    let (mut tree, [here, _]) = two()?;
    let nodes = wide(&mut tree, here, n)?;
    budgets(&mut tree, &nodes)?;
    each(n, || tree.free(here).map(|_| ()))
}

/// What goes is counted in each budget on the way up.
fn freed_chain(n: usize) -> Result<f64, Error> {
    let levels = triangle(n);
    let (mut tree, top) = rooted()?;
    let nodes = deep(&mut tree, top, levels)?;
    budgets(&mut tree, &nodes)?;
    each(levels * levels / 2, || tree.free(top).map(|_| ()))
}
