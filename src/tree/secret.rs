//! Nodes whose content is overwritten when it is given up.

use std::alloc::Layout;

use zeroize::Zeroizing;

use super::item::flag;
use super::rare::Rare;
use super::{Tree, Value};
use crate::error::Error;
use crate::first_panic::FirstPanic;
use crate::id::{Handle, NodeId, NodeKey};
use crate::memory::{AllocError, Content, HEAP, Request};
use crate::wipe::Wipe;

/// Overwrites a node's value. The id and slot are the parts of its handle.
pub(crate) type Wiper = fn(&mut Tree, NodeId, u32);

/// An array that is secret, and a copy of its content.
pub(super) type Secret = (NodeKey, Zeroizing<Vec<u8>>);

/// # Secrets
impl Tree {
    /// Makes a node secret, for good: its content is overwritten when it is given up, and reports call it `[secret]`.
    /// O(1).
    ///
    /// Overwritten is the value when the node is freed, before its `Drop` and after its cleanups, with the tree at the
    /// latest; and the old bytes wherever the tree moves an array or a text to other memory: when it is resized or
    /// appended to, when a scope's end moves what was kept, and when bytes are copied to another tree. An array is therefore moved by each
    /// [`resize`](Self::resize), which costs O(size) and needs room for both. If [`Wipe::wipe`] panics, the free is
    /// completed before the panic goes on.
    ///
    /// Not overwritten is what the tree does not see or can't reach. [`take`](Self::take),
    /// [`free_into_value`](Self::free_into_value) and [`replace`](Self::replace) hand the value out as it is. What lay
    /// in a block before the node was made secret may still lie behind its end, so a key is best written to it
    /// afterwards. Texts of up to 24 bytes and values lie in tables of the tree, which move as they grow or
    /// [shrink](Self::shrink), and [`append_fmt`](Self::append_fmt) and the macros format into memory of their own
    /// first. An array ([`bytes`](Self::bytes)) is the place for a key, and a value had better hold it in a `Box`.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let key = tree.bytes(tree.root(), 32)?;
    /// tree.set_name(key, "key of alice")?;
    /// tree.set_secret(key)?;
    /// tree[key].fill(0x5a);
    /// assert!(tree.report(tree.root())?.to_string().contains("[secret] "));
    /// assert_eq!(tree.name(key)?, "key of alice");
    /// tree.free(key)?;
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`].
    #[doc(alias = "talloc_keep_secret")]
    pub fn set_secret<T: Value + Wipe + ?Sized>(&mut self, node: Handle<T>) -> Result<(), Error> {
        let key = self.resolve_parent(node.id())?;
        self.item_mut(key).set(flag::MARKED, true);
        self.rare_mut(key).rarer_mut().secret = Some(|tree, id, slot| {
            if let Ok(value) = tree.get_mut(Handle::<T>::new(id, slot)) {
                value.wipe();
            }
        });
        Ok(())
    }

    /// Whether a node has been [made secret](Self::set_secret). O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn is_secret(&self, node: impl Into<NodeId>) -> Result<bool, Error> {
        Ok(self.is_wiped(self.resolve(node.into())?))
    }

    #[inline]
    pub(super) fn is_wiped(&self, key: NodeKey) -> bool {
        self.item(key).is(flag::MARKED) && self.rare(key).is_some_and(|rare| rare.secret().is_some())
    }

    /// Overwrites a node's value if it is secret.
    pub(super) fn wipe(&mut self, key: NodeKey) {
        if let Some(wiper) = self.rare(key).and_then(Rare::secret) {
            wiper(self, self.id(key), self.item(key).slot);
        }
    }

    /// Gives a secret array a block of another size, never the one it has, and says which size it had.
    #[cold]
    pub(super) fn refit_secret(
        &mut self,
        key: NodeKey,
        from: Layout,
        request: &Request,
        panic: &mut FirstPanic,
    ) -> Result<u32, Error> {
        let item = *self.item(key);
        let mut content = Zeroizing::new(Vec::new());
        if content.try_reserve_exact(request.size()).is_err() {
            return Err(self.out_of_memory(key, AllocError::Exhausted { asked: request.size(), left: 0 }));
        }
        let common = from.size().min(request.size());
        content.extend_from_slice(&self.memory.read(item.zone, item.block(), from.size())[..common]);
        content.resize(request.size(), 0);
        let placed = self.memory.allocate(item.zone, request.layout(), Content::Copy(&content), request.origin());
        let (zone, block) = placed.map_err(|error| self.out_of_memory(key, error))?;
        // It has its new block before the allocator of the old one, which may be the user's, gets to see it go.
        let size = request.size() as u32;
        self.item_mut(key).set_block(zone, block, size);
        self.recount(key, item.size, size);
        if zone != HEAP {
            self.note_moved_bytes(key);
        }
        let memory = &mut self.memory;
        panic.guard(|| memory.write(item.zone, item.block(), from.size()).wipe());
        panic.guard(|| memory.free(item.zone, item.block(), from));
        let closed = memory.leave(item.zone);
        panic.guard(|| drop(closed));
        Ok(item.size)
    }

    /// Copies and overwrites those arrays that are secret, whose blocks an allocator is about to move. One whose bytes an
    /// allocator of the user's does not show is moved like any other.
    pub(super) fn take_secrets(&mut self, arrays: &[NodeKey], panic: &mut FirstPanic) -> Vec<Secret> {
        let secret = arrays.iter().copied().filter(|&key| self.is_wiped(key));
        let copy = |key| {
            let item = self.item(key);
            let content = panic.guard(|| self.memory.read(item.zone, item.block(), item.size as usize).to_vec())?;
            Some((key, Zeroizing::new(content)))
        };
        let secrets: Vec<Secret> = secret.filter_map(copy).collect();
        for (key, _) in &secrets {
            panic.guard(|| self.block_mut(*key).wipe());
        }
        secrets
    }

    /// Puts back what has been taken, wherever the blocks are now.
    pub(super) fn put_secrets_back(&mut self, secrets: Vec<Secret>, panic: &mut FirstPanic) {
        for (key, content) in secrets {
            panic.guard(|| self.block_mut(key).copy_from_slice(&content));
        }
    }

    pub(super) fn block_mut(&mut self, key: NodeKey) -> &mut [u8] {
        let item = *self.item(key);
        self.memory.write(item.zone, item.block(), item.size as usize)
    }
}
