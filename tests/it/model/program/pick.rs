//! Whom operations are about: seeds, so that any byte is a choice.

use std::fmt;

/// Whom an operation is about: a seed into the nodes there are, or a deliberately bad handle.
///
/// It is decided when the operation is carried out, by [`Pick::decide`], from what both sides know.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pick(pub u8);

/// What a pick stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The root.
    Root,
    /// The n-th oldest of the nodes there are.
    There(usize),
    /// The n-th oldest of the nodes that are gone.
    Gone(usize),
    /// The n-th oldest of the nodes that are in other trees, or were.
    Elsewhere(usize),
    /// A node of a tree with which nothing else happens.
    Foreign,
    /// The root of that tree.
    ForeignRoot,
    /// The node whose destructor or cleanup is running.
    Me,
    /// The parent of that node.
    MyParent,
}

impl Pick {
    /// What the pick stands for, given how many nodes are there and gone (the root not counted) or in other trees, and
    /// whether a destructor or cleanup is running.
    pub fn decide(self, there: usize, gone: usize, elsewhere: usize, inside: bool) -> Choice {
        let seed = usize::from(self.0);
        match seed {
            0..=19 => Choice::Root,
            220..=235 if gone > 0 => Choice::Gone(seed % gone),
            236 if elsewhere > 0 => Choice::Elsewhere(seed * 7 % elsewhere),
            236..=237 => Choice::Foreign,
            238..=239 => Choice::ForeignRoot,
            240..=255 if inside && seed.is_multiple_of(2) => Choice::Me,
            240..=255 if inside => Choice::MyParent,
            _ if there == 0 => Choice::Root,
            // The newest few, so that programs build depth as well as width.
            20..=89 => Choice::There(there - 1 - seed % there.min(4)),
            _ => Choice::There(seed % there),
        }
    }

    /// Whether it wants a node of the sort that the operation is about, where there is one.
    pub fn is_choosy(self) -> bool {
        !self.0.is_multiple_of(4)
    }
}

impl fmt::Debug for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Whose claim on a node an operation is about. Claims are rare enough that a blind choice seldom meets one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Parent,
    /// The n-th newest holder, counted round; the parent if there is none.
    Holder(usize),
    Any(Pick),
}
