//! Asking budgets before anything changes.

use std::sync::{Arc, PoisonError, TryLockError};

use smallvec::SmallVec;

use super::accounts::{BudgetId, NONE, Over};
use super::amount::Amount;
use super::limits::{Exceeded, Policy, Relief};
use crate::error::Error;
use crate::id::{NodeId, NodeKey};
use crate::tree::Tree;
use crate::tree::item::Item;

/// What a call is going to charge.
pub(in crate::tree) struct Demand {
    /// The budget it comes to.
    budget: BudgetId,
    /// The budget further out from which on nothing changes.
    counted: BudgetId,
    charge: Amount,
}

impl Demand {
    pub(in crate::tree) const NOTHING: Self = Self { budget: NONE, counted: NONE, charge: Amount::NOTHING };

    pub(in crate::tree) fn new(budget: BudgetId, charge: Amount) -> Self {
        Self { budget, counted: NONE, charge }
    }

    /// The same once what was `item` does not count any more.
    pub(in crate::tree) fn without(self, item: &Item, tree: &Tree) -> Self {
        Self { charge: self.charge.minus(tree.charge_of(item)), ..self }
    }

    /// What is charged for something that counts in `from` so far.
    fn of_move(tree: &Tree, from: BudgetId, to: BudgetId, charge: impl FnOnce() -> Amount) -> Self {
        if from == to {
            return Self::NOTHING;
        }
        Self { budget: to, counted: tree.budgets.common(from, to), charge: charge() }
    }
}

/// By which budgets, for lack of what, and with how much left a request has been refused so far.
type Refusals = SmallVec<[(BudgetId, &'static str, i64); 2]>;

impl Tree {
    /// Has budgets agree to what `demand` says. As a handler may change the tree, that is asked again after each; what
    /// the caller has looked up before has to be looked up again.
    pub(in crate::tree) fn afford(&mut self, demand: impl Fn(&Self) -> Result<Demand, Error>) -> Result<(), Error> {
        let mut refusals = Refusals::new();
        loop {
            let Demand { budget, counted, charge } = demand(self)?;
            match self.budgets.check(budget, counted, charge) {
                Ok(()) => return Ok(()),
                Err(over) => self.relieve(over, &mut refusals)?,
            }
        }
    }

    /// Has a handler make room. Each refusal by a budget has to leave more than the one before, so it ends.
    #[cold]
    fn relieve(&mut self, over: Over, refusals: &mut Refusals) -> Result<(), Error> {
        let Over { budget, what, asked, left } = over;
        let owner = self.id(self.budgets.owner(budget).expect("a budget that refuses is there"));
        let (asked, shown) = (asked as u64, left.max(0) as u64);
        let refused = || Err(Error::OverBudget { owner, what, asked, left: shown });
        let Some(Policy::Ask(handler)) = self.budgets.policy(budget) else { return refused() };
        match refusals.iter_mut().find(|refusal| (refusal.0, refusal.1) == (budget, what)) {
            Some((_, _, before)) if left <= *before => return refused(),
            Some((_, _, before)) => *before = left,
            None => refusals.push((budget, what, left)),
        }
        let handler = Arc::clone(handler);
        let mut handler = match handler.try_lock() {
            Ok(handler) => handler,
            // It has panicked before, which says nothing of the next time.
            Err(TryLockError::Poisoned(handler)) => PoisonError::into_inner(handler),
            // It is what asks.
            Err(TryLockError::WouldBlock) => return refused(),
        };
        match handler(self, &Exceeded { owner, what, asked, left: shown }) {
            Relief::TryAgain => Ok(()),
            Relief::Refuse => refused(),
        }
    }

    /// Has budgets agree to a node below `parent`.
    #[inline(never)]
    pub(in crate::tree) fn afford_child(&mut self, parent: NodeId, size: u32) -> Result<(), Error> {
        self.afford(|tree| Ok(Demand::new(tree.budgets.label(tree.resolve_parent(parent)?), tree.budgets.node(size))))
    }

    /// Has budgets agree to an array or text that becomes larger by what `growth` makes of its size.
    #[inline(never)]
    pub(in crate::tree) fn afford_growth(&mut self, node: NodeId, growth: impl Fn(u32) -> i64) -> Result<(), Error> {
        self.afford(|tree| {
            let key = tree.resolve_resizable(node)?;
            Ok(Demand::new(tree.budgets.label(key), Amount::of_bytes(growth(tree.item(key).size))))
        })
    }

    /// Has budgets agree to a move of `node` to below the parent that `goal` finds. That it would be a loop is for the
    /// caller to say.
    #[inline(never)]
    pub(in crate::tree) fn afford_move(
        &mut self,
        node: NodeId,
        goal: impl Fn(&Self) -> Result<NodeKey, Error>,
    ) -> Result<(), Error> {
        self.afford(|tree| {
            let (key, parent) = (tree.resolve_movable(node)?, goal(tree)?);
            if tree.check_loop(key, parent).is_err() {
                return Ok(Demand::NOTHING);
            }
            Ok(tree.demand_of_move(key, parent))
        })
    }

    /// Has budgets agree to a move of all children of `from` to below `to`.
    #[inline(never)]
    pub(in crate::tree) fn afford_children(&mut self, from: NodeId, to: NodeId) -> Result<(), Error> {
        self.afford(|tree| {
            let (from, to) = (tree.resolve_parent(from)?, tree.resolve_parent(to)?);
            if tree.check_loop(from, to).is_err() {
                return Ok(Demand::NOTHING);
            }
            Ok(tree.demand_of_children(from, to))
        })
    }

    /// Has budgets agree to a reference to `node` that `holder` is to hold.
    #[inline(never)]
    pub(in crate::tree) fn afford_reference(&mut self, holder: NodeId, node: NodeId) -> Result<(), Error> {
        self.afford(|tree| {
            let holder = tree.resolve_parent(holder)?;
            tree.resolve_live(node)?;
            Ok(Demand::new(tree.budgets.label(holder), tree.budgets.reference()))
        })
    }

    /// What moving an entry below `parent` asks for.
    pub(in crate::tree) fn demand_of_move(&self, key: NodeKey, parent: NodeKey) -> Demand {
        Demand::of_move(self, self.budget_around(key), self.budgets.label(parent), || self.subtree_charge(key))
    }

    /// What moving the children of one node below another asks for.
    pub(in crate::tree) fn demand_of_children(&self, from: NodeKey, to: NodeKey) -> Demand {
        self.demand_of_nodes(from, to, || self.movable_children(from))
    }

    /// The same for some of the children.
    pub(in crate::tree) fn demand_of_nodes(
        &self,
        from: NodeKey,
        to: NodeKey,
        nodes: impl FnOnce() -> Vec<NodeKey>,
    ) -> Demand {
        Demand::of_move(self, self.budgets.label(from), self.budgets.label(to), || {
            let charges = nodes().into_iter().map(|child| self.subtree_charge(child));
            charges.fold(Amount::NOTHING, Amount::plus)
        })
    }
}
