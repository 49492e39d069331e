//! Every operation that can come to user code, or that asks for memory or budgets.

mod copying;
mod freeing;
mod looking;
mod making;
mod moving;
mod scopes;
mod setting;
mod sharing;

use freehold::Error;

use super::scene::Scene;

type Run = fn(&mut Scene) -> Result<(), Error>;

/// An operation, in a scene in which it does something.
pub(crate) struct Operation {
    /// The method's name, with its type's if that is not the tree, and which case of it.
    pub(crate) name: &'static str,
    pub(crate) run: Run,
    /// What comes before it, which is not tried here.
    pub(crate) setup: Run,
    /// Whose panics, besides those that this is the rule for, mean that nothing has changed, or that all is done.
    pub(crate) undone_by: &'static [&'static str],
    pub(crate) done_by: &'static [&'static str],
    pub(crate) either_by: &'static [&'static str],
    /// It says that all is well also if it was refused something; nothing has changed then.
    pub(crate) heedless: bool,
}

/// What holds after a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// Nothing has changed. What was handed in and what was made have been dropped.
    Undone,
    /// The operation is complete; nobody has its result, so that is dropped where it is a value.
    Done,
    /// The one or the other.
    Either,
}

/// One that keeps to the rule.
const fn rule(name: &'static str, run: Run) -> Operation {
    Operation { name, run, setup: |_| Ok(()), undone_by: &[], done_by: &[], either_by: &[], heedless: false }
}

impl Operation {
    const fn after(self, setup: Run) -> Self {
        Self { setup, ..self }
    }

    const fn undone_by(self, undone_by: &'static [&'static str]) -> Self {
        Self { undone_by, ..self }
    }

    const fn done_by(self, done_by: &'static [&'static str]) -> Self {
        Self { done_by, ..self }
    }

    const fn either_by(self, either_by: &'static [&'static str]) -> Self {
        Self { either_by, ..self }
    }

    const fn heedless(self) -> Self {
        Self { heedless: true, ..self }
    }

    /// The method alone.
    pub(crate) fn method(&self) -> &'static str {
        self.name.split_once(' ').map_or(self.name, |(method, _)| method)
    }

    /// What holds after this user code has panicked. `settling`: it was called before the operation itself, which first
    /// has drops of strong claims take effect.
    pub(crate) fn after_panic(&self, who: &str, settling: bool) -> After {
        let among = |names: &[&str]| names.iter().any(|name| who.starts_with(name));
        if among(self.either_by) {
            After::Either
        } else if !among(self.done_by) && (settling || among(self.undone_by) || among(BEFORE)) {
            After::Undone
        } else {
            After::Done
        }
    }
}

/// Who is asked before anything changes. Everybody else is told afterwards, or has a part in it that comes too late to
/// stop it.
const BEFORE: &[&str] =
    &["conversion", "log", "handler", "closure", "default", "iterator", "display", "clone", "list", "allocator asked"];

/// Bytes that an operation asks for only to overwrite them, when it is done with all else.
const LENDING: &[&str] = &["allocator asked to lend bytes"];

/// Where there is nothing to go back to.
const EVERYBODY: &[&str] = &[""];

pub(crate) fn all() -> impl Iterator<Item = &'static Operation> {
    let tables = [
        making::OPERATIONS,
        freeing::OPERATIONS,
        moving::OPERATIONS,
        sharing::OPERATIONS,
        copying::OPERATIONS,
        scopes::OPERATIONS,
        setting::OPERATIONS,
        looking::OPERATIONS,
    ];
    tables.into_iter().flatten()
}
