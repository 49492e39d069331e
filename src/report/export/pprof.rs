//! What `go tool pprof` reads: its `profile.proto`, compressed.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;

use super::CHUNK;
use super::own::Own;
use crate::report::record::Kind;
use crate::report::{Naming, Report, Visit, visible};

/// Writes a heap profile in the format of pprof, compressed with gzip: for each path of names the bytes (`inuse_space`) and
/// the blocks (`inuse_objects`) it has itself. O(records × depth) time at worst, O(records) memory.
///
/// ```
/// use freehold::report::export::write_pprof;
/// use freehold::report::{Builder, Entry};
/// let mut profile = Vec::new();
/// write_pprof(&Builder::new(Entry::new("root").bytes(8)).finish(), &mut profile)?;
/// assert!(profile.starts_with(b"\x1f\x8b"), "gzip");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// `go tool pprof -top heap.pb.gz` ranks names, and `go tool pprof -top -diff_base before.pb.gz after.pb.gz` what has grown.
///
/// # Errors
///
/// Whatever `out` fails with; what was written until then stays written.
pub fn write_pprof<W: Write + ?Sized>(report: &Report, out: &mut W) -> io::Result<()> {
    let mut out = Parts(BufWriter::with_capacity(CHUNK, GzEncoder::new(out, Compression::default())));
    let report = report.merged(Naming::Exact);
    let mut functions = HashMap::new();
    out.write(&preamble())?;
    let mut path = Vec::new();
    for Visit { id, depth, record } in report.walk() {
        if record.kind() == Kind::Reference {
            continue;
        }
        path.truncate(depth);
        let known = functions.len() as u64;
        let function = *functions.entry(record.name()).or_insert(known + 1);
        if function > known {
            out.write(&introduction(function, record.name()))?;
        }
        path.push(function);
        let own = Own::of(&report, id);
        if own.bytes > 0 || own.blocks > 0 {
            let value = [own.blocks, own.bytes].map(|value| i64::try_from(value).unwrap_or(i64::MAX)).to_vec();
            let sample = Sample { location_id: path.iter().rev().copied().collect(), value };
            out.write(&Profile { sample: vec![sample], ..Profile::default() })?;
        }
    }
    out.0.into_inner().map_err(io::IntoInnerError::into_error)?.finish()?.flush()
}

/// A profile in parts: in this encoding, what follows one another is one message with the lists joined.
struct Parts<W: Write>(BufWriter<W>);

impl<W: Write> Parts<W> {
    fn write(&mut self, part: &Profile) -> io::Result<()> {
        self.0.write_all(&part.encode_to_vec())
    }
}

/// Texts every profile begins with. The first is empty, as the format wants it.
const TEXTS: [&str; 5] = ["", "inuse_objects", "count", "inuse_space", "bytes"];

fn preamble() -> Profile {
    Profile {
        sample_type: vec![ValueType { r#type: 1, unit: 2 }, ValueType { r#type: 3, unit: 4 }],
        string_table: TEXTS.map(str::to_owned).to_vec(),
        default_sample_type: 3,
        ..Profile::default()
    }
}

/// Makes a name known, as a function and a place in it, all of one number.
fn introduction(number: u64, name: &[u8]) -> Profile {
    Profile {
        location: vec![Location { id: number, line: vec![Line { function_id: number }] }],
        function: vec![Function { id: number, name: number as i64 + TEXTS.len() as i64 - 1 }],
        string_table: vec![visible(name).into_owned()],
        ..Profile::default()
    }
}

/// <https://github.com/google/pprof/blob/main/proto/profile.proto>, as far as it is used.
#[derive(Clone, PartialEq, Message)]
struct Profile {
    #[prost(message, repeated, tag = "1")]
    sample_type: Vec<ValueType>,
    #[prost(message, repeated, tag = "2")]
    sample: Vec<Sample>,
    #[prost(message, repeated, tag = "4")]
    location: Vec<Location>,
    #[prost(message, repeated, tag = "5")]
    function: Vec<Function>,
    #[prost(string, repeated, tag = "6")]
    string_table: Vec<String>,
    #[prost(int64, tag = "14")]
    default_sample_type: i64,
}

#[derive(Clone, PartialEq, Message)]
struct ValueType {
    #[prost(int64, tag = "1")]
    r#type: i64,
    #[prost(int64, tag = "2")]
    unit: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    /// The leaf first.
    #[prost(uint64, repeated, tag = "1")]
    location_id: Vec<u64>,
    #[prost(int64, repeated, tag = "2")]
    value: Vec<i64>,
}

#[derive(Clone, PartialEq, Message)]
struct Location {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(message, repeated, tag = "4")]
    line: Vec<Line>,
}

#[derive(Clone, PartialEq, Message)]
struct Line {
    #[prost(uint64, tag = "1")]
    function_id: u64,
}

#[derive(Clone, PartialEq, Message)]
struct Function {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(int64, tag = "2")]
    name: i64,
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;
    use crate::report::{Address, Builder, Entry};

    #[test]
    fn what_is_written_in_parts_is_one_profile() {
        let mut builder = Builder::new(Entry::new("root").bytes(1));
        for _ in 0..2 {
            builder.push(Entry::new("a\n").bytes(10));
            builder.push(Entry::new("root").bytes(100));
            builder.push_reference("a\n", Address::Unknown);
            builder.leave();
            builder.leave();
        }
        let mut written = Vec::new();
        write_pprof(&builder.finish(), &mut written).expect("memory takes it");
        let mut bytes = Vec::new();
        GzDecoder::new(&*written).read_to_end(&mut bytes).expect("it is gzip");
        let profile = Profile::decode(&*bytes).expect("it is a profile");
        assert_eq!(profile.string_table, ["", "inuse_objects", "count", "inuse_space", "bytes", "root", "a\\n"]);
        let name = |location: &u64| {
            let place = profile.location.iter().find(|place| place.id == *location).expect("it is introduced");
            let function = profile.function.iter().find(|function| function.id == place.line[0].function_id);
            &*profile.string_table[function.expect("it is introduced").name as usize]
        };
        let samples = profile.sample.iter().map(|sample| {
            let path: Vec<_> = sample.location_id.iter().map(name).collect();
            (path.join(" < "), sample.value.clone())
        });
        assert_eq!(
            samples.collect::<Vec<_>>(),
            [
                ("root".to_owned(), vec![1, 1]),
                ("a\\n < root".to_owned(), vec![2, 20]),
                ("root < a\\n < root".to_owned(), vec![4, 200]),
            ]
        );
    }
}
