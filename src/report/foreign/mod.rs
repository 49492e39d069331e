//! Reports that other programs print in formats of their own: PostgreSQL's memory contexts and proot's listing.
//!
//! Each is told by its first line, and is short enough to be read whole.

mod detect;
mod found;
mod lines;
mod postgres;
mod postgres_log;
#[cfg(feature = "export")]
mod postgres_view;
mod proot;

pub(super) use detect::read;
pub(super) use found::Foreign;
