//! `freehold trend`: what looks like a leak.

use std::io::Write;

use clap::{Args, ColorChoice, value_parser};
use freehold::report::{Report, Suspect, Suspects, escaped};

use crate::tool::args::{Files, Focus, Limits, Looks, Reading};
use crate::tool::failure::Failure;
use crate::tool::input;
use crate::tool::run::Outcome;
use crate::tool::screen::{Screen, TITLE};
use crate::tool::system::System;

/// Say what looks like a leak, in one report or from report to report
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold trend smbd.talloc
  freehold trend monday.talloc tuesday.talloc wednesday.talloc
  freehold trend --repeat 7 before.talloc after-7-logins.talloc after-14-logins.talloc

With several reports of one program, the earliest first, this finds what grows and never shrinks; with a \
single one, what there is suspiciously much of. Reports are of one program if their roots have the same \
name. With --repeat N, what grew by a multiple of N each time comes first: do something N times between \
two reports, N a prime number. --depth, --min and --name choose among the suspects; --min is about what \
they gained, and a share is one of the first report.

Exits with 1 if there is a suspect.")]
pub(crate) struct Trend {
    #[command(flatten)]
    files: Files,

    /// How often something was done from each report to the next
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    repeat: Option<u64>,

    /// How many suspects to name; 0 for all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 5, help_heading = "Output")]
    rows: usize,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    focus: Focus,

    #[command(flatten)]
    limits: Limits,

    #[command(flatten)]
    looks: Looks,
}

impl Trend {
    pub(crate) fn run(&self, system: &dyn System, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(system, color, &self.looks);
        let mut out = screen.out(system);
        let mut series: Vec<(Box<[u8]>, Vec<Report>)> = Vec::new();
        input::each(system, &self.files.files, &self.reading, |mut source| {
            self.focus.apply(system, &mut source)?;
            for numbered in source.reports {
                match series.iter_mut().find(|(root, _)| **root == *numbered.root()) {
                    Some((_, reports)) => reports.push(numbered.report),
                    None => series.push((numbered.root().into(), vec![numbered.report])),
                }
            }
            Ok(())
        })?;
        let mut outcome = Outcome::Fine;
        for (root, reports) in series {
            let reports: Vec<_> = reports.iter().collect();
            let most = if self.rows == 0 { usize::MAX } else { self.rows };
            let mut search = Suspects::among(&reports).limit(if self.limits.is_any() { usize::MAX } else { most });
            if let Some(times) = self.repeat {
                search = search.repeat(times);
            }
            let mut suspects = search.find();
            let whole = reports[0].arena()[reports[0].root()].get().bytes();
            suspects.retain(|suspect| self.is_wanted(suspect, whole));
            suspects.truncate(most);
            let plural = if reports.len() == 1 { "report" } else { "reports" };
            let title = format_args!("{}, {} {plural}", escaped(&root), reports.len());
            writeln!(out, "{}", screen.paint(TITLE, title))?;
            if suspects.is_empty() {
                writeln!(out, "nothing looks like a leak")?;
                continue;
            }
            outcome = Outcome::Found;
            for (number, suspect) in (1..).zip(&suspects) {
                writeln!(out, "{}", screen.wrapped(&format!("{number}. {suspect}"), 3))?;
            }
        }
        out.flush()?;
        Ok(outcome)
    }

    fn is_wanted(&self, suspect: &Suspect, whole: u64) -> bool {
        let depth = suspect.path().len() - 1;
        let name = suspect.path().last().unwrap_or_default();
        self.limits.has(name, depth, suspect.gain().bytes.unsigned_abs(), whole)
    }
}
