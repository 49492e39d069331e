//! Links in values that have come with their nodes, or were copied.

use rustc_hash::FxHashMap;

use super::{NodeMap, Tree};
use crate::anchor::Anchor;
use crate::first_panic::FirstPanic;
use crate::id::{NodeId, NodeKey};
use crate::links::Rewriter;
use crate::sync::Arc;
use crate::values::Carried;

/// The anchors that claims on nodes with new handles hold on to now, by the nodes' old ids.
pub(super) type Anchors = FxHashMap<NodeId, Arc<Anchor>>;

impl Tree {
    /// Has the values of some nodes, as far as their types are declared, link to where a map leads. User code that panics
    /// stops only its own value.
    pub(super) fn rewrite_links<'n>(
        &mut self,
        map: &NodeMap,
        anchors: &Anchors,
        nodes: impl Iterator<Item = &'n Carried>,
        panic: &mut FirstPanic,
    ) {
        let (look, anchor) = (|node| map.look_up(node), |node: NodeId| anchors.get(&node).cloned());
        let rewriter = Rewriter::new(&look).with_anchors(&anchor);
        for &Carried { new, slot, .. } in nodes {
            let kind = self.item(new).kind;
            if self.kinds.lists_links(kind) {
                panic.guard(|| self.kinds.rewrite_links(kind, slot, new, &rewriter));
            }
        }
    }

    /// Anchors for nodes that claims may come to be on, by what each is called before.
    pub(super) fn cast_anchors(&mut self, nodes: impl IntoIterator<Item = (NodeId, NodeKey)>) -> Anchors {
        let cast = |(old, new)| Some((old, self.anchor(self.id(new)).ok()?));
        nodes.into_iter().filter_map(cast).collect()
    }

    /// Takes back anchors that nothing holds on to.
    pub(super) fn weigh_idle(&mut self, anchors: Anchors) {
        let nodes: Vec<NodeKey> = anchors.into_values().map(|anchor| anchor.node()).collect();
        nodes.into_iter().for_each(|key| self.drop_idle_anchor(key));
    }
}
