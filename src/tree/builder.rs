//! Trees made to measure.

use std::borrow::Cow;
use std::fmt;

use super::Tree;
use super::hooks::OnDrop;

/// Sets up a [`Tree`].
///
/// ```
/// use freehold::TreeBuilder;
///
/// let tree = TreeBuilder::new().root_name("null_context").capacity(10_000).build();
/// assert_eq!(tree.name(tree.root())?, "null_context");
/// # Ok::<(), freehold::Error>(())
/// ```
#[derive(Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct TreeBuilder {
    root_name: Option<Cow<'static, str>>,
    capacity: usize,
    on_drop: Option<OnDrop>,
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

    /// Has the tree shown to `look` when it is dropped, before anything goes.
    pub(crate) fn on_drop(mut self, look: impl FnOnce(&Tree) + Send + 'static) -> Self {
        self.on_drop = Some(Box::new(look));
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
        tree.hooks.on_drop = self.on_drop;
        tree
    }
}

impl fmt::Debug for TreeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TreeBuilder")
            .field("root_name", &self.root_name)
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}
