//! What a node shares with the strong claims and the weak ones on it, in whatever thread those are.
//!
//! The tree alone decides about the node. A claim that goes leaves word in the tree's [`Mailbox`], and a claim that
//! is made keeps the tree from condemning the node: one number says both how many claims there are and whether the
//! node is dead, so that only one of the two happens.

use std::collections::VecDeque;
use std::fmt;
use std::sync::PoisonError;

use rustc_hash::FxHashSet;

use crate::id::NodeKey;
use crate::invalid::{Invalid, breach};
use crate::steps::step;
use crate::sync::{Arc, AtomicBool, AtomicU32, Mutex, Ordering};

/// Set in the number of claims when the node is dead or condemned: nobody can claim it any more.
const DEAD: u32 = 1 << 31;

/// What strong claims on one node hold on to.
pub(crate) struct Anchor {
    node: NodeKey,
    claims: AtomicU32,
    /// There is word of it in the mailbox, which changes it.
    told: AtomicBool,
    mailbox: Arc<Mailbox>,
}

impl Anchor {
    pub(crate) fn new(node: NodeKey, mailbox: Arc<Mailbox>) -> Self {
        Self { node, claims: AtomicU32::new(0), told: AtomicBool::new(false), mailbox }
    }

    pub(crate) fn node(&self) -> NodeKey {
        self.node
    }

    pub(crate) fn claims(&self) -> u32 {
        self.claims.load(Ordering::Relaxed) & !DEAD
    }

    /// Whether it leaves word in that mailbox; for checks.
    pub(crate) fn tells(&self, mailbox: &Arc<Mailbox>) -> bool {
        Arc::ptr_eq(&self.mailbox, mailbox)
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.claims.load(Ordering::Relaxed) & DEAD != 0
    }

    /// Sees to it that nobody can claim the node any more, if there are just so many claims: none, as a rule.
    pub(crate) fn condemn(&self, claims: u32) -> bool {
        self.claims.compare_exchange(claims, claims | DEAD, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Takes back a [`condemn`](Self::condemn).
    pub(crate) fn revive(&self) {
        self.claims.fetch_and(!DEAD, Ordering::AcqRel);
    }

    /// The same as [`condemn`](Self::condemn) whoever claims it: their claims then mean nothing.
    pub(crate) fn kill(&self) {
        self.claims.fetch_or(DEAD, Ordering::AcqRel);
    }
}

impl fmt::Debug for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Anchor").field("node", &self.node).field("claims", &self.claims()).finish_non_exhaustive()
    }
}

/// One strong claim. Those who have it share it, so that to make one more of them costs the node nothing.
#[derive(Debug)]
pub(crate) struct Claim {
    anchor: Arc<Anchor>,
}

impl Claim {
    /// One claim more; `None` if the node is dead, or has as many as can be counted.
    pub(crate) fn new(anchor: &Arc<Anchor>) -> Option<Self> {
        let one_more = |claims: u32| claims.checked_add(1).filter(|more| more & DEAD == 0);
        anchor.claims.fetch_update(Ordering::AcqRel, Ordering::Relaxed, one_more).ok()?;
        Some(Self { anchor: Arc::clone(anchor) })
    }

    pub(crate) fn anchor(&self) -> &Arc<Anchor> {
        &self.anchor
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.anchor.claims.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.anchor.mailbox.put(&self.anchor);
        }
    }
}

/// Where a tree is told which of its nodes have lost their last strong claim, in the order in which they did.
pub(crate) struct Mailbox {
    /// `None` once nobody looks any more: anchors in it hold on to it.
    nodes: Mutex<Option<VecDeque<Arc<Anchor>>>>,
    waiting: AtomicBool,
    /// The tree's own mark: it is at work on what was here.
    settling: AtomicBool,
}

impl Mailbox {
    pub(crate) fn new() -> Self {
        let nodes = Mutex::new(Some(VecDeque::new()));
        Self { nodes, waiting: AtomicBool::new(false), settling: AtomicBool::new(false) }
    }

    fn put(&self, anchor: &Arc<Anchor>) {
        step();
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(nodes) = &mut *nodes
            && !anchor.told.swap(true, Ordering::Relaxed)
        {
            nodes.push_back(Arc::clone(anchor));
            self.waiting.store(true, Ordering::Release);
        }
    }

    /// Whether there is something to take. What other threads have put in meanwhile may show later.
    #[inline]
    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting.load(Ordering::Acquire)
    }

    /// Takes out what has been here longest.
    pub(crate) fn take(&self) -> Option<NodeKey> {
        step();
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        let nodes = nodes.as_mut()?;
        let oldest = nodes.pop_front();
        self.waiting.store(!nodes.is_empty(), Ordering::Release);
        // From now on a drop is news again: it may come after the node has been looked at.
        oldest.map(|anchor| {
            anchor.told.store(false, Ordering::Relaxed);
            anchor.node
        })
    }

    /// Nothing more is taken, so nothing more is kept.
    pub(crate) fn close(&self) {
        *self.nodes.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.waiting.store(false, Ordering::Release);
    }

    /// Marks the mailbox as being worked on. False if it was already.
    pub(crate) fn begin(&self) -> bool {
        !self.settling.swap(true, Ordering::Relaxed)
    }

    pub(crate) fn end(&self) {
        self.settling.store(false, Ordering::Relaxed);
    }

    /// 14: there is word of an anchor at most once, which it knows; and the mailbox knows whether there is any.
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seen = FxHashSet::default();
        for anchor in nodes.iter().flatten() {
            if !anchor.told.load(Ordering::Relaxed) {
                return breach(14, anchor.node, "there is word of it in the mailbox, and it does not know");
            }
            if !seen.insert(Arc::as_ptr(anchor)) {
                return breach(14, anchor.node, "there is word of it in the mailbox twice");
            }
        }
        if self.is_waiting() == seen.is_empty() {
            return breach(14, self, "the mailbox does not know whether there is something in it");
        }
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn corrupt(&self, change: impl FnOnce(&mut VecDeque<Arc<Anchor>>, &AtomicBool)) {
        let mut nodes = self.nodes.lock().unwrap();
        change(nodes.as_mut().unwrap(), &self.waiting);
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").field("waiting", &self.is_waiting()).finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn claims_stop_where_the_mark_of_the_dead_begins() {
        let anchor = Arc::new(Anchor::new(NodeKey::new(0, NonZeroU32::MIN), Arc::new(Mailbox::new())));
        anchor.claims.store(DEAD - 2, Ordering::Relaxed);
        let last = Claim::new(&anchor).expect("there is room for one");
        assert!(Claim::new(&anchor).is_none() && !anchor.is_dead());
        drop(last);
        assert_eq!(anchor.claims(), DEAD - 2);
        anchor.kill();
        assert!(anchor.is_dead() && anchor.claims() == DEAD - 2 && Claim::new(&anchor).is_none());
    }

    #[test]
    fn word_of_a_node_is_in_the_mailbox_once() {
        let mailbox = Arc::new(Mailbox::new());
        let anchor = Arc::new(Anchor::new(NodeKey::new(3, NonZeroU32::MIN), Arc::clone(&mailbox)));
        for _ in 0..2 {
            for _ in 0..1000 {
                drop(Claim::new(&anchor));
            }
            assert_eq!((mailbox.take(), mailbox.take()), (Some(anchor.node()), None));
        }
        drop(Claim::new(&anchor));
        mailbox.close();
        assert_eq!((Arc::strong_count(&anchor), Arc::strong_count(&mailbox)), (1, 2));
    }
}

/// Every order in which the steps of several threads can come:
/// `RUSTFLAGS="--cfg loom" cargo test --release --lib loom`.
#[cfg(all(test, loom))]
mod under_loom {
    use std::num::NonZeroU32;

    use loom::{model, thread};

    use super::*;

    fn anchored(node: u32, mailbox: &Arc<Mailbox>) -> Arc<Anchor> {
        Arc::new(Anchor::new(NodeKey::new(node, NonZeroU32::MIN), Arc::clone(mailbox)))
    }

    fn rest(mailbox: &Mailbox) -> Vec<u32> {
        std::iter::from_fn(|| mailbox.take()).map(NodeKey::index).collect()
    }

    #[test]
    fn a_node_is_either_claimed_or_condemned() {
        model(|| {
            let mailbox = Arc::new(Mailbox::new());
            let anchor = anchored(0, &mailbox);
            let (strong, weak) = (Claim::new(&anchor).unwrap(), Arc::clone(&anchor));
            let upgrade = thread::spawn(move || Claim::new(&weak));
            let last_drop = thread::spawn(move || drop(strong));
            let condemned = mailbox.take().is_some() && anchor.condemn(0);
            let upgraded = upgrade.join().unwrap();
            last_drop.join().unwrap();
            assert_ne!(condemned, upgraded.is_some());
            if !condemned {
                assert!(!anchor.condemn(0));
                drop(upgraded);
                assert!(!rest(&mailbox).is_empty() && anchor.condemn(0), "the last drop is told");
            }
        });
    }

    #[test]
    fn drops_in_two_threads_are_all_told_while_the_tree_settles() {
        model(|| {
            let mailbox = Arc::new(Mailbox::new());
            let drops = [0, 1].map(|node| {
                let claim = Claim::new(&anchored(node, &mailbox)).unwrap();
                thread::spawn(move || drop(claim))
            });
            let mut told: Vec<u32> =
                mailbox.is_waiting().then(|| mailbox.take()).flatten().map(NodeKey::index).into_iter().collect();
            for drop in drops {
                drop.join().unwrap();
            }
            assert_eq!(mailbox.is_waiting(), told.len() < 2);
            told.extend(rest(&mailbox));
            told.sort_unstable();
            assert_eq!(told, [0, 1]);
            assert!(!mailbox.is_waiting());
        });
    }

    #[test]
    fn a_drop_is_told_whatever_word_waits_or_is_being_read() {
        model(|| {
            let mailbox = Arc::new(Mailbox::new());
            let anchor = anchored(0, &mailbox);
            let strong = Claim::new(&anchor).unwrap();
            let drop_elsewhere = thread::spawn(move || drop(strong));
            drop(Claim::new(&anchor));
            let condemned = !rest(&mailbox).is_empty() && anchor.condemn(0);
            drop_elsewhere.join().unwrap();
            let told = !rest(&mailbox).is_empty();
            assert!(condemned || told && anchor.condemn(0), "the last drop is told");
        });
    }

    #[test]
    fn clones_in_two_threads_end_one_claim_once() {
        model(|| {
            let mailbox = Arc::new(Mailbox::new());
            let anchor = anchored(0, &mailbox);
            let claim = Arc::new(Claim::new(&anchor).unwrap());
            let drops = [Arc::clone(&claim), claim].map(|claim| thread::spawn(move || drop(claim)));
            for drop in drops {
                drop.join().unwrap();
            }
            assert_eq!((anchor.claims(), rest(&mailbox)), (0, vec![0]));
        });
    }

    #[test]
    fn a_refusal_leaves_a_node_that_can_be_claimed() {
        model(|| {
            let mailbox = Arc::new(Mailbox::new());
            let anchor = anchored(0, &mailbox);
            let weak = Arc::clone(&anchor);
            let passing = thread::spawn(move || Claim::new(&weak).is_some());
            if anchor.condemn(0) {
                anchor.revive();
            }
            let claimed = passing.join().unwrap();
            assert_eq!((anchor.is_dead(), anchor.claims()), (false, 0));
            assert_eq!(rest(&mailbox).len(), usize::from(claimed));
            assert!(Claim::new(&anchor).is_some());
            mailbox.close();
        });
    }

    #[test]
    fn claims_in_two_threads_end_and_the_last_is_told() {
        model(|| {
            let mailbox = Arc::new(Mailbox::new());
            let anchor = anchored(0, &mailbox);
            let drops = [0, 1].map(|_| Claim::new(&anchor).unwrap()).map(|claim| thread::spawn(move || drop(claim)));
            let condemned = mailbox.take().is_some() && anchor.condemn(0);
            for drop in drops {
                drop.join().unwrap();
            }
            assert_eq!(anchor.claims(), 0);
            assert_ne!(condemned, !rest(&mailbox).is_empty() && anchor.condemn(0), "it is condemned once");
        });
    }

    #[test]
    fn a_node_goes_with_the_claims_that_come_along_or_is_claimed_by_others() {
        model(|| {
            let mailbox = Arc::new(Mailbox::new());
            let anchor = anchored(0, &mailbox);
            let (within, weak) = (Claim::new(&anchor).unwrap(), Arc::clone(&anchor));
            let upgrade = thread::spawn(move || Claim::new(&weak));
            let condemned = anchor.condemn(1);
            let upgraded = upgrade.join().unwrap();
            assert_ne!(condemned, upgraded.is_some());
            assert_eq!(anchor.claims(), 1 + u32::from(upgraded.is_some()));
            // What was tried comes to nothing after all: the node is as it was.
            if condemned {
                anchor.revive();
            }
            drop((within, upgraded));
            assert_eq!((anchor.claims(), anchor.is_dead(), rest(&mailbox)), (0, false, vec![0]));
        });
    }

    #[test]
    fn the_end_of_a_tree_ends_upgrades() {
        model(|| {
            let mailbox = Arc::new(Mailbox::new());
            let anchor = anchored(0, &mailbox);
            let weak = Arc::clone(&anchor);
            let upgrade = thread::spawn(move || drop(Claim::new(&weak)));
            mailbox.close();
            anchor.kill();
            assert!(Claim::new(&anchor).is_none());
            upgrade.join().unwrap();
            assert!(anchor.is_dead() && anchor.claims() == 0 && mailbox.take().is_none());
        });
    }

    #[test]
    fn the_end_of_a_tree_ends_claims_that_are_being_dropped() {
        model(|| {
            let mailbox = Arc::new(Mailbox::new());
            let anchor = anchored(0, &mailbox);
            let claim = Claim::new(&anchor).unwrap();
            let last_drop = thread::spawn(move || drop(claim));
            mailbox.close();
            anchor.kill();
            last_drop.join().unwrap();
            assert!(anchor.is_dead() && anchor.claims() == 0 && Claim::new(&anchor).is_none());
            assert!(!mailbox.is_waiting() && mailbox.take().is_none());
        });
    }
}
