//! The end of a tree.

use rustc_hash::FxHashSet;

use super::cascade::Cascade;
use super::item::flag;
use super::owner::ROOT_NAME;
use super::{Freed, Tree};
use crate::error::Error;
use crate::first_panic::FirstPanic;
use crate::memory::HEAP;

impl Tree {
    /// Frees everything, gives all memory back and restores the defaults: what is left is an empty tree as if new, but
    /// that old handles are stale. O(nodes).
    ///
    /// Destructors are called and, as when a tree is dropped, can't refuse. All that was set goes: log, observer, the
    /// handler for memory that runs out, leak report, test mode, the root's name, its allocator and its budget, and the
    /// overhead of budgets. The tree can be used
    /// again.
    ///
    /// ```
    /// # use freehold::{Error, Tree};
    /// let mut tree = Tree::new();
    /// let kept = tree.context(tree.root(), "kept")?;
    /// tree.reference(tree.root(), kept)?;
    /// assert_eq!(
    ///     tree.tear_down().unwrap_err().to_string(),
    ///     format!("the tree can't be torn down: 1 node is claimed from outside ({kept}); unlink it from the root, release it, or drop the strong claims, first"),
    /// );
    ///
    /// tree.unlink(tree.root(), kept)?;
    /// let freed = tree.tear_down()?;
    /// assert!(freed.nodes() == 1 && tree.is_empty());
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Claimed`] if somebody outside the tree has claims on nodes: references of the root, retained or strong
    /// ones. It lists the nodes. [`Error::Dying`] if the call comes from a destructor or a cleanup. Nothing has changed then.
    ///
    /// # Panics
    ///
    /// As [`free`](Self::free); all has gone by then.
    pub fn tear_down(&mut self) -> Result<Freed, Error> {
        self.settle_waiting();
        let root = self.root();
        let referenced = self.references_held(root)?.map(|reference| reference.target());
        let held = self.descendants(root)?.filter(|node| self.claims_from_outside(node.key) != (0, 0));
        let mut seen = FxHashSet::default();
        let claimed: Box<[_]> = referenced.chain(held).filter(|&node| seen.insert(node)).collect();
        if !claimed.is_empty() {
            return Err(Error::Claimed { nodes: claimed });
        }
        if let Some((dying, _)) = self.topology.entries().find(|(_, item)| item.is(flag::LEAVING)) {
            return Err(Error::Dying { node: self.id(dying) });
        }
        let tag = self.tag;
        let mut panic = FirstPanic::default();
        let freed = panic.guard(|| Cascade::clear(self)).unwrap_or_default();
        if self.tag != tag {
            // A destructor has put another tree in this one's place, which is none of ours to clear.
            panic.resume();
            return Ok(freed);
        }
        let hooks = std::mem::take(&mut self.hooks);
        self.drops.close();
        let memory = self.memory.take();
        let root = self.topology.root();
        let item = self.item_mut(root);
        item.zone = HEAP;
        item.set(flag::MARKED, false);
        let budgets = std::mem::take(&mut self.budgets);
        self.kinds.shrink();
        self.rare.shrink();
        self.rare_mut(root).name = Some(ROOT_NAME.into());
        self.rare_mut(root).rarer_mut().secret = None;
        // All is in order by now: what hooks and a budget's handler captured is the user's, and so may allocators be.
        panic.guard(|| drop(hooks));
        panic.guard(|| drop(memory));
        panic.guard(|| drop(budgets));
        panic.resume();
        Ok(freed)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let mut panic = FirstPanic::default();
        if let Some(settled) = self.settle_completely() {
            panic.keep(settled);
        }
        self.drops.end();
        for last_look in std::mem::take(&mut self.hooks.on_drop) {
            panic.guard(|| last_look(self));
        }
        // With nothing to run for anybody, columns and pages go as they are.
        let guarded =
            self.rare.iter().any(|rare| rare.destructor.is_some() || rare.has_cleanups() || rare.secret().is_some());
        if guarded || self.hooks.observing() || self.kinds.any_needs_drop() {
            panic.guard(|| Cascade::clear(self));
        }
        panic.resume_unless_panicking();
    }
}
