//! What the test prints: what was replayed, and for a wrong answer everything needed to look into it.

use std::fmt;
use std::ops::AddAssign;

use serde_json::{Map, Value};

use super::format::Line;

/// How much was replayed.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) files: usize,
    pub(super) lines: usize,
    pub(super) comparisons: usize,
}

impl Tally {
    pub(super) fn one_file() -> Self {
        Self { files: 1, ..Self::default() }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.files += other.files;
        self.lines += other.lines;
        self.comparisons += other.comparisons;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "replayed {} traces: {} lines, {} comparisons", self.files, self.lines, self.comparisons)
    }
}

/// The keys of what goes into a call; every other key of a line is an answer to compare.
const ARGUMENTS: [&str; 22] = [
    "n",
    "op",
    "phase",
    "ctx",
    "id",
    "to",
    "old",
    "new",
    "name",
    "keep_name",
    "size",
    "el",
    "count",
    "str",
    "depth",
    "max_depth",
    "kind",
    "times",
    "target",
    "nsub",
    "subsize",
    "limit",
];

/// Compares all answers of a line; gives their number, or says which one differs.
pub(super) fn compare(line: &Line, got: &Map<String, Value>) -> Result<usize, String> {
    let answers = line.keys().filter(|key| !ARGUMENTS.contains(key)).filter(|key| !got.contains_key(*key));
    let keys: Vec<&str> = answers.chain(got.keys().map(String::as_str)).collect();
    let nothing = Value::Array(Vec::new());
    for key in &keys {
        let got = got.get(*key).unwrap_or(&nothing);
        // What a trace leaves out is an empty list.
        let expected = if line.has(key) { line.get(key) } else { &nothing };
        if expected != got {
            return Err(format!("`{key}` differs\nexpected {}\ngot      {}", plain(expected), plain(got)));
        }
    }
    Ok(keys.len())
}

/// A report is shown as it would be printed.
fn plain(value: &Value) -> String {
    match value.as_str() {
        Some(text) if text.contains('\n') => format!("\n{text}"),
        _ => value.to_string(),
    }
}

/// A line that was answered otherwise than talloc did.
#[derive(Debug)]
pub(super) struct Fault {
    file: String,
    line: usize,
    text: String,
    what: String,
    tree: String,
}

impl Fault {
    pub(super) fn new((file, line, text): (&str, usize, &str), what: String) -> Box<Self> {
        Box::new(Self { file: file.to_owned(), line, text: text.to_owned(), what, tree: String::new() })
    }

    pub(super) fn with_tree(mut self: Box<Self>, tree: String) -> Box<Self> {
        self.tree = tree;
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, text, what, tree } = self;
        write!(f, "{file}:{line}: {what}\nline     {text}\n{tree}")
    }
}
