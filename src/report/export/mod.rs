//! Reports as other tools read them.
//!
//! | function | for |
//! |---|---|
//! | [`write_folded`] | flame graphs: `flamegraph.pl`, inferno, speedscope and most others |
//! | [`write_speedscope`] | [speedscope](https://www.speedscope.app), with bytes and blocks as two profiles |
//! | [`write_pprof`] | `go tool pprof` with its `-top`, `-diff_base` and `-http`, Pyroscope, Grafana |
//! | [`write_dot`] | Graphviz: the tree as a graph, with references as dashed edges |
//! | [`write_csv`] | spreadsheets and data frames: a row for each record |
//!
//! The first three know names only. They show the tree of name paths that [`Report::merged`](super::Report::merged) gives,
//! each node with the bytes and blocks it has itself; what those add up to is what the report's first line says, where its
//! sums hold. A reference is a block of the node that holds it.
//!
//! [`Report::html`](super::Report::html) is a page to look around in, and [`Report::svg`](super::Report::svg) a picture.
//!
//! Names are [escaped](super::escaped), so that no terminal and no reader obeys them; but for CSV, one of nothing but spaces
//! is [`(blank)`](super::visible).
//!
//! Everything is written as it is found, in memory for the records alone. Folded stacks and pprof name the whole path of
//! each node, so for a chain what they write is quadratic in its depth.

mod csv;
mod dot;
mod folded;
mod html;
mod overlay;
mod own;
mod paint;
mod palette;
mod pprof;
mod speedscope;
mod svg;

pub use csv::write_csv;
pub use dot::write_dot;
pub use folded::{Weight, write_folded};
pub use html::Html;
pub use pprof::write_pprof;
pub use speedscope::write_speedscope;
pub use svg::Svg;

/// How much is gathered before it is handed on.
const CHUNK: usize = 1 << 15;
