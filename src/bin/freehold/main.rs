//! `freehold`: reads the reports that talloc and its relatives print, and shows what is in them.
#![forbid(unsafe_code)]

mod capture;
mod machine;
mod progress;
mod tool;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    match tool::run(&arguments, &machine::Machine::default()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => error.exit(),
    }
}
