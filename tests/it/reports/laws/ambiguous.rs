//! Names with which a text can be read in two ways, and nothing in it says which is meant.
//!
//! A name may hold what looks like the end of a line anywhere but where one of its own lines ends.

pub const REFERENCE: &str = "reference to: ";

/// What a line about a block that shows its content begins with; it may end with anything.
const CHAR: &str = "char                           contains ";

pub fn leading_spaces(text: &[u8]) -> usize {
    text.iter().take_while(|byte| **byte == b' ').count()
}

/// The text before a number at its end.
fn before_number(text: &[u8]) -> Option<&[u8]> {
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0).then(|| &text[..text.len() - digits])
}

/// The text before `bytes in N`, with the spaces that numbers are padded with, and what is before it.
fn before_counts<'a>(text: &'a [u8], before: &[u8]) -> Option<&'a [u8]> {
    let text = trim_spaces(before_number(text)?).strip_suffix(b" bytes in")?;
    trim_spaces(before_number(text)?).strip_suffix(before)
}

fn trim_spaces(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
    &text[..end]
}

/// Where the name would end, were this the line of a node.
fn node_end(text: &[u8]) -> Option<usize> {
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    // What may follow are words about the destructor and the address.
    let words = text.iter().rposition(|byte| *byte == b')').map(|at| &text[..=at]);
    let nil = text.strip_suffix(b"(nil)").map(|text| trim_spaces(text.strip_suffix(b"d=").unwrap_or(text)));
    [Some(text), words, nil].into_iter().flatten().find_map(|text| {
        let text = text.strip_suffix(b" d=(nil)").unwrap_or(text);
        let text = before_number(text.strip_suffix(b")")?)?.strip_suffix(b" blocks (ref ")?;
        before_counts(text, b" contains").map(<[u8]>::len)
    })
}

fn ends_like_a_line(text: &[u8]) -> bool {
    let whole = text.strip_suffix(b"\r").unwrap_or(text);
    let header = whole.strip_suffix(b" blocks)").and_then(|text| before_counts(text, b"' (total"));
    let limit = whole.ends_with(b" bytes)") && find(whole, b" is a memlimit context (max_size = ");
    node_end(text).is_some() || header.is_some() || limit
}

pub fn find(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Whether a text with this name can be read in two ways.
///
/// (Names of at most 30 bytes lose their trailing spaces among the padding; they are not meant to have any.)
pub fn is_ambiguous(name: &[u8]) -> bool {
    let lines: Vec<&[u8]> = name.split(|byte| *byte == b'\n').collect();
    let (last, before) = lines.split_last().expect("there is a line in every text");
    // A line of the name is, to its last byte, the line of another node, limit or report.
    before.iter().any(|line| ends_like_a_line(line))
        // The same for a block that shows its content, whose line may end with anything.
        || lines.iter().any(|line| line[leading_spaces(line)..].starts_with(CHAR.as_bytes()))
        // The last line is as wide as a padded name at some level, and ends with a space as a padded name does.
        || [name, last].iter().any(|text| {
            let column = text.len().checked_sub(30);
            (text.len() > 30 || !before.is_empty())
                && text.ends_with(b" ")
                && column.is_some_and(|column| column % 4 == 0 && leading_spaces(text) >= column)
        })
        // The name begins like a reference and goes on with what could be the next node's first line.
        || (lines[0][leading_spaces(lines[0])..].starts_with(REFERENCE.as_bytes())
            && (before.iter().skip(1).any(|line| leading_spaces(line) >= 4)
                || (!before.is_empty() && leading_spaces(last) >= 4 && last.len() >= 34)))
}

/// The same for a name that stands in a reference's line, which nothing ends but the line's end.
pub fn is_ambiguous_in_reference(name: &[u8]) -> bool {
    let mut lines = name.split(|byte| *byte == b'\n');
    // The line is also that of a node called `reference to: …`; it isn't if that name would have been padded.
    let first = lines.next().and_then(node_end).is_some_and(|end| REFERENCE.len() + end >= 30);
    // A further line is another node's, or could be its first.
    first || lines.any(|line| ends_like_a_line(line) || leading_spaces(line) >= 4)
}

/// The same for the name of a root, which stands in a header.
pub fn is_ambiguous_in_header(name: &[u8]) -> bool {
    // A further line of it completes a header of its own.
    name.split(|byte| *byte == b'\n').skip(1).any(|line| find(line, b"talloc report on '"))
}
