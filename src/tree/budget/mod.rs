//! Budgets: what a subtree may have, and what it has.

mod accounts;
mod afford;
mod amount;
mod check;
mod labels;
mod limits;
mod moving;
mod run;
mod set;

pub(super) use accounts::{Budgets, NONE};
pub(super) use afford::Demand;
pub(super) use amount::{Amount, Overhead};
pub use limits::{Budget, BudgetUsage, Exceeded, Relief};
