//! Checking that links agree.

use super::Topology;
use crate::id::NodeKey;
use crate::invalid::{Invalid, breach};

impl<P: Copy> Topology<P> {
    /// 1: every entry is reached from the root once, which no entry is twice where links agree.
    pub(crate) fn check_reach(&self) -> Result<(), Invalid> {
        self.check_root()?;
        let mut reached = 0;
        for key in self.preorder(self.root()) {
            self.check_children(key)?;
            reached += 1;
        }
        if reached != self.len() {
            return breach(1, self.root(), "there are entries that can't be reached from it");
        }
        Ok(())
    }

    /// 2: the root stands alone.
    fn check_root(&self) -> Result<(), Invalid> {
        let [parent, _, next, prev] = self.links(self.root());
        if parent.is_some() || next.is_some() || prev != Some(self.root().index()) {
            return breach(2, self.root(), "the root has a parent or siblings");
        }
        Ok(())
    }

    /// 2: what a list of children says of itself. A walk can go down there then: each of them is on no other list.
    fn check_children(&self, key: NodeKey) -> Result<(), Invalid> {
        let [_, first, ..] = self.links(key);
        let (mut at, mut last, mut length) = (first, None, 0);
        while let Some(index) = at {
            let Some(child) = self.tenant(index) else { return breach(2, key, "a child is not there") };
            let [parent, _, next, prev] = self.links(child);
            if parent != Some(key.index()) {
                return breach(2, child, "it is on the list of another parent's children");
            }
            if last.is_some() && prev != last {
                return breach(2, child, "it does not point back to the sibling before it");
            }
            length += 1;
            if length > self.len() {
                return breach(2, key, "the list of its children does not end");
            }
            (at, last) = (next, Some(index));
        }
        match first.and_then(|first| self.tenant(first)) {
            Some(first) if self.links(first)[3] != last => breach(2, first, "the first child does not know the last"),
            _ => Ok(()),
        }
    }
}
