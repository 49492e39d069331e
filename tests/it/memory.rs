//! Where bytes lie: allocators that contexts bring, scopes, and what happens when memory runs out.

mod answers;
mod ends;
mod panics;
mod probe;
mod programs;
pub(crate) mod scoped;
mod scopes;
mod testing;
mod zones;
