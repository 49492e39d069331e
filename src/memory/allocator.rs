//! What an allocator is: the interface that all of this crate's have, and the user's own.

use std::alloc::Layout;
use std::any::Any;
use std::fmt;
use std::panic::Location;

use super::AllocError;
use crate::first_panic::FirstPanic;

/// The largest alignment that can be asked for.
pub const MAX_ALIGN: usize = 64;
/// How many scopes can be open at once in one allocator.
pub const MAX_SCOPES: usize = 32;

/// Where a block lies within its allocator, in numbers that only the allocator has to understand.
///
/// Slots are not checked; who holds one is: the nodes of a [`Tree`](crate::Tree), or the tokens that
/// [`Blocks`](super::Blocks) hands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    /// Which block it is: a number, an offset, whatever the allocator likes.
    pub index: u32,
    /// A byte more for the allocator to use: which sort of block it is, say.
    pub tag: u8,
}

impl Slot {
    /// A slot with a tag of 0.
    #[must_use]
    pub fn new(index: u32) -> Self {
        Self { index, tag: 0 }
    }
}

/// What is asked of an allocator: so many bytes, so aligned, by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    layout: Layout,
    origin: &'static Location<'static>,
}

impl Request {
    /// The most bytes one block can have: 2³² − 1.
    pub const MAX_BYTES: usize = u32::MAX as usize;

    /// A request for `size` bytes aligned to `align`, made by the caller.
    ///
    /// ```
    /// use freehold::memory::Request;
    ///
    /// assert_eq!(Request::new(100, 16)?.size(), 100);
    /// assert_eq!(
    ///     Request::new(100, 24).unwrap_err().to_string(),
    ///     "blocks can't be aligned to 24 bytes: it has to be a power of two up to 64",
    /// );
    /// # Ok::<(), freehold::memory::AllocError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`AllocError::Alignment`] if `align` is not a power of two up to [`MAX_ALIGN`]; [`AllocError::TooLarge`] beyond
    /// [`Request::MAX_BYTES`].
    #[track_caller]
    pub fn new(size: usize, align: usize) -> Result<Self, AllocError> {
        Self::at(size, align, Location::caller())
    }

    #[inline]
    pub(crate) fn at(size: usize, align: usize, origin: &'static Location<'static>) -> Result<Self, AllocError> {
        if align > MAX_ALIGN || !align.is_power_of_two() {
            return Err(AllocError::Alignment { align });
        }
        if size > Self::MAX_BYTES {
            return Err(AllocError::TooLarge { asked: size, limit: Self::MAX_BYTES });
        }
        let layout = Layout::from_size_align(size, align).map_err(|_| AllocError::Alignment { align })?;
        Ok(Self { layout, origin })
    }

    /// A request whose layout is known to be in range.
    #[inline]
    pub(crate) fn of(layout: Layout, origin: &'static Location<'static>) -> Self {
        Self { layout, origin }
    }

    /// Bytes and alignment.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// How many bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.layout.size()
    }

    /// What their address has to be a multiple of.
    #[must_use]
    pub fn align(&self) -> usize {
        self.layout.align()
    }

    /// Where the request was made.
    #[must_use]
    pub fn origin(&self) -> &'static Location<'static> {
        self.origin
    }
}

/// Which sort of allocator it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AllocatorKind {
    /// Blocks come and go one by one.
    Heap,
    /// Blocks come one after the other, and go together.
    Arena,
    /// An arena in bytes that the caller handed in.
    FixedBuffer,
    /// An arena of one reservation. In a tree, requests that an allocator of this kind has no room for go to the allocator
    /// that serves its context's parent.
    Pool,
    /// An arena of this thread's spare pages.
    Temporary,
    /// The user's own, and what to call it in messages.
    Custom(&'static str),
}

impl AllocatorKind {
    /// Whether single frees give nothing back, as a rule.
    #[must_use]
    pub fn is_arena(self) -> bool {
        matches!(self, Self::Arena | Self::FixedBuffer | Self::Pool | Self::Temporary)
    }

    /// Whether it is meant for what goes before its caller returns.
    #[must_use]
    pub fn is_temporary(self) -> bool {
        self == Self::Temporary
    }
}

impl AllocatorKind {
    /// What it is called in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Heap => "heap",
            Self::Arena => "arena",
            Self::FixedBuffer => "fixed buffer",
            Self::Pool => "pool",
            Self::Temporary => "temporary arena",
            Self::Custom(name) => name,
        }
    }
}

impl fmt::Display for AllocatorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How much an allocator holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Blocks that are in use, those without bytes not counted.
    pub blocks: usize,
    /// Bytes that can't be handed out now: blocks, what lies unused between them, and what is charged.
    pub used: usize,
    /// Bytes it could hand out before it has to ask for more memory: those in use and the others.
    pub capacity: usize,
    /// Bytes of values that live elsewhere and are charged to it; part of `used`.
    pub charged: usize,
    /// Separate stretches of memory it holds.
    pub pages: usize,
    /// Scopes that are open.
    pub scope_depth: usize,
}

/// A misuse of tokens that never reached the allocator they were meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Misuse {
    /// A block was freed that had been freed before.
    DoubleFree,
    /// A block was used that had been freed before.
    Stale,
    /// A block of another allocator was used or freed.
    Foreign,
}

/// A block to keep at the end of a scope, which the allocator may move to where the scope began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Where it lies; to be changed by an allocator that moves it.
    pub slot: Slot,
    /// How large it is, and how aligned.
    pub layout: Layout,
}

/// Where bytes lie: what [`Tree::context_in`](crate::Tree::context_in) takes, and users can implement.
///
/// An implementation minds bytes and nothing else. Whoever calls it, a [`Tree`](crate::Tree) or
/// [`Blocks`](super::Blocks), sees to it that slots are those it has handed out and has not taken back, that sizes
/// and alignments are in range, and that scopes are left in order. Nothing it does wrong is unsafe: slices are
/// bounded and views of them checked. While one is not trusted yet, put a [`Debug`](super::Debug) around it.
///
/// What it owes its callers:
///
/// - The bytes of a block start at an address that is a multiple of the alignment asked for, and they do not move
///   until the block is resized, or kept at the end of a scope, or the allocator itself is moved.
/// - Blocks do not overlap, and [`bytes`](Self::bytes) gives as many bytes as it is asked for.
/// - A block may have 0 bytes. It is asked for and freed like any other.
/// - A request that fails has changed nothing. One that panics is taken for one that failed: the panic goes on to who
///   called the tree, and the tree is in order. A free is completed first.
/// - [`usage`](Self::usage) is for people to read. Nothing goes by it.
///
/// Six methods have to be written; the others have something provided that is good enough to begin with. One that is
/// wrapped around another passes those on as well: if it does not, an arena inside has no scopes and resizes nothing in
/// place.
///
/// # Examples
///
/// One that counts, around another one; `examples/own_allocator.rs` has one that keeps pages of its own.
///
/// ```
/// use std::alloc::Layout;
/// use freehold::memory::{AllocError, Allocator, AllocatorKind, Heap, Request, Slot, Usage};
/// use freehold::Tree;
///
/// #[derive(Default)]
/// struct Counting {
///     heap: Heap,
///     requests: usize,
/// }
///
/// impl Allocator for Counting {
///     fn kind(&self) -> AllocatorKind {
///         AllocatorKind::Custom("counting heap")
///     }
///     fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
///         self.requests += 1;
///         self.heap.allocate(request)
///     }
///     fn free(&mut self, slot: Slot, layout: Layout) {
///         self.heap.free(slot, layout);
///     }
///     fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
///         self.heap.bytes(slot, len)
///     }
///     fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
///         self.heap.bytes_mut(slot, len)
///     }
///     fn usage(&self) -> Usage {
///         self.heap.usage()
///     }
/// }
///
/// let mut tree = Tree::new();
/// let work = tree.context_in(tree.root(), "work", Counting::default())?;
/// let list = tree.array::<u32>(work, 10)?;
/// tree.bytes(list, 100)?;
/// assert_eq!(tree.allocator_as::<Counting>(work)?.requests, 2);
/// # Ok::<(), freehold::Error>(())
/// ```
pub trait Allocator: Any + Send {
    /// Which sort of allocator it is.
    fn kind(&self) -> AllocatorKind;

    /// A block, its content whatever it happens to be.
    ///
    /// # Errors
    ///
    /// [`AllocError::Exhausted`] if there is no room; nothing has changed then.
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError>;

    /// A block of zeroes.
    ///
    /// # Errors
    ///
    /// As [`allocate`](Self::allocate).
    fn allocate_zeroed(&mut self, request: &Request) -> Result<Slot, AllocError> {
        let slot = self.allocate(request)?;
        or_free(self, slot, request.layout(), |it| it.bytes_mut(slot, request.size()).fill(0));
        Ok(slot)
    }

    /// Makes the block at `slot`, which has the layout `from`, as large as asked for. The bytes that both sizes have
    /// keep their content; the alignment asked for is the one it has. What is provided makes a new block, copies,
    /// and frees the old one.
    ///
    /// # Errors
    ///
    /// As [`allocate`](Self::allocate).
    fn resize(&mut self, slot: Slot, from: Layout, request: &Request) -> Result<Slot, AllocError> {
        let new = self.allocate(request)?;
        let common = from.size().min(request.size());
        or_free(self, new, request.layout(), |it| {
            let content = it.bytes(slot, common).to_vec();
            it.bytes_mut(new, common).copy_from_slice(&content);
        });
        self.free(slot, from);
        Ok(new)
    }

    /// Takes back a block it gave, of the layout that was asked for last. O(1) is expected.
    fn free(&mut self, slot: Slot, layout: Layout);

    /// The first `len` bytes of a block; no more are asked for than it was made for.
    fn bytes(&self, slot: Slot, len: usize) -> &[u8];

    /// The first `len` bytes of a block, to write.
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8];

    /// Takes note of a value that lives elsewhere but is to count as if it lived here: those with Rust types, which
    /// lie in the tree's columns, and texts. Those without bytes are not charged. What is provided takes no note.
    ///
    /// # Errors
    ///
    /// [`AllocError::Exhausted`] if there would be no room for it.
    fn charge(&mut self, request: &Request) -> Result<(), AllocError> {
        let _ = request;
        Ok(())
    }

    /// Forgets a value that was charged.
    fn discharge(&mut self, layout: Layout) {
        let _ = layout;
    }

    /// Changes what is charged for a value from one size to another. What is provided charges the new size before it
    /// forgets the old one, and so takes room for both.
    ///
    /// # Errors
    ///
    /// As [`charge`](Self::charge); the old size then stays charged.
    fn recharge(&mut self, from: Layout, request: &Request) -> Result<(), AllocError> {
        self.charge(request)?;
        self.discharge(from);
        Ok(())
    }

    /// Opens a scope. What is provided has none.
    ///
    /// # Errors
    ///
    /// [`AllocError::NoScopes`], or [`AllocError::TooDeep`] beyond [`MAX_SCOPES`].
    fn enter_scope(&mut self) -> Result<(), AllocError> {
        Err(AllocError::NoScopes { kind: self.kind() })
    }

    /// Closes the innermost scope. Blocks made in it have been freed, but for those in `keep`, which may be moved
    /// down to where the scope began, and for others not known here, which have to stay where they are.
    ///
    /// # Errors
    ///
    /// [`AllocError::NoScopes`] if none is open.
    fn exit_scope(&mut self, keep: &mut [Kept]) -> Result<(), AllocError> {
        let _ = keep;
        Err(AllocError::NoScopes { kind: self.kind() })
    }

    /// Gives memory back that is not needed. What is provided gives nothing back.
    fn shrink(&mut self) {}

    /// How much it holds.
    fn usage(&self) -> Usage;

    /// The allocator that this one is wrapped around, if it is, so that
    /// [`Tree::allocator_as`](crate::Tree::allocator_as) finds it. What is provided is none.
    fn inner(&self) -> Option<&dyn Allocator> {
        None
    }

    /// Is told of a misuse of a token of [`Blocks`](super::Blocks), which was an error and went no further. Reading can be
    /// a misuse, so an allocator is told while it is only being read. What is provided does nothing.
    fn misused(&self, misuse: Misuse) {
        let _ = misuse;
    }
}

impl Allocator for Box<dyn Allocator> {
    fn kind(&self) -> AllocatorKind {
        (**self).kind()
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        (**self).allocate(request)
    }
    fn allocate_zeroed(&mut self, request: &Request) -> Result<Slot, AllocError> {
        (**self).allocate_zeroed(request)
    }
    fn resize(&mut self, slot: Slot, from: Layout, request: &Request) -> Result<Slot, AllocError> {
        (**self).resize(slot, from, request)
    }
    fn free(&mut self, slot: Slot, layout: Layout) {
        (**self).free(slot, layout);
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        (**self).bytes(slot, len)
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        (**self).bytes_mut(slot, len)
    }
    fn charge(&mut self, request: &Request) -> Result<(), AllocError> {
        (**self).charge(request)
    }
    fn discharge(&mut self, layout: Layout) {
        (**self).discharge(layout);
    }
    fn recharge(&mut self, from: Layout, request: &Request) -> Result<(), AllocError> {
        (**self).recharge(from, request)
    }
    fn enter_scope(&mut self) -> Result<(), AllocError> {
        (**self).enter_scope()
    }
    fn exit_scope(&mut self, keep: &mut [Kept]) -> Result<(), AllocError> {
        (**self).exit_scope(keep)
    }
    fn shrink(&mut self) {
        (**self).shrink();
    }
    fn usage(&self) -> Usage {
        (**self).usage()
    }
    fn inner(&self) -> Option<&dyn Allocator> {
        Some(&**self)
    }
    fn misused(&self, misuse: Misuse) {
        (**self).misused(misuse);
    }
}

/// Fills a block that has just been got. If the allocator, which may be the user's, panics meanwhile, it gets it back.
pub(super) fn or_free<A: Allocator + ?Sized>(allocator: &mut A, slot: Slot, layout: Layout, fill: impl FnOnce(&mut A)) {
    let mut panic = FirstPanic::default();
    if panic.guard(|| fill(allocator)).is_none() {
        panic.guard(|| allocator.free(slot, layout));
        panic.resume();
    }
}

/// The allocator of type `A` that `outer` is, or is wrapped around.
pub(crate) fn find<A: Allocator>(outer: &dyn Allocator) -> Option<&A> {
    let mut at = outer;
    loop {
        let any: &dyn Any = at;
        match any.downcast_ref() {
            Some(found) => return Some(found),
            None => at = at.inner()?,
        }
    }
}
