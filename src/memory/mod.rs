//! Where bytes lie: allocators behind one interface.
//!
//! A [`Tree`](crate::Tree) has a [`Heap`]. A context can be given an allocator of its own
//! ([`Tree::context_in`](crate::Tree::context_in)), which everything below it inherits: the allocator in scope is the
//! one that the parent has, never a hidden global.
//!
//! | allocator | when to choose it |
//! |---|---|
//! | [`Heap`] | blocks come and go one by one; the default |
//! | [`Arena`] | what is made bit by bit and goes together |
//! | [`Pool`] | as an arena, when the size is known roughly: one reservation, and what does not fit goes elsewhere |
//! | [`FixedBuffer`] | as an arena, when there must be no more than this much |
//! | [`Temporary`] | scratch space for what goes before its caller returns |

mod allocator;
mod arena;
mod bump;
mod class;
mod error;
mod heap;
mod large;
mod page;
mod shelf;
mod zones;

pub use allocator::{Allocator, AllocatorKind, Kept, MAX_ALIGN, MAX_SCOPES, Misuse, Request, Slot, Usage};
pub use arena::{Arena, FixedBuffer, Pool, Temporary};
pub use error::AllocError;
pub use heap::Heap;
pub(crate) use zones::{Content, HEAP, Wrap, ZoneId, Zones};
