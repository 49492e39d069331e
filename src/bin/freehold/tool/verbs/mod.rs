//! What the tool does, a module for each verb.

mod changes;
pub(crate) mod check;
mod common;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod export;
pub(crate) mod find;
pub(crate) mod man;
pub(crate) mod path;
pub(crate) mod redact;
pub(crate) mod refs;
pub(crate) mod show;
pub(crate) mod top;
pub(crate) mod trend;
pub(crate) mod watch;

use crate::tool::args::{Cli, Verb};
use crate::tool::failure::Failure;
use crate::tool::run::Outcome;
use crate::tool::system::System;

/// Does what was asked for.
pub(crate) fn run(cli: &Cli, system: &dyn System) -> Result<Outcome, Failure> {
    let color = cli.color;
    match &cli.verb {
        Verb::Show(show) => show.run(system, color),
        Verb::Top(top) => top.run(system, color),
        Verb::Diff(diff) => diff.run(system, color),
        Verb::Trend(trend) => trend.run(system, color),
        Verb::Find(find) => find.run(system, color),
        Verb::Path(path) => path.run(system, color),
        Verb::Refs(refs) => refs.run(system, color),
        Verb::Check(check) => check.run(system, color),
        Verb::Redact(redact) => redact.run(system),
        Verb::Export(export) => export.run(system),
        Verb::Watch(watch) => watch.run(system, color),
        Verb::Completions(completions) => completions.run(system),
        Verb::Man(man) => man.run(system),
    }
}
