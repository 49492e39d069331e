//! Operations on counts, and on strong and weak claims.

use super::{Op, Pick};

/// How a guard or a scope ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By a call that tells what came of it.
    Told,
    /// By going out of scope.
    Dropped,
}

/// What a scope does with what floats in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floats {
    Sink,
    Drop,
    /// Nothing: they go with the scope, if nobody claims them.
    Leave,
}

/// Strong and weak claims that the test has are named by seeds into those there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sharing {
    Floating,
    Retain {
        node: Pick,
    },
    Release {
        node: Option<Pick>,
    },
    /// Retained while an operation is carried out.
    Guarded {
        node: Pick,
        op: Box<Op>,
        end: End,
    },
    /// A scope with a few nodes that float, in which an operation is carried out.
    Scope {
        parent: Pick,
        count: u8,
        op: Box<Op>,
        floats: Floats,
    },
    Strong {
        node: Pick,
    },
    /// The same for a node that has a parent, who gives it up.
    FromOwned {
        node: Pick,
    },
    Weak {
        node: Pick,
    },
    Clone {
        seed: u8,
    },
    Downgrade {
        seed: u8,
    },
    Upgrade {
        seed: u8,
    },
    /// `elsewhere`: in another thread.
    Drop {
        seed: u8,
        elsewhere: bool,
    },
    IntoOwned {
        seed: u8,
        parent: Pick,
    },
    /// Put into a value, which is dropped with its node.
    Store {
        seed: u8,
        node: Pick,
    },
    /// Taken out of it.
    Fetch {
        node: Pick,
    },
    Settle,
}

impl Sharing {
    /// `inner`: the operation within, if it takes one.
    pub(super) fn decode(code: u8, [a, b, c]: [u8; 3], inner: impl FnOnce() -> Op) -> Self {
        let node = Pick(a);
        match code % 32 {
            0..=2 => Self::Floating,
            3..=5 => Self::Retain { node },
            6..=8 => Self::Release { node: (b >= 4).then_some(node) },
            9 => Self::Guarded { node, op: Box::new(inner()), end: if b < 128 { End::Told } else { End::Dropped } },
            10..=11 => Self::Scope {
                parent: node,
                count: b % 4,
                op: Box::new(inner()),
                floats: [Floats::Sink, Floats::Drop, Floats::Leave, Floats::Leave][usize::from(b / 4) % 4],
            },
            12..=15 => Self::Strong { node },
            16..=17 => Self::FromOwned { node },
            18 => Self::Weak { node },
            19 => Self::Clone { seed: a },
            20 => Self::Downgrade { seed: a },
            21..=22 => Self::Upgrade { seed: a },
            23..=25 => Self::Drop { seed: a, elsewhere: c >= 240 },
            26 => Self::IntoOwned { seed: a, parent: Pick(b) },
            27..=29 => Self::Store { seed: a, node: Pick(b) },
            30 => Self::Fetch { node },
            _ => Self::Settle,
        }
    }
}
