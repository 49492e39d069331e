//! Budgets.

use freehold::{Budget, Error, Relief, Tree};

use crate::model::outcome::{Done, Event};
use crate::model::program::{Answer, Budgeting, Policy, Script};
use crate::model::script;
use crate::model::world::World;

pub(super) fn step(tree: &mut Tree, world: &World, op: &Budgeting) -> Result<Done, Error> {
    match *op {
        Budgeting::Set { node, limits, ref policy } => {
            let node = world.pick(tree, node);
            let mut budget = Budget::new();
            budget = limits.0.map_or(budget, |most| Budget::new().bytes(most));
            if let Some(most) = limits.1 {
                budget = budget.nodes(most);
            }
            let budget = match policy {
                Policy::Refuse => budget,
                Policy::Record => budget.record_only(),
                Policy::Ask(script) => ask(budget, world, script),
            };
            tree.set_budget(node, budget).map(|()| Done::Set)
        }
        Budgeting::Clear { node } => {
            let node = world.pick(tree, node);
            tree.clear_budget(node).map(Done::Had)
        }
    }
}

fn ask(budget: Budget, world: &World, script: &Script) -> Budget {
    let (world, script) = (world.clone(), script.clone());
    budget.on_exceeded(move |tree, exceeded| {
        let owner = world.number(exceeded.owner);
        script::check(tree);
        let (what, asked, left) = (exceeded.what, exceeded.asked, exceeded.left);
        world.push(Event::Exceeded { owner, what, asked, left });
        script::carry_out(script.act.as_deref(), owner, tree, &world);
        match script.answer {
            Answer::Free => Relief::TryAgain,
            Answer::Refuse(_) | Answer::RefuseAlways => Relief::Refuse,
            Answer::Panic => script::boom(owner),
        }
    })
}
