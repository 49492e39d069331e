//! Operations on subtrees that go from tree to tree.

use super::{Op, Pick};

/// Subtrees that the test has are named by seeds into those there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Travelling {
    /// `dropping`: claims that cross the border are dropped.
    Detach {
        node: Pick,
        dropping: bool,
    },
    /// `elsewhere`: it has been in another thread before.
    Graft {
        parent: Pick,
        seed: u8,
        elsewhere: bool,
    },
    /// A copy in the same tree.
    Duplicate {
        node: Pick,
        parent: Pick,
    },
    Drop {
        seed: u8,
        elsewhere: bool,
    },
    /// Its tree carries out an operation; then it is a subtree again, as a whole.
    Work {
        seed: u8,
        op: Box<Op>,
    },
    /// A flag that goes with copies and with what is moved.
    Secret {
        node: Pick,
    },
    /// As `Work`, for a new tree.
    Build {
        op: Box<Op>,
    },
}

impl Travelling {
    /// `inner`: the operation within, if it takes one.
    pub(super) fn decode(code: u8, [a, b, _]: [u8; 3], inner: impl FnOnce() -> Op) -> Self {
        match code % 16 {
            0..=2 => Self::Detach { node: Pick(a), dropping: false },
            3 => Self::Duplicate { node: Pick(a), parent: Pick(b) },
            4..=5 => Self::Detach { node: Pick(a), dropping: true },
            6..=9 => Self::Graft { parent: Pick(a), seed: b, elsewhere: b >= 240 },
            10 => Self::Drop { seed: a, elsewhere: b >= 128 },
            11..=13 => Self::Work { seed: a, op: Box::new(inner()) },
            14 => Self::Secret { node: Pick(a) },
            _ => Self::Build { op: Box::new(inner()) },
        }
    }
}
