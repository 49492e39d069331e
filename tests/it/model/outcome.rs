//! What both sides say about an operation, in one vocabulary.

use super::program::Sort;

/// A node's number: 0 is the root, the others count from 1 as nodes are made. Never used twice.
pub type Num = u32;
/// A value's number: each value handed to the tree has its own.
pub type Serial = u32;

/// The node of another tree that foreign handles are of.
pub const FOREIGN: Num = Num::MAX;
/// The root of that tree.
pub const FOREIGN_ROOT: Num = Num::MAX - 1;
/// Whose panic it is when a constructor closure panics.
pub const CONSTRUCTOR: Num = Num::MAX - 2;

/// Why an operation did nothing, with the parties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Stale(Num),
    /// It has been moved to another tree.
    Away(Num),
    /// Claims lead across the border of what was to be moved: holders and targets, in the order of their numbers.
    Crossed(Vec<(Num, Num)>),
    /// The reference with this number, in the order in which they were made, is gone.
    StaleReference(usize),
    Foreign(Num),
    WrongType {
        node: Num,
        expected: Sort,
        found: Sort,
    },
    Dying(Num),
    Root(Num),
    Refused(Num),
    Shared {
        node: Num,
        holders: Vec<Num>,
    },
    WouldLoop {
        node: Num,
        parent: Num,
    },
    NotOwner {
        node: Num,
        owner: Num,
    },
    Held {
        node: Num,
        retained: u32,
        strong: u32,
    },
    NotRetained(Num),
    NotCloneable(Num),
    /// The same node twice.
    Aliased(Num),
    Alignment(usize),
    /// These are claimed from outside the tree.
    Claimed(Vec<Num>),
    /// Somebody is on the way out, whoever that is.
    Busy,
    OverBudget {
        owner: Num,
        what: &'static str,
        asked: u64,
        left: u64,
    },
}

/// What a node holds, as far as a test can see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Context,
    Probe(Serial),
    Bytes(Vec<u8>),
    Words(Vec<u32>),
    Text(String),
}

/// How much went, and who did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    pub nodes: usize,
    pub bytes: usize,
    pub references: usize,
    /// Each survivor and where it lives now.
    pub survivors: Vec<(Num, Num)>,
}

impl Gone {
    pub fn add(&mut self, more: Self) {
        self.nodes += more.nodes;
        self.bytes += more.bytes;
        self.references += more.references;
        self.survivors.extend(more.survivors);
    }
}

/// The answer of an operation that did what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    Made(Num),
    Freed(Gone),
    Taken(Content, Gone),
    Moved,
    MovedAll(usize),
    /// The handle that `transfer` was given is still in the caller's variable, or no longer.
    Transferred {
        kept: bool,
    },
    Referenced {
        holder: Num,
        node: Num,
    },
    Detached {
        nodes: usize,
        /// Holders and targets, in the order of their numbers.
        crossings: Vec<(Num, Num)>,
    },
    Grafted(usize),
    Duplicated(usize),
    UnlinkedReference,
    UnlinkedPassed(Num),
    UnlinkedFreed(Gone),
    Released(Release),
    Set,
    Had(bool),
    Replaced(Serial),
    /// A node of one's own: the one that there was, or a copy.
    Mine(Num),
    Cast,
    /// There was nothing of the kind to try it on.
    Nothing,
}

/// What became of a claim that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    Nothing,
    Claim,
    Passed(Num),
    Freed(Gone),
}

/// What came of an operation; a panic is known by the number of the node whose code threw it.
pub type Outcome = Result<Done, Fault>;

/// A panic on its way to the caller of the operation, known by a number that its thrower chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boom(pub u32);

/// What happens during an operation, in the order it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The node's destructor is called.
    Enter(Num),
    /// It answers: whether the node may go.
    Leave(Num, bool),
    /// A cleanup of the node is called; cleanups are numbered as they are added.
    Cleanup(Num, usize),
    /// A value is dropped.
    Dropped(Serial),
    /// A value that is secret is overwritten.
    Wiped(Serial),
    /// A value is cloned: which one, and what that made.
    Cloned(Serial, Serial),
    /// An operation inside a destructor or cleanup is over. `None`: it panicked.
    Inner(Option<Outcome>),
    /// A budget's handler is called.
    Exceeded {
        owner: Num,
        what: &'static str,
        asked: u64,
        left: u64,
    },
    /// The log function is told of a free or a move of a shared node; the holders, newest first.
    LoggedFree(Num, Vec<Num>),
    LoggedSteal(Num, Vec<Num>),
    /// What the observer is told.
    Created {
        node: Num,
        parent: Num,
    },
    Renamed(Num),
    Moved {
        node: Num,
        from: Num,
        to: Num,
    },
    Resized {
        node: Num,
        from: usize,
        to: usize,
    },
    Referenced {
        node: Num,
        holder: Num,
    },
    Unlinked {
        node: Num,
        holder: Num,
    },
    Freed(Num),
    Detached {
        node: Num,
        parent: Num,
    },
    Grafted {
        node: Num,
        parent: Num,
    },
}

impl Event {
    /// Whether it is known only if hooks are set.
    pub fn is_hook(&self) -> bool {
        !matches!(
            self,
            Self::Enter(_)
                | Self::Leave(..)
                | Self::Cleanup(..)
                | Self::Dropped(_)
                | Self::Cloned(..)
                | Self::Wiped(_)
                | Self::Inner(_)
                | Self::Exceeded { .. }
        )
    }
}
