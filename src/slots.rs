//! Numbered places with generations: what makes a key stale once its place has another tenant.

use std::num::NonZeroU32;
use std::ops::Range;

use crate::id::NodeKey;
use crate::invalid::{Invalid, breach};
use crate::steps::step;

/// A place. Its generation is odd while it has a tenant and even while it has none; 0 is for good.
#[derive(Clone, Copy, Debug)]
struct Slot<T> {
    generation: u32,
    value: T,
}

/// While the places have so many bytes, they are made four times as many when they run out. Fewer are reserved where
/// they would have to be memory; with more, the system moves pages instead of copying.
const MANY_BYTES: Range<usize> = 64 << 10..32 << 20;

/// Values in numbered places.
#[derive(Debug)]
pub(crate) struct Slots<T> {
    slots: Vec<Slot<T>>,
    /// Places without a tenant, the last one left first.
    free: Vec<u32>,
    /// Places whose generations have run out. They are never used again, so no key ever matches a second time.
    retired: usize,
}

impl<T: Copy> Slots<T> {
    /// The most values there can be: the last number means "none" in links.
    pub(crate) const LIMIT: usize = u32::MAX as usize;

    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { slots: Vec::with_capacity(capacity.min(Self::LIMIT)), free: Vec::new(), retired: 0 }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len() - self.retired
    }

    /// Whether there is a number for one more.
    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.slots.len() < Self::LIMIT || !self.free.is_empty()
    }

    pub(crate) fn reserve(&mut self, additional: usize) {
        let fresh = additional.saturating_sub(self.free.len());
        self.slots.reserve(fresh.min(Self::LIMIT - self.slots.len()));
    }

    /// Puts in what `make` returns, told its key. Nothing has changed if `make` panics.
    ///
    /// # Panics
    ///
    /// If there is no room.
    #[inline(always)]
    pub(crate) fn insert_with(&mut self, make: impl FnOnce(NodeKey) -> T) -> NodeKey {
        step();
        match self.free.last() {
            Some(&index) => {
                let slot = &mut self.slots[index as usize];
                let generation = slot.generation + 1;
                let key = NodeKey::new(index, NonZeroU32::new(generation).expect("a tenant's generation is odd"));
                *slot = Slot { generation, value: make(key) };
                self.free.pop();
                key
            }
            None => {
                assert!(self.slots.len() < Self::LIMIT, "the places have run out");
                if self.slots.len() == self.slots.capacity() {
                    self.grow();
                }
                let key = NodeKey::new(self.slots.len() as u32, NonZeroU32::MIN);
                let value = make(key);
                self.slots.push(Slot { generation: 1, value });
                key
            }
        }
    }

    /// Puts in a copy of what is at `index` elsewhere, and gives its key and itself, to change. A place is copied as a whole
    /// and straight to where it goes: on a detour it would be stored and loaded in different parts, which is slow.
    ///
    /// # Panics
    ///
    /// If there is no room.
    #[inline(always)]
    pub(crate) fn insert_copy(&mut self, from: &Self, index: u32) -> (NodeKey, &mut T) {
        step();
        let original = &from.slots[index as usize];
        let (index, generation, slot) = match self.free.pop() {
            Some(index) => {
                let slot = &mut self.slots[index as usize];
                let generation = slot.generation + 1;
                *slot = *original;
                (index, generation, slot)
            }
            None => {
                assert!(self.slots.len() < Self::LIMIT, "the places have run out");
                if self.slots.len() == self.slots.capacity() {
                    self.grow();
                }
                let index = self.slots.len();
                self.slots.extend_from_slice(std::slice::from_ref(original));
                (index as u32, 1, &mut self.slots[index])
            }
        };
        slot.generation = generation;
        let generation = NonZeroU32::new(generation).expect("a tenant's generation is odd");
        (NodeKey::new(index, generation), &mut slot.value)
    }

    /// Makes room for more than the next one. Where copying leaves much memory behind, and room that is not used yet
    /// costs none because it is never touched, more of it is made at once.
    #[cold]
    fn grow(&mut self) {
        let bytes = self.slots.len() * size_of::<Slot<T>>();
        let factor = if MANY_BYTES.contains(&bytes) { 4 } else { 2 };
        self.slots.reserve_exact((self.slots.len() * (factor - 1)).max(8).min(Self::LIMIT - self.slots.len()));
    }

    /// Takes out the tenant of a place that has one.
    #[inline]
    pub(crate) fn remove(&mut self, index: u32) -> T {
        *self.vacate(index)
    }

    /// Ends the tenancy of a place that has a tenant, if it meets a condition, and shows what is left of it.
    #[inline]
    pub(crate) fn remove_if(&mut self, index: u32, condition: impl FnOnce(&T) -> bool) -> Option<&T> {
        if condition(self.at(index)) { Some(self.vacate(index)) } else { None }
    }

    /// Ends a tenancy. The value stays as it is until the next tenant comes.
    #[inline]
    pub(crate) fn vacate(&mut self, index: u32) -> &mut T {
        step();
        let slot = &mut self.slots[index as usize];
        debug_assert!(slot.generation % 2 == 1, "a place is left once");
        slot.generation = slot.generation.wrapping_add(1);
        if slot.generation == 0 {
            self.retired += 1;
        } else {
            self.free.push(index);
        }
        &mut slot.value
    }

    #[inline]
    pub(crate) fn contains(&self, key: NodeKey) -> bool {
        step();
        self.slots.get(key.index() as usize).is_some_and(|slot| slot.generation == key.generation())
    }

    #[inline]
    pub(crate) fn get(&self, key: NodeKey) -> Option<&T> {
        step();
        let slot = self.slots.get(key.index() as usize)?;
        (slot.generation == key.generation()).then_some(&slot.value)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: NodeKey) -> Option<&mut T> {
        step();
        let slot = self.slots.get_mut(key.index() as usize)?;
        (slot.generation == key.generation()).then_some(&mut slot.value)
    }

    /// What is left of the tenant that a key is of, if it was the last one in its place.
    pub(crate) fn departed(&self, key: NodeKey) -> Option<&T> {
        let slot = self.slots.get(key.index() as usize)?;
        (slot.generation == key.generation().wrapping_add(1)).then_some(&slot.value)
    }

    /// For how many more there are numbers.
    pub(crate) fn room(&self) -> usize {
        Self::LIMIT - self.slots.len() + self.free.len()
    }

    /// The tenant of a place that links lead to, and its key.
    #[inline]
    pub(crate) fn entry(&self, index: u32) -> (NodeKey, &T) {
        step();
        let Slot { generation, value } = &self.slots[index as usize];
        (NodeKey::new(index, NonZeroU32::new(*generation).expect("a tenant's generation is odd")), value)
    }

    /// The tenant of a place that links lead to.
    #[inline]
    pub(crate) fn at(&self, index: u32) -> &T {
        step();
        &self.slots[index as usize].value
    }

    #[inline]
    pub(crate) fn at_mut(&mut self, index: u32) -> &mut T {
        step();
        &mut self.slots[index as usize].value
    }

    /// Has the next tenant of a free place be its last, as if all before had come and gone.
    #[cfg(test)]
    pub(crate) fn wear_out(&mut self, index: u32) {
        assert!(self.slots[index as usize].generation.is_multiple_of(2), "the place is free");
        self.slots[index as usize].generation = u32::MAX - 1;
    }

    #[inline]
    pub(crate) fn places(&mut self) -> Places<'_, T> {
        Places(&mut self.slots)
    }

    /// The key of a place that links lead to; `None` past the last place, where links end.
    #[inline]
    pub(crate) fn key(&self, index: u32) -> Option<NodeKey> {
        step();
        let slot = self.slots.get(index as usize)?;
        Some(NodeKey::new(index, NonZeroU32::new(slot.generation)?))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (NodeKey, &T)> {
        let places = self.slots.iter().enumerate().inspect(|_| step());
        let occupied = places.filter(|(_, slot)| slot.generation % 2 == 1);
        occupied.filter_map(|(index, slot)| {
            Some((NodeKey::new(index as u32, NonZeroU32::new(slot.generation)?), &slot.value))
        })
    }

    /// The key of the tenant of a place, if there is such a place and it has one; for checks.
    pub(crate) fn tenant(&self, index: u32) -> Option<NodeKey> {
        self.key(index).filter(|key| key.generation() % 2 == 1)
    }

    /// 10: every place has a tenant, is free, once, or is retired; its generation says which. O(places).
    pub(crate) fn check_places(&self) -> Result<(), Invalid> {
        let mut free = vec![false; self.slots.len()];
        for &index in &self.free {
            let Some(slot) = self.slots.get(index as usize) else {
                return breach(10, index, "a place is free that is not there");
            };
            if slot.generation == 0 || slot.generation % 2 == 1 {
                return breach(10, index, "a place is free that is retired or has a tenant");
            }
            if std::mem::replace(&mut free[index as usize], true) {
                return breach(10, index, "a place is free twice");
            }
        }
        let mut retired = 0;
        for (index, slot) in self.slots.iter().enumerate() {
            retired += usize::from(slot.generation == 0);
            if slot.generation % 2 == 0 && slot.generation > 0 && !free[index] {
                return breach(10, index, "a place has no tenant, and is not free");
            }
        }
        if retired != self.retired {
            return breach(10, retired, "another number of places is retired than is counted");
        }
        Ok(())
    }

    #[cfg(test)]
    pub(crate) const PLACE: usize = size_of::<Slot<T>>();

    #[cfg(test)]
    pub(crate) fn corrupt(&mut self, change: impl FnOnce(&mut Vec<u32>, &mut usize)) {
        change(&mut self.free, &mut self.retired);
    }
}

/// All places, to go from one to the next and change their tenants. Their number is fixed meanwhile, which spares
/// looking it up at each step.
pub(crate) struct Places<'s, T>(&'s mut [Slot<T>]);

impl<T> Places<'_, T> {
    #[inline]
    pub(crate) fn at_mut(&mut self, index: u32) -> &mut T {
        step();
        &mut self.0[index as usize].value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_matches_its_tenant_only() {
        let mut slots = Slots::with_capacity(0);
        let a = slots.insert_with(|_| 'a');
        let b = slots.insert_with(|_| 'b');
        assert_eq!(slots.remove(a.index()), 'a');
        let c = slots.insert_with(|_| 'c');
        assert_eq!((a.index(), a.generation() + 2), (c.index(), c.generation()));
        assert_eq!((slots.get(a), slots.get(b), slots.get(c)), (None, Some(&'b'), Some(&'c')));
        assert_eq!((slots.len(), slots.iter().count()), (2, 2));
    }

    #[test]
    fn a_place_whose_generations_have_run_out_is_retired() {
        let mut slots = Slots::with_capacity(0);
        let first = slots.insert_with(|_| ());
        slots.remove(0);
        slots.wear_out(0);
        let last = slots.insert_with(|_| ());
        assert!((last.index(), last.generation()) == (0, u32::MAX) && !slots.contains(first));
        assert!(slots.contains(last));
        slots.remove(0);
        assert!(!slots.contains(last) && slots.key(0).is_none() && slots.len() == 0);
        assert_eq!(slots.insert_with(|_| ()).index(), 1);
    }

    #[test]
    fn many_places_grow_fourfold() {
        let mut slots = Slots::with_capacity(0);
        let mut capacities = Vec::new();
        for _ in 0..20_000 {
            slots.insert_with(|_| [0_u8; 44]);
            capacities.push(slots.slots.capacity());
        }
        capacities.dedup();
        assert_eq!(capacities, [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 8192, 32_768]);
    }

    #[test]
    fn a_panic_while_making_changes_nothing() {
        let mut slots = Slots::with_capacity(0);
        let key = slots.insert_with(|_| 1);
        slots.remove(key.index());
        for _ in 0..2 {
            let outcome =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| slots.insert_with(|_| panic!("no"))));
            assert!(outcome.is_err() && slots.len() == 0);
        }
        assert_eq!(slots.insert_with(|_| 2).index(), 0);
    }
}
