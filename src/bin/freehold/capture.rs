//! What a command prints, taken as soon as it is enough.

use std::ffi::OsString;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How long the output has to be silent before it is looked at.
const TICK: Duration = Duration::from_millis(100);

/// How many pieces of the output may wait to be taken.
const AHEAD: usize = 16;

/// What prints more than this prints no report, but without end.
pub(crate) const MOST: usize = 512 << 20;

/// Runs `command` and gives what it prints and how it ended, until the end of its output; or until it has exited, is silent
/// and has printed what `is_enough`; or until `until`.
///
/// What prints more than `most` bytes is stopped, which is an error.
///
/// A command may hand its output on to a daemon and exit: `smbcontrol` does. So its exit is not the end of its output, and if
/// the daemon keeps the pipe open, there never is one.
pub(crate) fn output(
    (program, arguments): (&OsString, &[OsString]),
    until: Instant,
    most: usize,
    is_enough: impl Fn(&[u8]) -> bool,
) -> io::Result<(Vec<u8>, ExitStatus)> {
    let mut command = Command::new(program);
    let spawned = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|error| io::Error::new(error.kind(), format!("can't be run: {error}")))?;
    let pieces = pieces(&mut child);
    let mut text = Vec::new();
    let mut looked_at = 0;
    loop {
        match pieces.recv_timeout(TICK) {
            Ok(piece) => text.extend(piece?),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                let has_more = text.len() > looked_at;
                looked_at = text.len();
                if let Some(status) = child.try_wait()?
                    && has_more
                    && is_enough(&text)
                {
                    return Ok((text, status));
                }
            }
        }
        if text.len() > most {
            drop(child.kill());
            child.wait()?;
            return Err(io::Error::other(format!("it prints without end, {} MiB so far", text.len() >> 20)));
        }
        if Instant::now() >= until {
            // It may have exited just now.
            drop(child.kill());
            break;
        }
    }
    let status = child.wait()?;
    Ok((text, status))
}

/// Reads the output in a thread of its own, for reading can't be given up on.
fn pieces(child: &mut Child) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = mpsc::sync_channel(AHEAD);
    if let Some(mut output) = child.stdout.take() {
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            loop {
                let piece = match output.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(count) => Ok(buffer[..count].to_vec()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let failed = piece.is_err();
                if sender.send(piece).is_err() || failed {
                    return;
                }
            }
        });
    }
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_command_that_never_stops_is_stopped() {
        let far = Instant::now() + Duration::from_secs(3600);
        let error = output((&"yes".into(), &[]), far, 1 << 20, |_| true).expect_err("it has no end");
        assert_eq!(error.to_string(), "it prints without end, 1 MiB so far");
    }
}
