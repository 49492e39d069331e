//! What a record shares with others, and what few records have, behind one pointer.

use std::fmt;
use std::sync::Arc;

use indextree::NodeId;

use super::record::MemLimit;

/// A name and, where anything more is known than a line of most reports says, the rest.
///
/// Records with equal labels of one report share it, until one is given a fact of its own.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Label(Arc<Facts>);

#[derive(Clone, Eq)]
struct Facts {
    /// Stays where it is when the facts are copied, so that equal names of one report can be told by their place.
    name: Arc<[u8]>,
    rare: Option<Box<Rare>>,
}

/// A fact that was taken back leaves an empty box, which says no more than none.
impl PartialEq for Facts {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.rare, &other.rare) {
            (Some(ours), Some(theirs)) => ours == theirs,
            (Some(rare), None) | (None, Some(rare)) => **rare == Rare::default(),
            (None, None) => true,
        };
        same && self.name == other.name
    }
}

/// What most lines of most reports don't have, or share with many others.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Rare {
    pub(super) type_name: Option<Arc<str>>,
    pub(super) origin: Option<Arc<str>>,
    pub(super) destructor: u64,
    pub(super) limit: Option<MemLimit>,
    pub(super) content: Option<Box<[u8]>>,
    pub(super) target: Option<NodeId>,
    /// One less than the record's count.
    pub(super) more: u64,
    /// Bytes of its own and blocks, where they are too many for the record itself.
    pub(super) own: u64,
    pub(super) blocks: u64,
}

impl Rare {
    /// Forgets what `other` doesn't say as well, numbers aside.
    pub(super) fn keep_common(&mut self, other: Option<&Self>) {
        let theirs = |text: fn(&Self) -> &Option<Arc<str>>| other.and_then(|other| text(other).as_ref());
        self.type_name = self.type_name.take().filter(|ours| theirs(|rare| &rare.type_name) == Some(ours));
        self.origin = self.origin.take().filter(|ours| theirs(|rare| &rare.origin) == Some(ours));
        self.target = self.target.filter(|target| other.and_then(|other| other.target) == Some(*target));
        (self.destructor, self.limit, self.content) = (0, None, None);
    }
}

impl Label {
    pub(super) fn new(name: Arc<[u8]>) -> Self {
        Self(Arc::new(Facts { name, rare: None }))
    }

    /// The same name, made by this type at this place.
    pub(super) fn made(&self, type_name: Option<Arc<str>>, origin: Option<Arc<str>>) -> Self {
        let rare = Box::new(Rare { type_name, origin, ..Rare::default() });
        Self(Arc::new(Facts { name: Arc::clone(&self.0.name), rare: Some(rare) }))
    }

    /// The same facts about something called as `name` is.
    pub(super) fn renamed(&self, name: &Self) -> Self {
        match &self.0.rare {
            None => name.clone(),
            Some(rare) => Self(Arc::new(Facts { name: Arc::clone(name.name()), rare: Some(rare.clone()) })),
        }
    }

    pub(super) fn name(&self) -> &Arc<[u8]> {
        &self.0.name
    }

    pub(super) fn rare(&self) -> Option<&Rare> {
        self.0.rare.as_deref()
    }

    /// The rare facts of this label alone.
    pub(super) fn rare_mut(&mut self) -> &mut Rare {
        Arc::make_mut(&mut self.0).rare.get_or_insert_default()
    }

    /// Whether both are the same one, not only equal.
    #[cfg(test)]
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Label").field(&String::from_utf8_lossy(self.name())).field(&self.rare()).finish()
    }
}
