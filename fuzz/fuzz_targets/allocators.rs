//! Programs on allocators without a tree and on the naive model: see `tests/it/allocators/model`.
#![no_main]

use freehold_fuzz::blocks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| blocks::run(bytes));
