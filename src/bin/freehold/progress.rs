//! A bar that says how far reading is.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long reading may take before a bar says how far it is.
const PATIENCE: Duration = Duration::from_millis(500);

/// A reader that shows how far it is, on a terminal, once it takes long.
pub(crate) struct Watched<R> {
    inner: R,
    since: Instant,
    bar: ProgressBar,
}

impl<R> Watched<R> {
    pub(crate) fn new(inner: R, length: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden());
        let template = match length {
            Some(_) => "reading {wide_bar} {binary_bytes} of {binary_total_bytes}, {eta} to go",
            None => "reading {spinner} {binary_bytes}",
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the template is in order"));
        Self { inner, since: Instant::now(), bar }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bar.inc(count as u64);
        if self.bar.is_hidden() && self.since.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        Ok(count)
    }
}

impl<R> Drop for Watched<R> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
