//! What the JSON holds. One set of structs for both directions, so that they can't drift apart.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::report::record::Kind;
use crate::report::report::Format;
use crate::tree::Standing;

/// What the first member is called and says.
pub(super) const FORMAT: &str = "freehold-report";

/// Raised when an old reader would misread what a new writer writes. New members don't raise it: readers skip what they
/// don't know.
pub(super) const VERSION: u64 = 1;

/// A text that is borrowed from the input where it holds no escapes. (Within an `Option`, a bare `Cow` never is.)
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// What is known of the report as a whole.
#[derive(Serialize, Deserialize)]
pub(super) struct Head<'a> {
    /// How many records there are.
    pub(super) records: usize,
    #[serde(default, with = "FormatName")]
    pub(super) source: Format,
    /// The first line's words; missing if the text has no first line.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) header: Option<Words<'a>>,
    #[serde(default)]
    pub(super) start_depth: usize,
    #[serde(default = "usual_indent")]
    pub(super) indent: usize,
    #[serde(default)]
    pub(super) line: usize,
    #[serde(default)]
    pub(super) last_line: usize,
    #[serde(default)]
    pub(super) skipped_lines: usize,
    /// Runs of lines that were no part of the report: the first, and how many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) chatter: Vec<(usize, usize)>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) cut_line: bool,
    #[serde(default)]
    pub(super) truncated: bool,
    #[serde(default)]
    pub(super) filtered: bool,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(super) mallinfo: Vec<Fact<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(super) imbalances: Vec<Unbalanced<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Words<'a> {
    #[serde(borrow)]
    pub(super) program: Cow<'a, str>,
    pub(super) full: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) capital: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Fact<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    pub(super) value: i64,
}

/// A node whose numbers didn't fit the lines below it. In a report made from another, its record may stand for more.
#[derive(Serialize, Deserialize)]
pub(super) struct Unbalanced<'a> {
    pub(super) record: usize,
    pub(super) line: usize,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name_bytes: Option<Cow<'a, [u8]>>,
    pub(super) bytes: u64,
    pub(super) blocks: u64,
    pub(super) counted_bytes: u64,
    pub(super) counted_blocks: u64,
}

/// One record.
///
/// Bytes that aren't UTF-8 stand beside the text, as numbers; the text then has `U+FFFD` in their place.
#[derive(Serialize, Deserialize)]
pub(super) struct Line<'a> {
    pub(super) id: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) parent: Option<usize>,
    #[serde(default = "node", skip_serializing_if = "is_node", with = "KindName")]
    pub(super) kind: Kind,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub(super) count: u64,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name_bytes: Option<Cow<'a, [u8]>>,
    pub(super) bytes: u64,
    pub(super) blocks: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) self_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) references: u32,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) content_bytes: Option<Cow<'a, [u8]>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) destructor: Option<Text<'a>>,
    #[serde(borrow, default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) type_name: Option<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) origin: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) standing: Option<StandingName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) memlimit: Option<Limit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<usize>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Limit {
    pub(super) max_size: u64,
    pub(super) cur_size: u64,
}

/// The names of what reports are captured from.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Format", rename_all = "lowercase")]
enum FormatName {
    Live,
    Talloc,
    Postgres,
    Proot,
}

/// The names of the kinds.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Kind", rename_all = "lowercase")]
enum KindName {
    Node,
    Reference,
    Hidden,
    Rest,
}

/// The names of who keeps a node.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum StandingName {
    Owned,
    Counted,
    Floating,
}

impl From<Standing> for StandingName {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Owned => Self::Owned,
            Standing::Counted => Self::Counted,
            Standing::Floating => Self::Floating,
        }
    }
}

impl From<StandingName> for Standing {
    fn from(name: StandingName) -> Self {
        match name {
            StandingName::Owned => Self::Owned,
            StandingName::Counted => Self::Counted,
            StandingName::Floating => Self::Floating,
        }
    }
}

fn usual_indent() -> usize {
    crate::report::Report::INDENT
}

fn node() -> Kind {
    Kind::Node
}

fn is_node(kind: &Kind) -> bool {
    *kind == Kind::Node
}

fn one() -> u64 {
    1
}

fn is_one(count: &u64) -> bool {
    *count == 1
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
