//! Lines, and a look ahead that never looks twice.

use memchr::memchr;

use super::{header, tail};

/// A name of more lines than this is taken for chatter. Osmocom's help texts, which are names there, have dozens.
pub(super) const MOST_LINES: usize = 64;

/// Where a line begins, and which it is, from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Position {
    pub(super) offset: usize,
    pub(super) number: usize,
}

/// One line of the input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) at: Position,
    /// Without its `\n`, with its `\r`.
    pub(super) raw: &'a [u8],
    pub(super) next: Position,
}

impl<'a> Line<'a> {
    pub(super) fn read(input: &'a [u8], at: Position) -> Option<Self> {
        let rest = input.get(at.offset..).filter(|rest| !rest.is_empty())?;
        let (raw, length) = match memchr(b'\n', rest) {
            Some(end) => (&rest[..end], end + 1),
            None => (rest, rest.len()),
        };
        Some(Self { at, raw, next: Position { offset: at.offset + length, number: at.number + 1 } })
    }

    /// The line without its `\r`.
    pub(super) fn text(&self) -> &'a [u8] {
        self.raw.strip_suffix(b"\r").unwrap_or(self.raw)
    }

    /// From this line to the end of `last`.
    pub(super) fn joined(&self, input: &'a [u8], last: &Line<'a>) -> &'a [u8] {
        &input[self.at.offset..last.at.offset + last.text().len()]
    }
}

/// How a line ends that can end a name of several lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stop {
    Node,
    Limit,
    Header,
    /// A line that is something all by itself, whatever came before.
    Whole,
}

impl Stop {
    fn of(text: &[u8]) -> Option<Self> {
        if tail::content(text, tail::leading_spaces(text)).is_some() {
            Some(Self::Whole)
        } else if tail::node(text).is_some() {
            Some(Self::Node)
        } else if tail::header(text).is_some() {
            Some(if header::find(text).is_some() { Self::Whole } else { Self::Header })
        } else {
            tail::limit(text).map(|_| Self::Limit)
        }
    }
}

/// Finds the line that ends a name of several lines.
///
/// Every line of a long text may look like the beginning of such a name, and each asks for the same line after
/// it. So the answer is kept, and no line is read more than once for all of them.
#[derive(Debug)]
pub(super) struct Lookahead<'a> {
    input: &'a [u8],
    /// From here to `at` no line is a stop.
    from: usize,
    at: Position,
    found: Option<(Line<'a>, Stop)>,
}

impl<'a> Lookahead<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self { input, from: 0, at: Position { offset: 0, number: 1 }, found: None }
    }

    /// The first stop at `from` or after, if it is near enough.
    pub(super) fn stop(&mut self, from: Position) -> Option<(Line<'a>, Stop)> {
        if from.offset < self.from || from.offset > self.at.offset {
            *self = Self { input: self.input, from: from.offset, at: from, found: None };
        }
        while self.found.is_none() && self.at.number < from.number + MOST_LINES {
            let line = Line::read(self.input, self.at)?;
            match Stop::of(line.text()) {
                Some(stop) => self.found = Some((line, stop)),
                None => self.at = line.next,
            }
        }
        self.found.filter(|(line, _)| line.at.number < from.number + MOST_LINES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_kept_until_it_is_passed() {
        let stop = "x contains 1 bytes in 1 blocks (ref 0)";
        let input = format!("{}{stop}\nlast\n{stop}\n", "line\n".repeat(100));
        let mut look = Lookahead::new(input.as_bytes());
        let at = |number: usize| Position { offset: (number - 1) * 5, number };
        assert!(look.stop(at(1)).is_none(), "too far");
        let found = |look: &mut Lookahead<'_>, from| look.stop(from).map(|(line, stop)| (line.at.number, stop));
        assert_eq!(found(&mut look, at(40)), Some((101, Stop::Node)));
        assert_eq!(found(&mut look, at(101)), Some((101, Stop::Node)));
        assert_eq!(found(&mut look, at(20)), None, "too far again, though known");
        let after = Position { offset: 500 + stop.len() + 1, number: 102 };
        assert_eq!(found(&mut look, after), Some((103, Stop::Node)));
    }
}
