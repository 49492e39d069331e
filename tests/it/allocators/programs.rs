//! Programs chosen by proptest, once found by the fuzzer, or kept as its seeds.

use std::fmt;
use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;

use super::model::{self, program};

/// A program's bytes, shown as hexadecimal digits.
#[derive(Clone)]
struct Bytes(Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn programs() -> impl Strategy<Value = Bytes> {
    (any::<[u8; program::HEAD]>(), vec(any::<[u8; program::WIDTH]>(), 0..program::LONGEST)).prop_map(|(head, ops)| {
        let mut bytes = head.to_vec();
        bytes.extend(ops.as_flattened());
        Bytes(bytes)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn allocators_do_what_the_model_does(program in programs()) {
        model::run(&program.0);
    }
}

#[test]
fn the_seeds_of_the_fuzzer_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/allocators");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the seeds are there")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds no programs", folder.display());
    for file in files {
        println!("{}", file.display());
        model::run(&fs::read(&file).expect("a seed is a file"));
    }
}
