//! Sentences in lines that fit.

use crate::tool::names::width;

/// `text` with line breaks instead of spaces, so that no line is wider than `columns` unless a word is; lines after the
/// first are set in by `indent`.
pub(crate) fn wrapped(text: &str, indent: usize, columns: usize) -> String {
    let mut lines = String::new();
    let mut used = 0;
    for word in text.split_inclusive(' ') {
        if used > indent && used + width(word.trim_end()) > columns {
            lines.truncate(lines.trim_end().len());
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', indent));
            used = indent;
        }
        lines.push_str(word);
        used += width(word);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("1. one two three", 3, 80), "1. one two three");
        assert_eq!(wrapped("1. one two three", 3, 11), "1. one two\n   three");
        assert_eq!(wrapped("1. one two three", 3, 10), "1. one two\n   three");
        assert_eq!(wrapped("1. much-too-long a b", 3, 8), "1. much-too-long\n   a b");
        assert_eq!(wrapped("", 3, 8), "");
    }
}
