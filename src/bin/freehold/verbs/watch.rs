//! `freehold watch`: ask for a report again and again, and see what grows.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use clap::{Args, ColorChoice};
use freehold::report::{Naming, Report};

use super::diff;
use crate::Outcome;
use crate::amount::duration;
use crate::args::{Looks, Reading};
use crate::capture;
use crate::failure::Failure;
use crate::input;
use crate::screen::{Screen, TITLE};

/// How long to wait before a command is run again that gave no whole report.
const PAUSE: Duration = Duration::from_millis(200);

/// Run a command that prints a report, again and again, and show what grows
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold watch -- smbcontrol smbd pool-usage
  freehold watch --every 1m --count 60 --keep snapshots -- sss-talloc-report 1234
  freehold trend snapshots/*

A report that isn't complete is waited for, and asked for again: some commands return before the daemon \
has written all of it.")]
pub(crate) struct Watch {
    /// How long from one report to the next: 500ms, 2s, 1m
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = duration)]
    every: Duration,

    /// How many reports to ask for, instead of going on until interrupted
    #[arg(long, value_name = "N")]
    count: Option<u64>,

    /// Keep what the command printed in this directory, as 0001.talloc and so on
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,

    /// How long to wait for a report to be complete
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    patience: Duration,

    #[command(flatten)]
    reading: Reading,

    /// How many rows of changes to show; 0 for all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10, help_heading = "Output")]
    rows: usize,

    #[command(flatten)]
    looks: Looks,

    /// The command, with its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Watch {
    pub(crate) fn run(&self, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(color, &self.looks);
        let started = Instant::now();
        let mut seen: Option<[Report; 2]> = None;
        for number in 1..=self.count.unwrap_or(u64::MAX) {
            let began = Instant::now();
            match self.snapshot(number) {
                Ok(now) => {
                    let [first, last] = seen.get_or_insert_with(|| [now.clone(), now.clone()]);
                    self.print(number, started.elapsed(), [first, last, &now], screen)?;
                    *last = now;
                }
                // What worked before may work again.
                Err(failure) if seen.is_some() => failure.print(),
                Err(failure) => return Err(failure),
            }
            if self.count != Some(number) {
                thread::sleep(self.every.saturating_sub(began.elapsed()));
            }
        }
        Ok(Outcome::Fine)
    }

    fn print(&self, number: u64, at: Duration, reports: [&Report; 3], screen: Screen) -> Result<(), Failure> {
        let [first, last, now] = reports;
        let mut out = screen.out();
        screen.clear(&mut out)?;
        writeln!(out, "{}", screen.paint(TITLE, format_args!("report {number}, after {} s", at.as_secs())))?;
        if number == 1 {
            let root = now.arena()[now.root()].get();
            writeln!(out, "{} in {} blocks", screen.size(root.bytes()), screen.number(root.blocks()))?;
            return Ok(out.flush()?);
        }
        if number > 2 {
            let delta = last.diff(now).delta();
            let (bytes, blocks) = (screen.signed_size(delta.bytes), screen.signed(delta.blocks));
            writeln!(out, "since the last: {bytes}, {blocks} blocks")?;
        }
        let diff = first.diff(now);
        diff::totals(&diff, screen, &mut out)?;
        let most = if self.rows == 0 { usize::MAX } else { self.rows };
        diff::print(&diff.paths(Naming::Normal), "path", most, screen, &mut out)?;
        out.flush()?;
        Ok(())
    }

    /// Runs the command until it gives a whole report, and keeps that.
    fn snapshot(&self, number: u64) -> Result<Report, Failure> {
        let until = Instant::now() + self.patience;
        let name = self.command[0].to_string_lossy();
        loop {
            let only = |text: &[u8]| input::reports(&name, text, &self.reading)?.single().map(|(report, _)| report);
            let is_enough = |text: &[u8]| only(text).is_ok_and(|report| !report.is_truncated());
            let text = capture::output(&self.command, until, is_enough).map_err(|error| Failure::at(&name, error))?;
            let problem = match only(&text) {
                Ok(report) if !report.is_truncated() => {
                    self.keep(number, &text)?;
                    return Ok(report);
                }
                Ok(_) => Failure::at(&name, "the report is not complete; wait longer by --patience"),
                Err(failure) => failure,
            };
            if Instant::now() + PAUSE >= until {
                return Err(problem);
            }
            thread::sleep(PAUSE);
        }
    }

    fn keep(&self, number: u64, text: &[u8]) -> Result<(), Failure> {
        let Some(directory) = &self.keep else { return Ok(()) };
        let path = directory.join(format!("{number:04}.talloc"));
        fs::create_dir_all(directory)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| Failure::at(path.display(), format_args!("can't keep the report: {error}")))
    }
}
