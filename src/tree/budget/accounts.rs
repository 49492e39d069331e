//! The accounts of all budgets: what each has in use, and whether more fits in. They know nothing of the tree but whose
//! they are and which lies in which.
//!
//! A charge counts in its budget and in all further out. As charges come in runs of one budget, a run is counted apart,
//! against the least room there is on the way out, and passed on to the accounts when another budget is charged.

use rustc_hash::FxHashSet;
use slab::Slab;

use super::limits::{Limits, Policy};
use crate::id::NodeKey;

/// The number of a budget, which every node is labelled with that counts in it and in none further in.
pub(crate) type BudgetId = u32;
/// The label of nodes that no budget counts.
pub(crate) const NONE: BudgetId = 0;

/// So much of what budgets count. Negative for what is given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) bytes: i64,
    pub(crate) nodes: i64,
}

impl Amount {
    #[inline]
    pub(crate) fn of_bytes(bytes: i64) -> Self {
        Self { bytes, nodes: 0 }
    }

    #[inline]
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, nodes: self.nodes + other.nodes }
    }

    #[inline]
    pub(crate) fn minus(self, other: Self) -> Self {
        Self { bytes: self.bytes - other.bytes, nodes: self.nodes - other.nodes }
    }

    #[inline]
    fn max(self, other: Self) -> Self {
        Self { bytes: self.bytes.max(other.bytes), nodes: self.nodes.max(other.nodes) }
    }

    #[inline]
    fn min(self, other: Self) -> Self {
        Self { bytes: self.bytes.min(other.bytes), nodes: self.nodes.min(other.nodes) }
    }
}

/// What is counted for each node and for each reference besides its own bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Overhead {
    pub(crate) node: u32,
    pub(crate) reference: u32,
}

/// One budget: who has it, and what is in use within it.
pub(crate) struct Account {
    pub(super) owner: NodeKey,
    /// The budget that this one counts in.
    pub(super) outer: BudgetId,
    used: Amount,
    peak: Amount,
    pub(super) limits: Limits,
    /// It is charged by the run that is counted apart.
    running: bool,
}

impl Account {
    pub(super) fn new(owner: NodeKey, outer: BudgetId, used: Amount, limits: Limits) -> Self {
        Self { owner, outer, used, peak: used, limits, running: false }
    }

    /// The same for its owner in another tree, in no other budget, with what is in use there.
    pub(super) fn moved_to(self, owner: NodeKey, used: Amount) -> Self {
        Self { owner, outer: NONE, used, peak: self.peak.max(used), limits: self.limits, running: false }
    }

    fn change(&mut self, by: Amount) {
        self.used = self.used.plus(by);
        self.peak = self.peak.max(self.used);
    }
}

/// A charge that does not fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Over {
    pub(super) budget: BudgetId,
    pub(super) what: &'static str,
    pub(super) asked: i64,
    /// What is left; negative if more is in use than may be.
    pub(super) left: i64,
}

/// Charges to one budget that its account has not heard of.
#[derive(Default)]
struct Run {
    budget: BudgetId,
    used: Amount,
    peak: Amount,
    /// How much it may come to without asking.
    room: Amount,
}

/// All budgets of a tree.
#[derive(Default)]
pub(crate) struct Budgets {
    accounts: Slab<Account>,
    pub(crate) overhead: Overhead,
    run: Run,
}

impl Budgets {
    pub(crate) fn with_overhead(overhead: Overhead) -> Self {
        Self { overhead, ..Self::default() }
    }

    /// Whether there are any.
    #[inline]
    pub(crate) fn any(&self) -> bool {
        !self.accounts.is_empty()
    }

    /// What a node counts for.
    #[inline]
    pub(crate) fn node(&self, size: u32) -> Amount {
        Amount { bytes: i64::from(size) + i64::from(self.overhead.node), nodes: 1 }
    }

    /// What a reference counts for.
    #[inline]
    pub(crate) fn reference(&self) -> Amount {
        Amount::of_bytes(self.overhead.reference.into())
    }

    /// Whether a charge fits, as far as that can be told at a glance.
    #[inline]
    pub(crate) fn has_room(&self, budget: BudgetId, charge: Amount) -> bool {
        let Run { budget: running, used, room, .. } = self.run;
        let total = used.plus(charge);
        budget == running && total.bytes <= room.bytes && total.nodes <= room.nodes
    }

    /// Counts what has come in a budget and all further out.
    #[inline]
    pub(crate) fn charge(&mut self, budget: BudgetId, charge: Amount) {
        if budget != self.run.budget {
            self.begin_run(budget);
        }
        self.run.used = self.run.used.plus(charge);
        self.run.peak = self.run.peak.max(self.run.used);
    }

    /// Counts what has gone.
    #[inline]
    pub(crate) fn give_back(&mut self, budget: BudgetId, charge: Amount) {
        if budget != self.run.budget {
            self.begin_run(budget);
        }
        self.run.used = self.run.used.minus(charge);
    }

    /// Counts that so many nodes with so many bytes have gone.
    pub(crate) fn give_back_run(&mut self, budget: BudgetId, nodes: usize, bytes: usize) {
        if nodes > 0 {
            let (nodes, bytes) = (nodes as i64, bytes as i64);
            self.give_back(budget, Amount { bytes: bytes + nodes * i64::from(self.overhead.node), nodes });
        }
    }

    #[cold]
    fn begin_run(&mut self, budget: BudgetId) {
        self.end_run();
        let mut room = Amount { bytes: i64::MAX, nodes: i64::MAX };
        let mut at = budget;
        while let Some(account) = self.get_mut(at) {
            account.running = true;
            room = room.min(account.limits.enforced().minus(account.used));
            at = account.outer;
        }
        self.run = Run { budget, room, ..Run::default() };
    }

    /// Passes on to the accounts what has been counted apart. Comes before every change of the accounts themselves.
    fn end_run(&mut self) {
        let Run { budget, used, peak, .. } = std::mem::take(&mut self.run);
        let mut at = budget;
        while let Some(account) = self.get_mut(at) {
            account.peak = account.peak.max(account.used.plus(peak));
            account.used = account.used.plus(used);
            account.running = false;
            at = account.outer;
        }
    }

    /// Whether a charge fits in a budget and in all further out, up to one that has it already. The innermost that has no
    /// room is the one that refuses.
    pub(super) fn check(&self, budget: BudgetId, counted: BudgetId, charge: Amount) -> Result<(), Over> {
        for budget in self.chain(budget).take_while(|&budget| budget != counted) {
            let limit = self.get(budget).map_or(Amount::default(), |account| account.limits.enforced());
            let left = limit.minus(self.used(budget));
            let over = |what, asked, left| Err(Over { budget, what, asked, left });
            if charge.bytes > 0 && charge.bytes > left.bytes {
                return over("bytes", charge.bytes, left.bytes);
            }
            if charge.nodes > 0 && charge.nodes > left.nodes {
                return over("nodes", charge.nodes, left.nodes);
            }
        }
        Ok(())
    }

    /// Moves what is charged to one budget to another. Nobody is asked.
    pub(super) fn pass(&mut self, from: BudgetId, to: BudgetId, charge: Amount) {
        self.end_run();
        let common = self.common(from, to);
        self.change_up_to(from, common, Amount::default().minus(charge));
        self.change_up_to(to, common, charge);
    }

    fn change_up_to(&mut self, mut at: BudgetId, end: BudgetId, by: Amount) {
        while at != end
            && let Some(account) = self.get_mut(at)
        {
            account.change(by);
            at = account.outer;
        }
    }

    /// The innermost budget that both count in.
    pub(super) fn common(&self, a: BudgetId, b: BudgetId) -> BudgetId {
        if a == b {
            return a;
        }
        let around: FxHashSet<BudgetId> = self.chain(a).collect();
        self.chain(b).find(|budget| around.contains(budget)).unwrap_or(NONE)
    }

    /// A budget and all further out.
    fn chain(&self, budget: BudgetId) -> impl Iterator<Item = BudgetId> + '_ {
        let further = |&at: &BudgetId| self.get(at).map(|account| account.outer).filter(|&outer| outer != NONE);
        std::iter::successors(Some(budget).filter(|&budget| budget != NONE), further)
    }

    #[inline]
    pub(super) fn get(&self, budget: BudgetId) -> Option<&Account> {
        self.accounts.get((budget as usize).wrapping_sub(1))
    }

    #[inline]
    fn get_mut(&mut self, budget: BudgetId) -> Option<&mut Account> {
        self.accounts.get_mut((budget as usize).wrapping_sub(1))
    }

    /// Who has a budget.
    #[inline]
    pub(crate) fn owner(&self, budget: BudgetId) -> Option<NodeKey> {
        self.get(budget).map(|account| account.owner)
    }

    /// What is in use within a budget. O(1).
    pub(super) fn used(&self, budget: BudgetId) -> Amount {
        self.get(budget).map_or(Amount::default(), |account| account.used.plus(self.apart(account).0))
    }

    /// The most that was in use at a time. O(1).
    pub(super) fn peak(&self, budget: BudgetId) -> Amount {
        self.get(budget).map_or(Amount::default(), |account| account.peak.max(account.used.plus(self.apart(account).1)))
    }

    /// What an account has not heard of: use and peak.
    fn apart(&self, account: &Account) -> (Amount, Amount) {
        if account.running { (self.run.used, self.run.peak) } else { Default::default() }
    }

    /// Whether there is a number for one more.
    pub(crate) fn has_number(&self) -> bool {
        self.accounts.len() < u32::MAX as usize - 1
    }

    /// Opens an account. What is in use within it counts further out already, or is charged there by the caller.
    pub(super) fn open(&mut self, account: Account) -> BudgetId {
        self.end_run();
        self.accounts.insert(account) as BudgetId + 1
    }

    /// Closes an account. What is in use within it is left to count further out. The caller drops what is handed back,
    /// which may be user code, when all is in order.
    #[must_use]
    pub(crate) fn close(&mut self, budget: BudgetId) -> Account {
        self.end_run();
        self.accounts.remove(budget as usize - 1)
    }

    /// Gives a budget other limits, and hands out those it had.
    #[must_use]
    pub(super) fn set_limits(&mut self, budget: BudgetId, limits: Limits) -> Option<Limits> {
        self.end_run();
        self.get_mut(budget).map(|account| std::mem::replace(&mut account.limits, limits))
    }

    /// Hangs a budget into another. What it has in use is for the caller to [`pass`](Self::pass).
    pub(super) fn set_outer(&mut self, budget: BudgetId, outer: BudgetId) {
        self.end_run();
        if let Some(account) = self.get_mut(budget) {
            account.outer = outer;
        }
    }

    pub(super) fn policy(&self, budget: BudgetId) -> Option<&Policy> {
        self.get(budget).map(|account| &account.limits.policy)
    }

    /// All budgets, for checks.
    pub(super) fn all(&self) -> impl Iterator<Item = (BudgetId, &Account)> {
        self.accounts.iter().map(|(index, account)| (index as BudgetId + 1, account))
    }

    #[cfg(test)]
    pub(crate) fn corrupt(&mut self, budget: BudgetId, by: Amount) {
        self.change_up_to(budget, NONE, by);
    }
}
