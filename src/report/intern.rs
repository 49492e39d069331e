//! Names, each kept once.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::label::Label;

/// The names of one report.
///
/// The standard hasher, not a faster one: names come from files, and whoever wrote the file must not be able to
/// choose names that all fall into one bucket.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<Named>);

/// A label that is nothing but a name, and is found by it. The name is here as well, to be compared without a detour.
#[derive(Debug)]
struct Named {
    name: Arc<[u8]>,
    label: Label,
}

impl Names {
    pub(super) fn intern(&mut self, name: &[u8]) -> Label {
        if let Some(known) = self.0.get(name) {
            return known.label.clone();
        }
        let name = Arc::<[u8]>::from(name);
        let label = Label::new(Arc::clone(&name));
        self.0.insert(Named { name, label: label.clone() });
        label
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<&Label> {
        self.0.get(name).map(|known| &known.label)
    }
}

impl Borrow<[u8]> for Named {
    fn borrow(&self) -> &[u8] {
        &self.name
    }
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Named {}

impl Hash for Named {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}
