//! `freehold man`: the manual pages.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_mangen::Man as Page;

use crate::Outcome;
use crate::args::Cli;
use crate::failure::Failure;
use crate::screen;

/// Print the manual page, or write one for each verb
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold man | man -l -
  freehold man --all /usr/local/share/man/man1")]
pub(crate) struct Man {
    /// Write freehold.1 and a page for each verb into this directory
    #[arg(long, value_name = "DIR")]
    all: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        match &self.all {
            None => {
                let mut out = screen::raw();
                Page::new(Cli::command()).render(&mut out)?;
                out.flush()?;
            }
            Some(directory) => {
                fs::create_dir_all(directory)
                    .and_then(|()| clap_mangen::generate_to(Cli::command(), directory))
                    .map_err(|error| Failure::at(directory.display(), error))?;
            }
        }
        Ok(Outcome::Fine)
    }
}
