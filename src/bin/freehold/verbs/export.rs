//! `freehold export`: a report in the formats of other tools.

use std::io::Write;

use clap::{Args, ValueEnum};

use crate::Outcome;
use crate::args::{Files, Reading};
use crate::failure::Failure;
use crate::{input, screen};

/// Write reports in another format
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold export --to talloc smbd.json")]
pub(crate) struct Export {
    /// The format
    #[arg(long, value_name = "FORMAT")]
    to: Format,

    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    reading: Reading,
}

/// What can be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// talloc's own text
    Talloc,
}

impl Export {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let mut out = screen::raw();
        input::each(&self.files.files, &self.reading, |source| {
            for numbered in &source.reports {
                match self.to {
                    Format::Talloc => numbered.report.text().write_to(&mut out)?,
                }
            }
            Ok(())
        })?;
        out.flush()?;
        Ok(Outcome::Fine)
    }
}
