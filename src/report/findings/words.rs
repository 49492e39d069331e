//! How findings say numbers and names.

/// How much of a name is shown.
const SHOWN: usize = 60;

/// `1 block`, `2 blocks`.
pub(super) fn counted(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// `1 block is`, `2 blocks are`.
pub(super) fn are(count: u64, thing: &str) -> String {
    format!("{} {}", counted(count, thing), if count == 1 { "is" } else { "are" })
}

/// The name in quotes, escaped, and shortened in the middle.
pub(super) fn quoted(name: &[u8]) -> String {
    let shown = String::from_utf8_lossy(name).escape_debug().to_string();
    let length = shown.chars().count();
    if length <= SHOWN {
        return format!("'{shown}'");
    }
    let half = SHOWN / 2 - 1;
    let start: String = shown.chars().take(half).collect();
    let end: String = shown.chars().skip(length - half).collect();
    format!("'{start}…{end}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_and_short() {
        assert_eq!(quoted(b"a\x1b[31m\n"), r"'a\u{1b}[31m\n'");
        let long = quoted("x".repeat(30_000).as_bytes());
        assert_eq!(long.chars().count(), SHOWN + 1);
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!((counted(1, "block"), counted(0, "block")), ("1 block".to_owned(), "0 blocks".to_owned()));
        assert_eq!((are(1, "byte"), are(2, "byte")), ("1 byte is".to_owned(), "2 bytes are".to_owned()));
    }
}
