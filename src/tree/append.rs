//! Texts that grow.

use std::fmt;
use std::panic::Location;

use compact_str::CompactString;

use super::budget;
use super::item::{flag, of_size};
use super::text::fits;
use super::{Formatted, TextWriter, Tree};
use crate::error::Error;
use crate::id::{Handle, NodeId};
use crate::memory::{HEAP, Request};
use crate::wipe::Wipe;

/// # Texts that grow
impl Tree {
    /// Appends to a text. O(length of the addition), amortised.
    ///
    /// # Errors
    ///
    /// [`Error::Shared`] while others hold references to it, as in talloc; [`Error::TooLarge`];
    /// [`Error::OutOfMemory`] if its allocator has no room; [`Error::OverBudget`]; [`Error::Stale`], [`Error::Foreign`] or
    /// [`Error::Dying`]. The text is then as it was.
    #[inline]
    #[doc(alias = "talloc_strdup_append")]
    #[doc(alias = "talloc_strdup_append_buffer")]
    #[doc(alias = "talloc_strndup_append")]
    #[doc(alias = "talloc_strndup_append_buffer")]
    #[track_caller]
    pub fn append(&mut self, text: Handle<str>, more: &str) -> Result<(), Error> {
        self.settle_waiting();
        self.append_all(text, [more])
    }

    /// Appends to a text, with a separator before the addition unless the text was empty. O(length of both),
    /// amortised.
    ///
    /// The separator comes also before an empty addition, as in talloc.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let list = tree.strdup(tree.root(), "")?;
    /// for fruit in ["apple", "pear", "plum"] {
    ///     tree.append_separated(list, ", ", fruit)?;
    /// }
    /// assert_eq!(&tree[list], "apple, pear, plum");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`append`](Self::append).
    #[doc(alias = "talloc_asprintf_addsep")]
    #[track_caller]
    pub fn append_separated(&mut self, text: Handle<str>, separator: &str, more: &str) -> Result<(), Error> {
        self.settle_waiting();
        let empty = self.get(text)?.is_empty();
        self.append_all(text, [if empty { "" } else { separator }, more])
    }

    /// Appends formatted text. O(length of the addition), amortised. If a value can't be formatted, or panics, the
    /// text is as it was.
    ///
    /// [`append_in!`](crate::append_in) can format values of the tree itself; [`writer`](Self::writer) spares the
    /// copy, but keeps what was written before a failure.
    ///
    /// # Errors
    ///
    /// As [`append`](Self::append), and [`Error::Format`].
    #[doc(alias = "talloc_asprintf_append")]
    #[doc(alias = "talloc_asprintf_append_buffer")]
    #[doc(alias = "talloc_vasprintf_append")]
    #[doc(alias = "talloc_vasprintf_append_buffer")]
    #[track_caller]
    pub fn append_fmt(&mut self, text: Handle<str>, args: fmt::Arguments<'_>) -> Result<(), Error> {
        self.settle_waiting();
        self.resolve_resizable(text.id())?;
        self.append_formatted(text, Formatted::new(args))
    }

    /// A writer that appends to a text, for `write!` and whatever else writes to a [`fmt::Write`]. O(1); each write
    /// then costs what [`append`](Self::append) does, without looking at the handle again.
    ///
    /// ```
    /// use std::fmt::Write;
    ///
    /// # let mut tree = freehold::Tree::new();
    /// let table = tree.strdup(tree.root(), "squares:")?;
    /// let mut out = tree.writer(table)?;
    /// for n in 1..=3 {
    ///     write!(out, " {}", n * n).expect("numbers can be written");
    /// }
    /// out.finish()?;
    /// assert_eq!(&tree[table], "squares: 1 4 9");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`append`](Self::append), but for the size.
    #[doc(alias = "talloc_asprintf_addbuf")]
    #[track_caller]
    pub fn writer(&mut self, text: Handle<str>) -> Result<TextWriter<'_>, Error> {
        self.settle_waiting();
        let key = self.resolve_resizable(text.id())?;
        let from = self.item(key).size;
        Ok(TextWriter::new(self, text, from, Location::caller()))
    }

    #[inline]
    #[track_caller]
    fn append_all<const N: usize>(&mut self, text: Handle<str>, pieces: [&str; N]) -> Result<(), Error> {
        let from = self.extend_text(text, pieces, Location::caller())?;
        self.resized(text.id().key, from);
        Ok(())
    }

    /// Adds all pieces to a text, or none, and gives the size it had. The one place where a text's size changes; to
    /// tell the observer is left to the caller.
    #[inline]
    pub(super) fn extend_text<const N: usize>(
        &mut self,
        text: Handle<str>,
        pieces: [&str; N],
        origin: &'static Location<'static>,
    ) -> Result<u32, Error> {
        let NodeId { tree, key } = text.id();
        // One look at the node's record serves the check and the change.
        let mut item = match self.topology.item_mut(key) {
            Some(item) if tree == self.tag && !item.is(flag::DYING | flag::SHARED) => item,
            _ => return Err(self.not_resizable(tree, key)),
        };
        if self.budgets.label(key) != budget::NONE {
            let growth = pieces.iter().fold(0_i64, |growth, piece| growth.saturating_add(piece.len() as i64));
            self.afford_growth(text.id(), |_| growth)?;
            item = self.topology.item_mut(key).expect("it was resolved again");
        }
        let from = item.size;
        let size = fits(pieces.iter().fold(from as usize, |size, piece| size.saturating_add(piece.len())))?;
        let mut left_behind = None;
        if item.zone != HEAP {
            let request = Request::of(of_size(size as usize, 1), origin);
            match self.memory.recharge(item.zone, of_size(from as usize, 1), &request) {
                Ok((zone, left)) => (item.zone, left_behind) = (zone, left),
                Err(error) => return Err(self.out_of_memory(key, error)),
            }
        }
        let content = self.kinds.texts_mut().get_mut(text.slot(), key).expect("a text has a row");
        if content.capacity() < size as usize {
            make_room(content, size as usize, item.rare().is_some_and(|rare| self.rare[rare].secret().is_some()));
        }
        for piece in pieces {
            content.push_str(piece);
        }
        item.size = size;
        self.recount(key, from, size);
        drop(left_behind);
        Ok(from)
    }
}

/// Texts that grow, grow on: one that outgrows its row gets this room at once, and then powers of two. By itself it
/// would get half as much again each time, and allocating is what costs.
const FIRST_ROOM: usize = 128;

#[cold]
fn make_room(content: &mut CompactString, size: usize, secret: bool) {
    let room = size.next_power_of_two().max(FIRST_ROOM);
    if secret {
        let mut larger = CompactString::with_capacity(room);
        larger.push_str(content);
        content.as_mut_str().wipe();
        *content = larger;
    } else {
        content.reserve(room - content.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn is_inline(tree: &Tree, text: Handle<str>) -> bool {
        !tree.kinds.texts().get(text.slot(), text.id().key).unwrap().is_heap_allocated()
    }

    /// Every way to make a text, and to make it longer.
    #[test]
    fn texts_up_to_24_bytes_lie_in_their_column() -> Result<(), Error> {
        let mut tree = Tree::new();
        for (whole, inline) in [("x".repeat(24), true), ("\u{20ac}".repeat(8), true), ("x".repeat(25), false)] {
            let root = tree.root();
            let half = whole.floor_char_boundary(12);
            let (front, back) = whole.split_at(half);
            let mut texts = vec![
                tree.strdup(root, &whole)?,
                tree.strndup(root, &whole.repeat(2), whole.len())?,
                tree.format(root, format_args!("{front}{back}"))?,
                crate::format_in!(tree, root, "{front}{back}")?,
            ];
            type Append = fn(&mut Tree, Handle<str>, &str) -> Result<(), Error>;
            let appends: [Append; 5] = [
                |tree, text, back| tree.append(text, back),
                |tree, text, back| tree.append_separated(text, &back[..3], &back[3..]),
                |tree, text, back| tree.append_fmt(text, format_args!("{back}")),
                |tree, text, back| crate::append_in!(tree, text, "{back}"),
                |tree, text, back| {
                    let mut out = tree.writer(text)?;
                    back.chars().try_for_each(|c| out.write_char(c)).expect("there is room");
                    out.finish()
                },
            ];
            for append in appends {
                let text = tree.strdup(root, front)?;
                append(&mut tree, text, back)?;
                texts.push(text);
            }
            for (i, text) in texts.into_iter().enumerate() {
                assert_eq!((&tree[text], is_inline(&tree, text)), (&*whole, inline), "{i}");
            }
        }
        Ok(())
    }

    /// A secret one too: whenever a text moves by itself, its old bytes stay behind as they were.
    #[test]
    fn room_is_made_before_a_text_outgrows_what_it_has() -> Result<(), Error> {
        for secret in [false, true] {
            let mut tree = Tree::new();
            let text = tree.strdup(tree.root(), &"x".repeat(24))?;
            if secret {
                tree.set_secret(text)?;
            }
            for (len, room) in [(25, 128), (128, 128), (129, 256), (1000, 1024)] {
                tree.append(text, &"y".repeat(len - tree[text].len()))?;
                let content = tree.kinds.texts().get(text.slot(), text.id().key).unwrap();
                assert_eq!((content.len(), content.capacity()), (len, room));
            }
        }
        Ok(())
    }

    #[test]
    fn a_text_does_not_grow_beyond_the_limit() -> Result<(), Error> {
        let mut tree = Tree::new();
        let text = tree.strdup(tree.root(), "12")?;
        // A text of 4 GiB, as far as its record goes.
        tree.item_mut(text.id().key).size = u32::MAX - 3;
        let error = Error::TooLarge { asked: Tree::MAX_BYTES + 1, limit: Tree::MAX_BYTES };
        assert_eq!(tree.append(text, "more"), Err(error.clone()));
        assert_eq!(tree.append_separated(text, "mo", "re"), Err(error.clone()));
        assert_eq!(tree.append_fmt(text, format_args!("{}", "more")), Err(error.clone()));
        let mut out = tree.writer(text)?;
        assert!(out.write_str("mor").is_ok() && out.write_str("e").is_err());
        assert!(out.write_str("").is_err(), "after a failure nothing is written");
        assert_eq!(out.finish(), Err(error));
        assert_eq!((&tree[text], tree.size(text)?), ("12mor", Tree::MAX_BYTES));
        Ok(())
    }
}
