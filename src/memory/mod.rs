//! Where bytes lie: allocators behind one interface.
//!
//! A [`Tree`](crate::Tree) has a [`Heap`], which serves everything if nothing is said. A context can bring an allocator
//! of its own ([`Tree::context_in`](crate::Tree::context_in)), which everything made below it inherits: a node
//! takes its memory from where its parent's came from, never from a hidden global.
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
//! | one's own | when none of these fits; [`Allocator`] says what it has to do |
//!
//! ```
//! use freehold::memory::{Allocator, AllocatorKind};
//! use freehold::{Arena, FixedBuffer, Tree};
//!
//! let mut tree = Tree::new();
//! let parsing = tree.context_in(tree.root(), "parsing", Arena::new())?;
//! let token = tree.array_from(parsing, b"while")?; // in the arena
//! let note = tree.context(token, "note")?; // below the arena's context: served by the arena, too
//! assert_eq!(tree.allocator(note)?.kind(), AllocatorKind::Arena);
//!
//! let header = tree.context_in(parsing, "header", FixedBuffer::new(vec![0; 100]))?; // within, but another one
//! assert!(tree.bytes(header, 101).is_err());
//! assert_eq!(tree.allocator(parsing)?.usage().blocks, 1);
//!
//! tree.steal(tree.root(), token)?; // moved out of `parsing`: the bytes stay where they are
//! tree.free(parsing)?; // and the arena stays as long as they do
//! assert_eq!(&tree[token], b"while");
//! # Ok::<(), freehold::Error>(())
//! ```
//!
//! What lies in an allocator are the bytes of arrays. Values with Rust types and texts lie in tables of the tree: safe
//! Rust can't make a value of bytes in a page, and would have to check a text there at every access. Their sizes are
//! *charged* to the allocator: an allocator of bounded size counts them and refuses those for which it would have no
//! room. Nodes themselves, 48 bytes each, are charged to nobody.
//!
//! # Scopes
//!
//! An arena can go back to where it was at an earlier moment. That is what a [`Tree::scope`](crate::Tree::scope) does to
//! the arena it is in when it ends. What lives on keeps its bytes: see [`Scope`](crate::Scope).
//!
//! # Cost
//!
//! A request is O(1) for all of these but [`Debug`](struct@Debug), besides clearing or copying what the block is to hold. A
//! pool that is full asks outside: O(full pools around).
//! Each node remembers its allocator in 4 of its 48 bytes. In a tree, the heap and the arenas are called directly, all
//! others through `dyn Allocator`.
//!
//! # Without a tree
//!
//! [`Blocks`] hands out an allocator's blocks as checked tokens, with scopes, and knows nothing of owners.

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
mod room;
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
pub(crate) use room::Content;
pub(crate) use zones::{HEAP, Wrap, ZoneId, Zones};
