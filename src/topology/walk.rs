//! The one traversal, in steps that need no stack and no recursion.

use super::Topology;
use crate::id::NodeKey;

/// One half of a visit: a node is entered before its children and left after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Enter(NodeKey),
    Leave(NodeKey),
}

/// An entry on a walk that counts levels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit<'t, P> {
    pub(crate) key: NodeKey,
    pub(crate) item: &'t P,
    /// Levels below the top of the walk.
    pub(crate) depth: usize,
    pub(crate) has_children: bool,
}

/// A walk of a subtree that counts levels, from [`Topology::levels`].
#[derive(Clone, Copy)]
pub(crate) struct Levels<'t, P> {
    topology: &'t Topology<P>,
    next: Option<(u32, usize)>,
}

impl<'t, P: Copy> Iterator for Levels<'t, P> {
    type Item = Visit<'t, P>;

    /// What it gives is large: it is not to take the way through memory.
    #[inline(always)]
    fn next(&mut self) -> Option<Visit<'t, P>> {
        let (index, depth) = self.next?;
        let entry = self.topology.look(index);
        self.next = match entry.first {
            Some(child) => Some((child, depth + 1)),
            None => {
                let (mut at, mut depth) = (entry, depth);
                loop {
                    if depth == 0 {
                        break None;
                    }
                    if let Some(sibling) = at.next {
                        break Some((sibling, depth));
                    }
                    let Some(parent) = at.parent else { break None };
                    at = self.topology.look(parent);
                    depth -= 1;
                }
            }
        };
        Some(Visit { key: entry.key, item: entry.item, depth, has_children: entry.first.is_some() })
    }
}

impl<P: Copy> Topology<P> {
    /// `top` and all below it, parents first, with their levels. Lazy; O(1) a node, amortised.
    pub(crate) fn levels(&self, top: NodeKey) -> Levels<'_, P> {
        Levels { topology: self, next: Some((top.index(), 0)) }
    }

    /// What follows entering `key`, or the end of one of its children: its first child, or its own end.
    #[inline]
    pub(crate) fn descend(&self, key: NodeKey) -> Step {
        match self.first_child(key) {
            Some(child) => Step::Enter(child),
            None => Step::Leave(key),
        }
    }

    /// What follows leaving `key`: its next sibling, or its parent's end. `None` after the root's.
    #[inline]
    pub(crate) fn advance(&self, key: NodeKey) -> Option<Step> {
        match self.next_sibling(key) {
            Some(next) => Some(Step::Enter(next)),
            None => self.parent(key).map(Step::Leave),
        }
    }

    /// The step after `step` in a walk of the subtree `top`; `None` when that walk is over.
    #[inline]
    pub(crate) fn next_step(&self, step: Step, top: NodeKey) -> Option<Step> {
        match step {
            Step::Enter(key) => Some(self.descend(key)),
            Step::Leave(key) if key == top => None,
            Step::Leave(key) => self.advance(key),
        }
    }

    /// The node entered after `key` in a walk of the subtree `top`: the steps without the ends of nodes. O(1),
    /// amortised.
    #[inline]
    pub(crate) fn next_entered(&self, key: NodeKey, top: NodeKey) -> Option<NodeKey> {
        self.first_child(key).or_else(|| self.next_after(key, top))
    }

    /// The same, leaving out what is below `key`.
    #[inline]
    pub(crate) fn next_after(&self, key: NodeKey, top: NodeKey) -> Option<NodeKey> {
        let mut at = key;
        while at != top {
            let next = self.next_sibling(at);
            if next.is_some() {
                return next;
            }
            at = self.parent(at)?;
        }
        None
    }

    /// The node entered after `key` in a walk of the subtree `top` that goes through children from the last to the first,
    /// below `key` too if that is said. O(1), amortised.
    pub(crate) fn next_backwards(&self, key: NodeKey, top: NodeKey, below: bool) -> Option<NodeKey> {
        let child = if below { self.last_child(key) } else { None };
        if child.is_some() {
            return child;
        }
        let mut at = key;
        while at != top {
            let before = self.prev_sibling(at);
            if before.is_some() {
                return before;
            }
            at = self.parent(at)?;
        }
        None
    }

    /// `top` and all below it, parents first. Lazy; O(1) a node, amortised.
    pub(crate) fn preorder(&self, top: NodeKey) -> impl Iterator<Item = NodeKey> + Clone {
        std::iter::successors(Some(top), move |&key| self.next_entered(key, top))
    }

    /// The same with the last child first: older siblings before newer ones.
    pub(crate) fn preorder_from_last(&self, top: NodeKey) -> impl Iterator<Item = NodeKey> {
        std::iter::successors(Some(top), move |&key| self.next_backwards(key, top, true))
    }
}
