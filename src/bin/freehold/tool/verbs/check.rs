//! `freehold check`: whether a report is whole.

use std::io::Write;

use anstyle::Style;
use clap::{Args, ColorChoice};
use freehold::report::{Finding, Severity};

use crate::tool::args::{Files, Looks, Reading};
use crate::tool::failure::Failure;
use crate::tool::input;
use crate::tool::run::Outcome;
use crate::tool::screen::{BAD, GOOD, Screen, TITLE};
use crate::tool::system::System;

/// Check that reports are whole, and say what is wrong, limited or odd
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold check *.talloc
  freehold check --report last /var/log/samba/log.smbd

The numbers of a full report have to agree with each other. Where they don't, this says on which line, \
what probably happened, and which totals hold all the same.

Whole reports are looked at: filters would take away what makes the sums.

Exits with 1 if a report is damaged; one that was made to leave things out is not.")]
pub(crate) struct Check {
    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    looks: Looks,
}

impl Check {
    pub(crate) fn run(&self, system: &dyn System, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(system, color, &self.looks);
        let mut out = screen.out(system);
        let mut outcome = Outcome::Fine;
        input::each(system, &self.files.files, &self.reading, |source| {
            for numbered in &source.reports {
                let findings = numbered.report.findings();
                let worst = findings.iter().map(Finding::severity).max().unwrap_or(Severity::Note);
                if worst >= Severity::Damage {
                    outcome = Outcome::Found;
                }
                let (verdict, style) = verdict(worst);
                let root = numbered.report.arena()[numbered.report.root()].get();
                writeln!(
                    out,
                    "{}: {}, {} in {} blocks",
                    screen.paint(TITLE, source.title(numbered)),
                    screen.paint(style, verdict),
                    screen.size(root.bytes()),
                    screen.number(root.blocks()),
                )?;
                for finding in findings {
                    writeln!(out, "{}", screen.wrapped(&format!("  {finding}"), 4))?;
                }
            }
            Ok(())
        })?;
        out.flush()?;
        Ok(outcome)
    }
}

/// What the worst finding makes of a report.
fn verdict(worst: Severity) -> (&'static str, Style) {
    match worst {
        Severity::Note => ("whole", GOOD),
        Severity::Limit => ("limited", TITLE),
        _ => ("damaged", BAD),
    }
}
