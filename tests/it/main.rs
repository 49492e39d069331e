//! What Freehold promises, a module for each theme.

mod machine;
mod model;
mod regressions;
