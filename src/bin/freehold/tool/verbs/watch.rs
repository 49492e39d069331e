//! `freehold watch`: ask for a report again and again, and see what grows.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use clap::{Args, ColorChoice};
use freehold::report::{DiffTable, Report};

use super::diff::Group;
use crate::tool::amount::duration;
use crate::tool::args::{Focus, Limits, Looks, Reading};
use crate::tool::failure::Failure;
use crate::tool::input;
use crate::tool::run::Outcome;
use crate::tool::screen::{GROWN, SHRUNK, Screen, TITLE, magnitude};
use crate::tool::system::{Captured, System};
use crate::tool::table::Table;

/// How long to wait, at most, before a command is run again that gave no whole report.
const PAUSE: Duration = Duration::from_millis(200);

/// Run a command that prints a report, again and again, and show what grows
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold watch smbcontrol smbd pool-usage
  freehold watch --every 1m --count 60 --keep snapshots sss-talloc-report 1234
  freehold trend snapshots/*
  freehold watch --under connection_struct --min 1K -- smbcontrol smbd pool-usage

A report that isn't complete is waited for, and asked for again: some commands return before the daemon \
has written all of it. 'change' is since the first report, 'latest' since the one before. --min is about \
the change of 'self', a share is one of the first report, and --name is about the names in the rows.

It goes on until it is interrupted (Ctrl-C), or for --count reports. Exits with 2 if one of those could not \
be had.")]
pub(crate) struct Watch {
    /// The command, with its arguments
    #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
    command: Vec<OsString>,

    /// How long from one report to the next: 500ms, 2s, 1m
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = duration)]
    every: Duration,

    /// How many reports to ask for, instead of going on until interrupted
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,

    /// Keep what the command printed in this directory, as 0001.talloc and so on
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,

    /// How long to wait for a report to be complete
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    patience: Duration,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    focus: Focus,

    #[command(flatten)]
    limits: Limits,

    /// What makes records one row
    #[arg(long, value_name = "WHAT", default_value = "path", help_heading = "What to look at")]
    group: Group,

    /// How many rows of changes to show; 0 for all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10, help_heading = "Output")]
    rows: usize,

    #[command(flatten)]
    looks: Looks,
}

/// A report, and which one it is.
struct Snapshot {
    number: u64,
    report: Report,
}

impl Watch {
    pub(crate) fn run(&self, system: &dyn System, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(system, color, &self.looks);
        if let Some(directory) = &self.keep {
            prepare(system, directory)?;
        }
        let started = Instant::now();
        let mut seen: Option<[Snapshot; 2]> = None;
        let mut outcome = Ok(Outcome::Fine);
        for number in 1..=self.count.unwrap_or(u64::MAX) {
            let began = Instant::now();
            match self.snapshot(system, number) {
                Ok(report) => {
                    let now = Snapshot { number, report };
                    self.print(system, seen.as_ref(), &now, started.elapsed(), screen)?;
                    seen = Some(match seen {
                        Some([first, _]) => [first, now],
                        None => [Snapshot { number, report: now.report.clone() }, now],
                    });
                }
                // What worked before may work again.
                Err(failure) if seen.is_some() => {
                    failure.print(system);
                    outcome = Err(Failure::Reported);
                }
                Err(failure) => return Err(failure),
            }
            if self.count != Some(number) {
                thread::sleep(self.every.saturating_sub(began.elapsed()));
            }
        }
        outcome
    }

    /// Shows what there is `now`, and what has changed since the first and the last report.
    fn print(
        &self,
        system: &dyn System,
        seen: Option<&[Snapshot; 2]>,
        now: &Snapshot,
        at: Duration,
        screen: Screen,
    ) -> Result<(), Failure> {
        let mut out = screen.out(system);
        screen.clear(seen.is_none(), &mut out)?;
        let root = now.report.arena()[now.report.root()].get();
        let title = screen.paint(TITLE, format_args!("report {}, after {} s", now.number, at.as_secs()));
        writeln!(out, "{title}: {} in {} blocks", screen.size(root.bytes()), screen.number(root.blocks()))?;
        let Some([first, last]) = seen else { return Ok(out.flush()?) };
        let [change, latest] = [&first.report, &last.report].map(|before| before.diff(&now.report));
        for (word, before, delta) in [("change", first, change.delta()), ("latest", last, latest.delta())] {
            let (bytes, blocks) = (screen.signed_size(delta.bytes), screen.signed(delta.blocks));
            writeln!(out, "{word} since report {}: {bytes}, {blocks} blocks", before.number)?;
        }
        let [change, latest] = [&change, &latest].map(|diff| self.group.table(diff, &self.limits));
        if !change.rows().is_empty() {
            writeln!(out)?;
            self.rows(&change, &latest, screen).print(screen, &mut out)?;
        }
        Ok(out.flush()?)
    }

    /// A row for each path that has changed since the first report, with how much of that is new.
    fn rows(&self, change: &DiffTable<'_>, latest: &DiffTable<'_>, screen: Screen) -> Table {
        let most = if self.rows == 0 { usize::MAX } else { self.rows };
        let (shown, left) = change.rows().split_at(change.rows().len().min(most));
        let number_of: HashMap<_, _> = shown.iter().enumerate().map(|(number, row)| (row.path(), number)).collect();
        let mut news = vec![0; shown.len()];
        for row in latest.rows() {
            if let Some(number) = number_of.get(&row.path()) {
                news[*number] = row.delta().self_bytes;
            }
        }
        let mut table = Table::new(["count", "change", "self", "change", "latest", self.group.heading()]);
        for (row, latest) in shown.iter().zip(news) {
            let (after, delta) = (row.after(), row.delta());
            let cells = [
                screen.number(magnitude(after.count)),
                screen.signed(delta.count),
                screen.bytes(magnitude(after.self_bytes)),
                screen.signed_bytes(delta.self_bytes),
                screen.signed_bytes(latest),
            ];
            let style = match latest {
                0 => Default::default(),
                1.. => GROWN,
                _ => SHRUNK,
            };
            table.row(cells, row.label(), style);
        }
        if !left.is_empty() {
            let sum = screen.signed_bytes(left.iter().map(|row| row.delta().self_bytes).sum());
            let cells = [String::new(), String::new(), String::new(), sum, String::new()];
            table.row(cells, format!("({} more)", screen.number(left.len() as u64)), Default::default());
        }
        table
    }

    /// Runs the command until it gives a whole report, and keeps that.
    fn snapshot(&self, system: &dyn System, number: u64) -> Result<Report, Failure> {
        let until = Instant::now() + self.patience;
        let (program, arguments) = self.command.split_first().expect("clap wants a command");
        let name = program.to_string_lossy();
        let read = |text: &[u8]| input::reports(&name, text, &self.reading);
        let is_whole = |source: &input::Source| !source.reports.iter().any(|numbered| numbered.report.is_truncated());
        loop {
            let is_enough = |text: &[u8]| read(text).is_ok_and(|source| is_whole(&source));
            let captured = system.capture((program, arguments), until, &is_enough);
            let Captured { text, failure } = captured.map_err(|error| Failure::at(&name, error))?;
            let problem = match read(&text) {
                Ok(mut source) if source.reports.len() > 1 || is_whole(&source) => {
                    self.focus.apply(system, &mut source)?;
                    let (report, _) = source.single()?;
                    self.keep(system, number, &text)?;
                    return Ok(report);
                }
                Ok(_) => Failure::at(&name, "the report is not complete; wait longer by --patience"),
                Err(unread) => match failure {
                    // At the end of the patience it is killed, which says nothing of it.
                    Some(status) if Instant::now() < until => {
                        let why = format_args!("{status}, and no report; try the command by itself");
                        return Err(Failure::at(&name, why));
                    }
                    _ if text.is_empty() => Failure::at(&name, "prints nothing; wait longer by --patience"),
                    _ => unread,
                },
            };
            let pause = PAUSE.min(self.every);
            if Instant::now() + pause >= until {
                return Err(problem);
            }
            thread::sleep(pause);
        }
    }

    /// Keeps what was read, under its name only once it is all there.
    fn keep(&self, system: &dyn System, number: u64, text: &[u8]) -> Result<(), Failure> {
        let Some(directory) = &self.keep else { return Ok(()) };
        let path = directory.join(format!("{number:04}.talloc"));
        let part = path.with_extension("part");
        let keep = || {
            let mut out = system.create(&part)?;
            out.write_all(text)?;
            out.flush()?;
            drop(out);
            system.rename(&part, &path)
        };
        keep().map_err(|error: io::Error| Failure::at(path.display(), format_args!("can't keep the report: {error}")))
    }
}

/// Makes the directory for reports. What is left there by another run would be taken for this one's.
fn prepare(system: &dyn System, directory: &Path) -> Result<(), Failure> {
    if system.is_file(&directory.join("0001.talloc")) {
        return Err(Failure::at(directory.display(), "has reports already; name another directory"));
    }
    system
        .create_directory(directory)
        .map_err(|error| Failure::at(directory.display(), format_args!("can't keep reports there: {error}")))
}
