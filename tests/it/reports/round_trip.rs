//! Any tree, printed and read back, is the same tree; and what holds for any input.

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
        let text = fixture(&files[file.index(files.len())]);
        let from = cut.index(text.len());
        let mut text = text[from..text.len().min(from + 4000)].to_vec();
        for (at, byte) in changes {
            let at = at.index(text.len());
            text[at] = byte;
        }
        parser::run(&text);
    }
}
