//! What ends the tool before it has done what it was asked.

use std::fmt::Display;
use std::io;

use freehold::report::escaped;

use crate::tool::system::System;

/// Why the tool stops, or leaves out a file.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nobody reads the output any more.
    Closed,
    /// Something that [`print`](Self::print) tells.
    Told(String),
    /// Something that has been told already.
    Reported,
}

impl Failure {
    /// `what` is wrong `place`, a file or a file and a line.
    pub(crate) fn at(place: impl Display, what: impl Display) -> Self {
        Self::Told(format!("{place}: {what}"))
    }

    /// Says what happened, on standard error.
    pub(crate) fn print(&self, system: &dyn System) {
        if let Self::Told(message) = self {
            warn(system, message);
        }
    }
}

/// Failing to write what was asked for.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Told(format!("can't write the output: {error}")),
        }
    }
}

/// Says something on standard error that does not stop the tool.
pub(crate) fn warn(system: &dyn System, message: impl Display) {
    // Where nobody can be told, there is nobody to tell.
    let _ = writeln!(system.errors(), "freehold: {}", escaped(message.to_string().as_bytes()));
}
