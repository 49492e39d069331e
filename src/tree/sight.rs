//! What a report shows of a tree: each node looked up once.

use std::borrow::Cow;
use std::fmt;
use std::hint::black_box;
use std::panic::Location;

use super::item::{Item, flag};
use super::name::SECRET;
use super::rare::Rare;
use super::{BudgetUsage, Standing, Tree};
use crate::error::Error;
use crate::id::{NodeId, NodeKey};
use crate::topology::Levels;

/// What a walk for a report comes across.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight<'t> {
    /// Levels below the top of the report.
    pub(crate) depth: usize,
    /// The node, or for a reference, its target.
    pub(crate) node: Seen<'t>,
    pub(crate) is_reference: bool,
    /// Whether there are nodes or references below it.
    pub(crate) has_children: bool,
}

/// A node in a report.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'t> {
    tree: &'t Tree,
    key: NodeKey,
    item: &'t Item,
}

impl Tree {
    /// A walk of a subtree, parents first, that sees references too. O(1) a step, amortised.
    pub(crate) fn sights(&self, top: NodeId) -> Result<Sights<'_>, Error> {
        let top = self.resolve(top)?;
        Ok(Sights { tree: self, levels: self.topology.levels(top) })
    }

    fn seen(&self, key: NodeKey) -> Seen<'_> {
        Seen { tree: self, key, item: self.item(key) }
    }
}

/// A walk for a report, from [`Tree::sights`]. Two of them see the same, for the tree is borrowed.
#[derive(Clone, Copy)]
pub(crate) struct Sights<'t> {
    tree: &'t Tree,
    levels: Levels<'t, Item>,
}

impl<'t> Iterator for Sights<'t> {
    type Item = Sight<'t>;

    #[inline(always)]
    fn next(&mut self) -> Option<Sight<'t>> {
        let level = self.levels.next()?;
        let is_reference = level.item.is_reference();
        let node = if is_reference {
            self.tree.seen(self.tree.target(level.item))
        } else {
            Seen { tree: self.tree, key: level.key, item: level.item }
        };
        Some(Sight { depth: level.depth, node, is_reference, has_children: level.has_children })
    }
}

impl<'t> Seen<'t> {
    #[inline]
    pub(crate) fn id(&self) -> NodeId {
        self.tree.id(self.key)
    }

    #[inline]
    pub(crate) fn bytes(&self) -> u64 {
        self.item.size.into()
    }

    /// References within the tree; claims from outside are not among them.
    #[inline]
    pub(crate) fn references(&self) -> u32 {
        if self.item.is(flag::SHARED) { self.rare().map_or(0, |rare| rare.claims) } else { 0 }
    }

    /// Claims from outside the tree. Those of other threads' may be gone a moment later.
    #[inline]
    pub(crate) fn claims(&self) -> u32 {
        if !self.item.is(flag::HELD) {
            return 0;
        }
        let (retained, strong) = self.tree.claims_from_outside(self.key);
        retained.saturating_add(strong)
    }

    pub(crate) fn standing(&self) -> Standing {
        self.tree.standing_of(self.key)
    }

    #[inline]
    pub(crate) fn type_name(&self) -> &'static str {
        self.tree.kinds.info(self.item.kind).type_name
    }

    #[inline]
    pub(crate) fn origin(&self) -> &'static Location<'static> {
        self.item.origin
    }

    #[inline]
    pub(crate) fn budget(&self) -> Option<BudgetUsage> {
        if self.item.is(flag::MARKED) { self.tree.budget(self.id()).ok()? } else { None }
    }

    /// Fetches what will be asked about it, for memory is slow to answer the first question.
    #[inline]
    pub(crate) fn touch(&self) {
        black_box(self.rare().map(|rare| rare.claims));
    }

    /// What a report calls it, as far as that is stored somewhere: nodes without such a name are called after the
    /// place that made them.
    #[inline]
    pub(crate) fn stored_name(&self) -> Option<&'t str> {
        if self.item.is(flag::MARKED) && self.tree.is_wiped(self.key) {
            return Some(SECRET);
        }
        if let Some(name) = self.rare().and_then(|rare| rare.name.as_deref()) {
            return Some(name);
        }
        let info = self.tree.kinds.info(self.item.kind);
        if info.named_by_place { None } else { Some(&info.short_name) }
    }

    /// What a report calls it.
    pub(crate) fn name(&self) -> Cow<'t, str> {
        self.tree.shown_name_of(self.key)
    }

    #[inline]
    fn rare(&self) -> Option<&'t Rare> {
        self.item.rare().map(|rare| &self.tree.rare[rare])
    }
}

impl fmt::Debug for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seen({})", self.id())
    }
}

/// A summary; the whole tree may have millions of nodes.
impl fmt::Debug for Sights<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sights").field("tree", &self.tree).finish_non_exhaustive()
    }
}
