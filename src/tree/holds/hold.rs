//! Holds: claims on a node from outside the tree, counted or [strong](crate::Strong), and what they make of its
//! standing.

use crate::anchor::{Anchor, Claim, Mailbox};
use crate::error::Error;
use crate::id::{NodeId, NodeKey};
use crate::invalid::Invalid;
use crate::sync::Arc;
use crate::tree::Tree;
use crate::tree::item::flag;
use crate::tree::rare::Rare;

/// Who keeps a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Its parent owns it, whoever else claims it: it goes when that goes or gives it up, unless it is claimed.
    Owned,
    /// Nobody owns it: it goes with the last claim on it.
    Counted,
    /// Nobody owns it, and nobody claims it: it was made by [`Tree::floating`] and not claimed yet, its last references
    /// went while it was just referred to, or its destructor refused when its last claim had gone.
    Floating,
}

/// What is known of the claims from outside on one node. The node has the flag `HELD` if this is anything else than
/// nothing.
#[derive(Default)]
pub(crate) struct Hold {
    pub(in crate::tree) retained: u32,
    /// Nobody owns the node: it lives as long as it is held, or floats.
    pub(in crate::tree) counted: bool,
    /// Made with the first strong or weak claim.
    anchor: Option<Mooring>,
}

/// The node's end of an anchor: when it goes, the node is dead.
struct Mooring(Arc<Anchor>);

impl Drop for Mooring {
    fn drop(&mut self) {
        self.0.kill();
    }
}

impl Hold {
    pub(in crate::tree) fn is_something(&self) -> bool {
        self.retained > 0 || self.counted || self.anchor.is_some()
    }

    pub(in crate::tree) fn strong(&self) -> u32 {
        self.anchor().map_or(0, |anchor| anchor.claims())
    }

    pub(in crate::tree) fn anchor(&self) -> Option<&Arc<Anchor>> {
        self.anchor.as_ref().map(|mooring| &mooring.0)
    }

    /// Whether the node is held by nobody, or just by so many strong claims; then nobody can claim it any more.
    fn condemn_but(&self, claims: u32) -> bool {
        self.retained == 0 && self.anchor().is_none_or(|anchor| anchor.condemn(claims))
    }
}

/// Where a tree is told of strong claims that have gone; made with the first of them.
#[derive(Default)]
pub(crate) struct Drops {
    mailbox: Option<Arc<Mailbox>>,
    /// The tree is on its way out: claims that are made now come to nothing.
    over: bool,
}

impl Drops {
    /// The mailbox, if there ever was a strong claim.
    #[inline(always)]
    pub(in crate::tree) fn mailbox(&self) -> Option<&Arc<Mailbox>> {
        self.mailbox.as_ref()
    }

    /// 14: the mailbox is in order.
    pub(in crate::tree) fn check(&self) -> Result<(), Invalid> {
        self.mailbox().map_or(Ok(()), |mailbox| mailbox.check())
    }

    /// Whether an anchor leaves word where this tree looks, which one made on its way out need not; for checks.
    pub(in crate::tree) fn hears_of(&self, anchor: &Anchor) -> bool {
        self.over || self.mailbox().is_some_and(|mailbox| anchor.tells(mailbox))
    }

    fn mailbox_made(&mut self) -> &Arc<Mailbox> {
        let over = self.over;
        self.mailbox.get_or_insert_with(|| {
            let mailbox = Mailbox::new();
            if over {
                mailbox.close();
            }
            Arc::new(mailbox)
        })
    }

    /// No more drops take effect, and never will.
    pub(in crate::tree) fn end(&mut self) {
        self.over = true;
        self.close();
    }

    /// Drops of the claims that there are take no effect any more.
    pub(in crate::tree) fn close(&mut self) {
        if let Some(mailbox) = self.mailbox.take() {
            mailbox.close();
        }
    }
}

impl Tree {
    pub(in crate::tree) fn hold(&self, key: NodeKey) -> Option<&Hold> {
        let held = self.item(key).is(flag::HELD);
        self.rare(key).filter(|_| held).and_then(Rare::hold)
    }

    /// Changes what is known of a node's claims, and its flag with it.
    pub(in crate::tree) fn change_hold<R>(&mut self, key: NodeKey, change: impl FnOnce(&mut Hold) -> R) -> R {
        let item = self.topology.item_mut(key).expect("a key in use is of a node");
        let hold = &mut self.rare.of(item).rarer_mut().hold;
        let result = change(hold);
        item.set(flag::HELD, hold.is_something());
        result
    }

    /// How many claims there are: counted ones and strong ones.
    pub(in crate::tree) fn claims_from_outside(&self, key: NodeKey) -> (u32, u32) {
        self.hold(key).map_or((0, 0), |hold| (hold.retained, hold.strong()))
    }

    pub(in crate::tree) fn is_counted(&self, key: NodeKey) -> bool {
        self.hold(key).is_some_and(|hold| hold.counted)
    }

    /// What a node is held by: whether its parent owns it, and if not, whether anybody has claimed it.
    pub(in crate::tree) fn standing_of(&self, key: NodeKey) -> Standing {
        if !self.is_counted(key) {
            Standing::Owned
        } else if self.claims_from_outside(key) == (0, 0) && !self.item(key).is(flag::SHARED) {
            Standing::Floating
        } else {
            Standing::Counted
        }
    }

    /// A node that has been moved by somebody's wish is owned from then on.
    #[inline]
    pub(in crate::tree) fn sink(&mut self, key: NodeKey) {
        if self.item(key).is(flag::HELD) {
            self.set_counted(key, false);
        }
    }

    pub(in crate::tree) fn set_counted(&mut self, key: NodeKey, counted: bool) {
        self.change_hold(key, |hold| hold.counted = counted);
    }

    /// Whether a node that is to be freed is held by nobody. Then it can't be claimed any more.
    pub(in crate::tree) fn condemn(&self, key: NodeKey) -> bool {
        self.condemn_but(key, 0)
    }

    /// Whether a node is held by nobody but those who have so many strong claims. Then it can't be claimed any more.
    pub(in crate::tree) fn condemn_but(&self, key: NodeKey, claims: u32) -> bool {
        self.hold(key).is_none_or(|hold| hold.condemn_but(claims))
    }

    /// Has it condemned whoever holds it.
    pub(in crate::tree) fn kill(&self, key: NodeKey) {
        if let Some(anchor) = self.hold(key).and_then(Hold::anchor) {
            anchor.kill();
        }
    }

    /// Takes back a [`condemn`](Self::condemn): the node lives on.
    pub(in crate::tree) fn revive(&self, key: NodeKey) {
        if let Some(anchor) = self.hold(key).and_then(Hold::anchor) {
            anchor.revive();
        }
    }

    /// A node that can be claimed: a live one other than the root.
    pub(in crate::tree) fn resolve_holdable(&self, node: NodeId) -> Result<NodeKey, Error> {
        let key = self.resolve_live(node)?;
        if key == self.topology.root() { Err(Error::Root { node }) } else { Ok(key) }
    }

    /// The node's anchor, made if need be.
    pub(crate) fn anchor(&mut self, node: NodeId) -> Result<Arc<Anchor>, Error> {
        let key = self.resolve_holdable(node)?;
        let mailbox = Arc::clone(self.drops.mailbox_made());
        let mooring = |hold: &mut Hold| {
            let Mooring(anchor) = hold.anchor.get_or_insert_with(|| Mooring(Arc::new(Anchor::new(key, mailbox))));
            Arc::clone(anchor)
        };
        Ok(self.change_hold(key, mooring))
    }

    /// Takes a node's anchor away if no claim holds on to it, not even a weak one.
    pub(in crate::tree) fn drop_idle_anchor(&mut self, key: NodeKey) {
        self.change_hold(key, |hold| hold.anchor.take_if(|mooring| Arc::strong_count(&mooring.0) == 1));
    }

    /// One strong claim more on a node.
    pub(crate) fn claim(&mut self, node: NodeId) -> Result<Claim, Error> {
        Claim::new(&self.anchor(node)?).ok_or(Error::Full { what: TOO_MANY })
    }

    /// The error for freeing what is held.
    #[cold]
    pub(in crate::tree) fn held(&self, key: NodeKey) -> Error {
        let (retained, strong) = self.claims_from_outside(key);
        Error::Held { node: self.id(key), retained, strong }
    }
}

/// What a node has too many of to be claimed once more.
pub(in crate::tree) const TOO_MANY: &str = "claims on one node";
