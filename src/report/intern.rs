//! Names, each kept once.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};

use super::label::Label;

/// The names of one report.
///
/// The standard hasher, not a faster one: names come from files, and whoever wrote the file must not be able to
/// choose names that all fall into one bucket.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<Named>);

/// A label that is nothing but a name, and is found by it.
#[derive(Debug)]
struct Named(Label);

impl Names {
    pub(super) fn intern(&mut self, name: &[u8]) -> Label {
        if let Some(Named(known)) = self.0.get(name) {
            return known.clone();
        }
        let new = Label::new(name.into());
        self.0.insert(Named(new.clone()));
        new
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<&Label> {
        self.0.get(name).map(|Named(known)| known)
    }
}

impl Borrow<[u8]> for Named {
    fn borrow(&self) -> &[u8] {
        self.0.name()
    }
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.0.name() == other.0.name()
    }
}

impl Eq for Named {}

impl Hash for Named {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name().hash(state);
    }
}
