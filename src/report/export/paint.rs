//! What both pictures have in common: how paths and differences are written, and what colour a box has.

use std::cmp::Ordering;
use std::fmt;

use super::overlay::Path;
use super::palette::HUES;
use crate::report::size::Grouped;
use crate::report::{Kind, normal_name, visible};

/// What a box, or a line, says it is.
pub(super) fn caption(path: &Path<'_>) -> String {
    let name = visible(path.name);
    match path.kind {
        Kind::Rest => format!("… {} more", Grouped(path.now.count.max(path.was.count))),
        Kind::Reference => format!("→ {name}"),
        Kind::Node | Kind::Hidden => name.into_owned(),
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

/// A difference with its sign: `+12.3 KiB`, `−3`, `±0`.
pub(super) fn signed<N: fmt::Display>(was: u64, now: u64, number: impl Fn(u64) -> N) -> String {
    let sign = match now.cmp(&was) {
        Ordering::Less => '−',
        Ordering::Equal => '±',
        Ordering::Greater => '+',
    };
    format!("{sign}{}", number(now.abs_diff(was)))
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
    use crate::report::size::Size;

    #[test]
    fn differences_have_signs() {
        assert_eq!(signed(5, 3, Grouped), "−2");
        assert_eq!(signed(3, 2051, Size), "+2.0 KiB");
        assert_eq!(signed(3, 3, Size), "±0 B");
    }

    #[test]
    fn growth_is_told_by_share_and_the_ends_are_new_and_gone() {
        assert_eq!([(0, 5), (5, 0), (5, 5), (0, 0)].map(|(was, now)| growth(was, now)), [4, -4, 0, 0]);
        assert_eq!([(100, 105), (100, 80), (1, 3)].map(|(was, now)| growth(was, now)), [1, -2, 3]);
    }

    #[test]
    fn names_that_differ_in_their_numbers_look_equal() {
        assert_eq!(hue(b"thread:86"), hue(b"thread:1234"));
        assert_ne!(hue(b"thread:86"), hue(b"struct tevent_req"));
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(Escaped("a<b>&c</title> d").to_string(), "a&lt;b&gt;&amp;c&lt;/title&gt; d");
    }
}
