//! `freehold completions`: what a shell needs to complete the tool's options.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::tool::args::Cli;
use crate::tool::failure::Failure;
use crate::tool::run::Outcome;
use crate::tool::system::System;

/// Print what a shell needs to complete verbs and options
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold completions bash > /etc/bash_completion.d/freehold
  freehold completions zsh > ~/.zfunc/_freehold
  freehold completions fish > ~/.config/fish/completions/freehold.fish")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, system: &dyn System) -> Result<Outcome, Failure> {
        // The generator panics where it can't write, so it writes to memory.
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "freehold", &mut text);
        let mut out = system.output(false);
        out.write_all(&text)?;
        out.flush()?;
        Ok(Outcome::Fine)
    }
}
