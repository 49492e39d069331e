//! What the tool has to do with the machine it runs on.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Instant;

/// Files, streams, the terminal and other commands: all that the tool reads, writes and starts.
pub(crate) trait System {
    /// Opens a file to read it.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + '_>>;

    /// Makes a file to write to, or empties it.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + '_>>;

    /// Gives a file another name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Makes a directory, and those it is in.
    fn create_directory(&self, path: &Path) -> io::Result<()>;

    /// Whether there is a file of that name.
    fn is_file(&self, path: &Path) -> bool;

    /// Standard input, unless it was taken before.
    fn input(&self) -> Option<Box<dyn Read + '_>>;

    /// Whether standard input is a terminal, where nobody expects to have to type a report.
    fn input_is_terminal(&self) -> bool;

    /// Standard output, byte for byte; or, `coloured`, for text with colours in it.
    fn output(&self, coloured: bool) -> Box<dyn Write + '_>;

    /// What standard output goes to.
    fn terminal(&self) -> Terminal;

    /// Standard error.
    fn errors(&self) -> Box<dyn Write + '_>;

    /// Runs a command and gives what it prints: all of it, or until it has ended, is silent and has printed what
    /// `is_enough`, or until `until`.
    fn capture(
        &self,
        command: (&OsString, &[OsString]),
        until: Instant,
        is_enough: &dyn Fn(&[u8]) -> bool,
    ) -> io::Result<Captured>;
}

/// What standard output goes to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// Whether it is a terminal at all.
    pub(crate) is_one: bool,
    /// Whether it wants colours, where nobody says.
    pub(crate) has_colours: bool,
    /// How wide it is, or is said to be.
    pub(crate) columns: Option<usize>,
}

/// What came of a command.
#[derive(Debug)]
pub(crate) struct Captured {
    pub(crate) text: Vec<u8>,
    /// How it ended, if not well.
    pub(crate) failure: Option<String>,
}
