//! A node, as the command line names it: by address, or by a pattern its name matches.

use std::str::FromStr;

use freehold::report::{Address, Record};
use regex::bytes::Regex;

/// `0x55d0`, `12v3`, or a pattern.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Pointer(u64),
    Handle(u32, u32),
    Pattern(Regex),
}

impl Place {
    /// An address, if `text` is one.
    fn address(text: &str) -> Option<Self> {
        if let Some(digits) = text.strip_prefix("0x") {
            return u64::from_str_radix(digits, 16).ok().map(Self::Pointer);
        }
        let (index, version) = text.split_once('v')?;
        Some(Self::Handle(index.parse().ok()?, version.parse().ok()?))
    }

    /// Whether `record` is meant.
    pub(crate) fn matches(&self, record: &Record) -> bool {
        match self {
            Self::Pattern(pattern) => pattern.is_match(record.name()),
            Self::Pointer(pointer) => record.address() == Address::Pointer(*pointer),
            Self::Handle(index, version) => record.address() == Address::Handle { index: *index, version: *version },
        }
    }
}

/// A pattern for names; or what is wrong with it, and what to do about that.
pub(crate) fn pattern(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| {
        let told = error.to_string();
        let why = told.lines().last().unwrap_or_default().trim_start_matches("error: ");
        let plain = regex::escape(text);
        if plain == text { why.to_owned() } else { format!("{why}; to look for it as it stands, write '{plain}'") }
    })
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match Self::address(text) {
            Some(address) => Ok(address),
            None => pattern(text).map(Self::Pattern),
        }
    }
}
