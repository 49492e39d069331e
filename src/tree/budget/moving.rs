//! Budgets that go to another tree with their nodes.

use super::accounts::{Account, NONE};
use super::afford::Demand;
use super::amount::Amount;
use crate::error::Error;
use crate::id::{NodeId, NodeKey};
use crate::tree::Tree;

impl Tree {
    /// Has the budgets around `parent` agree to all of a subtree of another tree.
    pub(in crate::tree) fn afford_graft(&mut self, parent: NodeId, from: &Self, top: NodeKey) -> Result<(), Error> {
        if self.budgets.label(self.resolve_parent(parent)?) == NONE {
            return Ok(());
        }
        let charges = from.topology.preorder(top).map(|key| self.charge_of(from.item(key)));
        let charge = charges.fold(Amount::default(), Amount::plus);
        self.afford(|tree| Ok(Demand::new(tree.budgets.label(tree.resolve_parent(parent)?), charge)))
    }

    /// Counts a subtree no more, and hands out the budgets that some of its nodes have: those of `owners`, parents first.
    pub(in crate::tree) fn close_budgets(&mut self, top: NodeKey, owners: &[NodeKey]) -> Vec<Account> {
        if !self.budgets.any() {
            return Vec::new();
        }
        self.budgets.give_back(self.budget_around(top), self.subtree_charge(top));
        owners.iter().map(|&owner| self.budgets.close(self.budgets.label(owner))).collect()
    }

    /// Opens budgets that were closed elsewhere, for nodes that are new here, and then counts the subtree in that of its
    /// parent. Nobody is asked.
    pub(in crate::tree) fn reopen_budgets(&mut self, top: NodeKey, owners: &[NodeKey], accounts: Vec<Account>) {
        self.unlabel(top);
        // Those within others first: what they have in use need not be counted again.
        for (&owner, account) in owners.iter().zip(accounts).rev() {
            let used = self.subtree_charge(owner);
            let budget = self.budgets.open(account.moved_to(owner, used));
            self.label(owner, budget);
        }
        self.rebudget(top);
    }
    /// Counts a subtree that is new here in the budget of its parent. Nobody is asked.
    pub(in crate::tree) fn budget_new(&mut self, top: NodeKey) {
        self.unlabel(top);
        self.rebudget(top);
    }

    /// Takes away what the places of new nodes are labelled with, which is that of earlier tenants.
    fn unlabel(&mut self, top: NodeKey) {
        let mut at = Some(top).filter(|_| self.budgets.labelling());
        while let Some(key) = at {
            self.budgets.set_label(key, NONE);
            at = self.topology.next_entered(key, top);
        }
    }
}
