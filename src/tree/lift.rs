//! Freeing a node alone: its children are lifted to another owner.

use std::panic::Location;

use super::cascade::Cascade;
use super::{Freed, Tree};
use crate::error::Error;
use crate::id::NodeId;
use crate::topology::Place;

/// # Freeing a node but not its children
impl Tree {
    /// Frees a node but not its children: they take its place among its siblings, in their order. O(children).
    ///
    /// The destructor is asked and the cleanups run as in [`free`](Self::free).
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let group = tree.context(tree.root(), "group")?;
    /// let member = tree.alloc(group, 1)?;
    /// tree.free_lifting(group)?;
    /// assert_eq!(tree.parent(member)?, Some(tree.root()));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`free`](Self::free).
    ///
    /// # Panics
    ///
    /// As [`free`](Self::free).
    #[track_caller]
    pub fn free_lifting(&mut self, node: impl Into<NodeId>) -> Result<Freed, Error> {
        self.settle_waiting();
        let key = self.resolve_freeable(node.into(), Location::caller())?;
        Cascade::free_alone(self, key, |tree| {
            let children = tree.movable_children(key).into_iter();
            children.filter_map(|child| tree.shift(child, Place::After(key))).collect()
        })
    }

    /// Frees a node but not its children: they go to `adopter`, in their order, before the children that are
    /// there. O(children), and a look up from `adopter`.
    ///
    /// If the node's destructor accepts but frees the adopter, or moves it below the node, the children take the
    /// node's place instead.
    ///
    /// # Errors
    ///
    /// As [`free`](Self::free); [`Error::WouldLoop`] if `adopter` is the node or lies below it; [`Error::OverBudget`];
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`] for `adopter`.
    ///
    /// # Panics
    ///
    /// As [`free`](Self::free).
    #[track_caller]
    pub fn free_lifting_into(&mut self, node: impl Into<NodeId>, adopter: impl Into<NodeId>) -> Result<Freed, Error> {
        self.settle_waiting();
        let (node, adopter) = (node.into(), adopter.into());
        let goal = self.resolve_parent(adopter)?;
        self.check_loop(self.resolve(node)?, goal)?;
        if self.budgets.any() {
            self.afford_children(node, adopter)?;
            // Handlers may have moved either.
            self.check_loop(self.resolve(node)?, goal)?;
        }
        let key = self.resolve_freeable(node, Location::caller())?;
        Cascade::free_alone(self, key, |tree| {
            let open = tree.resolve_parent(adopter).is_ok_and(|goal| tree.check_loop(key, goal).is_ok());
            let place = if open { Place::First(goal) } else { Place::After(key) };
            let children = tree.movable_children(key).into_iter();
            children.filter_map(|child| tree.shift(child, place)).collect()
        })
    }
}
