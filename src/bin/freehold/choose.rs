//! `--report`: which of several reports.

use std::str::FromStr;

use freehold::report::Report;

use crate::failure::Failure;
use crate::names::printable;

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

impl Choice {
    /// What is chosen of `reports`, which come from `file`.
    pub(crate) fn of(&self, mut reports: Vec<Numbered>, file: &str) -> Result<Vec<Numbered>, Failure> {
        let count = reports.len();
        let list = listed(&reports);
        match self {
            Self::All => {}
            Self::First => reports.truncate(1),
            Self::Last => drop(reports.drain(..count.saturating_sub(1))),
            Self::Number(number) => reports.retain(|numbered| numbered.number == *number),
            Self::Name(name) => reports.retain(|numbered| numbered.root() == name.as_bytes()),
        }
        if !reports.is_empty() {
            return Ok(reports);
        }
        let what = match self {
            Self::Name(name) => format!("no report is named '{name}'"),
            Self::Number(number) => format!("there is no report {number}"),
            Self::All | Self::First | Self::Last => "there is no report".to_owned(),
        };
        Err(Failure::at(file, format_args!("{what}; there are {list}")))
    }
}

/// `1 'root' (line 3), 2 'null_context' (line 80)`, and how many more.
pub(crate) fn listed(reports: &[Numbered]) -> String {
    const SHOWN: usize = 6;
    let mut list: Vec<_> = reports
        .iter()
        .take(SHOWN)
        .map(|numbered| {
            let Numbered { number, report } = numbered;
            format!("{number} '{}' (line {})", printable(numbered.root()), report.line())
        })
        .collect();
    if reports.len() > SHOWN {
        list.push(format!("and {} more", reports.len() - SHOWN));
    }
    list.join(", ")
}
