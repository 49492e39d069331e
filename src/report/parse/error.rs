//! Why an input isn't one report.

/// Why [`Report::parse`](crate::report::Report::parse) has nothing to return.
///
/// Each says what was found where, and what to try. A report that is cut, disturbed or mixed with other output is
/// no error: the [`Report`](crate::report::Report) tells.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// There is nothing at all.
    #[error(
        "the input is empty: the program asked for its report may not have written it yet \
         (Samba's smbcontrol returns before the daemon has); wait for it and read again"
    )]
    Empty,
    /// No line begins a report.
    #[error(
        "none of the {lines} lines begins a report; look for one such as \
         \"full talloc report on 'name' (total     12 bytes in   3 blocks)\""
    )]
    NoReport {
        /// How many lines were read.
        lines: usize,
    },
    /// What `talloc_show_parents` prints: names up to the top, without sizes.
    #[error(
        "line {line} begins a list of parents (talloc_show_parents), which is no tree; \
         ask the program for talloc_report_full instead"
    )]
    ParentsList {
        /// The line the list begins on, from 1.
        line: usize,
    },
    /// There is more than one report.
    #[error(
        "there are {count} reports, the first on line {first} and the second on line {second}; \
         use Report::parse_all and choose one"
    )]
    Several {
        /// How many there are.
        count: usize,
        /// The line the first begins on, from 1.
        first: usize,
        /// The line the second begins on, from 1.
        second: usize,
    },
}

/// Why [`Report::read`](crate::report::Report::read) has nothing to return.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The source could not be read.
    #[error("the report could not be read: {0}")]
    Io(#[from] std::io::Error),
    /// What was read isn't one report.
    #[error(transparent)]
    Parse(#[from] ParseError),
}
