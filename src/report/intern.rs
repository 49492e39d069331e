//! Names, each kept once.

use std::collections::HashSet;
use std::sync::Arc;

/// The names of one report.
///
/// The standard hasher, not a faster one: names come from files, and whoever wrote the file must not be able to
/// choose names that all fall into one bucket.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<Arc<[u8]>>);

impl Names {
    pub(super) fn intern(&mut self, name: &[u8]) -> Arc<[u8]> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let new = Arc::<[u8]>::from(name);
        self.0.insert(Arc::clone(&new));
        new
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<&Arc<[u8]>> {
        self.0.get(name)
    }
}
