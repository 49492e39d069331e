//! A table.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use crate::report::address::Address;
use crate::report::number::number;
use crate::report::record::Kind;
use crate::report::{Report, Visit, escaped};

/// Writes a table with a row for each record, in the order of the report's lines. O(records) time, O(1) memory.
///
/// `parent` and `target` are ids of other rows. Empty is what isn't known, and what the record doesn't have. Names are
/// [escaped]; JSON has their exact bytes. A spreadsheet takes a name that begins with `=` for a formula, unless told that
/// the column is text.
///
/// ```
/// use freehold::report::export::write_csv;
/// use freehold::report::{Builder, Entry};
/// let mut builder = Builder::new(Entry::new("root"));
/// builder.push(Entry::new("a,b").bytes(8).reference_count(1));
/// let mut table = Vec::new();
/// write_csv(&builder.finish(), &mut table)?;
/// assert_eq!(String::from_utf8_lossy(&table), "\
/// id,parent,depth,kind,count,name,bytes,self_bytes,blocks,references,address,content,type,origin,target
/// 0,,0,node,1,root,8,0,2,0,,,,,
/// 1,0,1,node,1,\"a,b\",8,8,1,1,,,,,
/// ");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Whatever `out` fails with; what was written until then stays written.
pub fn write_csv<W: Write + ?Sized>(report: &Report, out: &mut W) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    for Visit { id, depth, record, .. } in report.walk() {
        let (address, content) = match record.address() {
            Address::Content(content) => (String::new(), Some(escaped(content))),
            address => (address.to_string(), None),
        };
        let row = Row {
            id: number(id),
            parent: report.arena()[id].parent().map(number),
            depth,
            kind: match record.kind() {
                Kind::Node => "node",
                Kind::Reference => "reference",
                Kind::Hidden => "hidden",
                Kind::Rest => "rest",
            },
            count: record.count(),
            name: escaped(record.name()),
            bytes: record.bytes(),
            self_bytes: record.self_bytes(),
            blocks: record.blocks(),
            references: record.reference_count(),
            address,
            content,
            type_name: record.type_name().map(|name| escaped(name.as_bytes())),
            origin: record.origin().map(|place| escaped(place.as_bytes())),
            target: record.target().map(number),
        };
        out.serialize(row).map_err(failure)?;
    }
    out.flush()
}

/// What the writer underneath has failed with, of the kind it had.
fn failure(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[derive(Serialize)]
struct Row<'a> {
    id: usize,
    parent: Option<usize>,
    depth: usize,
    kind: &'static str,
    count: u64,
    name: Cow<'a, str>,
    bytes: u64,
    self_bytes: Option<u64>,
    blocks: u64,
    references: u32,
    address: String,
    content: Option<Cow<'a, str>>,
    #[serde(rename = "type")]
    type_name: Option<Cow<'a, str>>,
    origin: Option<Cow<'a, str>>,
    target: Option<usize>,
}
