//! Budgets, and subtrees that go from tree to tree, on the ownership tree and on the naive model: see `tests/it/model`.
#![no_main]

use freehold_fuzz::model;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| model::run_focused(model::program::Focus::Subtrees, bytes));
