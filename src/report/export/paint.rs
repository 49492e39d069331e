//! What both pictures have in common: how names and sizes are written, and what colour a box has.

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::palette::HUES;
use super::paths::Path;
use crate::report::{Kind, normal_name};

/// A name as text that can't disturb what it stands in: control and invisible characters, and bytes that are no UTF-8, are
/// escaped as Rust would, for a name can hold any byte.
pub(super) fn text(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\'' | '"' | '\\' => text.push(c),
                c => text.extend(c.escape_debug()),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// What a box, or a line, says it is.
pub(super) fn label(path: &Path<'_>) -> String {
    let name = || if path.name.is_empty() { Cow::Borrowed("(no name)") } else { Cow::Owned(text(path.name)) };
    match path.kind {
        Kind::Rest => format!("… {} more", grouped(path.now.count.max(path.was.count))),
        Kind::Reference => format!("→ {}", name()),
        Kind::Node | Kind::Hidden => name().into_owned(),
    }
}

/// The number of the colour a name has: equal names, numbers in them aside, look equal everywhere.
pub(super) fn hue(name: &[u8]) -> usize {
    // FNV-1a, so that a name has its colour wherever and whenever it is drawn.
    let hash = normal_name(name)
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 32) as usize % HUES
}

/// `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `12.3 KiB`: a size to be grasped at a glance.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut number = bytes as f64 / 1024.0;
    let mut unit = 0;
    while number >= 999.95 {
        number /= 1024.0;
        unit += 1;
    }
    format!("{number:.1} {}", UNITS[unit])
}

/// A difference with its sign: `+12.3 KiB`, `−3`, `±0`.
pub(super) fn signed(was: u64, now: u64, unit: impl Fn(u64) -> String) -> String {
    let sign = match now.cmp(&was) {
        std::cmp::Ordering::Less => "−",
        std::cmp::Ordering::Equal => "±",
        std::cmp::Ordering::Greater => "+",
    };
    format!("{sign}{}", unit(now.abs_diff(was)))
}

/// How much something grew, against the larger of both: 4 for new, -4 for gone, 0 for no change at all.
pub(super) fn growth(was: u64, now: u64) -> i8 {
    let (delta, of) = (now.abs_diff(was), now.max(was));
    if delta == 0 {
        return 0;
    }
    let step = match delta as f64 / of as f64 {
        share if share < 0.1 => 1,
        share if share < 0.4 => 2,
        share if share < 1.0 => 3,
        _ => 4,
    };
    if now > was { step } else { -step }
}

/// `text` in at most `room` characters, what is left out taken from the middle.
pub(super) fn shortened(text: &str, room: usize) -> Cow<'_, str> {
    let length = text.chars().count();
    if length <= room {
        return Cow::Borrowed(text);
    }
    let tail = room.saturating_sub(1) / 2;
    let head = room.saturating_sub(1 + tail);
    let start = text.chars().take(head);
    Cow::Owned(start.chain(['…']).chain(text.chars().skip(length - tail)).collect())
}

/// Text between tags.
#[derive(Debug)]
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.split_inclusive(['&', '<', '>']).try_for_each(|part| {
            let escape = match part.as_bytes().last() {
                Some(b'&') => "&amp;",
                Some(b'<') => "&lt;",
                Some(b'>') => "&gt;",
                _ => return f.write_str(part),
            };
            f.write_str(&part[..part.len() - 1])?;
            f.write_str(escape)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_can_disturb_the_text_it_stands_in() {
        assert_eq!(text(b"a\tb\n\x1b[31m\x00"), "a\\tb\\n\\u{1b}[31m\\0");
        assert_eq!(text("dir\u{202e}txt \u{2028}".as_bytes()), "dir\\u{202e}txt \\u{2028}");
        assert_eq!(text(b"latin1 \xef\xff 'x' \"y\" \\"), "latin1 \\xef\\xff 'x' \"y\" \\");
        assert_eq!(text("ünïcode 数".as_bytes()), "ünïcode 数");
    }

    #[test]
    fn numbers_read_well_and_say_what_is() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1023, 1024, 1_048_500, u64::MAX].map(size), ["1023 B", "1.0 KiB", "1.0 MiB", "16.0 EiB"]);
        assert_eq!(signed(5, 3, grouped), "−2");
        assert_eq!(signed(3, 2051, size), "+2.0 KiB");
        assert_eq!(signed(3, 3, size), "±0 B");
    }

    #[test]
    fn growth_is_told_by_share_and_the_ends_are_new_and_gone() {
        assert_eq!([(0, 5), (5, 0), (5, 5), (0, 0)].map(|(was, now)| growth(was, now)), [4, -4, 0, 0]);
        assert_eq!([(100, 105), (100, 80), (1, 3)].map(|(was, now)| growth(was, now)), [1, -2, 3]);
    }

    #[test]
    fn names_lose_their_middle() {
        assert_eq!(shortened("struct smbd_server_connection", 11), "struc…ction");
        assert_eq!(shortened("short", 5), "short");
    }

    #[test]
    fn names_that_differ_in_their_numbers_look_equal() {
        assert_eq!(hue(b"thread:86"), hue(b"thread:1234"));
        assert_ne!(hue(b"thread:86"), hue(b"struct tevent_req"));
    }
}
