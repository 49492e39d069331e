//! Making contexts and values.

use std::alloc::Layout;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use super::item::{Item, of_size};
use super::{Event, Tree};
use crate::error::{Error, Rejected};
use crate::id::NodeKey;
use crate::id::{Handle, NodeId};
use crate::memory::{HEAP, Request, ZoneId};
use crate::values::{CONTEXT, Kind};

/// What a new node is to be: whose child, of which kind and size, in which zone.
#[derive(Clone, Copy)]
pub(super) struct Prepared {
    pub(super) parent: NodeKey,
    pub(super) kind: Kind,
    pub(super) size: u32,
    pub(super) zone: ZoneId,
}

/// # Making contexts and values
impl Tree {
    /// Makes a context: a node that only groups others. O(1).
    ///
    /// It becomes its parent's first child, as everything that is made or moved in does.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let server = tree.context(tree.root(), "server")?;
    /// let request = tree.context(server, format!("request {}", 17))?;
    /// assert_eq!(tree.name(request)?, "request 17");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What the parent can be wrong in: [`Error::Stale`], [`Error::Foreign`], [`Error::Dying`]; [`Error::OverBudget`];
    /// [`Error::Full`].
    #[track_caller]
    #[doc(alias = "talloc_new")]
    #[doc(alias = "talloc_init")]
    #[doc(alias = "talloc_named")]
    #[doc(alias = "talloc_named_const")]
    pub fn context(
        &mut self,
        parent: impl Into<NodeId>,
        name: impl Into<Cow<'static, str>>,
    ) -> Result<Handle<()>, Error> {
        let prepared = self.prepare(parent.into(), 0, |_| Some(CONTEXT))?;
        Ok(self.insert(prepared, Some(name.into()), (), Location::caller())?)
    }

    /// Makes a node that holds a value, named by its type. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`] for the parent; [`Error::OutOfMemory`] if its allocator
    /// has no room for a value of this size; [`Error::OverBudget`]; [`Error::Full`]. The value comes back in the [`Rejected`].
    #[inline(always)]
    #[track_caller]
    #[doc(alias = "talloc")]
    #[doc(alias = "talloc_ptrtype")]
    pub fn alloc<T: Send + 'static>(&mut self, parent: impl Into<NodeId>, value: T) -> Result<Handle<T>, Rejected<T>> {
        match self.prepare(parent.into(), size_of_value::<T>(), |tree| tree.kinds.of_value::<T>()) {
            Ok(prepared) => self.insert(prepared, None, value, Location::caller()),
            Err(error) => Err(Rejected::new(value, error)),
        }
    }

    /// Makes a node that holds what `make` returns, told the node's own handle. O(1).
    ///
    /// If `make` panics, nothing has been made.
    ///
    /// ```
    /// use freehold::{Handle, Tree};
    ///
    /// struct Knot { me: Handle<Knot> }
    ///
    /// let mut tree = Tree::new();
    /// let knot = tree.alloc_with(tree.root(), |me| Knot { me })?;
    /// assert_eq!(tree[knot].me, knot);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`alloc`](Self::alloc); `make` comes back uncalled in the [`Rejected`].
    #[track_caller]
    pub fn alloc_with<T: Send + 'static, F: FnOnce(Handle<T>) -> T>(
        &mut self,
        parent: impl Into<NodeId>,
        make: F,
    ) -> Result<Handle<T>, Rejected<F>> {
        let origin = Location::caller();
        let prepared = self.prepare(parent.into(), size_of_value::<T>(), |tree| tree.kinds.of_value::<T>());
        let charged = prepared.and_then(|prepared| {
            let zone = self.charged::<T>(prepared.parent, prepared.zone, origin)?;
            Ok(Prepared { zone, ..prepared })
        });
        let Prepared { parent, kind, size, zone } = match charged {
            Ok(prepared) => prepared,
            Err(error) => return Err(Rejected::new(make, error)),
        };
        let rows = self.kinds.rows_mut::<T>(kind).expect("a sized kind has a column of its type");
        let slot = rows.next_slot();
        let tree = self.tag;
        let mut value = None;
        let topology = &mut self.topology;
        let inserted = catch_unwind(AssertUnwindSafe(|| {
            topology.insert_first_with(parent, |key| {
                value = Some(make(Handle::new(NodeId { tree, key }, slot)));
                Item::value(kind, slot, size, origin).within(zone)
            })
        }));
        let key = inserted.unwrap_or_else(|panic| {
            self.memory.uncharge(zone, of_size(size_of::<T>(), align_of::<T>()));
            resume_unwind(panic)
        });
        rows.insert(key, value.expect("an inserted node has been made"));
        self.count(key, parent, size);
        self.created(key, parent);
        Ok(Handle::new(self.id(key), slot))
    }

    /// Makes a node that holds `T::default()`. O(1). If `default` panics, nothing has been made.
    ///
    /// # Errors
    ///
    /// As [`alloc`](Self::alloc).
    #[track_caller]
    #[doc(alias = "talloc_zero")]
    pub fn alloc_default<T: Default + Send + 'static>(
        &mut self,
        parent: impl Into<NodeId>,
    ) -> Result<Handle<T>, Error> {
        Ok(self.alloc_with(parent, |_| T::default())?)
    }

    /// Makes a node of a sized type.
    #[inline(always)]
    pub(super) fn insert<T: Send + 'static>(
        &mut self,
        prepared: Prepared,
        name: Option<Cow<'static, str>>,
        value: T,
        origin: &'static Location<'static>,
    ) -> Result<Handle<T>, Rejected<T>> {
        let handle = self.insert_untold(prepared, name, value, origin)?;
        self.created(handle.id().key, prepared.parent);
        Ok(handle)
    }

    /// The same without a word to the observer, which is for the caller to say.
    #[inline(always)]
    pub(super) fn insert_untold<T: Send + 'static>(
        &mut self,
        prepared: Prepared,
        name: Option<Cow<'static, str>>,
        value: T,
        origin: &'static Location<'static>,
    ) -> Result<Handle<T>, Rejected<T>> {
        let Prepared { parent, kind, zone, .. } = prepared;
        let size = size_of_value::<T>();
        let zone = match self.charged::<T>(parent, zone, origin) {
            Ok(zone) => zone,
            Err(error) => return Err(Rejected::new(value, error)),
        };
        let rows = self.kinds.rows_mut::<T>(kind).expect("a sized kind has a column of its type");
        let item = Item::value(kind, rows.next_slot(), size, origin).within(zone);
        let key = self.topology.insert_first_with(parent, |_| item);
        rows.insert(key, value);
        self.count(key, parent, size);
        if name.is_some() {
            self.rare_mut(key).name = name;
        }
        Ok(Handle::new(self.id(key), item.slot))
    }

    /// What every creation does first: drops of strong claims take effect, then it looks for a parent that can have
    /// children, and room for the node and its kind. Budgets have agreed then: nothing may come between this and the node
    /// that could change them.
    #[inline(always)]
    pub(super) fn prepare(
        &mut self,
        parent: NodeId,
        size: u32,
        kind: impl FnOnce(&mut Self) -> Option<Kind>,
    ) -> Result<Prepared, Error> {
        self.settle_waiting();
        if self.budgets.labelling() && !self.budgets.has_room(parent.key, size) {
            self.afford_child(parent, size)?;
        }
        let zone = self.resolve_parent_item(parent)?.zone;
        if !self.topology.has_room() {
            return Err(Error::Full { what: "nodes" });
        }
        let kind = kind(self).ok_or(Error::Full { what: "kinds of value" })?;
        Ok(Prepared { parent: parent.key, kind, size, zone })
    }

    /// Counts a new node in its parent's budget, which has agreed to it.
    #[inline(always)]
    pub(super) fn count(&mut self, key: NodeKey, parent: NodeKey, size: u32) {
        if self.budgets.labelling() {
            self.budgets.enter(key, parent, self.budgets.node(size));
        }
    }

    /// Charges a value to its zone, and says to which in the end.
    #[inline(always)]
    fn charged<T>(
        &mut self,
        parent: NodeKey,
        zone: ZoneId,
        origin: &'static Location<'static>,
    ) -> Result<ZoneId, Error> {
        if zone == HEAP {
            return Ok(HEAP);
        }
        let zone = self.charge(parent, zone, of_size(size_of::<T>(), align_of::<T>()), origin)?;
        Ok(zone)
    }

    #[inline(never)]
    fn charge(
        &mut self,
        parent: NodeKey,
        zone: ZoneId,
        layout: Layout,
        origin: &'static Location<'static>,
    ) -> Result<ZoneId, Error> {
        let charged = self.memory.charge(zone, &Request::of(layout, origin));
        charged.map_err(|error| self.out_of_memory(parent, error))
    }

    #[inline]
    pub(super) fn created(&mut self, key: NodeKey, parent: NodeKey) {
        if self.hooks.observing() {
            let (node, parent) = (self.id(key), self.id(parent));
            self.emit(Event::Created { node, parent });
        }
    }
}

pub(super) const fn size_of_value<T>() -> u32 {
    const { assert!(size_of::<T>() <= Tree::MAX_BYTES, "one value has at most Tree::MAX_BYTES") };
    size_of::<T>() as u32
}
