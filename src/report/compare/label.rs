//! Paths and names as people read them.

use std::borrow::Cow;
use std::fmt;

use super::groups::Group;
use super::paths::Labels;
use crate::report::{Kind, Naming};

/// What a row stands for.
#[derive(Clone, Debug)]
pub(super) enum Trail<'d> {
    Path { labels: &'d Labels<'d>, groups: &'d [Group], group: u32, naming: Naming },
    Name(Cow<'d, [u8]>),
}

/// How many names of a path are shown at its end.
const LAST: usize = 5;

impl<'d> Trail<'d> {
    /// The names from the last one up to the root.
    pub(super) fn up(&self) -> impl Iterator<Item = Cow<'d, [u8]>> + use<'d> {
        let (mut next, rest) = match self {
            Self::Path { labels, groups, group, naming } => (Some(*group), Some((*labels, *groups, *naming))),
            Self::Name(_) => (None, None),
        };
        let name = match self {
            Self::Name(name) => Some(name.clone()),
            Self::Path { .. } => None,
        };
        let path = std::iter::from_fn(move || {
            let (labels, groups, naming) = rest?;
            let group = &groups[next? as usize];
            next = Some(group.parent).filter(|parent| (*parent as usize) < groups.len());
            Some(shown(labels, group.label, naming))
        });
        name.into_iter().chain(path)
    }

    fn depth(&self) -> usize {
        match self {
            Self::Path { groups, group, .. } => groups[*group as usize].depth as usize,
            Self::Name(_) => 0,
        }
    }
}

/// The name of a label; a reference is called as in talloc's text.
pub(super) fn shown<'d>(labels: &'d Labels<'_>, label: u32, naming: Naming) -> Cow<'d, [u8]> {
    let label = labels.get(label);
    let name = naming.of(&label.name);
    match label.kind {
        Kind::Reference => Cow::Owned([b"reference to: ", &*name].concat()),
        _ => name,
    }
}

impl fmt::Display for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<_> = self.up().take(LAST).collect();
        if let Self::Path { labels, groups, naming, .. } = self {
            // The root is at depth 0, so a path has one name more than its depth says.
            match self.depth() {
                depth if depth < LAST => {}
                LAST => names.push(shown(labels, groups[0].label, *naming)),
                _ => names.extend([Cow::Borrowed("…".as_bytes()), shown(labels, groups[0].label, *naming)]),
            }
        }
        names.reverse();
        f.write_str(&joined(&names))
    }
}

/// The names of a path as one line, without its middle where it is long.
pub(super) fn trail<N: AsRef<[u8]>>(names: &[N]) -> String {
    match names {
        [first, ..] if names.len() > LAST + 1 => {
            format!("{} / … / {}", escaped(first.as_ref()), joined(&names[names.len() - LAST..]))
        }
        _ => joined(names),
    }
}

fn joined<N: AsRef<[u8]>>(names: &[N]) -> String {
    names.iter().map(|name| escaped(name.as_ref())).collect::<Vec<_>>().join(" / ")
}

/// A name as a terminal can show it: one line that is not obeyed.
pub(super) fn escaped(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\'' | '"' | '\\' => text.push(c),
                c => text.extend(c.escape_debug()),
            }
        }
        text.extend(chunk.invalid().escape_ascii().map(char::from));
    }
    text
}

/// A text as code in a cell of a Markdown table.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let room = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{room}{}{room}{fence}", text.replace('|', "\\|"))
}
