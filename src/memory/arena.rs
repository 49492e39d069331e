//! The arenas: one core, and four ways to feed it.

use std::alloc::Layout;
use std::cell::RefCell;

use super::bump::{Bump, Supply};
use super::page::Page;
use super::{AllocError, Allocator, AllocatorKind, Kept, Request, Slot, Usage};

/// An arena: blocks are cut from pages one after the other, and their memory is used again when all are gone.
///
/// **When to choose it:** for what is made bit by bit and goes together, such as all of a phase, a frame or a request:
/// it neither looks for room nor keeps lists of free blocks. Not for blocks that come and go one by one while others
/// stay: freeing one gives nothing back, except the very last one, which is also resized in place.
///
/// A request larger than a page gets memory of its own, which a free does give back. Scopes
/// ([`Tree::scope`](crate::Tree::scope)) can be nested to a depth of [`MAX_SCOPES`](super::MAX_SCOPES).
/// To reset an arena, free what is in it ([`Tree::free_children`](crate::Tree::free_children)): the pages stay for
/// the next round. To destroy it, free its context.
///
/// ```
/// use freehold::{Arena, Tree};
///
/// let mut tree = Tree::new();
/// let phase = tree.context_in(tree.root(), "parsing", Arena::with_page_size(4096))?;
/// for n in 0..1000_u32 {
///     tree.array_from(phase, &[n, n * n])?;
/// }
/// let arena = tree.allocator_as::<Arena>(phase)?;
/// assert_eq!((arena.used(), arena.capacity(), arena.pages()), (8000, 8192, 2));
///
/// tree.free_children(phase)?;
/// assert_eq!(tree.allocator_as::<Arena>(phase)?.used(), 0);
/// # Ok::<(), freehold::Error>(())
/// ```
#[derive(Debug)]
pub struct Arena(Bump);

/// An arena in bytes that the caller hands in: it never asks for memory.
///
/// **When to choose it:** to put a bound on what some work may take, or where memory has been set aside beforehand.
/// When there is no more room, requests fail with an error that says how much was asked for and is left. Values with
/// Rust types, which lie in the tree's columns, take up room here all the same.
///
/// ```
/// use freehold::{FixedBuffer, Tree};
///
/// let mut tree = Tree::new();
/// let packet = tree.context_in(tree.root(), "packet", FixedBuffer::new(vec![0; 100]))?;
/// tree.array::<u64>(packet, 10)?;
/// assert_eq!(
///     tree.array::<u64>(packet, 10).unwrap_err().to_string(),
///     "out of memory in the fixed buffer of node 1v1: 80 bytes were asked for and 20 are left; \
///      free something there, or make it larger",
/// );
/// # Ok::<(), freehold::Error>(())
/// ```
#[derive(Debug)]
pub struct FixedBuffer(Bump);

/// Talloc's pool: one reservation that serves a subtree, and when it is full, the parent's allocator does.
///
/// **When to choose it:** for a subtree whose size is known roughly, and whose bytes are to lie together and go
/// together. In C it also saves a `malloc` a block; a tree's heap spares that anyway, so measure before you choose it
/// for speed. Unlike a [`FixedBuffer`] it never makes a request fail that would not fail outside. A block moved out
/// of the subtree keeps working, and the reservation goes when its last user has gone, wherever that is.
///
/// ```
/// use freehold::{Pool, Tree};
///
/// let mut tree = Tree::new();
/// let request = tree.context_in(tree.root(), "request", Pool::new(4096))?;
/// let answer = tree.array_from(request, b"200 OK")?;
/// tree.bytes(request, 10_000)?;
/// assert_eq!(tree.allocator_as::<Pool>(request)?.used(), 8);
///
/// tree.steal(tree.root(), answer)?;
/// tree.free(request)?;
/// assert_eq!(&tree[answer], b"200 OK");
/// # Ok::<(), freehold::Error>(())
/// ```
#[doc(alias = "talloc_pool")]
#[derive(Debug)]
pub struct Pool(Bump);

/// An arena whose pages are this thread's: made on first use, and kept for the next such arena.
///
/// **When to choose it:** for what goes before its caller returns: scratch space that costs no trip for memory after
/// the first time. A thread keeps at most [`KEPT_PAGES`](Self::KEPT_PAGES) of its pages, of
/// [`PAGE_SIZE`](Self::PAGE_SIZE) bytes each. They are not cleared in between: who leaves an array unfilled may find what
/// an earlier arena of this thread held.
///
/// ```
/// use freehold::{Temporary, Tree};
///
/// let mut tree = Tree::new();
/// for _ in 0..3 {
///     let scratch = tree.context_in(tree.root(), "scratch", Temporary::new())?;
///     tree.array::<f64>(scratch, 1000)?;
///     tree.free(scratch)?;
/// }
/// assert_eq!(Temporary::spare_pages(), 1);
/// # Ok::<(), freehold::Error>(())
/// ```
#[derive(Debug)]
pub struct Temporary(Bump);

impl Arena {
    /// How large pages are if nothing is said.
    pub const PAGE_SIZE: usize = 64 * 1024;

    /// An arena with pages of [`PAGE_SIZE`](Self::PAGE_SIZE) bytes, the first of which is made when it is needed. O(1).
    #[must_use]
    pub fn new() -> Self {
        Self::with_page_size(Self::PAGE_SIZE)
    }

    /// An arena with pages of so many bytes, from 64 to 1 GiB: sizes beyond are taken for the nearest of these.
    /// O(1).
    #[must_use]
    pub fn with_page_size(bytes: usize) -> Self {
        Self(Bump::growing(bytes, Supply::HEAP))
    }
}

impl Default for Arena {
    fn default() -> Self {
        Self::new()
    }
}

impl FixedBuffer {
    /// An arena in these bytes: a `Box<[u8]>` or a `Vec<u8>` whose capacity is its length is used as it is, in O(1). What is
    /// beyond 32 GiB is not used.
    #[must_use]
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Self {
        Self(Bump::bounded(Page::given(bytes.into())))
    }

    /// The bytes again, with what was last written to them. O(1).
    #[must_use]
    pub fn into_bytes(self) -> Box<[u8]> {
        self.0.into_page().map(Page::into_bytes).unwrap_or_default()
    }
}

impl Pool {
    /// A pool that reserves so many bytes at once, when the first of them is needed. Each block takes its size rounded up
    /// to 8. If the system has no room for them the pool has none either, and all goes elsewhere; what is beyond 32 GiB is
    /// not used.
    ///
    /// A tree keeps the reservation of the last pool that went, if it is of 4 MiB at most, for the next pool that needs
    /// all or at least half of it; [`Tree::shrink`](crate::Tree::shrink) gives it back.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self(Bump::reserving(bytes))
    }

    /// Its reservation, if it has been made.
    pub(super) fn into_page(self) -> Option<Page> {
        self.0.into_page()
    }
}

impl Temporary {
    /// How large pages are.
    pub const PAGE_SIZE: usize = 256 * 1024;
    /// How many of them a thread keeps.
    pub const KEPT_PAGES: usize = 4;

    /// An arena with the thread's spare pages; nothing is taken before it is needed. O(1).
    #[must_use]
    pub fn new() -> Self {
        Self(Bump::growing(Self::PAGE_SIZE, Supply { take: take_spare, give: give_spare }))
    }

    /// How many pages this thread keeps for the next arenas. O(1).
    #[must_use]
    pub fn spare_pages() -> usize {
        SPARE.with_borrow(Vec::len)
    }
}

impl Default for Temporary {
    fn default() -> Self {
        Self::new()
    }
}

thread_local! {
    static SPARE: RefCell<Vec<Page>> = const { RefCell::new(Vec::new()) };
}

fn take_spare(len: usize) -> Option<Page> {
    // A thread that is ending has kept none.
    SPARE.try_with(|spare| spare.borrow_mut().pop()).ok().flatten().or_else(|| Page::try_zeroed(len))
}

fn give_spare(page: Page) {
    // A thread that is ending has nowhere to keep it any more.
    let _ = SPARE.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        if spare.len() < Temporary::KEPT_PAGES {
            spare.push(page);
        }
    });
}

macro_rules! arena {
    ($($name:ident)*) => {$(
        impl $name {
            /// Bytes that can't be handed out now: blocks, what lies unused between them, and what is charged. O(1).
            #[must_use]
            pub fn used(&self) -> usize {
                self.0.usage().used
            }

            /// Bytes it has, used or not. O(1).
            #[must_use]
            pub fn capacity(&self) -> usize {
                self.0.usage().capacity
            }

            /// Separate stretches of memory it has. O(1).
            #[must_use]
            pub fn pages(&self) -> usize {
                self.0.usage().pages
            }

            /// Scopes that are open. O(1).
            #[must_use]
            pub fn scope_depth(&self) -> usize {
                self.0.scope_depth()
            }

            pub(super) fn bump(&self) -> &Bump {
                &self.0
            }

            pub(super) fn bump_mut(&mut self) -> &mut Bump {
                &mut self.0
            }
        }

        impl Allocator for $name {
            fn kind(&self) -> AllocatorKind {
                AllocatorKind::$name
            }
            fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
                self.0.allocate(request.size(), request.align())
            }
            fn resize(&mut self, slot: Slot, from: Layout, request: &Request) -> Result<Slot, AllocError> {
                self.0.resize(slot, from.size(), request.size(), request.align())
            }
            fn free(&mut self, slot: Slot, layout: Layout) {
                self.0.free(slot, layout.size());
            }
            fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
                self.0.bytes(slot, len)
            }
            fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
                self.0.bytes_mut(slot, len)
            }
            fn charge(&mut self, request: &Request) -> Result<(), AllocError> {
                self.0.charge(request.size())
            }
            fn discharge(&mut self, layout: Layout) {
                self.0.discharge(layout.size());
            }
            fn recharge(&mut self, from: Layout, request: &Request) -> Result<(), AllocError> {
                self.0.recharge(from.size(), request.size())
            }
            fn enter_scope(&mut self) -> Result<(), AllocError> {
                self.0.enter_scope()
            }
            fn exit_scope(&mut self, keep: &mut [Kept]) -> Result<(), AllocError> {
                self.0.exit_scope(AllocatorKind::$name, keep)
            }
            fn shrink(&mut self) {
                self.0.shrink();
            }
            fn usage(&self) -> Usage {
                self.0.usage()
            }
        }
    )*};
}

arena! { Arena FixedBuffer Pool Temporary }
