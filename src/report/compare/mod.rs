//! Reports beside reports: what changed, what grew, and what looks like a leak.

mod amount;
mod change;
mod diff;
mod groups;
mod growth;
mod keys;
mod matching;
mod paths;
mod suspect;
mod suspects;
mod table;
mod trail;

pub use amount::Amount;
pub use change::{Change, ChangeKind, Changes};
pub use diff::{Branch, Diff};
pub use suspect::{Consumer, Suspect};
pub use suspects::Suspects;
pub use table::{DiffRow, DiffTable};
