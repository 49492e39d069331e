//! The law a full report obeys, and what breaks it.

use std::fmt;
use std::sync::Arc;

use indextree::NodeId;

/// A node whose numbers don't fit the lines below it.
///
/// A full report checks itself: a node's bytes are at least the sum of its children's, and its blocks are one,
/// plus its children's blocks, plus one for each reference it holds. What breaks the law was cut off, filtered,
/// disturbed while it was printed, mixed with other output, or read wrongly because of a hostile name.
///
/// `Display` is a sentence for people; `{:#}` leaves out where it is:
///
/// ```
/// use freehold::report::Report;
/// let text = "full talloc report on 'root' (total     14 bytes in   3 blocks)\n    \
///             message                        contains     14 bytes in   1 blocks (ref 0) 0x55d0\n";
/// let report = Report::parse(text.as_bytes())?;
/// assert_eq!(
///     report.imbalances()[0].to_string(),
///     "line 1: 'root' says 14 bytes in 3 blocks, but itself and the lines below it make 14 bytes in 2 blocks",
/// );
/// # Ok::<(), freehold::report::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Imbalance {
    pub(super) node: NodeId,
    pub(super) line: usize,
    pub(super) name: Arc<[u8]>,
    pub(super) bytes: u64,
    pub(super) blocks: u64,
    pub(super) counted_bytes: u64,
    pub(super) counted_blocks: u64,
}

impl Imbalance {
    /// The node, in the report's [arena](super::Report::arena).
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// The line its text begins on, from 1, in the whole input.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The bytes it claims for its subtree.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The blocks it claims for its subtree.
    #[must_use]
    pub fn blocks(&self) -> u64 {
        self.blocks
    }

    /// The bytes its children claim; more than [`bytes`](Self::bytes) breaks the law.
    #[must_use]
    pub fn counted_bytes(&self) -> u64 {
        self.counted_bytes
    }

    /// The node itself, the blocks its children claim, and its references; anything but
    /// [`blocks`](Self::blocks) breaks the law.
    #[must_use]
    pub fn counted_blocks(&self) -> u64 {
        self.counted_blocks
    }
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, bytes, blocks, counted_bytes, counted_blocks, .. } = self;
        if !f.alternate() {
            write!(f, "line {line}: ")?;
        }
        write!(
            f,
            "'{}' says {bytes} bytes in {blocks} blocks, but itself and the lines below it make \
             {counted_bytes} bytes in {counted_blocks} blocks",
            String::from_utf8_lossy(&self.name).escape_debug(),
        )
    }
}
