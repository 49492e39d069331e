//! Reading talloc's text.
//!
//! `tail` tells what a line is by how it ends, `place` how deep it belongs, `opening` where a report begins,
//! `session` reads one report, with `lines` looking ahead for names of several lines and `claims` for references
//! to such names and `loose` for lines without padding. `split` finds the reports of an input that comes in pieces, which `reader` gets,
//! less the `prefix` of each line.

mod claims;
mod error;
mod header;
mod lines;
mod loose;
mod opening;
mod place;
mod prefix;
mod reader;
mod session;
mod split;
mod tail;

pub use error::{ParseError, ReadError};
pub use reader::Reader;
#[cfg(feature = "json")]
pub(super) use tail::{handle, pointer};
