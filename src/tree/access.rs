//! Reading, writing and exchanging values.

use std::any::Any;
use std::ops::{Index, IndexMut};

use super::owner::missing;
use super::value::Parts;
use super::{Tree, Value};
use crate::error::{Error, Rejected};
use crate::id::{Handle, NodeId};

/// # Reading, writing and exchanging values
impl Tree {
    /// The value of a node. O(1): one look-up in the column of its type.
    ///
    /// `tree[handle]` is the short form for handles known to be good. A dying node, whose end is being carried
    /// out, can still be read: destructors of its children may need it.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[inline]
    pub fn get<T: Value + ?Sized>(&self, handle: Handle<T>) -> Result<&T, Error> {
        if handle.id().tree == self.tag
            && let Some(value) = T::get(self, handle)
        {
            return Ok(value);
        }
        Err(missing(self.tag, &self.topology, handle.id()))
    }

    /// The value of a node, to change. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[inline]
    pub fn get_mut<T: Value + ?Sized>(&mut self, handle: Handle<T>) -> Result<&mut T, Error> {
        let Self { tag, topology, kinds, memory, .. } = self;
        if handle.id().tree == *tag
            && let Some(value) = T::get_mut(Parts { kinds, memory, topology }, handle)
        {
            return Ok(value);
        }
        Err(missing(*tag, topology, handle.id()))
    }

    /// Puts a new value in a node and gives the old one back. O(1). Nothing else about the node changes.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`], with the new value in the [`Rejected`].
    pub fn replace<T: Send + 'static>(&mut self, handle: Handle<T>, value: T) -> Result<T, Rejected<T>> {
        match self.get_mut(handle) {
            Ok(place) => Ok(std::mem::replace(place, value)),
            Err(error) => Err(Rejected::new(value, error)),
        }
    }

    /// Several values of one type at once, each to change. O(n²) in the few handles.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let a = tree.alloc(tree.root(), 1)?;
    /// let b = tree.alloc(tree.root(), 2)?;
    /// let [x, y] = tree.get_disjoint_mut([a, b])?;
    /// std::mem::swap(x, y);
    /// assert_eq!((tree[a], tree[b]), (2, 1));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Aliased`] if a node comes up twice; [`Error::Stale`] or [`Error::Foreign`].
    pub fn get_disjoint_mut<T: Send + 'static, const N: usize>(
        &mut self,
        handles: [Handle<T>; N],
    ) -> Result<[&mut T; N], Error> {
        for (i, handle) in handles.iter().enumerate() {
            self.get(*handle)?;
            if handles[..i].contains(handle) {
                return Err(Error::Aliased { node: handle.id() });
            }
        }
        let kind = self.kinds.find::<T>();
        let rows = kind.and_then(|kind| self.kinds.rows_mut::<T>(kind));
        match rows.and_then(|rows| rows.get_disjoint_mut(handles.map(Handle::slot))) {
            Some(values) => Ok(values),
            // Every handle was good, so there is a column unless there are no handles.
            None => Ok(std::array::from_fn(|_| unreachable!("a checked handle has a row"))),
        }
    }

    /// Two values at once, of two types: a parent and its child, say. O(1).
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let list = tree.alloc(tree.root(), Vec::new())?;
    /// let name = tree.alloc(list, String::from("first"))?;
    /// let (list, name) = tree.get_pair_mut(list, name)?;
    /// list.push(std::mem::take(name));
    /// assert_eq!(list, &["first"]);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Aliased`] if both are the same node; [`Error::Stale`] or [`Error::Foreign`].
    pub fn get_pair_mut<A: Send + 'static, B: Send + 'static>(
        &mut self,
        a: Handle<A>,
        b: Handle<B>,
    ) -> Result<(&mut A, &mut B), Error> {
        self.get(a)?;
        self.get(b)?;
        let (first, second) = (self.item(a.id().key).kind, self.item(b.id().key).kind);
        if first == second {
            let b = Handle::new(b.id(), b.slot());
            let [a, b] = self.get_disjoint_mut([a, b])?;
            let b: &mut dyn Any = b;
            return Ok((a, b.downcast_mut().expect("nodes of one kind hold one type")));
        }
        let (left, right) = self.kinds.rows_pair_mut::<A, B>(first, second).expect("distinct kinds have columns apart");
        let pair = (left.get_mut(a.slot(), a.id().key), right.get_mut(b.slot(), b.id().key));
        match pair {
            (Some(a), Some(b)) => Ok((a, b)),
            _ => unreachable!("both handles were just looked up"),
        }
    }
}

impl<T: Value + ?Sized> Index<Handle<T>> for Tree {
    type Output = T;

    /// # Panics
    ///
    /// If the handle is stale or foreign; [`Tree::get`] gives an error instead.
    #[inline]
    #[track_caller]
    fn index(&self, handle: Handle<T>) -> &T {
        match self.get(handle) {
            Ok(value) => value,
            Err(error) => bad_handle(handle.id(), &error),
        }
    }
}

impl<T: Value + ?Sized> IndexMut<Handle<T>> for Tree {
    /// # Panics
    ///
    /// If the handle is stale or foreign; [`Tree::get_mut`] gives an error instead.
    #[inline]
    #[track_caller]
    fn index_mut(&mut self, handle: Handle<T>) -> &mut T {
        match self.get_mut(handle) {
            Ok(value) => value,
            Err(error) => bad_handle(handle.id(), &error),
        }
    }
}

#[cold]
#[track_caller]
fn bad_handle(node: NodeId, error: &Error) -> ! {
    panic!("tree[{node}]: {error}")
}
