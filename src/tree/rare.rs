//! The facts that few nodes have: given names, destructors, cleanups, the head of the list of claims and the
//! alignment of aligned bytes.

use std::alloc::Layout;
use std::borrow::Cow;
use std::ops::{Index, IndexMut};

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::guard::{Cleanup, Destructor};
use super::holds::Hold;
use super::item::{Item, of_size};
use super::secret::Wiper;
use crate::invalid::{Invalid, breach};
use crate::steps::step;
use crate::values::KindInfo;

/// The rare facts of one node.
#[derive(Default)]
pub(crate) struct Rare {
    pub(super) name: Option<Cow<'static, str>>,
    pub(super) destructor: Option<Destructor>,
    /// What is rarer still. Boxed, so that many a node's entry is small: one with nothing but a destructor, say.
    rarer: Option<Box<Rarer>>,
    /// How many claims there are on this node, and the newest of them.
    pub(super) claims: u32,
    pub(super) newest_claim: u32,
    /// The destructor was set or removed while it ran, so a refusal does not put the old one back.
    pub(super) destructor_changed: bool,
    /// What the address of its block is a multiple of, for bytes that were asked to be aligned; else 0.
    pub(super) align: u8,
}

/// Facts that few of the nodes have which have some.
#[derive(Default)]
pub(crate) struct Rarer {
    /// Oldest first.
    pub(super) cleanups: SmallVec<[Cleanup; 2]>,
    /// The claims from outside the tree.
    pub(super) hold: Hold,
    /// How to overwrite its value, if that is secret.
    pub(super) secret: Option<Wiper>,
}

impl Rare {
    /// The rarer facts, made if need be.
    pub(super) fn rarer_mut(&mut self) -> &mut Rarer {
        self.rarer.get_or_insert_default()
    }

    /// Whether nothing is left that would come to light with the next node that has rare facts; for checks.
    fn are_none(&self) -> bool {
        let Self { name, destructor, rarer, claims, align, newest_claim: _, destructor_changed: _ } = self;
        name.is_none() && destructor.is_none() && rarer.is_none() && *claims == 0 && *align == 0
    }

    pub(super) fn has_cleanups(&self) -> bool {
        self.rarer.as_ref().is_some_and(|rarer| !rarer.cleanups.is_empty())
    }

    /// What is known of claims from outside the tree, if that is anything.
    #[inline]
    pub(super) fn hold(&self) -> Option<&Hold> {
        self.rarer.as_ref().map(|rarer| &rarer.hold).filter(|hold| hold.is_something())
    }

    /// How to overwrite its value, if that is secret.
    #[inline]
    pub(super) fn secret(&self) -> Option<Wiper> {
        self.rarer.as_ref()?.secret
    }
}

/// The rare facts of all nodes that have some. Entries are cleared in place, which costs less than moving them
/// out of a slab: many a node has nothing here but a destructor, which has been taken by then.
#[derive(Default)]
pub(crate) struct Rares {
    entries: Vec<Rare>,
    free: Vec<u32>,
}

impl Rares {
    /// The rare facts of a node, made if need be.
    #[inline]
    pub(super) fn of(&mut self, item: &mut Item) -> &mut Rare {
        step();
        let rare = item.rare().unwrap_or_else(|| {
            let rare = self.insert();
            item.set_rare(rare);
            rare
        });
        &mut self.entries[rare as usize]
    }

    #[inline(never)]
    pub(super) fn insert(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.entries.push(Rare::default());
            // There are no more entries than nodes, whose numbers have 32 bits.
            (self.entries.len() - 1) as u32
        })
    }

    /// Clears an entry. Its destructor and its cleanups, whose drop could panic, have been taken.
    #[inline]
    pub(super) fn remove(&mut self, index: u32) {
        step();
        let rare = &mut self.entries[index as usize];
        debug_assert!(rare.destructor.is_none() && !rare.has_cleanups(), "user code is dropped under guard");
        if rare.name.is_some() {
            rare.name = None;
        }
        if rare.rarer.is_some() {
            rare.rarer = None;
        }
        rare.claims = 0;
        rare.align = 0;
        self.free.push(index);
    }

    /// Moves a node's rare facts to another tree. Whoever held it holds nothing any more.
    pub(super) fn hand_over(&mut self, index: u32, to: &mut Self) -> u32 {
        step();
        let facts = &mut self.entries[index as usize];
        if let Some(rarer) = &mut facts.rarer {
            rarer.hold = Hold::default();
        }
        self.free.push(index);
        match to.free.pop() {
            Some(vacant) => {
                std::mem::swap(facts, &mut to.entries[vacant as usize]);
                vacant
            }
            None => {
                to.entries.push(std::mem::take(facts));
                (to.entries.len() - 1) as u32
            }
        }
    }

    pub(super) fn shrink(&mut self) {
        if self.free.len() == self.entries.len() {
            (self.entries, self.free) = (Vec::new(), Vec::new());
        }
    }

    /// The size and alignment of a node's block or value: those of its kind, unless it was asked to be more aligned.
    pub(super) fn layout(&self, item: &Item, info: &KindInfo) -> Layout {
        let align = item.rare().map_or(0, |rare| self[rare].align);
        of_size(item.size as usize, info.align.max(align.into()))
    }

    /// How many nodes have rare facts.
    pub(super) fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// 11: entries that are free are free once, and hold nothing.
    pub(super) fn check_free(&self) -> Result<(), Invalid> {
        let mut seen = FxHashSet::default();
        for &index in &self.free {
            let Some(rare) = self.entries.get(index as usize) else {
                return breach(11, index, "rare facts are free that are not there");
            };
            if !seen.insert(index) {
                return breach(11, index, "rare facts are free twice");
            }
            if !rare.are_none() {
                return breach(11, index, "rare facts are free and say something");
            }
        }
        Ok(())
    }

    pub(super) fn get(&self, index: u32) -> Option<&Rare> {
        self.entries.get(index as usize)
    }

    #[cfg(test)]
    pub(super) fn corrupt(&mut self, free: u32) {
        self.free.push(free);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Rare> {
        self.entries.iter()
    }
}

impl Index<u32> for Rares {
    type Output = Rare;

    #[inline]
    fn index(&self, index: u32) -> &Rare {
        step();
        &self.entries[index as usize]
    }
}

impl IndexMut<u32> for Rares {
    #[inline]
    fn index_mut(&mut self, index: u32) -> &mut Rare {
        step();
        &mut self.entries[index as usize]
    }
}
