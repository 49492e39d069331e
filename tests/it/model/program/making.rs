//! Ways of making nodes that need not be tried as often as those of [`Make`](super::Make).

use super::{End, Make, Op, Owner, Pick};

/// How a node is made and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A context that nobody has given a name.
    Default,
    /// `u32`s from an iterator.
    FromIter(u8),
    /// `u32`s that the caller fills.
    Unfilled(u8),
    /// Bytes, all zero.
    Zeroes(u8),
    /// Bytes at a multiple of a number that need not be a power of two.
    Aligned(u8, usize),
    /// A text.
    Format(u8),
    /// The same by the macro.
    FormatIn(u8),
    /// A value with a pool for so many bytes below it.
    Pooled(u8),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Making {
    New {
        parent: Pick,
        way: Way,
    },
    /// An array is made, resized or given up.
    Realloc {
        owner: Owner,
        array: Option<Pick>,
        parent: Pick,
        len: u8,
    },
    AppendIn {
        node: Pick,
        len: u8,
    },
    /// A scope in which nodes are made and an operation is carried out; one of those is kept, or what else is picked.
    Keep {
        parent: Pick,
        makes: [Make; 2],
        op: Box<Op>,
        kept: Kept,
        end: End,
    },
}

/// What a scope keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Made(usize),
    Any(Pick),
}

impl Making {
    /// `inner`: the operation within, if it takes one.
    pub(super) fn decode(
        code: u8,
        [a, b, c]: [u8; 3],
        owner: fn(u8) -> Owner,
        make: impl Fn(u8, u8) -> Make,
        inner: impl FnOnce() -> Op,
    ) -> Self {
        match code % 16 {
            0..=6 => Self::New { parent: Pick(a), way: way(b, c) },
            7..=9 => {
                Self::Realloc { owner: owner(a), array: (b >= 60).then_some(Pick(b)), parent: Pick(a), len: c / 16 }
            }
            10 => Self::AppendIn { node: Pick(a), len: b },
            _ => {
                let kept = if b < 200 { Kept::Made(usize::from(b) % 2) } else { Kept::Any(Pick(b.wrapping_mul(3))) };
                let end = if c < 128 { End::Told } else { End::Dropped };
                Self::Keep { parent: Pick(a), makes: [make(b, c), make(c, b)], op: Box::new(inner()), kept, end }
            }
        }
    }
}

fn way(what: u8, len: u8) -> Way {
    match what % 8 {
        0 => Way::Default,
        1 => Way::FromIter(len),
        2 => Way::Unfilled(len),
        3 => Way::Zeroes(len),
        4 => Way::Aligned(len, [1, 8, 32, 64, 64, 16, 3, 128][usize::from(what / 8) % 8]),
        5 => Way::Format(len),
        6 => Way::FormatIn(len),
        _ => Way::Pooled(len),
    }
}
