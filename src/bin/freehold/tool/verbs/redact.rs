//! `freehold redact`: a report to pass on.

use clap::Args;
use freehold::report::{Redaction, Report};
use regex::bytes::Regex;

use super::export::{Target, gathered};
use crate::tool::args::{Files, Focus, Limits, Reading};
use crate::tool::failure::Failure;
use crate::tool::format::Format;
use crate::tool::place::pattern;
use crate::tool::run::Outcome;
use crate::tool::system::System;

/// Replace names that may be secret, so that a report can be passed on
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold redact sssd.talloc > to-send.talloc
  freehold redact --keep '^ldap_' sssd.talloc -o to-send.json

talloc_strdup names a block after its own text, so reports hold passwords, paths and users' names. What \
stays is the structure, all sizes, names of types ('struct x'), places in sources ('util.c:12') and \
talloc's own words. Every other name becomes a token: the same name the same token, in all files of one \
call. --under and --name are matched to the names before. Read the result before you pass it on.")]
pub(crate) struct Redact {
    #[command(flatten)]
    files: Files,

    /// Keep names that match, too
    #[arg(long, value_name = "REGEX", value_parser = pattern)]
    keep: Option<Regex>,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    focus: Focus,

    #[command(flatten)]
    limits: Limits,
}

impl Redact {
    pub(crate) fn run(&self, system: &dyn System) -> Result<Outcome, Failure> {
        let format = self.target.format(system, Some(Format::Talloc))?;
        let focus = Focus { internal: true, ..self.focus.clone() };
        let keep = |name: &[u8]| self.keep.as_ref().is_some_and(|keep| keep.is_match(name));
        let mut redaction = Redaction::new().keep(keep);
        let redact = |report: Report| report.redacted(&mut redaction);
        let reports = gathered(system, &self.files, &self.reading, &focus, &self.limits, format, redact)?;
        // The file's name may tell as much as a name within.
        self.target.write(system, |out| {
            reports.iter().try_for_each(|(report, _)| format.write(report, None, "redacted", out))
        })?;
        Ok(Outcome::Fine)
    }
}
