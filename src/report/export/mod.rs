//! Reports as what other tools read and people look at.

mod html;
mod paint;
mod palette;
mod paths;
mod svg;

pub use html::Html;
pub use svg::Svg;
