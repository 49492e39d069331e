//! The operations there have always been: on nodes, references, destructors and contents.

use super::{Budgeting, Making, Owner, Pick, Sharing, Travelling, Valuing};

/// How a node is made and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// A context with a given name.
    Context,
    /// A value that tells when it is dropped.
    Probe,
    /// The same, made by a closure that is told its handle.
    ProbeWith,
    /// The same, by a closure that panics.
    ProbePanics,
    /// Bytes.
    Bytes(u8),
    /// An array of `u32`.
    Words(u8),
    /// A text.
    Text(u8),
}

/// Where among siblings a node is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    First,
    Last,
    Before,
    After,
}

/// How a text is made longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Plain,
    Separated,
    Formatted,
    /// In two pieces.
    Written,
}

/// What sort of node a handle is asked to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    Context,
    Probe,
    Bytes,
    Words,
    Text,
}

/// How a destructor answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Free,
    /// It refuses so many times, then it lets go.
    Refuse(u8),
    RefuseAlways,
    /// It panics instead of answering.
    Panic,
}

/// What a destructor or cleanup does: one operation, perhaps, and then its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Carried out by the first call only.
    pub act: Option<Box<Op>>,
    /// For a cleanup, only whether it panics counts.
    pub answer: Answer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    Make {
        parent: Pick,
        make: Make,
    },
    Free {
        node: Pick,
    },
    FreeChildren {
        node: Pick,
    },
    FreeLifting {
        node: Pick,
    },
    FreeLiftingInto {
        node: Pick,
        adopter: Pick,
    },
    Take {
        node: Pick,
    },
    FreeIntoValue {
        node: Pick,
    },
    Steal {
        to: Pick,
        node: Pick,
    },
    StealChildren {
        from: Pick,
        to: Pick,
    },
    Place {
        at: Where,
        anchor: Pick,
        node: Pick,
    },
    Transfer {
        to: Pick,
        node: Pick,
    },
    Reparent {
        old: Owner,
        new: Pick,
        node: Pick,
    },
    Reference {
        holder: Pick,
        node: Pick,
    },
    Unlink {
        owner: Owner,
        node: Pick,
    },
    /// Of all references ever made, the one with this seed.
    DropReference {
        seed: u8,
    },
    SetDestructor {
        node: Pick,
        script: Script,
    },
    ClearDestructor {
        node: Pick,
    },
    AddCleanup {
        node: Pick,
        script: Script,
    },
    /// Of all cleanups ever added, the one with this seed.
    RemoveCleanup {
        seed: u8,
    },
    Replace {
        node: Pick,
    },
    /// Only arrays are written: the sort is one of those.
    Write {
        node: Pick,
        sort: Sort,
        byte: u8,
    },
    /// The new part is cleared, by the library or by the caller.
    Resize {
        node: Pick,
        len: u8,
        cleared: bool,
    },
    Append {
        node: Pick,
        len: u8,
        way: Way,
    },
    Rename {
        node: Pick,
        name: u8,
    },
    ClearName {
        node: Pick,
    },
    Downcast {
        node: Pick,
        sort: Sort,
    },
    Sharing(Sharing),
    Budget(Budgeting),
    Subtree(Travelling),
    Value(Valuing),
    Making(Making),
}
