//! What lines end with. Names hold anything, so a line is told by its end, read backwards.

use memchr::memchr;

use crate::report::address::Address;
use crate::report::record::MemLimit;
use crate::report::text::line::NAME_WIDTH;

/// The end of a node's line: `contains N bytes in M blocks (ref R)`, then perhaps ` d=X`, then perhaps an address.
#[derive(Debug)]
pub(super) struct NodeTail<'a> {
    /// Where the name and its padding end.
    pub(super) name_end: usize,
    pub(super) bytes: u64,
    pub(super) blocks: u64,
    pub(super) references: u32,
    pub(super) destructor: Option<Address<'a>>,
    pub(super) address: Address<'a>,
}

/// The end of a header: `' (total N bytes in M blocks)`.
#[derive(Debug)]
pub(super) struct HeaderTail {
    pub(super) name_end: usize,
    pub(super) bytes: u64,
    pub(super) blocks: u64,
}

/// Reads the end of a node's line, if that is what `text` ends with.
pub(super) fn node(text: &[u8]) -> Option<NodeTail<'static>> {
    let mut back = Back(text);
    let address = back.address();
    let destructor = back.destructor();
    let references = back.references()?;
    let (bytes, blocks) = back.counts()?;
    back.literal(b" contains")?;
    Some(NodeTail { name_end: back.0.len(), bytes, blocks, references, destructor, address })
}

/// The same for a line that may lack its references, as talloc of 2004 printed it.
pub(super) fn bare_node(text: &[u8]) -> Option<NodeTail<'static>> {
    node(text).or_else(|| {
        let mut back = Back(text);
        back.literal(b" blocks")?;
        let (bytes, blocks) = back.counts()?;
        back.literal(b" contains")?;
        let (destructor, address) = (None, Address::Unknown);
        Some(NodeTail { name_end: back.0.len(), bytes, blocks, references: 0, destructor, address })
    })
}

/// Reads the line of a block called `char` that shows its content, if `text` is one. `leading` spaces precede it.
///
/// Samba writes these for that name and no other, and whatever follows is content, so this is the one kind of
/// line that is read forwards.
pub(super) fn content(text: &[u8], leading: usize) -> Option<NodeTail<'_>> {
    const NAME: &[u8; NAME_WIDTH] = b"char                          ";
    let mut front = Front(text.get(leading..)?.strip_prefix(NAME)?.strip_prefix(b" contains")?);
    let bytes = front.padded_number()?;
    front.literal(b" bytes in")?;
    let blocks = front.padded_number()?;
    front.literal(b" blocks (ref ")?;
    let references = front.number()?.try_into().ok()?;
    front.literal(b"): ")?;
    let name_end = leading + NAME_WIDTH;
    Some(NodeTail { name_end, bytes, blocks, references, destructor: None, address: Address::Content(front.0) })
}

/// Reads the end of a header, if that is what `text` ends with.
pub(super) fn header(text: &[u8]) -> Option<HeaderTail> {
    let mut back = Back(text);
    back.literal(b" blocks)")?;
    let (bytes, blocks) = back.counts()?;
    back.literal(b"' (total")?;
    Some(HeaderTail { name_end: back.0.len(), bytes, blocks })
}

/// Reads the end of a memlimit line, if that is what `text` ends with: where the name ends, and the limit.
pub(super) fn limit(text: &[u8]) -> Option<(usize, MemLimit)> {
    let mut back = Back(text);
    back.literal(b" bytes)")?;
    let cur_size = back.number()?;
    back.literal(b" bytes, cur_size = ")?;
    let max_size = back.number()?;
    back.literal(b" is a memlimit context (max_size = ")?;
    Some((back.0.len(), MemLimit { max_size, cur_size }))
}

/// Takes things off the end; on a mismatch the rest is worthless, but for [`address`](Self::address) and
/// [`destructor`](Self::destructor), which take nothing then.
struct Back<'a>(&'a [u8]);

impl<'a> Back<'a> {
    // Where the literal is known, comparing it takes no call.
    #[inline(always)]
    fn literal(&mut self, literal: &[u8]) -> Option<()> {
        self.0 = self.0.strip_suffix(literal)?;
        Some(())
    }

    fn number(&mut self) -> Option<u64> {
        let (mut rest, mut value, mut scale) = (self.0, 0_u64, 1_u64);
        while let [before @ .., digit @ b'0'..=b'9'] = rest {
            value = value.wrapping_add(u64::from(digit - b'0').wrapping_mul(scale));
            scale = scale.wrapping_mul(10);
            rest = before;
        }
        let digits = &self.0[rest.len()..];
        self.0 = rest;
        // As many digits as always fit; more have to be looked at.
        if (1..20).contains(&digits.len()) { Some(value) } else { decimal(digits) }
    }

    /// ` blocks (ref N)`.
    fn references(&mut self) -> Option<u32> {
        self.literal(b")")?;
        let references = self.number()?.try_into().ok()?;
        self.literal(b" blocks (ref ")?;
        Some(references)
    }

    /// ` +N bytes in +M`.
    fn counts(&mut self) -> Option<(u64, u64)> {
        let blocks = self.number()?;
        self.spaces()?;
        self.literal(b" bytes in")?;
        let bytes = self.number()?;
        self.spaces()?;
        Some((bytes, blocks))
    }

    /// Takes the padding of a number: only spaces, for a TAB or `\n` there belongs to a name.
    fn spaces(&mut self) -> Option<()> {
        let rest = trim_spaces(self.0.strip_suffix(b" ")?);
        self.0 = rest;
        Some(())
    }

    fn address(&mut self) -> Address<'static> {
        if let Some(rest) = self.0.strip_suffix(b" (nil)") {
            self.0 = rest;
            return Address::Nil;
        }
        let Some((rest, token)) = self.token() else { return Address::Unknown };
        let address = pointer(token).or_else(|| handle(token));
        if address.is_some() {
            self.0 = rest;
        }
        address.unwrap_or_default()
    }

    fn destructor(&mut self) -> Option<Address<'static>> {
        if let Some(rest) = self.0.strip_suffix(b" d=(nil)") {
            self.0 = rest;
            return Some(Address::Nil);
        }
        // Nearly every line has none, and shows it by its last byte.
        if self.0.ends_with(b")") {
            return None;
        }
        let (rest, token) = self.token()?;
        let destructor = pointer(token.strip_prefix(b"d=")?)?;
        self.0 = rest;
        Some(destructor)
    }

    /// What is before the last space, and the word after it, which in a tail is never longer than the longest
    /// handle.
    fn token(&self) -> Option<(&'a [u8], &'a [u8])> {
        const LONGEST: usize = "4294967295v4294967295".len();
        let from = self.0.len().saturating_sub(LONGEST + 1);
        let space = from + self.0[from..].iter().rposition(|&byte| byte == b' ')?;
        Some((&self.0[..space], &self.0[space + 1..]))
    }
}

/// Takes things off the front.
struct Front<'a>(&'a [u8]);

impl Front<'_> {
    fn literal(&mut self, literal: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    fn number(&mut self) -> Option<u64> {
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at(digits);
        self.0 = rest;
        decimal(digits)
    }

    fn padded_number(&mut self) -> Option<u64> {
        let spaces = leading_spaces(self.0);
        self.0 = &self.0[spaces..];
        if spaces == 0 { None } else { self.number() }
    }
}

/// Eight spaces, looked for at once: every line has dozens.
const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);

/// How many spaces `text` begins with.
pub(super) fn leading_spaces(text: &[u8]) -> usize {
    let (eights, _) = text.as_chunks();
    let spaces = 8 * eights.iter().take_while(|eight| u64::from_ne_bytes(**eight) == SPACES).count();
    spaces + text[spaces..].iter().take_while(|&&byte| byte == b' ').count()
}

/// `text` without the spaces it ends with.
pub(super) fn trim_spaces(text: &[u8]) -> &[u8] {
    let (_, eights) = text.as_rchunks();
    let spaces = 8 * eights.iter().rev().take_while(|eight| u64::from_ne_bytes(**eight) == SPACES).count();
    let text = &text[..text.len() - spaces];
    let end = text.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1);
    &text[..end]
}

/// A pointer as glibc prints it, or as libraries do that leave out the `0x`.
pub(in crate::report) fn pointer(token: &[u8]) -> Option<Address<'static>> {
    /// Fewer hexadecimal digits are more likely a word or a number.
    const FEWEST: usize = 4;
    let (digits, fewest) = token.strip_prefix(b"0x").map_or((token, FEWEST), |digits| (digits, 1));
    if !(fewest..=16).contains(&digits.len()) {
        return None;
    }
    digits
        .iter()
        .try_fold(0, |value: u64, &digit| Some(value << 4 | u64::from(char::from(digit).to_digit(16)?)))
        .map(Address::Pointer)
}

/// Reads `12v3`.
pub(in crate::report) fn handle(token: &[u8]) -> Option<Address<'static>> {
    let v = memchr(b'v', token)?;
    let index = decimal(&token[..v])?.try_into().ok()?;
    let version = decimal(&token[v + 1..])?.try_into().ok()?;
    Some(Address::Handle { index, version })
}

/// A decimal number of at least one digit that fits, or nothing.
fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, &digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(text: &str) -> Option<(usize, Address<'static>, Option<Address<'static>>)> {
        node(text.as_bytes()).map(|tail| (tail.name_end, tail.address, tail.destructor))
    }

    #[test]
    fn every_end_a_node_line_can_have() {
        use Address::{Handle, Nil, Pointer, Unknown};
        let line = "x contains      1 bytes in   2 blocks (ref 3)";
        assert_eq!(tail(line), Some((1, Unknown, None)));
        assert_eq!(tail(&format!("{line} 0x1f")), Some((1, Pointer(0x1f), None)));
        assert_eq!(tail(&format!("{line} 55d01f")), Some((1, Pointer(0x55_d01f), None)));
        assert_eq!(tail(&format!("{line} 000055D01F00")), Some((1, Pointer(0x55d0_1f00), None)));
        assert_eq!(tail(&format!("{line} (nil)")), Some((1, Nil, None)));
        assert_eq!(tail(&format!("{line} 12v3")), Some((1, Handle { index: 12, version: 3 }, None)));
        let last = Handle { index: u32::MAX, version: u32::MAX };
        assert_eq!(tail(&format!("{line} 4294967295v4294967295")), Some((1, last, None)));
        assert_eq!(tail(&format!("{line} d=(nil) 0x1f")), Some((1, Pointer(0x1f), Some(Nil))));
        assert_eq!(tail(&format!("{line} d=0x2e (nil)")), Some((1, Nil, Some(Pointer(0x2e)))));
        assert_eq!(tail(&format!("{line} d=0x2e")), Some((1, Unknown, Some(Pointer(0x2e)))));
    }

    #[test]
    fn near_misses_are_not_tails() {
        for end in [
            " 0x",
            " 12",
            " abc",
            " beads",
            " 0x11112222333344445",
            " 12v",
            " v3",
            " 12v4294967296",
            " (null)",
            " ",
            ": content",
            "x",
        ] {
            assert_eq!(tail(&format!("x contains      1 bytes in   2 blocks (ref 3){end}")), None, "{end}");
        }
        for line in [
            "x contains 1 bytes in 2 blocks (ref -1)",
            "x contains 1 bytes in 2 blocks (ref 4294967296)",
            "x contains 18446744073709551616 bytes in 2 blocks (ref 0)",
            "x contains\t1 bytes in 2 blocks (ref 0)",
            "x contains bytes in 2 blocks (ref 0)",
            "contains 1 bytes in 2 blocks (ref 0)",
            "",
        ] {
            assert_eq!(tail(line), None, "{line}");
        }
    }

    #[test]
    fn an_old_line_ends_with_its_blocks() {
        let old = |text: &str| bare_node(text.as_bytes()).map(|tail| (tail.name_end, tail.bytes, tail.blocks));
        assert_eq!(old("\tx  contains      1 bytes in   2 blocks"), Some((3, 1, 2)));
        assert_eq!(old("x contains 1 bytes in 2 blocks (ref 3) 0x1f"), Some((1, 1, 2)));
        assert_eq!(old("x contains 1 bytes in 2 blocks 0x1f"), None);
    }

    #[test]
    fn spaces_are_counted_at_both_ends() {
        for (before, after) in [(0, 0), (1, 7), (7, 8), (8, 9), (16, 1), (19, 33)] {
            let text = format!("{}a  \t{}", " ".repeat(before), " ".repeat(after));
            assert_eq!(leading_spaces(text.as_bytes()), before);
            assert_eq!(trim_spaces(text.as_bytes()).len(), before + 4);
            let blank = " ".repeat(before);
            assert_eq!((leading_spaces(blank.as_bytes()), trim_spaces(blank.as_bytes()).len()), (before, 0));
        }
    }

    #[test]
    fn content_follows_the_name_char_alone() {
        let line = b"    char                           contains      4 bytes in   1 blocks (ref 0):  abc";
        assert_eq!(content(line, 4).map(|tail| tail.address), Some(Address::Content(b" abc")));
        assert!(content(line, 3).is_none());
        assert!(content(&line.to_ascii_uppercase(), 4).is_none());
    }
}
