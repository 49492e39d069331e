//! `freehold`: reads the reports that talloc and its relatives print, and shows what is in them.
#![forbid(unsafe_code)]

mod amount;
mod args;
mod capture;
mod choose;
mod failure;
mod focus;
mod format;
mod input;
mod names;
mod palette;
mod place;
mod screen;
mod table;
mod trail;
mod verbs;
mod wrap;

use std::path::Path;
use std::process::{ExitCode, exit};

use clap::Parser;
use clap::error::{ContextKind, ContextValue};

use args::Cli;
use failure::Failure;

/// How a verb ended that did what it was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    /// Nothing to remark.
    Fine,
    /// What scripts ask for: damage found, growth over a limit, or nothing that matches.
    Found,
}

/// Says why what was asked for isn't understood, and ends.
fn refuse(error: &clap::Error) -> ! {
    if let Some(ContextValue::String(verb)) = error.get(ContextKind::InvalidSubcommand)
        && Path::new(verb).is_file()
    {
        Failure::at(verb, "is a file; say first what to do with it, as freehold show FILE").print();
        exit(2);
    }
    error.exit()
}

fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| refuse(&error));
    match verbs::run(&cli) {
        // Whoever read the output has seen enough.
        Ok(Outcome::Fine) | Err(Failure::Closed) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Err(failure) => {
            failure.print();
            ExitCode::from(2)
        }
    }
}
