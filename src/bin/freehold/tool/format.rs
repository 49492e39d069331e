//! What reports can be written as.

use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;
use freehold::report::{Report, export};

/// What reports can be written as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// talloc's own text
    Talloc,
    /// Everything known, as one JSON object: docs/report.schema.json describes it
    Json,
    /// The same, a line for each record
    Ndjson,
    /// Folded stacks, a line for each path, for flame graphs
    Folded,
    /// For https://www.speedscope.app, bytes and blocks
    Speedscope,
    /// For 'go tool pprof', packed
    Pprof,
    /// A graph with references, for Graphviz
    Dot,
    /// A table, a row for each record
    Csv,
    /// A picture for a ticket
    Svg,
    /// A page to look around in, one file
    Html,
}

impl Format {
    /// What a file of this name has in it, as far as its ending says.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        const ENDINGS: [(&str, Format); 15] = [
            (".talloc", Format::Talloc),
            (".txt", Format::Talloc),
            (".speedscope.json", Format::Speedscope),
            (".json", Format::Json),
            (".ndjson", Format::Ndjson),
            (".jsonl", Format::Ndjson),
            (".folded", Format::Folded),
            (".pb.gz", Format::Pprof),
            (".pprof", Format::Pprof),
            (".dot", Format::Dot),
            (".gv", Format::Dot),
            (".csv", Format::Csv),
            (".svg", Format::Svg),
            (".html", Format::Html),
            (".htm", Format::Html),
        ];
        ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, format)| *format)
    }

    /// Whether reports can follow one another in it.
    pub(crate) fn takes_several(self) -> bool {
        matches!(self, Self::Talloc | Self::Json | Self::Ndjson | Self::Folded)
    }

    /// Whether it has every record, bookkeeping too, rather than giving an impression.
    pub(crate) fn is_whole(self) -> bool {
        matches!(self, Self::Talloc | Self::Json | Self::Ndjson | Self::Csv)
    }

    /// Whether it can show what has changed since another report.
    pub(crate) fn compares(self) -> bool {
        matches!(self, Self::Svg | Self::Html)
    }

    /// Whether it is nothing for eyes.
    pub(crate) fn is_binary(self) -> bool {
        self == Self::Pprof
    }

    /// Writes `report`, with what has changed since `before` if that is given and the format can show it.
    pub(crate) fn write(
        self,
        report: &Report,
        before: Option<&Report>,
        title: &str,
        out: &mut impl Write,
    ) -> io::Result<()> {
        match self {
            Self::Talloc => report.text().write_to(out),
            Self::Json => report.write_json(out),
            Self::Ndjson => report.write_ndjson(out),
            Self::Folded => export::write_folded(report, export::Weight::Bytes, out),
            Self::Speedscope => export::write_speedscope(report, out),
            Self::Pprof => export::write_pprof(report, out),
            Self::Dot => export::write_dot(report, out),
            Self::Csv => export::write_csv(report, out),
            Self::Svg => {
                let picture = report.svg().title(title);
                before.map_or(picture, |before| picture.since(before)).write_to(out)
            }
            Self::Html => {
                let page = report.html().title(title);
                before.map_or(page, |before| page.since(before)).write_to(out)
            }
        }
    }
}
