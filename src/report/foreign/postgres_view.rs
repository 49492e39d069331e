//! PostgreSQL's view `pg_backend_memory_contexts`, as CSV with a header.

use std::io::Read;

use super::found::{Foreign, finish};
use super::lines::Lines;
use super::postgres::Context;
use crate::report::assemble::Assembler;
use crate::report::intern::Names;
use crate::report::report::Format;

/// Whether a line is the view's header. Versions differ in columns and their order.
pub(super) fn begins(line: &[u8]) -> bool {
    let has = |name: &[u8]| line.split(|byte| *byte == b',').any(|column| column.trim_ascii() == name);
    has(b"name") && has(b"parent") && has(b"level") && has(b"total_bytes")
}

/// What is read at once. A row of more than twice that is none: PostgreSQL cuts what a context is for after some thousand
/// bytes. Without an end to rows, a quote that nothing closes would make each line that looks like a header cost the rest
/// of the text.
const PIECE: u64 = 1 << 12;

pub(super) fn read(lines: &mut Lines<'_>) -> Option<Foreign> {
    let (first, text) = (lines.number(), lines.rest());
    let mut table = csv::ReaderBuilder::new();
    let mut table = table.flexible(true).buffer_capacity(PIECE as usize).from_reader(text.take(2 * PIECE));
    let header = table.byte_headers().ok()?.clone();
    let column = |name: &[u8]| header.iter().position(|column| column.trim_ascii() == name);
    let (name, level, total) = (column(b"name")?, column(b"level")?, column(b"total_bytes")?);
    let ident = column(b"ident");
    let mut names = Names::default();
    let mut tree: Option<(Assembler, usize)> = None;
    let mut row = csv::ByteRecord::new();
    let mut end = table.position().clone();
    loop {
        table.get_mut().set_limit(2 * PIECE);
        if !table.read_byte_record(&mut row).ok()? || table.get_ref().limit() == 0 {
            break;
        }
        let number = |column| std::str::from_utf8(row.get(column)?).ok()?.trim().parse::<u64>().ok();
        let Some((level, total)) = number(level).zip(number(total)) else { break };
        let level = usize::try_from(level).ok()?;
        let ident = ident.and_then(|ident| row.get(ident)).unwrap_or(b"");
        let context = Context { level, name: row.get(name)?, ident, total, more: None };
        let line = first + row.position().map_or(0, |at| at.line() as usize - 1);
        match &mut tree {
            None => tree = Some((Assembler::new(context.record(&mut names), line), level)),
            Some((_, top)) if level <= *top => break,
            Some((tree, top)) => context.push(tree, &mut names, *top, line),
        }
        end = table.position().clone();
    }
    // The row that ended it may go on where the text does.
    let open = table.position().byte() == text.len() as u64;
    lines.skip(end.byte() as usize, end.line() as usize - 1);
    Some(Foreign { open, ..finish(tree?.0, Format::Postgres, first, 0, lines) })
}
