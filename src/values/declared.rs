//! What has been declared of a type: how its values list what they link to, and how they are copied.

use std::any::Any;

use super::rows::Column;
use super::{CONTEXT, Kind, KindInfo, Kinds, Rows, TEXT};
use crate::id::NodeKey;
use crate::links::{LinkList, Links, Rewriter};

/// How the values of one type list their links, and have them rewritten.
#[derive(Clone, Copy)]
pub(crate) struct LinkFns {
    list: fn(&dyn Column, u32, NodeKey, &mut LinkList<'_>),
    rewrite: fn(&mut dyn Column, u32, NodeKey, &Rewriter<'_>),
}

impl LinkFns {
    fn of<T: Links + Send + 'static>() -> Self {
        Self {
            list: |column, slot, owner, out| {
                let column: &dyn Any = column;
                if let Some(value) = column.downcast_ref::<Rows<T>>().and_then(|rows| rows.get(slot, owner)) {
                    value.list(out);
                }
            },
            rewrite: |column, slot, owner, map| {
                let column: &mut dyn Any = column;
                if let Some(value) = column.downcast_mut::<Rows<T>>().and_then(|rows| rows.get_mut(slot, owner)) {
                    value.rewrite(map);
                }
            },
        }
    }
}

/// Clones the value that one node has in a column for another node, and says where the copy is.
pub(crate) type CloneFn = fn(&mut dyn Column, u32, NodeKey, NodeKey) -> Option<u32>;

impl Kinds {
    /// Has values of type `T` cloned where nodes are duplicated. `None` when the kinds have run out.
    pub(crate) fn declare_clone<T: Clone + Send + 'static>(&mut self) -> Option<()> {
        let kind = self.of_value::<T>()?;
        self.info_mut(kind).clone = Some(|column, slot, owner, new_owner| {
            let column: &mut dyn Any = column;
            let rows = column.downcast_mut::<Rows<T>>()?;
            let copy = rows.get(slot, owner)?.clone();
            Some(rows.insert(new_owner, copy))
        });
        Some(())
    }

    /// Has nodes of a kind shared where others are duplicated.
    pub(crate) fn declare_shared(&mut self, kind: Kind) {
        self.info_mut(kind).is_shared = true;
    }

    /// Takes over what another tree, which knows the kind as `info`, has declared of it, where nothing is declared yet.
    pub(crate) fn declare_as(&mut self, kind: Kind, info: &KindInfo) {
        let known = self.info_mut(kind);
        known.links = known.links.or(info.links);
        known.clone = known.clone.or(info.clone);
        known.is_shared |= info.is_shared;
    }

    /// Whether nodes of a kind can be duplicated: arrays, texts and contexts always can.
    pub(crate) fn can_be_cloned(&self, kind: Kind) -> bool {
        kind == CONTEXT || self.column(kind).is_none() || kind == TEXT || self.info(kind).clone.is_some()
    }

    /// Clones a node's value for another node, and says where the copy is. `None` if it can't be cloned.
    pub(crate) fn clone_value(&mut self, kind: Kind, slot: u32, owner: NodeKey, new_owner: NodeKey) -> Option<u32> {
        match kind {
            CONTEXT => self.rows_mut::<()>(kind).map(|rows| rows.insert(new_owner, ())),
            TEXT => {
                let texts = self.texts_mut();
                let copy = texts.get(slot, owner)?.clone();
                Some(texts.insert(new_owner, copy))
            }
            _ => {
                let info = self.info_mut(kind);
                (info.clone?)(info.column.as_deref_mut()?, slot, owner, new_owner)
            }
        }
    }

    /// Has values of type `T` list their links. `None` when the kinds have run out.
    pub(crate) fn declare_links<T: Links + Send + 'static>(&mut self) -> Option<()> {
        let kind = self.of_value::<T>()?;
        self.info_mut(kind).links = Some(LinkFns::of::<T>());
        Some(())
    }

    /// Whether values of that kind list their links.
    pub(crate) fn lists_links(&self, kind: Kind) -> bool {
        self.info(kind).links.is_some()
    }

    /// What the value of a node links to, if its type has been declared.
    pub(crate) fn list_links(&self, kind: Kind, slot: u32, owner: NodeKey, out: &mut LinkList<'_>) {
        let info = self.info(kind);
        if let (Some(links), Some(column)) = (info.links, info.column.as_deref()) {
            (links.list)(column, slot, owner, out);
        }
    }

    /// Gives the value of a node other links for those whose nodes have new handles.
    pub(crate) fn rewrite_links(&mut self, kind: Kind, slot: u32, owner: NodeKey, map: &Rewriter<'_>) {
        let info = self.info_mut(kind);
        if let (Some(links), Some(column)) = (info.links, info.column.as_deref_mut()) {
            (links.rewrite)(column, slot, owner, map);
        }
    }
}
