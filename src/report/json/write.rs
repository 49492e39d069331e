//! From a report to JSON.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use super::shape::{FORMAT, Fact, Head, Limit, Line, Text, Unbalanced, VERSION, Words};
use crate::report::address::Address;
use crate::report::balance::Imbalance;
use crate::report::number::number;
use crate::report::report::Report;
use crate::report::walk::Visit;

/// How much is gathered before it is handed on.
const CHUNK: usize = 1 << 15;

/// # JSON
///
/// With the feature `json`.
impl Report {
    /// Writes the report as one JSON object, a record a line. O(records) time, O(1) memory.
    ///
    /// Everything the report knows is there, so that [`from_json`](Self::from_json) gives an equal report. The object is
    /// flat: `records` lists them in the order of the report's lines, each with the `id` of its `parent`. A name that
    /// isn't UTF-8 stands there twice, as text with `U+FFFD` and as `name_bytes`. `docs/report.schema.json` describes it
    /// all.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry};
    /// let mut builder = Builder::new(Entry::new("root"));
    /// builder.push(Entry::new("cache").bytes(64));
    /// let mut json = Vec::new();
    /// builder.finish().write_json(&mut json)?;
    /// assert_eq!(String::from_utf8_lossy(&json), r#"{"format":"freehold-report","version":1,
    /// "report":{"records":2,"source":"live","header":{"program":"talloc","full":true},"start_depth":0,"indent":4,"line":0,"last_line":0,"skipped_lines":0,"truncated":false,"filtered":false},
    /// "records":[
    /// {"id":0,"name":"root","bytes":64,"blocks":2,"self_bytes":0},
    /// {"id":1,"parent":0,"name":"cache","bytes":64,"blocks":1,"self_bytes":64}
    /// ]}
    /// "#);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever `out` fails with; what was written until then stays written.
    pub fn write_json<W: Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(CHUNK, out);
        write!(out, "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\n\"report\":")?;
        serde_json::to_writer(&mut out, &self.head())?;
        out.write_all(b",\n\"records\":[")?;
        for (number, visit) in self.walk().enumerate() {
            out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut out, &self.line_of(&visit))?;
        }
        out.write_all(b"\n]}\n")?;
        out.flush()
    }

    /// Writes the report as JSON lines: one object about the report, then one for each record, as in
    /// [`write_json`](Self::write_json). O(records) time, O(1) memory.
    ///
    /// [`from_json`](Self::from_json) reads these as well. Several reports can follow one another.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry, Report};
    /// let report = Builder::new(Entry::new("root").bytes(8)).finish();
    /// let mut lines = Vec::new();
    /// report.write_ndjson(&mut lines)?;
    /// assert_eq!(lines.split(|byte| *byte == b'\n').nth(1), Some(&br#"{"id":0,"name":"root","bytes":8,"blocks":1,"self_bytes":8}"#[..]));
    /// assert_eq!(Report::from_json(&lines)?, report);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever `out` fails with; what was written until then stays written.
    pub fn write_ndjson<W: Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(CHUNK, out);
        write!(out, "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"report\":")?;
        serde_json::to_writer(&mut out, &self.head())?;
        out.write_all(b"}\n")?;
        for visit in self.walk() {
            serde_json::to_writer(&mut out, &self.line_of(&visit))?;
            out.write_all(b"\n")?;
        }
        out.flush()
    }

    fn head(&self) -> Head<'_> {
        Head {
            records: self.len(),
            source: self.format(),
            header: self.header().map(|header| Words {
                program: Cow::Borrowed(&header.program),
                full: header.full,
                capital: header.capital,
            }),
            start_depth: self.start_depth(),
            indent: self.indent(),
            line: self.line(),
            last_line: self.notes().last,
            skipped_lines: self.skipped_lines(),
            chatter: self.notes().chatter.clone(),
            cut_line: self.notes().cut_line,
            truncated: self.is_truncated(),
            filtered: self.is_filtered(),
            mallinfo: self
                .mallinfo()
                .iter()
                .map(|(name, value)| Fact { name: Cow::Borrowed(name), value: *value })
                .collect(),
            imbalances: self.imbalances().iter().map(unbalanced).collect(),
        }
    }

    fn line_of<'a>(&'a self, visit: &Visit<'a>) -> Line<'a> {
        let record = visit.record;
        let (name, name_bytes) = text_and_bytes(record.name());
        let (content, content_bytes) = match record.address() {
            Address::Content(content) => {
                let (text, bytes) = text_and_bytes(content);
                (Some(Text(text)), bytes)
            }
            _ => (None, None),
        };
        Line {
            id: number(visit.id),
            parent: self.arena()[visit.id].parent().map(number),
            kind: record.kind(),
            count: record.count(),
            name,
            name_bytes,
            bytes: record.bytes(),
            blocks: record.blocks(),
            self_bytes: record.self_bytes(),
            references: record.reference_count(),
            address: place(record.address()),
            content,
            content_bytes,
            destructor: record.destructor().and_then(place),
            type_name: record.type_name().map(borrowed),
            origin: record.origin().map(borrowed),
            standing: record.standing().map(Into::into),
            memlimit: record.memlimit().map(|limit| Limit { max_size: limit.max_size, cur_size: limit.cur_size }),
            target: record.target().map(number),
        }
    }
}

fn unbalanced(imbalance: &Imbalance) -> Unbalanced<'_> {
    let (name, name_bytes) = text_and_bytes(&imbalance.name);
    Unbalanced {
        record: number(imbalance.node()),
        line: imbalance.line(),
        name,
        name_bytes,
        bytes: imbalance.bytes(),
        blocks: imbalance.blocks(),
        counted_bytes: imbalance.counted_bytes(),
        counted_blocks: imbalance.counted_blocks(),
    }
}

fn borrowed(text: &str) -> Text<'_> {
    Text(Cow::Borrowed(text))
}

fn place(address: Address<'_>) -> Option<Text<'static>> {
    match address {
        Address::Unknown | Address::Content(_) => None,
        address => Some(Text(Cow::Owned(address.to_string()))),
    }
}

fn text_and_bytes(bytes: &[u8]) -> (Cow<'_, str>, Option<Cow<'_, [u8]>>) {
    match String::from_utf8_lossy(bytes) {
        text @ Cow::Borrowed(_) => (text, None),
        lossy => (lossy, Some(Cow::Borrowed(bytes))),
    }
}
