//! What speedscope reads.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use indextree::NodeEdge;

use super::CHUNK;
use super::folded::Weight;
use super::own::Own;
use crate::report::record::Kind;
use crate::report::{Naming, Report, visible};

/// Writes a file for [speedscope](https://www.speedscope.app) with two profiles, one of bytes and one of blocks. O(records)
/// time and memory.
///
/// A profile opens and closes a frame for each path of names, as a program would call functions, so that speedscope's
/// "time order" shows the tree as it is, and "left heavy" the largest first.
///
/// ```
/// use freehold::report::export::write_speedscope;
/// use freehold::report::{Builder, Entry};
/// let mut json = Vec::new();
/// write_speedscope(&Builder::new(Entry::new("root").bytes(8)).finish(), &mut json)?;
/// assert!(json.starts_with(br#"{"$schema":"https://www.speedscope.app/file-format-schema.json""#));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Whatever `out` fails with; what was written until then stays written.
pub fn write_speedscope<W: Write + ?Sized>(report: &Report, out: &mut W) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(CHUNK, out);
    let report = report.merged(Naming::Exact);
    let mut frames = Frames::default();
    out.write_all(b"{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n\"exporter\":\"freehold ")?;
    write!(out, "{}\",\n\"name\":", env!("CARGO_PKG_VERSION"))?;
    serde_json::to_writer(&mut out, &visible(report.arena()[report.root()].get().name()))?;
    out.write_all(b",\n\"activeProfileIndex\":0,\n\"profiles\":[\n")?;
    profile(&report, "bytes", "bytes", Weight::Bytes, &mut frames, &mut out)?;
    out.write_all(b",\n")?;
    profile(&report, "blocks", "none", Weight::Blocks, &mut frames, &mut out)?;
    out.write_all(b"],\n\"shared\":{\"frames\":[")?;
    for (number, name) in frames.names.iter().enumerate() {
        out.write_all(if number == 0 { b"\n{\"name\":" } else { b",\n{\"name\":" })?;
        serde_json::to_writer(&mut out, &visible(name))?;
        out.write_all(b"}")?;
    }
    out.write_all(b"\n]}}\n")?;
    out.flush()
}

/// The names, and the place of each.
#[derive(Default)]
struct Frames<'a> {
    names: Vec<&'a [u8]>,
    places: HashMap<&'a [u8], usize>,
}

impl<'a> Frames<'a> {
    fn place(&mut self, name: &'a [u8]) -> usize {
        *self.places.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }
}

fn profile<'a>(
    report: &'a Report,
    name: &str,
    unit: &str,
    weight: Weight,
    frames: &mut Frames<'a>,
    out: &mut impl Write,
) -> io::Result<()> {
    write!(out, "{{\"type\":\"evented\",\"name\":\"{name}\",\"unit\":\"{unit}\",\"startValue\":0,\"events\":[")?;
    let mut at = 0_u64;
    for edge in report.root().traverse(report.arena()) {
        let (NodeEdge::Start(id) | NodeEdge::End(id)) = edge;
        let record = report.arena()[id].get();
        if record.kind() == Kind::Reference {
            continue;
        }
        let frame = frames.place(record.name());
        let (event, before) = match edge {
            NodeEdge::Start(_) => ('O', if id == report.root() { "\n" } else { ",\n" }),
            NodeEdge::End(_) => {
                at = at.saturating_add(weight.of(Own::of(report, id)));
                ('C', ",\n")
            }
        };
        write!(out, "{before}{{\"type\":\"{event}\",\"frame\":{frame},\"at\":{at}}}")?;
    }
    write!(out, "\n],\"endValue\":{at}}}")
}
