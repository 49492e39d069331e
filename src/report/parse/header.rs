//! The line a report begins with, wherever in the line it begins.

use memchr::memmem;

use super::tail::{self, HeaderTail};
use crate::report::report::Header;

const MIDDLE: &[u8] = b" report on '";

/// A header found in a line, up to the root's name.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) header: Header,
    /// Where it starts.
    pub(super) at: usize,
    /// Where the root's name begins.
    pub(super) name: usize,
}

/// Finds a whole header: its start, and its end.
pub(super) fn find(text: &[u8]) -> Option<(Start, HeaderTail)> {
    let end = tail::header(text)?;
    let start = find_start(&text[..end.name_end])?;
    Some((start, end))
}

/// Finds where a header starts whose root's name may go on in the next line.
///
/// Programs put colours, prompts and log prefixes before it, so it is looked for anywhere.
pub(super) fn find_start(text: &[u8]) -> Option<Start> {
    // Setting up a search costs more than reading a short line, and logs are full of those.
    if text.len() < MIDDLE.len() {
        return None;
    }
    memmem::find_iter(text, MIDDLE).find_map(|middle| {
        let before = &text[..middle];
        let word = before.iter().rposition(|&byte| !is_word(byte)).map_or(0, |other| other + 1);
        let program = word + colour(before, word);
        // talloc and its renamed copies. Anything else that reports on something quotes it in its own way.
        let name = std::str::from_utf8(&before[program..]).ok().filter(|name| name.ends_with("talloc"))?;
        let (full, capital) = (before[..program].ends_with(b"full "), before[..program].ends_with(b"Full "));
        let at = if full || capital { program - b"full ".len() } else { program };
        let header = Header { full: full || capital, capital, program: name.into() };
        Some(Start { header, at, name: middle + MIDDLE.len() })
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// How much of the word at `at` is the end of an ANSI colour such as `\x1b[0;31m`.
fn colour(text: &[u8], at: usize) -> usize {
    let count =
        |bytes: &mut dyn Iterator<Item = &u8>| bytes.take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    let (before, word) = text.split_at(at);
    let numbers = count(&mut before.iter().rev());
    let more = count(&mut word.iter());
    let is_colour = before[..at - numbers].ends_with(b"\x1b[") && word.get(more) == Some(&b'm');
    if is_colour { more + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn finds(line: &str, full: bool, program: &str, name: &str) {
        let (start, end) = find(line.as_bytes()).expect("a header");
        assert_eq!((start.header.full, &*start.header.program), (full, program));
        assert_eq!(&line.as_bytes()[start.name..end.name_end], name.as_bytes());
        assert_eq!((end.bytes, end.blocks), (7, 2));
    }

    #[test]
    fn headers_are_found_anywhere_and_in_every_dialect() {
        let end = "report on 'x' (total      7 bytes in   2 blocks)";
        finds(&format!("full talloc {end}"), true, "talloc", "x");
        finds(&format!("talloc {end}"), false, "talloc", "x");
        finds(&format!("Full talloc {end}"), true, "talloc", "x");
        finds(&format!("full push_talloc {end}"), true, "push_talloc", "x");
        finds(&format!("\x1b[0;mfull talloc {end}"), true, "talloc", "x");
        finds(&format!("\x1b[0;mtalloc {end}"), false, "talloc", "x");
        finds(&format!("\x1b[31mtalloc {end}"), false, "talloc", "x");
        finds(&format!("pcrf  | full talloc {end}"), true, "talloc", "x");
        finds("talloc report on 'x' (total 7 bytes in 2 blocks)", false, "talloc", "x");
    }

    #[test]
    fn a_roots_name_may_look_like_a_header() {
        let name = "a talloc report on 'b' (total      1 bytes in   1 blocks)";
        finds(&format!("talloc report on '{name}' (total      7 bytes in   2 blocks)"), false, "talloc", name);
    }

    #[test]
    fn other_reports_are_not_headers() {
        for line in
            ["weather report on 'x' (total      7 bytes in   2 blocks)", "talloc report on 'x'", "talloc report"]
        {
            assert!(find(line.as_bytes()).is_none(), "{line}");
        }
    }
}
