//! Files, pipes and `.gz`, read into reports.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::bufread::MultiGzDecoder;
use freehold::report::Report;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::Reading;
use crate::choose::{Choice, Numbered};
use crate::failure::Failure;

/// What a gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How long reading may take before a bar says how far it is.
const PATIENCE: Duration = Duration::from_millis(500);

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
    /// `FILE`, or `FILE: report 2 of 3, 'name'` where a file has several.
    pub(crate) fn title(&self, numbered: &Numbered) -> String {
        match self.total {
            1 => self.name.clone(),
            total => {
                let root = String::from_utf8_lossy(numbered.root());
                format!(
                    "{}: report {} of {total}, '{root}', line {}",
                    self.name,
                    numbered.number,
                    numbered.report.line()
                )
            }
        }
    }
}

/// The files to read: those named, or standard input.
pub(crate) fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    if io::stdin().is_terminal() {
        let message = "no file given, and nothing is piped in; name a file, or see 'freehold help'";
        return Err(Failure::Told(message.to_owned()));
    }
    Ok(vec![PathBuf::from("-")])
}

/// Reads file after file and hands each to `take`; a file that can't be read is told of, and the others still come.
pub(crate) fn each(
    named: &[PathBuf],
    reading: &Reading,
    mut take: impl FnMut(Source) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut all_well = true;
    for path in files(named)? {
        match read(&path, reading) {
            Ok(source) => take(source)?,
            Err(failure) => {
                failure.print();
                all_well = false;
            }
        }
    }
    if all_well { Ok(()) } else { Err(Failure::Reported) }
}

/// Reads one file; `-` is standard input.
pub(crate) fn read(path: &Path, reading: &Reading) -> Result<Source, Failure> {
    let name = match path.as_os_str().as_encoded_bytes() {
        b"-" => "standard input".to_owned(),
        _ => path.display().to_string(),
    };
    let text = text_of(path).map_err(|error| Failure::at(&name, reason(&error)))?;
    let reports = Report::parse_all(&text);
    if reports.is_empty()
        && let Err(error) = Report::parse(&text)
    {
        return Err(Failure::at(&name, error));
    }
    let total = reports.len();
    let numbered = reports.into_iter().enumerate().map(|(at, report)| Numbered { number: at + 1, report }).collect();
    let reports = reading.report.as_ref().unwrap_or(&Choice::All).of(numbered, &name)?;
    Ok(Source { name, reports, total })
}

fn text_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    match path.as_os_str().as_encoded_bytes() {
        b"-" => plain(Watched::new(io::stdin().lock(), None))?.read_to_end(&mut text)?,
        _ => {
            let file = File::open(path)?;
            let length = file.metadata()?.len();
            plain(Watched::new(file, Some(length)))?.read_to_end(&mut text)?
        }
    };
    Ok(text)
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

/// A reader that shows how far it is, on a terminal, once it takes long.
struct Watched<R> {
    inner: R,
    since: Instant,
    bar: ProgressBar,
}

impl<R> Watched<R> {
    fn new(inner: R, length: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden());
        let template = match length {
            Some(_) => "reading {wide_bar} {binary_bytes} of {binary_total_bytes}, {eta} to go",
            None => "reading {spinner} {binary_bytes}",
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the template is in order"));
        Self { inner, since: Instant::now(), bar }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bar.inc(count as u64);
        if self.bar.is_hidden() && self.since.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        Ok(count)
    }
}

impl<R> Drop for Watched<R> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
