//! Any tree, printed and read back, is the same tree; and what holds for any input.

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;

use super::laws::{parser, print_parse};
use super::{fixture, fixtures};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_reads_as_the_same(bytes in vec(any::<u8>(), 0..400)) {
        print_parse::run(&bytes);
    }

    #[test]
    fn any_damage_is_survived(file in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..8)) {
        let files = fixtures();
        let text = fixture(file.get::<String>(&files));
        let from = cut.index(text.len());
        let mut text = text[from..text.len().min(from + 4000)].to_vec();
        for (at, byte) in changes {
            let at = at.index(text.len());
            text[at] = byte;
        }
        parser::run(&text);
    }
}

#[test]
fn the_seeds_of_the_fuzzer_pass() {
    for (target, run) in [("parser", parser::run as fn(&[u8])), ("print_parse", print_parse::run)] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
        let mut files: Vec<_> = fs::read_dir(&folder)
            .expect("the seeds are there")
            .map(|entry| entry.expect("it can be listed").path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{} holds no inputs", folder.display());
        for file in files {
            println!("{}", file.display());
            run(&fs::read(&file).expect("a seed is a file"));
        }
    }
}
