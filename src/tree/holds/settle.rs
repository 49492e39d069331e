//! Settling: what becomes of nodes whose last strong claim has gone.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use rustc_hash::FxHashSet;

use crate::anchor::Mailbox;
use crate::error::Error;
use crate::id::NodeKey;
use crate::sync::Arc;
use crate::tree::cascade::Cascade;
use crate::tree::{Freed, Survivor, Tree};

/// # Strong claims that have gone
impl Tree {
    /// Has the drops of [strong claims](crate::Strong) take effect, in their order, and says what came of that.
    ///
    /// That happens by itself at the beginning of every call that makes, frees, moves, shares, claims, releases, copies,
    /// detaches, grafts, resizes or appends, or that opens or closes a scope; what went then only the observer is told. Names,
    /// destructors, cleanups, budgets and values can be set without it. A node that nobody owns and nobody claims any more
    /// is freed as by [`free`](Self::free); or the newest holder of a reference to it, outside what is below it, takes it
    /// over. If its destructor refuses, it stays, and [floats](Self::is_floating). The result lists those that were taken
    /// over and those that refused among the survivors.
    ///
    /// O(drops), with the references to those nodes and a look up from the holder of each, and what the frees cost. Within a
    /// settling, whatever user code it calls, another one does nothing: the one further out goes on, so that a chain of
    /// claims of any length needs no stack.
    ///
    /// ```
    /// # use freehold::Tree;
    /// # let mut tree = Tree::new();
    /// let node = tree.floating(7)?;
    /// let strong = tree.strong(node)?;
    /// drop(strong);
    /// assert!(tree.contains(node));
    /// assert_eq!(tree.settle().nodes(), 1);
    /// assert!(!tree.contains(node));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// As [`free`](Self::free), when the node whose end it was has gone. The others wait for the next settling.
    pub fn settle(&mut self) -> Freed {
        let mut freed = Freed::default();
        if let Some(mailbox) = self.drops.mailbox()
            && mailbox.begin()
        {
            let mailbox = Arc::clone(mailbox);
            let outcome = catch_unwind(AssertUnwindSafe(|| self.settle_all(&mailbox, &mut freed)));
            mailbox.end();
            outcome.unwrap_or_else(|panic| resume_unwind(panic));
        }
        freed
    }

    /// What comes before anything that a call does for its caller.
    #[inline(always)]
    pub(crate) fn settle_waiting(&mut self) {
        if self.drops.mailbox().is_some() {
            self.settle_arrived();
        }
    }

    /// Settles also what is left after a panic, and gives the first one: for the ends of guards, which have more to do.
    pub(crate) fn settle_completely(&mut self) -> Option<Box<dyn Any + Send>> {
        let mut first = None;
        while let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.settle_waiting())) {
            first.get_or_insert(panic);
        }
        first
    }

    #[inline(never)]
    fn settle_arrived(&mut self) {
        if self.drops.mailbox().is_some_and(|mailbox| mailbox.is_waiting()) {
            self.settle();
        }
    }

    fn settle_all(&mut self, mailbox: &Mailbox, freed: &mut Freed) {
        // Whoever refuses is asked once in a settling: two who claim each other in their destructors could keep it going
        // for ever.
        let mut refused = FxHashSet::default();
        while let Some(key) = mailbox.take() {
            if !self.is_forsaken(key) || refused.contains(&key) {
                continue;
            }
            if let Some(entry) = self.claim_from_beside(key) {
                let parent = self.hand_on(key, entry);
                freed.references += 1;
                freed.survivors.push(Survivor { node: self.id(key), parent });
                continue;
            }
            if !self.free_besides(key, freed) {
                refused.insert(key);
            }
        }
    }

    /// Frees a node on behalf of a call that is about several, and says whether its destructor has agreed. One that has
    /// been claimed meanwhile, in another thread, stays unasked.
    pub(in crate::tree) fn free_besides(&mut self, key: NodeKey, freed: &mut Freed) -> bool {
        match Cascade::free(self, key) {
            Ok(more) => freed.add(more),
            Err(Error::Refused { node }) => {
                let parent = self.topology.parent(key).expect("a node that can be freed has a parent");
                freed.survivors.push(Survivor { node, parent: self.id(parent) });
                return false;
            }
            Err(_) => {}
        }
        true
    }

    /// Whether it is there, nobody owns it, and nobody claims it.
    fn is_forsaken(&self, key: NodeKey) -> bool {
        self.resolve_live(self.id(key)).is_ok() && self.is_counted(key) && self.claims_from_outside(key) == (0, 0)
    }
}
