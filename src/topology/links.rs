//! The one place that writes links.
//!
//! Children form a list, newest first. `prev` is circular (the first child's is the last child), `next` is
//! not: so both ends of the list are one step from the parent, which holds the first child only.

use slotmap::{Key, SlotMap};

use crate::id::NodeKey;

/// A node: its links, and whatever the tree keeps with it.
#[derive(Debug)]
pub(crate) struct Node<P> {
    parent: NodeKey,
    first: NodeKey,
    next: NodeKey,
    prev: NodeKey,
    pub(crate) item: P,
}

impl<P> Node<P> {
    fn unlinked(item: P) -> Self {
        let null = NodeKey::null();
        Self { parent: null, first: null, next: null, prev: null, item }
    }
}

/// Where among its siblings a node goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    First(NodeKey),
    Last(NodeKey),
    Before(NodeKey),
    After(NodeKey),
}

/// All nodes of a tree. Every node but the root has a parent; keys handed to its methods are of live nodes.
#[derive(Debug)]
pub(crate) struct Topology<P> {
    nodes: SlotMap<NodeKey, Node<P>>,
    root: NodeKey,
}

/// `None` for the null key, which ends every chain of links.
#[inline]
fn some(key: NodeKey) -> Option<NodeKey> {
    (!key.is_null()).then_some(key)
}

impl<P> Topology<P> {
    /// The most entries there can be; a slot map counts in 32 bits and keeps two numbers for itself.
    pub(crate) const LIMIT: usize = (u32::MAX - 2) as usize;

    pub(crate) fn new(root: P, capacity: usize) -> Self {
        let mut nodes = SlotMap::with_capacity_and_key(capacity.min(Self::LIMIT).saturating_add(1));
        let root = nodes.insert(Node::unlinked(root));
        Self { nodes, root }
    }

    #[inline]
    pub(crate) fn root(&self) -> NodeKey {
        self.root
    }

    /// Entries in all, the root included.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn reserve(&mut self, additional: usize) {
        self.nodes.reserve(additional.min(Self::LIMIT - self.nodes.len()));
    }

    #[inline]
    pub(crate) fn contains(&self, key: NodeKey) -> bool {
        self.nodes.contains_key(key)
    }

    #[inline]
    pub(crate) fn item(&self, key: NodeKey) -> Option<&P> {
        self.nodes.get(key).map(|node| &node.item)
    }

    #[inline]
    pub(crate) fn item_mut(&mut self, key: NodeKey) -> Option<&mut P> {
        self.nodes.get_mut(key).map(|node| &mut node.item)
    }

    #[inline]
    pub(crate) fn parent(&self, key: NodeKey) -> Option<NodeKey> {
        some(self.nodes[key].parent)
    }

    /// The newest child. A node that is gone has none.
    #[inline]
    pub(crate) fn first_child(&self, key: NodeKey) -> Option<NodeKey> {
        some(self.nodes.get(key)?.first)
    }

    pub(crate) fn last_child(&self, key: NodeKey) -> Option<NodeKey> {
        self.first_child(key).map(|first| self.nodes[first].prev)
    }

    #[inline]
    pub(crate) fn next_sibling(&self, key: NodeKey) -> Option<NodeKey> {
        some(self.nodes[key].next)
    }

    pub(crate) fn prev_sibling(&self, key: NodeKey) -> Option<NodeKey> {
        let node = &self.nodes[key];
        let first = self.nodes.get(node.parent)?.first;
        (first != key).then_some(node.prev)
    }

    /// Whether `node` is `ancestor` or lies below it. O(depth of `node`); O(1) when `ancestor` is childless.
    pub(crate) fn is_within(&self, node: NodeKey, ancestor: NodeKey) -> bool {
        if self.nodes[ancestor].first.is_null() {
            return node == ancestor;
        }
        let mut at = node;
        while at != ancestor {
            match self.parent(at) {
                Some(parent) => at = parent,
                None => return false,
            }
        }
        true
    }

    /// Makes a node, the first child of `parent`. `make` is told its key; nothing has changed if it panics.
    #[inline]
    pub(crate) fn insert_first_with(&mut self, parent: NodeKey, make: impl FnOnce(NodeKey) -> P) -> NodeKey {
        let key = self.nodes.insert_with_key(|key| Node {
            parent,
            first: NodeKey::null(),
            next: NodeKey::null(),
            prev: key,
            item: make(key),
        });
        let old = std::mem::replace(&mut self.nodes[parent].first, key);
        if let Some(first) = self.nodes.get_mut(old) {
            let last = std::mem::replace(&mut first.prev, key);
            let node = &mut self.nodes[key];
            (node.next, node.prev) = (old, last);
        }
        key
    }

    /// Puts an unlinked node somewhere.
    fn link(&mut self, key: NodeKey, place: Place) {
        let (parent, prev, next) = match place {
            Place::First(parent) => (parent, None, self.first_child(parent)),
            Place::Last(parent) => (parent, self.last_child(parent), None),
            Place::Before(next) => (self.nodes[next].parent, self.prev_sibling(next), Some(next)),
            Place::After(prev) => (self.nodes[prev].parent, Some(prev), self.next_sibling(prev)),
        };
        let last = self.last_child(parent);
        let node = &mut self.nodes[key];
        node.parent = parent;
        node.next = next.unwrap_or_default();
        // The first child's `prev` is the last child: itself when it is alone.
        node.prev = prev.or(last).unwrap_or(key);
        match prev {
            Some(prev) => self.nodes[prev].next = key,
            None => self.nodes[parent].first = key,
        }
        match next {
            Some(next) => self.nodes[next].prev = key,
            None => {
                let first = self.nodes[parent].first;
                self.nodes[first].prev = key;
            }
        }
    }

    /// Takes a node out of its parent's list; its own subtree stays with it.
    #[inline]
    fn unlink(&mut self, parent: NodeKey, key: NodeKey, next: NodeKey, prev: NodeKey) {
        let owner = &mut self.nodes[parent];
        if owner.first == key {
            owner.first = next;
            if let Some(next) = self.nodes.get_mut(next) {
                next.prev = prev;
            }
        } else {
            let first = owner.first;
            self.nodes[prev].next = next;
            let successor = if next.is_null() { first } else { next };
            self.nodes[successor].prev = prev;
        }
    }

    /// Moves a node, with all below it. The caller has made sure that the place is not within the node.
    pub(crate) fn relink(&mut self, key: NodeKey, place: Place) {
        if matches!(place, Place::Before(anchor) | Place::After(anchor) if anchor == key) {
            return;
        }
        let Node { parent, next, prev, .. } = self.nodes[key];
        self.unlink(parent, key, next, prev);
        self.link(key, place);
    }

    /// Takes a childless node out for good, and says whose child it was. O(1).
    #[inline]
    pub(crate) fn remove_leaf(&mut self, key: NodeKey) -> Option<(P, NodeKey)> {
        debug_assert!(self.first_child(key).is_none(), "children outlive nobody");
        let node = self.nodes.remove(key)?;
        self.unlink(node.parent, key, node.next, node.prev);
        Some((node.item, node.parent))
    }

    /// Takes the newest children out for good, up to the first that has children itself or is not `plain`, and
    /// gives that one. Links are right again when this returns: `each` must not panic. O(children taken).
    #[inline]
    pub(crate) fn remove_leading_leaves(
        &mut self,
        parent: NodeKey,
        plain: impl Fn(&P) -> bool,
        mut each: impl FnMut(P),
    ) -> Option<NodeKey> {
        let first = self.first_child(parent)?;
        let mut at = first;
        let last = self.nodes[at].prev;
        while let Some(node) = self.nodes.get(at)
            && node.first.is_null()
            && plain(&node.item)
            && let Some(node) = self.nodes.remove(at)
        {
            each(node.item);
            at = node.next;
        }
        if at != first {
            self.nodes[parent].first = at;
            if let Some(first) = self.nodes.get_mut(at) {
                first.prev = last;
            }
        }
        some(at)
    }

    #[cfg(test)]
    pub(crate) fn corrupt(&mut self, key: NodeKey, change: impl FnOnce(&mut [&mut NodeKey; 4])) {
        let node = &mut self.nodes[key];
        change(&mut [&mut node.parent, &mut node.first, &mut node.next, &mut node.prev]);
    }

    /// All entries in no particular order, for checks.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (NodeKey, &P)> {
        self.nodes.iter().map(|(key, node)| (key, &node.item))
    }

    /// The raw `prev` link, which for a first child is the last child; for checks.
    pub(crate) fn raw_prev(&self, key: NodeKey) -> NodeKey {
        self.nodes[key].prev
    }
}
