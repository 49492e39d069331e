//! talloc's text, byte for byte.

use std::fmt;
use std::io::{self, Write};

use super::line::{self, Facts};
use super::page::Page;
use crate::report::record::Kind;
use crate::report::report::{Header, Report};
use crate::report::walk::{Visit, Walk};

/// A report as talloc prints it, from [`Report::text`], [`Report::brief`] or [`Report::text_at`].
///
/// [`write_to`](Self::write_to) and [`to_vec`](Self::to_vec) give the exact bytes. `Display` puts `U+FFFD` where
/// a name isn't UTF-8. Names are printed raw, as talloc does, so they may hold what a terminal obeys.
#[derive(Clone, Debug)]
#[must_use = "a text does nothing until it is written"]
pub struct Text<'a> {
    report: &'a Report,
    header: Option<Words<'a>>,
    depth: usize,
    max_depth: Option<usize>,
    mallinfo: bool,
}

#[derive(Clone, Copy, Debug)]
struct Words<'a> {
    full: &'static str,
    program: &'a str,
}

impl Report {
    /// The text the report was captured as: the same header if it had one, every line it has. O(1) until written.
    ///
    /// What a clean file says comes out as it went in. Chatter between lines, `\r\n` and hand-made spacing don't.
    #[doc(alias = "talloc_report_full")]
    pub fn text(&self) -> Text<'_> {
        Text {
            report: self,
            header: self.header().map(|header| Words::new(Some(header), header.full)),
            depth: self.start_depth(),
            max_depth: None,
            mallinfo: true,
        }
    }

    /// The header and one line for each child of the root. O(1) until written.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry};
    /// let mut builder = Builder::new(Entry::new("root"));
    /// builder.push(Entry::new("cache").bytes(64));
    /// builder.push(Entry::new("entry").bytes(8));
    /// let report = builder.finish();
    /// assert_eq!(report.brief().to_string(), "\
    /// talloc report on 'root' (total     72 bytes in   3 blocks)
    ///     cache                          contains     72 bytes in   2 blocks (ref 0)
    /// ");
    /// ```
    #[doc(alias = "talloc_report")]
    pub fn brief(&self) -> Text<'_> {
        self.text_at(0, Some(1))
    }

    /// The text from `depth`, no deeper than `max_depth`; `None` is talloc's `-1`. O(1) until written.
    ///
    /// A `depth` above 0 prints no header and shifts every line to the right, the root's being the first. The
    /// header says `full` exactly if there is no `max_depth`.
    #[doc(alias = "talloc_report_depth_file")]
    pub fn text_at(&self, depth: usize, max_depth: Option<usize>) -> Text<'_> {
        let header = (depth == 0).then(|| Words::new(self.header(), max_depth.is_none()));
        Text { report: self, header, depth, max_depth, mallinfo: false }
    }
}

impl<'a> Words<'a> {
    fn new(header: Option<&'a Header>, full: bool) -> Self {
        let full = match header {
            _ if !full => "",
            Some(header) if header.capital => "Full ",
            _ => "full ",
        };
        Self { full, program: header.map_or("talloc", |header| &header.program) }
    }
}

impl Text<'_> {
    /// Writes the exact bytes, in pieces of some 32 KiB. O(bytes written), which is quadratic in the depth of a
    /// chain, for each level is indented by one more step.
    ///
    /// # Errors
    ///
    /// Whatever `out` fails with; what was written until then stays written.
    pub fn write_to<W: Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        self.chunks(|chunk| out.write_all(chunk))
    }

    /// The exact bytes. O(bytes).
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut all = Vec::new();
        let Ok(()) = self.chunks(|chunk| -> Result<(), std::convert::Infallible> {
            all.extend_from_slice(chunk);
            Ok(())
        });
        all
    }

    /// Hands out the text in pieces that end where lines end.
    fn chunks<E>(&self, mut emit: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut page = Page::default();
        for visit in Walk::new(self.report, self.depth, self.max_depth) {
            self.line(&mut page, &visit);
            if page.is_full() {
                emit(page.written())?;
                page.clear();
            }
        }
        let mallinfo = self.report.mallinfo();
        if self.mallinfo && !mallinfo.is_empty() {
            page.text(b"mallinfo:\n");
            for (name, number) in mallinfo {
                page.text(format!("    {name}: {number}\n").as_bytes());
            }
        }
        emit(page.written())
    }

    fn line(&self, page: &mut Page, visit: &Visit<'_>) {
        let record = visit.record;
        let indent = visit.depth * self.report.indent();
        let name = |page: &mut Page| page.text(record.name());
        match record.kind() {
            Kind::Hidden => {}
            Kind::Reference => line::reference(page, indent, name),
            Kind::Node | Kind::Rest => {
                if let Some(limit) = record.memlimit() {
                    line::padded_name(page, indent, name);
                    line::limit(page, limit);
                }
                let (bytes, blocks) = (record.bytes(), record.blocks());
                match self.header.filter(|_| visit.depth == 0) {
                    Some(Words { full, program }) => {
                        page.text(full.as_bytes());
                        page.text(program.as_bytes());
                        page.text(b" report on '");
                        name(page);
                        line::totals(page, bytes, blocks);
                    }
                    None => {
                        line::padded_name(page, indent, name);
                        let (references, destructor) = (record.reference_count(), record.destructor());
                        let address = record.address();
                        line::facts(page, &Facts { bytes, blocks, references, destructor, address });
                    }
                }
            }
        }
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chunks(|chunk| f.write_str(&String::from_utf8_lossy(chunk)))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}
