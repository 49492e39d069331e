//! Programs on the ownership tree and on the naive model: see `tests/it/model`.
#![no_main]

use freehold_fuzz::model;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| model::run(bytes));
