//! Files, pipes and `.gz`, read into reports.

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use freehold::report::{Reader, Report, Severity, escaped};

use crate::tool::args::Reading;
use crate::tool::choose::{Choice, Chooser, Numbered, listed};
use crate::tool::failure::{Failure, warn};
use crate::tool::system::System;

/// What a gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The reports of one file, as far as they were chosen.
#[derive(Debug)]
pub(crate) struct Source {
    /// What messages call the file.
    pub(crate) name: String,
    /// The chosen reports, at least one.
    pub(crate) reports: Vec<Numbered>,
    /// How many reports the file has.
    pub(crate) total: usize,
}

impl Source {
    /// `FILE`, or `FILE: report 2 of 3, 'name', line 80` where a file has several.
    pub(crate) fn title(&self, numbered: &Numbered) -> String {
        let file = escaped(self.name.as_bytes());
        match self.total {
            1 => file.into_owned(),
            total => {
                let root = escaped(numbered.root());
                format!("{file}: report {} of {total}, '{root}', line {}", numbered.number, numbered.report.line())
            }
        }
    }

    /// The one report that was chosen.
    pub(crate) fn single(mut self) -> Result<Titled, Failure> {
        match self.reports.pop() {
            Some(only) if self.reports.is_empty() => Ok(self.with_title(only)),
            last => {
                self.reports.extend(last);
                Err(self.count_is_wrong("one report is wanted", "choose one by --report, as --report last"))
            }
        }
    }

    /// The first and the last report that were chosen.
    pub(crate) fn ends(mut self) -> Result<[Titled; 2], Failure> {
        match self.reports.pop() {
            Some(last) if !self.reports.is_empty() => {
                let first = self.reports.swap_remove(0);
                Ok([self.with_title(first), self.with_title(last)])
            }
            last => {
                self.reports.extend(last);
                Err(self.count_is_wrong("two reports are wanted", "name a second file"))
            }
        }
    }

    /// Says of each report that is damaged what is wrong with it, first of all.
    pub(crate) fn remark(&self, system: &dyn System) {
        for Numbered { report, .. } in &self.reports {
            if report.imbalances().is_empty() && !report.is_truncated() {
                continue;
            }
            let damage = report.findings().into_iter().find(|finding| finding.severity() >= Severity::Damage);
            if let Some(damage) = damage {
                let line = damage.lines().map(|lines| format!(":{}", lines.start())).unwrap_or_default();
                warn(system, format_args!("{}{line}: {}; see 'freehold check'", self.name, damage.message()));
            }
        }
    }

    /// All reports that were chosen.
    pub(crate) fn titled(mut self) -> Vec<Titled> {
        std::mem::take(&mut self.reports).into_iter().map(|numbered| self.with_title(numbered)).collect()
    }

    fn with_title(&self, numbered: Numbered) -> Titled {
        let title = self.title(&numbered);
        (numbered.report, title)
    }

    fn count_is_wrong(&self, wanted: &str, advice: &str) -> Failure {
        let be = if self.reports.len() == 1 { "is" } else { "are" };
        let list = listed(&self.reports);
        Failure::at(&self.name, format_args!("{wanted}, and there {be}: {list}; {advice}"))
    }
}

/// A report, and what to call it.
pub(crate) type Titled = (Report, String);

/// The files to read: those named, or standard input.
pub(crate) fn files(system: &dyn System, named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    if system.input_is_terminal() {
        let message = "no file given, and nothing is piped in; name a file, or see 'freehold help'";
        return Err(Failure::Told(message.to_owned()));
    }
    Ok(vec![PathBuf::from("-")])
}

/// Reads file after file and hands each to `take`; what is wrong with one is told, and the others still come.
pub(crate) fn each(
    system: &dyn System,
    named: &[PathBuf],
    reading: &Reading,
    mut take: impl FnMut(Source) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut all_well = true;
    for path in files(system, named)? {
        match read(system, &path, reading).and_then(&mut take) {
            Ok(()) => {}
            Err(Failure::Closed) => return Err(Failure::Closed),
            Err(failure) => {
                failure.print(system);
                all_well = false;
            }
        }
    }
    if all_well { Ok(()) } else { Err(Failure::Reported) }
}

/// Reads one file; `-` is standard input.
pub(crate) fn read(system: &dyn System, path: &Path, reading: &Reading) -> Result<Source, Failure> {
    if path.as_os_str() == "-" {
        let taken = "was read already; name '-' once, and files for the rest";
        let input = system.input().ok_or_else(|| Failure::at("standard input", taken))?;
        return reports("standard input", input, reading);
    }
    let name = path.display().to_string();
    let file = system.open(path).map_err(|error| Failure::at(&name, reason(&error)))?;
    reports(&name, file, reading)
}

/// The chosen reports in `input`, which comes from `name`.
pub(crate) fn reports(name: &str, input: impl Read, reading: &Reading) -> Result<Source, Failure> {
    let unread = |error: io::Error| Failure::at(name, reason(&error));
    let mut input = BufReader::with_capacity(1 << 16, plain(input).map_err(unread)?);
    let mut chooser = Chooser::new(reading.report.as_ref().unwrap_or(&Choice::All));
    if input.fill_buf().map_err(unread)?.trim_ascii_start().starts_with(b"{") {
        let mut json = Vec::new();
        input.read_to_end(&mut json).map_err(unread)?;
        let reports = Report::from_json_all(&json).map_err(|error| Failure::at(name, error))?;
        reports.into_iter().for_each(|report| chooser.push(report));
    } else {
        let mut reader = Reader::new(input);
        if let Some(prefix) = &reading.strip_prefix {
            reader = reader.strip_prefix(prefix);
        }
        for report in &mut reader {
            chooser.push(report.map_err(unread)?);
        }
        if let Some(error) = reader.why_none() {
            return Err(Failure::at(name, error));
        }
    }
    let (reports, total) = chooser.finish().map_err(|what| Failure::at(name, what))?;
    Ok(Source { name: name.to_owned(), reports, total })
}

/// What `input` says, unpacked if it is packed.
fn plain<'a>(input: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    Ok(match input.fill_buf()?.starts_with(&GZIP) {
        true => Box::new(MultiGzDecoder::new(input)),
        false => Box::new(input),
    })
}

/// Why a file can't be read, and what to try.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file; check the name, or give - for standard input".to_owned(),
        io::ErrorKind::IsADirectory => "is a directory; name the files in it".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "permission denied; read it as a user who may, and pipe it in: sudo cat FILE | freehold …".to_owned()
        }
        io::ErrorKind::UnexpectedEof => {
            "the gzip data ends early; unpack what is there by 'gzip -dc FILE' and pipe it in".to_owned()
        }
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => format!("{error}; the gzip data is damaged"),
        _ => error.to_string(),
    }
}
