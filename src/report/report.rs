//! A captured tree and what is known about the text it came from.

use std::fmt;

use indextree::{Arena, NodeId};

use super::assemble::Assembled;
use super::balance::Imbalance;
use super::record::Record;

/// What a tree looked like at some moment, independent of the tree.
///
/// Comes from talloc's text ([`parse`](Self::parse), [`parse_all`](Self::parse_all)) or a
/// [`Builder`](super::Builder). The records lie in an [`indextree`] arena, in the order of the report's lines,
/// so that crate's iterators work on them: `report.root().children(report.arena())`.
///
/// `Display` prints talloc's text, names as far as they are UTF-8; [`text`](Self::text) has the exact bytes.
/// Two reports are equal when they show the same tree under the same header, whatever else was in their files.
///
/// Nothing here recurses: a chain of ten million nodes is built, walked, compared, cloned and dropped on any stack.
///
/// ```
/// use freehold::report::Report;
/// let text = "full talloc report on 'root' (total     14 bytes in   3 blocks)
///     message                        contains     14 bytes in   2 blocks (ref 0) 0x55d0
///         reference to: cache\n";
/// let report = Report::parse(text.as_bytes())?;
/// assert_eq!(report.len(), 3);
/// assert!(report.imbalances().is_empty() && !report.is_truncated());
/// for child in report.root().children(report.arena()) {
///     println!("{}", report.arena()[child].get().name_lossy());
/// }
/// assert_eq!(report.to_string(), text);
/// # Ok::<(), freehold::report::ParseError>(())
/// ```
#[derive(Clone)]
pub struct Report {
    arena: Arena<Record>,
    root: NodeId,
    form: Form,
    notes: Notes,
    imbalances: Vec<Imbalance>,
    truncated: bool,
    filtered: bool,
}

/// How the text is laid out. Two reports that differ here print differently.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Form {
    pub(super) header: Option<Header>,
    pub(super) start_depth: usize,
    pub(super) indent: usize,
}

/// The first line's words. `None` in a [`Form`] means the text has no first line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Header {
    pub(super) full: bool,
    pub(super) capital: bool,
    pub(super) program: Box<str>,
}

/// What was in the text beside the tree.
#[derive(Clone, Default, Debug)]
pub(super) struct Notes {
    pub(super) line: usize,
    /// The last line that is part of it.
    pub(super) last: usize,
    pub(super) skipped: usize,
    /// The lines of its text that are no part of it, in runs: the first, and how many.
    pub(super) chatter: Vec<(usize, usize)>,
    pub(super) cut_line: bool,
    pub(super) mallinfo: Vec<(Box<str>, i64)>,
    pub(super) format: Format,
}

/// What a report was captured from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Format {
    /// A live tree, or a [`Builder`](super::Builder).
    Live,
    /// talloc's text.
    #[default]
    Talloc,
    /// PostgreSQL's list of memory contexts, or its view of them. The bytes of each are what it has from the system, used or
    /// free. What a context is for is its [content](super::Address::Content).
    Postgres,
    /// proot's own listing. What it adds in parentheses is left out, and the first level lies below talloc's null context,
    /// which it has no line for.
    Proot,
}

impl Notes {
    /// Counts a line that is no part of the report.
    pub(super) fn skip(&mut self, line: usize) {
        self.skipped += 1;
        match self.chatter.last_mut() {
            Some((first, lines)) if *first + *lines == line => *lines += 1,
            _ => self.chatter.push((line, 1)),
        }
    }

    /// Takes `lines` lines from `first` on for part of the report after all. They begin a run of chatter.
    pub(super) fn unskip(&mut self, first: usize, lines: usize) {
        self.skipped -= lines;
        if let Ok(run) = self.chatter.binary_search_by_key(&first, |(first, _)| *first) {
            self.chatter[run] = (first + lines, self.chatter[run].1 - lines);
        }
    }
}

impl Report {
    /// What talloc itself indents by.
    pub(super) const INDENT: usize = 4;

    pub(super) fn new(assembled: Assembled, form: Form, notes: Notes) -> Self {
        let Assembled { arena, root, imbalances, ends_early, filtered } = assembled;
        let full = form.header.as_ref().is_some_and(|header| header.full);
        // A brief report has no sums to miss anything by; all that can show is half a line at the end.
        // Samba's trailer comes after the end.
        let truncated = if full { ends_early && notes.mallinfo.is_empty() } else { notes.cut_line };
        Self { arena, root, form, notes, imbalances, truncated, filtered }
    }

    #[cfg(feature = "json")]
    pub(super) fn notes(&self) -> &Notes {
        &self.notes
    }

    /// Puts a report together that was taken apart.
    #[cfg(feature = "json")]
    pub(super) fn restore(
        arena: Arena<Record>,
        root: NodeId,
        form: Form,
        notes: Notes,
        imbalances: Vec<Imbalance>,
        truncated: bool,
        filtered: bool,
    ) -> Self {
        Self { arena, root, form, notes, imbalances, truncated, filtered }
    }

    /// The same header and notes over other records, made from these.
    pub(super) fn reshaped(&self, arena: Arena<Record>, root: NodeId, imbalances: Vec<Imbalance>) -> Self {
        let (form, notes) = (self.form.clone(), self.notes.clone());
        Self { arena, root, form, notes, imbalances, truncated: self.truncated, filtered: self.filtered }
    }

    /// The records. O(1).
    #[must_use]
    pub fn arena(&self) -> &Arena<Record> {
        &self.arena
    }

    /// Where the [arena](Self::arena) has the topmost node. O(1).
    #[must_use]
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// How many records there are: the root, nodes, references, and levels that had to be made up. O(1).
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a report always has its root")]
    pub fn len(&self) -> usize {
        self.arena.len()
    }

    /// Whether the header promises that nothing is left out: `full talloc report on …`. O(1).
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.form.header.as_ref().is_some_and(|header| header.full)
    }

    /// The word before `report on` in the header: `talloc` but for renamed copies of it; `None` where the text
    /// has no header, as from `talloc_report_depth_file` with a depth above 0. O(1).
    #[must_use]
    pub fn program(&self) -> Option<&str> {
        self.form.header.as_ref().map(|header| &*header.program)
    }

    /// The depth the text calls its first node's: 0 unless the text began somewhere below. O(1).
    #[must_use]
    pub fn start_depth(&self) -> usize {
        self.form.start_depth
    }

    /// Spaces per level: 4 in talloc's own text, 2 in Osmocom's. O(1).
    #[must_use]
    pub fn indent(&self) -> usize {
        self.form.indent
    }

    /// The line of the input the report begins on, from 1; 0 for a report that was never text. O(1).
    #[must_use]
    pub fn line(&self) -> usize {
        self.notes.line
    }

    /// The last line of the input that is part of the report; 0 for a report that was never text. O(1).
    #[must_use]
    pub fn last_line(&self) -> usize {
        self.notes.last
    }

    /// The nodes whose numbers don't fit the lines below them. O(1).
    ///
    /// Empty for a whole, undisturbed report, which makes this the judge of a doubtful one. A node at the depth
    /// where a report that isn't [full](Self::is_full) stops is not held against it.
    #[must_use]
    pub fn imbalances(&self) -> &[Imbalance] {
        &self.imbalances
    }

    /// Whether the end of the text is missing. O(1).
    ///
    /// A full report shows it by its sums: everything adds up but the path to the last line. Any other report
    /// shows it only if the input stops within a line.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Whether levels are missing above some line, so that [hidden](super::Kind::Hidden) ones were put there and
    /// no total above them can be trusted. O(1).
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.filtered
    }

    /// What the report was captured from. O(1).
    #[must_use]
    pub fn format(&self) -> Format {
        self.notes.format
    }

    /// How many lines from this report's first to the next report were no part of it. O(1).
    #[must_use]
    pub fn skipped_lines(&self) -> usize {
        self.notes.skipped
    }

    /// What Samba's daemons print after the tree: glibc's `mallinfo`, name and number. O(1).
    #[must_use]
    pub fn mallinfo(&self) -> &[(Box<str>, i64)] {
        &self.notes.mallinfo
    }

    /// Says what a text's own last line gave away.
    pub(super) fn judge(&mut self, truncated: bool, imbalance: Option<Imbalance>) {
        self.truncated |= truncated;
        self.imbalances.extend(imbalance);
    }

    /// Takes the program for talloc itself.
    pub(super) fn forget_program(&mut self) {
        if let Some(header) = &mut self.form.header {
            header.program = "talloc".into();
        }
    }

    /// Counts a line that came after the report's end and before the next.
    pub(super) fn skip_line(&mut self) {
        self.notes.skipped += 1;
    }

    /// The runs of other lines between the report's own: the first line, and how many.
    pub(super) fn chatter_inside(&self) -> impl Iterator<Item = (usize, usize)> {
        self.notes.chatter.iter().copied().filter(|&(first, lines)| lines > 0 && first < self.notes.last)
    }

    /// The line the input ends within, if that may have been going to be one of the report's.
    pub(super) fn cut_line(&self) -> Option<usize> {
        let (first, lines) = self.notes.chatter.last().filter(|_| self.notes.cut_line)?;
        Some(first + lines - 1)
    }

    pub(super) fn header(&self) -> Option<&Header> {
        self.form.header.as_ref()
    }
}

impl PartialEq for Report {
    fn eq(&self, other: &Self) -> bool {
        self.form == other.form && self.arena == other.arena
    }
}

impl Eq for Report {}

/// A summary; the whole tree may have millions of lines.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.arena[self.root].get();
        f.debug_struct("Report")
            .field("root", &root.name_lossy())
            .field("bytes", &root.bytes())
            .field("blocks", &root.blocks())
            .field("len", &self.len())
            .field("form", &self.form)
            .field("lines", &(self.notes.line..=self.notes.last))
            .field("skipped_lines", &self.notes.skipped)
            .field("imbalances", &self.imbalances.len())
            .field("truncated", &self.truncated)
            .field("filtered", &self.filtered)
            .finish()
    }
}
