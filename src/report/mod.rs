//! What a tree looks like, captured: [`Report`].
//!
//! A report comes from a live tree ([`Tree::report`](crate::Tree::report)), from talloc's text, as Samba, SSSD, FreeRADIUS
//! and many others print it, from other formats that [`Report::parse_all`] names, or from a [`Builder`]. It prints as talloc's
//! text, byte for byte, checks its own sums, and keeps its records in an [`indextree`] arena, so that they can be walked with
//! an API people know.
//!
//! | to | use |
//! |---|---|
//! | read reports | [`Report::parse`], [`Report::read`], [`Reader`] for many or large ones, `Report::from_json` (feature `json`) |
//! | see where the bytes are | [`Report::show`], and [`Report::pretty`] for every line; [`Report::aggregate`] |
//! | see what has changed | [`Report::diff`], [`Report::assert_no_growth`] |
//! | find a leak | [`Suspects`] |
//! | see who shares what, and what would go with a node | `Report::retained` (feature `retained`) |
//! | know what a text has lost, and what of it holds | [`Report::findings`] |
//! | look at a part | [`Report::subtree`], [`Report::filtered`], [`Report::merged`], [`Report::sorted`], [`Report::without_internal`] |
//! | pass it on | [`Report::redacted`] |
//! | write it | [`Report::text`], `Report::write_json` (`json`), `Report::svg`, `Report::html`, the module `export` (`export`) |
//! | write a live tree's at once, without capturing it | [`Tree::report_text`](crate::Tree::report_text) |
//!
//! None recurses: depth costs no stack. Most are O(records) or as long as what they write; each says what it costs.
//!
//! ```
//! use freehold::report::Report;
//! let log = "smbd started
//! full talloc report on 'root' (total     78 bytes in   4 blocks)
//!     session                        contains     14 bytes in   1 blocks (ref 1) 0x55d0
//!     cache                          contains     64 bytes in   2 blocks (ref 0) 0x5640
//!         reference to: session
//! ";
//! let report = Report::parse(log.as_bytes())?;
//! assert!(report.imbalances().is_empty(), "the sums agree, so nothing is missing");
//! let largest = report.walk().skip(1).max_by_key(|visit| visit.record.self_bytes());
//! assert_eq!(largest.map(|visit| visit.record.name()), Some(&b"cache"[..]));
//! # Ok::<(), freehold::report::ParseError>(())
//! ```
//!
//! People read it as a [tree](Report::show), largest first, or as a [table](Report::aggregate):
//!
//! ```
//! use freehold::report::{Builder, By, Entry};
//! let mut builder = Builder::new(Entry::new("server"));
//! for (name, bytes) in [("user 1", 4000), ("user 2", 4000), ("log", 512)] {
//!     builder.push(Entry::new(name).bytes(bytes));
//!     builder.leave();
//! }
//! let report = builder.finish();
//! assert_eq!(format!("\n{}", report.show()), "
//!   total     self   share              blocks
//! 8.3 KiB      0 B  100.0%  ██████████       4  server
//! 7.8 KiB  7.8 KiB   94.0%  █████████▍       2  ├─ user N ×2
//!   512 B    512 B    6.0%  ▋                1  └─ log
//! ");
//! assert_eq!(report.aggregate(By::NormalName).rows()[0].count(), 2);
//! ```
//!
//! Names are data, and data may be secret: `talloc_strdup` names a block after its own text. A report of a real
//! program may hold passwords; [`Report::redacted`] makes one that can be passed on.

mod address;
mod aggregate;
mod assemble;
mod balance;
mod compare;
#[cfg(feature = "export")]
pub mod export;
mod findings;
mod floating;
mod foreign;
mod intern;
#[cfg(feature = "json")]
mod json;
mod label;
mod live;
mod names;
mod number;
mod parents;
mod parse;
mod pretty;
mod record;
mod redact;
#[expect(clippy::module_inception, reason = "the room's main idea has the room's name")]
mod report;
mod resolve;
#[cfg(feature = "retained")]
mod retained;
mod shape;
mod size;
mod text;
mod walk;

pub use address::Address;
pub use aggregate::{Aggregate, By, Rank, Row, Table};
pub use balance::Imbalance;
pub use compare::{Amount, Branch, Change, ChangeKind, Changes, Consumer, Diff, DiffRow, DiffTable, Suspect, Suspects};
#[cfg(feature = "export")]
pub use export::{Html, Svg};
pub use findings::{Finding, FindingKind, Severity};
pub use floating::Floating;
pub use indextree;
#[cfg(feature = "json")]
pub use json::JsonError;
pub use live::{Builder, Entry, LeakReport, LiveText};
pub use names::{Naming, escaped, normal_name, shortened, visible};
pub use parents::Parents;
pub use parse::{ParseError, ReadError, Reader};
pub use pretty::{Palette, Part, Pretty, Show};
pub use record::{Kind, MemLimit, Record};
pub use redact::Redaction;
pub use report::{Format, Report};
#[cfg(feature = "retained")]
pub use retained::{RetainedSizes, Shared};
pub use shape::{Filter, Order};
pub use size::{Grouped, Size};
pub use text::Text;
pub use walk::{Visit, Walk};
