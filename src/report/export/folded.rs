//! Folded stacks, as flame graphs are made of.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use super::CHUNK;
use super::own::Own;
use crate::report::record::Kind;
use crate::report::{Naming, Report, Visit, visible};

/// What a flame graph shows the width of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Weight {
    /// Bytes.
    #[default]
    Bytes,
    /// Blocks.
    Blocks,
}

impl Weight {
    pub(super) fn of(self, own: Own) -> u64 {
        match self {
            Self::Bytes => own.bytes,
            Self::Blocks => own.blocks,
        }
    }
}

/// Writes folded stacks: for each path of names that has a weight itself a line with the names, `;` between them, and the
/// weight. O(bytes written), O(records) memory.
///
/// A `;` in a name is written as `\x3b`, and the space before a number at the end of a name as `\x20`, for readers take a
/// second number in a line for a second weight.
///
/// ```
/// use freehold::report::export::{Weight, write_folded};
/// use freehold::report::{Builder, Entry};
/// let mut builder = Builder::new(Entry::new("server"));
/// for _ in 0..2 {
///     builder.push(Entry::new("session").bytes(10));
///     builder.push(Entry::new("a;b").bytes(7));
///     builder.leave();
///     builder.leave();
/// }
/// let mut folded = Vec::new();
/// write_folded(&builder.finish(), Weight::Bytes, &mut folded)?;
/// assert_eq!(String::from_utf8_lossy(&folded), "server;session 20\nserver;session;a\\x3bb 14\n");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Whatever `out` fails with; what was written until then stays written.
pub fn write_folded<W: Write + ?Sized>(report: &Report, weight: Weight, out: &mut W) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(CHUNK, out);
    let report = report.merged(Naming::Exact);
    let (mut path, mut ends) = (String::new(), Vec::new());
    for Visit { id, depth, record } in report.walk() {
        if record.kind() == Kind::Reference {
            continue;
        }
        ends.truncate(depth);
        path.truncate(ends.last().copied().unwrap_or(0));
        if depth > 0 {
            path.push(';');
        }
        path.push_str(&frame(record.name()));
        ends.push(path.len());
        let weight = weight.of(Own::of(&report, id));
        if weight > 0 {
            writeln!(out, "{path} {weight}")?;
        }
    }
    out.flush()
}

/// A name that stays one name in a folded line.
fn frame(name: &[u8]) -> Cow<'_, str> {
    let mut frame = visible(name);
    if frame.contains(';') {
        frame = Cow::Owned(frame.replace(';', "\\x3b"));
    }
    if let Some((before, last)) = frame.rsplit_once(' ')
        && last.contains(|char: char| char.is_ascii_digit())
        && last.chars().all(|char| char.is_ascii_digit() || matches!(char, '.' | '+' | '-'))
    {
        frame = Cow::Owned(format!("{before}\\x20{last}"));
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::frame;

    #[test]
    fn a_name_is_neither_several_nor_a_weight() {
        for (name, expected) in [
            ("talloc_new: a.c:12", "talloc_new: a.c:12"),
            ("if (a;b;)", "if (a\\x3bb\\x3b)"),
            ("thread 12", "thread\\x2012"),
            ("version 1.5", "version\\x201.5"),
            ("Wed, 07 Oct 2020 20:26:40 +0000", "Wed, 07 Oct 2020 20:26:40\\x20+0000"),
            ("a - b", "a - b"),
            ("a;b  7", "a\\x3bb \\x207"),
            ("v12", "v12"),
            ("12", "12"),
        ] {
            assert_eq!(frame(name.as_bytes()), expected);
        }
    }
}
