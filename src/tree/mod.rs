//! The owner of everything: joins the rooms that know who owns whom, what nodes hold and where bytes lie.

mod access;
mod builder;
mod bytes;
mod cascade;
mod check;
mod claims;
mod column;
mod create;
mod cursor;
mod end;
mod free;
mod guard;
mod hooks;
mod item;
mod lift;
mod name;
mod navigate;
mod outcome;
mod owner;
mod reference;
mod steal;
mod text;
mod totals;
mod value;

pub use builder::TreeBuilder;
pub use check::Invalid;
pub use column::{Column, Iter, IterMut};
pub use cursor::{Cursor, Edge};
pub use guard::{CleanupId, Verdict};
pub use hooks::{Event, LogKind, LogRecord};
pub use navigate::{Ancestors, Children, Descendants, Edges};
pub use outcome::{Freed, Survivor, Taken, Unlinked};
pub use owner::Tree;
pub use reference::{Reference, ReferenceId};
pub use steal::Place;
pub use value::Value;
