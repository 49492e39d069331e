//! What values say of the handles and claims they hold, and what the tree finds out from that.

mod cycles;
mod listed;
mod unreachable;
