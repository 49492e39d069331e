//! What a node links to: the handles and claims in its value, and the references it holds.

use crate::error::Error;
use crate::id::{NodeId, NodeKey};
use crate::links::{LinkList, Links, Strength};
use crate::tree::Tree;

/// A link from one node to another, other than that of a parent to its child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    pub(in crate::tree) from: NodeId,
    pub(in crate::tree) to: NodeId,
    pub(in crate::tree) field: Option<&'static str>,
    pub(in crate::tree) strength: Strength,
}

impl Link {
    /// The node whose value holds the link, or that holds the reference.
    #[must_use]
    pub fn from(&self) -> NodeId {
        self.from
    }

    /// The node it leads to. A handle in a value may be stale, or of another tree.
    #[must_use]
    pub fn to(&self) -> NodeId {
        self.to
    }

    /// The field that holds it. A reference is in none, nor is a link that is the whole value.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        self.field
    }

    /// What it does for the node it leads to.
    #[must_use]
    pub fn strength(&self) -> Strength {
        self.strength
    }
}

/// # Links
impl Tree {
    /// Tells the tree that values of type `T` can list what they link to, for [`links`](Self::links),
    /// [`cycles`](Self::cycles) and [`unreachable`](Self::unreachable), and have it rewritten, for
    /// [`duplicate`](Self::duplicate), [`detach`](Self::detach) and [`graft`](Self::graft). Once for a type, before or
    /// after values of it are made; it lasts as long as the tree, [`tear_down`](Self::tear_down) or not. O(1).
    ///
    /// [`Links`] has an example.
    ///
    /// # Errors
    ///
    /// [`Error::Full`] if there are too many types.
    pub fn declare_links<T: Links + Send + 'static>(&mut self) -> Result<(), Error> {
        self.kinds.declare_links::<T>().ok_or(Error::Full { what: "kinds of value" })
    }

    /// What a node links to: the handles and claims in its value in the order in which that lists them, if its type has
    /// been [declared](Self::declare_links), and then the references it holds, newest first. O(links + children).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    ///
    /// # Panics
    ///
    /// If the value's [`list`](Links::list) does.
    pub fn links(&self, node: impl Into<NodeId>) -> Result<Vec<Link>, Error> {
        let key = self.resolve(node.into())?;
        let from = self.id(key);
        let mut links = Vec::new();
        self.list_links(key, &mut |to, strength, field| links.push(Link { from, to, field, strength }));
        let held = self.references_held(from)?.map(|reference| reference.target());
        links.extend(held.map(|to| Link { from, to, field: None, strength: Strength::Reference }));
        Ok(links)
    }

    /// Hands on each link that a node's value lists.
    pub(in crate::tree) fn list_links(
        &self,
        key: NodeKey,
        sink: &mut dyn FnMut(NodeId, Strength, Option<&'static str>),
    ) {
        let item = self.item(key);
        self.kinds.list_links(item.kind, item.slot, key, &mut LinkList::new(sink));
    }
}
