//! A walk that borrows nothing, so that the tree may change on the way.

use super::Tree;
use crate::id::NodeId;

/// One half of a visit in a walk: each node is started before its children and ended after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edge {
    /// Before the node's children.
    Start(NodeId),
    /// After the node's children.
    End(NodeId),
}

impl Edge {
    /// The node that is started or ended.
    #[must_use]
    pub fn node(self) -> NodeId {
        match self {
            Self::Start(node) | Self::End(node) => node,
        }
    }
}

/// A place in a walk of a subtree, as a plain value: the tree may be changed between steps.
///
/// The next step is worked out from where things are *then*: new children of the node just started are walked,
/// a node that moved takes the walk to where it is now, and if the node just visited is gone the walk goes on
/// with the sibling that followed it. The walk ends after the end of its top, or when its way back is gone.
///
/// ```
/// use freehold::{Cursor, Edge, Tree};
///
/// let mut tree = Tree::new();
/// let top = tree.context(tree.root(), "top")?;
/// for n in 0..10u32 {
///     tree.alloc(top, n)?;
/// }
/// let mut cursor = Cursor::new(top);
/// while let Some(edge) = cursor.next(&tree) {
///     let Edge::Start(node) = edge else { continue };
///     if tree.downcast::<u32>(node).is_ok_and(|n| tree[n] % 2 == 1) {
///         tree.free(node)?;
///     }
/// }
/// assert_eq!(tree.children(top)?.count(), 5);
/// # Ok::<(), freehold::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cursor {
    top: NodeId,
    at: At,
}

#[derive(Clone, Debug)]
enum At {
    Before,
    /// The last edge given, and how to go on if its node goes: the sibling after it, and the parent.
    On {
        edge: Edge,
        next: Option<NodeId>,
        parent: Option<NodeId>,
    },
    After,
}

impl Cursor {
    /// A walk of `top` and everything below it. O(1).
    #[must_use]
    pub fn new(top: impl Into<NodeId>) -> Self {
        Self { top: top.into(), at: At::Before }
    }

    /// Goes one step on in `tree`. O(1), but for references that lie between. `None` when the walk is over.
    pub fn next(&mut self, tree: &Tree) -> Option<Edge> {
        let edge = self.following(tree).filter(|edge| tree.contains(edge.node()));
        self.at = match edge {
            Some(edge) => At::On {
                edge,
                next: tree.next_sibling(edge.node()).ok().flatten(),
                parent: tree.parent(edge.node()).ok().flatten(),
            },
            None => At::After,
        };
        edge
    }

    fn following(&self, tree: &Tree) -> Option<Edge> {
        let (edge, next, parent) = match self.at {
            At::Before => return Some(Edge::Start(self.top)),
            At::On { edge, next, parent } => (edge, next, parent),
            At::After => return None,
        };
        match edge {
            Edge::End(node) if node == self.top => None,
            Edge::Start(node) if tree.contains(node) => {
                let child = tree.children(node).ok()?.next();
                Some(child.map_or(Edge::End(node), Edge::Start))
            }
            Edge::End(node) if tree.contains(node) => {
                let next = tree.next_sibling(node).ok()?.map(Edge::Start);
                next.or_else(|| Some(Edge::End(tree.parent(node).ok()??)))
            }
            // The node is gone. Its follower counts only where it was.
            _ if edge.node() == self.top => None,
            _ => {
                let next = next.filter(|&next| tree.parent(next).is_ok_and(|now| now == parent));
                next.map(Edge::Start).or(parent.map(Edge::End))
            }
        }
    }
}
