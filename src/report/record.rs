//! One line of a report.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use indextree::NodeId;

use super::address::{Address, Stored};
use crate::tree::Standing;

/// What kind of line a record was.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// A node, with everything below it.
    Node,
    /// A reference: an extra owner's claim on a node that lives elsewhere. It has no children.
    Reference,
    /// A level the text left out: lines below it were there, its own was not. Osmocom's `filter` does this.
    Hidden,
    /// What a [`Filter`](super::Filter) left out below one parent, in one record, so that sums still hold.
    /// [`Record::count`] says how many children that were.
    Rest,
}

/// A limit on what a node's subtree may hold, as talloc's `is a memlimit context` line shows it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MemLimit {
    /// How much the subtree may hold.
    pub max_size: u64,
    /// How much it held. talloc counts its own headers in here, so this is more than the node's bytes.
    pub cur_size: u64,
}

/// One captured line of a report: a node, or a reference to one.
///
/// 72 bytes; equal names of one report share one allocation, and so do equal places of making.
///
/// ```
/// use freehold::report::Report;
/// let text = "full talloc report on 'root' (total     14 bytes in   2 blocks)\n    \
///             message                        contains     14 bytes in   1 blocks (ref 0) 0x55d0\n";
/// let report = Report::parse(text.as_bytes())?;
/// let message = report.walk().nth(1).expect("there are two nodes").record;
/// assert_eq!(message.name(), b"message");
/// assert_eq!((message.bytes(), message.blocks(), message.reference_count()), (14, 1, 0));
/// # Ok::<(), freehold::report::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    name: Arc<[u8]>,
    pub(super) bytes: u64,
    pub(super) blocks: u64,
    own: u64,
    place: Stored,
    rare: Option<Arc<Rare>>,
    references: u32,
    kind: Kind,
    destructor: Destructor,
    standing: Option<Standing>,
}

/// What most lines of most reports don't have, or share with many others.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Rare {
    type_name: Option<Box<str>>,
    origin: Option<Box<str>>,
    destructor: u64,
    limit: Option<MemLimit>,
    content: Option<Box<[u8]>>,
    target: Option<NodeId>,
    /// One less than [`Record::count`].
    more: u64,
}

impl Rare {
    pub(super) fn made(type_name: Option<Box<str>>, origin: Option<Box<str>>) -> Self {
        Self { type_name, origin, ..Self::default() }
    }

    /// The type and the place of making, where both have the same.
    fn in_common(&self, other: &Self) -> Self {
        let same = |ours: &Option<Box<str>>, theirs: &Option<Box<str>>| ours.clone().filter(|_| ours == theirs);
        Self::made(same(&self.type_name, &other.type_name), same(&self.origin, &other.origin))
    }
}

/// The `d=` column. Nearly every line that has one says `(nil)`, so that costs nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Destructor {
    NotShown,
    Nil,
    Set,
}

/// Stands in [`Record::own`] for "can't be told"; no block is as large.
const UNKNOWN: u64 = u64::MAX;

impl Record {
    /// A line of `kind` that has counted nothing yet.
    pub(super) fn new(kind: Kind, name: Arc<[u8]>) -> Self {
        Self {
            name,
            bytes: 0,
            blocks: 1,
            own: UNKNOWN,
            place: Stored::Unknown,
            rare: None,
            references: 0,
            kind,
            destructor: Destructor::NotShown,
            standing: None,
        }
    }

    pub(super) fn set_standing(&mut self, standing: Option<Standing>) {
        self.standing = standing;
    }

    pub(super) fn set_references(&mut self, count: u32) {
        self.references = count;
    }

    pub(super) fn set_self_bytes(&mut self, own: Option<u64>) {
        self.own = own.unwrap_or(UNKNOWN);
    }

    pub(super) fn set_address(&mut self, address: Address<'_>) {
        self.place = address.into();
        if let Address::Content(content) = address {
            self.rare().content = Some(content.into());
        }
    }

    /// Sets the `d=` column; only a pointer and `(nil)` can stand there.
    pub(super) fn set_destructor(&mut self, column: Address<'_>) {
        match column {
            Address::Nil => self.destructor = Destructor::Nil,
            Address::Pointer(pointer) => {
                self.destructor = Destructor::Set;
                self.rare().destructor = pointer;
            }
            _ => {}
        }
    }

    pub(super) fn set_limit(&mut self, limit: MemLimit) {
        self.rare().limit = Some(limit);
    }

    pub(super) fn set_target(&mut self, target: Option<NodeId>) {
        if self.target() != target {
            self.rare().target = target;
        }
    }

    pub(super) fn set_count(&mut self, count: u64) {
        if self.count() != count {
            self.rare().more = count - 1;
        }
    }

    pub(super) fn set_name(&mut self, name: Arc<[u8]>) {
        self.name = name;
    }

    /// What stands for all of `records`, and what is below them.
    pub(super) fn rest<'a>(records: impl Iterator<Item = &'a Self>) -> Self {
        let (mut count, mut bytes, mut blocks) = (0_u64, 0_u64, 0_u64);
        for record in records {
            count = count.saturating_add(record.count());
            bytes = bytes.saturating_add(record.bytes());
            blocks = blocks.saturating_add(record.blocks());
        }
        let mut rest = Self::new(Kind::Rest, Arc::from(format!("({count} more)").into_bytes()));
        (rest.bytes, rest.blocks) = (bytes, blocks);
        rest.set_self_bytes(Some(bytes));
        rest.set_count(count.max(1));
        rest
    }

    /// Makes this record stand for `other` as well. What they don't share, neither has any more.
    pub(super) fn absorb(&mut self, other: &Self) {
        let target = self.target().filter(|target| other.target() == Some(*target));
        let rare = self.rare.as_deref().zip(other.rare.as_deref());
        let shared = rare.map(|(ours, theirs)| ours.in_common(theirs)).filter(|shared| *shared != Rare::default());
        let count = self.count().saturating_add(other.count());
        self.set_self_bytes(self.self_bytes().zip(other.self_bytes()).map(|(a, b)| a.saturating_add(b)));
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.blocks = self.blocks.saturating_add(other.blocks);
        self.references = self.references.saturating_add(other.references);
        self.standing = self.standing.filter(|standing| other.standing == Some(*standing));
        self.place = Stored::Unknown;
        self.destructor = Destructor::NotShown;
        self.rare = shared.map(Arc::new);
        self.set_target(target);
        self.set_count(count);
    }

    /// Shares what many records have in common. Comes before the setters of facts a record has to itself.
    pub(super) fn share(&mut self, rare: Arc<Rare>) {
        self.rare = Some(rare);
    }

    fn rare(&mut self) -> &mut Rare {
        Arc::make_mut(self.rare.get_or_insert_default())
    }

    /// The node's name; for a reference, its target's. Bytes, for C names needn't be UTF-8. O(1).
    ///
    /// Trailing spaces of a name of at most 30 bytes don't survive talloc's text, which pads with spaces.
    #[must_use]
    #[doc(alias = "talloc_get_name")]
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    pub(super) fn shared_name(&self) -> Arc<[u8]> {
        Arc::clone(&self.name)
    }

    /// The name as text, with `U+FFFD` where it isn't UTF-8. O(length).
    #[must_use]
    pub fn name_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
    }

    /// The type of the node's value. A text doesn't say; a report captured from a tree does. O(1).
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        self.rare.as_ref()?.type_name.as_deref()
    }

    /// Where the node was made, as `file:line`. A text doesn't say; a report captured from a tree does. O(1).
    #[must_use]
    #[doc(alias = "talloc_get_location")]
    pub fn origin(&self) -> Option<&str> {
        self.rare.as_ref()?.origin.as_deref()
    }

    /// Node, reference, or a level the text left out. O(1).
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How many nodes of one name and one parent the record stands for: 1, but in a [merged](super::Report::merged)
    /// report, and for the [rest](Kind::Rest) that a filter left. O(1).
    #[must_use]
    pub fn count(&self) -> u64 {
        self.rare.as_ref().map_or(1, |rare| rare.more + 1)
    }

    /// Bytes of the node and everything below it; 0 for a reference. O(1).
    ///
    /// For a [hidden](Kind::Hidden) level, what is known to be below it.
    #[must_use]
    #[doc(alias = "talloc_total_size")]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Blocks of the node and everything below it, references included: 1 for a reference. O(1).
    #[must_use]
    #[doc(alias = "talloc_total_blocks")]
    pub fn blocks(&self) -> u64 {
        self.blocks
    }

    /// Bytes of the node alone, where they can be told. O(1).
    ///
    /// `None` where lines below the node are missing: the text was cut at some depth, truncated, filtered or
    /// disturbed. Then the bytes of the node alone are somewhere between 0 and [`bytes`](Self::bytes).
    #[must_use]
    #[doc(alias = "talloc_get_size")]
    pub fn self_bytes(&self) -> Option<u64> {
        (self.own != UNKNOWN).then_some(self.own)
    }

    /// How many references the node had, from inside or outside the report; claims from outside the tree count as well.
    /// O(1).
    ///
    /// 0 for the root of a parsed report, whose header doesn't say.
    #[must_use]
    #[doc(alias = "talloc_reference_count")]
    pub fn reference_count(&self) -> u32 {
        self.references
    }

    /// Whether the node was owned, kept by claims from outside alone, or floating. A text doesn't say; a report captured
    /// from a tree does. O(1).
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        self.standing
    }

    /// Where the node was. O(1).
    #[must_use]
    pub fn address(&self) -> Address<'_> {
        match self.place {
            Stored::Unknown => Address::Unknown,
            Stored::Handle(index, version) => Address::Handle { index, version },
            Stored::Pointer(pointer) => Address::Pointer(pointer),
            Stored::Nil => Address::Nil,
            Stored::Content => Address::Content(self.rare.as_ref().and_then(|r| r.content.as_deref()).unwrap_or(b"")),
        }
    }

    /// The `d=` column that CCAN's dump of Samba has: the node's destructor. O(1).
    #[must_use]
    pub fn destructor(&self) -> Option<Address<'_>> {
        match self.destructor {
            Destructor::NotShown => None,
            Destructor::Nil => Some(Address::Nil),
            Destructor::Set => self.rare.as_ref().map(|rare| Address::Pointer(rare.destructor)),
        }
    }

    /// The limit set on the node, if its report has a line about one. O(1).
    #[must_use]
    #[doc(alias = "talloc_set_memlimit")]
    pub fn memlimit(&self) -> Option<MemLimit> {
        self.rare.as_ref()?.limit
    }

    /// For a reference, the node it claims, if that is in the report and can be told. O(1).
    ///
    /// A text names the target and nothing else, so a parsed reference has a target only where exactly one node
    /// of the report has that name and a reference count above 0. The root counts as a candidate, for its
    /// header hides its reference count.
    #[must_use]
    pub fn target(&self) -> Option<NodeId> {
        self.rare.as_ref()?.target
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Record");
        text.field("kind", &self.kind).field("name", &self.name_lossy());
        if self.kind != Kind::Reference {
            text.field("bytes", &self.bytes).field("blocks", &self.blocks).field("self_bytes", &self.self_bytes());
            text.field("reference_count", &self.references).field("address", &self.address());
        }
        if let Some(rare) = &self.rare {
            text.field("rare", rare);
        }
        text.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_stays_small_and_can_travel() {
        fn travels<T: Send + Sync + Clone + PartialEq>() {}
        travels::<Record>();
        assert!(size_of::<Record>() <= 72, "{}", size_of::<Record>());
        assert!(size_of::<indextree::Node<Record>>() <= 160, "{}", size_of::<indextree::Node<Record>>());
    }

    #[test]
    fn a_fact_of_ones_own_leaves_the_shared_facts_alone() {
        let shared = Arc::new(Rare { type_name: Some("Message".into()), ..Rare::default() });
        let mut record = Record::new(Kind::Node, Arc::from(&b"char"[..]));
        record.share(Arc::clone(&shared));
        record.set_address(Address::Content(b" x"));
        assert_eq!(record.type_name(), Some("Message"));
        assert_eq!(record.address(), Address::Content(b" x"));
        assert_eq!(shared.content, None);
    }
}
