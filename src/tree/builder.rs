//! Trees made to measure.

use std::borrow::Cow;
use std::fmt;

use super::Tree;
use super::budget::{Budgets, Overhead};
use super::exhaust::OnExhaustion;
use super::hooks::OnDrop;
use crate::error::Error;
use crate::memory::{Allocator, HEAP, Heap, Wrap, ZoneId, Zones};

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
    on_drop: Vec<OnDrop>,
    on_exhaustion: Option<OnExhaustion>,
    wrap: Option<Wrap>,
    allocator: Option<OpenZone>,
    overhead: Overhead,
}

/// Opens a zone with the allocator that the root is to have.
type OpenZone = Box<dyn FnOnce(&mut Zones) -> ZoneId + Send>;

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

    /// The allocator that serves the root, and so everything that has no context with another one above it; a
    /// [`Heap`] if nothing is said.
    ///
    /// ```
    /// use freehold::{FixedBuffer, TreeBuilder};
    ///
    /// let mut tree = TreeBuilder::new().allocator(FixedBuffer::new(vec![0; 100])).build();
    /// assert!(tree.alloc(tree.root(), [0u8; 80]).is_ok());
    /// assert!(tree.alloc(tree.root(), [0u8; 80]).is_err());
    /// ```
    pub fn allocator(mut self, allocator: impl Allocator) -> Self {
        self.allocator = Some(Box::new(|memory| memory.open(allocator, HEAP)));
        self
    }

    /// What budgets count for each node, and for each reference, besides a node's own bytes; 0 if nothing is said. With
    /// 96 and 128 bytes, the sizes of its headers, they count as talloc's memory limits do.
    ///
    /// ```
    /// use freehold::{Budget, TreeBuilder};
    ///
    /// let mut tree = TreeBuilder::new().budget_overhead(96, 128).build();
    /// let tenant = tree.context(tree.root(), "tenant")?;
    /// tree.set_budget(tenant, Budget::new())?;
    /// tree.bytes(tenant, 10)?;
    /// assert_eq!(tree.budget(tenant)?.expect("it has one").bytes, 96 + 96 + 10);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    pub fn budget_overhead(mut self, node_bytes: u32, reference_bytes: u32) -> Self {
        self.overhead = Overhead { node: node_bytes, reference: reference_bytes };
        self
    }

    /// What to call when an allocator has no room. Then the tree panics with the error: no caller ever gets it. The
    /// handler has the tree to look at, and the error says what was asked and for which node. Nothing has changed by
    /// then. If the handler itself panics, that panic goes on instead.
    ///
    /// That is the way of programs that have no use for going on without memory. If nothing is said, the caller gets
    /// the error. Requests that are wrong in themselves, such as one for too many bytes, are errors in any case.
    ///
    /// ```should_panic
    /// use freehold::{FixedBuffer, TreeBuilder};
    ///
    /// let mut tree = TreeBuilder::new()
    ///     .allocator(FixedBuffer::new(vec![0; 100]))
    ///     .on_exhaustion(|tree, error| eprintln!("{error}\n{}", tree.report(tree.root()).unwrap()))
    ///     .build();
    /// let _ = tree.bytes(tree.root(), 1000); // prints a report, and panics
    /// ```
    #[doc(alias = "talloc_set_abort_fn")]
    pub fn on_exhaustion(mut self, handler: impl FnMut(&Tree, &Error) + Send + 'static) -> Self {
        self.on_exhaustion = Some(Box::new(handler));
        self
    }

    /// Has something put around every allocator, the root's included.
    pub(crate) fn wrap(mut self, wrap: impl Fn(Box<dyn Allocator>) -> Box<dyn Allocator> + Send + 'static) -> Self {
        self.wrap = Some(Box::new(wrap));
        self
    }

    /// Has the tree shown to `look` when it is dropped, before anything goes.
    pub(crate) fn on_drop(mut self, look: impl FnOnce(&Tree) + Send + 'static) -> Self {
        self.on_drop.push(Box::new(look));
        self
    }

    /// Makes the tree. O(1), and memory for the nodes that were asked for.
    #[must_use]
    #[track_caller]
    pub fn build(self) -> Tree {
        let mut tree = Tree::with_capacity(self.capacity);
        if let Some(name) = self.root_name {
            let root = tree.topology.root();
            tree.rare_mut(root).name = Some(name);
        }
        tree.budgets = Budgets::with_overhead(self.overhead);
        tree.hooks.on_drop = self.on_drop;
        tree.hooks.on_exhaustion = self.on_exhaustion;
        let mut allocator = self.allocator;
        if let Some(wrap) = self.wrap {
            tree.memory.set_wrap(wrap);
            allocator = allocator.or_else(|| Some(Box::new(|memory| memory.open(Heap::new(), HEAP))));
        }
        if let Some(open) = allocator {
            let zone = open(&mut tree.memory);
            tree.memory.join(zone);
            let root = tree.topology.root();
            tree.item_mut(root).zone = zone;
        }
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
