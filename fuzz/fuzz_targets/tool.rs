//! Any arguments and small files, for the command-line tool: see `tests/it/cli/laws.rs`.
#![no_main]

use freehold_fuzz::calls;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| calls::run(bytes));
