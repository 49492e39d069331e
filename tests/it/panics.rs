//! What holds after user code has panicked, whichever call of it did.
//!
//! Always: the panic reaches the caller of the operation, the tree is valid and of use, what is gone has been dropped
//! once, and what is not doomed is there. If several panic, the first one arrives. Beyond that there is a rule:
//!
//! | who panics | afterwards |
//! |---|---|
//! | conversion of an argument, constructor closure, `default`, iterator, `Display`, `Clone`, `Links::list`, log function, handler of a budget, handler of exhaustion; an allocator that is asked for something | nothing has changed; what was handed in and what was made meanwhile has been dropped |
//! | destructor, cleanup, `Drop`, `Wipe::wipe`, `Links::rewrite`, observer; an allocator that takes something back, or goes | the operation is complete; its result is lost, and dropped if it is a value |
//! | anybody, when drops of strong claims take effect, with which most operations begin | that node has gone, the others wait; of the operation itself nothing has happened |
//! | a destructor that would have refused | it has not refused |
//!
//! and these exceptions, which [`operations`] has beside the operations:
//!
//! | operation | who panics | afterwards |
//! |---|---|---|
//! | whatever overwrites a secret | an allocator that is to lend the bytes | the operation is complete |
//! | `resize` of a secret, `resize_zero` out of a pool | the same | nothing has changed, or, if it was asked for them at the end, the operation is complete |
//! | `resize_zero` | the same | the array is larger |
//! | what a scope is opened for, `Scope::keep` and so on | observer that hears of what is made | the scope has ended, and all in it is gone |
//! | writing to a writer | a `Display`, the handler of a budget, an allocator that is asked | what was written before is there |
//! | `into_subtree`, `Subtree::into_tree`, drop of a tree | anybody | all is gone |

mod blocks;
mod census;
mod first;
pub(crate) mod fuse;
mod guards;
pub(crate) mod inject;
mod many;
pub(crate) mod operations;
mod outline;
mod piece;
mod reports;
pub(crate) mod scene;
pub(crate) mod touchy;
mod writer;
