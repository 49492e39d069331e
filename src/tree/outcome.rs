//! What a free did, without white lies.

use crate::id::NodeId;

/// What went in a free, and what did not.
///
/// The node that was to go has gone. Nodes below it may have survived: because their destructor refused, because
/// somebody outside held a reference, or because they are claimed from outside the tree. Those are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Freed {
    pub(super) nodes: usize,
    pub(super) bytes: usize,
    pub(super) references: usize,
    pub(super) survivors: Vec<Survivor>,
}

impl Freed {
    /// How many nodes went, in this call and not in others made by destructors on the way.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// How many bytes those nodes had of their own.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many references, held by nodes that went or to nodes that went or were handed on, are no more.
    #[must_use]
    pub fn references(&self) -> usize {
        self.references
    }

    /// Who did not go, and where they live now, in the order in which they were first passed over.
    #[must_use]
    pub fn survivors(&self) -> &[Survivor] {
        &self.survivors
    }

    /// Whether everything went.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.survivors.is_empty()
    }
}

impl Freed {
    /// What another free did besides.
    pub(super) fn add(&mut self, more: Self) {
        self.nodes += more.nodes;
        self.bytes += more.bytes;
        self.references += more.references;
        self.survivors.extend(more.survivors);
    }
}

/// A node that was to go with its parent and did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Survivor {
    /// The survivor, which has kept everything below it.
    pub node: NodeId,
    /// Its parent now.
    pub parent: NodeId,
}

/// A value taken out of the tree, and what went with its node.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken<T> {
    /// The value.
    pub value: T,
    /// What went: the node, and what was below it.
    pub freed: Freed,
}

/// What giving up a claim came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unlinked {
    /// A reference went; the node is where it was.
    Reference,
    /// The parent gave up its ownership, and a holder of a reference has taken over; or nobody has, and the root keeps the
    /// node for those who claim it from outside the tree.
    Passed {
        /// The new parent.
        to: NodeId,
    },
    /// The parent was the last owner: the node was freed.
    Freed(Freed),
}

/// What giving up a claim from outside came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Released {
    /// There was no node to give up.
    Nothing,
    /// One claim less. The node lives, because it has an owner or other claims.
    Claim,
    /// It was the last claim, and a holder of a reference has taken over.
    Passed {
        /// The new parent.
        to: NodeId,
    },
    /// It was the last claim: the node was freed.
    Freed(Freed),
}
