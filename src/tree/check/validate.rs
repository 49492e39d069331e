//! The two checks of a tree, and what they are made of.

use rustc_hash::FxHashSet;

use super::values::Found;
use crate::invalid::Invalid;
use crate::tree::Tree;

/// # Checking
impl Tree {
    /// Checks every invariant of `docs/invariants.md`. O(nodes ever there at a time), no recursion.
    ///
    /// Good to call at any time: between calls, in a destructor, a cleanup or a hook, and after any of these has
    /// panicked.
    ///
    /// ```
    /// use freehold::{Tree, Verdict};
    /// use std::panic::{AssertUnwindSafe, catch_unwind};
    ///
    /// let mut tree = Tree::new();
    /// let node = tree.alloc(tree.root(), 1)?;
    /// tree.set_destructor(node, |tree, _| {
    ///     tree.validate().unwrap();
    ///     panic!("in a destructor")
    /// })?;
    /// assert!(catch_unwind(AssertUnwindSafe(|| tree.free(node))).is_err());
    /// tree.validate().unwrap();
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Invalid`] says which is broken where. That would be a fault in this crate: no use of it is meant to lead there. The
    /// one exception is number 4, which an [`Allocator`](crate::memory::Allocator) of the user's breaks that does not do
    /// what it owes; then [`validate_structure`](Self::validate_structure) still finds all in order.
    ///
    /// # Panics
    ///
    /// If an allocator of the user's panics when it is asked for the bytes of a block.
    pub fn validate(&self) -> Result<(), Invalid> {
        self.validate_structure()?;
        self.check_foreign_blocks()
    }

    /// Checks all that the tree alone upholds: the same as [`validate`](Self::validate), but that no allocator is asked for
    /// blocks except the tree's heap and the arenas of this crate. So no code of the user's is called, and whatever
    /// such code has done, panicked or answered, this finds all in order. O(nodes ever there at a time), no recursion.
    ///
    /// ```
    /// use freehold::memory::{AllocError, Allocator, AllocatorKind, Request, Slot, Usage};
    /// use freehold::Tree;
    /// use std::alloc::Layout;
    ///
    /// /// Says that it has room, and has none.
    /// struct Hollow;
    ///
    /// impl Allocator for Hollow {
    ///     fn kind(&self) -> AllocatorKind {
    ///         AllocatorKind::Custom("hollow")
    ///     }
    ///     fn allocate(&mut self, _: &Request) -> Result<Slot, AllocError> {
    ///         Ok(Slot::new(0))
    ///     }
    ///     fn free(&mut self, _: Slot, _: Layout) {}
    ///     fn bytes(&self, _: Slot, _: usize) -> &[u8] {
    ///         &[]
    ///     }
    ///     fn bytes_mut(&mut self, _: Slot, _: usize) -> &mut [u8] {
    ///         &mut []
    ///     }
    ///     fn usage(&self) -> Usage {
    ///         Usage::default()
    ///     }
    /// }
    ///
    /// let mut tree = Tree::new();
    /// let context = tree.context_in(tree.root(), "context", Hollow)?;
    /// tree.array_unfilled::<u32>(context, 10)?;
    /// assert_eq!(tree.validate().unwrap_err().number, 4);
    /// tree.validate_structure().unwrap();
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`validate`](Self::validate), without the exception.
    pub fn validate_structure(&self) -> Result<(), Invalid> {
        self.topology.check_places()?;
        self.topology.check_reach()?;
        self.rare.check_free()?;
        self.check_zones()?;
        let mut found = Found::new(&self.kinds);
        let mut rare = FxHashSet::default();
        for (key, item) in self.topology.entries() {
            if item.is_reference() {
                self.check_entry(key, item)?;
            } else {
                self.check_rare(key, item, &mut rare)?;
                self.check_value(key, item, &mut found)?;
                self.check_claim_list(key)?;
                self.check_hold(key, item)?;
            }
        }
        self.check_rows(&found)?;
        self.check_rare_number(rare.len())?;
        self.check_claim_number()?;
        self.check_heap()?;
        self.check_arenas()?;
        self.check_budgets()?;
        self.drops.check()?;
        self.scopes.check()
    }
}
