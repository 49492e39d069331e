//! What a pretty tree can be told, and its output.

use std::fmt;
use std::io::{self, Write};

use super::lines::Lines;
use super::palette::{Palette, Plain};
use crate::report::Report;

/// How much text is gathered before it is handed on.
const CHUNK: usize = 1 << 15;

/// A report as a tree for people, from [`Report::pretty`].
///
/// To the left of each node its bytes with all below it, its own bytes, its share of the root's, also as a bar, and its
/// blocks with all below it. A number that can't be told is `?`; one that is at least so much has a `≥`. Of a
/// [merged](Report::merged) report, `×220` behind a name says that the line stands for so many nodes; `→` leads to a node
/// that lives elsewhere, whose `(ref 2)` says that it is referenced twice; `…` is what a [filter](Report::filtered) left out. Nodes with one child and nothing else below them
/// share a line with it, `a / b / c`: its own bytes are the sum of theirs.
///
/// Names are [escaped](crate::report::escaped), so that no terminal obeys them. Levels that are too deep to be drawn are
/// counted: `⋯17⋯`. So the text has O(records) bytes for names of bounded length, even of a chain.
#[derive(Clone, Copy)]
#[must_use = "a tree does nothing until it is written"]
pub struct Pretty<'a> {
    pub(super) report: &'a Report,
    pub(super) palette: &'a dyn Palette,
    pub(super) width: Option<usize>,
    pub(super) ascii: bool,
    pub(super) bars: bool,
    pub(super) exact: bool,
    pub(super) join_chains: bool,
    pub(super) addresses: bool,
}

impl Report {
    /// The report as a tree for people, every record of it. O(1) until written.
    ///
    /// [`show`](Self::show) does the usual before: merges, leaves out what is small, puts the largest first.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry, Naming};
    /// let mut builder = Builder::new(Entry::new("server"));
    /// for thread in ["thread 1", "thread 2"] {
    ///     builder.push(Entry::new(thread).bytes(24));
    ///     builder.push(Entry::new("stack").bytes(4096));
    ///     builder.leave();
    ///     builder.leave();
    /// }
    /// builder.push(Entry::new("cache").bytes(2000));
    /// let report = builder.finish();
    /// assert_eq!(format!("\n{}", report.pretty().exact(true)), "
    /// total  self   share              blocks
    /// 10240     0  100.0%  ██████████       6  server
    ///  4120  4120   40.2%  ████             2  ├─ thread 1 / stack
    ///  4120  4120   40.2%  ████             2  ├─ thread 2 / stack
    ///  2000  2000   19.5%  ██               1  └─ cache
    /// ");
    /// assert_eq!(format!("\n{}", report.merged(Naming::Normal).pretty()), "
    ///    total     self   share              blocks
    /// 10.0 KiB      0 B  100.0%  ██████████       6  server
    ///  8.0 KiB  8.0 KiB   80.5%  ████████         4  ├─ thread N / stack ×2
    ///  2.0 KiB  2.0 KiB   19.5%  ██               1  └─ cache
    /// ");
    /// ```
    pub fn pretty(&self) -> Pretty<'_> {
        Pretty {
            report: self,
            palette: &Plain,
            width: None,
            ascii: false,
            bars: true,
            exact: false,
            join_chains: true,
            addresses: false,
        }
    }
}

impl<'a> Pretty<'a> {
    /// Nothing but ASCII.
    pub fn ascii(self, ascii: bool) -> Self {
        Self { ascii, ..self }
    }

    /// Lines of at most this many columns, as far as the numbers allow. Names are cut in the middle; where the tree has less
    /// than half of the line, the bars go, then own bytes, then blocks.
    pub fn width(self, width: Option<usize>) -> Self {
        Self { width, ..self }
    }

    /// Whether shares are drawn as bars, as they are unless told otherwise.
    pub fn bars(self, bars: bool) -> Self {
        Self { bars, ..self }
    }

    /// Bytes instead of sizes for people, and figures without commas.
    pub fn exact(self, exact: bool) -> Self {
        Self { exact, ..self }
    }

    /// Whether nodes with one child share a line with it, as they do unless told otherwise.
    pub fn join_chains(self, join_chains: bool) -> Self {
        Self { join_chains, ..self }
    }

    /// Shows where each node is, or what Samba prints instead, its content; then each node has a line of its own.
    pub fn addresses(self, addresses: bool) -> Self {
        Self { addresses, ..self }
    }

    /// Gives each part of a line its colour.
    pub fn styled(self, palette: &'a dyn Palette) -> Self {
        Self { palette, ..self }
    }

    /// Writes the tree as UTF-8, in pieces of some 32 KiB. O(bytes written).
    ///
    /// # Errors
    ///
    /// Whatever `out` fails with; what was written until then stays written.
    pub fn write_to<W: Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        self.chunks(|chunk| out.write_all(chunk.as_bytes()))
    }

    /// Hands out the text in pieces that end where lines end.
    fn chunks<E>(&self, mut emit: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let mut lines = Lines::new(self);
        let mut chunk = String::new();
        while lines.write_next(&mut chunk) {
            if chunk.len() >= CHUNK {
                emit(&chunk)?;
                chunk.clear();
            }
        }
        emit(&chunk)
    }
}

impl fmt::Display for Pretty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chunks(|chunk| f.write_str(chunk))
    }
}

impl fmt::Debug for Pretty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { report, palette: _, width, ascii, bars, exact, join_chains, addresses } = self;
        f.debug_struct("Pretty")
            .field("report", report)
            .field("width", width)
            .field("ascii", ascii)
            .field("bars", bars)
            .field("exact", exact)
            .field("join_chains", join_chains)
            .field("addresses", addresses)
            .finish_non_exhaustive()
    }
}
