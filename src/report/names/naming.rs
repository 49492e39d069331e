//! Which names are the same but for their numbers.

use std::borrow::Cow;

use super::guess::{is_place_word, is_type};

/// How names are compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Naming {
    /// Byte by byte.
    #[default]
    Exact,
    /// Without what tells one of a kind from another: see [`normal_name`].
    Normal,
}

impl Naming {
    /// The name as it is compared. O(length).
    #[must_use]
    pub fn of(self, name: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Exact => Cow::Borrowed(name),
            Self::Normal => normal_name(name),
        }
    }
}

const DAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
const MONTHS: [&[u8]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// A name with what numbers its kind replaced: digits by `N`, so that `thread:86` is one of the `thread:N`. O(length).
///
/// Hexadecimal words of four digits or more are numbers too, and in names with numbers the English short names of days and
/// months. What programmers write stays: `struct sha256_ctx`, `uint8_t`, and places in sources such as `lib/util.c:147`.
///
/// ```
/// use freehold::report::normal_name;
/// let normal = |name: &str| String::from_utf8(normal_name(name.as_bytes()).into_owned()).unwrap();
/// assert_eq!(normal("user0051@example"), "userN@example");
/// assert_eq!(normal("0x55d0f2 -> 12"), "0xN -> N");
/// assert_eq!(normal("Wed, 07 Oct 2020 20:26:40 +0000"), "Day, N Month N N:N:N +N");
/// assert_eq!(normal("struct sha256_ctx"), "struct sha256_ctx");
/// assert_eq!(normal("talloc_new: lib/utf8.c:299"), "talloc_new: lib/utf8.c:299");
/// ```
#[must_use]
pub fn normal_name(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.iter().any(u8::is_ascii_digit) || is_type(name) {
        return Cow::Borrowed(name);
    }
    let mut normal = Vec::with_capacity(name.len());
    for token in name.split_inclusive(|byte| byte.is_ascii_whitespace()) {
        if is_place_word(token) { normal.extend_from_slice(token) } else { words(token, &mut normal) }
    }
    if normal == name { Cow::Borrowed(name) } else { Cow::Owned(normal) }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Replaces what counts in each word of `token`.
fn words(token: &[u8], normal: &mut Vec<u8>) {
    for word in token.chunk_by(|a, b| is_word(*a) == is_word(*b)) {
        let has_digit = word.iter().any(u8::is_ascii_digit);
        let is_hex = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_hexdigit);
        if DAYS.contains(&word) {
            normal.extend_from_slice(b"Day");
        } else if MONTHS.contains(&word) {
            normal.extend_from_slice(b"Month");
        } else if word.strip_prefix(b"0x").is_some_and(|number| number == b"N" || is_hex(number)) {
            normal.extend_from_slice(b"0xN");
        } else if has_digit && word.len() >= 4 && is_hex(word) {
            normal.push(b'N');
        } else {
            for run in word.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
                normal.extend_from_slice(if run[0].is_ascii_digit() { b"N" } else { run });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(name: &str, normal: &str) {
        assert_eq!(String::from_utf8_lossy(&normal_name(name.as_bytes())), normal);
    }

    #[test]
    fn what_numbers_a_kind_goes() {
        becomes("thread:86", "thread:N");
        becomes("S-1-5-21-300", "S-N-N-N-N");
        becomes("7f3a9c21-00de-4e5f-9abc-0123456789ab", "N-N-N-N-N");
        becomes("/srv/prooted-19627-o0tJvP", "/srv/prooted-N-oNtJvP");
        becomes("10:20", "N:N");
    }

    #[test]
    fn what_programmers_write_stays() {
        for name in [
            "struct smb2_request",
            "struct sha256_ctx *",
            "uint8_t",
            "u64",
            "../../source3/lib/util_nttoken.c:49",
            "a.rs:10:5",
            "",
            "no number",
            "Mon",
        ] {
            becomes(name, name);
        }
        becomes("../../lib/a.c:12: user 17", "../../lib/a.c:12: user N");
        becomes("struct user 17", "struct user N");
        becomes("10.0.0.1:389", "N.N.N.N:N");
        becomes("host.de:389", "host.de:N");
    }

    #[test]
    fn a_normal_name_is_its_own() {
        for name in ["0xN", "0xN -> N", "0xN lib/a.c:12", "N.c:0xN"] {
            becomes(name, name);
        }
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        assert_eq!(&*normal_name(b"\xff12\x00\n3"), b"\xffN\x00\nN");
    }
}
