//! Counting what tokens are misused for.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Misuse;

/// How often tokens were misused, by sort. Every one was an error, and did nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Misuses {
    /// Frees of blocks that had been freed before.
    pub double_frees: usize,
    /// Other uses of blocks that had been freed before.
    pub stale: usize,
    /// Uses and frees of blocks of another allocator.
    pub foreign: usize,
}

impl Misuses {
    /// All of them together.
    #[must_use]
    pub fn total(&self) -> usize {
        self.double_frees + self.stale + self.foreign
    }
}

/// The counts while they grow. Reading can be a misuse, so they grow behind shared references.
#[derive(Debug, Default)]
pub(super) struct Tally {
    double_frees: AtomicUsize,
    stale: AtomicUsize,
    foreign: AtomicUsize,
}

impl Tally {
    #[cold]
    pub(super) fn count(&self, misuse: Misuse) {
        let counter = match misuse {
            Misuse::DoubleFree => &self.double_frees,
            Misuse::Stale => &self.stale,
            Misuse::Foreign => &self.foreign,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> Misuses {
        let read = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        Misuses { double_frees: read(&self.double_frees), stale: read(&self.stale), foreign: read(&self.foreign) }
    }
}
