//! What nodes are called, and where they were made.

use std::borrow::Cow;
use std::panic::Location;

use super::{Event, Tree};
use crate::error::Error;
use crate::id::NodeId;
use crate::id::NodeKey;

/// What reports call a node that is secret.
pub(super) const SECRET: &str = "[secret]";

/// # Names and origins
impl Tree {
    /// A node's name: the one it was given, else one made from its type (`Message`, `Vec<Item>`, the element of an
    /// array) or, for contexts, bytes and texts, the place that made it (`src/server.rs:120`). O(length).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_get_name")]
    #[doc(alias = "talloc_check_name")]
    #[doc(alias = "talloc_parent_name")]
    pub fn name(&self, node: impl Into<NodeId>) -> Result<Cow<'_, str>, Error> {
        let key = self.resolve(node.into())?;
        Ok(self.name_of(key))
    }

    /// Gives a node a name. O(1) besides the text.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_set_name")]
    #[doc(alias = "talloc_set_name_const")]
    #[doc(alias = "talloc_set_type")]
    pub fn set_name(&mut self, node: impl Into<NodeId>, name: impl Into<Cow<'static, str>>) -> Result<(), Error> {
        let key = self.resolve(node.into())?;
        self.rare_mut(key).name = Some(name.into());
        self.renamed(key);
        Ok(())
    }

    /// Takes a given name away, so that the node has its automatic one. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn clear_name(&mut self, node: impl Into<NodeId>) -> Result<(), Error> {
        let key = self.resolve(node.into())?;
        if self.rare(key).is_some_and(|rare| rare.name.is_some()) {
            self.rare_mut(key).name = None;
            self.renamed(key);
        }
        Ok(())
    }

    /// The type of a node's value, as the compiler spells it: `()` for a context, `str` for a text, `[u32]` for an
    /// array. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn type_name(&self, node: impl Into<NodeId>) -> Result<&'static str, Error> {
        let key = self.resolve(node.into())?;
        Ok(self.kinds.info(self.item(key).kind).type_name)
    }

    /// Where a node was made. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "__location__")]
    pub fn origin(&self, node: impl Into<NodeId>) -> Result<&'static Location<'static>, Error> {
        let key = self.resolve(node.into())?;
        Ok(self.item(key).origin)
    }

    pub(super) fn name_of(&self, key: NodeKey) -> Cow<'_, str> {
        if let Some(name) = self.given_name(key) {
            return Cow::Borrowed(name);
        }
        let item = self.item(key);
        let info = self.kinds.info(item.kind);
        if info.named_by_place {
            return Cow::Owned(format!("{}:{}", item.origin.file(), item.origin.line()));
        }
        Cow::Borrowed(&info.short_name)
    }

    pub(super) fn given_name(&self, key: NodeKey) -> Option<&str> {
        self.rare(key)?.name.as_deref()
    }

    /// What reports call a node.
    pub(crate) fn shown_name(&self, node: NodeId) -> Result<Cow<'_, str>, Error> {
        Ok(self.shown_name_of(self.resolve(node)?))
    }

    pub(super) fn shown_name_of(&self, key: NodeKey) -> Cow<'_, str> {
        if self.is_wiped(key) { Cow::Borrowed(SECRET) } else { self.name_of(key) }
    }

    fn renamed(&mut self, key: NodeKey) {
        if self.hooks.observing() {
            let node = self.id(key);
            self.emit(Event::Renamed { node });
        }
    }
}
