//! Scopes: what ends, what stays, and whose bytes are where.

use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::memory::Allocator;
use freehold::{Arena, Error, FixedBuffer, Handle, Pool, Temporary, Tree, Verdict};

fn arena(tree: &Tree, node: Handle<()>) -> &Arena {
    tree.allocator_as(node).unwrap()
}

#[test]
fn a_scope_ends_with_its_block_by_question_mark_and_by_panic() -> Result<(), Error> {
    fn fails(tree: &mut Tree) -> Result<(), Error> {
        let mut tmp = tree.scope(tree.root())?;
        let text = tmp.strdup("text")?;
        tmp.free(text)?;
        tmp.append(text, "more")?;
        unreachable!("the text has gone")
    }
    let mut tree = Tree::new();
    {
        let mut tmp = tree.scope(tree.root())?;
        tmp.alloc(5)?;
        let context = tmp.context("deep")?;
        tmp.strdup("text")?;
        tmp.array::<u64>(10)?;
        tmp.tree().alloc(context, 'c')?;
        assert_eq!((tmp.len(), tmp.depth()), (6, 1));
    }
    assert_eq!(tree.len(), 0);
    assert!(matches!(fails(&mut tree), Err(Error::Stale { .. })));
    assert_eq!((tree.len(), tree.scope_depth()), (0, 0));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut tmp = tree.scope(tree.root()).unwrap();
        tmp.alloc(1).unwrap();
        panic!("in a scope");
    }));
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"in a scope"));
    assert_eq!((tree.len(), tree.scope_depth()), (0, 0));
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_scope_that_is_closed_says_what_went() -> Result<(), Error> {
    let mut tree = Tree::new();
    let mut tmp = tree.scope(tree.root())?;
    tmp.bytes(100)?;
    let stubborn = tmp.alloc(1)?;
    tmp.set_destructor(stubborn, |_, _| Verdict::Refuse)?;
    let freed = tmp.close()?;
    assert_eq!((freed.nodes(), freed.bytes(), freed.survivors().len()), (2, 100, 1));
    assert_eq!(tree.parent(stubborn)?, Some(tree.root()));
    Ok(())
}

#[test]
fn what_is_kept_goes_to_the_node_the_scope_was_opened_under() -> Result<(), Error> {
    let mut tree = Tree::new();
    let request = tree.context(tree.root(), "request")?;
    let elsewhere = tree.context(tree.root(), "elsewhere")?;
    let mut tmp = tree.scope(request)?;
    let kept = tmp.strdup("kept")?;
    assert_eq!(tmp.keep(kept)?, kept);
    let scope = tmp.handle();
    assert_eq!(
        tmp.keep(elsewhere).unwrap_err().to_string(),
        format!("node {scope} is neither parent nor holder of a reference to {elsewhere}")
    );
    assert!(matches!(tmp.keep(scope), Err(Error::NotOwner { .. })));
    assert!(matches!(tmp.keep(kept), Err(Error::NotOwner { .. })), "it is not in the scope any more");
    let gone = tmp.alloc(1)?;
    tmp.free(gone)?;
    assert_eq!(tmp.keep(gone), Err(Error::Stale { node: gone.id() }));
    let foreign = Tree::new().root();
    assert_eq!(tmp.keep(foreign), Err(Error::Foreign { node: foreign }));
    drop(tmp);
    assert_eq!((tree.parent(kept)?, &tree[kept]), (Some(request.id()), "kept"));
    Ok(())
}

#[test]
fn scopes_nest() -> Result<(), Error> {
    let mut tree = Tree::new();
    let mut outer = tree.scope(tree.root())?;
    let context = outer.handle();
    assert_eq!((outer.depth(), outer.outside()), (1, outer.root()));
    let mut inner = outer.nested()?;
    let result = inner.array_from(&[1u8, 2])?;
    inner.keep(result)?;
    assert_eq!((inner.depth(), inner.scope_depth(), inner.outside()), (2, 2, context.id()));
    assert_eq!(inner.parent(result)?, Some(inner.outside()));
    // A scope that is opened through the tree counts as well, wherever that is.
    let root = inner.root();
    let beside = inner.tree().scope(root)?;
    assert_eq!((beside.depth(), beside.outside()), (3, root));
    drop(beside);
    drop(inner);
    assert_eq!((outer.depth(), outer.scope_depth(), outer.outside()), (1, 1, outer.root()));
    outer.keep(result)?;
    drop(outer);
    assert_eq!((tree.len(), &tree[result], tree.scope_depth()), (1, &[1, 2][..], 0));
    Ok(())
}

#[test]
fn a_guard_that_is_forgotten_leaves_its_context_to_its_parent() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    let mut outer = tree.scope(phase)?;
    let mut inner = outer.nested()?;
    inner.bytes(100)?;
    std::mem::forget(inner);
    assert_eq!(outer.scope_depth(), 2);
    drop(outer);
    assert_eq!((tree.scope_depth(), tree.len()), (0, 1));
    assert_eq!((arena(&tree, phase).used(), arena(&tree, phase).scope_depth()), (0, 0));
    Ok(())
}

#[test]
fn a_scope_takes_the_arena_back_to_where_it_was() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::with_page_size(4096))?;
    tree.bytes(phase, 100)?;
    for _ in 0..100 {
        let mut tmp = tree.scope(phase)?;
        for _ in 0..10 {
            tmp.bytes(1000)?;
        }
        assert_eq!(tmp.allocator_as::<Arena>(phase)?.scope_depth(), 1);
    }
    assert_eq!((arena(&tree, phase).used(), arena(&tree, phase).pages()), (104, 3));
    Ok(())
}

#[test]
fn kept_arrays_are_moved_down_to_where_the_scope_began() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::with_page_size(4096))?;
    let mut kept = Vec::new();
    for round in 0..50u8 {
        let mut tmp = tree.scope(phase)?;
        tmp.bytes(3000)?;
        let result = tmp.array_from(&[round; 40])?;
        let deeper = tmp.tree().array_from(result, &[u64::from(round); 3])?;
        tmp.bytes(3000)?;
        kept.push((tmp.keep(result)?, deeper));
        drop(tmp);
        tree.validate().unwrap();
    }
    assert_eq!(arena(&tree, phase).used(), 50 * 64);
    for (round, &(result, deeper)) in kept.iter().enumerate() {
        assert_eq!((&tree[result], &tree[deeper]), (&[round as u8; 40][..], &[round as u64; 3][..]));
    }
    Ok(())
}

/// What is kept, and what has moved below it, is known to be still there, each once.
#[test]
fn an_array_that_grows_below_one_that_is_kept_is_moved_down_with_it() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::with_page_size(4096))?;
    let mut outer = tree.scope(phase)?;
    let upper = outer.array_from(&[1u8; 8])?;
    let lower = outer.tree().array_from(upper, &[2u8; 8])?;
    let mut inner = outer.nested()?;
    inner.bytes(1000)?;
    inner.tree().resize(lower, 100)?;
    inner.bytes(1000)?;
    drop(inner);
    let upper = outer.keep(upper)?;
    outer.tree().validate().unwrap();
    drop(outer);
    assert_eq!(arena(&tree, phase).used(), 8 + 104);
    assert_eq!((&tree[upper], &tree[lower][..8]), (&[1; 8][..], &[2; 8][..]));
    tree.validate().unwrap();
    Ok(())
}

/// What lay further out before somebody put it below what is kept stays where it is.
#[test]
fn an_array_from_outside_keeps_nothing_of_a_scopes_memory() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::with_page_size(4096))?;
    let outside = tree.array_from(phase, &[1u8; 16])?;
    let mut tmp = tree.scope(phase)?;
    tmp.bytes(1000)?;
    let kept = tmp.array_from(&[2u8; 8])?;
    tmp.tree().steal(kept, outside)?;
    let kept = tmp.keep(kept)?;
    drop(tmp);
    assert_eq!(arena(&tree, phase).used(), 16 + 8);
    assert_eq!((&tree[kept], &tree[outside]), (&[2; 8][..], &[1; 16][..]));
    tree.validate().unwrap();
    Ok(())
}

/// The use after free that users of arenas know: an outer owner's list grows in an inner scope, its new place is cut
/// from the inner scope's memory, and the scope takes that back.
#[test]
fn a_list_that_grows_in_an_inner_scope_stays_with_its_owner() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::with_page_size(1024))?;
    let list = tree.array_from(phase, &[1u32, 2, 3])?;
    let blocker = tree.bytes(phase, 8)?;
    {
        let mut outer = tree.scope(phase)?;
        outer.bytes(40)?;
        let mut inner = outer.nested()?;
        inner.bytes(64)?;
        inner.resize(list, 50)?;
        inner[list][49] = 99;
        inner.bytes(64)?;
        drop(inner);
        assert_eq!((&outer[list][..3], outer[list][49]), (&[1, 2, 3][..], 99));
        let scratch = outer.bytes(200)?;
        outer[scratch].fill(0xFF);
    }
    let scratch = tree.array_from(phase, &[0xEE_u8; 300])?;
    assert_eq!((&tree[list][..3], tree[list][49]), (&[1, 2, 3][..], 99));
    assert_eq!((tree[blocker].len(), tree[scratch][299]), (8, 0xEE));
    // 16 for the list's first place, 8, 200 for its new one, which came down to where the scope began, 304.
    assert_eq!(arena(&tree, phase).used(), 16 + 8 + 200 + 304);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn memory_left_behind_under_somebody_further_out_stays_taken() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    let outer = tree.scope(phase)?.handle();
    assert!(!tree.contains(outer));
    let left;
    {
        let mut tmp = tree.scope(phase)?;
        tmp.bytes(100)?;
        left = tmp.tree().array_from(phase, &[7u8; 16])?;
    }
    let after = tree.array_from(phase, &[8u8; 200])?;
    assert_eq!((&tree[left], &tree[after][..2]), (&[7; 16][..], &[8, 8][..]));
    tree.free(left)?;
    tree.free(after)?;
    assert_eq!(arena(&tree, phase).used(), 0);
    Ok(())
}

#[test]
fn arenas_of_every_sort_have_scopes() -> Result<(), Error> {
    fn works(tree: &mut Tree, context: Handle<()>) -> Result<(), Error> {
        let used = |tree: &Tree| tree.allocator(context).unwrap().usage().used;
        let list = tree.array_from(context, &[1u16, 2])?;
        let before = used(tree);
        for _ in 0..20 {
            let mut tmp = tree.scope(context)?;
            tmp.bytes(200)?;
            tmp.alloc([0u64; 8])?;
        }
        assert_eq!((used(tree), &tree[list]), (before, &[1, 2][..]));
        Ok(())
    }
    let mut tree = Tree::new();
    let root = tree.root();
    let contexts = [
        tree.context_in(root, "arena", Arena::new())?,
        tree.context_in(root, "fixed", FixedBuffer::new(vec![0; 512]))?,
        tree.context_in(root, "pool", Pool::new(512))?,
        tree.context_in(root, "temporary", Temporary::new())?,
    ];
    for context in contexts {
        works(&mut tree, context)?;
    }
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn an_arena_has_at_most_32_scopes() -> Result<(), Error> {
    fn deeper(tree: &mut Tree, parent: Handle<()>, depth: usize) -> Result<usize, Error> {
        let mut tmp = tree.scope(parent)?;
        tmp.bytes(10)?;
        let context = tmp.handle();
        match deeper(&mut tmp, context, depth + 1) {
            Err(Error::TooDeep { limit: 32 }) => Ok(depth),
            other => other,
        }
    }
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    assert_eq!(deeper(&mut tree, phase, 1)?, 32);
    assert_eq!((tree.len(), arena(&tree, phase).used()), (1, 0));
    assert_eq!(
        Error::TooDeep { limit: 32 }.to_string(),
        "scopes in one arena can't be nested deeper than 32: end one first"
    );
    // A heap has no scopes of its own, and no limit to them.
    let mut contexts = vec![tree.root()];
    for _ in 0..100 {
        let parent = contexts[contexts.len() - 1];
        let guard = tree.scope(parent)?;
        contexts.push(guard.handle().id());
        std::mem::forget(guard);
    }
    assert_eq!(tree.scope_depth(), 100);
    Ok(())
}

#[test]
fn a_scope_whose_context_is_claimed_passes_to_the_holder() -> Result<(), Error> {
    let mut tree = Tree::new();
    let holder = tree.context(tree.root(), "holder")?;
    let mut tmp = tree.scope(tree.root())?;
    let text = tmp.strdup("text")?;
    let context = tmp.handle();
    tmp.reference(holder, context)?;
    drop(tmp);
    assert_eq!((tree.parent(context)?, &tree[text]), (Some(holder.id()), "text"));
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_scope_whose_arena_has_gone_ends_all_the_same() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    let mut tmp = tree.scope(phase)?;
    tmp.bytes(10)?;
    tmp.free(phase)?;
    // Another arena gets the first one's number, and opens scopes that are none of this one's to close.
    let root = tmp.root();
    let other = tmp.tree().context_in(root, "other", Arena::new())?;
    std::mem::forget(tmp.tree().scope(other)?);
    drop(tmp);
    assert_eq!(arena(&tree, other).scope_depth(), 1);
    tree.validate().unwrap();
    Ok(())
}

/// What was built elsewhere comes with arenas that were counted elsewhere.
#[test]
fn a_scope_whose_arena_has_gone_does_not_end_those_of_one_from_another_tree() -> Result<(), Error> {
    let (mut tree, mut elsewhere) = (Tree::new(), Tree::new());
    let built = elsewhere.context_in(elsewhere.root(), "built", Arena::new())?;
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    let mut tmp = tree.scope(phase)?;
    tmp.free(phase)?;
    let root = tmp.root();
    let subtree = elsewhere.detach(built)?;
    let built = subtree.map().and_then(|map| map.get(built)).expect("it was detached");
    let built = tmp.graft(root, subtree)?.get(built).expect("it was grafted");
    std::mem::forget(tmp.tree().scope(built)?);
    drop(tmp);
    assert_eq!(arena(&tree, built).scope_depth(), 1);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_scope_of_a_tree_that_was_torn_down_does_not_end_those_of_its_next_arena() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    let mut tmp = tree.scope(phase)?;
    tmp.tree().tear_down()?;
    let root = tmp.root();
    let next = tmp.tree().context_in(root, "next", Arena::new())?;
    std::mem::forget(tmp.tree().scope(next)?);
    drop(tmp);
    assert_eq!(arena(&tree, next).scope_depth(), 1);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_scope_of_a_tree_that_was_replaced_goes_with_it() {
    let mut tree = Tree::new();
    let mut tmp = tree.scope(tree.root()).unwrap();
    tmp.alloc(1).unwrap();
    let mut other = Tree::new();
    other.alloc(other.root(), 2).unwrap();
    std::mem::swap(&mut other, &mut *tmp);
    drop(tmp);
    assert_eq!((tree.len(), other.len()), (1, 2));
    tree.validate().unwrap();
    other.validate().unwrap();
}

#[test]
fn panics_while_a_scope_ends_leave_the_arena_in_order() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    for unwinding in [false, true] {
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let mut tmp = tree.scope(phase).unwrap();
            let fuse = tmp.bytes(100).unwrap();
            tmp.set_destructor(fuse, |_, _| panic!("in a destructor")).unwrap();
            if unwinding {
                panic!("in a scope");
            }
        }));
        let expected = if unwinding { "in a scope" } else { "in a destructor" };
        assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&expected));
        assert_eq!((tree.len(), arena(&tree, phase).used(), arena(&tree, phase).scope_depth()), (1, 0, 0));
        tree.validate().unwrap();
    }
    Ok(())
}

#[test]
fn a_scope_needs_a_living_parent() -> Result<(), Error> {
    let mut tree = Tree::new();
    let gone = tree.context(tree.root(), "gone")?;
    tree.free(gone)?;
    assert_eq!(tree.scope(gone).unwrap_err(), Error::Stale { node: gone.id() });
    let foreign = Tree::new().root();
    assert_eq!(tree.scope(foreign).unwrap_err(), Error::Foreign { node: foreign });
    let outcome: Result<(), Error> = tree.scoped(gone, |_| unreachable!("there is no scope"));
    assert_eq!(outcome.unwrap_err(), Error::Stale { node: gone.id() });
    Ok(())
}

/// What each inner scope leaves to the outer one must not cost the next ones anything: if it did, this would take minutes.
#[test]
fn many_scopes_in_one_scope_that_all_keep_something() -> Result<(), Error> {
    const SCOPES: usize = 100_000;
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    let list = tree.array::<u64>(phase, 1)?;
    let mut outer = tree.scope(phase)?;
    for n in 0..SCOPES {
        let mut inner = outer.nested()?;
        inner.bytes(100)?;
        let kept = inner.array_from(&[n as u64])?;
        inner.keep(kept)?;
        inner.resize(list, 1 + n % 7)?;
    }
    let arena = outer.allocator_as::<Arena>(phase)?;
    assert!(arena.usage().blocks == SCOPES + 1 && arena.used() < SCOPES * 40, "{:?}", arena.usage());
    drop(outer);
    assert_eq!((tree.len(), tree[list].len()), (2, 1 + (SCOPES - 1) % 7));
    Ok(())
}
