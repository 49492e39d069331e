//! Reports that can be passed on: names that are data are replaced by tokens.

mod redaction;

pub use redaction::Redaction;
