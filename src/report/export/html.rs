//! The page: one file that shows a report, or what has changed between two.

use std::fmt;
use std::io::{self, Write};

use rustc_hash::FxHashMap;

use super::overlay::{Paths, Sums};
use super::paint;
use super::palette;
use crate::report::{Kind, Naming, Report, Severity, normal_name, visible};

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");

/// One script; the parts are kept apart for people.
const SCRIPT: [&str; 6] = [
    include_str!("html/model.js"),
    include_str!("html/numbers.js"),
    include_str!("html/icicle.js"),
    include_str!("html/names.js"),
    include_str!("html/tree.js"),
    include_str!("html/page.js"),
];

/// How many paths are sent if nothing else is said: some 2 MB, which a browser opens in a blink.
const LIMIT: usize = 30_000;

/// A report as a page to look around in, from [`Report::html`].
///
/// One file that needs nothing else and fetches nothing: an icicle to zoom into, a table of names to sort, a tree to open
/// and close, and a search that says how much it found. Works by mouse, touch and keyboard, by light and by dark. With an
/// [earlier report](Self::since) everything shows growth.
///
/// Equal siblings are sent as one. Where that leaves more name paths than a [limit](Self::limit), those that differ only in
/// their numbers are one as well; where that is not enough, the largest are sent, and one line a parent stands for what is
/// left out. So all sums are exact, and a report of a million nodes opens quickly. Browsers round numbers above 2⁵³.
///
/// Names are shown as text wherever they come from, control characters escaped: no name can become markup or a script.
/// But names are data, and data may be secret: the page has them all.
///
/// `Display` gives the page as well. O(records) and sorting, to write.
///
/// ```
/// use freehold::report::{Builder, Entry};
/// let mut builder = Builder::new(Entry::new("server"));
/// builder.push(Entry::new("</script>").bytes(3000));
/// let page = builder.finish().html().title("Overnight").to_string();
/// assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<title>Overnight</title>"));
/// assert!(page.contains(r"\u003c/script>"));
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Html<'a> {
    report: &'a Report,
    before: Option<&'a Report>,
    title: Option<&'a str>,
    limit: usize,
}

impl Report {
    /// A page to look around in the report. O(1); [writing it](Html::write_to) is the work.
    pub fn html(&self) -> Html<'_> {
        Html { report: self, before: None, title: None, limit: LIMIT }
    }
}

impl<'a> Html<'a> {
    /// Shows what has changed since an earlier report.
    pub fn since(self, before: &'a Report) -> Self {
        Self { before: Some(before), ..self }
    }

    /// The heading; the root's name if none is given.
    pub fn title(self, title: &'a str) -> Self {
        Self { title: Some(title), ..self }
    }

    /// How many name paths are sent at most, besides the lines for what is left out: 30,000 if nothing else is said.
    pub fn limit(self, paths: usize) -> Self {
        Self { limit: paths, ..self }
    }

    /// Writes the page. O(records) and sorting.
    ///
    /// # Errors
    ///
    /// Whatever `out` fails with.
    pub fn write_to<W: Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        let paths = Paths::new(self.report, self.before);
        if paths.list.len() <= self.limit {
            return self.write_page(out, paths, false);
        }
        let normal = |report: &Report| report.merged(Naming::Normal);
        let (report, before) = (normal(self.report), self.before.map(normal));
        self.write_page(out, Paths::new(&report, before.as_ref()), true)
    }

    /// Names are `normal` where those that differ in their numbers have been made one.
    fn write_page<W: Write + ?Sized>(&self, out: &mut W, paths: Paths<'_>, normal: bool) -> io::Result<()> {
        let met = paths.list.len();
        let paths = paths.limited(self.limit);
        let root = self.report.arena()[self.report.root()].get();
        let title = visible(self.title.map_or(root.name(), str::as_bytes));
        for part in PAGE.split("{{") {
            let Some((what, after)) = part.split_once("}}") else {
                out.write_all(part.as_bytes())?;
                continue;
            };
            match what {
                "title" => write!(out, "{}", paint::Escaped(&title))?,
                "style" => write!(out, "{}{STYLE}", colours())?,
                "script" => SCRIPT.iter().try_for_each(|part| out.write_all(part.as_bytes()))?,
                _ => self.write_data(out, &paths, &Facts { title: &title, met, normal })?,
            }
            out.write_all(after.as_bytes())?;
        }
        Ok(())
    }

    /// What the script reads: names once each, and a row of numbers for each path, in pre-order.
    fn write_data<W: Write + ?Sized>(&self, out: &mut W, paths: &Paths<'_>, facts: &Facts<'_>) -> io::Result<()> {
        let Facts { title, met, normal } = facts;
        let compared = self.before.is_some();
        let mut numbers: FxHashMap<&[u8], usize> = FxHashMap::default();
        let mut names: Vec<&[u8]> = Vec::new();
        for path in &paths.list {
            numbers.entry(path.name).or_insert_with(|| {
                names.push(path.name);
                names.len() - 1
            });
        }
        write!(
            out,
            "{{\"title\":{},\"compared\":{compared},\"met\":{met},\"together\":{normal},\"findings\":[",
            quoted(title)
        )?;
        let mut comma = "";
        for (when, report) in [("before: ", self.before), (if compared { "now: " } else { "" }, Some(self.report))] {
            for finding in report.iter().flat_map(|report| report.findings()) {
                let serious = finding.severity() != Severity::Note;
                write!(out, "{comma}[{serious},{}]", quoted(&format!("{when}{finding}")))?;
                comma = ",\n";
            }
        }
        out.write_all(b"],\"names\":[")?;
        for (index, name) in names.iter().enumerate() {
            let comma = if index == 0 { "" } else { ",\n" };
            write!(out, "{comma}[{},{}", quoted(&visible(name)), paint::hue(name))?;
            let normal = normal_name(name);
            if *normal != **name {
                write!(out, ",{}", quoted(&visible(&normal)))?;
            }
            out.write_all(b"]")?;
        }
        out.write_all(b"],\"rows\":[")?;
        for (index, path) in paths.list.iter().enumerate() {
            let comma = if index == 0 { "" } else { ",\n" };
            write!(out, "{comma}[{},{},{}", path.depth, numbers[path.name], kind(path.kind))?;
            write_sums(out, path.now)?;
            if compared {
                write_sums(out, path.was)?;
            }
            out.write_all(b"]")?;
        }
        out.write_all(b"]}")
    }
}

/// What the page says of all its paths.
struct Facts<'a> {
    title: &'a str,
    /// How many paths there are, sent or not.
    met: usize,
    normal: bool,
}

/// The number that stands for a kind in a row.
fn kind(kind: Kind) -> u8 {
    match kind {
        Kind::Node => 0,
        Kind::Reference => 1,
        Kind::Hidden => 2,
        Kind::Rest => 3,
    }
}

fn write_sums<W: Write + ?Sized>(out: &mut W, sums: Sums) -> io::Result<()> {
    let Sums { count, bytes, blocks, own } = sums;
    match own {
        Some(own) => write!(out, ",{count},{bytes},{blocks},{own}"),
        None => write!(out, ",{count},{bytes},{blocks},-1"),
    }
}

/// Text as JSON that can stand within a script element.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('<', "\\u003c")
}

/// The palettes as custom properties, for the page and its script.
fn colours() -> String {
    let property = |name: String, colour: &str| format!("--{name}:{colour};");
    let (light, dark) = (palette::LIGHT.css(property), palette::DARK.css(property));
    format!(
        ":root{{{light}}}\n@media(prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n\
         :root[data-theme=dark]{{{dark}}}\n"
    )
}

impl fmt::Display for Html<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut page = Vec::new();
        self.write_to(&mut page).map_err(|_| fmt::Error)?;
        f.write_str(&String::from_utf8_lossy(&page))
    }
}
