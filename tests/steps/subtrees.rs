//! Detached, grafted, duplicated; and scopes.

use freehold::{Arena, Budget, Error, Handle, Tree};

use super::shapes::{deep, rooted, wide};
use super::{Case, each};

pub(crate) const CASES: &[Case] = &[
    Case { name: "detach and graft, wide", unit: "node", run: |n| detached(n, wide) },
    Case { name: "detach and graft, deep", unit: "node", run: |n| detached(n, deep) },
    Case { name: "leaves of a large tree detached and grafted", unit: "leaf", run: detached_leaves },
    Case { name: "arrays in an arena detached and grafted", unit: "array", run: detached_arrays },
    Case { name: "detach and graft, all refer to one", unit: "node", run: detached_references },
    Case { name: "detach and graft, a budget each", unit: "node", run: detached_budgets },
    Case { name: "duplicate, wide", unit: "node", run: |n| duplicated(n, wide) },
    Case { name: "duplicate, deep", unit: "node", run: |n| duplicated(n, deep) },
    Case { name: "leaves of a large tree duplicated", unit: "leaf", run: duplicated_leaves },
    Case { name: "duplicate, all refer to one", unit: "node", run: duplicated_references },
    Case { name: "duplicate, all shared", unit: "node", run: duplicated_shared },
    Case { name: "scopes, one after the other", unit: "scope", run: scopes },
    Case { name: "scopes, one in the other", unit: "scope", run: nested_scopes },
    Case { name: "all kept in an arena's scope", unit: "node", run: kept },
    Case { name: "all kept in an arena's scope, one in the other", unit: "node", run: kept_in_each_other },
    Case { name: "arrays outside resized in turn in a scope", unit: "resize", run: resized_outside },
];

type Grow = fn(&mut Tree, Handle<()>, usize) -> Result<Vec<Handle<usize>>, Error>;

fn detached(n: usize, grow: Grow) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    grow(&mut tree, top, n)?;
    round_trip(n, &mut tree, top)
}

fn round_trip(n: usize, tree: &mut Tree, top: Handle<()>) -> Result<f64, Error> {
    each(n, || {
        let subtree = tree.detach(top)?;
        tree.graft(tree.root(), subtree)?;
        Ok(())
    })
}

fn detached_leaves(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let nodes = wide(&mut tree, top, n)?;
    each(n, || {
        nodes.into_iter().try_for_each(|node| {
            let subtree = tree.detach(node)?;
            tree.graft(top, subtree)?;
            Ok(())
        })
    })
}

fn detached_arrays(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = arena()?;
    let arrays = (0..n).map(|_| tree.bytes(top, 8)).collect::<Result<Vec<_>, _>>()?;
    each(n, || {
        arrays.into_iter().try_for_each(|array| {
            let subtree = tree.detach(array)?;
            tree.graft(top, subtree)?;
            Ok(())
        })
    })
}

fn detached_references(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let shared = tree.context(top, "shared")?;
    for node in wide(&mut tree, top, n)? {
        tree.reference(node, shared)?;
    }
    round_trip(n, &mut tree, top)
}

fn detached_budgets(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    for node in wide(&mut tree, top, n)? {
        tree.set_budget(node, Budget::new())?;
    }
    round_trip(n, &mut tree, top)
}

fn duplicated(n: usize, grow: Grow) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    tree.declare_clone::<usize>()?;
    grow(&mut tree, top, n)?;
    each(n, || tree.duplicate(top, top).map(|_| ()))
}

fn duplicated_leaves(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    tree.declare_clone::<usize>()?;
    let nodes = wide(&mut tree, top, n)?;
    each(n, || nodes.into_iter().try_for_each(|node| tree.duplicate(node, top).map(|_| ())))
}

fn duplicated_references(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    tree.declare_clone::<usize>()?;
    let shared = tree.context(tree.root(), "shared")?;
    for node in wide(&mut tree, top, n)? {
        tree.reference(node, shared)?;
    }
    each(n, || tree.duplicate(top, tree.root()).map(|_| ()))
}

fn duplicated_shared(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    tree.declare_shared::<usize>()?;
    wide(&mut tree, top, n)?;
    each(n, || tree.duplicate(top, tree.root()).map(|_| ()))
}

fn scopes(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    wide(&mut tree, top, n)?;
    each(n, || (0..n).try_for_each(|_| tree.scope(top).map(drop)))
}

fn nested_scopes(n: usize) -> Result<f64, Error> {
    // Without arenas: those have a limit.
    const DEEPEST: usize = 1000;
    fn enter(tree: &mut Tree, left: usize) -> Result<(), Error> {
        if left == 0 {
            return Ok(());
        }
        let parent = tree.root();
        enter(&mut *tree.scope(parent)?, left - 1)
    }
    let mut tree = Tree::new();
    each(n, || (0..n / DEEPEST).try_for_each(|_| enter(&mut tree, DEEPEST)))
}

fn arena() -> Result<(Tree, Handle<()>), Error> {
    let mut tree = Tree::new();
    let top = tree.context_in(tree.root(), "arena", Arena::new())?;
    Ok((tree, top))
}

fn kept(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = arena()?;
    each(n, || {
        let mut scope = tree.scope(top)?;
        for _ in 0..n {
            let array = scope.bytes(8)?;
            scope.keep(array)?;
        }
        scope.close().map(|_| ())
    })
}

fn kept_in_each_other(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = arena()?;
    each(n, || {
        let mut scope = tree.scope(top)?;
        let mut before = None;
        for _ in 0..n {
            let array = scope.bytes(8)?;
            scope.keep(array)?;
            if let Some(before) = before.replace(array) {
                scope.steal(array, before)?;
            }
        }
        scope.close().map(|_| ())
    })
}

fn resized_outside(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = arena()?;
    let arrays = [tree.bytes(top, 8)?, tree.bytes(top, 8)?];
    // Something below each, which is looked through for bytes.
    wide(&mut tree, arrays[0], n)?;
    each(n, || {
        let mut scope = tree.scope(top)?;
        (0..n).try_for_each(|at| scope.resize(arrays[at % 2], 8 + at % 4 * 16).map(|_| ()))?;
        scope.close().map(|_| ())
    })
}
