//! `freehold man`: the manual pages.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};
use clap_mangen::Man as Page;

use crate::tool::args::Cli;
use crate::tool::failure::Failure;
use crate::tool::run::Outcome;
use crate::tool::system::System;

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
    pub(crate) fn run(&self, system: &dyn System) -> Result<Outcome, Failure> {
        match &self.all {
            None => {
                let mut out = system.output(false);
                Page::new(Cli::command()).render(&mut out)?;
                out.flush()?;
            }
            Some(directory) => {
                pages(system, directory).map_err(|error| Failure::at(directory.display(), error))?;
            }
        }
        Ok(Outcome::Fine)
    }
}

/// Writes all pages there are.
fn pages(system: &dyn System, directory: &Path) -> io::Result<()> {
    system.create_directory(directory)?;
    let mut tool = Cli::command().disable_help_subcommand(true);
    tool.build();
    for command in std::iter::once(&tool).chain(tool.get_subcommands()) {
        let page = Page::new(command.clone());
        let mut out = system.create(&directory.join(page.get_filename()))?;
        page.render(&mut out)?;
        out.flush()?;
    }
    Ok(())
}
