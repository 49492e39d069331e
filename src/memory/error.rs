//! What can go wrong with blocks.

use thiserror::Error as ThisError;

use super::{AllocatorKind, MAX_ALIGN};

/// Why an allocator, or [`Blocks`](super::Blocks), did nothing. All is then as it was.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum AllocError {
    /// There is no room.
    #[error("out of memory: {asked} bytes were asked for and {left} are left")]
    Exhausted {
        /// How many bytes were asked for.
        asked: usize,
        /// How many there are, in one piece.
        left: usize,
    },
    /// More bytes were asked for than a block can have.
    #[error("{asked} bytes are more than one block may have ({limit})")]
    TooLarge {
        /// How many bytes were asked for; `usize::MAX` where the number itself overflowed.
        asked: usize,
        /// The most that a block may have.
        limit: usize,
    },
    /// Blocks can't be aligned so.
    #[error("blocks can't be aligned to {align} bytes: it has to be a power of two up to {MAX_ALIGN}")]
    Alignment {
        /// The alignment that was asked for.
        align: usize,
    },
    /// The block was freed; the token is of an earlier time.
    #[error("the block is stale: it was freed, so this token must not be used any more")]
    Stale,
    /// The block belongs to another allocator.
    #[error("the block belongs to another allocator: use it with the one that made it")]
    Foreign,
    /// The allocator can't open scopes, or none is open.
    #[error("the {kind} has no scope to open or close")]
    NoScopes {
        /// Which sort of allocator it is.
        kind: AllocatorKind,
    },
    /// Too many scopes are open.
    #[error("scopes can't be nested deeper than {limit}: close one first")]
    TooDeep {
        /// How many there may be.
        limit: usize,
    },
    /// The scope is not the innermost one.
    #[error("the scope at depth {asked} can't be closed before the one at depth {innermost}: close that first")]
    ScopeOrder {
        /// The depth of the scope that was to be closed.
        asked: usize,
        /// The depth of the innermost one.
        innermost: usize,
    },
    /// The scope is not open any more.
    #[error("the scope at depth {asked} was closed before, so its token must not be used any more")]
    ScopeClosed {
        /// The depth of the scope that was to be closed.
        asked: usize,
    },
    /// The scope is one of another allocator.
    #[error("the scope belongs to another allocator: close it with the one that opened it")]
    ForeignScope,
    /// The allocator has as many blocks as it can number.
    #[error("the allocator can't number any more blocks")]
    Full,
}
