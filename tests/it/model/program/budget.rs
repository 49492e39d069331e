//! Operations on budgets.

use super::op::{Answer, Script};
use super::{Op, Pick};

/// What happens when a budget has no room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Policy {
    Refuse,
    Record,
    /// A handler carries out an operation and says whether to try again: what lets a node go says so.
    Ask(Script),
}

/// Limits on bytes and nodes.
pub type Limits = (Option<u64>, Option<u64>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Budgeting {
    Set { node: Pick, limits: Limits, policy: Policy },
    Clear { node: Pick },
}

impl Budgeting {
    /// `inner`: what a handler does; `answer`: what it says, unless that is to try again.
    pub(super) fn decode(code: u8, [a, b, _]: [u8; 3], inner: impl FnOnce() -> Op, answer: Answer) -> Self {
        let node = Pick(a);
        if code % 8 == 7 {
            return Self::Clear { node };
        }
        let most = u64::from(b / 16);
        let limits = match b / 4 % 4 {
            0 | 1 => (Some(most * 30), None),
            2 => (None, Some(most)),
            _ => (None, None),
        };
        let policy = match b % 4 {
            0 => Policy::Refuse,
            1 => Policy::Record,
            2 => Policy::Ask(Script { act: Some(Box::new(inner())), answer: Answer::Free }),
            _ => Policy::Ask(Script { act: Some(Box::new(inner())), answer }),
        };
        Self::Set { node, limits, policy }
    }
}
