//! Subtrees that are made once more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use freehold::{Budget, Error, Event, Handle, NodeId, Strong, Tree, Unlinked, Verdict, Weak, for_each_failure, links};

use super::outline;

#[derive(Clone)]
struct Knot {
    next: Option<Handle<Knot>>,
    owner: Option<Handle<()>>,
    text: Option<Handle<str>>,
    strong: Option<Strong<[u16]>>,
    weak: Option<Weak<()>>,
}
links!(Knot { next, owner, text, strong, weak });

const KNOT: Knot = Knot { next: None, owner: None, text: None, strong: None, weak: None };

fn declared() -> Tree {
    let mut tree = Tree::new();
    tree.declare_clone::<Knot>().unwrap();
    tree.declare_links::<Knot>().unwrap();
    tree
}

#[test]
fn a_copy_is_as_its_original_and_apart_from_it() -> Result<(), Error> {
    let mut tree = declared();
    let top = tree.context(tree.root(), "top")?;
    let text = tree.strdup(top, "a text that has more than twenty-four bytes")?;
    let lines = tree.bytes_aligned(top, 100, 64)?;
    tree[lines].fill(7);
    tree.set_secret(lines)?;
    let scores = tree.array_from(lines, &[1u16, 2])?;
    let outside = tree.context(tree.root(), "outside")?;
    let first = tree.alloc(scores, Knot { owner: Some(outside), text: Some(text), ..KNOT })?;
    let second = tree.alloc(top, Knot { next: Some(first), owner: Some(top), ..KNOT })?;
    tree.set_name(second, "second")?;
    tree.set_destructor(top, |_, _| Verdict::Refuse)?;
    let cleaned = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&cleaned);
    tree.add_cleanup(second, move |_, _| _ = counter.fetch_add(1, Ordering::Relaxed))?;
    tree.set_budget(top, Budget::new().nodes(6))?;
    tree.retain(first)?;
    let before = outline(&tree, top);

    let map = tree.duplicate(top, outside)?;
    tree.validate().unwrap();
    let copy = map.get(top).unwrap();
    assert_eq!((outline(&tree, copy), outline(&tree, top), map.len()), (before.clone(), before, 6));
    assert_eq!((map.top(), tree.parent(copy)?), (copy.id(), Some(outside.id())));
    assert!(map.iter().all(|(old, new)| old != new && map.id(old) == Some(new) && map.id(new).is_none()));
    let (f, s) = (&tree[map.get(first).unwrap()], &tree[map.get(second).unwrap()]);
    assert_eq!((f.owner, f.text), (Some(outside), map.get(text)));
    assert_eq!((s.next, s.owner), (map.get(first), Some(copy)));
    let lines = map.get(lines).unwrap();
    assert!(tree.is_secret(lines)? && tree[lines] == [7; 100] && tree[lines].as_ptr().align_offset(64) == 0);
    assert_eq!((tree.budget(copy)?.is_none(), tree.ref_count(map.get(first).unwrap())?), (true, 0));

    let text = (text, map.get(text).unwrap());
    tree.append(text.1, ", of the copy")?;
    assert!(tree[text.0].len() < tree[text.1].len());
    assert_eq!(tree.free(copy)?.nodes(), 6, "no destructor was copied");
    assert_eq!(cleaned.load(Ordering::Relaxed), 0);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn claims_in_values_are_on_the_copies() -> Result<(), Error> {
    let mut tree = declared();
    let top = tree.context(tree.root(), "top")?;
    let (inside, outside) = (tree.array_from(top, &[1u16])?, tree.array_from(tree.root(), &[2u16])?);
    let (strong, other) = (tree.strong(inside)?, tree.strong(outside)?);
    let weak = tree.weak(top)?;
    let a = tree.alloc(top, Knot { strong: Some(strong.clone()), weak: Some(weak), ..KNOT })?;
    let b = tree.alloc(top, Knot { strong: Some(other), ..KNOT })?;
    drop(strong);

    let map = tree.duplicate(top, tree.root())?;
    tree.validate().unwrap();
    let (copy, a_copy, b_copy) = (map.get(inside).unwrap(), map.get(a).unwrap(), map.get(b).unwrap());
    assert_eq!(tree[a_copy].strong.as_ref().map(Strong::handle), Some(copy));
    assert_eq!(tree[b_copy].strong.as_ref().map(Strong::handle), Some(outside));
    assert_eq!(tree[a_copy].weak.as_ref().unwrap().upgrade().map(|strong| strong.handle()), map.get(top));
    let counts = |tree: &Tree| [inside, copy, outside].map(|node| tree.ref_count(node).unwrap());
    assert_eq!(counts(&tree), [1, 1, 1], "the other one is shared by clones");
    tree[a_copy].strong = None;
    assert_eq!(counts(&tree), [1, 0, 1]);
    tree.free(copy)?;
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn references_are_between_copies_or_lead_out() -> Result<(), Error> {
    let mut tree = Tree::new();
    let outside = tree.context(tree.root(), "outside")?;
    let top = tree.context(tree.root(), "top")?;
    let [a, b, c] = ["a", "b", "c"].map(|name| tree.context(top, name).unwrap());
    for (holder, node) in [(a, c), (b, outside), (b, c), (c, c), (top, a), (b, top), (a, outside)] {
        tree.reference(holder, node)?;
    }
    tree.context(b, "after")?;
    tree.reference(outside, a)?;
    let names = |tree: &Tree, node: NodeId| -> Vec<String> {
        let holders = tree.references(node).unwrap().map(|held| (held.holder(), held.origin().line()));
        holders.map(|(holder, line)| format!("{} {line}", tree.name(holder).unwrap())).collect()
    };
    let (of_c, of_outside) = (names(&tree, c.id()), names(&tree, outside.id()));

    let map = tree.duplicate(top, tree.root())?;
    tree.validate().unwrap();
    assert_eq!(names(&tree, map.id(c).unwrap()), of_c);
    assert_eq!(names(&tree, outside.id()), [of_outside.clone(), of_outside].concat());
    assert_eq!(tree.reference_count(map.id(a).unwrap())?, 1, "the one from outside is not copied");
    assert!(tree.references(map.id(c).unwrap())?.all(|held| tree.is_ancestor(map.top(), held.holder()).unwrap()));
    // Where they lie among the children.
    let mut lines = [outline(&tree, top), outline(&tree, map.top())];
    lines[0][4] = lines[1][4].clone(); // of `a`, which has one reference fewer
    assert_eq!(lines[0], lines[1]);
    tree.set_destructor(map.get(top).unwrap(), |_, _| Verdict::Free)?;
    for holder in [b, top] {
        let copy = map.id(holder).unwrap();
        let held: Vec<_> = tree.references_held(copy)?.map(|held| held.id()).collect();
        held.into_iter().try_for_each(|held| tree.drop_reference(held))?;
    }
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_copy_may_go_into_what_is_copied() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let inner = tree.context(top, "inner")?;
    tree.strdup(inner, "text")?;
    for _ in 0..3 {
        let nodes = tree.len();
        let map = tree.duplicate(tree.root(), inner)?;
        tree.validate().unwrap();
        assert_eq!((tree.len(), map.len()), (2 * nodes + 1, nodes + 1));
        assert_eq!(tree.children(inner)?.next(), Some(map.top()));
    }
    Ok(())
}

#[test]
fn what_is_shared_is_not_copied() -> Result<(), Error> {
    let mut tree = declared();
    tree.declare_shared::<[u8]>()?;
    tree.declare_shared::<Arc<u8>>()?;
    let top = tree.context(tree.root(), "top")?;
    let shared = tree.array_from(top, b"constant")?;
    let below = tree.context(shared, "below")?;
    let value = tree.alloc(top, Arc::new(1u8))?;
    let knot = tree.alloc(top, Knot { owner: Some(below), ..KNOT })?;
    tree.reference(knot, below)?;

    let nodes = tree.len();
    let map = tree.duplicate(top, tree.root())?;
    tree.validate().unwrap();
    assert_eq!((tree.len(), map.len()), (nodes + 2, 4));
    assert_eq!((map.get(shared), map.get(value), map.get(below)), (Some(shared), Some(value), None));
    assert_eq!(tree[map.get(knot).unwrap()].owner, Some(below), "it was not copied");
    assert_eq!((tree.reference_count(shared)?, tree.reference_count(below)?), (1, 2));
    assert_eq!(tree.references(shared)?.next().unwrap().holder(), map.top());
    // The top itself.
    let alone = tree.duplicate(shared, tree.root())?;
    assert_eq!((alone.len(), alone.get(shared), tree.reference_count(shared)?), (1, Some(shared), 2));
    tree.free(map.top())?;
    tree.validate().unwrap();

    // A copy on the first write.
    let owner = tree.context(tree.root(), "owner")?;
    tree.reference(owner, shared)?;
    assert_eq!(tree.make_mut(below, shared).unwrap_err(), Error::NotOwner { node: shared.id(), owner: below.id() });
    let mine = tree.make_mut(owner, shared)?;
    assert!(mine != shared && tree[mine] == *b"constant" && tree.parent(mine)? == Some(owner.id()));
    assert_eq!((tree.reference_count(shared)?, tree.children(mine)?.count()), (1, 1));
    assert_eq!(tree.make_mut(owner, mine)?, mine, "nobody else has it");
    // The owner gives it up: who holds it takes over.
    let mine = tree.make_mut(top, shared)?;
    assert_eq!((tree.parent(mine)?, tree.parent(shared)?), (Some(top.id()), Some(tree.root())));
    tree.retain(mine)?;
    let again = tree.make_mut(top, mine)?;
    assert!(again != mine && tree.parent(mine)? == Some(tree.root()) && tree.ref_count(mine)? == 1);
    assert_eq!(tree.make_mut(top, value)?, value);
    tree.reference(owner, value)?;
    assert!(matches!(tree.make_mut(owner, value), Err(Error::NotCloneable { .. })));
    assert_eq!(tree.unlink(owner, value)?, Unlinked::Reference);
    tree.validate().unwrap();
    Ok(())
}

/// Who can't give up a claim gets no copy.
#[test]
fn a_copy_to_write_to_needs_a_claim_to_give_up() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_clone::<[u8; 8]>()?;
    let root = tree.root();
    let floating = tree.floating(*b"floating")?;
    assert_eq!(tree.make_mut(root, floating)?, floating);
    tree.retain(floating)?;
    let nodes = tree.len();
    assert_eq!(tree.make_mut(root, floating), Err(Error::Held { node: floating.id(), retained: 1, strong: 0 }));
    assert_eq!((tree.len(), tree.ref_count(floating)?), (nodes, 1));
    let holder = tree.context(root, "holder")?;
    tree.reference(holder, floating)?;
    assert!(tree.make_mut(holder, floating)? != floating);
    assert_eq!((tree.reference_count(floating)?, tree.ref_count(floating)?), (0, 1));

    let node = tree.alloc(root, *b"constant")?;
    tree.reference(node, node)?;
    assert_eq!(tree.make_mut(root, node)?, node, "its own claim is nobody else's");
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn copies_of_one_reference_to_what_everybody_refers_to() -> Result<(), Error> {
    let mut tree = Tree::new();
    let config = tree.context(tree.root(), "config")?;
    let request = tree.context(tree.root(), "request")?;
    tree.reference(request, config)?;
    let all = tree.context(tree.root(), "all")?;
    for _ in 0..200_000 {
        tree.duplicate(request, all)?;
    }
    assert_eq!(tree.reference_count(config)?, 200_001);
    assert_eq!(tree.references(config)?.next().unwrap().holder(), tree.children(all)?.next().unwrap());
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn what_can_not_be_copied_changes_nothing() -> Result<(), Error> {
    struct Socket;
    let mut tree = declared();
    let top = tree.context(tree.root(), "top")?;
    let other = tree.context(top, "other")?;
    let socket = tree.alloc(other, Socket)?;
    let before = (outline(&tree, tree.root()), tree.len());
    let error = tree.duplicate(top, tree.root()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "node {socket} holds a `{}`, which can't be duplicated: declare it with `declare_clone` or `declare_shared`",
            std::any::type_name::<Socket>()
        )
    );
    assert_eq!((outline(&tree, tree.root()), tree.len()), before);
    tree.free(socket)?;

    let mut seen = None;
    tree.set_destructor(other, move |tree, other| {
        let (root, dying) = (tree.root(), Error::Dying { node: other.id() });
        assert_eq!(tree.duplicate(top, root).unwrap_err(), dying);
        assert_eq!(tree.make_mut(top, other).unwrap(), other);
        seen.get_or_insert(dying);
        Verdict::Refuse
    })?;
    assert!(matches!(tree.free(other), Err(Error::Refused { .. })));
    tree.clear_destructor(other)?;

    // The copy has to fit, with its references.
    let small = tree.context(tree.root(), "small")?;
    tree.set_budget(small, Budget::new().nodes(2))?;
    assert!(matches!(tree.duplicate(top, small), Err(Error::OverBudget { what: "nodes", asked: 2, left: 1, .. })));
    tree.duplicate(other, small)?;
    assert_eq!(tree.budget(small)?.unwrap().nodes, 2);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_handler_of_a_budget_makes_room_for_a_copy() -> Result<(), Error> {
    let mut tree = Tree::new();
    let small = tree.context(tree.root(), "small")?;
    let cache = tree.context(small, "cache")?;
    tree.bytes(cache, 80)?;
    let top = tree.bytes(tree.root(), 50)?;
    tree.set_budget(
        small,
        Budget::new().bytes(100).on_exceeded(move |tree, _| match tree.free(cache) {
            Ok(_) => freehold::Relief::TryAgain,
            Err(_) => freehold::Relief::Refuse,
        }),
    )?;
    let map = tree.duplicate(top, small)?;
    assert!(!tree.contains(cache) && tree.parent(map.top())? == Some(small.id()));
    assert!(matches!(tree.duplicate(top, cache), Err(Error::Stale { .. })));
    tree.duplicate(top, small)?;
    assert!(matches!(tree.duplicate(top, small), Err(Error::OverBudget { .. })));
    tree.validate().unwrap();
    Ok(())
}

/// Counts those that are there, and panics at a clone.
struct Counted(Arc<AtomicUsize>, bool);

impl Clone for Counted {
    fn clone(&self) -> Self {
        assert!(!self.1, "not this one");
        self.0.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0), false)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[test]
fn a_clone_that_panics_leaves_nothing_behind() -> Result<(), Error> {
    let count = Arc::new(AtomicUsize::new(10));
    let heard = Arc::new(Mutex::new(0));
    let mut tree = Tree::new();
    tree.declare_clone::<Counted>()?;
    let top = tree.context(tree.root(), "top")?;
    let mut parent = top.id();
    for n in 0..10 {
        parent = tree.alloc(if n % 2 == 0 { top.id() } else { parent }, Counted(Arc::clone(&count), n == 1))?.id();
        let bytes = tree.bytes(parent, 20)?;
        tree.reference(bytes, top)?;
        tree.set_secret(bytes)?;
    }
    let arena = tree.context_in(tree.root(), "arena", freehold::Arena::new())?;
    let note = Arc::clone(&heard);
    tree.set_observer(move |_, _| *note.lock().unwrap() += 1);
    let before = outline(&tree, tree.root());
    for parent in [tree.root(), arena.id(), parent] {
        catch_unwind(AssertUnwindSafe(|| tree.duplicate(top, parent))).unwrap_err();
        tree.validate().unwrap();
        assert_eq!(outline(&tree, tree.root()), before);
        assert_eq!((count.load(Ordering::Relaxed), *heard.lock().unwrap()), (10, 0));
    }
    assert_eq!(tree.allocator(arena)?.usage().blocks, 0);
    Ok(())
}

#[test]
fn every_request_may_fail() {
    let requests = for_each_failure(|tree| {
        tree.declare_clone::<u64>()?;
        let top = tree.context(tree.root(), "top")?;
        let bytes = tree.bytes(top, 30)?;
        tree.alloc(bytes, 7u64)?;
        tree.strdup(top, "text")?;
        let before = (outline(tree, tree.root()), outline(tree, top));
        match tree.duplicate(top, tree.root()) {
            Ok(map) => assert_eq!(outline(tree, map.top()), before.1),
            Err(error) => {
                assert_eq!(outline(tree, tree.root()), before.0);
                return Err(error);
            }
        }
        Ok(())
    });
    assert_eq!(requests, 6);
}

#[test]
fn the_observer_hears_of_all_when_all_is_done() -> Result<(), Error> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let below = tree.context(top, "below")?;
    tree.reference(below, top)?;
    let note = Arc::clone(&heard);
    tree.set_observer(move |tree, event| {
        tree.validate().unwrap();
        note.lock().unwrap().push(event);
    });
    let root = tree.root();
    let map = tree.duplicate(top, root)?;
    let [top, below] = [top.id(), below.id()].map(|node| map.id(node).unwrap());
    let expected = [
        Event::Created { node: top, parent: root },
        Event::Created { node: below, parent: top },
        Event::Referenced { node: top, holder: below },
    ];
    assert_eq!(*heard.lock().unwrap(), expected);
    Ok(())
}

#[test]
fn links_that_panic_when_they_are_rewritten_find_all_done() -> Result<(), Error> {
    #[derive(Clone)]
    struct Loud(Handle<()>);
    impl freehold::Links for Loud {
        fn list(&self, out: &mut freehold::LinkList<'_>) {
            self.0.list(out);
        }
        fn rewrite(&mut self, _: &freehold::Rewriter<'_>) {
            panic!("loud");
        }
    }
    let mut tree = declared();
    tree.declare_clone::<Loud>()?;
    tree.declare_links::<Loud>()?;
    let top = tree.context(tree.root(), "top")?;
    tree.alloc(top, Loud(top))?;
    tree.alloc(top, Knot { owner: Some(top), ..KNOT })?;
    catch_unwind(AssertUnwindSafe(|| tree.duplicate(top, tree.root()))).unwrap_err();
    tree.validate().unwrap();
    let copy = tree.downcast::<()>(tree.children(tree.root())?.next().unwrap())?;
    assert!(copy != top && tree.len() == 6);
    let owners: Vec<_> = tree.iter::<Knot>().map(|(_, knot)| knot.owner).collect();
    assert_eq!(owners, [Some(top), Some(copy)], "the others have been rewritten");
    Ok(())
}

#[test]
fn deep_and_wide_ones() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let mut at = top;
    for _ in 0..300_000 {
        at = tree.context(at, "link")?;
        tree.strdup(top, "side by side")?;
    }
    let map = tree.duplicate(top, at)?;
    tree.validate().unwrap();
    assert_eq!(map.len(), 600_001);
    Ok(())
}

/// Who takes the original over is asked for room before anything is copied.
#[test]
fn who_takes_over_from_a_writer_needs_room() -> Result<(), Error> {
    let mut tree = Tree::new();
    let (owner, holder) = (tree.context(tree.root(), "owner")?, tree.context(tree.root(), "holder")?);
    let data = tree.bytes(owner, 10)?;
    tree.reference(holder, data)?;
    tree.set_budget(holder, Budget::new().bytes(9))?;
    let over = Error::OverBudget { owner: holder.id(), what: "bytes", asked: 10, left: 9 };
    assert_eq!(tree.make_mut(owner, data), Err(over));
    assert_eq!((tree.len(), tree.parent(data)?), (3, Some(owner.id())));
    tree.set_budget(holder, Budget::new().bytes(10))?;
    let mine = tree.make_mut(owner, data)?;
    assert_eq!((tree.parent(mine)?, tree.parent(data)?), (Some(owner.id()), Some(holder.id())));
    tree.validate().unwrap();
    Ok(())
}

/// It gives up its reference and stays the owner, so nobody takes anything over.
#[test]
fn a_writer_that_refers_to_what_it_owns_needs_no_room_elsewhere() -> Result<(), Error> {
    let mut tree = Tree::new();
    let (owner, holder) = (tree.context(tree.root(), "owner")?, tree.context(tree.root(), "holder")?);
    let data = tree.bytes(owner, 10)?;
    tree.reference(owner, data)?;
    tree.reference(holder, data)?;
    tree.set_budget(holder, Budget::new().bytes(9))?;
    let mine = tree.make_mut(owner, data)?;
    assert_eq!((tree.parent(mine)?, tree.parent(data)?), (Some(owner.id()), Some(owner.id())));
    assert_eq!(tree.reference_count(data)?, 1);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn texts_can_be_shared_like_any_other_type() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_shared::<str>()?;
    let original = tree.context(tree.root(), "original")?;
    let (text, bytes) = (tree.strdup(original, "text")?, tree.bytes(original, 3)?);
    let map = tree.duplicate(original, tree.root())?;
    assert_eq!(map.get(text), Some(text));
    assert_ne!(map.get(bytes), Some(bytes), "what was not declared is copied");
    assert_eq!(tree.reference_count(text)?, 1);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn what_one_tree_knows_as_shared_is_shared_where_it_is_grafted() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_shared::<u64>()?;
    let node = tree.alloc(tree.root(), 7u64)?;
    let mut other = Tree::new();
    other.alloc(other.root(), 1u64)?;
    let home = other.context(other.root(), "home")?;
    let subtree = tree.detach(node)?;
    let map = other.graft(home, subtree)?;
    assert_eq!(map.len(), 1);
    let map = other.duplicate(home, other.root())?;
    let grafted = other.children(home)?.next().expect("it is there");
    assert_eq!(map.id(grafted), Some(grafted), "the copy refers to it");
    Ok(())
}

/// A graft that is refused has changed nothing, so nothing is known either of types that have come and gone, whether the tree
/// had met them before or not.
#[test]
fn what_a_refused_subtree_knew_of_types_is_not_taken_over() -> Result<(), Error> {
    struct Link {
        to: Handle<()>,
    }
    links!(Link { to });
    for met in [true, false] {
        let mut built = Tree::new();
        built.declare_clone::<u64>()?;
        built.declare_shared::<u32>()?;
        built.declare_links::<Link>()?;
        built.alloc(built.root(), 7u64)?;
        built.alloc(built.root(), 7u32)?;
        let top = built.context(built.root(), "top")?;
        built.alloc(top, Link { to: top })?;
        let claimed = built.floating(8u8)?;
        let strong = built.strong(claimed)?;

        let mut tree = Tree::new();
        let make = |tree: &mut Tree| -> Result<_, Error> {
            let root = tree.context(tree.root(), "holder of the links")?;
            Ok((tree.alloc(root, 1u64)?, tree.alloc(root, 1u32)?, tree.alloc(root, Link { to: root })?))
        };
        if met {
            make(&mut tree)?;
        }
        let rejected = tree.graft(tree.root(), built.into_subtree()).unwrap_err();
        assert!(matches!(rejected.error(), Error::Crossed { .. }));
        let (long, short, link) = make(&mut tree)?;
        for node in [long.id(), short.id()] {
            assert!(matches!(tree.duplicate(node, tree.root()), Err(Error::NotCloneable { .. })), "met before: {met}");
        }
        assert_eq!(tree.links(link)?.len(), 0, "met before: {met}");
        drop(strong);
        tree.graft(tree.root(), rejected.into_value())?;
        assert!(tree.duplicate(long, tree.root())?.get(long).is_some_and(|copy| copy != long));
        assert_eq!(tree.duplicate(short, tree.root())?.get(short), Some(short));
        assert_eq!(tree.links(link)?.len(), 1);
        tree.validate().unwrap();
    }
    Ok(())
}
