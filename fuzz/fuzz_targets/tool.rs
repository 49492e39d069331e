//! Any arguments and small files, for the command-line tool: see `tests/it/cli/laws.rs`.
#![no_main]

#[path = "../../tests/it/cli/laws.rs"]
mod laws;
#[path = "../../src/bin/freehold/tool/mod.rs"]
mod tool;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::run(bytes));
