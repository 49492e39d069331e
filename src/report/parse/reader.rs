//! Reports out of whatever bytes come from.

use std::fmt;
use std::io::{self, Read};

use super::error::ReadError;
use super::lines::Lines;
use super::prefix::Prefix;
use super::split::Splitter;
use crate::report::{ParseError, Report};

/// How much of the input is kept, unless lines are longer.
const WINDOW: usize = 1 << 19;

/// The reports of an input, read as it comes: an iterator.
///
/// It keeps half a mebibyte of the input, or some 130 lines if those are more, and the report it reads. So a log of any
/// length is read in O(bytes), with memory for the largest of its reports.
///
/// [`Report::parse_all`] says what is understood. A report is given out when the next one begins or the input ends, for
/// until then it isn't known how many lines after it are no part of any.
///
/// ```
/// use freehold::report::{Reader, Report};
/// let log = "full talloc report on 'a' (total      0 bytes in   1 blocks)\nlater\n\
///            full talloc report on 'b' (total      0 bytes in   1 blocks)\n";
/// let source = std::io::Cursor::new(log); // or a file, or a pipe
/// for report in Reader::new(source) {
///     let report = report?;
///     println!("line {}: {} blocks", report.line(), report.len());
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Reader<R> {
    source: R,
    window: usize,
    buffer: Vec<u8>,
    ended: bool,
    prefix: Option<Prefix>,
    /// From here on the prefix is still there.
    raw: usize,
    splitter: Splitter,
}

impl<R: Read> Reader<R> {
    /// Reads from `source`, in large pieces: it needs no buffer of its own.
    pub fn new(source: R) -> Self {
        Self::with_window(source, WINDOW)
    }

    fn with_window(source: R, window: usize) -> Self {
        let splitter = Splitter::new(window / 2);
        Self { source, window, buffer: Vec::new(), ended: false, prefix: None, raw: 0, splitter }
    }

    /// Takes `prefix` off every line that begins with it; its digits stand for any digits, as in times.
    ///
    /// There is seldom need to: what is before a header and before the line after it as well goes by itself. That is so
    /// for quotes in mails (`> `) and for logs (`pcrf  | `), but not for spaces, which could be the report's own.
    ///
    /// ```
    /// use freehold::report::Reader;
    /// let quoted = b"    talloc report on 'root' (total      1 bytes in   2 blocks)\n        \
    ///                x                              contains      1 bytes in   1 blocks (ref 0)\n";
    /// let report = Reader::new(&quoted[..]).strip_prefix("    ").next().expect("a report")?;
    /// assert_eq!((report.len(), report.imbalances().len()), (2, 0));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn strip_prefix(mut self, prefix: impl AsRef<[u8]>) -> Self {
        self.prefix = Some(Prefix::new(prefix.as_ref()));
        self
    }

    /// Why no report was found, once the input is read to its end; `None` if there were any. O(1).
    ///
    /// ```
    /// use freehold::report::{ParseError, Reader};
    /// let mut reader = Reader::new(&b"nothing\n"[..]);
    /// assert!(reader.next().is_none());
    /// assert_eq!(reader.why_none(), Some(ParseError::NoReport { lines: 1 }));
    /// ```
    #[must_use]
    pub fn why_none(&self) -> Option<ParseError> {
        self.splitter.nothing()
    }

    /// Gets the next piece of the input.
    fn fill(&mut self) -> io::Result<()> {
        let before = self.splitter.forget(&self.buffer);
        self.buffer.drain(..before);
        self.raw = self.raw.saturating_sub(before);
        // What waits is more than half a window only if lines are long. Twice that, then, so that each is copied seldom.
        let room = self.window.max(2 * self.buffer.len()) - self.buffer.len();
        self.buffer.reserve_exact(room);
        let read = self.source.by_ref().take(room as u64).read_to_end(&mut self.buffer)?;
        self.ended = read < room;
        self.strip();
        Ok(())
    }

    fn strip(&mut self) {
        if let Some(prefix) = &self.prefix {
            self.raw = prefix.strip(&mut self.buffer, self.raw, self.ended);
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = io::Result<Report>;

    /// The next report, or why the source could be read no further, which ends it.
    fn next(&mut self) -> Option<io::Result<Report>> {
        loop {
            let mut lines = Lines::new(&self.buffer, self.ended);
            if let Some(report) = self.splitter.next(&mut lines) {
                return Some(Ok(report));
            }
            if let Some((prefix, from)) = self.splitter.take_prefix() {
                (self.prefix, self.raw) = (Some(prefix), from);
                self.strip();
                continue;
            }
            if self.ended {
                return self.splitter.end().map(Ok);
            }
            if let Err(error) = self.fill() {
                (self.ended, self.buffer, self.splitter) = (true, Vec::new(), Splitter::new(0));
                return Some(Err(error));
            }
        }
    }
}

impl<R> fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("buffered", &self.buffer.len())
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl Report {
    /// Reads the one report in `text`. O(bytes); memory for the records, not for the text.
    ///
    /// What is before, between and after the report's lines is skipped, and from its first line on
    /// [counted](Self::skipped_lines). See [`parse_all`](Self::parse_all) for what is understood.
    ///
    /// ```
    /// use freehold::report::{ParseError, Report};
    /// let log = b"reloading\nfull talloc report on 'root' (total      0 bytes in   1 blocks)\ndone\n";
    /// let report = Report::parse(log)?;
    /// assert_eq!((report.line(), report.skipped_lines()), (2, 1));
    /// assert_eq!(Report::parse(b"nothing\n"), Err(ParseError::NoReport { lines: 1 }));
    /// # Ok::<(), ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ParseError::Empty`], [`ParseError::NoReport`], [`ParseError::ParentsList`], or [`ParseError::Several`] if
    /// there is more than one. A damaged report is none: ask [`imbalances`](Self::imbalances) and
    /// [`is_truncated`](Self::is_truncated).
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        match Self::read(text) {
            Ok(report) => Ok(report),
            Err(ReadError::Parse(error)) => Err(error),
            Err(ReadError::Io(error)) => unreachable!("memory can be read: {error}"),
        }
    }

    /// Reads the one report that comes from `source`, as [`Reader`] does. O(bytes).
    ///
    /// ```no_run
    /// use freehold::report::Report;
    /// let report = Report::read(std::fs::File::open("smbd.talloc")?)?;
    /// println!("{} bytes in {} blocks", report.arena()[report.root()].get().bytes(), report.len());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ReadError::Io`] with whatever `source` fails with, and [`ReadError::Parse`] where [`parse`](Self::parse) has an
    /// error.
    pub fn read<R: Read>(source: R) -> Result<Self, ReadError> {
        let mut reader = Reader::new(source);
        let mut only: Option<Self> = None;
        let mut several: Option<ParseError> = None;
        while let Some(report) = reader.next().transpose()? {
            match (&only, &mut several) {
                (None, _) => only = Some(report),
                (Some(_), Some(ParseError::Several { count, .. })) => *count += 1,
                (Some(first), _) => {
                    several = Some(ParseError::Several { count: 2, first: first.line(), second: report.line() });
                }
            }
        }
        match (only, several) {
            (Some(report), None) => Ok(report),
            (_, several) => Err(several.or(reader.why_none()).unwrap_or(ParseError::Empty).into()),
        }
    }

    /// Reads every report in `text`, which may be a whole log. O(bytes); memory for the records, not for the text.
    ///
    /// Understood are talloc's own text of every version, in full, brief, cut at a depth, or begun below one; Samba's
    /// `char` lines and `mallinfo:` trailer; CCAN's `d=` column; Osmocom's indent of two, `\r\n` and left out levels;
    /// colours before a header, and a log's or a mail's prefix before every line; memlimit lines; renamed copies of
    /// talloc; texts that lost their columns, which are placed by their indents or, without any, by a full report's sums;
    /// Freehold's own; PostgreSQL's memory contexts, and proot's own listing.
    ///
    /// Names are data, and the text does not quote them. Where it can be read in several ways, the column of
    /// `contains` decides, then the sums of a full report; a name that forges whole lines is caught by
    /// [`imbalances`](Self::imbalances) at best.
    ///
    /// ```
    /// use freehold::report::Report;
    /// let log = "full talloc report on 'a' (total      0 bytes in   1 blocks)\nlater\n\
    ///            full talloc report on 'b' (total      0 bytes in   1 blocks)\n";
    /// let lines: Vec<_> = Report::parse_all(log.as_bytes()).iter().map(Report::line).collect();
    /// assert_eq!(lines, [1, 3]);
    /// ```
    #[must_use]
    pub fn parse_all(text: &[u8]) -> Vec<Self> {
        Reader::new(text).map(|report| report.expect("memory can be read")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let few = self.0.len().min(self.1).min(into.len());
            into[..few].copy_from_slice(&self.0[..few]);
            self.0 = &self.0[few..];
            Ok(few)
        }
    }

    fn fixtures() -> Vec<(String, Vec<u8>)> {
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("the fixtures") {
                let path = entry.expect("a readable folder").path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => files.push((path.display().to_string(), std::fs::read(&path).expect("a readable file"))),
                }
            }
        }
        files
    }

    /// Everything that is known of a report.
    fn facts(report: &Report) -> impl PartialEq + fmt::Debug {
        let chatter: Vec<_> = report.chatter_inside().collect();
        (format!("{report:?}"), report.imbalances().to_vec(), report.text().to_vec(), chatter)
    }

    #[test]
    fn it_makes_no_difference_in_which_pieces_a_text_comes() {
        let quote =
            |text: &[u8]| text.split_inclusive(|byte| *byte == b'\n').flat_map(|line| [b"> ", line].concat()).collect();
        let (plain, quoted) =
            (fixtures(), fixtures().into_iter().map(|(name, text)| (format!("quoted {name}"), quote(&text))));
        for (name, text) in plain.into_iter().chain(quoted) {
            let whole = Report::parse_all(&text);
            for (drip, window) in [(1, 1), (7, 64), (4096, 4096), (4096, WINDOW)] {
                let reader = Reader::with_window(Drip(&text, drip), window);
                let pieces: Vec<Report> = reader.map(|report| report.expect("no error")).collect();
                assert!(pieces == whole, "{name}: {drip} bytes at a time, {window} kept");
                assert!(pieces.iter().map(facts).eq(whole.iter().map(facts)), "{name}: {drip}, {window}");
            }
        }
    }

    #[test]
    fn only_lines_longer_than_the_window_make_it_grow() {
        let header = "full talloc report on 'root' (total      0 bytes in   1 blocks)\n";
        let text = format!("{header}{}", "some chatter\n".repeat(100_000));
        let mut reader = Reader::with_window(text.as_bytes(), 4096);
        let report = reader.next().expect("a report").expect("no error");
        assert_eq!((report.skipped_lines(), reader.next().is_none()), (100_000, true));
        assert!(reader.buffer.capacity() <= 2 * 4096, "{}", reader.buffer.capacity());
    }

    #[test]
    fn an_error_of_the_source_ends_it() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let header = "full talloc report on 'root' (total      0 bytes in   1 blocks)\n";
        let mut reader = Reader::new(header.as_bytes().chain(Broken));
        assert_eq!(
            reader.next().map(|report| report.map_err(|error| error.kind())),
            Some(Err(io::ErrorKind::ConnectionReset))
        );
        assert!(reader.next().is_none());
        assert!(matches!(Report::read(Broken), Err(ReadError::Io(_))));
    }
}
