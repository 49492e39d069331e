//! Formatting before the tree is borrowed, so that values of the tree can be formatted into it.

use std::fmt::{self, Write};
use std::panic::Location;

use compact_str::CompactString;

use super::Tree;
use crate::error::Error;
use crate::id::{Handle, NodeId};

/// A text that has been formatted and not yet put in a tree. Public in name only: for the macros.
#[doc(hidden)]
#[derive(Debug)]
pub struct Formatted(Result<CompactString, Error>);

impl Formatted {
    #[doc(hidden)]
    #[must_use]
    pub fn new(args: fmt::Arguments<'_>) -> Self {
        let mut text = CompactString::default();
        Self(text.write_fmt(args).map(|()| text).map_err(|_| Error::Format))
    }
}

impl Tree {
    #[doc(hidden)]
    #[track_caller]
    pub fn strdup_formatted(&mut self, parent: impl Into<NodeId>, text: Formatted) -> Result<Handle<str>, Error> {
        self.insert_text(parent.into(), text.0?, Location::caller())
    }

    #[doc(hidden)]
    #[track_caller]
    pub fn append_formatted(&mut self, text: Handle<str>, more: Formatted) -> Result<(), Error> {
        self.append(text, &more.0?)
    }
}

/// Makes a node that holds a formatted text: `format!` into a [`Tree`].
///
/// `format_in!(tree, parent, "...", ...)` is [`tree.format(parent, format_args!("...", ...))`](Tree::format), but
/// formats before it borrows the tree: what is formatted may lie in the tree itself. O(length).
///
/// ```
/// use freehold::{Tree, format_in};
///
/// let mut tree = Tree::new();
/// let directory = tree.strdup(tree.root(), "/home/alice")?;
/// let file = "notes";
/// let path = format_in!(tree, directory, "{}/{file}.txt", &tree[directory])?;
/// assert_eq!(&tree[path], "/home/alice/notes.txt");
/// # Ok::<(), freehold::Error>(())
/// ```
///
/// # Errors
///
/// The macro gives a `Result<Handle<str>, Error>`, with the errors of [`Tree::format`].
#[doc(alias = "talloc_asprintf")]
#[macro_export]
macro_rules! format_in {
    ($tree:expr, $parent:expr, $($format:tt)+) => {{
        let text = $crate::Formatted::new(::core::format_args!($($format)+));
        $tree.strdup_formatted($parent, text)
    }};
}

/// Appends formatted text to a text of a [`Tree`].
///
/// `append_in!(tree, text, "...", ...)` is [`tree.append_fmt(text, format_args!("...", ...))`](Tree::append_fmt), but
/// formats before it borrows the tree: what is formatted may lie in the tree itself. O(length of the addition),
/// amortised.
///
/// ```
/// use freehold::{Tree, append_in};
///
/// let mut tree = Tree::new();
/// let user = tree.strdup(tree.root(), "alice")?;
/// let line = tree.strdup(tree.root(), "user=")?;
/// append_in!(tree, line, "{:?}, length={}", &tree[user], tree[user].len())?;
/// assert_eq!(&tree[line], "user=\"alice\", length=5");
/// # Ok::<(), freehold::Error>(())
/// ```
///
/// # Errors
///
/// The macro gives a `Result<(), Error>`, with the errors of [`Tree::append_fmt`].
#[doc(alias = "talloc_asprintf_append")]
#[macro_export]
macro_rules! append_in {
    ($tree:expr, $text:expr, $($format:tt)+) => {{
        let more = $crate::Formatted::new(::core::format_args!($($format)+));
        $tree.append_formatted($text, more)
    }};
}
