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

/// `text` in at most so many columns: of a path whole names go from its middle, of anything else letters do.
pub(crate) fn fitting(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let fewer = text.find(STEP).and_then(|end| {
        let (first, rest) = text.split_at(end);
        let room = columns.checked_sub(first.width() + STEP.len() + 1)?;
        let ends = rest.rmatch_indices(STEP).map(|(at, _)| &rest[at..]);
        let last = ends.take_while(|end| end.width() <= room).last()?;
        Some(format!("{first}{STEP}…{last}"))
    });
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
        assert_eq!(fitting("root / session / cache / entry", 9), "root…ntry");
        assert_eq!(fitting("abcdefgh", 4), shortened("abcdefgh", 4));
        let long = "root".to_owned() + &" / step".repeat(200_000);
        assert_eq!(fitting(&long, 22), "root / … / step / step");
    }
}
