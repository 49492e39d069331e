//! References: further owners' claims on a node.

use std::fmt;
use std::panic::Location;

use super::budget::{self, Demand};
use super::cascade::Cascade;
use super::item::flag;
use super::{Event, Tree, Unlinked};
use crate::error::Error;
use crate::id::{NodeId, NodeKey, TreeTag};
use crate::topology::Place;

/// One reference, to give it up by with [`Tree::drop_reference`]. `Debug` and `Display` print it as a handle: `12v3`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReferenceId(pub(super) NodeId);

impl fmt::Debug for ReferenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for ReferenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// What is known of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    pub(super) id: ReferenceId,
    pub(super) holder: NodeId,
    pub(super) target: NodeId,
    pub(super) origin: &'static Location<'static>,
}

impl Reference {
    /// The reference itself.
    #[must_use]
    pub fn id(&self) -> ReferenceId {
        self.id
    }

    /// Who holds it.
    #[must_use]
    pub fn holder(&self) -> NodeId {
        self.holder
    }

    /// The node that is held.
    #[must_use]
    pub fn target(&self) -> NodeId {
        self.target
    }

    /// Where it was made.
    #[must_use]
    pub fn origin(&self) -> &'static Location<'static> {
        self.origin
    }
}

/// # Further owners
impl Tree {
    /// Makes `holder` a further owner of `node`. O(1).
    ///
    /// As long as there are references, the node can't be freed by name; [`unlink`](Self::unlink) takes claims
    /// back one by one. When the parent goes, the newest holder outside the node takes over. A node may be held
    /// any number of times, also by the same holder; the root may hold too, which is talloc's
    /// `talloc_increase_ref_count`.
    ///
    /// ```
    /// use freehold::Tree;
    ///
    /// let mut tree = Tree::new();
    /// let request = tree.context(tree.root(), "request")?;
    /// let cache = tree.context(tree.root(), "cache")?;
    /// let answer = tree.alloc(request, 42)?;
    /// tree.reference(cache, answer)?;
    ///
    /// let freed = tree.free(request)?;
    /// assert_eq!(freed.survivors()[0].node, answer.id());
    /// assert_eq!(tree.parent(answer)?, Some(cache.id()));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`] for either; a node whose destructor has been called
    /// can't be shared any more. [`Error::Root`] if `node` is the root; [`Error::OverBudget`] if the builder has set that
    /// references count; [`Error::Full`].
    #[track_caller]
    #[doc(alias = "talloc_reference")]
    #[doc(alias = "talloc_increase_ref_count")]
    pub fn reference(&mut self, holder: impl Into<NodeId>, node: impl Into<NodeId>) -> Result<Reference, Error> {
        let (holder, target, origin) = (holder.into(), node.into(), Location::caller());
        let entry = self.refer(holder.tree, holder.key, target.tree, target.key, origin)?;
        Ok(Reference { id: ReferenceId(self.id(entry)), holder, target, origin })
    }

    /// Gives up one claim of `owner` on `node`: the newest reference it holds, else its ownership as the parent.
    ///
    /// O(references to the node), with a look up from each holder if the parent gives up, and what a free costs if it comes to
    /// that, or a move to another budget. When the parent gives up a shared
    /// node, the newest holder takes over; a holder that lies within the node can't, and is passed over.
    /// When nobody else is left, the node is freed, or, if it is claimed from outside the tree, left to its claims
    /// below the root. One quirk of talloc's is kept: if the newest reference is held by the node itself, the parent's
    /// `unlink` takes away just that.
    ///
    /// # Errors
    ///
    /// [`Error::NotOwner`] if `owner` has no claim; [`Error::OverBudget`] if a holder takes over whose budget has no room;
    /// [`Error::Held`] if it is the parent, and the node is owned by nobody, but claimed from outside;
    /// [`Error::Refused`] if it was the last and the destructor refuses; [`Error::Root`]; [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`].
    ///
    /// # Panics
    ///
    /// As [`free`](Self::free), when the node is freed.
    #[doc(alias = "talloc_unlink")]
    #[inline]
    pub fn unlink(&mut self, owner: impl Into<NodeId>, node: impl Into<NodeId>) -> Result<Unlinked, Error> {
        let (owner, node) = (owner.into(), node.into());
        if self.give_up_reference(owner.tree, owner.key, node.tree, node.key)? {
            return Ok(Unlinked::Reference);
        }
        self.give_up_affordably(owner, node)
    }

    /// The ownership, if the budgets of who takes over agree.
    fn give_up_affordably(&mut self, owner: NodeId, node: NodeId) -> Result<Unlinked, Error> {
        if self.budgets.any() {
            self.afford(|tree| tree.demand_of_heir(owner, node))?;
        }
        self.give_up_ownership(owner, node)
    }

    /// As [`unlink`](Self::unlink) for what has to go, whatever budgets say. Drops of others have taken effect, as far
    /// as they may.
    pub(super) fn give_up(&mut self, owner: NodeId, node: NodeId) -> Result<Unlinked, Error> {
        if self.take_back_reference(owner, node)? {
            Ok(Unlinked::Reference)
        } else {
            self.give_up_ownership(owner, node)
        }
    }

    /// Gives up one particular reference. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] if it is gone already; [`Error::Foreign`].
    pub fn drop_reference(&mut self, reference: ReferenceId) -> Result<(), Error> {
        self.settle_waiting();
        let entry = self.resolve(reference.0)?;
        self.unlink_entry(entry);
        Ok(())
    }

    /// How many references to a node there are; its parent is not counted, nor are claims from outside the tree, which
    /// [`ref_count`](Self::ref_count) counts. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_reference_count")]
    pub fn reference_count(&self, node: impl Into<NodeId>) -> Result<usize, Error> {
        let key = self.resolve(node.into())?;
        Ok(self.rare(key).map_or(0, |rare| rare.claims as usize))
    }

    /// The references to a node, newest first. O(1) a reference.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn references(&self, node: impl Into<NodeId>) -> Result<impl Iterator<Item = Reference> + '_, Error> {
        let key = self.resolve(node.into())?;
        Ok(self.references_to(key))
    }

    /// The references that a node holds, newest first. O(children).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn references_held(&self, node: impl Into<NodeId>) -> Result<impl Iterator<Item = Reference> + '_, Error> {
        let key = self.resolve(node.into())?;
        let entries = std::iter::successors(self.topology.first_child(key), |&at| self.topology.next_sibling(at));
        let held = entries.filter(|&entry| self.item(entry).is_reference());
        Ok(held.map(|entry| self.reference_info(entry, self.target(self.item(entry)))))
    }

    /// Settles, makes the reference, and gives its entry: what callers do with larger results costs more than the
    /// making. It takes the ids in parts because an id that comes through memory, in parts, is slow to read as a whole.
    #[inline(never)]
    fn refer(
        &mut self,
        holder_tree: TreeTag,
        holder: NodeKey,
        tree: TreeTag,
        node: NodeKey,
        origin: &'static Location<'static>,
    ) -> Result<NodeKey, Error> {
        self.settle_waiting();
        let (holder, node) = (NodeId { tree: holder_tree, key: holder }, NodeId { tree, key: node });
        let holder_key = self.resolve_parent(holder)?;
        let target = self.resolve_live(node)?;
        if target == self.topology.root() {
            return Err(Error::Root { node });
        }
        if self.budgets.label(holder_key) != budget::NONE {
            self.afford_reference(holder, node)?;
        }
        if !self.topology.has_room() {
            return Err(Error::Full { what: "nodes" });
        }
        let entry = self.add_claim(holder_key, target, origin);
        if self.hooks.observing() {
            self.emit(Event::Referenced { node, holder });
        }
        Ok(entry)
    }

    /// Settles, and gives up the newest reference that `owner` holds to `node`, if it does. It takes the ids in parts as
    /// `refer` does.
    #[inline(never)]
    fn give_up_reference(
        &mut self,
        owner_tree: TreeTag,
        owner: NodeKey,
        tree: TreeTag,
        node: NodeKey,
    ) -> Result<bool, Error> {
        self.settle_waiting();
        self.take_back_reference(NodeId { tree: owner_tree, key: owner }, NodeId { tree, key: node })
    }

    #[inline(always)]
    fn take_back_reference(&mut self, owner: NodeId, node: NodeId) -> Result<bool, Error> {
        let owner = self.resolve(owner)?;
        let key = self.resolve_movable(node)?;
        let Some(entry) = self.claim_of(owner, key) else { return Ok(false) };
        self.unlink_entry(entry);
        Ok(true)
    }

    /// The parent lets go of what it has shared, or for good. Both have been looked up.
    fn give_up_ownership(&mut self, owner: NodeId, node: NodeId) -> Result<Unlinked, Error> {
        let key = node.key;
        if self.topology.parent(key) != Some(owner.key) {
            return Err(Error::NotOwner { node, owner });
        }
        let Some(entry) = self.heir(key) else {
            let key = self.resolve_live(node)?;
            return match Cascade::free(self, key) {
                Err(Error::Held { .. }) if !self.is_counted(key) => {
                    Ok(Unlinked::Passed { to: self.give_to_claims(key) })
                }
                outcome => outcome.map(Unlinked::Freed),
            };
        };
        if self.holder(entry) == key {
            self.unlink_entry(entry);
            return Ok(Unlinked::Reference);
        }
        Ok(Unlinked::Passed { to: self.hand_on(key, entry) })
    }

    /// Makes the holder of a reference the owner; the reference is used up. Says who that is.
    pub(super) fn hand_on(&mut self, key: NodeKey, entry: NodeKey) -> NodeId {
        let heir = self.holder(entry);
        self.sink(key);
        // Both before anybody hears of either: a hook that panics must not leave the node without the claim.
        let news = [self.drop_claim(entry), self.shift(key, Place::First(heir))];
        news.into_iter().flatten().for_each(|event| self.emit(event));
        self.id(heir)
    }

    /// Leaves a node to those who claim it from outside the tree: it lives below the root, and nobody owns it.
    pub(crate) fn give_to_claims(&mut self, key: NodeKey) -> NodeId {
        let root = self.topology.root();
        self.set_counted(key, true);
        self.relocate_first(key, root);
        self.id(root)
    }

    /// What the budgets of whoever takes over when the parent gives up are asked for. His reference is not counted then
    /// any more.
    pub(super) fn demand_of_heir(&self, owner: NodeId, node: NodeId) -> Result<Demand, Error> {
        let key = self.resolve_movable(node)?;
        match self.heir(key) {
            Some(entry) if self.topology.parent(key) == Some(owner.key) && self.holder(entry) != key => {
                Ok(self.demand_of_move(key, self.holder(entry)).without(self.item(entry), self))
            }
            _ => Ok(Demand::NOTHING),
        }
    }

    /// Whose claim takes over when the parent gives up: the newest holder's, unless it lies below the node.
    fn heir(&self, key: NodeKey) -> Option<NodeKey> {
        let newest = self.newest_claim_on(key)?;
        if self.holder(newest) == key { Some(newest) } else { self.claim_from_beside(key) }
    }

    /// The newest reference to a node whose holder does not lie within it.
    pub(super) fn claim_from_beside(&self, key: NodeKey) -> Option<NodeKey> {
        self.claims_on(key).find(|&entry| !self.topology.is_within(self.holder(entry), key))
    }

    #[inline]
    fn unlink_entry(&mut self, entry: NodeKey) {
        if let Some(event) = self.drop_claim(entry) {
            self.emit(event);
        }
    }

    /// The error for what only a single owner may do.
    #[cold]
    pub(super) fn shared(&self, key: NodeKey) -> Error {
        debug_assert!(self.item(key).is(flag::SHARED));
        let holders = self.claims_on(key).map(|entry| self.id(self.holder(entry))).collect();
        Error::Shared { node: self.id(key), holders }
    }
}
