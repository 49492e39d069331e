//! Names made fit to be shown.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A name as one line of text that no terminal obeys. O(length), and borrowed if nothing is to be changed.
///
/// Control characters and whatever else can't be seen, such as marks that change the direction of writing, become `\n`,
/// `\t`, `\x1b` or `\u{202e}`; bytes that aren't UTF-8 become `\xff`. Backslashes stay as they are, so this is for people
/// and not for programs.
///
/// ```
/// use freehold::report::escaped;
/// assert_eq!(escaped(b"struct user"), "struct user");
/// assert_eq!(escaped(b"two\nlines \x1b[31mred\xff"), r"two\nlines \x1b[31mred\xff");
/// assert_eq!(escaped("ünïcode \u{202e}".as_bytes()), r"ünïcode \u{202e}");
/// ```
#[must_use]
pub fn escaped(name: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(name)
        && text.chars().all(is_seen)
    {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(name.len() + 8);
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            push_escaped(&mut text, c);
        }
        for byte in chunk.invalid() {
            push(&mut text, format_args!("\\x{byte:02x}"));
        }
    }
    Cow::Owned(text)
}

/// A name that can be seen: [`escaped`], and `(blank)` where that leaves nothing but spaces. O(length).
///
/// ```
/// use freehold::report::visible;
/// assert_eq!(visible(b"  "), "(blank)");
/// assert_eq!(visible(b" cache\n"), r" cache\n");
/// ```
#[must_use]
pub fn visible(name: &[u8]) -> Cow<'_, str> {
    if name.iter().all(|byte| *byte == b' ') { Cow::Borrowed("(blank)") } else { escaped(name) }
}

/// What is left of a text when all but its ASCII is escaped too.
pub(in crate::report) fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().fold(String::new(), |mut text, c| {
        if c.is_ascii() {
            text.push(c)
        } else {
            push(&mut text, format_args!("{}", c.escape_unicode()))
        }
        text
    }))
}

fn push_escaped(text: &mut String, c: char) {
    match c {
        c if is_seen(c) => text.push(c),
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        c if c.is_ascii() => push(text, format_args!("\\x{:02x}", u32::from(c))),
        c => push(text, format_args!("{}", c.escape_unicode())),
    }
}

fn is_seen(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    // `str::escape_debug` knows what is printable, and leaves a mark alone that has something to be put on.
    let mut text = [b'a', 0, 0, 0, 0];
    let len = 1 + c.encode_utf8(&mut text[1..]).len();
    std::str::from_utf8(&text[..len]).is_ok_and(|text| text.escape_debug().count() == 2)
}

fn push(text: &mut String, piece: std::fmt::Arguments<'_>) {
    text.write_fmt(piece).expect("writing to memory does not fail");
}

/// A text cut in the middle to at most `width` columns, with `…` for what is missing. O(length).
///
/// The ends of a name tell most: the type or the path's beginning, and the file's or the user's name.
///
/// ```
/// use freehold::report::shortened;
/// assert_eq!(shortened("../../source3/smbd/vfs.c:123", 20), "../../sour…vfs.c:123");
/// assert_eq!(shortened("cache", 16), "cache");
/// ```
#[must_use]
pub fn shortened(text: &str, width: usize) -> Cow<'_, str> {
    shortened_by(text, width, "…")
}

/// [`shortened`], with a sign of the caller's own for what is missing.
pub(in crate::report) fn shortened_by<'t>(text: &'t str, width: usize, sign: &str) -> Cow<'t, str> {
    // A text has at most as many columns as bytes, but for control characters, which are not in it.
    if text.len() <= width || text.width() <= width {
        return Cow::Borrowed(text);
    }
    let room = width.saturating_sub(sign.width());
    if room == 0 {
        return Cow::Owned(sign.chars().take(width).collect());
    }
    let head = room.div_ceil(2);
    let front = reach(text.chars(), head);
    let back = reach(text[front..].chars().rev(), room - head);
    Cow::Owned(format!("{}{sign}{}", &text[..front], &text[text.len() - back..]))
}

/// How many bytes of `chars` fit in `width` columns.
fn reach(chars: impl Iterator<Item = char>, width: usize) -> usize {
    let (mut used, mut bytes) = (0, 0);
    for c in chars {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        bytes += c.len_utf8();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let every: Vec<u8> = (0..=255).collect();
        assert!(escaped(&every).chars().all(|c| !c.is_control()));
        for c in ['\u{7f}', '\u{85}', '\u{200b}', '\u{2028}', '\u{2066}', '\u{feff}'] {
            assert_eq!(escaped(c.to_string().as_bytes()).chars().next(), Some('\\'), "{c:?}");
        }
        assert_eq!(escaped("u\u{308} 日本 🦀".as_bytes()), "u\u{308} 日本 🦀");
        assert_eq!(ascii("ü 🦀"), r"\u{fc} \u{1f980}");
    }

    #[test]
    fn a_text_is_cut_to_its_columns() {
        assert_eq!(shortened("abcdefgh", 8), "abcdefgh");
        assert_eq!(shortened("abcdefghi", 8), "abcd…ghi");
        assert_eq!(shortened("日本語日本語", 7), "日…語");
        assert_eq!([0, 1, 2].map(|width| shortened("abc", width).into_owned()), ["", "…", "a…"]);
        assert_eq!(shortened_by("abcdefghi", 8, "..."), "abc...hi");
        assert_eq!(shortened_by("abcdefghi", 2, "..."), "..");
    }
}
