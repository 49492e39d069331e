//! A column: all values of one type.

use std::any::Any;
use std::ops::Range;

use slab::Slab;

use crate::id::NodeKey;
use crate::steps::step;

/// A value and the node it belongs to. The owner's generation guards the row: a row is only ever handed out to
/// a handle of exactly that owner, so the column needs no generations of its own.
#[derive(Debug)]
pub(crate) struct Row<T> {
    pub(crate) owner: NodeKey,
    pub(crate) value: T,
}

/// A node on its way from one tree to another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carried {
    pub(crate) old: NodeKey,
    pub(crate) new: NodeKey,
    /// Where its value lies: in the old tree's column until that is moved, then in the new one's.
    pub(crate) slot: u32,
}

/// All values of one type.
#[derive(Debug)]
pub(crate) struct Rows<T> {
    rows: Slab<Row<T>>,
}

impl<T> Rows<T> {
    pub(crate) fn new() -> Self {
        Self { rows: Slab::new() }
    }

    /// Where the next value will go.
    #[inline]
    pub(crate) fn next_slot(&self) -> u32 {
        // Slots never outnumber nodes, and those are counted in 32 bits.
        self.rows.vacant_key() as u32
    }

    #[inline]
    pub(crate) fn insert(&mut self, owner: NodeKey, value: T) -> u32 {
        step();
        self.rows.insert(Row { owner, value }) as u32
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32, owner: NodeKey) -> Option<&T> {
        step();
        self.rows.get(slot as usize).filter(|row| row.owner.bits() == owner.bits()).map(|row| &row.value)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32, owner: NodeKey) -> Option<&mut T> {
        step();
        self.rows.get_mut(slot as usize).filter(|row| row.owner.bits() == owner.bits()).map(|row| &mut row.value)
    }

    /// Several rows at once; `None` when a slot comes up twice. The caller has checked each owner.
    pub(crate) fn get_disjoint_mut<const N: usize>(&mut self, slots: [u32; N]) -> Option<[&mut T; N]> {
        let rows = self.rows.get_disjoint_mut(slots.map(|slot| slot as usize)).ok()?;
        Some(rows.map(|row| &mut row.value))
    }

    #[inline]
    pub(crate) fn remove(&mut self, slot: u32) -> Option<T> {
        step();
        self.rows.try_remove(slot as usize).map(|row| row.value)
    }

    pub(crate) fn iter(&self) -> slab::Iter<'_, Row<T>> {
        self.rows.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> slab::IterMut<'_, Row<T>> {
        self.rows.iter_mut()
    }
}

/// What a tree needs of a column whose type it does not know.
pub(crate) trait Column: Any + Send {
    /// Drops the value in a row, which is free before the value's `Drop` runs.
    fn discard(&mut self, slot: u32);
    fn owner(&self, slot: u32) -> Option<NodeKey>;
    fn len(&self) -> usize;
    /// Gives back room after the last row.
    fn shrink(&mut self);
    /// An empty column of the same type.
    fn fresh(&self) -> Box<dyn Column>;
    /// Moves the values of nodes, those in `runs`, to a column of the same type.
    fn hand_over(&mut self, to: &mut dyn Column, nodes: &mut [Carried], runs: &[Range<u32>]);
}

impl<T: Send + 'static> Column for Rows<T> {
    fn discard(&mut self, slot: u32) {
        drop(self.remove(slot));
    }

    fn owner(&self, slot: u32) -> Option<NodeKey> {
        step();
        self.rows.get(slot as usize).map(|row| row.owner)
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn shrink(&mut self) {
        self.rows.shrink_to_fit();
    }

    fn fresh(&self) -> Box<dyn Column> {
        Box::new(Self::new())
    }

    fn hand_over(&mut self, to: &mut dyn Column, nodes: &mut [Carried], runs: &[Range<u32>]) {
        let to: &mut dyn Any = to;
        let to: &mut Self = to.downcast_mut().expect("a kind's columns are of one type");
        for run in runs {
            for node in &mut nodes[run.start as usize..run.end as usize] {
                step();
                // As a whole: parts of what was just stored are slow to load.
                let row = self.rows.remove(node.slot as usize);
                let entry = to.rows.vacant_entry();
                node.slot = entry.key() as u32;
                entry.insert(row).owner = node.new;
            }
        }
    }
}
