//! Test mode, and failures of every request in turn.

use std::alloc::Layout;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::memory::{AllocError, Allocator, AllocatorKind, Debug, Failing, Heap, Request, Slot, Usage};
use freehold::{
    Arena, Error, FixedBuffer, Pool, Temporary, Tree, TreeBuilder, Verdict, append_in, for_each_failure, format_in,
};

fn message(panic: Box<dyn std::any::Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast_ref::<&str>().unwrap().to_string(),
    }
}

#[test]
fn a_tree_in_test_mode_panics_when_something_is_left_in_it() {
    let outcome = catch_unwind(|| {
        let mut tree = TreeBuilder::new().test_mode().build();
        let request = tree.context(tree.root(), "request").unwrap();
        let gone = tree.bytes(request, 10).unwrap();
        tree.set_name(gone, "buffer").unwrap();
        tree.context_in(request, "parsing", Arena::new()).unwrap();
        tree.free(gone).unwrap();
    });
    let expected = "\
the tree was dropped with 2 nodes left in it:
full talloc report on 'root' (total      0 bytes in   3 blocks)
    request                        contains      0 bytes in   2 blocks (ref 0) 1v1
        parsing                        contains      0 bytes in   1 blocks (ref 0) 3v1
";
    assert_eq!(message(outcome.unwrap_err()), expected);
}

#[test]
fn a_tree_in_test_mode_keeps_quiet_when_nothing_is_left_or_a_panic_is_under_way() {
    let mut tree = TreeBuilder::new().test_mode().build();
    let list = tree.array::<u32>(tree.root(), 10).unwrap();
    tree.free(list).unwrap();
    drop(tree);

    let outcome = catch_unwind(|| {
        let mut tree = TreeBuilder::new().test_mode().build();
        tree.context(tree.root(), "left").unwrap();
        panic!("for another reason");
    });
    assert_eq!(message(outcome.unwrap_err()), "for another reason");
}

#[test]
fn a_tree_in_test_mode_fills_what_nobody_has_filled() -> Result<(), Error> {
    let mut tree = TreeBuilder::new().test_mode().build();
    for parent in [tree.root(), tree.context_in(tree.root(), "arena", Arena::new())?.id()] {
        let unfilled = tree.array_unfilled::<u16>(parent, 4)?;
        assert_eq!(tree[unfilled], [0x7F7F; 4]);
        tree.resize(unfilled, 100)?;
        assert_eq!(tree[unfilled], [0x7F7F; 100]);
        let clear = tree.bytes(parent, 20)?;
        assert_eq!(tree[clear], [0; 20]);
        let debug = tree.allocator_as::<Debug<Box<dyn Allocator>>>(parent)?;
        assert_eq!((debug.leaks().count(), debug.charges().count), (2, 0));
        tree.free(clear)?;
        tree.free(unfilled)?;
    }
    tree.free_children(tree.root())?;
    Ok(())
}

/// Cuts every block 8 bytes too short, so that neighbours overlap.
#[derive(Default)]
struct TooTight {
    bytes: Vec<u8>,
}

impl Allocator for TooTight {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("too tight")
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        let at = self.bytes.len().saturating_sub(8);
        self.bytes.resize(at + request.size(), 0);
        Ok(Slot::new(at as u32))
    }
    fn free(&mut self, _: Slot, _: Layout) {}
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        &self.bytes[slot.index as usize..][..len]
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        &mut self.bytes[slot.index as usize..][..len]
    }
    fn usage(&self) -> Usage {
        Usage::default()
    }
}

#[test]
fn a_tree_in_test_mode_finds_allocators_that_cut_too_tight() {
    for free_context in [false, true] {
        let mut line = 0;
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let mut tree = TreeBuilder::new().test_mode().build();
            let context = tree.context_in(tree.root(), "tight", TooTight::default()).unwrap();
            line = line!() + 1;
            let first = tree.bytes(context, 32).unwrap();
            tree.bytes(context, 32).unwrap();
            tree.free(if free_context { context.id() } else { first.id() }).unwrap();
        }));
        let expected = format!(
            "the tree was dropped, and its memory was not in order:\n\
             the block of 32 bytes made at {}:{line} was overrun: a byte was written 9 after its last",
            file!()
        );
        let found = message(outcome.unwrap_err());
        assert!(found.starts_with(&expected), "{found}");
    }
}

/// Every allocator, scope, text and array operation.
fn everything(tree: &mut Tree) -> Result<(), Error> {
    let root = tree.root();
    let contexts = [
        tree.context(root, "heap")?,
        tree.context_in(root, "arena", Arena::with_page_size(256))?,
        tree.context_in(root, "pool", Pool::new(200))?,
        tree.context_in(root, "fixed", FixedBuffer::new(vec![0; 4096]))?,
        tree.context_in(root, "temporary", Temporary::new())?,
        tree.context_in(root, "failing", Failing::every(Heap::new(), 1000))?,
        tree.context_in(root, "debug", Debug::new(Arena::new()))?,
    ];
    for context in contexts {
        let value = tree.alloc(context, [1u64; 3])?;
        tree.alloc_with(value, |me| (me.id(), 1u8))?;
        tree.alloc_default::<String>(value)?;
        let list = tree.array::<u32>(value, 10)?;
        let copy = tree.array_from(list, &[1u16, 2, 3])?;
        tree.array_from_iter(copy, 0..20u8)?;
        tree.array_unfilled::<u8>(list, 0)?;
        tree.bytes_aligned(list, 40, 64)?;
        tree.resize(list, 20)?;
        tree.resize_zero(list, 30)?;
        let same = tree.realloc(value, Some(list), 60)?;
        assert_eq!(same, Some(list));
        tree.resize(list, 5)?;
        let text = tree.strdup(context, "text")?;
        tree.strndup(context, "longer than five", 5)?;
        format_in!(tree, context, "{} and {}", 1, 2)?;
        tree.append(text, " that grows beyond what lies in its row")?;
        tree.append_separated(text, ", ", "and on")?;
        append_in!(tree, text, "{:50}", "wide")?;
        let mut writer = tree.writer(text)?;
        let written = write!(writer, "{:>100}", "wider");
        let outcome = writer.finish();
        assert_eq!(written.is_ok(), outcome.is_ok());
        outcome?;
        let object = tree.pooled(context, 'o', 2, 64)?;
        tree.bytes(object, 60)?;
        tree.bytes(object, 60)?;
        tree.pooled_array::<u32>(context, 4, 1, 16)?;
        tree.set_destructor(object, |_, _| Verdict::Free)?;
        {
            let mut tmp = tree.scope(context)?;
            let kept = tmp.array_from(&[7u8; 30])?;
            let mut inner = tmp.nested()?;
            inner.bytes(100)?;
            inner.resize_zero(list, 50)?;
            inner.strdup("in a scope")?;
            drop(inner);
            tmp.keep(kept)?;
            tmp.bytes(100)?;
        }
        tree.reference(root, text)?;
        tree.unlink(root, text)?;
        tree.steal(root, copy)?;
    }
    tree.free_children(root)?;
    Ok(())
}

#[test]
fn every_request_for_memory_can_fail() {
    let requests = for_each_failure(everything);
    assert!(requests > 7 * 25, "{requests}");
}

#[test]
fn a_leak_and_a_broken_scenario_are_found() {
    let outcome = catch_unwind(|| for_each_failure(|_| Err("never works")));
    assert_eq!(message(outcome.unwrap_err()), "no request failed, and the scenario did: \"never works\"");

    let outcome = catch_unwind(|| {
        for_each_failure(|tree| {
            let context = tree.context(tree.root(), "claimed")?;
            tree.reference(tree.root(), context)?;
            Ok::<(), Error>(())
        })
    });
    let found = message(outcome.unwrap_err());
    assert!(found.starts_with("when request 1 failed: the tree can't be torn down: 1 node is claimed"), "{found}");
}
