//! What a tree makes of an allocator's answers, and what it asks for.

use std::alloc::Layout;

use freehold::memory::{AllocError, Allocator, AllocatorKind, Request, Slot, Usage};
use freehold::{Error, FixedBuffer, Handle, Tree};

use super::probe::{Call, Calls, Probe};

/// An allocator that answers every request with one error.
struct Refusing(AllocError);

impl Allocator for Refusing {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("refusing allocator")
    }
    fn allocate(&mut self, _: &Request) -> Result<Slot, AllocError> {
        Err(self.0.clone())
    }
    fn free(&mut self, _: Slot, _: Layout) {}
    fn bytes(&self, _: Slot, _: usize) -> &[u8] {
        &[]
    }
    fn bytes_mut(&mut self, _: Slot, _: usize) -> &mut [u8] {
        &mut []
    }
    fn usage(&self) -> Usage {
        Usage::default()
    }
}

#[test]
fn an_allocators_error_comes_out_as_the_trees() -> Result<(), Error> {
    let allocator = "refusing allocator";
    for answer in [
        AllocError::Exhausted { asked: 10, left: 3 },
        AllocError::TooLarge { asked: 10, limit: 9 },
        AllocError::Alignment { align: 1 },
        AllocError::TooDeep { limit: 5 },
        AllocError::Full,
        AllocError::Stale,
    ] {
        let mut tree = Tree::new();
        let context = tree.context_in(tree.root(), "refused", Refusing(answer.clone()))?;
        let node = context.id();
        let expected = match answer {
            AllocError::Exhausted { asked, left } => Error::OutOfMemory { node, allocator, asked, left },
            AllocError::TooLarge { asked, limit } => Error::TooLarge { asked, limit },
            AllocError::Alignment { align } => Error::Alignment { align },
            AllocError::TooDeep { limit } => Error::TooDeep { limit },
            AllocError::Full => Error::Full { what: "blocks" },
            // It makes no sense of a request for a new block: the allocator has nothing to give.
            _ => Error::OutOfMemory { node, allocator, asked: 0, left: 0 },
        };
        assert_eq!(tree.bytes(context, 10), Err(expected));
        assert_eq!(tree.children(context)?.count(), 0);
        tree.validate().unwrap();
    }
    Ok(())
}

#[test]
fn a_text_is_charged_for_what_it_has() -> Result<(), Error> {
    let calls = Calls::default();
    let mut tree = Tree::new();
    let context = tree.context_in(tree.root(), "in", Probe::new(&calls))?;
    let text = tree.strdup(context, "")?;
    tree.append(text, "")?;
    assert_eq!(calls.take(), [], "nothing is nothing to charge");
    tree.append(text, "abc")?;
    assert_eq!(calls.take(), [Call::Charge(3, 1)]);
    tree.append(text, "de")?;
    tree.free(text)?;
    let mut charged = 3;
    for call in calls.take() {
        match call {
            Call::Charge(size, _) => charged += size,
            Call::Discharge(size) => charged -= size,
            other => panic!("{other:?} is no charge"),
        }
    }
    assert_eq!(charged, 0);
    Ok(())
}

/// Whether the bytes of an array lie at a multiple of `align`, and are `content` and zeroes.
fn is_aligned(tree: &Tree, array: Handle<[u8]>, align: usize, content: &[u8]) -> bool {
    let bytes = &tree[array];
    let common = bytes.len().min(content.len());
    bytes.as_ptr().addr().is_multiple_of(align) && bytes[..common] == content[..common]
}

#[test]
fn an_alignment_that_was_asked_for_lasts_as_long_as_the_array() -> Result<(), Error> {
    for align in [2, 8, 16, 32, 64] {
        let mut tree = Tree::new();
        let parent = tree.context(tree.root(), "parent")?;
        let fixed = tree.context_in(tree.root(), "fixed", FixedBuffer::new(vec![0; 200_000]))?;
        for parent in [parent, fixed] {
            let array = tree.bytes_aligned(parent, 10, align)?;
            tree[array].copy_from_slice(b"0123456789");
            // Something in the way, so that it has to move.
            tree.bytes(parent, 3)?;
            for size in [11, 24, 72, 40, 100, 1000, 10, 33_000, 50_000, 90, 0, 10] {
                tree.resize_zero(array, size)?;
                assert!(size == 0 || is_aligned(&tree, array, align, b""), "{size} bytes aligned to {align}");
            }
            tree[array].copy_from_slice(b"0123456789");
            let map = tree.duplicate(array, parent)?;
            let copy = map.get(array).expect("it is in the map");
            for size in [10, 40, 72, 104, 1000] {
                tree.bytes(parent, 3)?;
                tree.resize(copy, size)?;
                assert!(is_aligned(&tree, copy, align, b"0123456789"), "a copy of {size} aligned to {align}");
            }
            let mut other = Tree::new();
            let subtree = tree.detach(array)?;
            let apart = subtree.map().and_then(|map| map.get(array)).expect("it is in the map");
            let map = other.graft(other.root(), subtree)?;
            let moved = map.get(apart).expect("it is in the map");
            for size in [10, 40, 72, 104, 1000] {
                other.resize(moved, size)?;
                assert!(is_aligned(&other, moved, align, b"0123456789"), "{size} aligned to {align} elsewhere");
            }
            other.validate().unwrap();
        }
        tree.validate().unwrap();
    }
    Ok(())
}
