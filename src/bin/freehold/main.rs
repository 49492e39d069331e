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

use std::process::ExitCode;

use clap::Parser;

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

fn main() -> ExitCode {
    match verbs::run(&Cli::parse()) {
        // Whoever read the output has seen enough.
        Ok(Outcome::Fine) | Err(Failure::Closed) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Err(failure) => {
            failure.print();
            ExitCode::from(2)
        }
    }
}
