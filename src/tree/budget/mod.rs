//! Budgets: what a subtree may have, and what it has.

mod accounts;
mod afford;
mod amount;
mod check;
mod labels;
mod limits;
mod run;
mod set;

pub(super) use accounts::{Budgets, NONE};
pub(super) use afford::Demand;
#[cfg(test)]
pub(super) use amount::Amount;
pub(super) use amount::Overhead;
pub use limits::{Budget, BudgetUsage, Exceeded, Relief};
