//! `freehold check`: whether a report is whole.

use std::io::Write;

use clap::{Args, ColorChoice};

use crate::Outcome;
use crate::args::{Files, Looks, Reading};
use crate::failure::Failure;
use crate::input;
use crate::screen::{Screen, TITLE};

/// Check that the sums of reports agree, and say what is wrong where they don't
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold check *.talloc
  freehold check --report last /var/log/samba/log.smbd

Exits with 1 if a report is damaged.")]
pub(crate) struct Check {
    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    looks: Looks,
}

impl Check {
    pub(crate) fn run(&self, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(color, &self.looks);
        let mut out = screen.out();
        let mut outcome = Outcome::Fine;
        input::each(&self.files.files, &self.reading, |source| {
            for numbered in &source.reports {
                let report = &numbered.report;
                let title = screen.paint(TITLE, source.title(numbered));
                let imbalances = report.imbalances();
                if imbalances.is_empty() && !report.is_truncated() {
                    writeln!(out, "{title}: whole, {} nodes", screen.number(report.len() as u64))?;
                    continue;
                }
                outcome = Outcome::Found;
                writeln!(out, "{title}: {}", if report.is_truncated() { "truncated" } else { "disturbed" })?;
                for imbalance in imbalances {
                    writeln!(out, "  {imbalance}")?;
                }
            }
            Ok(())
        })?;
        out.flush()?;
        Ok(outcome)
    }
}
