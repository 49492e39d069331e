//! Names: what they give away, which are the same but for numbers, and how they are shown.

mod guess;
mod naming;
mod shown;

pub(super) use guess::{is_known, looks_like_type, place_in};
pub use naming::{Naming, normal_name};
pub(super) use shown::{ascii, shortened_by};
pub use shown::{escaped, shortened, visible};
