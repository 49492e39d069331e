//! Which budget counts what: every node and reference is labelled with the nearest at or above it.

use super::accounts::{Account, BudgetId};
use super::amount::Amount;
use crate::id::NodeKey;
use crate::tree::Tree;
use crate::tree::item::Item;

impl Tree {
    /// Whether a node has a budget of its own, which it is then labelled with.
    #[inline]
    pub(in crate::tree) fn has_budget(&self, key: NodeKey) -> bool {
        self.budgets.owner(self.budgets.label(key)) == Some(key)
    }

    /// The budget that counts a subtree, apart from one that its top has.
    pub(in crate::tree) fn budget_around(&self, top: NodeKey) -> BudgetId {
        let label = self.budgets.label(top);
        match self.budgets.get(label) {
            Some(account) if account.owner == top => account.outer,
            _ => label,
        }
    }

    /// What an entry counts for.
    #[inline]
    pub(in crate::tree) fn charge_of(&self, item: &Item) -> Amount {
        if item.is_reference() { self.budgets.reference() } else { self.budgets.node(item.size) }
    }

    /// What a subtree counts for. O(1) if its top has a budget, else O(nodes outside of budgets in it).
    pub(in crate::tree) fn subtree_charge(&self, top: NodeKey) -> Amount {
        let mut charge = Amount::default();
        let mut at = Some(top);
        while let Some(key) = at {
            let item = self.item(key);
            let own = self.has_budget(key);
            charge = charge.plus(if own { self.budgets.used(self.budgets.label(key)) } else { self.charge_of(item) });
            at = self.next_labelled(key, top, own);
        }
        charge
    }

    /// Labels a subtree anew, up to the budgets in it, which come to lie in `budget`. Counts are left as they are.
    pub(in crate::tree) fn label(&mut self, top: NodeKey, budget: BudgetId) {
        let mut at = Some(top);
        while let Some(key) = at {
            let own = self.has_budget(key);
            if own {
                self.budgets.set_outer(self.budgets.label(key), budget);
            } else {
                self.budgets.set_label(key, budget);
            }
            at = self.next_labelled(key, top, own);
        }
    }

    /// The next entry of a walk that leaves out what is below nodes with budgets.
    fn next_labelled(&self, key: NodeKey, top: NodeKey, own: bool) -> Option<NodeKey> {
        if own { self.topology.next_after(key, top) } else { self.topology.next_entered(key, top) }
    }

    /// Has a subtree that has another parent now count where that one does. Nobody is asked. O(1) where the budget is the
    /// same or its top has one, else O(nodes outside of budgets in it).
    #[inline(never)]
    pub(in crate::tree) fn rebudget(&mut self, top: NodeKey) {
        let Some(parent) = self.topology.parent(top) else { return };
        let (from, to) = (self.budget_around(top), self.budgets.label(parent));
        if from != to {
            self.budgets.pass(from, to, self.subtree_charge(top));
            self.label(top, to);
        }
    }

    /// Counts what was a node no more. If it was a node with a budget, that ends, and its account is for the caller to
    /// drop: user code may be in it.
    #[must_use]
    pub(in crate::tree) fn uncharge(&mut self, key: NodeKey, budget: BudgetId, size: u32) -> Option<Account> {
        self.budgets.give_back(budget, self.budgets.node(size));
        let own = self.budgets.owner(budget) == Some(key);
        own.then(|| self.budgets.close(budget))
    }
}
