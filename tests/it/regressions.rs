//! Programs that once failed, and the fuzzer's seeds: replayed on the model and on Freehold.

use std::fs;
use std::path::{Path, PathBuf};

use crate::model;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder can be listed").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds no programs", folder.display());
    files
}

/// The bytes of a file of hexadecimal digits, in which `#` begins a comment.
fn bytes(text: &str) -> Vec<u8> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let digits: Vec<u32> = lines.flat_map(str::chars).filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + *digit as u8)).collect()
}

#[test]
fn what_once_failed_does_not_fail_again() {
    for file in files("tests/regressions") {
        println!("{}", file.display());
        model::run(&bytes(&fs::read_to_string(&file).expect("a regression is a text")));
    }
}

#[test]
fn the_seeds_of_the_fuzzer_pass() {
    for file in files("fuzz/seeds/ownership") {
        println!("{}", file.display());
        model::run(&fs::read(&file).expect("a seed is a file"));
    }
}
