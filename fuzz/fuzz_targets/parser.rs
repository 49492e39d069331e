//! Any bytes, read as reports: see `tests/it/reports/laws`.
#![no_main]

#[path = "../../tests/it/reports/laws/mod.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::parser::run(bytes));
