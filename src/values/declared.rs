//! What has been declared of a type: how its values list what they link to.

use std::any::Any;

use super::rows::Column;
use super::{Kind, Kinds, Rows};
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

impl Kinds {
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
    #[allow(dead_code)]
    pub(crate) fn rewrite_links(&mut self, kind: Kind, slot: u32, owner: NodeKey, map: &Rewriter<'_>) {
        let info = self.info_mut(kind);
        if let (Some(links), Some(column)) = (info.links, info.column.as_deref_mut()) {
            (links.rewrite)(column, slot, owner, map);
        }
    }
}
