//! Trees made to measure.

use std::borrow::Cow;

use super::Tree;

/// Sets up a [`Tree`].
///
/// ```
/// use freehold::TreeBuilder;
///
/// let tree = TreeBuilder::new().root_name("null_context").capacity(10_000).build();
/// assert_eq!(tree.name(tree.root())?, "null_context");
/// # Ok::<(), freehold::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct TreeBuilder {
    root_name: Option<Cow<'static, str>>,
    capacity: usize,
}

impl TreeBuilder {
    /// The settings of [`Tree::new`].
    pub fn new() -> Self {
        Self::default()
    }

    /// What the root is called in reports; `root` if nothing is said.
    pub fn root_name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.root_name = Some(name.into());
        self
    }

    /// For how many nodes to make room at once; 0 if nothing is said.
    pub fn capacity(mut self, nodes: usize) -> Self {
        self.capacity = nodes;
        self
    }

    /// Makes the tree.
    #[must_use]
    #[track_caller]
    pub fn build(self) -> Tree {
        let mut tree = Tree::with_capacity(self.capacity);
        if let Some(name) = self.root_name {
            let root = tree.topology.root();
            tree.rare_mut(root).name = Some(name);
        }
        tree
    }
}
