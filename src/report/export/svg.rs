//! The icicle as a still: a picture for a ticket.

use std::fmt;
use std::io::{self, Write};

use super::overlay::{Path, Paths, Sums};
use super::paint;
use super::palette;
use crate::report::size::{Grouped, Size};
use crate::report::{Finding, Kind, Report, Severity, escaped, shortened};

/// Height of a level, of the heading, and of the space around, in pixels.
const ROW: f64 = 18.0;
const TOP: f64 = 54.0;
const EDGE: f64 = 12.0;

/// What one character of the labels takes in most monospaced fonts at 11 pixels.
const CHARACTER: f64 = 6.65;

/// Narrower boxes are drawn as one with their small siblings.
const NARROWEST: f64 = 2.0;

/// A picture can't be scrolled: what is below this many levels is drawn as one box each.
const LEVELS: usize = 48;

/// A report as a picture: an icicle in SVG, from [`Report::svg`].
///
/// Each box is a name path, as wide as its bytes, below its parent; equal siblings are one box, and what is too narrow
/// to draw is one grey box for each parent, so that nothing is missing. A tooltip has the exact numbers. Colours tell
/// names apart; with an [earlier report](Self::since) they tell growth: red and `+` for what grew, blue and `−` for what
/// shrank, and a box is as wide as it was or is, whichever is more.
///
/// `Display` gives the picture as well. O(records) and sorting, to write.
///
/// ```
/// use freehold::report::{Builder, Entry};
/// let mut builder = Builder::new(Entry::new("server"));
/// builder.push(Entry::new("session <1>").bytes(3000));
/// let picture = builder.finish().svg().to_string();
/// assert!(picture.starts_with("<svg ") && picture.contains("session &lt;1&gt;"));
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Svg<'a> {
    report: &'a Report,
    before: Option<&'a Report>,
    title: Option<&'a str>,
    width: u32,
}

impl Report {
    /// A picture of the report for a ticket or a page. O(1); [writing it](Svg::write_to) is the work.
    pub fn svg(&self) -> Svg<'_> {
        Svg { report: self, before: None, title: None, width: 1200 }
    }
}

impl<'a> Svg<'a> {
    /// Shows what has changed since an earlier report.
    pub fn since(self, before: &'a Report) -> Self {
        Self { before: Some(before), ..self }
    }

    /// The heading; the root's name if none is given.
    pub fn title(self, title: &'a str) -> Self {
        Self { title: Some(title), ..self }
    }

    /// The width in pixels: 1200 if none is given, and never less than 240.
    pub fn width(self, pixels: u32) -> Self {
        Self { width: pixels.max(240), ..self }
    }

    /// Writes the picture. O(records) and sorting; the output is bounded by the picture's width.
    ///
    /// # Errors
    ///
    /// Whatever `out` fails with.
    pub fn write_to<W: Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        let room = f64::from(self.width) - 2.0 * EDGE;
        let paths = Paths::new(self.report, self.before);
        let widths = paths.widths();
        let whole = widths[0];
        let drawn = |path: &Path<'_>, width: u64| {
            path.depth == 0
                || (path.depth < LEVELS && path.kind != Kind::Rest && scaled(width, whole, room) >= NARROWEST)
        };
        let keep: Vec<bool> = paths.list.iter().zip(widths).map(|(path, width)| drawn(path, width)).collect();
        let paths = paths.pruned(&keep);

        let levels = paths.list.iter().map(|path| path.depth + 1).max().unwrap_or(1);
        // A picture that leaves its report can't be asked whether that was whole.
        let finding = self.finding();
        let top = if finding.is_some() { TOP + 16.0 } else { TOP };
        let height = top + ROW * levels as f64 + EDGE;
        let width = self.width;
        writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"ui-monospace,Menlo,Consolas,monospace\" font-size=\"11\">\n\
             <style>\n{}</style>\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>",
            style(),
        )?;
        self.write_heading(out, &paths.list[0], finding.as_ref())?;
        self.write_boxes(out, &paths, top, &|width| scaled(width, whole, room))?;
        out.write_all(b"</svg>\n")
    }

    fn write_heading<W: Write + ?Sized>(
        &self,
        out: &mut W,
        root: &Path<'_>,
        finding: Option<&Finding>,
    ) -> io::Result<()> {
        let room = ((f64::from(self.width) - 2.0 * EDGE) / 9.1) as usize;
        let title = self.title.map_or_else(|| paint::caption(root), |title| escaped(title.as_bytes()).into_owned());
        let title = shortened(&title, room).into_owned();
        writeln!(out, "<text class=\"title\" x=\"{EDGE}\" y=\"24\">{}</text>", paint::Escaped(&title))?;
        let totals = |bytes, blocks| format!("{} in {} blocks", Size(bytes), Grouped(blocks));
        let now = totals(root.now.bytes, root.now.blocks);
        let line = match self.before {
            None => now,
            Some(_) => {
                let bytes = paint::signed(root.was.bytes, root.now.bytes, Size);
                let blocks = paint::signed(root.was.blocks, root.now.blocks, Grouped);
                let was = totals(root.was.bytes, root.was.blocks);
                format!("{bytes} and {blocks} blocks: {was} before, {now} now")
            }
        };
        writeln!(out, "<text class=\"quiet\" x=\"{EDGE}\" y=\"42\">{}</text>", paint::Escaped(&line))?;
        let Some(finding) = finding else { return Ok(()) };
        let text = finding.to_string();
        let text = shortened(&text, ((f64::from(self.width) - 2.0 * EDGE) / CHARACTER) as usize);
        writeln!(out, "<text class=\"quiet\" x=\"{EDGE}\" y=\"58\">{}</text>", paint::Escaped(&text))
    }

    /// The worst that is known of the reports, but for mere notes.
    fn finding(&self) -> Option<Finding> {
        let reports = [self.before, Some(self.report)].into_iter().flatten();
        let findings = reports.flat_map(Report::findings).filter(|finding| finding.severity() != Severity::Note);
        findings.max_by_key(Finding::severity)
    }

    fn write_boxes<W: Write + ?Sized>(
        &self,
        out: &mut W,
        paths: &Paths<'_>,
        top: f64,
        scaled: &dyn Fn(u64) -> f64,
    ) -> io::Result<()> {
        // Where the next box of each level begins.
        let mut next = vec![EDGE];
        for (path, width) in paths.list.iter().zip(paths.widths()) {
            let (x, y, width) = (next[path.depth], top + ROW * path.depth as f64, scaled(width));
            next[path.depth] += width;
            next.truncate(path.depth + 1);
            next.push(x);
            if width < 0.25 {
                continue;
            }
            let colour = match (path.kind, self.before) {
                (_, Some(_)) => format!("g{}", paint::growth(path.was.bytes, path.now.bytes) + 4),
                (Kind::Rest | Kind::Hidden, None) => "rest".to_owned(),
                (_, None) => format!("h{}", paint::hue(path.name)),
            };
            let dashed = if path.kind == Kind::Rest && width >= 8.0 { " left" } else { "" };
            let (tooltip, drawn) = (self.tooltip(path), (width - 1.0).max(width / 2.0));
            write!(
                out,
                "<g><title>{}</title><rect class=\"{colour}{dashed}\" x=\"{x:.2}\" y=\"{y}\" width=\"{drawn:.2}\" \
                 height=\"{}\" rx=\"2\"/>",
                paint::Escaped(&tooltip),
                ROW - 1.0,
            )?;
            let label = self.label(path, ((width - 8.0) / CHARACTER).max(0.0) as usize);
            if !label.is_empty() {
                let on = if colour == "g0" || colour == "g8" { " class=\"strong\"" } else { "" };
                write!(out, "<text{on} x=\"{:.2}\" y=\"{}\">{}</text>", x + 4.0, y + 12.5, paint::Escaped(&label))?;
            }
            out.write_all(b"</g>\n")?;
        }
        Ok(())
    }

    /// What is written on a box with room for so many characters: the name, then how many, then its size or its growth.
    fn label(&self, path: &Path<'_>, room: usize) -> String {
        let mut name = paint::caption(path);
        // The word most names begin with tells least.
        if name.chars().count() > room && name.starts_with("struct ") {
            name.drain(.."struct ".len());
        }
        if name.chars().count() > room {
            // Fewer letters say nothing, and part of a number says something else.
            let silent = room < 6 || path.kind == Kind::Rest;
            return if silent { String::new() } else { shortened(&name, room).into_owned() };
        }
        let times = match path.now.count.max(path.was.count) {
            count if count > 1 && path.kind != Kind::Rest => format!(" ×{}", Grouped(count)),
            _ => String::new(),
        };
        let number = match self.before {
            None => format!("  {}", Size(path.now.bytes)),
            Some(_) if path.now.bytes == path.was.bytes => String::new(),
            Some(_) => format!("  {}", paint::signed(path.was.bytes, path.now.bytes, Size)),
        };
        [times, number].into_iter().fold(name, |text, more| {
            let fits = text.chars().count() + more.chars().count() <= room;
            if fits { text + &more } else { text }
        })
    }

    fn tooltip(&self, path: &Path<'_>) -> String {
        let line = |when: &str, sums: Sums| {
            let [bytes, blocks, count] = [sums.bytes, sums.blocks, sums.count].map(Grouped);
            let own = sums.own.map_or_else(|| "?".to_owned(), |own| Grouped(own).to_string());
            format!("{when}{bytes} bytes in {blocks} blocks, {own} bytes itself, ×{count}")
        };
        let name = paint::caption(path);
        if self.before.is_none() {
            return format!("{name}\n{}", line("", path.now));
        }
        let bytes = paint::signed(path.was.bytes, path.now.bytes, Grouped);
        let blocks = paint::signed(path.was.blocks, path.now.blocks, Grouped);
        let (was, now) = (line("before: ", path.was), line("now: ", path.now));
        format!("{name}\n{bytes} bytes, {blocks} blocks\n{was}\n{now}")
    }
}

impl fmt::Display for Svg<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut picture = Vec::new();
        self.write_to(&mut picture).map_err(|_| fmt::Error)?;
        f.write_str(&String::from_utf8_lossy(&picture))
    }
}

fn scaled(width: u64, whole: u64, room: f64) -> f64 {
    width as f64 / whole.max(1) as f64 * room
}

/// What the picture looks like, by light and by dark.
fn style() -> String {
    let fill = |class: String, colour: &str| format!(".{class}{{fill:{colour}}}");
    let (light, dark) = (palette::LIGHT.css(fill), palette::DARK.css(fill));
    format!(
        "text{{white-space:pre}}.title{{font-size:15px;font-weight:600}}.left{{stroke:#8b94a1;stroke-dasharray:2 2}}\n\
         .page{{fill:#fff}}text{{fill:#1d2330}}.quiet{{fill:#5b6472}}.rest{{fill:#e3e6ea}}.strong{{fill:#fff}}{light}\n\
         @media(prefers-color-scheme:dark){{.page{{fill:#14171c}}text,.strong{{fill:#edf0f4}}.quiet{{fill:#9aa3af}}\
         .rest{{fill:#2b3038}}{dark}}}\n"
    )
}
