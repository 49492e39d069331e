//! What can go wrong, and how a value that was handed over comes back.

use std::fmt;

use thiserror::Error as ThisError;

use crate::id::NodeId;

/// Why a call on a [`Tree`](crate::Tree) did nothing.
///
/// Whatever the variant, the tree is as it was before the call. Each names the parties, and its text says
/// what to do. Where a call names [`Stale`](Self::Stale) among its errors, [`Moved`](Self::Moved) can come in its place.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// The node was freed; the handle is of an earlier time.
    #[error("node {node} is stale: it was freed, so this handle must not be used any more")]
    Stale {
        /// The stale handle.
        node: NodeId,
    },
    /// The node was moved to another tree, by [`detach`](crate::Tree::detach) or out of a [`Subtree`](crate::Subtree) by
    /// [`graft`](crate::Tree::graft). Told as long as nothing new lies in its old place; then it is
    /// [stale](Self::Stale).
    #[error("node {node} was moved to another tree: the map that came of the move has its new handle")]
    Moved {
        /// The handle that the node had here.
        node: NodeId,
    },
    /// The node's type can't be cloned, as far as the tree knows. A type without `Clone` can only be shared.
    #[error(
        "node {node} holds a `{type_name}`, which can't be duplicated: declare it with `declare_clone` or `declare_shared`"
    )]
    NotCloneable {
        /// The node.
        node: NodeId,
        /// Its type.
        type_name: &'static str,
    },
    /// Claims lead into or out of what was to be moved to another tree: references, or claims from outside the tree.
    #[error(
        "{} the subtree's border ({}); drop {} first, or detach it with `detach_dropping`",
        Number(crossings.len(), "claim crosses", "claims cross"), Few(crossings),
        if crossings.len() == 1 { "it" } else { "them" }
    )]
    Crossed {
        /// The claims that cross; of those from outside the tree, the root is the holder.
        crossings: Box<[Crossing]>,
    },
    /// The handle belongs to another tree.
    #[error("node {node} belongs to another tree: use it with the tree that made it")]
    Foreign {
        /// The foreign handle.
        node: NodeId,
    },
    /// The node's value is of another type.
    #[error("node {node} holds a `{found}`, not a `{expected}`")]
    WrongType {
        /// The node.
        node: NodeId,
        /// The type that was asked for.
        expected: &'static str,
        /// The type that is there.
        found: &'static str,
    },
    /// The node is on its way out: its destructor has been called and its end is being carried out.
    #[error("node {node} is being freed: it can be read, but not freed, moved, shared or given children")]
    Dying {
        /// The dying node.
        node: NodeId,
    },
    /// The root stays where it is as long as its tree lives.
    #[error(
        "node {node} is the root, which can't be freed, moved, shared or claimed: free its children, or drop the tree"
    )]
    Root {
        /// The root.
        node: NodeId,
    },
    /// The node's destructor refused.
    #[error("node {node} was not freed: its destructor refused")]
    Refused {
        /// The node whose destructor said no.
        node: NodeId,
    },
    /// Others hold references to the node, so no single owner may do this.
    #[error(
        "node {node} is shared: unlink its {} first (held by {})",
        if holders.len() == 1 { "reference".to_owned() } else { format!("{} references", holders.len()) }, Few(holders)
    )]
    Shared {
        /// The shared node.
        node: NodeId,
        /// Who holds the references, newest first.
        holders: Box<[NodeId]>,
    },
    /// The node is claimed from outside the tree, so nobody may free it by name: [release](crate::Tree::release) what was
    /// retained, and drop [`Strong`](crate::Strong) claims.
    #[error(
        "node {node} is held by {} ({retained} retained, {strong} strong): {} {} first",
        Number((*retained as usize).saturating_add(*strong as usize), "claim", "claims"),
        match (retained, strong) { (_, 0) => "release", (0, _) => "drop", _ => "release and drop" },
        if *retained as usize + *strong as usize == 1 { "it" } else { "them" }
    )]
    Held {
        /// The claimed node.
        node: NodeId,
        /// How often it is retained.
        retained: u32,
        /// How many strong claims there are; one and its clones count once.
        strong: u32,
    },
    /// There is no claim to give up: neither was the node retained, nor does it [float](crate::Tree::floating).
    #[error("node {node} has no claim to release: it was not retained, or was released as often")]
    NotRetained {
        /// The node.
        node: NodeId,
    },
    /// The move would put a node below itself.
    #[error("node {node} can't go under {parent}, which lies within it")]
    WouldLoop {
        /// The node that was to move.
        node: NodeId,
        /// Where it was to go.
        parent: NodeId,
    },
    /// The named owner has no claim on the node.
    #[error("node {owner} is neither parent nor holder of a reference to {node}")]
    NotOwner {
        /// The node.
        node: NodeId,
        /// Who was taken for an owner.
        owner: NodeId,
    },
    /// More bytes were asked for than a block, a text or a pool can have.
    #[error("{asked} bytes are more than one block may have ({limit})")]
    TooLarge {
        /// How many bytes were asked for; `usize::MAX` where the number itself overflowed.
        asked: usize,
        /// The most that a block may have.
        limit: usize,
    },
    /// The allocator that serves the node has no room.
    #[error(
        "out of memory in the {allocator} of node {node}: {asked} bytes were asked for and {left} are left; free something \
         there, or make it larger"
    )]
    OutOfMemory {
        /// The node that was to get a child, or to become larger.
        node: NodeId,
        /// Which sort of allocator it is.
        allocator: &'static str,
        /// How many bytes were asked for.
        asked: usize,
        /// How many there are, in one piece.
        left: usize,
    },
    /// A [budget](crate::Tree::set_budget) on the way up has no room.
    #[error(
        "the budget of node {owner} has no room: {asked} {what} were asked for and {left} are left; free something there, \
         or raise its limit"
    )]
    OverBudget {
        /// The node whose budget said no.
        owner: NodeId,
        /// What there is too little of: `bytes` or `nodes`.
        what: &'static str,
        /// How much of it was asked for.
        asked: u64,
        /// How much is left.
        left: u64,
    },
    /// Somebody outside the tree has claims on nodes of it.
    #[error(
        "the tree can't be torn down: {} claimed from outside ({}); unlink {2} from the root, release {2}, or drop the strong claims, first",
        Number(nodes.len(), "node is", "nodes are"), Few(nodes), if nodes.len() == 1 { "it" } else { "them" }
    )]
    Claimed {
        /// The nodes that are claimed.
        nodes: Box<[NodeId]>,
    },
    /// The node is served by another sort of allocator.
    #[error("the {found} that serves node {node} is not a `{expected}`")]
    WrongAllocator {
        /// The node.
        node: NodeId,
        /// The type that was asked for.
        expected: &'static str,
        /// Which sort is there.
        found: &'static str,
    },
    /// Too many scopes are open in one allocator.
    #[error("scopes in one arena can't be nested deeper than {limit}: end one first")]
    TooDeep {
        /// How many there may be.
        limit: usize,
    },
    /// A pooled array is part of its pool.
    #[error("node {node} is a pooled array, which can't be resized")]
    Pooled {
        /// The pooled array.
        node: NodeId,
    },
    /// Blocks can't be aligned so.
    #[error("blocks can't be aligned to {align} bytes: it has to be a power of two up to 64")]
    Alignment {
        /// The alignment that was asked for.
        align: usize,
    },
    /// The tree has as many nodes, kinds of value, blocks or allocators as it can number.
    #[error("the tree is full: it can't number any more {what}")]
    Full {
        /// What there are too many of.
        what: &'static str,
    },
    /// The same node was asked for twice where distinct ones are needed.
    #[error("node {node} was named twice: disjoint access needs distinct nodes")]
    Aliased {
        /// The node named twice.
        node: NodeId,
    },
    /// The formatting of a value failed, so there is no text to keep.
    #[error("a value could not be formatted, so no text was made")]
    Format,
}

/// A few, and how many more.
struct Few<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Few<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 8;
        for (i, one) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}{one}", if i == 0 { "" } else { ", " })?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// A claim that leads across the border of a subtree: of its holder and its target, one lies within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Crossing {
    /// Who has the claim.
    pub holder: NodeId,
    /// The node that is claimed.
    pub target: NodeId,
}

impl fmt::Display for Crossing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.holder, self.target)
    }
}

/// A number with the word for one, or for more.
struct Number(usize, &'static str, &'static str);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { self.1 } else { self.2 })
    }
}

const _: () = assert!(size_of::<Error>() <= 48, "every `Result` pays for the largest variant");

/// An error together with the value that was handed over, which so is not lost.
///
/// `?` turns it into a plain [`Error`] where that is enough.
///
/// ```
/// use freehold::{Error, Tree};
///
/// let mut tree = Tree::new();
/// let gone = tree.context(tree.root(), "gone")?;
/// tree.free(gone)?;
///
/// let rejected = tree.alloc(gone, String::from("precious")).unwrap_err();
/// assert_eq!(rejected.error(), &Error::Stale { node: gone.id() });
/// assert_eq!(rejected.into_value(), "precious");
/// # Ok::<(), Error>(())
/// ```
pub struct Rejected<T> {
    value: T,
    error: Error,
}

impl<T> Rejected<T> {
    #[cold]
    pub(crate) fn new(value: T, error: Error) -> Self {
        Self { value, error }
    }

    /// Why the value was not taken.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The value, back in the caller's hands.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    /// The value and the reason.
    #[must_use]
    pub fn into_parts(self) -> (T, Error) {
        (self.value, self.error)
    }
}

impl<T> fmt::Debug for Rejected<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejected").field("error", &self.error).finish_non_exhaustive()
    }
}

impl<T> fmt::Display for Rejected<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl<T> std::error::Error for Rejected<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl<T> From<Rejected<T>> for Error {
    fn from(rejected: Rejected<T>) -> Self {
        rejected.error
    }
}
