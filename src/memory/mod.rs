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
//! | [`Debug`](struct@Debug) | around another one, to find leaks, misuse and bytes written where they should not be |
//! | [`Failing`] | around another one in tests, to see what happens when memory runs out |
//! | one's own | what [`Allocator`] asks for, and nothing else, is needed |
//!
//! Without a tree, [`Blocks`] hands out an allocator's blocks as checked tokens.

mod allocator;
mod arena;
mod blocks;
mod bump;
mod class;
mod debug;
mod error;
mod failing;
mod heap;
mod large;
mod misuse;
mod page;
mod roster;
mod shelf;
mod zones;

pub(crate) use allocator::find;
pub use allocator::{Allocator, AllocatorKind, Kept, MAX_ALIGN, MAX_SCOPES, Misuse, Request, Slot, Usage};
pub use arena::{Arena, FixedBuffer, Pool, Temporary};
pub use blocks::{Block, Blocks, ScopeId};
pub use debug::{Charges, Damage, Debug, Leak};
pub use error::AllocError;
pub use failing::{Failing, Plan};
pub use heap::Heap;
pub use misuse::Misuses;
pub(crate) use zones::{Content, HEAP, Wrap, ZoneId, Zones};
