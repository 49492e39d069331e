//! proot's own listing of a talloc tree: TABs for levels, each node's own bytes, and references with addresses.

use memchr::memmem;

use super::found::{Foreign, finish};
use super::lines::Lines;
use crate::report::address::Address;
use crate::report::assemble::Assembler;
use crate::report::intern::Names;
use crate::report::record::{Kind, Record};
use crate::report::report::Format;

/// What proot's listing has no line for.
const TOP: &[u8] = b"null_context";

struct Entry<'a> {
    depth: usize,
    name: &'a [u8],
    address: u64,
    /// Bytes and references of a node; a reference has neither.
    node: Option<(u64, u32)>,
}

/// Whether a listing begins with this line.
pub(super) fn begins(line: &[u8]) -> bool {
    entry(line).is_some_and(|entry| entry.depth == 0 && entry.node.is_some())
}

/// What is in parentheses at the end of a line is left out: it is no part of any name.
pub(super) fn read(lines: &mut Lines<'_>) -> Option<Foreign> {
    let first = lines.number();
    let mut names = Names::default();
    let mut top = Record::new(Kind::Node, names.intern(TOP));
    top.set_self_bytes(Some(0));
    let mut tree = Assembler::new(top, first);
    while let Some(line) = lines.peek()
        && let Some(Entry { depth, name, address, node }) = entry(line.text)
    {
        let depth = (depth + 1).min(tree.open());
        match node {
            Some((bytes, references)) => {
                let mut record = Record::new(Kind::Node, names.intern(name));
                record.set_self_bytes(Some(bytes));
                record.set_references(references);
                record.set_address(Address::Pointer(address));
                tree.push(depth, record, line.number);
            }
            None => {
                let mut record = Record::new(Kind::Reference, names.intern(name));
                record.set_address(Address::Pointer(address));
                tree.push_reference(depth, record, line.number);
            }
        }
        lines.take(line);
    }
    Some(finish(tree, Format::Proot, first, 0, lines))
}

/// Reads `NAME 0xPTR  N bytes  R ref'`, with a TAB for each level before it, or `NAME -> 0xPTR`.
fn entry(line: &[u8]) -> Option<Entry<'_>> {
    let depth = line.iter().take_while(|byte| **byte == b'\t').count();
    let text = &line[depth..];
    if let Some(end) = memmem::rfind(text, b" ref'") {
        let text = &text[..end];
        let (text, references) = word(text)?;
        let (text, bytes) = word(text.strip_suffix(b" ")?.strip_suffix(b" bytes")?)?;
        let (name, address) = word(text.strip_suffix(b" ")?)?;
        let node = Some((number(bytes)?, number(references)?.try_into().ok()?));
        return Some(Entry { depth, name: name.trim_ascii_end(), address: pointer(address)?, node });
    }
    let (name, address) = word(text)?;
    let name = name.strip_suffix(b" ->")?.trim_ascii_end();
    Some(Entry { depth, name, address: pointer(address)?, node: None })
}

/// The last word, and what is before the space in front of it.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = memchr::memrchr(b' ', text)?;
    Some((&text[..space], &text[space + 1..]))
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn pointer(text: &[u8]) -> Option<u64> {
    u64::from_str_radix(std::str::from_utf8(text).ok()?.strip_prefix("0x")?, 16).ok()
}
