//! Getting around: up, down and sideways, each lazily.

use std::iter::FusedIterator;

use super::{Edge, Tree, Value};
use crate::error::Error;
use crate::id::NodeKey;
use crate::id::{Handle, NodeId};
use crate::topology::Step;

/// # Getting around
impl Tree {
    /// A node's owner; `None` for the root. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[inline]
    #[doc(alias = "talloc_parent")]
    pub fn parent(&self, node: impl Into<NodeId>) -> Result<Option<NodeId>, Error> {
        let key = self.resolve(node.into())?;
        Ok(self.topology.parent(key).map(|parent| self.id(parent)))
    }

    /// A node's children, newest first; from the back, oldest first. O(1) a child.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn children(&self, node: impl Into<NodeId>) -> Result<Children<'_>, Error> {
        let key = self.resolve(node.into())?;
        let ends = self.topology.first_child(key).zip(self.topology.last_child(key));
        Ok(Children { tree: self, ends })
    }

    /// The next older sibling. O(1), but for references that lie between.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn next_sibling(&self, node: impl Into<NodeId>) -> Result<Option<NodeId>, Error> {
        let key = self.resolve(node.into())?;
        let mut later = std::iter::successors(self.topology.next_sibling(key), |&at| self.topology.next_sibling(at));
        Ok(later.find(|&at| !self.item(at).is_reference()).map(|at| self.id(at)))
    }

    /// The next newer sibling. O(1), but for references that lie between.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn prev_sibling(&self, node: impl Into<NodeId>) -> Result<Option<NodeId>, Error> {
        let key = self.resolve(node.into())?;
        let mut before = std::iter::successors(self.topology.prev_sibling(key), |&at| self.topology.prev_sibling(at));
        Ok(before.find(|&at| !self.item(at).is_reference()).map(|at| self.id(at)))
    }

    /// The parent, its parent and so on up to the root. O(1) a step.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_show_parents")]
    pub fn ancestors(&self, node: impl Into<NodeId>) -> Result<Ancestors<'_>, Error> {
        let key = self.resolve(node.into())?;
        Ok(Ancestors { tree: self, next: self.topology.parent(key) })
    }

    /// Everything below a node, parents before children, newest first. O(1) a node, amortised.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn descendants(&self, node: impl Into<NodeId>) -> Result<Descendants<'_>, Error> {
        let top = self.resolve(node.into())?;
        Ok(Descendants { tree: self, top, at: top })
    }

    /// A walk of a node and everything below it that enters and leaves each. O(1) an edge.
    ///
    /// [`Cursor`](crate::Cursor) does the same without borrowing the tree.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn edges(&self, node: impl Into<NodeId>) -> Result<Edges<'_>, Error> {
        let top = self.resolve(node.into())?;
        Ok(Edges { tree: self, top, next: Some(Step::Enter(top)) })
    }

    /// Whether `node` lies below `ancestor`. A node does not lie below itself. O(depth of `node`) or
    /// O(subtree of `ancestor`), whichever is less.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_is_parent")]
    pub fn is_ancestor(&self, ancestor: impl Into<NodeId>, node: impl Into<NodeId>) -> Result<bool, Error> {
        let (ancestor, node) = (self.resolve(ancestor.into())?, self.resolve(node.into())?);
        Ok(ancestor != node && self.topology.is_within(node, ancestor))
    }

    /// The nearest node of that name: `node` itself, its parent, and so on up. O(depth).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_find_parent_byname")]
    pub fn find_ancestor_by_name(&self, node: impl Into<NodeId>, name: &str) -> Result<Option<NodeId>, Error> {
        let key = self.resolve(node.into())?;
        Ok(self.upwards(key).find(|&at| self.name_of(at) == name).map(|at| self.id(at)))
    }

    /// The nearest node that holds a `T`: `node` itself, its parent, and so on up. O(depth).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_find_parent_bytype")]
    pub fn find_ancestor<T: Value + ?Sized>(&self, node: impl Into<NodeId>) -> Result<Option<Handle<T>>, Error> {
        let key = self.resolve(node.into())?;
        let Some(kind) = self.kinds.find::<T>() else { return Ok(None) };
        let found = self.upwards(key).find(|&at| self.item(at).kind == kind);
        Ok(found.map(|at| Handle::new(self.id(at), self.item(at).slot)))
    }

    /// All nodes below `node` that have that name. Lazy; O(subtree) in all.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn descendants_by_name<'t>(
        &'t self,
        node: impl Into<NodeId>,
        name: &'t str,
    ) -> Result<impl Iterator<Item = NodeId> + 't, Error> {
        Ok(self.descendants(node)?.filter(move |at| self.name_of(at.key) == name))
    }

    /// All nodes below `node` that hold a `T`. Lazy; O(subtree) in all. [`iter`](Self::iter) finds those of the
    /// whole tree faster.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn descendants_of_type<T: Value + ?Sized>(
        &self,
        node: impl Into<NodeId>,
    ) -> Result<impl Iterator<Item = Handle<T>> + '_, Error> {
        let kind = self.kinds.find::<T>();
        let descendants = self.descendants(node)?;
        Ok(descendants.filter_map(move |at| {
            let item = self.item(at.key);
            (Some(item.kind) == kind).then(|| Handle::new(at, item.slot))
        }))
    }

    fn upwards(&self, key: NodeKey) -> impl Iterator<Item = NodeKey> + '_ {
        std::iter::successors(Some(key), |&at| self.topology.parent(at))
    }
}

/// A node's children: made by [`Tree::children`].
#[derive(Clone, Debug)]
pub struct Children<'t> {
    tree: &'t Tree,
    /// The first and the last entry not yet given.
    ends: Option<(NodeKey, NodeKey)>,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        loop {
            let (first, last) = self.ends?;
            let after = if first == last { None } else { self.tree.topology.next_sibling(first) };
            self.ends = after.map(|after| (after, last));
            if !self.tree.item(first).is_reference() {
                return Some(self.tree.id(first));
            }
        }
    }
}

impl DoubleEndedIterator for Children<'_> {
    fn next_back(&mut self) -> Option<NodeId> {
        loop {
            let (first, last) = self.ends?;
            let before = if first == last { None } else { self.tree.topology.prev_sibling(last) };
            self.ends = before.map(|before| (first, before));
            if !self.tree.item(last).is_reference() {
                return Some(self.tree.id(last));
            }
        }
    }
}

impl FusedIterator for Children<'_> {}

/// The owners above a node: made by [`Tree::ancestors`].
#[derive(Clone, Debug)]
pub struct Ancestors<'t> {
    tree: &'t Tree,
    next: Option<NodeKey>,
}

impl Iterator for Ancestors<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let at = self.next?;
        self.next = self.tree.topology.parent(at);
        Some(self.tree.id(at))
    }
}

impl FusedIterator for Ancestors<'_> {}

/// A walk of a subtree: made by [`Tree::edges`].
#[derive(Clone, Debug)]
pub struct Edges<'t> {
    tree: &'t Tree,
    top: NodeKey,
    next: Option<Step>,
}

impl Iterator for Edges<'_> {
    type Item = Edge;

    fn next(&mut self) -> Option<Edge> {
        loop {
            let step = self.next?;
            self.next = self.tree.topology.next_step(step, self.top);
            let (Step::Enter(key) | Step::Leave(key)) = step;
            if self.tree.item(key).is_reference() {
                continue;
            }
            let node = self.tree.id(key);
            return Some(match step {
                Step::Enter(_) => Edge::Start(node),
                Step::Leave(_) => Edge::End(node),
            });
        }
    }
}

impl FusedIterator for Edges<'_> {}

/// Everything below a node: made by [`Tree::descendants`].
#[derive(Clone, Debug)]
pub struct Descendants<'t> {
    tree: &'t Tree,
    top: NodeKey,
    /// The entry given last.
    at: NodeKey,
}

impl Iterator for Descendants<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        loop {
            self.at = self.tree.topology.next_entered(self.at, self.top)?;
            if !self.tree.item(self.at).is_reference() {
                return Some(self.tree.id(self.at));
            }
        }
    }
}

impl FusedIterator for Descendants<'_> {}
