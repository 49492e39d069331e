//! What a free asks a node, and tells it: its destructor, and its cleanups.

use super::cascade::{Attempt, Cascade};
use super::guard::Destructor;
use super::item::flag;
use super::{Tree, Verdict};
use crate::id::NodeKey;

impl Cascade {
    /// Calls a node's destructor, and enters the node if that agrees.
    #[inline(always)]
    pub(super) fn ask(&mut self, tree: &mut Tree, key: NodeKey) -> Attempt {
        let node = tree.id(key);
        let item = tree.item_mut(key);
        item.flags = item.flags & !flag::GUARDED | flag::RUNNING;
        let slot = item.slot;
        let rare = item.rare().map(|rare| &mut tree.rare[rare]);
        let mut destructor = rare.and_then(|rare| {
            rare.destructor_changed = false;
            rare.destructor.take()
        });
        let last = self.last;
        let answer = self.user(tree, |tree| {
            let answer = destructor.as_mut().map_or(Verdict::Free, |destructor| destructor(tree, node, slot));
            if answer == Verdict::Free || last {
                destructor = None;
                return Verdict::Free;
            }
            answer
        });
        // A destructor that panics has not refused.
        if answer.is_none() {
            self.guard(|| destructor = None);
        }
        let item = tree.item_mut(key);
        item.set(flag::RUNNING, false);
        let Some(Verdict::Refuse) = answer else {
            item.set(flag::DYING, true);
            if item.is(flag::GUARDED) {
                self.disarm(tree, key);
            }
            return Attempt::Entered;
        };
        tree.revive(key);
        let rare = tree.rare_mut(key);
        if rare.destructor_changed {
            self.guard(|| destructor = None);
        } else {
            rare.destructor = destructor;
            tree.item_mut(key).set(flag::GUARDED, true);
        }
        Attempt::Refused
    }

    /// Drops a destructor unasked.
    pub(super) fn disarm(&mut self, tree: &mut Tree, key: NodeKey) {
        let item = tree.item_mut(key);
        if item.is(flag::GUARDED) {
            item.set(flag::GUARDED, false);
            let destructor: Option<Destructor> = tree.rare_mut(key).destructor.take();
            self.guard(|| drop(destructor));
        }
    }

    pub(super) fn clean_up(&mut self, tree: &mut Tree, key: NodeKey) {
        while tree.item(key).is(flag::CLEANUPS) {
            let cleanup = tree.pop_cleanup(key).expect("a node with the flag has cleanups");
            let (node, slot) = (tree.id(key), tree.item(key).slot);
            self.user(tree, |tree| (cleanup.run)(tree, node, slot));
        }
    }

    /// Drops cleanups uncalled.
    pub(super) fn drop_cleanups(&mut self, tree: &mut Tree, key: NodeKey) {
        while tree.item(key).is(flag::CLEANUPS) {
            let newest = tree.pop_cleanup(key);
            self.guard(|| drop(newest));
        }
    }
}
