//! One line of a report.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use indextree::NodeId;

use super::address::Address;
use super::label::Label;
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
/// 40 bytes; equal names of one report share one allocation, and so do equal places of making.
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
    label: Label,
    bytes: u64,
    /// What `place` says it is.
    address: u64,
    own: u32,
    blocks: u32,
    references: u32,
    kind: Kind,
    place: Place,
    destructor: Destructor,
    standing: Option<Standing>,
}

/// What [`Record::address`] means.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Unknown,
    /// The generation in the upper half, the place in the lower.
    Handle,
    Pointer,
    Nil,
    Content,
}

/// The `d=` column. Nearly every line that has one says `(nil)`, so that costs nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Destructor {
    NotShown,
    Nil,
    Set,
}

/// Stands in [`Record::own`] for "can't be told".
const UNKNOWN: u32 = u32::MAX;

/// Stands in [`Record::own`] and [`Record::blocks`] for a number that is among the rare facts, being as large or larger.
const LARGE: u32 = u32::MAX - 1;

/// `number` as a record keeps it.
fn small(number: u64) -> u32 {
    number.min(LARGE.into()) as u32
}

impl Record {
    /// A line of `kind` that has counted nothing yet.
    pub(super) fn new(kind: Kind, label: Label) -> Self {
        Self {
            label,
            bytes: 0,
            address: 0,
            own: UNKNOWN,
            blocks: 1,
            references: 0,
            kind,
            place: Place::Unknown,
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

    /// Sets bytes and blocks of the node and everything below it.
    pub(super) fn set_totals(&mut self, bytes: u64, blocks: u64) {
        self.bytes = bytes;
        if self.blocks == LARGE || small(blocks) == LARGE {
            self.label.rare_mut().blocks = if small(blocks) == LARGE { blocks } else { 0 };
        }
        self.blocks = small(blocks);
    }

    pub(super) fn set_self_bytes(&mut self, own: Option<u64>) {
        let large = own.filter(|own| small(*own) == LARGE);
        if self.own == LARGE || large.is_some() {
            self.label.rare_mut().own = large.unwrap_or(0);
        }
        self.own = own.map_or(UNKNOWN, small);
    }

    pub(super) fn set_address(&mut self, address: Address<'_>) {
        (self.place, self.address) = match address {
            Address::Unknown => (Place::Unknown, 0),
            Address::Handle { index, version } => (Place::Handle, u64::from(version) << 32 | u64::from(index)),
            Address::Pointer(pointer) => (Place::Pointer, pointer),
            Address::Nil => (Place::Nil, 0),
            Address::Content(content) => {
                self.label.rare_mut().content = Some(content.into());
                (Place::Content, 0)
            }
        };
    }

    /// Sets the `d=` column; only a pointer and `(nil)` can stand there.
    pub(super) fn set_destructor(&mut self, column: Address<'_>) {
        match column {
            Address::Nil => self.destructor = Destructor::Nil,
            Address::Pointer(pointer) => {
                self.destructor = Destructor::Set;
                self.label.rare_mut().destructor = pointer;
            }
            _ => {}
        }
    }

    pub(super) fn set_limit(&mut self, limit: MemLimit) {
        self.label.rare_mut().limit = Some(limit);
    }

    pub(super) fn set_target(&mut self, target: Option<NodeId>) {
        if self.target() != target {
            self.label.rare_mut().target = target;
        }
    }

    /// A record stands for one at least: itself.
    pub(super) fn set_count(&mut self, count: u64) {
        let count = count.max(1);
        if self.count() != count {
            self.label.rare_mut().more = count - 1;
        }
    }

    pub(super) fn set_name(&mut self, name: &Label) {
        self.label = self.label.renamed(name);
    }

    /// What stands for all of `records`, and what is below them.
    pub(super) fn rest<'a>(records: impl Iterator<Item = &'a Self>) -> Self {
        let (mut count, mut bytes, mut blocks) = (0_u64, 0_u64, 0_u64);
        for record in records {
            count = count.saturating_add(record.count());
            bytes = bytes.saturating_add(record.bytes());
            blocks = blocks.saturating_add(record.blocks());
        }
        let mut rest = Self::new(Kind::Rest, Label::new(format!("({count} more)").into_bytes().into()));
        rest.set_totals(bytes, blocks);
        rest.set_self_bytes(Some(bytes));
        rest.set_count(count);
        rest
    }

    /// Makes this record stand for `other` as well. What they don't share, neither has any more.
    pub(super) fn absorb(&mut self, other: &Self) {
        let count = self.count().saturating_add(other.count());
        let own = self.self_bytes().zip(other.self_bytes()).map(|(a, b)| a.saturating_add(b));
        self.set_totals(self.bytes().saturating_add(other.bytes()), self.blocks().saturating_add(other.blocks()));
        self.set_self_bytes(own);
        self.references = self.references.saturating_add(other.references);
        self.standing = self.standing.filter(|standing| other.standing == Some(*standing));
        (self.place, self.address) = (Place::Unknown, 0);
        self.destructor = Destructor::NotShown;
        let rare = self.label.rare_mut();
        rare.keep_common(other.label.rare());
        rare.more = count - 1;
    }

    /// The node's name; for a reference, its target's. Bytes, for C names needn't be UTF-8. O(1).
    ///
    /// Trailing spaces of a name of at most 30 bytes don't survive talloc's text, which pads with spaces.
    #[must_use]
    #[doc(alias = "talloc_get_name")]
    pub fn name(&self) -> &[u8] {
        self.label.name()
    }

    pub(super) fn shared_name(&self) -> Arc<[u8]> {
        Arc::clone(self.label.name())
    }

    /// The name as text, with `U+FFFD` where it isn't UTF-8. O(length).
    #[must_use]
    pub fn name_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.name())
    }

    /// The type of the node's value. A text doesn't say; a report captured from a tree does. O(1).
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        self.label.rare()?.type_name.as_deref()
    }

    /// Where the node was made, as `file:line`. A text doesn't say; a report captured from a tree does. O(1).
    #[must_use]
    #[doc(alias = "talloc_get_location")]
    pub fn origin(&self) -> Option<&str> {
        self.label.rare()?.origin.as_deref()
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
        self.label.rare().map_or(1, |rare| rare.more + 1)
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
        match self.blocks {
            LARGE => self.label.rare().map_or(0, |rare| rare.blocks),
            blocks => blocks.into(),
        }
    }

    /// Bytes of the node alone, where they can be told. O(1).
    ///
    /// `None` where lines below the node are missing: the text was cut at some depth, truncated, filtered or
    /// disturbed. Then the bytes of the node alone are somewhere between 0 and [`bytes`](Self::bytes).
    #[must_use]
    #[doc(alias = "talloc_get_size")]
    pub fn self_bytes(&self) -> Option<u64> {
        match self.own {
            UNKNOWN => None,
            LARGE => self.label.rare().map(|rare| rare.own),
            own => Some(own.into()),
        }
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
            Place::Unknown => Address::Unknown,
            Place::Handle => Address::Handle { index: self.address as u32, version: (self.address >> 32) as u32 },
            Place::Pointer => Address::Pointer(self.address),
            Place::Nil => Address::Nil,
            Place::Content => Address::Content(self.label.rare().and_then(|r| r.content.as_deref()).unwrap_or(b"")),
        }
    }

    /// Where the node was, content aside, for comparing.
    pub(super) fn place(&self) -> (Place, u64) {
        (self.place, self.address)
    }

    /// The `d=` column that CCAN's dump of Samba has: the node's destructor. O(1).
    #[must_use]
    pub fn destructor(&self) -> Option<Address<'_>> {
        match self.destructor {
            Destructor::NotShown => None,
            Destructor::Nil => Some(Address::Nil),
            Destructor::Set => self.label.rare().map(|rare| Address::Pointer(rare.destructor)),
        }
    }

    /// The limit set on the node, if its report has a line about one. O(1).
    #[must_use]
    #[doc(alias = "talloc_set_memlimit")]
    pub fn memlimit(&self) -> Option<MemLimit> {
        self.label.rare()?.limit
    }

    /// For a reference, the node it claims, if that is in the report and can be told. O(1).
    ///
    /// A text names the target and nothing else, so a parsed reference has a target only where exactly one node
    /// of the report has that name and a reference count above 0. The root counts as a candidate, for its
    /// header hides its reference count.
    #[must_use]
    pub fn target(&self) -> Option<NodeId> {
        self.label.rare()?.target
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Record");
        text.field("kind", &self.kind).field("name", &self.name_lossy());
        if self.kind != Kind::Reference {
            text.field("bytes", &self.bytes).field("blocks", &self.blocks()).field("self_bytes", &self.self_bytes());
            text.field("reference_count", &self.references).field("address", &self.address());
        }
        if let Some(rare) = self.label.rare() {
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
        assert!(size_of::<Record>() <= 40, "{}", size_of::<Record>());
        assert!(size_of::<indextree::Node<Record>>() <= 128, "{}", size_of::<indextree::Node<Record>>());
    }

    fn named(name: &str) -> Label {
        Label::new(Arc::from(name.as_bytes()))
    }

    #[test]
    fn a_fact_of_ones_own_leaves_the_shared_facts_alone() {
        let shared = named("char").made(Some("Message".into()), None);
        let mut record = Record::new(Kind::Node, shared.clone());
        record.set_address(Address::Content(b" x"));
        assert_eq!(record.type_name(), Some("Message"));
        assert_eq!(record.address(), Address::Content(b" x"));
        assert_eq!(shared.rare().and_then(|rare| rare.content.as_deref()), None);
        assert_eq!(record.name().as_ptr(), shared.name().as_ptr());
    }

    #[test]
    fn numbers_of_every_size_are_kept_exactly() {
        let large = u64::from(u32::MAX);
        for number in [0, 1, large - 2, large - 1, large, large + 1, u64::MAX] {
            let mut record = Record::new(Kind::Node, named("x"));
            record.set_totals(number, number);
            record.set_self_bytes(Some(number));
            assert_eq!((record.bytes(), record.blocks(), record.self_bytes()), (number, number, Some(number)));
            record.set_totals(1, 2);
            record.set_self_bytes(None);
            assert_eq!((record.bytes(), record.blocks(), record.self_bytes()), (1, 2, None));
        }
    }

    #[test]
    fn a_record_without_rare_facts_shares_its_label() {
        let shared = named("x");
        let mut record = Record::new(Kind::Node, shared.clone());
        record.set_totals(10, 2);
        record.set_self_bytes(Some(3));
        for address in [Address::Pointer(u64::MAX), Address::Nil, Address::Handle { index: 1, version: u32::MAX }] {
            record.set_address(address);
            assert_eq!(record.address(), address);
        }
        assert!(record.label.is(&shared));
    }
}
