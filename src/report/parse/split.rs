//! An input, split into reports.

use super::lines::{Line, Lookahead, Position};
use super::opening::Opening;
use super::session::{self, Reading};
use crate::report::{ParseError, Report, foreign};

/// What the programs of Osmocom indent by.
const HALF_INDENT: usize = 2;

/// What `talloc_show_parents` begins with.
const PARENTS: [&[u8]; 2] = [b"talloc parents of '", b"talloc no parents for NULL"];

impl Report {
    /// Reads the one report in `text`. O(bytes); memory for the records, not for the text.
    ///
    /// What is before, between and after the report's lines is skipped, and from its first line on
    /// [counted](Self::skipped_lines). See [`parse_all`](Self::parse_all) for what is understood.
    ///
    /// ```
    /// use freehold::report::{ParseError, Report};
    /// let log = b"reloading\nfull talloc report on 'root' (total      0 bytes in   1 blocks)\ndone\n";
    /// let report = Report::parse(log)?;
    /// assert_eq!((report.line(), report.skipped_lines()), (2, 1));
    /// assert_eq!(Report::parse(b"nothing\n"), Err(ParseError::NoReport { lines: 1 }));
    /// # Ok::<(), ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ParseError::Empty`], [`ParseError::NoReport`], [`ParseError::ParentsList`], or [`ParseError::Several`] if
    /// there is more than one. A damaged report is none: ask [`imbalances`](Self::imbalances) and
    /// [`is_truncated`](Self::is_truncated).
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        let mut reports = Self::parse_all(text);
        match &*reports {
            [] => Err(nothing(text)),
            [_] => Ok(reports.remove(0)),
            [first, second, ..] => {
                Err(ParseError::Several { count: reports.len(), first: first.line(), second: second.line() })
            }
        }
    }

    /// Reads every report in `text`, which may be a whole log. O(bytes); memory for the records, not for the text.
    ///
    /// Understood are talloc's own text of every version with a `(ref N)` column, in full, brief, cut at a depth,
    /// or begun below one; Samba's `char` lines and `mallinfo:` trailer; CCAN's `d=` column; Osmocom's indent of
    /// two, `\r\n` and left out levels; colours and log prefixes before a header; memlimit lines; renamed copies
    /// of talloc; and Freehold's own.
    ///
    /// Names are data, and the text does not quote them. Where it can be read in several ways, the column of
    /// `contains` decides, then the sums of a full report; a name that forges whole lines is caught by
    /// [`imbalances`](Self::imbalances) at best.
    ///
    /// ```
    /// use freehold::report::Report;
    /// let log = "full talloc report on 'a' (total      0 bytes in   1 blocks)\nlater\n\
    ///            full talloc report on 'b' (total      0 bytes in   1 blocks)\n";
    /// let lines: Vec<_> = Report::parse_all(log.as_bytes()).iter().map(Report::line).collect();
    /// assert_eq!(lines, [1, 3]);
    /// ```
    #[must_use]
    pub fn parse_all(text: &[u8]) -> Vec<Self> {
        let mut look = Lookahead::new(text);
        let mut reports: Vec<Self> = Vec::new();
        let mut at = Position { offset: 0, number: 1 };
        while let Some(line) = Line::read(text, at) {
            let Some(read) = read(text, &line, &mut look) else {
                if let Some(found) = foreign::read(&text[at.offset..], at.number) {
                    at = Position { offset: at.offset + found.bytes, number: at.number + found.lines };
                    reports.push(found.report);
                    continue;
                }
                if let Some(last) = reports.last_mut() {
                    last.skip_line();
                }
                at = line.next;
                continue;
            };
            at = read.end;
            reports.push(read.report);
        }
        reports
    }
}

/// The report that begins at `line`, if one does.
fn read<'a>(input: &'a [u8], line: &Line<'a>, look: &mut Lookahead<'a>) -> Option<Reading> {
    let mut read = |unit| {
        let opening = Opening::header(input, line, look, unit).or_else(|| Opening::node(line, unit))?;
        Some(session::read(input, look, &opening))
    };
    let reading = read(Report::INDENT)?;
    if !reading.half_levels {
        return Some(reading);
    }
    // Only the sums can tell two levels of two spaces from one of four.
    Some(match read(HALF_INDENT) {
        Some(halved) => reading.or(halved),
        None => reading,
    })
}

fn nothing(text: &[u8]) -> ParseError {
    if text.is_empty() {
        return ParseError::Empty;
    }
    let mut lines = text.split(|byte| *byte == b'\n');
    let parents = lines.position(|line| PARENTS.iter().any(|parents| line.starts_with(parents)));
    match parents {
        Some(before) => ParseError::ParentsList { line: before + 1 },
        None => ParseError::NoReport { lines: text.split_inclusive(|byte| *byte == b'\n').count() },
    }
}
