//! Programs: short lists of operations, each decoded from seven bytes.
//!
//! Seven bytes are always an operation and never more than one, so no input is wasted, and leaving out or
//! repeating seven bytes leaves out or repeats an operation: proptest and libFuzzer both shrink by that.

mod budget;
mod decode;
mod making;
mod op;
mod pick;
mod sharing;
mod subtree;
mod value;

pub use budget::{Budgeting, Limits, Policy};
pub use making::{Kept, Making, Way as MakingWay};
pub use op::{Answer, Make, Op, Script, Sort, Way, Where};
pub use pick::{Choice, Owner, Pick};
pub use sharing::{End, Floats, Sharing};
pub use subtree::Travelling;
pub use value::Valuing;

use decode::{Decoder, Dialect};

/// Bytes per operation.
pub const WIDTH: usize = 7;
/// Operations in a program; what is beyond is ignored.
pub const LONGEST: usize = 160;

/// What programs are chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// Nothing in particular: as the bytes say.
    Everything,
    /// References and counts, strong and weak claims, and destructors that refuse.
    References,
    /// User code that panics, while hooks are set.
    Panics,
    /// Budgets, and subtrees that go from tree to tree.
    Subtrees,
}

/// A program, and whether hooks are set while it runs.
#[derive(Clone, Debug)]
pub struct Program {
    pub hooked: bool,
    /// What a node and what a reference costs in a budget besides its bytes.
    pub overhead: (u32, u32),
    /// Whether trees know that values have links.
    pub linked: bool,
    pub ops: Vec<Op>,
}

impl Program {
    /// The program that the bytes encode for a focus: a byte for the hooks, the dialect and what nodes cost in budgets, then the operations. A rest is ignored.
    pub fn decode(focus: Focus, bytes: &[u8]) -> Self {
        let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
        let (ops, _rest) = rest.as_chunks::<WIDTH>();
        let dialect = Dialect::of(focus, first / 2);
        let decoder = Decoder::new(focus, dialect);
        let ops = ops.iter().take(LONGEST).map(|bytes| decoder.op(bytes)).collect();
        let overhead = if first & 16 == 0 { (0, 0) } else { (9, 14) };
        let hooked = focus == Focus::Panics || first.is_multiple_of(2);
        Self { hooked, overhead, linked: dialect.linked(), ops }
    }
}
