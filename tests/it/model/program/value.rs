//! Operations on what values link to, and on values that are shared or exchanged.

use super::{Owner, Pick, Sort};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Valuing {
    /// A handle is put into a value.
    Link {
        node: Pick,
        to: Pick,
    },
    /// A weak claim is put into a value.
    LinkWeakly {
        node: Pick,
        to: Pick,
    },
    /// The handles and weak claims of a value are dropped.
    Forget {
        node: Pick,
    },
    /// Two values change places. `pairwise`: asked for as two that need not be of one type.
    Swap {
        a: Pick,
        b: Pick,
        pairwise: bool,
    },
    /// Nodes of a sort are shared from now on where others are copied.
    Share {
        sort: Sort,
    },
    MakeMut {
        owner: Owner,
        node: Pick,
    },
    TearDown,
    /// Room is made and given back, which changes nothing that can be seen.
    Tidy,
    /// As `Forget`, for all values there are.
    ForgetAll,
}

impl Valuing {
    pub(super) fn decode(code: u8, [a, b, c]: [u8; 3], owner: fn(u8) -> Owner, sorts: [Sort; 5]) -> Self {
        match code % 16 {
            0..=4 => Self::Link { node: Pick(a), to: Pick(b) },
            5..=6 => Self::LinkWeakly { node: Pick(a), to: Pick(b) },
            7 => Self::Forget { node: Pick(a) },
            8 => Self::Swap { a: Pick(a), b: Pick(b), pairwise: c.is_multiple_of(2) },
            9 => Self::Share { sort: sorts[usize::from(a) % 5] },
            10..=14 => Self::MakeMut { owner: owner(a), node: Pick(b) },
            _ if b < 40 => Self::TearDown,
            _ if b < 100 => Self::Tidy,
            _ if b < 120 => Self::ForgetAll,
            _ => Self::Link { node: Pick(a), to: Pick(c) },
        }
    }
}
