//! Texts.

use std::fmt::{self, Write};
use std::panic::Location;

use compact_str::CompactString;

use super::Tree;
use super::create::Prepared;
use super::item::{Item, of_size};
use crate::error::Error;
use crate::id::{Handle, NodeId};
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
    /// [`Tree::MAX_BYTES`]; [`Error::Full`].
    #[track_caller]
    #[doc(alias = "talloc_strdup")]
    #[doc(alias = "talloc_strndup")]
    pub fn strdup(&mut self, parent: impl Into<NodeId>, text: &str) -> Result<Handle<str>, Error> {
        self.insert_text(parent.into(), CompactString::new(text), Location::caller())
    }

    /// Makes a node that holds a formatted text. O(length).
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
        let parent = parent.into();
        self.resolve_parent(parent)?;
        let mut text = CompactString::default();
        text.write_fmt(args).map_err(|_| Error::Format)?;
        self.insert_text(parent, text, Location::caller())
    }

    /// Appends to a text. O(length of the addition), amortised.
    ///
    /// # Errors
    ///
    /// [`Error::Shared`] while others hold references to it, as in talloc; [`Error::TooLarge`]; [`Error::Stale`],
    /// [`Error::Foreign`] or [`Error::Dying`]. The text is then as it was.
    #[doc(alias = "talloc_strdup_append")]
    #[doc(alias = "talloc_strdup_append_buffer")]
    #[doc(alias = "talloc_strndup_append")]
    #[doc(alias = "talloc_strndup_append_buffer")]
    pub fn append(&mut self, text: Handle<str>, more: &str) -> Result<(), Error> {
        self.resolve_resizable(text.id())?;
        let content = self.text_mut(text);
        fits(content.len().saturating_add(more.len()))?;
        content.push_str(more);
        self.text_resized(text);
        Ok(())
    }

    /// Appends formatted text. O(length of the addition), amortised. If a value can't be formatted, or panics, the
    /// text is as it was.
    ///
    /// # Errors
    ///
    /// As [`append`](Self::append), and [`Error::Format`].
    #[doc(alias = "talloc_asprintf_append")]
    #[doc(alias = "talloc_asprintf_append_buffer")]
    #[doc(alias = "talloc_vasprintf_append")]
    #[doc(alias = "talloc_vasprintf_append_buffer")]
    #[doc(alias = "talloc_asprintf_addbuf")]
    pub fn append_fmt(&mut self, text: Handle<str>, args: fmt::Arguments<'_>) -> Result<(), Error> {
        self.resolve_resizable(text.id())?;
        let mut more = CompactString::default();
        more.write_fmt(args).map_err(|_| Error::Format)?;
        self.append(text, &more)
    }

    fn insert_text(
        &mut self,
        parent: NodeId,
        text: CompactString,
        origin: &'static Location<'static>,
    ) -> Result<Handle<str>, Error> {
        let size = fits(text.len())?;
        let Prepared { parent, kind, zone } = self.prepare(parent, |_| Some(TEXT))?;
        let zone = match zone {
            HEAP => HEAP,
            zone => {
                let request = Request::of(of_size(text.len(), 1), origin);
                self.memory.charge(zone, &request).map_err(|error| self.out_of_memory(parent, error))?
            }
        };
        let rows = self.kinds.rows_mut::<CompactString>(kind).expect("texts have a column");
        let slot = rows.next_slot();
        let key = self.topology.insert_first_with(parent, |_| Item::value(kind, slot, size, origin).within(zone));
        rows.insert(key, text);
        self.created(key, parent);
        Ok(Handle::new(self.id(key), slot))
    }

    fn text_mut(&mut self, text: Handle<str>) -> &mut CompactString {
        let rows = self.kinds.rows_mut::<CompactString>(TEXT).expect("texts have a column");
        rows.get_mut(text.slot(), text.id().key).expect("the handle was just looked up")
    }

    fn text_resized(&mut self, text: Handle<str>) {
        let size = self.text_mut(text).len() as u32;
        let old = std::mem::replace(&mut self.item_mut(text.id().key).size, size);
        self.resized(text.id(), old);
    }
}

fn fits(len: usize) -> Result<u32, Error> {
    u32::try_from(len).map_err(|_| Error::TooLarge { asked: len, limit: Tree::MAX_BYTES })
}
