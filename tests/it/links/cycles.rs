//! Cycles, compared with what a naive search finds.

use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::{Error, Handle, LinkList, Links, NodeId, Rewriter, Strength, Tree, links};
use proptest::prelude::*;

/// Whether one leads to the other, for all pairs: the definition, in O(n³).
fn reachability(tree: &Tree, nodes: &[NodeId]) -> Vec<Vec<bool>> {
    let place = |node: NodeId| nodes.iter().position(|&other| other == node).expect("all nodes are there");
    let mut leads = vec![vec![false; nodes.len()]; nodes.len()];
    for (i, &node) in nodes.iter().enumerate() {
        for child in tree.children(node).unwrap() {
            leads[i][place(child)] = true;
        }
        for held in tree.references_held(node).unwrap() {
            let below = node == held.target() || tree.is_ancestor(held.target(), node).unwrap();
            leads[i][place(held.target())] |= !below;
        }
    }
    for via in 0..nodes.len() {
        for from in 0..nodes.len() {
            for to in 0..nodes.len() {
                leads[from][to] |= leads[from][via] && leads[via][to];
            }
        }
    }
    leads
}

fn check(tree: &mut Tree) {
    let all: Vec<NodeId> = std::iter::once(tree.root()).chain(tree.descendants(tree.root()).unwrap()).collect();
    let leads = reachability(tree, &all);
    let cycles = tree.cycles();
    let in_cycle = |node: NodeId| cycles.iter().position(|cycle| cycle.nodes().contains(&node));
    for (i, &a) in all.iter().enumerate() {
        for (j, &b) in all.iter().enumerate() {
            let together = leads[i][j] && leads[j][i];
            assert_eq!(in_cycle(a).is_some_and(|cycle| Some(cycle) == in_cycle(b)), together, "{a} and {b}");
        }
    }
    for cycle in &cycles {
        assert!(!cycle.weaken().is_empty() && cycle.weaken().iter().all(|link| cycle.links().contains(link)));
        let inside =
            |link: &&freehold::Link| cycle.nodes().contains(&link.from()) && cycle.nodes().contains(&link.to());
        assert_eq!(cycle.links().iter().filter(inside).count(), cycle.links().len());
        assert!(cycle.links().iter().all(|link| (link.strength(), link.field()) == (Strength::Reference, None)));
        for link in cycle.weaken() {
            let mut held = tree.references_held(link.from()).unwrap();
            let reference = held.find(|held| held.target() == link.to()).expect("the link is a reference").id();
            drop(held);
            tree.drop_reference(reference).unwrap();
        }
    }
    assert_eq!(tree.cycles(), [], "without the links to weaken there is none left");
    tree.validate().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Nodes under any that came before, and references between any two.
    #[test]
    fn all_cycles_are_found_and_weakened(
        parents in prop::collection::vec(any::<prop::sample::Index>(), 1..14),
        claims in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..20),
        moves in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..4),
    ) {
        let mut tree = Tree::new();
        let mut nodes = vec![tree.root()];
        for parent in &parents {
            nodes.push(tree.context(nodes[parent.index(nodes.len())], "node").unwrap().id());
        }
        for (holder, target) in &claims {
            // The root can't be held.
            let _ = tree.reference(nodes[holder.index(nodes.len())], nodes[1 + target.index(nodes.len() - 1)]).unwrap();
        }
        for (to, node) in &moves {
            // Some would put a node below itself.
            let _ = tree.steal(nodes[to.index(nodes.len())], nodes[1 + node.index(nodes.len() - 1)]);
        }
        check(&mut tree);
    }
}

struct Knot {
    next: Option<Handle<Knot>>,
}
links!(Knot { next });

#[test]
fn handles_make_no_cycle_and_a_single_tree_has_none() -> Result<(), Error> {
    let mut tree = Tree::new();
    assert_eq!(tree.cycles(), []);
    tree.declare_links::<Knot>()?;
    let a = tree.alloc(tree.root(), Knot { next: None })?;
    let b = tree.alloc(a, Knot { next: Some(a) })?;
    tree[a].next = Some(b);
    assert_eq!(tree.cycles(), []);
    // Held from below itself, a node is not kept by that.
    tree.reference(b, a)?;
    tree.reference(a, a)?;
    assert_eq!(tree.cycles(), []);
    Ok(())
}

#[test]
fn several_cycles_come_oldest_first() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let nodes: Vec<_> = (0..4).map(|n| tree.context(root, format!("{n}"))).collect::<Result<_, _>>()?;
    for (from, to) in [(0, 3), (3, 0), (1, 2), (2, 1), (2, 1), (0, 1)] {
        tree.reference(nodes[from], nodes[to])?;
    }
    let cycles = tree.cycles();
    assert_eq!(cycles.len(), 2);
    assert_eq!((cycles[0].nodes(), cycles[0].links().len()), (&[nodes[0].id(), nodes[3].id()][..], 2));
    let [one, two] = [nodes[1], nodes[2]];
    assert_eq!((cycles[1].nodes(), cycles[1].weaken().len()), (&[one.id(), two.id()][..], 2));
    let back = format!("the reference from 2 ({two}) to 1 ({one})");
    assert_eq!(
        cycles[1].to_string(),
        format!("1 ({one}) and 2 ({two}) keep each other alive: weaken {back} and {back}")
    );
    Ok(())
}

/// A chain of a million, the end of which holds its beginning: nothing may recurse.
#[test]
fn a_cycle_may_be_as_long_as_it_likes() -> Result<(), Error> {
    let mut tree = Tree::new();
    let [beside, top] = [tree.context(tree.root(), "beside")?, tree.context(tree.root(), "top")?];
    let mut at = top;
    for _ in 0..1_000_000 {
        at = tree.context(at, "")?;
    }
    tree.reference(at, beside)?;
    tree.reference(beside, top)?;
    let cycles = tree.cycles();
    assert_eq!((cycles.len(), cycles[0].nodes().len(), cycles[0].links().len()), (1, 1_000_002, 2));
    assert_eq!(cycles[0].weaken()[0].to(), beside.id());
    // The same sideways: each holds the one before, and the first the last.
    let mut ring = Tree::new();
    let first = ring.context(ring.root(), "first")?;
    let mut last = first;
    for _ in 0..1_000_000 {
        let next = ring.context(ring.root(), "next")?;
        ring.reference(next, last)?;
        last = next;
    }
    ring.reference(first, last)?;
    let cycles = ring.cycles();
    assert_eq!((cycles.len(), cycles[0].nodes().len(), cycles[0].weaken().len()), (1, 1_000_001, 1_000_000));
    Ok(())
}

struct Fragile;

impl Links for Fragile {
    fn list(&self, _: &mut LinkList<'_>) {
        panic!("not today");
    }

    fn rewrite(&mut self, _: &Rewriter<'_>) {}
}

#[test]
fn a_panic_in_a_list_leaves_the_tree_alone() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Fragile>()?;
    let fragile = tree.alloc(tree.root(), Fragile)?;
    let panic = catch_unwind(AssertUnwindSafe(|| tree.cycles())).expect_err("a list panics");
    assert_eq!(panic.downcast_ref(), Some(&"not today"));
    let panic = catch_unwind(AssertUnwindSafe(|| tree.unreachable([fragile]))).expect_err("a list panics");
    assert_eq!(panic.downcast_ref(), Some(&"not today"));
    assert_eq!(tree.unreachable::<NodeId>([])?, [fragile.id()], "nobody asks who is not reached");
    tree.validate().expect("nothing has changed");
    Ok(())
}
