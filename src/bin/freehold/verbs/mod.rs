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

use crate::Outcome;
use crate::args::{Cli, Verb};
use crate::failure::Failure;

/// Does what was asked for.
pub(crate) fn run(cli: &Cli) -> Result<Outcome, Failure> {
    let color = cli.color;
    match &cli.verb {
        Verb::Show(show) => show.run(color),
        Verb::Top(top) => top.run(color),
        Verb::Diff(diff) => diff.run(color),
        Verb::Trend(trend) => trend.run(color),
        Verb::Find(find) => find.run(color),
        Verb::Path(path) => path.run(color),
        Verb::Refs(refs) => refs.run(color),
        Verb::Check(check) => check.run(color),
        Verb::Redact(redact) => redact.run(),
        Verb::Export(export) => export.run(),
        Verb::Watch(watch) => watch.run(color),
        Verb::Completions(completions) => completions.run(),
        Verb::Man(man) => man.run(),
    }
}
