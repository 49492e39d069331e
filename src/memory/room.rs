//! One allocator of a tree: this crate's arenas are called directly, others through the interface.

use super::allocator::or_free;
use super::arena::{Arena, FixedBuffer, Pool, Temporary};
use super::bump::Bump;
use super::{AllocError, Allocator, Request, Slot};

/// An allocator.
pub(super) enum Room {
    Arena(Arena),
    FixedBuffer(FixedBuffer),
    Pool(Pool),
    Temporary(Temporary),
    Other(Box<dyn Allocator>),
}

impl Room {
    pub(super) fn new<A: Allocator>(allocator: A) -> Self {
        let mut allocator = Some(allocator);
        let any: &mut dyn std::any::Any = &mut allocator;
        if let Some(arena) = any.downcast_mut::<Option<Arena>>() {
            return Self::Arena(arena.take().expect("it was just put there"));
        }
        if let Some(buffer) = any.downcast_mut::<Option<FixedBuffer>>() {
            return Self::FixedBuffer(buffer.take().expect("it was just put there"));
        }
        if let Some(pool) = any.downcast_mut::<Option<Pool>>() {
            return Self::Pool(pool.take().expect("it was just put there"));
        }
        if let Some(temporary) = any.downcast_mut::<Option<Temporary>>() {
            return Self::Temporary(temporary.take().expect("it was just put there"));
        }
        Self::Other(Box::new(allocator.expect("nobody has taken it")))
    }

    #[inline]
    pub(super) fn bump(&mut self) -> Result<&mut Bump, &mut dyn Allocator> {
        match self {
            Self::Arena(arena) => Ok(arena.bump_mut()),
            Self::FixedBuffer(buffer) => Ok(buffer.bump_mut()),
            Self::Pool(pool) => Ok(pool.bump_mut()),
            Self::Temporary(temporary) => Ok(temporary.bump_mut()),
            Self::Other(other) => Err(&mut **other),
        }
    }

    #[inline]
    pub(super) fn bump_ref(&self) -> Option<&Bump> {
        match self {
            Self::Arena(arena) => Some(arena.bump()),
            Self::FixedBuffer(buffer) => Some(buffer.bump()),
            Self::Pool(pool) => Some(pool.bump()),
            Self::Temporary(temporary) => Some(temporary.bump()),
            Self::Other(_) => None,
        }
    }

    pub(super) fn as_dyn(&self) -> &dyn Allocator {
        match self {
            Self::Arena(arena) => arena,
            Self::FixedBuffer(buffer) => buffer,
            Self::Pool(pool) => pool,
            Self::Temporary(temporary) => temporary,
            Self::Other(other) => &**other,
        }
    }

    pub(super) fn as_dyn_mut(&mut self) -> &mut dyn Allocator {
        match self {
            Self::Arena(arena) => arena,
            Self::FixedBuffer(buffer) => buffer,
            Self::Pool(pool) => pool,
            Self::Temporary(temporary) => temporary,
            Self::Other(other) => &mut **other,
        }
    }

    pub(super) fn allocate(&mut self, request: &Request, content: Content<'_>) -> Result<Slot, AllocError> {
        let allocator = self.as_dyn_mut();
        if let Content::Zeroes = content {
            return allocator.allocate_zeroed(request);
        }
        let slot = allocator.allocate(request)?;
        or_free(allocator, slot, request.layout(), |allocator| {
            content.fill(|| allocator.bytes_mut(slot, request.size()));
        });
        Ok(slot)
    }

    #[inline]
    pub(super) fn charge(&mut self, request: &Request) -> Result<(), AllocError> {
        match self.bump() {
            _ if request.size() == 0 => Ok(()),
            Ok(bump) => bump.charge(request.size()),
            Err(other) => other.charge(request),
        }
    }
}

/// What a new block is to hold.
#[derive(Clone, Copy)]
pub(crate) enum Content<'c> {
    /// Whatever it happens to be.
    Any,
    Zeroes,
    /// A copy of these bytes, as many as the block has.
    Copy(&'c [u8]),
}

impl Content<'_> {
    #[inline(always)]
    pub(super) fn fill<'b>(self, block: impl FnOnce() -> &'b mut [u8]) {
        if let Self::Any = self {
            return;
        }
        // Looked up in one place, which is what makes it inlined.
        let block = block();
        match self {
            Self::Copy(bytes) => block.copy_from_slice(bytes),
            _ => block.fill(0),
        }
    }
}
