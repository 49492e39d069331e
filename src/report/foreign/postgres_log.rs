//! PostgreSQL's list of memory contexts: from `pg_log_backend_memory_contexts`, in a server's log, or from
//! `MemoryContextStats`, on its stderr.

use memchr::memmem;

use super::found::{Foreign, finish};
use super::lines::Lines;
use super::postgres::Context;
use crate::report::assemble::Assembler;
use crate::report::balance::Imbalance;
use crate::report::intern::Names;
use crate::report::report::Format;

/// How many lines of other processes may stand between two of a list.
const MOST_CHATTER: usize = 1000;

/// Whether a list begins with this line.
pub(super) fn begins(line: &[u8]) -> bool {
    context(line).is_some_and(|context| context.level == 0 && context.more.is_none())
}

pub(super) fn read(lines: &mut Lines<'_>) -> Option<Foreign> {
    let first = lines.peek()?;
    let mut names = Names::default();
    let mut tree = Assembler::new(context(first.text)?.record(&mut names), first.number);
    lines.take(first);
    let (mut skipped, mut said) = (0, None);
    // Chatter counts once a line of the list follows it; until then the list may have ended before.
    let mut ahead = lines.clone();
    while said.is_none()
        && let Some(line) = ahead.peek()
    {
        ahead.take(line);
        if let Some(context) = context(line.text) {
            if context.level == 0 {
                break;
            }
            context.push(&mut tree, &mut names, 0, line.number);
        } else if let Some(total) = grand_total(line.text) {
            said = Some((total, line.number));
        } else if line.number - lines.number() < MOST_CHATTER {
            continue;
        } else {
            break;
        }
        skipped += line.number - lines.number();
        *lines = ahead.clone();
    }
    let mut read = finish(tree, Format::Postgres, first.number, skipped, lines);
    read.open = said.is_none() && ahead.is_at_end();
    read.report.judge(said.is_none(), said.and_then(|(total, line)| disagreement(&read.report, total, line)));
    Some(read)
}

/// What the last line says in contradiction to those before it.
fn disagreement(report: &crate::report::Report, total: u64, line: usize) -> Option<Imbalance> {
    let root = report.arena()[report.root()].get();
    (root.bytes() != total).then(|| Imbalance {
        node: report.root(),
        line,
        name: root.name().into(),
        bytes: total,
        blocks: root.blocks(),
        counted_bytes: root.bytes(),
        counted_blocks: root.blocks(),
    })
}

/// Reads `level: N; NAME: B total in K blocks; F free (C chunks); U used: IDENT`, or the same indented by two spaces a level.
fn context(line: &[u8]) -> Option<Context<'_>> {
    let total_at = memmem::find(line, b" total in ")?;
    memmem::find(&line[total_at..], b" used").filter(|_| memmem::find(&line[total_at..], b" blocks").is_some())?;
    let (before, total) = last_number(&line[..total_at])?;
    let (level, name) = match memmem::find(before, b"level: ") {
        Some(at) => {
            let (level, name) = split_number(&before[at + b"level: ".len()..])?;
            (usize::try_from(level).ok()?, name.strip_prefix(b"; ")?)
        }
        None => {
            let spaces = before.iter().take_while(|byte| **byte == b' ').count();
            (spaces / 2, &before[spaces..])
        }
    };
    let tail = &line[total_at..];
    let ident = memmem::find(tail, b" used: ").map_or(&b""[..], |at| &tail[at + b" used: ".len()..]);
    if let Some(more) = name.strip_suffix(b" more child contexts containing ") {
        let (more, rest) = split_number(more)?;
        return rest.is_empty().then_some(Context { level, name: b"", ident, total, more: Some(more) });
    }
    let name = name.strip_suffix(b": ").filter(|name| !name.is_empty())?;
    Some(Context { level, name, ident, total, more: None })
}

/// Reads `Grand total: B bytes in K blocks; …`.
fn grand_total(line: &[u8]) -> Option<u64> {
    let at = memmem::find(line, b"Grand total: ")?;
    let (total, rest) = split_number(&line[at + b"Grand total: ".len()..])?;
    rest.starts_with(b" bytes in ").then_some(total)
}

/// A number at the end, and what is before it.
fn last_number(text: &[u8]) -> Option<(&[u8], u64)> {
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, digits) = text.split_at(text.len() - digits);
    Some((before, std::str::from_utf8(digits).ok()?.parse().ok()?))
}

/// A number at the beginning, and what is after it.
fn split_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, after) = text.split_at(digits);
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, after))
}
