//! Checking that budgets count what is there.

use rustc_hash::FxHashMap;

use super::accounts::{BudgetId, NONE};
use super::amount::Amount;
use crate::invalid::{Invalid, breach};
use crate::tree::Tree;

impl Tree {
    /// 9: labels name the nearest budget, and each has in use what is labelled with it and what the budgets in it have.
    pub(in crate::tree) fn check_budgets(&self) -> Result<(), Invalid> {
        let mut sums: FxHashMap<BudgetId, Amount> = FxHashMap::default();
        let mut owners = 0;
        for (key, item) in self.topology.entries() {
            let own = self.has_budget(key);
            owners += usize::from(own);
            let around = self.topology.parent(key).map_or(NONE, |parent| self.budgets.label(parent));
            if self.budget_around(key) != around {
                return breach(9, key, "it counts in another budget than its parent");
            }
            let sum = sums.entry(self.budgets.label(key)).or_default();
            *sum = sum.plus(self.charge_of(item));
        }
        if owners != self.budgets.all().count() {
            return breach(9, self.topology.root(), "there are budgets that belong to no node");
        }
        for (_, account) in self.budgets.all() {
            let sum = sums.entry(account.outer).or_default();
            *sum = sum.plus(self.budgets.used_of(account));
        }
        for (budget, account) in self.budgets.all() {
            let (used, peak) = (self.budgets.used_of(account), self.budgets.peak_of(account));
            let found = sums.remove(&budget).unwrap_or_default();
            if used != found {
                let what = format!("its budget has {found:?} in use and knows of {used:?}");
                return breach(9, account.owner, what);
            }
            if !peak.covers(used) {
                return breach(9, account.owner, "its budget has more in use than ever");
            }
        }
        Ok(())
    }
}
