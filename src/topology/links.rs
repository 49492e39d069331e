//! The one place that writes links.
//!
//! Children form a list, newest first. `prev` is circular (the first child's is the last child), `next` is
//! not: so both ends of the list are one step from the parent, which holds the first child only. Links are place
//! numbers: what they lead to is there, so they need no generation.

use crate::id::NodeKey;
use crate::invalid::Invalid;
use crate::slots::{Places, Slots};

/// Where a chain of links ends.
const NONE: u32 = u32::MAX;

/// A node: its links, and whatever the tree keeps with it.
#[derive(Clone, Copy, Debug)]
struct Node<P> {
    parent: u32,
    first: u32,
    next: u32,
    prev: u32,
    item: P,
}

/// Where among its siblings a node goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    First(NodeKey),
    Last(NodeKey),
    Before(NodeKey),
    After(NodeKey),
}

/// An entry as a walk sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'t, P> {
    pub(super) key: NodeKey,
    pub(super) item: &'t P,
    pub(super) parent: Option<u32>,
    pub(super) first: Option<u32>,
    pub(super) next: Option<u32>,
}

/// All nodes of a tree. Every node but the root has a parent. Keys handed to its methods are of nodes that are
/// there, but for those of methods that answer with an `Option` of the item.
#[derive(Debug)]
pub(crate) struct Topology<P> {
    nodes: Slots<Node<P>>,
    root: NodeKey,
}

impl<P: Copy> Topology<P> {
    pub(crate) fn new(root: P, capacity: usize) -> Self {
        let mut nodes = Slots::with_capacity(capacity.saturating_add(1));
        let root =
            nodes.insert_with(|key| Node { parent: NONE, first: NONE, next: NONE, prev: key.index(), item: root });
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

    /// Whether there is a number for one more entry.
    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.nodes.has_room()
    }

    pub(crate) fn reserve(&mut self, additional: usize) {
        self.nodes.reserve(additional);
    }

    #[inline]
    pub(crate) fn contains(&self, key: NodeKey) -> bool {
        self.nodes.contains(key)
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
    fn node(&self, key: NodeKey) -> &Node<P> {
        debug_assert!(self.nodes.contains(key), "{key:?} is not there");
        self.nodes.at(key.index())
    }

    #[inline]
    fn node_mut(&mut self, key: NodeKey) -> &mut Node<P> {
        debug_assert!(self.nodes.contains(key), "{key:?} is not there");
        self.nodes.at_mut(key.index())
    }

    #[inline]
    pub(crate) fn parent(&self, key: NodeKey) -> Option<NodeKey> {
        self.nodes.key(self.node(key).parent)
    }

    /// The newest child. A node that is gone has none.
    #[inline]
    pub(crate) fn first_child(&self, key: NodeKey) -> Option<NodeKey> {
        self.nodes.key(self.nodes.get(key)?.first)
    }

    pub(crate) fn last_child(&self, key: NodeKey) -> Option<NodeKey> {
        self.first_child(key).and_then(|first| self.nodes.key(self.node(first).prev))
    }

    #[inline]
    pub(crate) fn next_sibling(&self, key: NodeKey) -> Option<NodeKey> {
        self.nodes.key(self.node(key).next)
    }

    pub(crate) fn prev_sibling(&self, key: NodeKey) -> Option<NodeKey> {
        let node = self.node(key);
        if node.parent == NONE || self.nodes.at(node.parent).first == key.index() {
            return None;
        }
        self.nodes.key(node.prev)
    }

    /// An entry that links lead to, and the links that lead on from it, in one look.
    #[inline]
    pub(super) fn look(&self, index: u32) -> Look<'_, P> {
        let (key, node) = self.nodes.entry(index);
        let link = |link: u32| (link != NONE).then_some(link);
        Look { key, item: &node.item, parent: link(node.parent), first: link(node.first), next: link(node.next) }
    }

    /// Whether `parent`, which may be gone, is the parent of `key`.
    #[inline]
    pub(crate) fn is_child(&self, key: NodeKey, parent: NodeKey) -> bool {
        self.node(key).parent == parent.index() && self.nodes.contains(parent)
    }

    /// Whether `key` is the newest child of `parent`.
    #[inline]
    pub(crate) fn is_first_child(&self, key: NodeKey, parent: NodeKey) -> bool {
        self.node(parent).first == key.index()
    }

    /// Whether `node` is `ancestor` or lies below it. O(depth of `node`) or O(subtree of `ancestor`), whichever is less.
    #[inline]
    pub(crate) fn is_within(&self, node: NodeKey, ancestor: NodeKey) -> bool {
        if self.node(ancestor).first == NONE {
            return node.index() == ancestor.index();
        }
        self.is_within_parent(node, ancestor)
    }

    /// The same where there is something below `ancestor`: looks up from the one and down from the other at once, and is
    /// done when either is.
    #[inline(never)]
    fn is_within_parent(&self, node: NodeKey, ancestor: NodeKey) -> bool {
        let (mut up, mut down) = (node.index(), ancestor);
        while up != ancestor.index() {
            match self.next_entered(down, ancestor) {
                None => return false,
                Some(entered) if entered == node => return true,
                Some(entered) => down = entered,
            }
            up = self.nodes.at(up).parent;
            if up == NONE {
                return false;
            }
        }
        true
    }

    /// Makes a node, the first child of `parent`. `make` is told its key; nothing has changed if it panics.
    #[inline(always)]
    pub(crate) fn insert_first_with(&mut self, parent: NodeKey, make: impl FnOnce(NodeKey) -> P) -> NodeKey {
        let parent = parent.index();
        let first = self.nodes.at(parent).first;
        let key =
            self.nodes.insert_with(|key| Node { parent, first: NONE, next: first, prev: key.index(), item: make(key) });
        let mut nodes = self.nodes.places();
        nodes.at_mut(parent).first = key.index();
        if first != NONE {
            nodes.at_mut(key.index()).prev = nodes.pass_end(first, key.index());
        }
        key
    }

    /// Makes a node, with all below it, the first child of `parent`, which is not within it.
    #[inline(always)]
    pub(crate) fn relink_first(&mut self, key: NodeKey, parent: NodeKey) {
        let (index, to) = (key.index(), parent.index());
        let mut nodes = self.nodes.places();
        let Node { parent, next, prev, .. } = *nodes.at_mut(index);
        nodes.unlink(index, parent, next, prev);
        let first = std::mem::replace(&mut nodes.at_mut(to).first, index);
        let last = nodes.pass_end(first, index);
        let node = nodes.at_mut(index);
        (node.parent, node.next, node.prev) = (to, first, last);
    }

    /// Moves a node, with all below it, to a place that is not within it.
    pub(crate) fn relink(&mut self, key: NodeKey, place: Place) {
        let index = key.index();
        let Node { parent, next, prev, .. } = *self.node(key);
        let (to, follower) = match place {
            Place::First(to) => return self.relink_first(key, to),
            Place::Last(to) => (to.index(), NONE),
            Place::Before(sibling) => (self.node(sibling).parent, sibling.index()),
            Place::After(sibling) => (self.node(sibling).parent, self.node(sibling).next),
        };
        // A node that follows itself stays before the one that follows it now.
        let follower = if follower == index { next } else { follower };
        let mut nodes = self.nodes.places();
        nodes.unlink(index, parent, next, prev);
        nodes.link_before(index, to, follower);
    }

    /// Takes a childless node out for good. O(1).
    #[inline(always)]
    pub(crate) fn remove_leaf(&mut self, key: NodeKey) -> P {
        debug_assert!(self.first_child(key).is_none() && self.nodes.contains(key), "children outlive nobody");
        let node = self.nodes.remove(key.index());
        self.nodes.places().unlink(key.index(), node.parent, node.next, node.prev);
        node.item
    }

    /// Takes a node out for good if it is childless and `accepts` it. O(1).
    #[inline(always)]
    pub(crate) fn remove_leaf_if(&mut self, key: NodeKey, accepts: impl FnOnce(&P) -> bool) -> Option<P> {
        let node = *self.nodes.remove_if(key.index(), |node| node.first == NONE && accepts(&node.item))?;
        self.nodes.places().unlink(key.index(), node.parent, node.next, node.prev);
        Some(node.item)
    }

    /// Takes a node out for good if it is the first child of `parent`, childless, and `accepts` it. O(1).
    #[inline]
    pub(crate) fn remove_first_leaf(
        &mut self,
        parent: NodeKey,
        key: NodeKey,
        accepts: impl FnOnce(&P) -> bool,
    ) -> Option<P> {
        let owner = self.nodes.get_mut(parent)?;
        if owner.first != key.index() {
            return None;
        }
        let node = *self.nodes.remove_if(key.index(), |node| node.first == NONE && accepts(&node.item))?;
        self.nodes.at_mut(parent.index()).first = node.next;
        if node.next != NONE {
            self.nodes.at_mut(node.next).prev = node.prev;
        }
        Some(node.item)
    }

    /// Takes the newest children out for good, up to the first that has children itself or is not `plain`, and
    /// gives that one. Links are right again when this returns: `each` must not panic. O(children taken).
    #[inline(always)]
    pub(crate) fn remove_leading_leaves(
        &mut self,
        parent: NodeKey,
        plain: impl Fn(&P) -> bool,
        mut each: impl FnMut(&P),
    ) -> Option<NodeKey> {
        let first = self.nodes.get(parent)?.first;
        if first == NONE {
            return None;
        }
        let last = self.nodes.at(first).prev;
        let mut at = first;
        while at != NONE
            && let Some(node) = self.nodes.remove_if(at, |node| node.first == NONE && plain(&node.item))
        {
            at = node.next;
            each(&node.item);
        }
        if at != first {
            self.node_mut(parent).first = at;
            if at != NONE {
                self.nodes.at_mut(at).prev = last;
            }
        }
        self.nodes.key(at)
    }

    /// For how many more entries there are numbers.
    pub(crate) fn room(&self) -> usize {
        self.nodes.room()
    }

    /// Makes a copy of `top` and all below it in `from`, and gives its top, which hangs from nothing yet. `each` is told of
    /// every node, the key that it has here, and the copy of its item to change, parents first. O(nodes).
    pub(crate) fn copy_shape(
        &mut self,
        from: &Self,
        top: NodeKey,
        mut each: impl FnMut(NodeKey, NodeKey, &mut P),
    ) -> NodeKey {
        let (mut at, mut parent, mut prev) = (top.index(), NONE, NONE);
        let mut root = None;
        loop {
            let (old, &Node { first, mut next, .. }) = from.nodes.entry(at);
            let (new, node) = self.nodes.insert_copy(&from.nodes, at);
            let mut made = new.index();
            // A child without another before it has itself for an end until there are more.
            node.prev = if prev == NONE { made } else { prev };
            (node.parent, node.first, node.next) = (parent, NONE, NONE);
            each(old, new, &mut node.item);
            if prev != NONE {
                self.nodes.at_mut(prev).next = made;
            } else if parent != NONE {
                self.nodes.at_mut(parent).first = made;
            }
            let root = *root.get_or_insert(new);
            if first != NONE {
                (at, parent, prev) = (first, made, NONE);
                continue;
            }
            loop {
                if made == root.index() {
                    return root;
                }
                if next != NONE {
                    break;
                }
                // The list ends here, which its first member has to know.
                let head = self.nodes.at(parent).first;
                self.nodes.at_mut(head).prev = made;
                (at, made) = (from.nodes.at(at).parent, parent);
                parent = self.nodes.at(made).parent;
                next = from.nodes.at(at).next;
            }
            (at, prev) = (next, made);
        }
    }

    /// Makes a node that hangs from nothing the first child of `parent`.
    pub(crate) fn hang_first(&mut self, key: NodeKey, parent: NodeKey) {
        let next = self.node(parent).first;
        self.nodes.places().link_before(key.index(), parent.index(), next);
    }

    /// Takes a node out of its parent's list. It hangs from nothing then, with all below it, and is to be hung
    /// somewhere or vacated.
    pub(crate) fn unhang(&mut self, key: NodeKey) {
        let Node { parent, next, prev, .. } = *self.node(key);
        self.nodes.places().unlink(key.index(), parent, next, prev);
    }

    /// Ends a node that hangs from nothing, or from one that ends so too, and leaves a mark in its place.
    #[inline]
    pub(crate) fn vacate(&mut self, key: NodeKey, mark: impl FnOnce(&mut P)) {
        debug_assert!(self.nodes.contains(key), "{key:?} is not there");
        mark(&mut self.nodes.vacate(key.index()).item);
    }

    /// What is left of a node that is gone, if its place has had no other since.
    pub(crate) fn departed(&self, key: NodeKey) -> Option<&P> {
        self.nodes.departed(key).map(|node| &node.item)
    }

    /// All entries in no particular order, for checks.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (NodeKey, &P)> {
        self.nodes.iter().map(|(key, node)| (key, &node.item))
    }

    /// The entry in a place, if there is one; for checks, which trust no link.
    pub(super) fn tenant(&self, index: u32) -> Option<NodeKey> {
        self.nodes.tenant(index)
    }

    /// Parent, first child, next sibling and the raw `prev`, as they are written; for checks.
    pub(super) fn links(&self, key: NodeKey) -> [Option<u32>; 4] {
        let node = self.node(key);
        [node.parent, node.first, node.next, node.prev].map(|link| (link != NONE).then_some(link))
    }

    /// 10: the places are in order.
    pub(crate) fn check_places(&self) -> Result<(), Invalid> {
        self.nodes.check_places()
    }

    /// How many bytes an entry takes, with its links and its generation.
    #[cfg(test)]
    pub(crate) const PLACE: usize = Slots::<Node<P>>::PLACE;

    /// Has the next tenant of the place of a node that is gone be its last.
    #[cfg(test)]
    pub(crate) fn wear_out(&mut self, gone: NodeKey) {
        self.nodes.wear_out(gone.index());
    }

    #[cfg(test)]
    pub(crate) fn corrupt(&mut self, key: NodeKey, change: impl FnOnce([&mut u32; 4])) {
        let node = self.node_mut(key);
        change([&mut node.parent, &mut node.first, &mut node.next, &mut node.prev]);
    }

    #[cfg(test)]
    pub(crate) fn corrupt_places(&mut self, change: impl FnOnce(&mut Vec<u32>, &mut usize)) {
        self.nodes.corrupt(change);
    }
}

/// The steps that changes of links are made of.
impl<P> Places<'_, Node<P>> {
    /// Puts `index` before `first`, which headed a list and so knows its end, and gives that end.
    #[inline]
    fn pass_end(&mut self, first: u32, index: u32) -> u32 {
        match first {
            NONE => index,
            first => std::mem::replace(&mut self.at_mut(first).prev, index),
        }
    }

    /// Puts an unlinked node before `next`, which is of `parent`'s list, or at its end.
    fn link_before(&mut self, index: u32, parent: u32, next: u32) {
        let first = self.at_mut(parent).first;
        let node = self.at_mut(index);
        (node.parent, node.next) = (parent, next);
        let follower = if next == NONE { first } else { next };
        let prev = self.pass_end(follower, index);
        self.at_mut(index).prev = prev;
        if next == first {
            self.at_mut(parent).first = index;
        } else {
            // The list has members, so the last, or the one before `next`, is there.
            self.at_mut(prev).next = index;
        }
    }

    /// Takes a node out of its parent's list; its own subtree stays with it.
    #[inline]
    fn unlink(&mut self, index: u32, parent: u32, next: u32, prev: u32) {
        let owner = self.at_mut(parent);
        if owner.first == index {
            owner.first = next;
            if next != NONE {
                self.at_mut(next).prev = prev;
            }
        } else {
            let first = owner.first;
            self.at_mut(prev).next = next;
            let follower = if next == NONE { first } else { next };
            self.at_mut(follower).prev = prev;
        }
    }
}
