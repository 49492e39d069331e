//! Checking that a tree is what it should be. The numbers are those of `docs/invariants.md`.

use std::fmt;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Tree;
use super::item::{Item, flag};
use crate::id::NodeKey;
use crate::memory::{HEAP, ZoneId};
use crate::topology::Step;
use crate::values::{Kind, TEXT};

/// A breach of an invariant: a fault in this crate, please report it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invariant {number} is broken at {at}: {what}")]
#[non_exhaustive]
pub struct Invalid {
    /// Which invariant of `docs/invariants.md`.
    pub number: u8,
    /// The entry where it shows.
    pub at: String,
    /// What is wrong there.
    pub what: String,
}

fn breach<T>(number: u8, at: impl fmt::Debug, what: impl Into<String>) -> Result<T, Invalid> {
    Err(Invalid { number, at: format!("{at:?}"), what: what.into() })
}

/// # Checking
impl Tree {
    /// Checks every invariant of `docs/invariants.md`. O(nodes). Also good to call from a destructor.
    ///
    /// # Errors
    ///
    /// [`Invalid`] says which is broken where. That would be a fault in this crate: no use of it is
    /// meant to lead there.
    pub fn validate(&self) -> Result<(), Invalid> {
        self.check_links()?;
        let mut rare_seen = FxHashSet::default();
        let mut rows = vec![0; self.kinds.all().count()];
        let mut blocks = FxHashSet::default();
        for (key, item) in self.topology.entries() {
            if item.is_reference() {
                self.check_entry(key, item)?;
                continue;
            }
            self.check_value(key, item, &mut rows)?;
            if self.kinds.column(item.kind).is_none()
                && item.size > 0
                && !blocks.insert((item.zone, item.class, item.slot))
            {
                return breach(4, key, "two arrays share a block");
            }
            self.check_rare(key, item)?;
            self.check_hold(key, item)?;
            if let Some(rare) = item.rare()
                && !rare_seen.insert(rare)
            {
                return breach(5, key, "two nodes share their rare facts");
            }
        }
        self.check_zones()?;
        self.check_budgets().or_else(|(at, what)| breach(9, at, what))?;
        for kind in self.kinds.all() {
            if self.kinds.column(kind).is_some_and(|column| column.len() != rows[usize::from(kind)]) {
                return breach(3, self.root(), format!("kind {kind} has rows that belong to no node"));
            }
        }
        if rare_seen.len() != self.rare.len() {
            return breach(5, self.root(), "there are rare facts that belong to no node");
        }
        Ok(())
    }

    /// 7: every zone is used by as many nodes and zones as it knows of.
    fn check_zones(&self) -> Result<(), Invalid> {
        let mut users: FxHashMap<ZoneId, usize> = FxHashMap::default();
        let nodes = self.topology.entries().filter(|(_, item)| !item.is_reference());
        let zones = self.memory.all().filter_map(|(_, fallback)| fallback);
        for zone in nodes.map(|(_, item)| item.zone).chain(zones).filter(|&zone| zone != HEAP) {
            *users.entry(zone).or_default() += 1;
        }
        for (zone, _) in self.memory.all() {
            let known = self.memory.users(zone);
            let found = users.remove(&zone).unwrap_or(0);
            if known != found {
                return breach(7, self.root(), format!("allocator {zone} has {found} users and knows of {known}"));
            }
        }
        match users.into_keys().next() {
            Some(zone) => breach(7, self.root(), format!("allocator {zone} is used and is not there")),
            None => Ok(()),
        }
    }

    /// 1 and 2: every entry hangs from the root once, and links agree in both directions.
    fn check_links(&self) -> Result<(), Invalid> {
        let topology = &self.topology;
        let mut seen = 0;
        for step in topology.steps(topology.root()) {
            let Step::Enter(key) = step else { continue };
            seen += 1;
            if seen > topology.len() {
                return breach(1, key, "the walk does not end");
            }
            let Some(first) = topology.first_child(key) else { continue };
            if !topology.contains(first) || topology.parent(first) != Some(key) {
                return breach(2, key, "the first child has another parent");
            }
            let mut at = first;
            let mut length = 0;
            while let Some(next) = topology.next_sibling(at) {
                length += 1;
                if !topology.contains(next) || topology.parent(next) != Some(key) || topology.raw_prev(next) != Some(at)
                {
                    return breach(2, at, "a sibling does not point back");
                }
                if length > topology.len() {
                    return breach(2, key, "the list of children does not end");
                }
                at = next;
            }
            if topology.raw_prev(first) != Some(at) {
                return breach(2, first, "the first child does not know the last");
            }
        }
        if seen != topology.len() {
            return breach(1, self.root(), format!("{} entries can't be reached", topology.len() - seen));
        }
        Ok(())
    }

    /// 3 and 4: a node's value is where its record says, and says so itself.
    fn check_value(&self, key: NodeKey, item: &Item, rows: &mut [usize]) -> Result<(), Invalid> {
        let kind: Kind = item.kind;
        let Some(column) = self.kinds.column(kind) else {
            if !self.memory.has_block(item.zone, item.block(), item.size as usize) {
                return breach(4, key, "an array is longer than its block");
            }
            let align = self.rare(key).map_or(0, |rare| rare.align);
            let bytes = self.memory.read(item.zone, item.block(), item.size as usize);
            if align > 0 && !bytes.is_empty() && bytes.as_ptr().align_offset(align.into()) != 0 {
                return breach(4, key, "an array is not aligned as was asked");
            }
            return Ok(());
        };
        if column.owner(item.slot) != Some(key) {
            return breach(3, key, "its row belongs to somebody else");
        }
        if kind == TEXT && self.kinds.texts().get(item.slot, key).is_some_and(|text| text.len() != item.size as usize) {
            return breach(4, key, "a text has another length than its size");
        }
        rows[usize::from(kind)] += 1;
        Ok(())
    }

    /// 5 and 6: flags say what the rare facts are, and claims form one list.
    fn check_rare(&self, key: NodeKey, item: &Item) -> Result<(), Invalid> {
        let rare = item.rare().map(|rare| &self.rare[rare]);
        let has = |present: bool, flags: u8| item.is(flags) == present;
        if !has(rare.is_some_and(|rare| rare.destructor.is_some()), flag::GUARDED)
            || !has(rare.is_some_and(|rare| rare.has_cleanups()), flag::CLEANUPS)
            || !has(rare.is_some_and(|rare| rare.claims > 0), flag::SHARED)
            || !has(self.has_budget(key) || rare.is_some_and(|rare| rare.secret().is_some()), flag::MARKED)
        {
            return breach(5, key, "its flags and its rare facts disagree");
        }
        let claims = rare.map_or(0, |rare| rare.claims as usize);
        if self.claims_on(key).take(claims + 1).count() != claims {
            return breach(6, key, "its list of claims has another length than their count");
        }
        Ok(())
    }

    /// 8: the flag says whether there is anything to know of claims from outside, of which the root has none; and an
    /// anchor is its node's, and dead only when that is on its way out.
    fn check_hold(&self, key: NodeKey, item: &Item) -> Result<(), Invalid> {
        let hold = item.rare().and_then(|rare| self.rare[rare].hold());
        if item.is(flag::HELD) != hold.is_some() {
            return breach(8, key, "its flag and what is known of its claims disagree");
        }
        let Some(hold) = hold else { return Ok(()) };
        if key == self.topology.root() {
            return breach(8, key, "the root is claimed");
        }
        match hold.anchor() {
            Some(anchor) if anchor.node() != key => breach(8, key, "its anchor is another node's"),
            Some(anchor) if anchor.is_dead() && !item.is(flag::LEAVING) => {
                breach(8, key, "it lives, and can't be claimed")
            }
            _ => Ok(()),
        }
    }

    /// 6: an entry for a reference is a leaf, and its claim leads back to it and to a living node.
    fn check_entry(&self, key: NodeKey, item: &Item) -> Result<(), Invalid> {
        let good = self.claim_is_in_order(key, item);
        if !good || self.topology.first_child(key).is_some() {
            return breach(6, key, "a reference and its claim disagree");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Handle;
    use crate::tree::budget::Amount;

    /// A tree with something of everything: `a` holds a text, an array and a reference to `b`, which is guarded.
    fn sample() -> (Tree, Handle<()>, Handle<u8>) {
        let mut tree = Tree::new();
        let a = tree.context(tree.root(), "a").unwrap();
        let b = tree.alloc(tree.root(), 1u8).unwrap();
        tree.strdup(a, "text").unwrap();
        tree.array::<u32>(a, 10).unwrap();
        tree.reference(a, b).unwrap();
        tree.set_destructor(b, |_, _| crate::Verdict::Free).unwrap();
        tree.set_budget(a, crate::Budget::new()).unwrap();
        tree.validate().unwrap();
        (tree, a, b)
    }

    #[track_caller]
    fn broken(number: u8, corrupt: impl FnOnce(&mut Tree, NodeKey, NodeKey)) {
        let (mut tree, a, b) = sample();
        corrupt(&mut tree, a.id().key, b.id().key);
        assert_eq!(tree.validate().unwrap_err().number, number);
        // Its columns and pages go one by one: a broken tree is no base for a walk.
        std::mem::forget(tree);
    }

    #[test]
    fn every_invariant_can_be_seen_to_break() {
        broken(1, |tree, a, _| tree.topology.corrupt(a, |[_, first, _, _]| *first = u32::MAX));
        broken(2, |tree, a, b| tree.topology.corrupt(a, |[parent, _, _, _]| *parent = b.index()));
        broken(2, |tree, a, _| tree.topology.corrupt(a, |[_, _, _, prev]| *prev = a.index()));
        broken(2, |tree, a, _| {
            let first = tree.topology.first_child(a).unwrap();
            tree.topology.corrupt(first, |[_, _, _, prev]| *prev = first.index());
        });
        broken(3, |tree, _, b| tree.item_mut(b).slot = 7);
        broken(3, |tree, a, _| {
            let kind = tree.item(a).kind;
            tree.kinds.rows_mut::<()>(kind).unwrap().insert(a, ());
        });
        broken(4, |tree, a, _| {
            let array = tree.topology.preorder(a).find(|&at| tree.item(at).size == 40).unwrap();
            tree.item_mut(array).size = 4000;
        });
        broken(4, |tree, a, _| {
            // Of two blocks side by side, 48 bytes apart, at most one is aligned to 64.
            for _ in 0..2 {
                let array = tree.array::<u32>(tree.id(a), 10).unwrap();
                tree.rare_mut(array.id().key).align = 64;
            }
        });
        broken(4, |tree, a, _| {
            let text = tree.topology.preorder(a).find(|&at| tree.item(at).kind == TEXT).unwrap();
            tree.item_mut(text).size = 5;
        });
        broken(5, |tree, _, b| tree.item_mut(b).set(flag::GUARDED, false));
        broken(5, |tree, a, _| tree.item_mut(a).set(flag::CLEANUPS, true));
        broken(5, |tree, a, _| {
            tree.set_secret(Handle::<()>::new(tree.id(a), 0)).unwrap();
            tree.item_mut(a).set(flag::MARKED, false);
        });
        broken(5, |tree, _, _| {
            tree.rare.insert();
        });
        broken(7, |tree, a, _| tree.item_mut(a).zone = 9);
        broken(7, |tree, a, b| {
            let pool = tree.context_in(tree.id(a), "pool", crate::Pool::new(100)).unwrap();
            tree.item_mut(b).zone = tree.item(pool.id().key).zone;
        });
        broken(8, |tree, _, b| tree.item_mut(b).set(flag::HELD, true));
        broken(8, |tree, _, b| tree.rare_mut(b).rarer_mut().hold.retained = 1);
        broken(8, |tree, _, _| tree.set_counted(tree.topology.root(), true));
        broken(8, |tree, _, b| {
            tree.anchor(tree.id(b)).unwrap().kill();
        });
        broken(8, |tree, a, b| {
            tree.anchor(tree.id(a)).unwrap();
            let hold = tree.change_hold(a, std::mem::take);
            tree.change_hold(b, |other| *other = hold);
        });
        broken(5, |tree, a, _| tree.budgets.set_label(a, 0));
        broken(9, |tree, a, _| {
            let first = tree.topology.first_child(a).unwrap();
            tree.budgets.set_label(first, 0);
        });
        broken(9, |tree, a, _| tree.budgets.corrupt(tree.budgets.label(a), Amount::of_bytes(1)));
        broken(9, |tree, a, b| {
            let text = tree.topology.preorder(a).find(|&at| tree.item(at).kind == TEXT).unwrap();
            tree.topology.relink(text, crate::topology::Place::First(b));
        });
        broken(5, |tree, _, b| tree.item_mut(b).set(flag::MARKED, true));
        broken(6, |tree, _, b| {
            tree.rare_mut(b).claims = 2;
        });
        broken(6, |tree, a, _| {
            let entry = tree.topology.first_child(a).unwrap();
            tree.item_mut(entry).slot = 9;
        });
    }
}
