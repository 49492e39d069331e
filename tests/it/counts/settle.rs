//! When drops of strong claims take effect, and what can happen then.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use freehold::{Error, Freed, Handle, Place, Strong, Survivor, Tree, Verdict, append_in, format_in};

/// A node of its own below the root for each call to work on.
#[derive(Clone, Copy)]
struct Nodes {
    context: Handle<()>,
    value: Handle<u64>,
    array: Handle<[u8]>,
    text: Handle<str>,
}

type Call = fn(&mut Tree, Nodes) -> Result<(), Error>;

macro_rules! calls {
    ($($name:literal |$tree:ident, $on:ident| $call:expr;)*) => {
        &[$(($name, (|$tree, $on| $call.map(drop).map_err(Error::from)) as Call)),*]
    };
}

/// Every call that makes, frees, moves, shares, claims, resizes or appends, or that opens or closes a scope.
const SETTLING: &[(&str, Call)] = calls! {
    "context" |tree, on| tree.context(on.context, "new");
    "context_in" |tree, on| tree.context_in(on.context, "new", freehold::Arena::new());
    "pooled" |tree, on| tree.pooled(on.context, 1u8, 1, 10);
    "pooled_array" |tree, on| tree.pooled_array::<u8>(on.context, 1, 1, 10);
    "alloc" |tree, on| tree.alloc(on.context, 1u8);
    "alloc_with" |tree, on| tree.alloc_with(on.context, |_| 1u8);
    "alloc_default" |tree, on| tree.alloc_default::<u8>(on.context);
    "bytes" |tree, on| tree.bytes(on.context, 1);
    "bytes_aligned" |tree, on| tree.bytes_aligned(on.context, 1, 16);
    "array" |tree, on| tree.array::<u16>(on.context, 1);
    "array_unfilled" |tree, on| tree.array_unfilled::<u16>(on.context, 1);
    "array_from" |tree, on| tree.array_from(on.context, &[1u16]);
    "array_from_iter" |tree, on| tree.array_from_iter(on.context, 1..3u16);
    "strdup" |tree, on| tree.strdup(on.context, "new");
    "strndup" |tree, on| tree.strndup(on.context, "new", 2);
    "format" |tree, on| tree.format(on.context, format_args!("{}", 1));
    "format_in" |tree, on| format_in!(tree, on.context, "{}", 1);
    "floating" |tree, _on| tree.floating(1u8);
    "append" |tree, on| tree.append(on.text, "more");
    "append_separated" |tree, on| tree.append_separated(on.text, ", ", "more");
    "append_fmt" |tree, on| tree.append_fmt(on.text, format_args!("{}", 1));
    "append_in" |tree, on| append_in!(tree, on.text, "{}", 1);
    "writer" |tree, on| {
        let mut out = tree.writer(on.text)?;
        out.write_str("more").expect("there is room");
        out.finish()
    };
    "resize" |tree, on| tree.resize(on.array, 5);
    "resize_zero" |tree, on| tree.resize_zero(on.array, 5);
    "realloc" |tree, on| tree.realloc::<u8>(on.context, None, 0);
    "free" |tree, on| tree.free(on.context);
    "free_children" |tree, on| tree.free_children(on.context);
    "free_lifting" |tree, on| tree.free_lifting(on.context);
    "free_lifting_into" |tree, on| tree.free_lifting_into(on.context, on.value);
    "take" |tree, on| tree.take(on.value);
    "free_into_value" |tree, on| tree.free_into_value(on.value);
    "steal" |tree, on| tree.steal(on.context, on.value);
    "steal_children" |tree, on| tree.steal_children(on.value, on.context);
    "place" |tree, on| tree.place(on.value, Place::Last(on.context.id()));
    "transfer" |tree, on| tree.transfer(on.context, &mut Some(on.value));
    "reparent" |tree, on| tree.reparent(tree.root(), on.context, on.value);
    "reference" |tree, on| tree.reference(on.context, on.value);
    "unlink" |tree, on| tree.unlink(tree.root(), on.value);
    "drop_reference" |tree, on| {
        // Making the reference would settle, too.
        let reference = tree.references(on.array)?.next().expect("it was made").id();
        tree.drop_reference(reference)
    };
    "retain" |tree, on| tree.retain(on.value);
    "retained" |tree, on| tree.retained(on.value);
    "release" |tree, _on| tree.release(None::<Handle<u8>>);
    "strong" |tree, on| tree.strong(on.value);
    "weak" |tree, on| tree.weak(on.value);
    "from_owned" |tree, on| Strong::from_owned(tree, on.value);
    "scope" |tree, on| tree.scope(on.context);
    "tear_down" |tree, _on| tree.tear_down();
};

/// Calls that look, or change what has nothing to do with who owns whom.
const LOOKING: &[(&str, Call)] = calls! {
    "get_mut" |tree, on| tree.get_mut(on.value);
    "replace" |tree, on| tree.replace(on.value, 8);
    "set_name" |tree, on| tree.set_name(on.value, "name");
    "clear_name" |tree, on| tree.clear_name(on.value);
    "set_destructor" |tree, on| tree.set_destructor(on.value, |_, _| Verdict::Free);
    "add_cleanup" |tree, on| tree.add_cleanup(on.value, |_, _| ());
    "report" |tree, on| tree.report(on.value);
    "shrink" |tree, _on| {
        tree.shrink();
        Ok::<(), Error>(())
    };
};

#[test]
fn drops_take_effect_at_the_next_call_that_changes_the_tree() -> Result<(), Error> {
    let calls = SETTLING.iter().map(|call| (call, true)).chain(LOOKING.iter().map(|call| (call, false)));
    for ((name, call), settles) in calls {
        let mut tree = Tree::new();
        let root = tree.root();
        let on = Nodes {
            context: tree.context(root, "context")?,
            value: tree.alloc(root, 7u64)?,
            array: tree.array_from(root, &[1u8])?,
            text: tree.strdup(root, "text")?,
        };
        if *name == "drop_reference" {
            tree.reference(on.context, on.array)?;
        }
        let node = tree.floating(String::from("counted"))?;
        drop(tree.strong(node)?);
        assert!(tree.contains(node));
        call(&mut tree, on).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(tree.contains(node), !settles, "{name}");
        tree.validate().unwrap_or_else(|invalid| panic!("{name}: {invalid}"));
        tree.settle();
        assert!(!tree.contains(node));
    }
    Ok(())
}

#[test]
fn drops_take_effect_before_arguments_are_looked_up() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(1)?;
    drop(tree.strong(node)?);
    assert_eq!(tree.context(node, "below").unwrap_err(), Error::Stale { node: node.id() });
    let node = tree.floating(1)?;
    drop(tree.strong(node)?);
    assert_eq!(tree.steal(tree.root(), node), Err(Error::Stale { node: node.id() }));
    let node = tree.floating(1)?;
    drop(tree.strong(node)?);
    assert_eq!(tree.retain(node), Err(Error::Stale { node: node.id() }));
    Ok(())
}

/// Notes the order in which nodes go.
fn noted(tree: &mut Tree, log: &Arc<Mutex<Vec<i32>>>, value: i32) -> Result<Strong<i32>, Error> {
    let node = tree.floating(value)?;
    let log = Arc::clone(log);
    tree.set_destructor(node, move |tree, node| {
        log.lock().unwrap().push(tree[node]);
        Verdict::Free
    })?;
    tree.strong(node)
}

#[test]
fn drops_take_effect_in_their_order() -> Result<(), Error> {
    let mut tree = Tree::new();
    let log = Arc::default();
    let [a, b, c, d] = [1, 2, 3, 4].map(|value| noted(&mut tree, &log, value).unwrap());
    drop(c);
    drop(a);
    let clone = d.clone();
    drop(d);
    drop(b);
    drop(clone);
    let freed = tree.settle();
    assert_eq!((freed.nodes(), freed.bytes(), freed.is_complete()), (4, 16, true));
    assert_eq!(*log.lock().unwrap(), [3, 1, 2, 4]);
    assert_eq!(tree.settle(), Freed::default());
    Ok(())
}

#[test]
fn a_claim_made_again_in_time_keeps_the_node() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(1)?;
    let weak = tree.weak(node)?;
    drop(tree.strong(node)?);
    let strong = weak.upgrade().expect("the drop has not taken effect");
    assert_eq!(tree.settle().nodes(), 0);
    drop(strong);
    drop(weak.upgrade());
    assert_eq!(tree.settle().nodes(), 1);
    assert!(weak.upgrade().is_none());
    Ok(())
}

#[test]
fn a_panic_leaves_the_other_drops_for_the_next_time() -> Result<(), Error> {
    let mut tree = Tree::new();
    let log = Arc::default();
    let first = noted(&mut tree, &log, 1)?;
    let second = noted(&mut tree, &log, 2)?;
    let third = noted(&mut tree, &log, 3)?;
    tree.set_destructor(second.handle(), |_, _| panic!("the second"))?;
    let below = tree.strdup(second.handle(), "below")?;
    drop((first, second, third));
    let outcome = catch_unwind(AssertUnwindSafe(|| tree.context(tree.root(), "not made")));
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"the second"));
    tree.validate().unwrap();
    assert_eq!((tree.len(), tree.contains(below)), (1, false));
    assert_eq!(*log.lock().unwrap(), [1]);
    assert_eq!(tree.settle().nodes(), 1);
    assert_eq!(*log.lock().unwrap(), [1, 3]);
    Ok(())
}

#[test]
fn who_refuses_floats_and_is_listed() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(1)?;
    tree.set_destructor(node, |_, _| Verdict::Refuse)?;
    drop(tree.strong(node)?);
    let freed = tree.settle();
    assert_eq!(freed.nodes(), 0);
    let [Survivor { node: survivor, parent, .. }] = freed.survivors() else { panic!("{freed:?}") };
    assert_eq!((*survivor, *parent), (node.id(), tree.root()));
    assert!(tree.is_floating(node)?);
    tree.validate().unwrap();
    assert_eq!(tree.settle(), Freed::default(), "it is asked once");
    tree.clear_destructor(node)?;
    drop(tree.strong(node)?);
    assert_eq!(tree.settle().nodes(), 1);
    Ok(())
}

#[test]
fn a_holder_of_a_reference_takes_over_and_the_node_is_listed() -> Result<(), Error> {
    let mut tree = Tree::new();
    let cache = tree.context(tree.root(), "cache")?;
    let node = tree.floating(1)?;
    tree.reference(cache, node)?;
    drop(tree.strong(node)?);
    let freed = tree.settle();
    assert_eq!((freed.nodes(), freed.references()), (0, 1));
    let [Survivor { node: survivor, parent, .. }] = freed.survivors() else { panic!("{freed:?}") };
    assert_eq!((*survivor, *parent), (node.id(), cache.id()));
    assert_eq!(tree.free(cache)?.nodes(), 2);
    tree.validate().unwrap();
    Ok(())
}

/// Two nodes whose destructors refuse, and claim each other for a moment.
#[test]
fn two_who_claim_each_other_dont_keep_it_going_for_ever() -> Result<(), Error> {
    let mut tree = Tree::new();
    let (a, b) = (tree.floating(0)?, tree.floating(0)?);
    for (node, other) in [(a, b), (b, a)] {
        tree.set_destructor(node, move |tree, node| {
            tree[node] += 1;
            drop(tree.strong(other));
            Verdict::Refuse
        })?;
    }
    drop(tree.strong(a)?);
    assert_eq!(tree.settle().survivors().len(), 2);
    assert_eq!((tree[a], tree[b]), (1, 1));
    tree.validate().unwrap();
    Ok(())
}

/// What a destructor drops while drops are taking effect waits until it is done.
#[test]
fn settling_is_not_entered_twice() -> Result<(), Error> {
    let mut tree = Tree::new();
    let log = Arc::default();
    let inner = noted(&mut tree, &log, 1)?;
    let outer = noted(&mut tree, &log, 2)?;
    let (seen, mut last) = (Arc::clone(&log), Some(inner));
    tree.set_destructor(outer.handle(), move |tree, _| {
        drop(last.take());
        assert_eq!(tree.settle(), Freed::default());
        tree.context(tree.root(), "made meanwhile").unwrap();
        seen.lock().unwrap().push(2);
        Verdict::Free
    })?;
    drop(outer);
    assert_eq!(tree.settle().nodes(), 2);
    assert_eq!(*log.lock().unwrap(), [2, 1]);
    tree.validate().unwrap();
    Ok(())
}

/// In a free that is none of a settling's, a destructor's calls have drops take effect.
#[test]
fn destructors_of_a_free_settle_as_everybody_does() -> Result<(), Error> {
    let mut tree = Tree::new();
    let log = Arc::default();
    let mut inner = Some(noted(&mut tree, &log, 1)?);
    let node = tree.alloc(tree.root(), 1)?;
    tree.set_destructor(node, move |tree, _| {
        drop(inner.take());
        assert_eq!(tree.settle().nodes(), 1);
        Verdict::Free
    })?;
    assert_eq!(tree.free(node)?.nodes(), 1);
    assert!(tree.is_empty() && tree.validate().is_ok());
    Ok(())
}

#[test]
fn values_may_hold_claims_on_nodes_that_go_with_them() -> Result<(), Error> {
    struct Holder {
        _claims: Vec<Strong<u8>>,
    }
    let mut tree = Tree::new();
    let group = tree.context(tree.root(), "group")?;
    let older = tree.alloc(group, 1u8)?;
    let holder = tree.alloc(group, Holder { _claims: Vec::new() })?;
    let newer = tree.alloc(group, 2u8)?;
    let claims = vec![tree.strong(older)?, tree.strong(newer)?];
    tree[holder] = Holder { _claims: claims };
    // The newest child goes first, while the holder still claims it; the oldest when it has gone.
    let freed = tree.free(group)?;
    tree.validate().unwrap();
    assert_eq!((freed.nodes(), freed.survivors().len()), (3, 1));
    assert_eq!(freed.survivors()[0].node, newer.id());
    assert_eq!(tree.settle().nodes(), 1);
    assert!(tree.is_empty());
    Ok(())
}

#[test]
fn another_tree_in_the_place_of_the_one_that_settles_is_caught() -> Result<(), Error> {
    let mut tree = Tree::new();
    let (node, next) = (tree.floating(1)?, tree.floating(2)?);
    let hidden = Arc::new(Mutex::new(None));
    let hide = Arc::clone(&hidden);
    tree.set_destructor(node, move |tree, _| {
        *hide.lock().unwrap() = Some(std::mem::take(tree));
        Verdict::Free
    })?;
    let strong = (tree.strong(node)?, tree.strong(next)?);
    drop(strong);
    assert!(catch_unwind(AssertUnwindSafe(|| tree.settle())).is_err());
    tree.context(tree.root(), "another tree").map(drop)?;
    let mut hidden = hidden.lock().unwrap().take().expect("it was hidden");
    assert_eq!(hidden.settle().nodes(), 1, "the other drop can still take effect");
    Ok(())
}
