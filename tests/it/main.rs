//! What Freehold promises, a module for each theme.

mod handles;
mod machine;
mod model;
mod regressions;
mod traces;
