//! An input, split into reports.

use std::cmp::Reverse;

use super::lines::{Line, Lines, Position};
use super::opening::Opening;
use super::place::Style;
use super::prefix::Prefix;
use super::session::Session;
use crate::report::foreign::{self, Foreign};
use crate::report::{ParseError, Report};

/// What the programs of Osmocom indent by.
const HALF_INDENT: usize = 2;

/// How many prefixes are taken off one input. Each costs another look at what is there of it.
const MOST_PREFIXES: usize = 64;

/// What `talloc_show_parents` begins with.
const PARENTS: [&[u8]; 2] = [b"talloc parents of '", b"talloc no parents for NULL"];

/// Finds the reports of an input that comes in pieces.
#[derive(Debug)]
pub(super) struct Splitter {
    at: Position,
    /// How much of a report must be there before it is begun.
    enough: usize,
    underway: Option<Box<Session>>,
    /// A report that is read. What comes before the next one counts as skipped.
    last: Option<Report>,
    found: usize,
    /// The line on which a list of parents begins.
    parents: Option<usize>,
    /// What should be taken off every line from the next on before reading goes on.
    prefix: Option<Prefix>,
    /// How many more may be found.
    prefixes: usize,
}

impl Splitter {
    pub(super) fn new(enough: usize) -> Self {
        let at = Position { offset: 0, number: 1 };
        Self { at, enough, underway: None, last: None, found: 0, parents: None, prefix: None, prefixes: MOST_PREFIXES }
    }

    /// The next report after which another begins. `None` means that all lines are read that can be, or that there is
    /// [something to take off](Self::take_prefix).
    pub(super) fn next(&mut self, lines: &mut Lines<'_>) -> Option<Report> {
        loop {
            if let Some(session) = &mut self.underway {
                let (at, ended) = session.run(lines, self.at);
                self.at = at;
                if !ended {
                    return None;
                }
                self.last = self.underway.take().map(|session| session.finish());
            }
            let line = lines.next(self.at)?;
            match Opening::find(lines, &line, Report::INDENT) {
                Some(_) if !lines.has(self.enough, self.at) => return None,
                Some(opening) => {
                    self.prefix = self.prefix_before(lines, &line, &opening);
                    if self.prefix.is_some() {
                        return None;
                    }
                    let last = self.last.take();
                    self.begin(lines, &line, &opening);
                    if last.is_some() {
                        return last;
                    }
                }
                None => match foreign::read(lines.whole(self.at), self.at.number) {
                    Some(found) if found.open && !lines.is_last() => return None,
                    Some(Foreign { report, bytes, lines, .. }) => {
                        self.found += 1;
                        self.at = Position { offset: self.at.offset + bytes, number: self.at.number + lines };
                        if let last @ Some(_) = self.last.replace(report) {
                            return last;
                        }
                    }
                    None => self.pass(&line),
                },
            }
        }
    }

    /// What to take off every line from which offset on, if something was found.
    pub(super) fn take_prefix(&mut self) -> Option<(Prefix, usize)> {
        Some((self.prefix.take()?, self.at.offset))
    }

    /// The last report, when there are no more lines.
    pub(super) fn end(&mut self) -> Option<Report> {
        self.underway.take().map(|session| session.finish()).or_else(|| self.last.take())
    }

    /// Forgets the part of the input that won't be needed again. Returns how much that is.
    pub(super) fn forget(&mut self, input: &[u8]) -> usize {
        let before = Lines::forgettable(input, self.at.offset);
        self.at.offset -= before;
        before
    }

    /// Why no report was found in the input.
    pub(super) fn nothing(&self) -> Option<ParseError> {
        if self.found > 0 {
            return None;
        }
        Some(match (self.parents, self.at.number - 1) {
            (Some(line), _) => ParseError::ParentsList { line },
            (None, 0) => ParseError::Empty,
            (None, lines) => ParseError::NoReport { lines },
        })
    }

    /// What is before the header and before the next line.
    fn prefix_before(&mut self, lines: &Lines<'_>, line: &Line<'_>, opening: &Opening<'_>) -> Option<Prefix> {
        let next = lines.read(opening.next)?;
        let found = Prefix::found(&line.raw[..opening.before], next.raw).filter(|_| self.prefixes > 0)?;
        self.prefixes -= 1;
        Some(found)
    }

    fn begin<'a>(&mut self, lines: &mut Lines<'a>, line: &Line<'a>, opening: &Opening<'a>) {
        self.found += 1;
        let mut best = Try::new(lines, opening, Style::Columns);
        // Only the sums can tell two levels of two spaces from one of four.
        if best.half_levels
            && let Some(opening) = Opening::find(lines, line, HALF_INDENT)
        {
            best = best.or(Try::new(lines, &opening, Style::Columns));
        }
        if best.is_loose {
            best = Try::new(lines, opening, Style::Steps).or(best);
            best = Try::new(lines, opening, Style::Sums).or(best);
        }
        self.at = best.at;
        match best.state {
            State::Underway(session) => self.underway = Some(session),
            State::Ended(report) => self.last = Some(*report),
        }
    }

    /// A line between reports.
    fn pass(&mut self, line: &Line<'_>) {
        if let Some(last) = &mut self.last {
            last.skip_line();
        }
        if self.parents.is_none() && PARENTS.iter().any(|parents| line.raw.starts_with(parents)) {
            self.parents = Some(line.at.number);
        }
        self.at = line.next;
    }
}

/// A report read in one of several ways, as far as the lines go.
struct Try {
    state: State,
    at: Position,
    half_levels: bool,
    is_loose: bool,
}

enum State {
    Underway(Box<Session>),
    Ended(Box<Report>),
}

impl Try {
    fn new(lines: &mut Lines<'_>, opening: &Opening<'_>, style: Style) -> Self {
        let mut session = Session::new(lines, opening, style);
        let (at, ended) = session.run(lines, opening.next);
        let (half_levels, is_loose) = (session.has_half_levels(), session.is_loose());
        let state = match ended || lines.is_last() {
            true => State::Ended(Box::new(session.finish())),
            false => State::Underway(Box::new(session)),
        };
        Self { state, at, half_levels, is_loose }
    }

    /// The one with less wrong, `other` if both have the same.
    ///
    /// Should one end before the other, the longer wins, so that no line is read again and again.
    fn or(self, other: Self) -> Self {
        let short = |this: &Self| match &this.state {
            State::Underway(session) => (Reverse(usize::MAX), session.wrong()),
            State::Ended(report) => (Reverse(this.at.offset), report.imbalances().len() + report.skipped_lines()),
        };
        if short(&other) <= short(&self) { other } else { self }
    }
}
