//! Claims from outside the tree: counts, floats, strong and weak ones.

mod ends;
mod guard;
mod reports;
mod retain;
mod scopes;
mod settle;
mod strong;
mod threads;
