//! Destructors, which are asked before a node goes, and cleanups, which are told after its children went.

use super::item::flag;
use super::{Tree, Value};
use crate::error::Error;
use crate::id::NodeKey;
use crate::id::{Handle, NodeId};

/// The id and slot are the parts of the handle that the caller's function takes.
pub(crate) type Destructor = Box<dyn FnMut(&mut Tree, NodeId, u32) -> Verdict + Send>;

type CleanupFn = Box<dyn FnOnce(&mut Tree, NodeId, u32) + Send>;

pub(crate) struct Cleanup {
    number: u64,
    pub(crate) run: CleanupFn,
}

/// A destructor's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The node may go.
    Free,
    /// The node stays.
    Refuse,
}

/// One cleanup of one node, to remove it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CleanupId {
    node: NodeId,
    number: u64,
}

/// # Destructors and cleanups
impl Tree {
    /// Sets the function that is asked before the node goes, in place of an earlier one. O(1).
    ///
    /// It is called when the node is about to be freed: with the node, its value, its parent and its children all
    /// in place. [`Verdict::Refuse`] keeps them: a [`free`](Self::free) of the node itself is then an error, and in the
    /// free of an ancestor the node survives (and is asked again at each level the free goes up). The function has
    /// the tree and may allocate, free, move and reference other nodes. If it panics, the node goes, the free is
    /// completed, and the panic continues from there.
    ///
    /// ```
    /// use freehold::{Tree, Verdict};
    ///
    /// let mut tree = Tree::new();
    /// let busy = tree.alloc(tree.root(), true)?;
    /// tree.set_destructor(busy, |tree, busy| if tree[busy] { Verdict::Refuse } else { Verdict::Free })?;
    ///
    /// assert_eq!(tree.free(busy).unwrap_err().to_string(), format!("node {busy} was not freed: its destructor refused"));
    /// tree[busy] = false;
    /// assert!(tree.free(busy).is_ok());
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`]; the function is then dropped.
    #[doc(alias = "talloc_set_destructor")]
    pub fn set_destructor<T: Value + ?Sized>(
        &mut self,
        node: Handle<T>,
        mut destructor: impl FnMut(&mut Self, Handle<T>) -> Verdict + Send + 'static,
    ) -> Result<(), Error> {
        let key = self.resolve_parent(node.id())?;
        // Nothing is captured besides the caller's function: one without state costs no allocation.
        let destructor: Destructor = Box::new(move |tree, id, slot| destructor(tree, Handle::new(id, slot)));
        drop(self.exchange_destructor(key, Some(destructor)));
        Ok(())
    }

    /// Removes a node's destructor, and says whether there was one. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`].
    pub fn clear_destructor(&mut self, node: impl Into<NodeId>) -> Result<bool, Error> {
        let key = self.resolve_parent(node.into())?;
        Ok(self.exchange_destructor(key, None).is_some())
    }

    fn exchange_destructor(&mut self, key: NodeKey, new: Option<Destructor>) -> Option<Destructor> {
        self.item_mut(key).set(flag::GUARDED, new.is_some());
        let running = self.item(key).is(flag::RUNNING);
        if new.is_none() && !running && self.item(key).rare().is_none() {
            return None;
        }
        let rare = self.rare_mut(key);
        rare.destructor_changed |= running;
        std::mem::replace(&mut rare.destructor, new)
    }

    /// Adds a function that is called after the node's children went and before its value does. O(1).
    ///
    /// Cleanups run newest first and can't refuse. While they run the value can still be read, through the handle
    /// they are given. If one panics, the others run and the free is completed before the panic continues.
    ///
    /// ```
    /// use freehold::Tree;
    /// use std::sync::{Arc, Mutex};
    ///
    /// let closed = Arc::new(Mutex::new(Vec::new()));
    /// let mut tree = Tree::new();
    /// let file = tree.alloc(tree.root(), 3i32)?;
    /// let log = Arc::clone(&closed);
    /// tree.add_cleanup(file, move |tree, file| log.lock().unwrap().push(tree[file]))?;
    /// tree.free(file)?;
    /// assert_eq!(*closed.lock().unwrap(), [3]);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`]; the function is then dropped.
    pub fn add_cleanup<T: Value + ?Sized>(
        &mut self,
        node: Handle<T>,
        cleanup: impl FnOnce(&mut Self, Handle<T>) + Send + 'static,
    ) -> Result<CleanupId, Error> {
        let key = self.resolve_parent(node.id())?;
        let number = self.next_cleanup;
        self.next_cleanup += 1;
        self.item_mut(key).set(flag::CLEANUPS, true);
        let run: CleanupFn = Box::new(move |tree, id, slot| cleanup(tree, Handle::new(id, slot)));
        self.rare_mut(key).rarer_mut().cleanups.push(Cleanup { number, run });
        Ok(CleanupId { node: self.id(key), number })
    }

    /// Removes a cleanup, and says whether it was still there. O(number of the node's cleanups).
    pub fn remove_cleanup(&mut self, cleanup: CleanupId) -> bool {
        let Ok(key) = self.resolve(cleanup.node) else { return false };
        if !self.item(key).is(flag::CLEANUPS) {
            return false;
        }
        let number = cleanup.number;
        let removed = self.remove_cleanup_by(key, |all| all.iter().position(|cleanup| cleanup.number == number));
        removed.is_some()
    }

    /// Takes out the newest cleanup of a node that has some.
    pub(super) fn pop_cleanup(&mut self, key: NodeKey) -> Option<Cleanup> {
        self.remove_cleanup_by(key, |all| all.len().checked_sub(1))
    }

    fn remove_cleanup_by(&mut self, key: NodeKey, which: impl FnOnce(&[Cleanup]) -> Option<usize>) -> Option<Cleanup> {
        let all = &mut self.rare_mut(key).rarer_mut().cleanups;
        let removed = all.remove(which(all)?);
        if all.is_empty() {
            self.item_mut(key).set(flag::CLEANUPS, false);
        }
        Some(removed)
    }
}
