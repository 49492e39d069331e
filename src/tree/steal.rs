//! Moving nodes to other owners.

use std::panic::Location;

use super::item::flag;
use super::{Event, LogKind, Tree};
use crate::error::Error;
use crate::id::NodeKey;
use crate::id::{Handle, NodeId};
use crate::topology;

/// Where among a parent's children a node goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The parent's first child, as if it were the newest.
    First(NodeId),
    /// The parent's last child, as if it were the oldest.
    Last(NodeId),
    /// Just before this sibling.
    Before(NodeId),
    /// Just after this sibling.
    After(NodeId),
}

/// # Moving
impl Tree {
    /// Makes `new_parent` the owner of `node`, which becomes its first child. All below it comes along.
    ///
    /// O(depth of `new_parent`) or O(subtree), whichever is less, to see that it does not lie within the node; from one budget
    /// to another O(subtree), up to the budgets in it. Within the same parent, it moves to the front. No destructor runs.
    /// References stay as they are; moving a shared node away from its parent is logged, for their holders may be
    /// surprised. A node that nobody owned, [floating](Self::floating) or not, is owned from then on, as after every move by
    /// name.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let request = tree.context(tree.root(), "request")?;
    /// let result = tree.strdup(request, "kept")?;
    /// tree.steal(tree.root(), result)?;
    /// tree.free(request)?;
    /// assert_eq!(&tree[result], "kept");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::WouldLoop`] if `new_parent` is the node or lies below it; [`Error::Root`] if `node` is the root;
    /// [`Error::OverBudget`] if a budget that does not count it yet has no room;
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`] for either.
    #[inline(always)]
    #[track_caller]
    #[doc(alias = "talloc_steal")]
    pub fn steal(&mut self, new_parent: impl Into<NodeId>, node: impl Into<NodeId>) -> Result<(), Error> {
        self.settle_waiting();
        let key = self.resolve_movable(node.into())?;
        let parent = self.resolve_parent(new_parent.into())?;
        if self.budgets.any() {
            return self.steal_within_budgets(key, parent, Location::caller());
        }
        self.check_move(key, parent, Location::caller())?;
        self.relocate_first_uncounted(key, parent);
        Ok(())
    }

    #[cold]
    fn steal_within_budgets(
        &mut self,
        key: NodeKey,
        parent: NodeKey,
        origin: &'static Location<'static>,
    ) -> Result<(), Error> {
        self.afford_move(self.id(key), |tree| tree.resolve_parent(tree.id(parent)))?;
        self.check_move(key, parent, origin)?;
        self.relocate_first(key, parent);
        Ok(())
    }

    /// Moves `node` to a place of choice, for callers to whom the order of siblings matters. Costs what
    /// [`steal`](Self::steal) does.
    ///
    /// ```
    /// # use freehold::Place;
    /// # let mut tree = freehold::Tree::new();
    /// let list = tree.context(tree.root(), "list")?;
    /// let b = tree.alloc(list, 'b')?;
    /// let a = tree.alloc(list, 'a')?;
    /// tree.place(a, Place::After(b.id()))?;
    /// assert!(tree.children(list)?.eq([b.id(), a.id()]));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`steal`](Self::steal); [`Error::Root`] also for a place beside the root.
    #[track_caller]
    pub fn place(&mut self, node: impl Into<NodeId>, place: Place) -> Result<(), Error> {
        self.settle_waiting();
        let key = self.resolve_movable(node.into())?;
        if self.budgets.any() {
            self.afford_move(self.id(key), |tree| tree.resolve_place(place).map(|(_, parent)| parent))?;
        }
        let (place, parent) = self.resolve_place(place)?;
        self.check_move(key, parent, Location::caller())?;
        self.relocate(key, place);
        Ok(())
    }

    /// What comes before a move by the caller's wish to among `parent`'s children, which is to follow: a node that nobody
    /// owned is owned from here on.
    #[inline(always)]
    fn check_move(&mut self, key: NodeKey, parent: NodeKey, origin: &'static Location<'static>) -> Result<(), Error> {
        if self.item(key).is(flag::SHARED | flag::HELD) {
            return self.check_claimed_move(key, parent, origin);
        }
        self.check_loop(key, parent)
    }

    /// The same for a node that others have claims on.
    #[cold]
    fn check_claimed_move(
        &mut self,
        key: NodeKey,
        parent: NodeKey,
        origin: &'static Location<'static>,
    ) -> Result<(), Error> {
        if self.item(key).is(flag::SHARED) && !self.topology.is_child(key, parent) {
            self.warn(LogKind::StealWithReferences, key, origin);
        }
        self.check_loop(key, parent)?;
        self.sink(key);
        Ok(())
    }

    /// Moves all children of `from` to `to`, in their order, before the children that are there; says how many.
    /// O(children), and a look up from `to`.
    ///
    /// References that `from` holds stay with it.
    ///
    /// # Errors
    ///
    /// [`Error::WouldLoop`] if `to` lies below `from`; [`Error::OverBudget`]; [`Error::Stale`], [`Error::Foreign`] or
    /// [`Error::Dying`].
    #[track_caller]
    pub fn steal_children(&mut self, from: impl Into<NodeId>, to: impl Into<NodeId>) -> Result<usize, Error> {
        self.settle_waiting();
        let (from, to) = (self.resolve_parent(from.into())?, self.resolve_parent(to.into())?);
        if from == to {
            return Ok(0);
        }
        if self.budgets.any() {
            self.afford_children(self.id(from), self.id(to))?;
        }
        self.check_loop(from, to)?;
        let children = self.movable_children(from);
        for &child in &children {
            if self.item(child).is(flag::SHARED) {
                self.warn(LogKind::StealWithReferences, child, Location::caller());
            }
        }
        // Hooks may panic, and half of the children would be neither here nor there: so first the warnings, then all
        // the moves, then the news.
        self.take_over(&children, to);
        Ok(children.len())
    }

    /// Makes nodes the first children of an owner, the last of them the first.
    pub(super) fn take_over(&mut self, nodes: &[NodeKey], owner: NodeKey) {
        let move_one = |&node: &NodeKey| {
            self.sink(node);
            self.shift(node, topology::Place::First(owner))
        };
        let moves: Vec<Event> = nodes.iter().filter_map(move_one).collect();
        moves.into_iter().for_each(|event| self.emit(event));
    }

    /// Moves what the handle names to a new owner and clears the caller's variable, so that ownership has visibly
    /// gone. Costs what [`steal`](Self::steal) does; `None` stays `None`.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// # let cache = tree.context(tree.root(), "cache")?;
    /// let mut mine = Some(tree.alloc(tree.root(), 5)?);
    /// let theirs = tree.transfer(cache, &mut mine)?;
    /// assert!(mine.is_none() && tree.parent(theirs.unwrap())? == Some(cache.id()));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`steal`](Self::steal); the variable then keeps its handle.
    #[track_caller]
    #[doc(alias = "talloc_move")]
    pub fn transfer<T: ?Sized>(
        &mut self,
        new_parent: impl Into<NodeId>,
        handle: &mut Option<Handle<T>>,
    ) -> Result<Option<Handle<T>>, Error> {
        if let Some(handle) = *handle {
            self.steal(new_parent, handle)?;
        }
        Ok(handle.take())
    }

    /// Passes the claim that `old` has on `node` to `new`: its ownership if it is the parent, else the newest
    /// reference it holds. O(references to the node), and as [`steal`](Self::steal). Nothing is logged.
    ///
    /// # Errors
    ///
    /// [`Error::NotOwner`] if `old` is neither parent nor holder; as [`steal`](Self::steal) for the rest.
    #[doc(alias = "talloc_reparent")]
    pub fn reparent(
        &mut self,
        old: impl Into<NodeId>,
        new: impl Into<NodeId>,
        node: impl Into<NodeId>,
    ) -> Result<(), Error> {
        self.settle_waiting();
        let (old, new, node) = (old.into(), new.into(), node.into());
        if self.budgets.any() {
            self.afford(|tree| {
                let (moved, new) = tree.resolve_reparented(old, new, node)?;
                Ok(tree.demand_of_move(moved, new))
            })?;
        }
        let (moved, new) = self.resolve_reparented(old, new, node)?;
        if moved == node.key {
            self.sink(moved);
            self.relocate_first(moved, new);
            return Ok(());
        }
        self.topology.relink(moved, topology::Place::First(new));
        self.rebudget(moved);
        if self.hooks.observing() {
            self.emit(Event::Unlinked { node, holder: old });
            self.emit(Event::Referenced { node, holder: self.id(new) });
        }
        Ok(())
    }

    /// What makes `old` an owner of the node, the node itself or the entry of a reference, and whose it is to be.
    fn resolve_reparented(&self, old: NodeId, new: NodeId, node: NodeId) -> Result<(NodeKey, NodeKey), Error> {
        let (old_key, new) = (self.resolve(old)?, self.resolve_parent(new)?);
        let key = self.resolve_movable(node)?;
        if self.topology.parent(key) == Some(old_key) {
            self.check_loop(key, new)?;
            return Ok((key, new));
        }
        let entry = self.claim_of(old_key, key).ok_or(Error::NotOwner { node, owner: old })?;
        Ok((entry, new))
    }

    /// The children that a move of all takes along, oldest first: not references, nor what is on its way out.
    pub(super) fn movable_children(&self, parent: NodeKey) -> Vec<NodeKey> {
        let children = std::iter::successors(self.topology.last_child(parent), |&at| self.topology.prev_sibling(at));
        children.filter(|&at| !self.item(at).is_reference() && !self.item(at).is(flag::DYING)).collect()
    }

    #[inline]
    pub(super) fn check_loop(&self, key: NodeKey, parent: NodeKey) -> Result<(), Error> {
        if !self.topology.is_within(parent, key) {
            return Ok(());
        }
        Err(Error::WouldLoop { node: self.id(key), parent: self.id(parent) })
    }

    /// Puts a node where it is known to be allowed.
    pub(super) fn relocate(&mut self, key: NodeKey, place: topology::Place) {
        if let Some(event) = self.shift(key, place) {
            self.emit(event);
        }
    }

    /// The same for the commonest place.
    #[inline]
    pub(super) fn relocate_first(&mut self, key: NodeKey, parent: NodeKey) {
        self.relocate_first_uncounted(key, parent);
        if self.budgets.any() {
            self.rebudget(key);
        }
    }

    /// The same where there are no budgets.
    #[inline(always)]
    fn relocate_first_uncounted(&mut self, key: NodeKey, parent: NodeKey) {
        if self.topology.is_first_child(key, parent) {
            return;
        }
        if self.hooks.observing() {
            return self.relocate(key, topology::Place::First(parent));
        }
        self.topology.relink_first(key, parent);
    }

    /// The same without a word to the observer: what there is to tell him is for the caller to pass on, when all is
    /// done.
    #[must_use]
    pub(super) fn shift(&mut self, key: NodeKey, place: topology::Place) -> Option<Event> {
        let from = self.topology.parent(key);
        let place_before = (from, self.topology.next_sibling(key));
        self.topology.relink(key, place);
        if self.budgets.any() {
            self.rebudget(key);
        }
        let to = self.topology.parent(key);
        if !self.hooks.observing() || (to, self.topology.next_sibling(key)) == place_before {
            return None;
        }
        let (from, to) = from.zip(to)?;
        Some(Event::Moved { node: self.id(key), from: self.id(from), to: self.id(to) })
    }

    fn resolve_place(&self, place: Place) -> Result<(topology::Place, NodeKey), Error> {
        let beside = |sibling: NodeId| -> Result<_, Error> {
            let key = self.resolve(sibling)?;
            let parent = self.topology.parent(key).ok_or(Error::Root { node: sibling })?;
            self.resolve_parent(self.id(parent))?;
            Ok((key, parent))
        };
        Ok(match place {
            Place::First(parent) => {
                let parent = self.resolve_parent(parent)?;
                (topology::Place::First(parent), parent)
            }
            Place::Last(parent) => {
                let parent = self.resolve_parent(parent)?;
                (topology::Place::Last(parent), parent)
            }
            Place::Before(sibling) => {
                let (sibling, parent) = beside(sibling)?;
                (topology::Place::Before(sibling), parent)
            }
            Place::After(sibling) => {
                let (sibling, parent) = beside(sibling)?;
                (topology::Place::After(sibling), parent)
            }
        })
    }
}
