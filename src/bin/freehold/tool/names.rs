//! Names of a path in one line.

use std::borrow::Cow;

use freehold::report::shortened;
use unicode_width::UnicodeWidthStr;

/// What stands between the names of a path.
const STEP: &str = " / ";

/// Names from the root down, as one text.
pub(crate) fn path<'a>(names: impl Iterator<Item = Cow<'a, str>>) -> String {
    names.collect::<Vec<_>>().join(STEP)
}

/// `text` in at most so many columns: of a path whole names go, from its middle and then from its top, and of a single
/// name letters do.
pub(crate) fn fitting(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let Some(end) = text.find(STEP) else { return shortened(text, columns) };
    let (first, rest) = text.split_at(end);
    let without_middle = rest.match_indices(STEP).skip(1).map(|(at, _)| format!("{first}{STEP}…{}", &rest[at..]));
    let without_top = rest.match_indices(STEP).map(|(at, _)| format!("…{}", &rest[at..]));
    let fewer = without_middle.chain(without_top).find(|shorter| width(shorter) <= columns);
    fewer.map_or_else(|| shortened(text, columns), Cow::Owned)
}

/// How many columns `text` takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_whole_and_letters_only_if_they_must() {
        assert_eq!(fitting("root / session / cache / entry", 30), "root / session / cache / entry");
        assert_eq!(fitting("root / session / cache / entry", 25), "root / … / cache / entry");
        assert_eq!(fitting("root / session / cache / entry", 20), "root / … / entry");
        assert_eq!(fitting("root / session / cache / entry", 15), "… / entry");
        assert_eq!(fitting("root / session / cache / entry", 8), "root…try");
        assert_eq!(fitting("abcdefgh", 4), shortened("abcdefgh", 4));
    }
}
