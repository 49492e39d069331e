//! The accounts of all budgets: what each has in use, and whether more fits in. They know nothing of the tree but whose
//! they are, which lies in which, and who counts where.

use rustc_hash::FxHashSet;
use slab::Slab;

use super::amount::{Amount, Overhead};
use super::limits::{BudgetUsage, Limits, Policy};
use super::run::Run;
use crate::first_panic::FirstPanic;
use crate::id::NodeKey;
use crate::steps::step;

/// The number of a budget.
pub(crate) type BudgetId = u32;
/// No budget.
pub(crate) const NONE: BudgetId = 0;

/// One budget: who has it, and what is in use within it.
pub(crate) struct Account {
    pub(super) owner: NodeKey,
    /// The budget that this one counts in.
    pub(super) outer: BudgetId,
    used: Amount,
    peak: Amount,
    pub(super) limits: Limits,
    /// It has not heard of the run that is counted apart.
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

/// All budgets of a tree.
#[derive(Default)]
pub(crate) struct Budgets {
    accounts: Slab<Account>,
    /// The nearest budget of the entry in each place, as far as there were some. What places without an entry have here
    /// means nothing.
    labels: Vec<BudgetId>,
    overhead: Overhead,
    run: Run,
    /// The budget that was charged last, if that was not in a run.
    latest: BudgetId,
}

/// What handlers captured is the user's to drop.
impl Drop for Budgets {
    fn drop(&mut self) {
        let mut panic = FirstPanic::default();
        for account in self.accounts.drain() {
            panic.guard(|| drop(account));
        }
        panic.resume_unless_panicking();
    }
}

impl Budgets {
    pub(crate) fn with_overhead(overhead: Overhead) -> Self {
        let mut budgets = Self::default();
        budgets.overhead = overhead;
        budgets
    }

    /// None yet, with what these count for nodes and references.
    pub(crate) fn fresh(&self) -> Self {
        Self::with_overhead(self.overhead)
    }

    /// Whether there are any.
    #[inline]
    pub(crate) fn any(&self) -> bool {
        !self.accounts.is_empty()
    }

    /// Whether there were any, so that new entries have to be labelled.
    #[inline]
    pub(crate) fn labelling(&self) -> bool {
        !self.labels.is_empty()
    }

    /// The budget that an entry counts in, and in all further out.
    #[inline]
    pub(crate) fn label(&self, key: NodeKey) -> BudgetId {
        step();
        self.labels.get(key.index() as usize).copied().unwrap_or(NONE)
    }

    #[inline]
    pub(crate) fn set_label(&mut self, key: NodeKey, budget: BudgetId) {
        step();
        match self.labels.get_mut(key.index() as usize) {
            Some(label) => *label = budget,
            None => self.add_label(key, budget),
        }
    }

    #[cold]
    fn add_label(&mut self, key: NodeKey, budget: BudgetId) {
        if budget != NONE {
            self.labels.resize(key.index() as usize + 1, NONE);
            self.labels[key.index() as usize] = budget;
        }
    }

    /// Gives memory back, if there are no budgets.
    pub(crate) fn shrink(&mut self) {
        if !self.any() {
            (self.accounts, self.labels) = (Slab::new(), Vec::new());
        }
    }

    /// What a node counts for.
    #[inline]
    pub(crate) fn node(&self, size: u32) -> Amount {
        Amount { bytes: i64::from(size) + i64::from(self.overhead.node), nodes: 1 }
    }

    /// What so many nodes with so many bytes count for.
    pub(crate) fn nodes(&self, nodes: usize, bytes: usize) -> Amount {
        let nodes = nodes as i64;
        Amount { bytes: bytes as i64 + nodes * i64::from(self.overhead.node), nodes }
    }

    /// What a reference counts for.
    #[inline]
    pub(crate) fn reference(&self) -> Amount {
        Amount::of_bytes(self.overhead.reference.into())
    }

    /// Whether a node fits in below `parent`, as far as that can be told at a glance.
    #[inline]
    pub(crate) fn has_room(&self, parent: NodeKey, size: u32) -> bool {
        let budget = self.label(parent);
        if budget == self.run.budget { self.run.has_room(self.node(size)) } else { budget == NONE }
    }

    /// Labels a new entry below `parent`, and counts it.
    #[inline]
    pub(crate) fn enter(&mut self, key: NodeKey, parent: NodeKey, charge: Amount) {
        let budget = self.label(parent);
        self.set_label(key, budget);
        self.charge(budget, charge);
    }

    /// Counts what has come in a budget and all further out.
    #[inline]
    pub(crate) fn charge(&mut self, budget: BudgetId, charge: Amount) {
        if budget == self.run.budget {
            self.run.charge(charge);
        } else if budget != NONE {
            self.charge_apart(budget, charge);
        }
    }

    /// Counts what has gone.
    #[inline]
    pub(crate) fn give_back(&mut self, budget: BudgetId, charge: Amount) {
        if budget == self.run.budget {
            self.run.give_back(charge);
        } else if budget != NONE {
            self.charge_apart(budget, Amount::NOTHING.minus(charge));
        }
    }

    /// Counts that the bytes of something have changed.
    #[inline]
    pub(crate) fn grow(&mut self, budget: BudgetId, from: u32, to: u32) {
        if from <= to {
            self.charge(budget, Amount::of_bytes((to - from).into()));
        } else {
            self.give_back(budget, Amount::of_bytes((from - to).into()));
        }
    }

    /// The same outside of runs. One begins with the second charge: it would not pay where budgets are charged in turns.
    #[inline(never)]
    fn charge_apart(&mut self, budget: BudgetId, charge: Amount) {
        self.end_run();
        self.change_up_to(budget, NONE, charge);
        if self.latest == budget {
            self.begin_run(budget);
        }
        self.latest = budget;
    }

    fn begin_run(&mut self, budget: BudgetId) {
        let mut room = Amount::UNLIMITED;
        let mut at = budget;
        while let Some(account) = self.get_mut(at) {
            account.running = true;
            room = room.min(account.limits.enforced().minus(account.used));
            at = account.outer;
        }
        self.run = Run::new(budget, room);
    }

    /// Passes on to the accounts what has been counted apart. Comes before every change of the accounts themselves.
    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        let (used, peak) = (run.used(), run.peak());
        let mut at = run.budget;
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
        let mut budget = budget;
        while budget != counted
            && let Some(account) = self.get(budget)
        {
            let left = account.limits.enforced().minus(self.used_of(account));
            let over = |what, asked, left| Err(Over { budget, what, asked, left });
            if charge.bytes > left.bytes.max(0) {
                return over("bytes", charge.bytes, left.bytes);
            }
            if charge.nodes > left.nodes.max(0) {
                return over("nodes", charge.nodes, left.nodes);
            }
            budget = account.outer;
        }
        Ok(())
    }

    /// Moves what is charged to one budget to another. Nobody is asked.
    pub(super) fn pass(&mut self, from: BudgetId, to: BudgetId, charge: Amount) {
        self.end_run();
        let common = self.common(from, to);
        self.change_up_to(from, common, Amount::NOTHING.minus(charge));
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
        step();
        self.accounts.get((budget as usize).wrapping_sub(1))
    }

    #[inline]
    fn get_mut(&mut self, budget: BudgetId) -> Option<&mut Account> {
        step();
        self.accounts.get_mut((budget as usize).wrapping_sub(1))
    }

    /// Who has a budget.
    #[inline]
    pub(crate) fn owner(&self, budget: BudgetId) -> Option<NodeKey> {
        self.get(budget).map(|account| account.owner)
    }

    /// What is in use within a budget. O(1).
    pub(super) fn used(&self, budget: BudgetId) -> Amount {
        self.get(budget).map_or(Amount::NOTHING, |account| self.used_of(account))
    }

    pub(super) fn used_of(&self, account: &Account) -> Amount {
        if account.running { account.used.plus(self.run.used()) } else { account.used }
    }

    /// What there is to tell of a budget. O(1).
    pub(super) fn usage(&self, account: &Account) -> BudgetUsage {
        BudgetUsage::new(self.used_of(account), self.peak_of(account), &account.limits)
    }

    pub(super) fn peak_of(&self, account: &Account) -> Amount {
        if account.running { account.peak.max(account.used.plus(self.run.peak())) } else { account.peak }
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
        self.latest = NONE;
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

    /// Adds one that nobody has.
    #[cfg(test)]
    pub(crate) fn corrupt_owners(&mut self) {
        let nobody = NodeKey::new(0, std::num::NonZeroU32::MAX);
        let limits = Limits { most: Amount::UNLIMITED, policy: Policy::Record };
        self.open(Account::new(nobody, NONE, Amount::NOTHING, limits));
    }

    #[cfg(test)]
    pub(crate) fn corrupt_peak(&mut self, budget: BudgetId) {
        self.end_run();
        if let Some(account) = self.get_mut(budget) {
            account.peak = Amount::NOTHING;
        }
    }
}
