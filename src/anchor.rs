//! What a node shares with the strong claims and the weak ones on it, in whatever thread those are.
//!
//! The tree alone decides about the node. A claim that goes leaves word in the tree's [`Mailbox`], and a claim that
//! is made keeps the tree from condemning the node: one number says both how many claims there are and whether the
//! node is dead, so that only one of the two happens.

use std::collections::VecDeque;
use std::fmt;
use std::sync::PoisonError;

use crate::id::NodeKey;
use crate::sync::{Arc, AtomicBool, AtomicU32, Mutex, Ordering};

/// Set in the number of claims when the node is dead or condemned: nobody can claim it any more.
const DEAD: u32 = 1 << 31;

/// What strong claims on one node hold on to.
pub(crate) struct Anchor {
    node: NodeKey,
    claims: AtomicU32,
    mailbox: Arc<Mailbox>,
}

impl Anchor {
    pub(crate) fn new(node: NodeKey, mailbox: Arc<Mailbox>) -> Self {
        Self { node, claims: AtomicU32::new(0), mailbox }
    }

    pub(crate) fn node(&self) -> NodeKey {
        self.node
    }

    pub(crate) fn claims(&self) -> u32 {
        self.claims.load(Ordering::Relaxed) & !DEAD
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.claims.load(Ordering::Relaxed) & DEAD != 0
    }

    /// Sees to it that nobody can claim the node any more, unless somebody does.
    pub(crate) fn condemn(&self) -> bool {
        self.claims.compare_exchange(0, DEAD, Ordering::AcqRel, Ordering::Relaxed).is_ok()
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
            self.anchor.mailbox.put(self.anchor.node);
        }
    }
}

/// Where a tree is told which of its nodes have lost their last strong claim, in the order in which they did.
pub(crate) struct Mailbox {
    /// `None` once nobody looks any more.
    nodes: Mutex<Option<VecDeque<NodeKey>>>,
    waiting: AtomicBool,
    /// The tree's own mark: it is at work on what was here.
    settling: AtomicBool,
}

impl Mailbox {
    pub(crate) fn new() -> Self {
        let nodes = Mutex::new(Some(VecDeque::new()));
        Self { nodes, waiting: AtomicBool::new(false), settling: AtomicBool::new(false) }
    }

    fn put(&self, node: NodeKey) {
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(nodes) = &mut *nodes {
            nodes.push_back(node);
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
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        let nodes = nodes.as_mut()?;
        let oldest = nodes.pop_front();
        self.waiting.store(!nodes.is_empty(), Ordering::Release);
        oldest
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
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").field("waiting", &self.is_waiting()).finish_non_exhaustive()
    }
}
