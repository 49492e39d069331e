//! Names that nobody obeys.

use std::borrow::Cow;
use std::fmt::Write;

/// A name as text, of which two names have the same only if they are blank.
///
/// Escaped are control characters, what turns the direction of text around, bytes that aren't UTF-8, and the backslash.
pub(super) fn escaped(name: &[u8]) -> Cow<'_, str> {
    if name.iter().all(|byte| *byte == b' ') {
        return Cow::Borrowed("(blank)");
    }
    if let Ok(text) = std::str::from_utf8(name)
        && !text.chars().any(is_escaped)
    {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(name.len() + 8);
    for chunk in name.utf8_chunks() {
        for char in chunk.valid().chars() {
            if !is_escaped(char) {
                text.push(char);
            } else if char.is_ascii() {
                text.extend(std::ascii::escape_default(char as u8).map(char::from));
            } else {
                text.extend(char.escape_unicode());
            }
        }
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02x}").expect("writing to memory does not fail");
        }
    }
    Cow::Owned(text)
}

fn is_escaped(char: char) -> bool {
    matches!(char, '\\' | '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || char.is_control()
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn only_what_is_obeyed_is_escaped() {
        for (name, expected) in [
            (&b"struct user"[..], "struct user"),
            ("na\u{ef}ve 'x' \"y\" \u{6f22}".as_bytes(), "na\u{ef}ve 'x' \"y\" \u{6f22}"),
            (b"a\n\tb\r\x1b[31m\x7f", r"a\n\tb\r\x1b[31m\x7f"),
            (b"\xff\\n", r"\xff\\n"),
            ("\u{202e}txt\u{85}".as_bytes(), r"\u{202e}txt\u{85}"),
            (b"", "(blank)"),
            (b"   ", "(blank)"),
        ] {
            assert_eq!(escaped(name), expected);
        }
    }
}
