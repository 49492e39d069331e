//! Cycles, compared with what a naive search finds.

use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::{Error, Handle, LinkList, Links, NodeId, Rewriter, Strength, Strong, Tree, Weak, links};
use proptest::prelude::*;

/// What claims others.
#[derive(Default)]
struct Holder {
    claims: Vec<Strong<Holder>>,
}
links!(Holder { claims });

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
        for link in tree.links(node).unwrap() {
            leads[i][place(link.to())] |= link.strength() == Strength::Strong;
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
        for link in cycle.weaken() {
            if link.strength() == Strength::Strong {
                let holder = tree.downcast::<Holder>(link.from()).unwrap();
                let claims = &mut tree[holder].claims;
                let claim = claims.iter().position(|claim| claim.handle().id() == link.to());
                drop(claims.remove(claim.expect("the link is a claim")));
                continue;
            }
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

    /// Nodes under any that came before, and references and strong claims between any two.
    #[test]
    fn all_cycles_are_found_and_weakened(
        parents in prop::collection::vec(any::<prop::sample::Index>(), 1..14),
        claims in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index, bool)>(), 0..20),
        moves in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..4),
    ) {
        let mut tree = Tree::new();
        tree.declare_links::<Holder>().unwrap();
        let root = tree.root();
        let mut nodes: Vec<Handle<Holder>> = Vec::new();
        let any = |nodes: &[Handle<Holder>], index: &prop::sample::Index| match index.index(nodes.len() + 1) {
            0 => root,
            n => nodes[n - 1].id(),
        };
        for parent in &parents {
            nodes.push(tree.alloc(any(&nodes, parent), Holder::default()).unwrap());
        }
        for (holder, target, strong) in &claims {
            let target = nodes[target.index(nodes.len())];
            if *strong {
                let claim = tree.strong(target).unwrap();
                tree[nodes[holder.index(nodes.len())]].claims.push(claim);
            } else {
                tree.reference(any(&nodes, holder), target).unwrap();
            }
        }
        for (to, node) in &moves {
            // Some would put a node below itself.
            let _ = tree.steal(any(&nodes, to), nodes[node.index(nodes.len())]);
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

/// As a translation of Vala would first have it: both neighbours are owned.
struct Node {
    name: &'static str,
    next: Option<Strong<Node>>,
    prev: Option<Strong<Node>>,
    weak_prev: Option<Weak<Node>>,
}
links!(Node { name, next, prev, weak_prev });

fn linked_list(tree: &mut Tree, names: &[&'static str], weak: bool) -> Result<Strong<Node>, Error> {
    let mut last: Option<Strong<Node>> = None;
    let mut first = None;
    for &name in names {
        let node = tree.floating(Node { name, next: None, prev: None, weak_prev: None })?;
        let strong = tree.strong(node)?;
        if let Some(last) = last {
            tree[node].weak_prev = weak.then(|| last.downgrade());
            tree[&last].next = Some(strong.clone());
            tree[node].prev = (!weak).then_some(last);
        }
        first.get_or_insert(strong.clone());
        last = Some(strong);
    }
    Ok(first.expect("there are names"))
}

#[test]
fn strong_claims_both_ways_leak_and_weak_ones_back_do_not() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Node>()?;
    let first = linked_list(&mut tree, &["a", "b", "c"], false)?;
    let nodes: Vec<Handle<Node>> = tree.iter::<Node>().map(|(node, _)| node).collect();
    let [a, b, c] = nodes[..] else { panic!("three nodes") };
    let links: Vec<_> = tree.links(b)?.iter().map(|link| (link.to(), link.field(), link.strength())).collect();
    assert_eq!(links, [(c.id(), Some("next"), Strength::Strong), (a.id(), Some("prev"), Strength::Strong)]);
    drop(first);
    assert_eq!((tree.settle().nodes(), tree.len()), (0, 3), "they keep each other");
    let cycles = tree.cycles();
    assert_eq!(cycles.len(), 1);
    assert_eq!(
        cycles[0].to_string(),
        format!(
            "Node ({a}), Node ({b}) and Node ({c}) keep each other alive: weaken `prev` from Node ({b}) to Node ({a}) and \
             `prev` from Node ({c}) to Node ({b})"
        )
    );
    for link in cycles[0].weaken() {
        let from = tree.downcast::<Node>(link.from())?;
        let prev = tree[from].prev.take().expect("that is the link to weaken");
        tree[from].weak_prev = Some(prev.downgrade());
    }
    assert_eq!(tree.cycles(), []);
    assert_eq!((tree.settle().nodes(), tree.len()), (3, 0), "and the head goes, which nobody claims, and all after it");
    tree.validate().unwrap();

    let first = linked_list(&mut tree, &["a", "b", "c"], true)?;
    assert_eq!((tree.cycles(), tree[&first].name), (vec![], "a"));
    assert_eq!(tree.unreachable([&first])?, []);
    drop(first);
    assert_eq!((tree.settle().nodes(), tree.len()), (3, 0));
    Ok(())
}

#[test]
fn a_strong_claim_on_ones_owner_is_a_cycle() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Option<Strong<()>>>()?;
    let owner = tree.context(tree.root(), "owner")?;
    let child = tree.alloc(owner, None::<Strong<()>>)?;
    tree.set_name(child, "child")?;
    let claim = tree.strong(owner)?;
    tree[child] = Some(claim);
    let text = format!(
        "owner ({owner}) and child ({child}) keep each other alive: weaken the claim from child ({child}) to owner ({owner})"
    );
    assert_eq!(tree.cycles()[0].to_string(), text);
    tree[child] = None;
    assert_eq!(tree.cycles(), []);
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
