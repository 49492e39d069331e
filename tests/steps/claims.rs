//! References, counts, strong and weak claims.

use freehold::{Error, Handle, Strong, Tree};

use super::shapes::{deep, rooted, scattered, wide};
use super::{Case, each, triangle};

pub(crate) const CASES: &[Case] = &[
    Case { name: "references to one node made", unit: "reference", run: made },
    Case { name: "drop_reference, oldest first", unit: "reference", run: |n| dropped(n, false) },
    Case { name: "drop_reference, scattered", unit: "reference", run: |n| dropped(n, true) },
    Case { name: "unlink, newest first", unit: "reference", run: unlinked_newest },
    Case { name: "unlink, oldest first", unit: "reference to the node", run: unlinked_oldest },
    Case { name: "holders of one node freed", unit: "holder", run: holders_freed },
    Case { name: "a free that leaves all to a holder outside", unit: "node", run: left_to_one },
    Case { name: "a free that leaves all to a holder far down", unit: "node", run: left_far_down },
    Case {
        name: "a deep free, each referred to from its far end",
        unit: "level above a holder",
        run: referred_from_the_end,
    },
    Case {
        name: "a deep free, each referred to from outside, far down",
        unit: "level above a holder",
        run: referred_from_afar,
    },
    Case { name: "a deep free, each refers to the node above", unit: "node", run: referring_up },
    Case { name: "a deep free, each refers to the one below", unit: "node", run: referring_down },
    Case { name: "a node that refers to itself", unit: "reference", run: referring_to_itself },
    Case { name: "retain and release", unit: "claim", run: retained },
    Case { name: "strong claims dropped, and settled", unit: "claim", run: |n| settled(n, wide, false) },
    Case { name: "strong claims dropped in reverse, and settled", unit: "claim", run: |n| settled(n, wide, true) },
    Case { name: "strong claims on a chain dropped, and settled", unit: "claim", run: |n| settled(n, deep, false) },
    Case { name: "strong claims on a chain dropped in reverse", unit: "claim", run: |n| settled(n, deep, true) },
    Case { name: "a chain of strong claims in values", unit: "claim", run: chain_of_strong },
    Case { name: "a free that leaves all to claims", unit: "node", run: left_to_claims },
    Case { name: "upgrades", unit: "upgrade", run: upgraded },
];

/// A tree with a shared node and so many holders of it, oldest first.
fn shared(n: usize) -> Result<(Tree, Handle<()>, Handle<()>, Vec<Handle<usize>>), Error> {
    let (mut tree, shared) = rooted()?;
    let top = tree.context(tree.root(), "holders")?;
    let holders = wide(&mut tree, top, n)?;
    for &holder in &holders {
        tree.reference(holder, shared)?;
    }
    Ok((tree, shared, top, holders))
}

fn made(n: usize) -> Result<f64, Error> {
    let (mut tree, shared) = rooted()?;
    let holders = wide(&mut tree, shared, n)?;
    each(n, || holders.into_iter().try_for_each(|holder| tree.reference(holder, shared).map(|_| ())))
}

fn dropped(n: usize, shuffled: bool) -> Result<f64, Error> {
    let (mut tree, shared, ..) = shared(n)?;
    let mut references: Vec<_> = tree.references(shared)?.map(|reference| reference.id()).collect();
    references.reverse();
    if shuffled {
        references = scattered(&references).collect();
    }
    each(n, || references.into_iter().try_for_each(|reference| tree.drop_reference(reference)))
}

fn unlinked_newest(n: usize) -> Result<f64, Error> {
    let (mut tree, shared, _, holders) = shared(n)?;
    each(n, || holders.into_iter().rev().try_for_each(|holder| tree.unlink(holder, shared).map(|_| ())))
}

fn unlinked_oldest(n: usize) -> Result<f64, Error> {
    let count = triangle(n);
    let (mut tree, shared, _, holders) = shared(count)?;
    each(count * count / 2, || holders.into_iter().try_for_each(|holder| tree.unlink(holder, shared).map(|_| ())))
}

fn holders_freed(n: usize) -> Result<f64, Error> {
    let (mut tree, _, holders, _) = shared(n)?;
    each(n, || tree.free(holders).map(|_| ()))
}

fn left_to_one(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let holder = tree.context(tree.root(), "holder")?;
    for node in wide(&mut tree, top, n)? {
        tree.reference(holder, node)?;
    }
    each(n, || tree.free(top).map(|_| ()))
}

fn left_far_down(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let other = tree.context(tree.root(), "other")?;
    let holder = deep(&mut tree, other, n)?[n - 1];
    for node in wide(&mut tree, top, n)? {
        tree.alloc(node, 0)?;
        tree.reference(holder, node)?;
    }
    each(n, || tree.free(top).map(|_| ()))
}

fn referred_from_the_end(n: usize) -> Result<f64, Error> {
    let levels = triangle(n);
    let (mut tree, top) = rooted()?;
    let nodes = deep(&mut tree, top, levels)?;
    for &node in &nodes {
        tree.reference(nodes[levels - 1], node)?;
    }
    each(levels * levels / 2, || tree.free(top).map(|_| ()))
}

fn referred_from_afar(n: usize) -> Result<f64, Error> {
    let levels = triangle(n);
    let (mut tree, top) = rooted()?;
    let other = tree.context(top, "other")?;
    let holder = deep(&mut tree, other, levels)?[levels - 1];
    for node in deep(&mut tree, top, levels)? {
        tree.reference(holder, node)?;
    }
    each(levels * levels, || tree.free(top).map(|_| ()))
}

fn referring_up(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    for pair in deep(&mut tree, top, n)?.windows(2) {
        tree.reference(pair[1], pair[0])?;
    }
    each(n, || tree.free(top).map(|_| ()))
}

fn referring_down(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    for pair in deep(&mut tree, top, n)?.windows(2) {
        tree.reference(pair[0], pair[1])?;
    }
    each(n, || tree.free(top).map(|_| ()))
}

fn referring_to_itself(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let node = tree.context(top, "itself")?;
    (0..n).try_for_each(|_| tree.reference(node, node).map(|_| ()))?;
    each(n, || tree.free(top).map(|_| ()))
}

fn retained(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = wide(&mut tree, top, n)?;
    each(n, || {
        nodes.iter().try_for_each(|&node| tree.retain(node))?;
        tree.free(top)?;
        nodes.iter().try_for_each(|&node| tree.release(node).map(|_| ()))
    })
}

type Grow = fn(&mut Tree, Handle<()>, usize) -> Result<Vec<Handle<usize>>, Error>;

fn settled(n: usize, grow: Grow, reverse: bool) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = grow(&mut tree, top, n)?;
    let mut claims = nodes.into_iter().map(|node| tree.strong(node)).collect::<Result<Vec<_>, _>>()?;
    if reverse {
        claims.reverse();
    }
    each(n, || {
        tree.free(top)?;
        claims.into_iter().for_each(drop);
        tree.settle();
        assert!(tree.is_empty());
        Ok(())
    })
}

struct Knot(#[expect(dead_code, reason = "it is there to be dropped")] Option<Strong<Knot>>);

fn chain_of_strong(n: usize) -> Result<f64, Error> {
    let mut tree = Tree::new();
    let mut next = None;
    for _ in 0..n {
        let node = tree.floating(Knot(next.take()))?;
        next = Some(tree.strong(node)?);
    }
    each(n, || {
        drop(next);
        assert_eq!(tree.settle().nodes(), n);
        Ok(())
    })
}

fn left_to_claims(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = wide(&mut tree, top, n)?;
    let claims = nodes.into_iter().map(|node| tree.strong(node)).collect::<Result<Vec<_>, _>>()?;
    let steps = each(n, || tree.free(top).map(|_| ()));
    drop(claims);
    steps
}

fn upgraded(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let node = tree.alloc(top, 0)?;
    let weak = tree.weak(node)?;
    each(n, || {
        (0..n).for_each(|_| drop(weak.upgrade()));
        tree.settle();
        Ok(())
    })
}
