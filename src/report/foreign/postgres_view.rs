//! PostgreSQL's view `pg_backend_memory_contexts`, as CSV with a header.

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

pub(super) fn read(lines: &mut Lines<'_>) -> Option<Foreign> {
    let first = lines.number();
    let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(lines.rest());
    let header = table.byte_headers().ok()?.clone();
    let column = |name: &[u8]| header.iter().position(|column| column.trim_ascii() == name);
    let (name, level, total) = (column(b"name")?, column(b"level")?, column(b"total_bytes")?);
    let ident = column(b"ident");
    let mut names = Names::default();
    let mut tree: Option<(Assembler, usize)> = None;
    let mut row = csv::ByteRecord::new();
    let mut end = table.position().clone();
    while table.read_byte_record(&mut row).ok()? {
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
    lines.skip(end.byte() as usize, end.line() as usize - 1);
    Some(finish(tree?.0, Format::Postgres, first, 0, lines))
}
