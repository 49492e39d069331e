//! Reads a full talloc report: only depth and bytes of each line, as little as the workload needs.

use super::{Block, Blocks, ROOT};
use std::io;

/// Names are padded to this many columns.
const NAME: usize = 30;
/// Columns of indentation for each level.
const UNIT: usize = 4;
/// What a reference is on the C side: a chunk of this size under its holder.
const HANDLE: u32 = 32;

pub(super) fn parse(report: &[u8]) -> io::Result<Blocks> {
    let mut lines = report.split(|&byte| byte == b'\n');
    if !lines.next().is_some_and(|line| line.starts_with(b"full talloc report on")) {
        return Err(io::Error::other("not a full talloc report"));
    }
    let mut blocks = vec![ROOT];
    // The path to the last node, and for each node its total until its children are subtracted.
    let mut path: Vec<u32> = vec![0];
    for line in lines {
        let indent = line.iter().take_while(|&&byte| byte == b' ').count();
        let (depth, bytes, is_node) = if let Some((column, bytes)) = contains(line) {
            // A short name ends where the padding does, and its own leading spaces are no depth.
            let short = column
                .checked_sub(NAME)
                .filter(|start| start % UNIT == 0 && *start <= indent && (1..=path.len()).contains(&(start / UNIT)));
            (short.unwrap_or(indent) / UNIT, bytes, true)
        } else if line[indent..].starts_with(b"reference to: ") {
            (indent / UNIT, HANDLE, false)
        } else {
            continue;
        };
        if !(1..=path.len()).contains(&depth) {
            return Err(io::Error::other("a node without a parent"));
        }
        path.truncate(depth);
        let parent = path[depth - 1];
        if is_node {
            path.push(blocks.len() as u32);
            if parent != 0 {
                let own = &mut blocks[parent as usize].bytes;
                *own = own.saturating_sub(bytes);
            }
        }
        blocks.push(Block { parent, bytes });
    }
    Ok(blocks.into())
}

/// The column of the last " contains N bytes" of a line, and N.
fn contains(line: &[u8]) -> Option<(usize, u32)> {
    const WORD: &[u8] = b" contains ";
    let column = line.windows(WORD.len()).rposition(|window| window == WORD)?;
    let rest = line[column + WORD.len()..].trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
    rest[digits..].starts_with(b" bytes in ").then_some((column, number))
}
