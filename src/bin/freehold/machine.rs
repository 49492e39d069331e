//! The machine that the tool runs on.

use std::cell::Cell;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::Path;
use std::time::Instant;

use anstream::{AutoStream, ColorChoice};

use crate::capture;
use crate::progress::Watched;
use crate::tool::{Captured, System, Terminal};

/// How much is gathered before it is written.
const BUFFER: usize = 1 << 16;

#[derive(Debug, Default)]
pub(crate) struct Machine {
    input_is_taken: Cell<bool>,
}

impl System for Machine {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Box::new(Watched::new(file, Some(length))))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Write>> {
        Ok(Box::new(BufWriter::with_capacity(BUFFER, File::create(path)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn input(&self) -> Option<Box<dyn Read>> {
        let input = || Watched::new(io::stdin().lock(), None);
        (!self.input_is_taken.replace(true)).then(|| Box::new(input()) as Box<dyn Read>)
    }

    fn input_is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn output(&self, coloured: bool) -> Box<dyn Write> {
        let stdout = io::stdout().lock();
        match coloured {
            true => Box::new(BufWriter::new(AutoStream::new(stdout, ColorChoice::Always))),
            // A stream that strips colours would also eat what looks like one, and take time to look.
            false => Box::new(BufWriter::with_capacity(BUFFER, stdout)),
        }
    }

    fn terminal(&self) -> Terminal {
        let stdout = io::stdout();
        let is_one = stdout.is_terminal();
        let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let found = || is_one.then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0.into());
        Terminal {
            is_one,
            has_colours: AutoStream::choice(&stdout) != ColorChoice::Never,
            columns: told.or_else(found).filter(|columns| *columns > 0),
        }
    }

    fn errors(&self) -> Box<dyn Write> {
        Box::new(io::stderr())
    }

    fn capture(
        &self,
        command: (&OsString, &[OsString]),
        until: Instant,
        is_enough: &dyn Fn(&[u8]) -> bool,
    ) -> io::Result<Captured> {
        let (text, status) = capture::output(command, until, capture::MOST, is_enough)?;
        Ok(Captured { text, failure: (!status.success()).then(|| status.to_string()) })
    }
}
