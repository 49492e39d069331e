//! Graphviz.

use std::io::{self, BufWriter, Write};

use super::CHUNK;
use crate::report::number::number;
use crate::report::record::Kind;
use crate::report::{Report, Visit, visible};

/// Writes a graph for Graphviz: a box for each node with its name, bytes and blocks, an edge to each child, and a dashed one
/// for each reference. O(records) time, O(1) memory.
///
/// A reference whose target can't be told leads to its name. Graphviz draws some hundred boxes well and some ten thousand
/// never: leave most out first, with [`Report::merged`] and [`Report::filtered`].
///
/// ```
/// use freehold::report::export::write_dot;
/// use freehold::report::{Builder, Entry, Filter, Naming};
/// let mut builder = Builder::new(Entry::new("server"));
/// for size in [100, 200, 1] {
///     builder.push(Entry::new(if size > 1 { "session" } else { "flag" }).bytes(size));
///     builder.leave();
/// }
/// let report = builder.finish().merged(Naming::Exact).filtered(&Filter::new().min_share(1.0));
/// let mut dot = Vec::new();
/// write_dot(&report, &mut dot)?;
/// assert_eq!(String::from_utf8_lossy(&dot), r#"digraph report {
///     node [shape=box];
///     n0 [label="server\n301 bytes in 4 blocks"];
///     n1 [label="session ×2\n300 bytes in 2 blocks"];
///     n0 -> n1;
///     n2 [label="(1 more)\n1 bytes in 1 blocks", style=dotted];
///     n0 -> n2;
/// }
/// "#);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Whatever `out` fails with; what was written until then stays written.
pub fn write_dot<W: Write + ?Sized>(report: &Report, out: &mut W) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(CHUNK, out);
    out.write_all(b"digraph report {\n    node [shape=box];\n")?;
    for Visit { id, record, .. } in report.walk() {
        let here = number(id);
        let name = visible(record.name()).replace('\\', "\\\\").replace('"', "\\\"");
        let times = match record.count() {
            2.. if record.kind() != Kind::Rest => format!(" ×{}", record.count()),
            _ => String::new(),
        };
        let (bytes, blocks) = (record.bytes(), record.blocks());
        match (record.kind(), record.target()) {
            (Kind::Reference, Some(_)) => {}
            (Kind::Reference, None) => writeln!(out, "    n{here} [label=\"{name}{times}\", shape=plaintext];")?,
            (kind, _) => {
                let style = if kind == Kind::Node { "" } else { ", style=dotted" };
                writeln!(out, "    n{here} [label=\"{name}{times}\\n{bytes} bytes in {blocks} blocks\"{style}];")?;
            }
        }
        if let Some(parent) = report.arena()[id].parent() {
            let style = if record.kind() == Kind::Reference { " [style=dashed]" } else { "" };
            writeln!(out, "    n{} -> n{}{style};", number(parent), number(record.target().unwrap_or(id)))?;
        }
    }
    out.write_all(b"}\n")?;
    out.flush()
}
