//! Texts.

use std::fmt;
use std::panic::Location;

use compact_str::CompactString;

use super::create::Prepared;
use super::item::{Item, of_size};
use super::{Formatted, Tree};
use crate::error::Error;
use crate::id::{Handle, NodeId, NodeKey, TreeTag};
use crate::memory::{HEAP, Request};
use crate::values::TEXT;

/// # Texts
impl Tree {
    /// Makes a node that holds a copy of `text`, named by the place of the call. O(length).
    ///
    /// Up to 24 bytes lie in the text column itself. Unlike talloc's, a text does not lend its content as the
    /// node's name: reports get shown around, and texts may be secrets.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let greeting = tree.strdup(tree.root(), "hello")?;
    /// tree.append(greeting, ", world")?;
    /// assert_eq!(&tree[greeting], "hello, world");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`] for the parent; [`Error::TooLarge`] beyond
    /// [`Tree::MAX_BYTES`]; [`Error::OutOfMemory`] if the parent's allocator has no room; [`Error::OverBudget`];
    /// [`Error::Full`].
    #[track_caller]
    #[doc(alias = "talloc_strdup")]
    pub fn strdup(&mut self, parent: impl Into<NodeId>, text: &str) -> Result<Handle<str>, Error> {
        self.insert_text(parent.into(), CompactString::new(text), Location::caller())
    }

    /// Makes a node that holds a copy of the first `max_bytes` bytes of `text`, or of all if it has fewer. O(length
    /// of the copy).
    ///
    /// A character that would be cut in two is left out. A NUL is a character like any other: talloc stops there.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let word = tree.strndup(tree.root(), "caf\u{e9}s", 5)?;
    /// assert_eq!(&tree[word], "caf\u{e9}");
    /// let word = tree.strndup(tree.root(), "caf\u{e9}s", 4)?;
    /// assert_eq!(&tree[word], "caf");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`strdup`](Self::strdup); what counts is the size of the copy.
    #[track_caller]
    #[doc(alias = "talloc_strndup")]
    pub fn strndup(&mut self, parent: impl Into<NodeId>, text: &str, max_bytes: usize) -> Result<Handle<str>, Error> {
        self.strdup(parent, &text[..text.floor_char_boundary(max_bytes)])
    }

    /// Makes a node that holds a formatted text. O(length).
    ///
    /// [`format_in!`](crate::format_in) is the same with its arguments written as for `format!`, among them values of
    /// the tree itself.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let path = tree.format(tree.root(), format_args!("/home/{}", "alice"))?;
    /// assert_eq!(&tree[path], "/home/alice");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`strdup`](Self::strdup); [`Error::Format`] if a value says it can't be formatted.
    #[track_caller]
    #[doc(alias = "talloc_asprintf")]
    #[doc(alias = "talloc_vasprintf")]
    pub fn format(&mut self, parent: impl Into<NodeId>, args: fmt::Arguments<'_>) -> Result<Handle<str>, Error> {
        self.settle_waiting();
        let parent = parent.into();
        self.resolve_parent(parent)?;
        self.strdup_formatted(parent, Formatted::new(args))
    }

    #[inline(always)]
    pub(super) fn insert_text(
        &mut self,
        parent: NodeId,
        text: CompactString,
        origin: &'static Location<'static>,
    ) -> Result<Handle<str>, Error> {
        let (key, slot) = self.insert_text_apart(parent.tree, parent.key, text, origin)?;
        Ok(Handle::new(self.id(key), slot))
    }

    /// It takes the id, and gives the handle, in parts because those that go through memory, in parts, are slow to read
    /// as a whole.
    #[inline(never)]
    fn insert_text_apart(
        &mut self,
        tree: TreeTag,
        parent: NodeKey,
        text: CompactString,
        origin: &'static Location<'static>,
    ) -> Result<(NodeKey, u32), Error> {
        let size = fits(text.len())?;
        let prepared = self.prepare(NodeId { tree, key: parent }, size, |_| Some(TEXT))?;
        let Prepared { parent, kind, zone, .. } = prepared;
        let zone = match zone {
            HEAP => HEAP,
            zone => {
                let request = Request::of(of_size(text.len(), 1), origin);
                self.memory.charge(zone, &request).map_err(|error| self.out_of_memory(parent, error))?
            }
        };
        let rows = self.kinds.texts_mut();
        let slot = rows.next_slot();
        let key = self.topology.insert_first_with(parent, |_| Item::value(kind, slot, size, origin).within(zone));
        rows.insert(key, text);
        self.count(key, parent, size);
        self.created(key, parent);
        Ok((key, slot))
    }
}

pub(super) fn fits(len: usize) -> Result<u32, Error> {
    u32::try_from(len).map_err(|_| Error::TooLarge { asked: len, limit: Tree::MAX_BYTES })
}
