//! What holds after a request for memory, or to a budget, has been refused, whichever of an operation's it was.
//!
//! The operations are those of [`panics`](crate::panics), in the same scene. Always: nothing has changed, the tree is
//! valid and of use, what was handed in comes back, and the error says who asked for what.

mod budgets;
mod exhaustion;
mod handed_back;
mod memory;
