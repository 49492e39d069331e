//! Single lines of talloc's text.

use super::page::{Page, Words};
use crate::report::address::Address;
use crate::report::record::MemLimit;

/// Names are padded to this many bytes (not characters), and never cut.
pub(in crate::report) const NAME_WIDTH: usize = 30;

/// What a node's line says after the name.
#[derive(Debug)]
pub(in crate::report) struct Facts<'a> {
    pub(in crate::report) bytes: u64,
    pub(in crate::report) blocks: u64,
    pub(in crate::report) references: u32,
    pub(in crate::report) destructor: Option<Address<'a>>,
    pub(in crate::report) address: Address<'a>,
}

/// The rest of a node's line, after the name.
#[inline]
pub(in crate::report) fn facts(page: &mut Page, facts: &Facts<'_>) {
    page.words(|words| {
        words.word(b" contains ");
        words.number(facts.bytes, 6);
        words.word(b" bytes in ");
        words.number(facts.blocks, 3);
        words.word(b" blocks (ref ");
        words.number(facts.references.into(), 1);
        words.word(b")");
        if let Some(destructor) = facts.destructor {
            words.word(b" d=");
            address(words, destructor);
        }
        match facts.address {
            Address::Unknown => {}
            Address::Content(_) => words.word(b": "),
            place => {
                words.word(b" ");
                address(words, place);
            }
        }
        if !matches!(facts.address, Address::Content(_)) {
            words.word(b"\n");
        }
    });
    if let Address::Content(content) = facts.address {
        page.text(content);
        page.text(b"\n");
    }
}

#[inline(always)]
fn address(words: &mut Words<'_>, address: Address<'_>) {
    match address {
        Address::Handle { index, version } => {
            words.number(index.into(), 1);
            words.word(b"v");
            words.number(version.into(), 1);
        }
        Address::Pointer(pointer) => {
            words.word(b"0x");
            words.hexadecimal(pointer);
        }
        Address::Nil => words.word(b"(nil)"),
        Address::Unknown | Address::Content(_) => {}
    }
}

/// An indented line's name, which `name` writes, and the spaces around it.
#[inline]
pub(in crate::report) fn padded_name(page: &mut Page, indent: usize, name: impl FnOnce(&mut Page)) {
    let start = page.end() + indent;
    page.pad_to(start);
    name(page);
    page.pad_to(start + NAME_WIDTH);
}

/// The rest of the line about a node's limit, after the name.
pub(in crate::report) fn limit(page: &mut Page, limit: MemLimit) {
    page.words(|words| {
        words.word(b" is a memlimit context (max_size = ");
        words.number(limit.max_size, 1);
        words.word(b" bytes, cur_size = ");
        words.number(limit.cur_size, 1);
        words.word(b" bytes)\n");
    });
}

/// The whole line of a reference, whose target's name `name` writes.
pub(in crate::report) fn reference(page: &mut Page, indent: usize, name: impl FnOnce(&mut Page)) {
    page.pad_to(page.end() + indent);
    page.text(b"reference to: ");
    name(page);
    page.text(b"\n");
}

/// The rest of the first line, after the name.
pub(in crate::report) fn totals(page: &mut Page, bytes: u64, blocks: u64) {
    page.words(|words| {
        words.word(b"' (total ");
        words.number(bytes, 6);
        words.word(b" bytes in ");
        words.number(blocks, 3);
        words.word(b" blocks)\n");
    });
}
