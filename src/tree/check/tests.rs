//! Every invariant is seen to break, and every place that finds a breach is seen to find one.

use std::alloc::Layout;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::id::{Handle, NodeKey};
use crate::memory::{AllocError, Allocator, AllocatorKind, Request, Slot, Usage};
use crate::sync::{Arc, Ordering};
use crate::tree::budget::{self, Amount};
use crate::tree::item::flag;
use crate::tree::{Tree, Verdict};
use crate::values::TEXT;
use crate::{Arena, Budget, Pool};

/// A user's allocator: each block is at `slot`, has `len` bytes and starts `shift` bytes after an aligned place.
struct Lying {
    len: usize,
    shift: usize,
}

#[repr(align(64))]
struct Aligned([u8; 128]);

static BYTES: Aligned = Aligned([0; 128]);

impl Allocator for Lying {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("lying")
    }
    fn allocate(&mut self, _: &Request) -> Result<Slot, AllocError> {
        Ok(Slot::new(0))
    }
    fn free(&mut self, _: Slot, _: Layout) {}
    fn bytes(&self, _: Slot, len: usize) -> &[u8] {
        &BYTES.0[self.shift..][..len.min(self.len)]
    }
    fn bytes_mut(&mut self, _: Slot, _: usize) -> &mut [u8] {
        &mut []
    }
    fn usage(&self) -> Usage {
        Usage::default()
    }
}

/// A tree with something of everything: `a` has a budget and holds a text, an array and a reference to `b`, which is
/// guarded. There are no free places yet.
fn sample() -> (Tree, Handle<()>, Handle<u8>) {
    let mut tree = Tree::new();
    let a = tree.context(tree.root(), "a").unwrap();
    let b = tree.alloc(tree.root(), 1u8).unwrap();
    tree.strdup(a, "text").unwrap();
    tree.array::<u32>(a, 10).unwrap();
    tree.reference(a, b).unwrap();
    tree.set_destructor(b, |_, _| Verdict::Free).unwrap();
    tree.set_budget(a, Budget::new()).unwrap();
    tree.validate().unwrap();
    (tree, a, b)
}

/// The child of `a` that meets a condition.
fn child(tree: &Tree, a: NodeKey, is: impl Fn(&Tree, NodeKey) -> bool) -> NodeKey {
    tree.topology.preorder(a).find(|&at| is(tree, at)).unwrap()
}

fn text(tree: &Tree, a: NodeKey) -> NodeKey {
    child(tree, a, |tree, at| tree.item(at).kind == TEXT)
}

fn array(tree: &Tree, a: NodeKey) -> NodeKey {
    child(tree, a, |tree, at| tree.item(at).size == 40)
}

fn entry(tree: &Tree, a: NodeKey) -> NodeKey {
    child(tree, a, |tree, at| tree.item(at).is_reference())
}

fn arena(tree: &mut Tree, a: NodeKey) -> Handle<()> {
    tree.context_in(tree.id(a), "arena", Arena::new()).unwrap()
}

#[derive(Default)]
struct Seen(RefCell<BTreeSet<(u8, String)>>);

impl Seen {
    /// Corrupts a tree, and expects both checks to find this.
    #[track_caller]
    fn broken(&self, number: u8, what: &str, corrupt: impl FnOnce(&mut Tree, NodeKey, NodeKey)) {
        let (mut tree, a, b) = sample();
        corrupt(&mut tree, a.id().key, b.id().key);
        let (found, complete) = (tree.validate_structure().unwrap_err(), tree.validate().unwrap_err());
        // Its columns and pages go one by one: a broken tree is no base for a walk.
        std::mem::forget(tree);
        assert_eq!(found, complete);
        assert_eq!((found.number, without_numbers(&found.what).as_str()), (number, what), "{found}");
        self.0.borrow_mut().insert((number, what.to_owned()));
    }
}

/// What was found, with `#` in place of what depends on the tree.
fn without_numbers(what: &str) -> String {
    let mut out = String::new();
    for c in what.chars() {
        match c.is_ascii_digit() {
            true if out.ends_with('#') => {}
            true => out.push('#'),
            false => out.push(c),
        }
    }
    out
}

/// How many places find a breach: each calls `breach` with a text of its own.
fn places(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let places = entries.map(|path| match path.is_dir() {
        true => places(&path),
        // This file has the call in a string.
        false if path.ends_with(file!()) => 0,
        false => fs::read_to_string(path).unwrap().matches(" breach(").count(),
    });
    places.sum()
}

#[test]
fn every_invariant_can_be_seen_to_break() {
    let seen = Seen::default();
    links(&seen);
    values(&seen);
    facts(&seen);
    claims(&seen);
    memory(&seen);
    holds(&seen);
    budgets(&seen);
    the_rest(&seen);
    let seen = seen.0.into_inner();
    let places = places(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let texts: BTreeSet<&str> = seen.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!((seen.len(), texts.len()), (places, places), "each place has been seen to find its own breach");
    let numbers: BTreeSet<u8> = seen.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=15).collect());
}

fn links(seen: &Seen) {
    seen.broken(1, "there are entries that can't be reached from it", |tree, a, _| {
        tree.topology.corrupt(a, |[_, first, _, _]| *first = u32::MAX);
    });
    seen.broken(2, "the root has a parent or siblings", |tree, a, _| {
        tree.topology.corrupt(tree.topology.root(), |[parent, ..]| *parent = a.index());
    });
    seen.broken(2, "the root has a parent or siblings", |tree, a, _| {
        tree.topology.corrupt(tree.topology.root(), |[_, _, next, _]| *next = a.index());
    });
    seen.broken(2, "the root has a parent or siblings", |tree, a, _| {
        tree.topology.corrupt(tree.topology.root(), |[_, _, _, prev]| *prev = a.index());
    });
    seen.broken(2, "a child is not there", |tree, a, b| {
        let gone = tree.context(tree.id(b), "gone").unwrap().id().key;
        tree.topology.remove_leaf(gone);
        tree.topology.corrupt(a, |[_, first, _, _]| *first = gone.index());
    });
    seen.broken(2, "it is on the list of another parent's children", |tree, a, b| {
        tree.topology.corrupt(a, |[parent, ..]| *parent = b.index());
    });
    seen.broken(2, "it does not point back to the sibling before it", |tree, a, _| {
        tree.topology.corrupt(a, |[_, _, _, prev]| *prev = a.index());
    });
    seen.broken(2, "the list of its children does not end", |tree, a, b| {
        tree.topology.corrupt(a, |[_, _, next, _]| *next = b.index());
    });
    seen.broken(2, "the first child does not know the last", |tree, a, _| {
        let first = tree.topology.first_child(a).unwrap();
        tree.topology.corrupt(first, |[_, _, _, prev]| *prev = first.index());
    });
    seen.broken(10, "a place is free that is not there", |tree, _, _| {
        tree.topology.corrupt_places(|free, _| free.push(1000));
    });
    seen.broken(10, "a place is free that is retired or has a tenant", |tree, _, b| {
        tree.topology.corrupt_places(|free, _| free.push(b.index()));
    });
    seen.broken(10, "a place is free twice", |tree, a, _| {
        let gone = tree.context(tree.id(a), "gone").unwrap();
        tree.free(gone).unwrap();
        tree.topology.corrupt_places(|free, _| free.push(free[0]));
    });
    seen.broken(10, "a place has no tenant, and is not free", |tree, a, _| {
        let gone = tree.context(tree.id(a), "gone").unwrap();
        tree.free(gone).unwrap();
        tree.topology.corrupt_places(|free, _| free.clear());
    });
    seen.broken(10, "another number of places is retired than is counted", |tree, _, _| {
        tree.topology.corrupt_places(|_, retired| *retired = 1);
    });
}

fn values(seen: &Seen) {
    seen.broken(3, "it is of a kind that the tree does not know", |tree, _, b| tree.item_mut(b).kind = 77);
    seen.broken(3, "its row is not there, or belongs to somebody else", |tree, _, b| tree.item_mut(b).slot = 7);
    seen.broken(3, "a text has another length than its size", |tree, a, _| {
        let text = text(tree, a);
        tree.item_mut(text).size = 5;
    });
    seen.broken(3, "kind # has rows that belong to no node", |tree, a, _| {
        let kind = tree.item(a).kind;
        tree.kinds.rows_mut::<()>(kind).unwrap().insert(a, ());
    });
    seen.broken(4, "an array has no block, or a shorter one", |tree, a, _| {
        let array = array(tree, a);
        tree.item_mut(array).size = 4000;
    });
    seen.broken(4, "an array has no block, or a shorter one", |tree, a, _| {
        let large = tree.bytes(tree.id(a), 100_000).unwrap().id().key;
        tree.item_mut(large).slot = 9999;
    });
    seen.broken(4, "an array is not aligned as was asked", |tree, a, _| {
        // Of two blocks side by side, 48 bytes apart, at most one is aligned to 64.
        for _ in 0..2 {
            let array = tree.array::<u32>(tree.id(a), 10).unwrap();
            tree.rare_mut(array.id().key).align = 64;
        }
    });
    seen.broken(4, "two arrays share a block", |tree, a, _| {
        let array = array(tree, a);
        let other = tree.array::<u32>(tree.id(a), 10).unwrap().id().key;
        tree.item_mut(other).slot = tree.item(array).slot;
    });
}

fn facts(seen: &Seen) {
    seen.broken(5, "its rare facts are not there", |tree, _, b| tree.item_mut(b).set_rare(1000));
    for (flags, on) in [(flag::GUARDED, false), (flag::CLEANUPS, true), (flag::SHARED, false), (flag::MARKED, true)] {
        seen.broken(5, "its flags and its rare facts disagree", |tree, _, b| tree.item_mut(b).set(flags, on));
    }
    seen.broken(5, "its flags and its rare facts disagree", |tree, a, _| {
        let text = text(tree, a);
        tree.set_secret(Handle::<str>::new(tree.id(text), tree.item(text).slot)).unwrap();
        tree.item_mut(text).set(flag::MARKED, false);
    });
    seen.broken(5, "its flags and its rare facts disagree", |tree, a, _| tree.budgets.set_label(a, budget::NONE));
    seen.broken(5, "two nodes share their rare facts", |tree, a, _| {
        let [one, two] = [(); 2].map(|()| tree.context(tree.id(a), "named").unwrap().id().key);
        let rare = tree.item(one).rare().unwrap();
        tree.item_mut(two).set_rare(rare);
    });
    seen.broken(5, "another number of nodes has rare facts than there are", |tree, _, _| {
        tree.rare.insert();
    });
    seen.broken(11, "rare facts are free that are not there", |tree, _, _| tree.rare.corrupt(1000));
    seen.broken(11, "rare facts are free twice", |tree, _, _| {
        let rare = tree.rare.insert();
        tree.rare.remove(rare);
        tree.rare.corrupt(rare);
    });
    seen.broken(11, "rare facts are free and say something", |tree, _, _| {
        let rare = tree.rare.insert();
        tree.rare[rare].align = 64;
        tree.rare.corrupt(rare);
    });
}

fn claims(seen: &Seen) {
    seen.broken(6, "a reference has no claim, or one that is on no node's list", |tree, a, _| {
        let entry = entry(tree, a);
        tree.item_mut(entry).slot = 9;
    });
    seen.broken(6, "a reference has no claim, or one that is on no node's list", |tree, a, _| {
        let first = entry(tree, a);
        let other = tree.context(tree.root(), "other").unwrap();
        tree.reference(tree.id(a), other).unwrap();
        tree.item_mut(first).slot = tree.item(entry(tree, a)).slot;
    });
    seen.broken(6, "a reference has children, flags or rare facts", |tree, a, _| {
        let entry = entry(tree, a);
        tree.item_mut(entry).set(flag::DYING, true);
    });
    seen.broken(6, "its list of claims has one on another node", |tree, a, b| {
        let other = tree.context(tree.id(a), "other").unwrap();
        tree.reference(tree.id(a), other).unwrap();
        let (other, b) = (tree.item(other.id().key).rare().unwrap(), tree.item(b).rare().unwrap());
        let newest = tree.rare[b].newest_claim;
        tree.rare[b].newest_claim = std::mem::replace(&mut tree.rare[other].newest_claim, newest);
    });
    seen.broken(6, "its list of claims has another length than their count", |tree, _, b| tree.rare_mut(b).claims = 2);
    seen.broken(6, "its list of claims has another length than their count", |tree, _, b| {
        let other = tree.context(tree.root(), "other").unwrap();
        tree.reference(other, tree.id(b)).unwrap();
        tree.rare_mut(b).claims -= 1;
    });
    seen.broken(6, "there are claims without a reference", |tree, a, _| {
        let entry = entry(tree, a);
        tree.topology.remove_leaf(entry);
    });
}

fn memory(seen: &Seen) {
    seen.broken(7, "allocator # is used and is not there", |tree, a, _| tree.item_mut(a).zone = 9);
    seen.broken(7, "allocator # has Some(#) users and knows of Some(#)", |tree, a, b| {
        let pool = tree.context_in(tree.id(a), "pool", Pool::new(100)).unwrap();
        tree.item_mut(b).zone = tree.item(pool.id().key).zone;
    });
    seen.broken(12, "a block is free that is not there", |tree, _, _| {
        tree.memory.heap.give(Slot { index: 9999, tag: 0 })
    });
    seen.broken(12, "a block is free twice", |tree, _, _| {
        let block = tree.memory.heap.take(40, 1).unwrap();
        (0..2).for_each(|_| tree.memory.heap.give(block));
    });
    seen.broken(12, "an array's block is free", |tree, a, _| {
        let block = tree.item(array(tree, a)).block();
        tree.memory.heap.give(block);
    });
    seen.broken(12, "an array's block is free", |tree, a, _| {
        let large = tree.bytes(tree.id(a), 100_000).unwrap().id().key;
        tree.memory.heap.give(tree.item(large).block());
    });
    seen.broken(12, "the heap has blocks that are neither free nor an array's", |tree, _, _| {
        tree.memory.heap.take(40_000, 1).unwrap();
    });
    seen.broken(13, "arena # has fewer blocks in use than arrays in it", |tree, a, _| {
        let arena = arena(tree, a);
        let [block, _] = [(); 2].map(|()| tree.bytes(arena, 40).unwrap().id().key);
        let block = *tree.item(block);
        tree.memory.free(block.zone, block.block(), Layout::new::<[u8; 40]>());
    });
    seen.broken(13, "arena # has less charged than values in it", |tree, a, _| {
        let arena = arena(tree, a);
        let value = tree.alloc(arena, 1u64).unwrap().id().key;
        tree.memory.discharge(tree.item(value).zone, Layout::new::<u64>());
    });
}

fn holds(seen: &Seen) {
    seen.broken(8, "its flag and what is known of its claims disagree", |tree, _, b| {
        tree.rare_mut(b).rarer_mut().hold.retained = 1;
    });
    seen.broken(8, "its flag and what is known of its claims disagree", |tree, a, _| {
        tree.item_mut(a).set(flag::HELD, true)
    });
    seen.broken(8, "the root is claimed", |tree, _, _| tree.set_counted(tree.topology.root(), true));
    seen.broken(8, "it lives, and can't be claimed", |tree, _, b| tree.anchor(tree.id(b)).unwrap().kill());
    seen.broken(8, "its anchor is another node's", |tree, a, b| {
        tree.anchor(tree.id(a)).unwrap();
        let hold = tree.change_hold(a, std::mem::take);
        tree.change_hold(b, |other| *other = hold);
    });
    seen.broken(14, "its anchor leaves word in a mailbox that its tree does not look into", |tree, _, b| {
        tree.anchor(tree.id(b)).unwrap();
        tree.drops.close();
    });
    seen.broken(14, "there is word of it in the mailbox, and it does not know", |tree, _, b| {
        let anchor = tree.anchor(tree.id(b)).unwrap();
        tree.drops.mailbox().unwrap().corrupt(|anchors, _| anchors.push_back(anchor));
    });
    seen.broken(14, "there is word of it in the mailbox twice", |tree, _, b| {
        drop(tree.claim(tree.id(b)).unwrap());
        tree.drops.mailbox().unwrap().corrupt(|anchors, _| anchors.push_back(Arc::clone(&anchors[0])));
    });
    seen.broken(14, "the mailbox does not know whether there is something in it", |tree, _, b| {
        drop(tree.claim(tree.id(b)).unwrap());
        tree.drops.mailbox().unwrap().corrupt(|_, waiting| waiting.store(false, Ordering::Relaxed));
    });
}

fn budgets(seen: &Seen) {
    seen.broken(9, "it counts in another budget than its parent", |tree, a, _| {
        let first = tree.topology.first_child(a).unwrap();
        tree.budgets.set_label(first, budget::NONE);
    });
    seen.broken(9, "there are budgets that belong to no node", |tree, _, _| tree.budgets.corrupt_owners());
    seen.broken(
        9,
        "its budget has Amount { bytes: #, nodes: # } in use and knows of Amount { bytes: #, nodes: # }",
        |tree, a, _| {
            tree.budgets.corrupt(tree.budgets.label(a), Amount::of_bytes(1));
        },
    );
    seen.broken(9, "its budget has more in use than ever", |tree, a, _| {
        tree.budgets.corrupt_peak(tree.budgets.label(a))
    });
}

fn the_rest(seen: &Seen) {
    seen.broken(15, "it is remembered to outlive a scope, and none is open", |tree, a, _| tree.scopes.corrupt(a));
}

/// Many may be in one place, and an allocator does not count them.
#[test]
fn arrays_without_bytes_take_no_block_from_each_other() {
    let mut tree = Tree::new();
    let arena = tree.context_in(tree.root(), "arena", Arena::new()).unwrap();
    for parent in [tree.root(), arena.id()] {
        for _ in 0..2 {
            tree.bytes(parent, 0).unwrap();
        }
    }
    tree.validate().unwrap();
}

#[test]
fn what_a_users_allocator_does_wrong_breaks_the_fourth_alone() {
    for (len, shift, arrays, what) in [
        (39, 0, 1, "an array has no block, or a shorter one"),
        (40, 2, 1, "an array is not aligned as was asked"),
        (40, 0, 2, "two arrays share a block"),
    ] {
        let mut tree = Tree::new();
        let context = tree.context_in(tree.root(), "lying", Lying { len, shift }).unwrap();
        for _ in 0..arrays {
            tree.array_unfilled::<u32>(context, 10).unwrap();
        }
        let found = tree.validate().unwrap_err();
        assert_eq!((found.number, found.what.as_str()), (4, what));
        tree.validate_structure().unwrap();
        tree.free(context).unwrap();
        tree.validate().unwrap();
    }
}
