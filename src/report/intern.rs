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
#[derive(Debug)]
pub(super) struct Names {
    known: HashSet<Named>,
    /// Labels that were asked for lately, with a quick hash of their names that says where each is: the same few names
    /// come again and again, and that hasher is slow. Names chosen to be in each other's way gain nothing but that.
    recent: Box<[(u64, Option<Label>); RECENT]>,
}

const RECENT: usize = 1024;

/// A label that is nothing but a name, and is found by it. The name is here as well, to be compared without a detour.
#[derive(Debug)]
struct Named {
    name: Arc<[u8]>,
    label: Label,
}

/// A hash of a name's length, its beginning and its end.
fn quick_hash(name: &[u8]) -> u64 {
    let ends = match (name.first_chunk(), name.last_chunk()) {
        (Some(first), Some(last)) => u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29),
        _ => name.iter().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)),
    };
    (ends ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32)
}

impl Default for Names {
    fn default() -> Self {
        Self { known: HashSet::new(), recent: Box::new([const { (0, None) }; RECENT]) }
    }
}

impl Names {
    pub(super) fn intern(&mut self, name: &[u8]) -> Label {
        let hash = quick_hash(name);
        let recent = &mut self.recent[hash as usize % RECENT];
        if let (known, Some(label)) = recent
            && *known == hash
            && **label.name() == *name
        {
            return label.clone();
        }
        let label = match self.known.get(name) {
            Some(known) => known.label.clone(),
            None => {
                let name = Arc::<[u8]>::from(name);
                let label = Label::new(Arc::clone(&name));
                self.known.insert(Named { name, label: label.clone() });
                label
            }
        };
        *recent = (hash, Some(label.clone()));
        label
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<&Label> {
        self.known.get(name).map(|known| &known.label)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_place_stay_apart() {
        let mut names = Names::default();
        let (one, other) = (&b"a struct x of some kind"[..], &b"a struct y of some kind"[..]);
        assert_eq!(quick_hash(one), quick_hash(other), "they differ in the middle alone");
        let first = names.intern(one);
        assert_eq!((&**names.intern(other).name(), &**names.intern(one).name()), (other, one));
        assert!(names.intern(one).is(&first) && names.find(one).is_some_and(|label| label.is(&first)));
    }
}
