//! The page and the still, opened in a real browser.
//!
//! The browser is `$CHROMIUM`, or the first found of those below. Where there is none these tests say so and pass, unless
//! `FREEHOLD_CHROMIUM=require`.

mod page;
mod still;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// A file of the test's own that goes when the test ends.
struct File(PathBuf);

impl File {
    fn new(name: &str, content: &str) -> Self {
        // Tests run at once, and no two browsers share a profile.
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("freehold-{}-{number}-{name}", std::process::id()));
        std::fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
        let _ = std::fs::remove_dir_all(profile(&self.0));
    }
}

fn profile(of: &Path) -> PathBuf {
    of.with_extension("profile")
}

fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&path).flat_map(|folder| BROWSERS.map(|name| folder.join(name)));
    let browser = named.or_else(|| found.find(|file| file.is_file()));
    if browser.is_none() {
        let required = std::env::var("FREEHOLD_CHROMIUM").is_ok_and(|value| value == "require");
        assert!(!required, "no browser: set CHROMIUM to one, or have one of {BROWSERS:?} in PATH");
        eprintln!("skipped: no browser; set CHROMIUM to one");
    }
    browser
}

/// The document of a file called `name` with `content`, after its scripts have run. `None` without a browser.
fn opened(name: &str, content: &str) -> Option<String> {
    let browser = browser()?;
    let file = File::new(name, content);
    let output = Command::new(&browser)
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--window-size=1280,900",
            "--virtual-time-budget=20000",
        ])
        .arg(format!("--user-data-dir={}", profile(&file.0).display()))
        .args(["--dump-dom", &format!("file://{}", file.0.display())])
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", browser.display()));
    assert!(output.status.success(), "{}: {output:?}", browser.display());
    Some(String::from_utf8(output.stdout).expect("a document is text"))
}
