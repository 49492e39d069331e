//! Setting budgets, and reading them.

use super::accounts::Account;
use super::limits::{Budget, BudgetUsage};
use crate::error::Error;
use crate::id::{NodeId, NodeKey};
use crate::tree::Tree;
use crate::tree::item::flag;

/// # Budgets
impl Tree {
    /// Gives a node a budget for itself and all below it, or its budget other limits and another policy. O(subtree) the
    /// first time, up to the budgets that are in it; later O(1).
    ///
    /// A budget counts the bytes that nodes have of their own, as [`size`](Self::size) says, and the nodes; the builder
    /// can set an [overhead](crate::TreeBuilder::budget_overhead) in bytes for each node and reference. It holds for
    /// everything that comes to be below its node: what is made, copied or grafted there, becomes larger, is moved there,
    /// and what a holder of a reference takes over when its owner gives it up with [`unlink`](Self::unlink). Budgets can
    /// lie in each other, and all on the way up have to agree. What does not fit is refused before anything has changed.
    /// The limits may be less than what is in use.
    ///
    /// A free is never refused, nor is a release or the end of a scope: survivors go where they have to, beyond the limits
    /// if need be. What an allocator reserves and does not give out is not counted. Other limits leave use and peak as they
    /// are; the peak of a new budget begins with what is there.
    ///
    /// What comes and goes is counted in each budget on the way up: O(budgets around), besides what a call costs. A run of
    /// calls in one budget pays that once.
    ///
    /// ```
    /// use freehold::{Budget, Tree};
    ///
    /// let mut tree = Tree::new();
    /// let tenant = tree.context(tree.root(), "tenant")?;
    /// let request = tree.context(tenant, "request")?;
    /// tree.set_budget(tenant, Budget::new().bytes(1000))?;
    /// tree.set_budget(request, Budget::new().bytes(100))?;
    ///
    /// let body = tree.bytes(request, 80)?;
    /// assert!(tree.resize(body, 101).is_err());
    /// tree.free(request)?;
    /// let usage = tree.budget(tenant)?.expect("it has one");
    /// assert_eq!((usage.bytes, usage.peak_bytes, usage.nodes), (0, 80, 1));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`]; [`Error::Full`].
    #[doc(alias = "talloc_set_memlimit")]
    pub fn set_budget(&mut self, node: impl Into<NodeId>, budget: Budget) -> Result<(), Error> {
        let key = self.resolve_parent(node.into())?;
        let outer = self.budgets.label(key);
        if self.has_budget(key) {
            drop(self.budgets.set_limits(outer, budget.0));
            return Ok(());
        }
        if !self.budgets.has_number() {
            return Err(Error::Full { what: "budgets" });
        }
        let used = self.subtree_charge(key);
        let id = self.budgets.open(Account::new(key, outer, used, budget.0));
        self.label(key, id);
        self.mark(key);
        Ok(())
    }

    /// Ends a node's budget, and says whether it had one. Those further out count on. O(subtree), up to the budgets that
    /// are in it.
    ///
    /// ```
    /// # use freehold::{Budget, Tree};
    /// # let mut tree = Tree::new();
    /// let tenant = tree.context(tree.root(), "tenant")?;
    /// tree.set_budget(tenant, Budget::new().bytes(10))?;
    /// assert!(tree.bytes(tenant, 11).is_err());
    /// assert!(tree.clear_budget(tenant)? && tree.budget(tenant)?.is_none());
    /// assert!(tree.bytes(tenant, 11).is_ok());
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`].
    pub fn clear_budget(&mut self, node: impl Into<NodeId>) -> Result<bool, Error> {
        let key = self.resolve_parent(node.into())?;
        if !self.has_budget(key) {
            return Ok(false);
        }
        let account = self.budgets.close(self.budgets.label(key));
        self.label(key, account.outer);
        self.mark(key);
        Ok(true)
    }

    /// What a node's own budget counts and allows; `None` if it has none. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn budget(&self, node: impl Into<NodeId>) -> Result<Option<BudgetUsage>, Error> {
        let key = self.resolve(node.into())?;
        let account = self.budgets.get(self.budgets.label(key)).filter(|account| account.owner == key);
        Ok(account.map(|account| self.budgets.usage(account)))
    }

    /// Sets the flag of nodes with which something is to be done when they go.
    fn mark(&mut self, key: NodeKey) {
        let marked = self.has_budget(key) || self.is_wiped(key);
        self.item_mut(key).set(flag::MARKED, marked);
    }
}
