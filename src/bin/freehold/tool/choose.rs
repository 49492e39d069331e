//! `--report`: which of several reports.

use std::str::FromStr;

use freehold::report::Report;

/// Which reports of a file to take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Choice {
    /// All there are.
    All,
    /// The one with this number, from 1.
    Number(usize),
    /// The first.
    First,
    /// The last.
    Last,
    /// Those whose root has this name.
    Name(String),
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "all" => Self::All,
            "first" => Self::First,
            "last" => Self::Last,
            _ => match text.parse() {
                Ok(0) => return Err("reports are numbered from 1".to_owned()),
                Ok(number) => Self::Number(number),
                Err(_) => Self::Name(text.to_owned()),
            },
        })
    }
}

/// A report, and which of its file it is.
#[derive(Debug)]
pub(crate) struct Numbered {
    pub(crate) number: usize,
    pub(crate) report: Report,
}

impl Numbered {
    /// The name of the root.
    pub(crate) fn root(&self) -> &[u8] {
        self.report.arena()[self.report.root()].get().name()
    }
}

/// How many reports of a file messages list.
const LISTED: usize = 6;

/// Picks the chosen reports of a file as they come, so that the others needn't be kept.
#[derive(Debug)]
pub(crate) struct Chooser<'a> {
    choice: &'a Choice,
    kept: Vec<Numbered>,
    total: usize,
    list: Vec<String>,
}

impl<'a> Chooser<'a> {
    pub(crate) fn new(choice: &'a Choice) -> Self {
        Self { choice, kept: Vec::new(), total: 0, list: Vec::new() }
    }

    /// Takes the next report of the file.
    pub(crate) fn push(&mut self, report: Report) {
        self.total += 1;
        let numbered = Numbered { number: self.total, report };
        if self.list.len() < LISTED {
            self.list.push(label(&numbered));
        }
        let is_wanted = match self.choice {
            Choice::All => true,
            Choice::First => self.total == 1,
            Choice::Last => {
                self.kept.clear();
                true
            }
            Choice::Number(number) => self.total == *number,
            Choice::Name(name) => numbered.root() == name.as_bytes(),
        };
        if is_wanted {
            self.kept.push(numbered);
        }
    }

    /// What was chosen, at least one, and how many there were; or what is wrong with the choice.
    pub(crate) fn finish(self) -> Result<(Vec<Numbered>, usize), String> {
        if !self.kept.is_empty() {
            return Ok((self.kept, self.total));
        }
        let what = match self.choice {
            Choice::Name(name) => format!("no report is named '{name}'"),
            Choice::Number(number) => format!("there is no report {number}"),
            Choice::All | Choice::First | Choice::Last => "there is no report".to_owned(),
        };
        Err(format!("{what}; there are: {}", and_more(self.list, self.total)))
    }
}

/// `1 'root' (line 3), 2 'null_context' (line 80)`, and how many more.
pub(crate) fn listed(reports: &[Numbered]) -> String {
    and_more(reports.iter().take(LISTED).map(label).collect(), reports.len())
}

fn label(Numbered { number, report }: &Numbered) -> String {
    let root = report.arena()[report.root()].get().name_lossy();
    format!("{number} '{root}' (line {})", report.line())
}

fn and_more(mut list: Vec<String>, total: usize) -> String {
    if total > list.len() {
        list.push(format!("and {} more", total - list.len()));
    }
    list.join(", ")
}
