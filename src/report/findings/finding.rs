//! One thing to know about a report.

use std::fmt;
use std::ops::RangeInclusive;

/// How much a [`Finding`] takes away from a report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Severity {
    /// Nothing: good to know when reading the report.
    Note,
    /// The report was made to leave things out. What it shows is right.
    Limit,
    /// Something was lost, or contradicts something else.
    Damage,
}

/// What a [`Finding`] is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum FindingKind {
    /// The text ends before the report does.
    Truncated,
    /// The tree changed while it was printed, as when a program prints its report into memory of that tree.
    Disturbed,
    /// A node's numbers don't fit the lines below it, and nothing says why.
    Unbalanced,
    /// A report of one level, or of the header alone: `talloc_report`.
    Brief,
    /// The report stops at some depth below the first level: `talloc_report_depth_file`.
    DepthCut,
    /// Remainders stand for nodes that are not listed: a [filter](crate::report::Filter)'s, or those of PostgreSQL's log.
    SummedUp,
    /// Levels are missing above some lines: Osmocom's `filter`.
    Filtered,
    /// Lines of other output stand between the report's lines.
    Interleaved,
    /// Nothing was tracked: null tracking came too late.
    NothingTracked,
    /// References come from outside the report, or lead out of it.
    OutsideReferences,
    /// Names hold what a terminal obeys.
    ControlCharacters,
    /// Names look like lines of a report.
    LineLikeNames,
    /// What Samba's `mallinfo:` says beside what the tree says.
    Mallinfo,
}

impl FindingKind {
    /// How much it takes away from the report. O(1).
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Truncated | Self::Disturbed | Self::Unbalanced => Severity::Damage,
            Self::Brief | Self::DepthCut | Self::SummedUp | Self::Filtered | Self::NothingTracked => Severity::Limit,
            Self::Interleaved
            | Self::OutsideReferences
            | Self::ControlCharacters
            | Self::LineLikeNames
            | Self::Mallinfo => Severity::Note,
        }
    }
}

/// One thing to know about a report, from [`Report::findings`](super::super::Report::findings).
///
/// `Display` is a sentence or two for people: where it is, what it is, and which numbers hold all the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    kind: FindingKind,
    lines: Option<RangeInclusive<usize>>,
    message: String,
}

impl Finding {
    /// `message` on the lines from `first` to `last`; 0 if the report was never text.
    pub(super) fn new(kind: FindingKind, first: usize, last: usize, message: String) -> Self {
        Self { kind, lines: (first > 0).then_some(first..=last), message }
    }

    /// What it is about. O(1).
    #[must_use]
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// How much it takes away from the report. O(1).
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }

    /// The lines of the input it is about, from 1; `None` for a report that was never text. O(1).
    #[must_use]
    pub fn lines(&self) -> Option<RangeInclusive<usize>> {
        self.lines.clone()
    }

    /// What `Display` says, without the lines. Names are escaped. O(1).
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.lines {
            Some(lines) if lines.start() == lines.end() => write!(f, "line {}: ", lines.start())?,
            Some(lines) => write!(f, "lines {}-{}: ", lines.start(), lines.end())?,
            None => {}
        }
        f.write_str(&self.message)
    }
}
