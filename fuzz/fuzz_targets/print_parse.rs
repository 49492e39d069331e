//! Any tree, printed and read back: see `tests/it/reports/laws`.
#![no_main]

use freehold_fuzz::reports;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reports::print_parse::run(bytes));
