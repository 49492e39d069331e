//! Lines of a text, one at a time, with a look at the next.

use memchr::memchr;

/// One line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Without its end.
    pub(super) text: &'a [u8],
    /// Which it is, from 1.
    pub(super) number: usize,
    length: usize,
}

/// The lines of a text.
#[derive(Clone, Debug)]
pub(super) struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a [u8], number: usize) -> Self {
        Self { text, at: 0, number }
    }

    pub(super) fn peek(&self) -> Option<Line<'a>> {
        let rest = &self.text[self.at..];
        let (text, length) = match memchr(b'\n', rest) {
            Some(end) => (&rest[..end], end + 1),
            None if rest.is_empty() => return None,
            None => (rest, rest.len()),
        };
        Some(Line { text: text.strip_suffix(b"\r").unwrap_or(text), number: self.number, length })
    }

    /// Goes past `line`, which was the next.
    pub(super) fn take(&mut self, line: Line<'a>) {
        self.at += line.length;
        self.number = line.number + 1;
    }

    /// How many bytes have been taken.
    pub(super) fn bytes(&self) -> usize {
        self.at
    }

    /// The number of the next line.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// What has not been taken.
    #[cfg(feature = "export")]
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    /// Goes past `bytes` more, which are `lines` lines.
    #[cfg(feature = "export")]
    pub(super) fn skip(&mut self, bytes: usize, lines: usize) {
        self.at += bytes;
        self.number += lines;
    }
}
