//! The command-line tool: what it prints, what it says when something is wrong, and how it ends.

#[cfg(unix)]
mod any;
mod input;
#[cfg(unix)]
pub(crate) mod laws;
mod manners;
mod readme;
mod verbs;
#[cfg(unix)]
mod watch;

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run of the tool left.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    /// All of it, for snapshots.
    fn all(&self) -> String {
        let mut all = self.out.clone();
        if !self.err.is_empty() {
            all.push_str("--- standard error ---\n");
            all.push_str(&self.err);
        }
        if self.code != 0 {
            all.push_str(&format!("--- exit code {} ---\n", self.code));
        }
        all
    }
}

/// The tool, started among the fixtures, in no terminal and with nothing of ours in its environment.
fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_freehold"));
    command.args(args).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"));
    for name in ["COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"] {
        command.env_remove(name);
    }
    command
}

/// Runs the tool with nothing to read on standard input.
fn freehold(args: &[&str]) -> Ran {
    piped(args, b"")
}

/// Runs the tool with `input` on standard input.
fn piped(args: &[&str], input: &[u8]) -> Ran {
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_vec();
    // It may end before it has read everything.
    let feeder = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("it ends");
    drop(feeder.join());
    let text = |bytes| String::from_utf8(bytes).expect("what people read is UTF-8");
    Ran { code: output.status.code().expect("no signal ends it"), out: text(output.stdout), err: text(output.stderr) }
}

/// A file of `tests/fixtures`.
fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let mut text = Vec::new();
    std::fs::File::open(&path).and_then(|mut file| file.read_to_end(&mut text)).expect("the fixture is there");
    text
}

/// Compares with what was printed when somebody last looked.
#[track_caller]
fn same(name: &str, printed: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "cli/snapshots", omit_expression => true }, {
        insta::assert_snapshot!(name, printed);
    });
}
