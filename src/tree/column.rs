//! All values of one type, as a run.

use std::ops::Index;

use super::Tree;
use crate::id::TreeTag;
use crate::id::{Handle, NodeId};
use crate::values::Rows;

/// # All values of one type
impl Tree {
    /// The column of a type: for many look-ups, it finds the type once. O(1).
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let squares: Vec<_> = (0..10u64).map(|n| tree.alloc(tree.root(), n * n)).collect::<Result<_, _>>()?;
    /// let column = tree.column::<u64>();
    /// assert_eq!(squares.iter().map(|&square| column[square]).sum::<u64>(), 285);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    #[must_use]
    pub fn column<T: Send + 'static>(&self) -> Column<'_, T> {
        let kind = self.kinds.find::<T>();
        Column { rows: kind.and_then(|kind| self.kinds.rows(kind)), tree: self.tag }
    }

    /// All values of a type with their handles, as they lie in memory: the fastest way to see them all, in no
    /// order that means anything. O(1) a value, and a look at each row that is free since its value went.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// tree.alloc(tree.root(), 1.5)?;
    /// tree.alloc(tree.root(), 2.5)?;
    /// assert_eq!(tree.iter::<f64>().map(|(_, value)| value).sum::<f64>(), 4.0);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    #[must_use]
    pub fn iter<T: Send + 'static>(&self) -> Iter<'_, T> {
        self.column().iter()
    }

    /// As [`iter`](Self::iter), with the values to change. Costs what that does.
    pub fn iter_mut<T: Send + 'static>(&mut self) -> IterMut<'_, T> {
        let tree = self.tag;
        let kind = self.kinds.find::<T>();
        let rows = kind.and_then(|kind| self.kinds.rows_mut::<T>(kind));
        IterMut { rows: rows.map(Rows::iter_mut), tree }
    }
}

/// The values of one type, to look up fast: made by [`Tree::column`].
#[derive(Debug)]
pub struct Column<'t, T> {
    rows: Option<&'t Rows<T>>,
    tree: TreeTag,
}

impl<T> Clone for Column<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Column<'_, T> {}

impl<'t, T> Column<'t, T> {
    /// The value of a node, or `None` where [`Tree::get`] gives an error, which says why. O(1).
    #[inline]
    #[must_use]
    pub fn get(&self, handle: Handle<T>) -> Option<&'t T> {
        if handle.id().tree != self.tree {
            return None;
        }
        self.rows?.get(handle.slot(), handle.id().key)
    }

    /// All values with their handles.
    #[must_use]
    pub fn iter(&self) -> Iter<'t, T> {
        Iter { rows: self.rows.map(Rows::iter), tree: self.tree }
    }
}

impl<'t, T> IntoIterator for Column<'t, T> {
    type Item = (Handle<T>, &'t T);
    type IntoIter = Iter<'t, T>;

    fn into_iter(self) -> Iter<'t, T> {
        self.iter()
    }
}

impl<T> Index<Handle<T>> for Column<'_, T> {
    type Output = T;

    /// # Panics
    ///
    /// If the handle is stale or foreign.
    #[inline]
    fn index(&self, handle: Handle<T>) -> &T {
        match self.get(handle) {
            Some(value) => value,
            None => panic!("column[{handle}]: the handle is stale, or of another tree"),
        }
    }
}

/// The values of one type, from [`Tree::iter`].
#[derive(Debug)]
pub struct Iter<'t, T> {
    rows: Option<slab::Iter<'t, crate::values::Row<T>>>,
    tree: TreeTag,
}

impl<'t, T> Iterator for Iter<'t, T> {
    type Item = (Handle<T>, &'t T);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (slot, row) = self.rows.as_mut()?.next()?;
        Some((Handle::new(NodeId { tree: self.tree, key: row.owner }, slot as u32), &row.value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.as_ref().map_or((0, Some(0)), Iterator::size_hint)
    }
}

/// The values of one type to change, from [`Tree::iter_mut`].
#[derive(Debug)]
pub struct IterMut<'t, T> {
    rows: Option<slab::IterMut<'t, crate::values::Row<T>>>,
    tree: TreeTag,
}

impl<'t, T> Iterator for IterMut<'t, T> {
    type Item = (Handle<T>, &'t mut T);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (slot, row) = self.rows.as_mut()?.next()?;
        Some((Handle::new(NodeId { tree: self.tree, key: row.owner }, slot as u32), &mut row.value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.as_ref().map_or((0, Some(0)), Iterator::size_hint)
    }
}
