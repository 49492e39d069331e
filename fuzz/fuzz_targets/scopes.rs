//! Arrays in nested scopes of a tree, over each sort of allocator: see `tests/it/memory/scoped.rs`.
#![no_main]

use freehold_fuzz::scoped;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| scoped::run(bytes));
