//! From arguments to an exit code.

use std::ffi::OsString;
use std::path::Path;

use clap::Parser;
use clap::error::{ContextKind, ContextValue};
use freehold::report::escaped;

use crate::tool::args::Cli;
use crate::tool::failure::Failure;
use crate::tool::system::System;
use crate::tool::verbs;

/// How a verb ended that did what it was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// Nothing to remark.
    Fine,
    /// What scripts ask for: damage found, growth over a limit, or nothing that matches.
    Found,
}

/// Does what the arguments ask for, the first of which is the tool's name, and gives the exit code; or says nothing, and
/// gives what clap has to say: help, or why the arguments aren't understood.
pub(crate) fn run(arguments: &[OsString], system: &dyn System) -> Result<u8, clap::Error> {
    let outcome = match Cli::try_parse_from(arguments) {
        Ok(cli) => verbs::run(&cli, system),
        Err(error) => Err(misunderstood(error, arguments, system)?),
    };
    Ok(match outcome {
        // Whoever read the output has seen enough.
        Ok(Outcome::Fine) | Err(Failure::Closed) => 0,
        Ok(Outcome::Found) => 1,
        Err(failure) => {
            failure.print(system);
            2
        }
    })
}

/// Says why the arguments aren't understood, where clap doesn't know it, or should not say it as it is.
fn misunderstood(error: clap::Error, arguments: &[OsString], system: &dyn System) -> Result<Failure, clap::Error> {
    if let Some(ContextValue::String(verb)) = error.get(ContextKind::InvalidSubcommand)
        && system.is_file(Path::new(verb))
    {
        return Ok(Failure::at(verb, "is a file; say first what to do with it, as freehold show FILE"));
    }
    // An argument may be the name of a file, and with that a terminal could be told anything.
    let mut texts = arguments.iter().map(|argument| argument.to_string_lossy());
    match texts.find(|text| escaped(text.as_bytes()) != *text) {
        Some(odd) if error.use_stderr() => {
            let what = format!("{}; an argument has control characters: '{odd}'; see 'freehold help'", error.kind());
            Ok(Failure::Told(what))
        }
        _ => Err(error),
    }
}
