//! Budgets: what a subtree may have, and what it has.

mod accounts;
mod afford;
mod check;
mod labels;
mod limits;
mod moving;
mod set;

pub(super) use accounts::{Amount, BudgetId, Budgets, NONE, Overhead};
pub(super) use afford::Demand;
pub use limits::{Budget, BudgetUsage, Exceeded, Relief};
