//! Budgets: what they count, what they refuse, and what their handlers may do.

mod counting;
mod ends;
mod handlers;
mod moving;
mod programs;
mod requests;

use freehold::{Budget, Error, NodeId, Tree};

/// Bytes and nodes in use.
fn used(tree: &Tree, node: impl Into<NodeId>) -> (u64, u64) {
    let usage = usage(tree, node);
    (usage.bytes, usage.nodes)
}

/// The most bytes and nodes that were in use at a time.
fn peak(tree: &Tree, node: impl Into<NodeId>) -> (u64, u64) {
    let usage = usage(tree, node);
    (usage.peak_bytes, usage.peak_nodes)
}

fn usage(tree: &Tree, node: impl Into<NodeId>) -> freehold::BudgetUsage {
    tree.validate().expect("the tree is valid");
    tree.budget(node).expect("the node is there").expect("it has a budget")
}

/// A context with a budget.
fn tenant(tree: &mut Tree, parent: impl Into<NodeId>, budget: Budget) -> Result<NodeId, Error> {
    let tenant = tree.context(parent, "tenant")?.id();
    tree.set_budget(tenant, budget)?;
    Ok(tenant)
}

fn over(owner: NodeId, what: &'static str, asked: u64, left: u64) -> Error {
    Error::OverBudget { owner, what, asked, left }
}
