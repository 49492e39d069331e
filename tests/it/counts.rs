//! Claims from outside the tree: counts, floats, strong and weak ones.

mod retain;
mod strong;
