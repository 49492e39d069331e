//! What nodes hold: one column of rows per Rust type, so that a value costs no allocation of its own and
//! values of one type lie together.

mod declared;
mod kinds;
mod names;
mod rows;

pub(crate) use kinds::{CONTEXT, Kind, KindInfo, Kinds, TEXT};
pub(crate) use rows::{Carried, Column, Row, Rows};
