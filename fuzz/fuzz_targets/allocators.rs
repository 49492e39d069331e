//! Programs on allocators without a tree and on the naive model: see `tests/it/allocators/model`.
#![no_main]

#[path = "../../tests/it/allocators/model/mod.rs"]
mod model;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| model::run(bytes));
