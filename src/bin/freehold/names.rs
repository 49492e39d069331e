//! Names as people can read them: no byte in them does anything to a terminal.

use std::borrow::Cow;
use std::fmt::Write;

use freehold::report::Record;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `name` with everything escaped that isn't a visible character: `\n`, `\x1b`, and bytes that aren't UTF-8.
pub(crate) fn printable(name: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(name)
        && !text.chars().any(is_hidden)
    {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(name.len() + 8);
    for chunk in name.utf8_chunks() {
        for char in chunk.valid().chars() {
            match is_hidden(char) {
                true => shown.extend(char.escape_default()),
                false => shown.push(char),
            }
        }
        for byte in chunk.invalid() {
            write!(shown, "\\x{byte:02x}").expect("a String takes everything");
        }
    }
    Cow::Owned(shown)
}

/// Control characters, and those that turn text around or take no room.
fn is_hidden(char: char) -> bool {
    char.is_control() || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A record's name, or a word for having none.
pub(crate) fn name_of(record: &Record) -> Cow<'_, str> {
    match record.name().trim_ascii() {
        [] => Cow::Borrowed("(blank)"),
        _ => printable(record.name()),
    }
}

/// `text` in at most `width` columns, with `…` for what had to go from its middle.
pub(crate) fn shortened(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let room = width.saturating_sub(1);
    let head = fitting(text.chars(), room.div_ceil(2));
    let tail = fitting(text.chars().rev(), room / 2);
    Cow::Owned(format!("{}…{}", &text[..head], &text[text.len() - tail..]))
}

/// How many bytes of `chars` fit into `width` columns.
fn fitting(chars: impl Iterator<Item = char>, width: usize) -> usize {
    let mut used = 0;
    chars
        .take_while(|char| {
            used += char.width().unwrap_or(0);
            used <= width
        })
        .map(char::len_utf8)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        assert_eq!(printable(b"plain \xc3\xbc"), "plain ü");
        assert_eq!(printable(b"a\x1b[31m\nb\xff\t"), "a\\u{1b}[31m\\nb\\xff\\t");
        assert_eq!(printable("a\u{202e}b".as_bytes()), "a\\u{202e}b");
    }

    #[test]
    fn the_middle_goes_first() {
        assert_eq!(shortened("abcdefgh", 8), "abcdefgh");
        assert_eq!(shortened("abcdefgh", 7), "abc…fgh");
        assert_eq!(shortened("abcdefgh", 4), "ab…h");
        assert_eq!(shortened("汉字汉字汉字", 7), "汉…字");
        assert_eq!(shortened("abc", 0), "…");
    }
}
