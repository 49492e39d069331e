//! `freehold export`: a report in the formats of other tools.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use freehold::report::Report;

use crate::tool::args::{Files, Focus, Limits, Reading};
use crate::tool::failure::Failure;
use crate::tool::format::Format;
use crate::tool::input::{self, Titled};
use crate::tool::run::Outcome;
use crate::tool::system::System;

/// Write reports as JSON, CSV, a page, a picture, or for other tools
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold export -o smbd.html smbd.talloc
  freehold export -o growth.svg --since before.talloc after.talloc
  freehold export --to folded smbd.talloc | flamegraph.pl --countname bytes > smbd.svg
  freehold export -o smbd.pb.gz smbd.talloc && go tool pprof -top smbd.pb.gz
  freehold export --to json --min 1% smbd.talloc | jq '.records[].name'

The formats talloc, json, ndjson and csv have every record, '.name' blocks too. For a clean file, talloc \
gives back what was read, byte for byte.")]
pub(crate) struct Export {
    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    target: Target,

    /// Show what has changed since the report in this file; for svg and html
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    since: Option<PathBuf>,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    focus: Focus,

    #[command(flatten)]
    limits: Limits,
}

/// Where to write, and what.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Target {
    /// The format; if it isn't given, the ending of the output file says it
    #[arg(long, value_name = "FORMAT")]
    to: Option<Format>,

    /// Write to this file; '-' is standard output, and so is none at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Target {
    fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| path.as_os_str() != "-")
    }

    /// What to write: what was asked for, or what the file's name says, or `otherwise`.
    pub(crate) fn format(&self, system: &dyn System, otherwise: Option<Format>) -> Result<Format, Failure> {
        let named = || self.file().and_then(Format::of_file);
        let format = self.to.or_else(named).or(otherwise).ok_or_else(|| {
            let message =
                "which format? Say it by --to, or by the ending of the file after -o; see 'freehold help export'";
            Failure::Told(message.to_owned())
        })?;
        if format.is_binary() && self.file().is_none() && system.terminal().is_one {
            return Err(Failure::Told("that format is nothing for a terminal; give a file by -o".to_owned()));
        }
        Ok(format)
    }

    /// Opens what is written to. Comes after reading, for that may be of the same file.
    pub(crate) fn write(
        &self,
        system: &dyn System,
        write: impl FnOnce(&mut Box<dyn Write + '_>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let Some(path) = self.file() else {
            let mut out = system.output(false);
            write(&mut out)?;
            return Ok(out.flush()?);
        };
        let whole = || {
            let mut out = system.create(path)?;
            write(&mut out)?;
            out.flush()
        };
        whole().map_err(|error| Failure::at(path.display(), format_args!("can't be written: {error}")))
    }
}

impl Export {
    pub(crate) fn run(&self, system: &dyn System) -> Result<Outcome, Failure> {
        let format = self.target.format(system, None)?;
        let focus = Focus { internal: self.focus.internal || format.is_whole(), ..self.focus.clone() };
        let before = match &self.since {
            Some(_) if !format.compares() => {
                return Err(Failure::Told("--since is for svg and html; see also 'freehold diff'".to_owned()));
            }
            Some(path) => {
                let mut source = input::read(system, path, &self.reading)?;
                focus.apply(system, &mut source)?;
                self.limits.apply(system, &mut source);
                Some(source.single()?.0)
            }
            None => None,
        };
        let reports = gathered(system, &self.files, &self.reading, &focus, &self.limits, format, |report| report)?;
        self.target.write(system, |out| {
            reports.iter().try_for_each(|(report, title)| format.write(report, before.as_ref(), title, out))
        })?;
        Ok(Outcome::Fine)
    }
}

/// The reports of all files, each changed as asked; no more than one, where the format can't hold more.
pub(crate) fn gathered(
    system: &dyn System,
    files: &Files,
    reading: &Reading,
    focus: &Focus,
    limits: &Limits,
    format: Format,
    mut change: impl FnMut(Report) -> Report,
) -> Result<Vec<Titled>, Failure> {
    let mut reports = Vec::new();
    input::each(system, &files.files, reading, |mut source| {
        focus.apply(system, &mut source)?;
        limits.apply(system, &mut source);
        let titled = if format.takes_several() { source.titled() } else { vec![source.single()?] };
        reports.extend(titled.into_iter().map(|(report, title)| (change(report), title)));
        Ok(())
    })?;
    if reports.len() > 1 && !format.takes_several() {
        return Err(Failure::Told("that format holds one report; take one file after the other".to_owned()));
    }
    Ok(reports)
}
