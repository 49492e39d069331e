//! Names as they stand in a picture.

use std::borrow::Cow;

use crate::report::escaped;

/// A name that nobody obeys, and that can be seen. O(length).
pub(super) fn label(name: &[u8]) -> Cow<'_, str> {
    if name.iter().all(|byte| *byte == b' ') { Cow::Borrowed("(blank)") } else { escaped(name) }
}
