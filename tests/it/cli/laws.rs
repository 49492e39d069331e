//! What holds whatever the tool is asked for and given to read: shared by a property test and a fuzz target.
//!
//! The tool runs in process on a [`Memory`] of its own: it sees no file of the machine, and writes and starts nothing.
#![allow(unreachable_pub, missing_docs, reason = "compiled into the tests and into the fuzz crate alike")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use freehold::report::escaped;

use crate::tool::{self, Captured, System, Terminal};

/// What the files are called.
pub(crate) const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// What stands between the pieces of a call: what ASCII has for it.
pub(crate) const SEPARATOR: u8 = 0x1e;

/// Arguments and what there is to read, in pieces: the first has an argument a line, the second is standard input, the
/// others are files.
struct Call<'a> {
    arguments: Vec<OsString>,
    input: &'a [u8],
    files: Vec<&'a [u8]>,
}

impl<'a> Call<'a> {
    fn decode(bytes: &'a [u8]) -> Self {
        let mut pieces = bytes.split(|byte| *byte == SEPARATOR);
        let lines = pieces.next().unwrap_or_default().split(|byte| *byte == b'\n');
        let arguments = lines.filter(|line| !line.is_empty()).map(OsStr::from_bytes);
        let arguments = [OsStr::new("freehold")].into_iter().chain(arguments).map(OsStr::to_owned).collect();
        Self { arguments, input: pieces.next().unwrap_or_default(), files: pieces.take(NAMES.len()).collect() }
    }
}

/// What a run of the tool left.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    code: i32,
    out: Vec<u8>,
    err: Vec<u8>,
    written: BTreeMap<PathBuf, Vec<u8>>,
}

/// Runs the tool as the bytes say.
///
/// # Panics
///
/// If it panics, ends otherwise than it may, fails without a word, prints what a terminal obeys, or does something else the
/// second time.
pub fn run(bytes: &[u8]) {
    let call = Call::decode(bytes);
    let ran = freehold(&call);
    let said = without_colours(&String::from_utf8_lossy(&ran.err));
    assert!(matches!(ran.code, 0..=2), "{:?} ends with {}", call.arguments, ran.code);
    assert!(ran.code != 2 || !said.trim().is_empty(), "{:?} fails without a word", call.arguments);
    assert!(
        ran.code != 1 || !(said.is_empty() && ran.out.is_empty()),
        "{:?} finds what it doesn't tell",
        call.arguments
    );
    assert!(ran.code != 0 || !said.contains("error: "), "{:?} is all well, and says {said}", call.arguments);
    is_seen(&said, &call);
    // The formats of other programs are theirs, and talloc's has names as they are.
    let mut verbs = call.arguments.iter().filter(|argument| *argument == "export" || *argument == "redact");
    if verbs.next().is_none() {
        let out = String::from_utf8(ran.out.clone()).expect("what people read is UTF-8");
        is_seen(&without_colours(&out), &call);
    }
    assert_eq!(freehold(&call), ran, "{:?} once more", call.arguments);
}

#[track_caller]
fn is_seen(text: &str, call: &Call<'_>) {
    let bad = text.split('\n').find(|line| escaped(line.as_bytes()) != *line);
    assert_eq!(bad, None, "a terminal obeys something of {:?}", call.arguments);
}

/// The text without the escape sequences that the tool itself colours it with.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('m') {
            Some((numbers, rest)) if numbers.bytes().all(|byte| byte.is_ascii_digit() || byte == b';') => plain += rest,
            _ => plain.extend(["\x1b[", part]),
        }
    }
    plain
}

fn freehold(call: &Call<'_>) -> Ran {
    let memory = Memory {
        input: call.input,
        input_is_taken: Cell::new(false),
        files: NAMES.into_iter().map(Path::new).zip(call.files.iter().copied()).collect(),
        out: Sink::default(),
        err: Sink::default(),
        written: RefCell::default(),
    };
    let code = match tool::run(&call.arguments, &memory) {
        Ok(code) => code.into(),
        Err(said) => {
            let mut sink = if said.use_stderr() { memory.err.clone() } else { memory.out.clone() };
            write!(sink, "{}", said.render().ansi()).expect("memory takes everything");
            said.exit_code()
        }
    };
    let written = memory.written.take().into_iter().map(|(path, sink)| (path, sink.0.take())).collect();
    Ran { code, out: memory.out.0.take(), err: memory.err.0.take(), written }
}

/// All that the tool can see and reach.
struct Memory<'a> {
    input: &'a [u8],
    input_is_taken: Cell<bool>,
    files: BTreeMap<&'a Path, &'a [u8]>,
    out: Sink,
    err: Sink,
    written: RefCell<BTreeMap<PathBuf, Sink>>,
}

#[derive(Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl System for Memory<'_> {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + '_>> {
        let file = self.files.get(path).copied().ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(file))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + '_>> {
        let sink = Sink::default();
        self.written.borrow_mut().insert(path.to_owned(), sink.clone());
        Ok(Box::new(sink))
    }

    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn create_directory(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn is_file(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    fn input(&self) -> Option<Box<dyn Read + '_>> {
        (!self.input_is_taken.replace(true)).then(|| Box::new(self.input) as Box<dyn Read>)
    }

    fn input_is_terminal(&self) -> bool {
        false
    }

    fn output(&self, _: bool) -> Box<dyn Write + '_> {
        Box::new(self.out.clone())
    }

    fn terminal(&self) -> Terminal {
        Terminal { is_one: false, has_colours: false, columns: None }
    }

    fn errors(&self) -> Box<dyn Write + '_> {
        Box::new(self.err.clone())
    }

    /// There are no commands, so `watch` ends at once.
    fn capture(&self, _: (&OsString, &[OsString]), _: Instant, _: &dyn Fn(&[u8]) -> bool) -> io::Result<Captured> {
        Err(io::ErrorKind::NotFound.into())
    }
}
