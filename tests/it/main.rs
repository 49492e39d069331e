//! What Freehold promises, a module for each theme.
