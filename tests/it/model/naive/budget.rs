//! Budgets, counted by walking.

use super::state::{Entry, Model, Res, Stop};
use crate::model::outcome::{Boom, Done, Event, Fault, Num};
use crate::model::program::{Answer, Budgeting, Limits, Policy};

/// Bytes and nodes.
pub type Amount = (i64, i64);

#[derive(Debug)]
pub struct Budget {
    /// Each has its own.
    id: usize,
    pub limits: Limits,
    policy: Policy,
    /// Each handler has its own, too.
    handler: usize,
    pub peak: Amount,
}

#[derive(Debug, Default)]
pub struct Budgets {
    /// What a node and what a reference costs besides its bytes.
    overhead: (i64, i64),
    made: usize,
    /// Handlers that have not answered yet.
    asking: Vec<usize>,
}

impl Budgets {
    pub fn new((node, reference): (u32, u32)) -> Self {
        Self { overhead: (node.into(), reference.into()), ..Self::default() }
    }
}

/// What is asked of the budgets from `to` up.
#[derive(Debug)]
pub struct Demand {
    pub(super) to: Num,
    /// Where it has been counted so far: from there up nothing is asked.
    pub(super) from: Option<Num>,
    pub(super) charge: Amount,
}

/// A budget without room: whose it is, what of, asked, left.
type Over = (Num, &'static str, i64, i64);

impl Model {
    pub(super) fn budgeting(&mut self, op: &Budgeting) -> Res<Done> {
        match *op {
            Budgeting::Set { node, limits, ref policy } => self.set_budget(self.pick(node), limits, policy),
            Budgeting::Clear { node } => {
                let num = self.resolve_parent(self.pick(node))?;
                Ok(Done::Had(self.node_mut(num).budget.take().is_some()))
            }
        }
    }

    fn set_budget(&mut self, num: Num, limits: Limits, policy: &Policy) -> Res<Done> {
        self.resolve_parent(num)?;
        self.budgets.made += 1;
        let made = self.budgets.made;
        let (id, peak) = match &self.node(num).budget {
            Some(budget) => (budget.id, budget.peak),
            None => (made, self.used(num)),
        };
        self.node_mut(num).budget = Some(Budget { id, limits, policy: policy.clone(), handler: made, peak });
        Ok(Done::Set)
    }

    /// What the subtree costs.
    pub fn used(&self, num: Num) -> Amount {
        self.used_in(num, self.homes[num as usize])
    }

    /// The same if it were in that tree.
    fn used_in(&self, num: Num, tree: Num) -> Amount {
        let mut used = (0, 0);
        for at in self.node(num).at.descendants(&self.arena) {
            let charge = match *self.arena[at].get() {
                Entry::Node(num) => self.charge(tree, self.size(num)),
                Entry::Claim(_) => self.reference_charge(tree),
            };
            used = (used.0 + charge.0, used.1 + charge.1);
        }
        used
    }

    /// What a node of that size costs.
    pub(super) fn charge(&self, tree: Num, size: usize) -> Amount {
        (size as i64 + self.overhead(tree).0, 1)
    }

    pub(super) fn reference_charge(&self, tree: Num) -> Amount {
        (self.overhead(tree).1, 0)
    }

    pub(super) fn overhead(&self, tree: Num) -> Amount {
        self.overheads.get(&tree).copied().unwrap_or(self.budgets.overhead)
    }

    /// What is in use may be more than ever.
    pub(super) fn note_peaks(&mut self) {
        let owners: Vec<Num> = self.nodes.keys().copied().filter(|&num| self.node(num).budget.is_some()).collect();
        for num in owners {
            let used = self.used(num);
            let budget = self.node_mut(num).budget.as_mut().expect("just seen");
            budget.peak = (budget.peak.0.max(used.0), budget.peak.1.max(used.1));
        }
    }

    pub(super) fn demand_of_node(&self, parent: Num, size: usize) -> Demand {
        Demand { to: parent, from: None, charge: self.charge(self.here, size) }
    }

    pub(super) fn demand_of_growth(&self, num: Num, by: i64) -> Demand {
        Demand { to: num, from: None, charge: (by, 0) }
    }

    /// `old`: who has held it so far.
    pub(super) fn demand_of_reference(&self, holder: Num, old: Option<Num>) -> Demand {
        Demand { to: holder, from: old, charge: self.reference_charge(self.here) }
    }

    pub(super) fn demand_of_move(&self, nums: &[Num], to: Num) -> Option<Demand> {
        let from = self.parent(*nums.first()?);
        let used = nums.iter().map(|&num| self.used(num));
        Some(Demand { to, from, charge: used.fold((0, 0), |sum, used| (sum.0 + used.0, sum.1 + used.1)) })
    }

    /// The same for what comes from another tree.
    pub(super) fn demand_of_graft(&self, top: Num, parent: Num) -> Demand {
        Demand { to: parent, from: None, charge: self.used_in(top, self.here) }
    }

    /// The same for a node whose reference from its new owner goes.
    pub(super) fn demand_of_heir(&self, num: Num, to: Num) -> Option<Demand> {
        let mut demand = self.demand_of_move(&[num], to)?;
        demand.charge.0 -= self.reference_charge(self.here).0;
        Some(demand)
    }

    /// Asks all budgets there are for what comes next. Handlers may change anything, so that it is found anew each time.
    pub(super) fn afford(&mut self, demand: impl Fn(&Self) -> Res<Option<Demand>>) -> Res<()> {
        let mut refusals = Vec::new();
        while let Some(demand) = demand(self)?
            && let Some(over) = self.over(&demand)
        {
            self.relieve(over, &mut refusals)?;
        }
        Ok(())
    }

    fn over(&self, demand: &Demand) -> Option<Over> {
        let above = self.node(demand.to).at.ancestors(&self.arena).map(|at| self.number_at(at));
        for num in above {
            if demand.from.is_some_and(|from| self.is_within(from, num)) {
                return None;
            }
            let Some(Budget { limits, policy, .. }) = &self.node(num).budget else { continue };
            if *policy == Policy::Record {
                continue;
            }
            let (used, asked) = (self.used(num), demand.charge);
            let left = |limit: Option<u64>, used| limit.map_or(i64::MAX, |most| most as i64 - used);
            let left = (left(limits.0, used.0), left(limits.1, used.1));
            if asked.0 > 0 && asked.0 > left.0 {
                return Some((num, "bytes", asked.0, left.0));
            }
            if asked.1 > 0 && asked.1 > left.1 {
                return Some((num, "nodes", asked.1, left.1));
            }
        }
        None
    }

    /// Asks the handler, if there is one. It is worth trying again if there is more left than the last time.
    fn relieve(&mut self, over: Over, refusals: &mut Vec<(usize, &'static str, i64)>) -> Res<()> {
        let (owner, what, asked, left) = over;
        let (asked, shown) = (asked as u64, left.max(0) as u64);
        let refused = Err(Stop::Fault(Fault::OverBudget { owner, what, asked, left: shown }));
        let budget = self.node(owner).budget.as_ref().expect("it has just refused");
        let (id, handler) = (budget.id, budget.handler);
        let Policy::Ask(script) = budget.policy.clone() else { return refused };
        match refusals.iter_mut().find(|refusal| (refusal.0, refusal.1) == (id, what)) {
            Some((.., before)) if left <= *before => return refused,
            Some((.., before)) => *before = left,
            None => refusals.push((id, what, left)),
        }
        if self.budgets.asking.contains(&handler) {
            return refused;
        }
        self.push(Event::Exceeded { owner, what, asked, left: shown });
        self.budgets.asking.push(handler);
        let acted = self.act(owner, script.act.as_deref());
        self.budgets.asking.pop();
        acted.map_err(Stop::Boom)?;
        match script.answer {
            Answer::Free => Ok(()),
            Answer::Refuse(_) | Answer::RefuseAlways => refused,
            Answer::Panic => Err(Stop::Boom(Boom(owner))),
        }
    }
}
