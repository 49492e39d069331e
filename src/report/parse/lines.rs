//! Lines of a piece of the input, and a look ahead that never looks twice.

use memchr::{memchr, memrchr_iter};

use super::{header, tail};

/// A name of more lines than this is taken for chatter. Osmocom's help texts, which are names there, have dozens.
pub(super) const MOST_LINES: usize = 64;

/// How many lines around one can have a say in what it is: those of a name or a limit that begins on it, and the
/// line after.
const AROUND: usize = MOST_LINES + 2;

/// Where a line begins in the piece that is being read, and which of the whole input it is, from 1.
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
    /// The line without its `\r`.
    pub(super) fn text(&self) -> &'a [u8] {
        self.raw.strip_suffix(b"\r").unwrap_or(self.raw)
    }

    /// From this line of `input` to the end of `last`.
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

/// A piece of the input that begins and, unless it is the last, goes on with whole lines.
///
/// It finds the line that ends a name of several lines. Every line of a long text may look like the beginning of such
/// a name, and each asks for the same line after it. So the answer is kept, and no line is read more than once for
/// all of them.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    input: &'a [u8],
    is_last: bool,
    /// Where the last line begins that may go on in the next piece.
    whole: usize,
    /// Lines from here on have to wait for the next piece, which shows what follows them.
    until: usize,
    /// From here to `at` no line is a stop.
    from: usize,
    at: Position,
    found: Option<(Line<'a>, Stop)>,
}

impl<'a> Lines<'a> {
    /// `is_last`: whether the input ends with this piece.
    pub(super) fn new(input: &'a [u8], is_last: bool) -> Self {
        let (whole, until) = match is_last {
            true => (input.len(), input.len()),
            false => (before(input, 0), before(input, AROUND)),
        };
        Self { input, is_last, whole, until, from: 0, at: Position { offset: 0, number: 1 }, found: None }
    }

    /// Where what is before `offset` can be forgotten, should the next piece begin there.
    pub(super) fn forgettable(input: &[u8], offset: usize) -> usize {
        before(&input[..offset], AROUND)
    }

    pub(super) fn input(&self) -> &'a [u8] {
        self.input
    }

    pub(super) fn is_last(&self) -> bool {
        self.is_last
    }

    /// Whether more than `bytes` of the lines from `at` on can be read now, or all there ever will be.
    pub(super) fn has(&self, bytes: usize, at: Position) -> bool {
        self.is_last || self.until > at.offset + bytes
    }

    /// Whether `line` is the input's last and has no end.
    pub(super) fn is_cut(&self, line: &Line<'_>) -> bool {
        self.is_last && line.next.offset == self.input.len() && !self.input.ends_with(b"\n")
    }

    /// The whole lines from `at` on.
    pub(super) fn whole(&self, at: Position) -> &'a [u8] {
        &self.input[at.offset..self.whole]
    }

    /// The line at `at`, if all that has a say in what it is is there.
    pub(super) fn next(&self, at: Position) -> Option<Line<'a>> {
        if at.offset < self.until { self.read(at) } else { None }
    }

    /// The line at `at`.
    pub(super) fn read(&self, at: Position) -> Option<Line<'a>> {
        let rest = self.input.get(at.offset..).filter(|rest| !rest.is_empty())?;
        let (raw, length) = match memchr(b'\n', rest) {
            Some(end) => (&rest[..end], end + 1),
            None => (rest, rest.len()),
        };
        Some(Line { at, raw, next: Position { offset: at.offset + length, number: at.number + 1 } })
    }

    /// The first stop at `from` or after, if it is near enough.
    pub(super) fn stop(&mut self, from: Position) -> Option<(Line<'a>, Stop)> {
        if from.offset < self.from || from.offset > self.at.offset {
            (self.from, self.at, self.found) = (from.offset, from, None);
        }
        while self.found.is_none() && self.at.number < from.number + MOST_LINES {
            let line = self.read(self.at)?;
            match Stop::of(line.text()) {
                Some(stop) => self.found = Some((line, stop)),
                None => self.at = line.next,
            }
        }
        self.found.filter(|(line, _)| line.at.number < from.number + MOST_LINES)
    }
}

/// Where the last `lines` whole lines of `text` begin, and what follows them.
fn before(text: &[u8], lines: usize) -> usize {
    memrchr_iter(b'\n', text).nth(lines).map_or(0, |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_kept_until_it_is_passed() {
        let stop = "x contains 1 bytes in 1 blocks (ref 0)";
        let input = format!("{}{stop}\nlast\n{stop}\n", "line\n".repeat(100));
        let mut look = Lines::new(input.as_bytes(), true);
        let at = |number: usize| Position { offset: (number - 1) * 5, number };
        assert!(look.stop(at(1)).is_none(), "too far");
        let found = |look: &mut Lines<'_>, from| look.stop(from).map(|(line, stop)| (line.at.number, stop));
        assert_eq!(found(&mut look, at(40)), Some((101, Stop::Node)));
        assert_eq!(found(&mut look, at(101)), Some((101, Stop::Node)));
        assert_eq!(found(&mut look, at(20)), None, "too far again, though known");
        let after = Position { offset: 500 + stop.len() + 1, number: 102 };
        assert_eq!(found(&mut look, after), Some((103, Stop::Node)));
    }

    #[test]
    fn a_line_waits_for_those_that_have_a_say() {
        let input = "line\n".repeat(100);
        let at = |number: usize| Position { offset: (number - 1) * 5, number };
        let piece = Lines::new(input.as_bytes(), false);
        let last = 100 - AROUND;
        assert!(piece.next(at(last)).is_some() && piece.next(at(last + 1)).is_none());
        assert!(Lines::new(input.as_bytes(), true).next(at(100)).is_some());
        assert!(Lines::new(b"line", false).next(at(1)).is_none());
        assert_eq!(Lines::forgettable(input.as_bytes(), 500), last * 5);
    }
}
