//! Paths and names as people read them.

use std::borrow::Cow;
use std::fmt;

use super::groups::Group;
use super::paths::Labels;
use crate::report::{Kind, Naming, visible};

/// What a row stands for.
#[derive(Clone, Debug)]
pub(super) enum Trail<'d> {
    Path {
        labels: &'d Labels<'d>,
        groups: &'d [Group],
        group: u32,
        naming: Naming,
    },
    /// A name, and its parent's if the row is of pairs.
    Name(Option<Cow<'d, [u8]>>, Cow<'d, [u8]>),
}

/// How many names of a path are shown at its end.
const LAST: usize = 5;

impl<'d> Trail<'d> {
    /// The names from the last one up to the root.
    pub(super) fn up(&self) -> impl Iterator<Item = Cow<'d, [u8]>> + use<'d> {
        let (name, above, mut next) = match self {
            Self::Name(above, name) => (Some(name.clone()), above.clone(), None),
            Self::Path { labels, groups, group, naming } => (None, None, Some((*labels, *groups, *group, *naming))),
        };
        let path = std::iter::from_fn(move || {
            let (labels, groups, group, naming) = next?;
            let group = groups.get(group as usize)?;
            next = Some((labels, groups, group.parent, naming));
            Some(shown(labels, group.label, naming))
        });
        name.into_iter().chain(above).chain(path)
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
        let between = match self {
            Self::Name(..) => " > ",
            Self::Path { labels, groups, group, naming } => {
                // The root is at depth 0, so a path has one name more than its depth says.
                let depth = groups[*group as usize].depth as usize;
                if depth > LAST {
                    names.push(Cow::Borrowed("…".as_bytes()));
                }
                if depth >= LAST {
                    names.push(shown(labels, groups[0].label, *naming));
                }
                BETWEEN
            }
        };
        names.reverse();
        f.write_str(&joined(&names, between))
    }
}

/// What stands between the names of a path.
const BETWEEN: &str = " / ";

/// The names of a path as one line, without its middle where it is long.
pub(super) fn trail<N: AsRef<[u8]>>(names: &[N]) -> String {
    match names {
        [first, ..] if names.len() > LAST + 1 => {
            format!("{} / … / {}", visible(first.as_ref()), joined(&names[names.len() - LAST..], BETWEEN))
        }
        _ => joined(names, BETWEEN),
    }
}

fn joined<N: AsRef<[u8]>>(names: &[N], between: &str) -> String {
    names.iter().map(|name| visible(name.as_ref())).collect::<Vec<_>>().join(between)
}

/// A text as code in a cell of a Markdown table.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let room = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{room}{}{room}{fence}", text.replace('|', "\\|"))
}
