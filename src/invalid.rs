//! What checks find. The numbers are those of `docs/invariants.md`.

use std::fmt;

/// A breach of an invariant: a fault in this crate, please report it. Or in an allocator of the user's: see
/// [`Tree::validate`](crate::Tree::validate).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invariant {number} is broken at {at}: {what}")]
#[non_exhaustive]
pub struct Invalid {
    /// Which invariant of `docs/invariants.md`.
    pub number: u8,
    /// The entry where it shows.
    pub at: String,
    /// What is wrong there.
    pub what: String,
}

/// Every breach that any check can find comes from here: the tests count the calls.
pub(crate) fn breach<T>(number: u8, at: impl fmt::Debug, what: impl Into<String>) -> Result<T, Invalid> {
    Err(Invalid { number, at: format!("{at:?}"), what: what.into() })
}
