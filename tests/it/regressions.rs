//! What the fuzz targets once failed on, and what they start from: replayed without a fuzzer, a test for each target.

use std::fs;
use std::path::{Path, PathBuf};

use crate::model::program::Focus;
use crate::reports::laws;
use crate::{allocators, memory, model};

/// The files of a folder, in the order of their names.
fn files(folder: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
    let entries = fs::read_dir(&folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder can be listed").path()).collect();
    files.sort();
    files
}

/// The bytes of a file of hexadecimal digits, in which `#` begins a comment.
fn bytes(text: &str) -> Vec<u8> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let digits: Vec<u32> = lines.flat_map(str::chars).filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + *digit as u8)).collect()
}

fn replay(target: &str, run: impl Fn(&[u8])) {
    for file in files("tests/regressions", target) {
        println!("{}", file.display());
        run(&bytes(&fs::read_to_string(&file).expect("a regression is a text")));
    }
    let seeds = files("fuzz/seeds", target);
    assert!(!seeds.is_empty(), "each target has something to start from");
    for file in seeds {
        println!("{}", file.display());
        run(&fs::read(&file).expect("a seed is a file"));
    }
}

macro_rules! targets {
    ($($(#[$when:meta])? $target:ident: $run:expr;)*) => {
        $($(#[$when])?
        #[test]
        fn $target() {
            replay(stringify!($target), $run);
        })*

        #[test]
        fn every_target_is_replayed() {
            let mut replayed = [$(concat!(stringify!($target), ".rs")),*];
            replayed.sort_unstable();
            let targets = files("fuzz", "fuzz_targets");
            let named: Vec<_> = targets.iter().filter_map(|file| file.file_name()?.to_str()).collect();
            assert_eq!(named, replayed);
        }
    };
}

targets! {
    ownership: model::run;
    references: |bytes| model::run_focused(Focus::References, bytes);
    panics: |bytes| model::run_focused(Focus::Panics, bytes);
    subtrees: |bytes| model::run_focused(Focus::Subtrees, bytes);
    scopes: memory::scoped::run;
    allocators: allocators::model::run;
    parser: laws::parser::run;
    print_parse: laws::print_parse::run;
    #[cfg(all(feature = "cli", unix))]
    tool: crate::cli::laws::run;
}
