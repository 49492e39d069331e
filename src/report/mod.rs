//! What a tree looks like, captured: [`Report`].
//!
//! A report comes from a live tree ([`Tree::report`](crate::Tree::report)), from talloc's text, as Samba, SSSD, FreeRADIUS
//! and many others print it, or from a [`Builder`]. It prints as that text again, byte for byte, checks its own sums, and keeps its records in an
//! [`indextree`] arena, so that they can be walked with an API people know.
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
//! Names are data, and data may be secret: `talloc_strdup` names a block after its own text. A report of a real
//! program may hold passwords; think before passing one on.

mod address;
mod assemble;
mod balance;
mod builder;
mod capture;
mod floating;
mod intern;
mod leak;
mod leaks;
mod line;
mod live;
mod page;
mod parents;
mod parse;
mod record;
#[expect(clippy::module_inception, reason = "the room's main idea has the room's name")]
mod report;
mod resolve;
mod shape;
mod text;
mod walk;

pub use address::Address;
pub use balance::Imbalance;
pub use builder::{Builder, Entry};
pub use floating::Floating;
pub use indextree;
pub use leak::LeakReport;
pub use live::LiveText;
pub use parents::Parents;
pub use parse::ParseError;
pub use record::{Kind, MemLimit, Record};
pub use report::Report;
pub use shape::{Filter, Naming, Order, normal_name};
pub use text::Text;
pub use walk::{Visit, Walk};
