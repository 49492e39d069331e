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

impl FromStr for Place {
    type Err = regex::Error;

    fn from_str(text: &str) -> Result<Self, regex::Error> {
        match Self::address(text) {
            Some(address) => Ok(address),
            None => Regex::new(text).map(Self::Pattern),
        }
    }
}
