//! What scopes need of the tree: a context that ends, and memory that goes back to where it was.

use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use rustc_hash::FxHashSet;

use super::cascade::Cascade;
use super::item::Item;
use super::{Freed, Standing, Tree};
use crate::error::Error;
use crate::first_panic::FirstPanic;
use crate::id::{Handle, NodeId, NodeKey};
use crate::invalid::{Invalid, breach};
use crate::memory::{Kept, ZoneId};
use crate::values::CONTEXT;

/// The scopes of a tree that are open.
#[derive(Default)]
pub(crate) struct Scopes {
    depth: usize,
    /// Nodes further out that may have bytes above where an open scope's memory began: what was kept, and what was
    /// resized. Each scope looks at those that came after it was opened, and leaves them for the scope outside.
    outliving: Vec<NodeKey>,
}

impl Scopes {
    /// 15: nodes are remembered for open scopes only.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        match self.outliving.first() {
            Some(node) if self.depth == 0 => breach(15, node, "it is remembered to outlive a scope, and none is open"),
            _ => Ok(()),
        }
    }

    #[cfg(test)]
    pub(super) fn corrupt(&mut self, node: NodeKey) {
        self.outliving.push(node);
    }
}

/// An open scope, for its guard.
pub(crate) struct OpenScope {
    context: Handle<()>,
    parent: NodeId,
    depth: usize,
    /// How many nodes were outliving when it was opened.
    outliving: usize,
    memory: Option<MemoryScope>,
}

/// The allocator that has a scope for this one, and how many it had open before.
struct MemoryScope {
    zone: ZoneId,
    serial: u64,
    depth: usize,
}

impl OpenScope {
    pub(crate) fn context(&self) -> Handle<()> {
        self.context
    }

    pub(crate) fn parent(&self) -> NodeId {
        self.parent
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }
}

impl Tree {
    #[track_caller]
    pub(crate) fn open_scope(&mut self, parent: NodeId) -> Result<OpenScope, Error> {
        let origin = Location::caller();
        let prepared = self.prepare(parent, 0, |_| Some(CONTEXT))?;
        let zone = prepared.zone;
        let entered = self.memory.enter_scope(zone).map_err(|error| self.out_of_memory(prepared.parent, error))?;
        let memory = entered.map(|before| MemoryScope { zone, serial: self.memory.serial(zone), depth: before });
        let context = self.insert_untold(prepared, Some("scope".into()), (), origin)?;
        self.scopes.depth += 1;
        let scope =
            OpenScope { context, parent, depth: self.scopes.depth, outliving: self.scopes.outliving.len(), memory };
        // An observer that panics leaves nobody to end the scope.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.created(context.id().key, prepared.parent))) {
            let _ = catch_unwind(AssertUnwindSafe(|| self.close_scope(&scope)));
            resume_unwind(panic);
        }
        Ok(scope)
    }

    /// Moves a node from a scope to the node it was opened under.
    #[track_caller]
    pub(crate) fn keep_out_of(&mut self, scope: &OpenScope, node: NodeId) -> Result<(), Error> {
        self.settle_waiting();
        let (key, context) = (self.resolve(node)?, self.resolve(scope.context.id())?);
        if key == context || !self.topology.is_within(key, context) {
            return Err(Error::NotOwner { node, owner: scope.context.id() });
        }
        self.steal(scope.parent, node)?;
        if scope.memory.is_some() {
            self.scopes.outliving.push(key);
        }
        Ok(())
    }

    /// Moves all floats of a scope to the node it was opened under, which owns them from then on, and says how many.
    pub(crate) fn sink_out_of(&mut self, scope: &OpenScope) -> Result<usize, Error> {
        self.settle_waiting();
        if self.budgets.any() {
            self.afford(|tree| {
                let (context, owner) = tree.resolve_sunk(scope)?;
                Ok(tree.demand_of_nodes(context, owner, || tree.floats_in(context)))
            })?;
        }
        let (context, owner) = self.resolve_sunk(scope)?;
        let floats = self.floats_in(context);
        if scope.memory.is_some() {
            self.scopes.outliving.extend_from_slice(&floats);
        }
        self.take_over(&floats, owner);
        Ok(floats.len())
    }

    /// The scope's context, and who is to own what floats in it.
    fn resolve_sunk(&self, scope: &OpenScope) -> Result<(NodeKey, NodeKey), Error> {
        let (context, owner) = (self.resolve(scope.context.id())?, self.resolve_parent(scope.parent)?);
        self.check_loop(context, owner)?;
        Ok((context, owner))
    }

    /// Frees all floats of a scope, newest first. A panic of user code comes out when all are gone.
    pub(crate) fn drop_floats_of(&mut self, scope: &OpenScope) -> Result<Freed, Error> {
        self.settle_waiting();
        let context = self.resolve(scope.context.id())?;
        let (mut freed, mut panic) = (Freed::default(), None);
        for key in self.floats_in(context).into_iter().rev() {
            // The destructors of others may have done anything to it, and to the tree.
            if self.tag == scope.context.id().tree
                && self.topology.contains(key)
                && self.topology.is_child(key, context)
                && self.standing_of(key) == Standing::Floating
                && let Err(fault) = catch_unwind(AssertUnwindSafe(|| self.free_besides(key, &mut freed)))
            {
                panic.get_or_insert(fault);
            }
        }
        panic.map_or(Ok(freed), |panic| resume_unwind(panic))
    }

    /// The floats among the children of a context, oldest first.
    fn floats_in(&self, context: NodeKey) -> Vec<NodeKey> {
        let mut floats = self.movable_children(context);
        floats.retain(|&child| self.standing_of(child) == Standing::Floating);
        floats
    }

    /// Remembers a node whose bytes have moved while scopes are open.
    pub(super) fn note_moved_bytes(&mut self, key: NodeKey) {
        if self.scopes.depth > 0 && self.scopes.outliving.last() != Some(&key) {
            self.scopes.outliving.push(key);
        }
    }

    /// Ends a scope: frees what is in it, then has its memory go back to where it was. A panic of user code comes out
    /// when all is done.
    pub(crate) fn close_scope(&mut self, scope: &OpenScope) -> Result<Freed, Error> {
        if scope.context.id().tree != self.tag {
            // Another tree has been put in this one's place: the scope went with its own.
            return Err(Error::Foreign { node: scope.context.id() });
        }
        let settled = self.settle_completely();
        let freed = catch_unwind(AssertUnwindSafe(|| self.free_scope(scope.context)));
        // The allocator may have gone with its context, and its number to another one.
        let mut rewound = Ok(());
        if let Some(MemoryScope { zone, serial, depth }) = scope.memory
            && self.memory.serial(zone) == serial
        {
            rewound = catch_unwind(AssertUnwindSafe(|| self.rewind(zone, depth, scope.outliving)));
        }
        self.scopes.depth = scope.depth - 1;
        if self.scopes.depth == 0 {
            self.scopes.outliving.clear();
        }
        if let Some(panic) = settled {
            resume_unwind(panic);
        }
        let freed = freed.unwrap_or_else(|panic| resume_unwind(panic));
        rewound.unwrap_or_else(|panic| resume_unwind(panic));
        freed
    }

    fn free_scope(&mut self, context: Handle<()>) -> Result<Freed, Error> {
        let freed = self.resolve_freeable(context.id(), Location::caller()).and_then(|key| Cascade::free(self, key));
        match freed {
            Err(Error::Shared { .. } | Error::Held { .. }) => {
                let parent = self.parent(context)?.expect("a scope's context is not the root");
                match self.give_up(parent, context.id()) {
                    // It was given to those who claim it before.
                    Ok(_) | Err(Error::Held { .. }) => Ok(Freed::default()),
                    Err(error) => Err(error),
                }
            }
            outcome => outcome,
        }
    }

    /// Closes the scopes of an allocator down to `depth`, and tells it which arrays are to stay.
    fn rewind(&mut self, zone: ZoneId, depth: usize, from: usize) {
        let topology = &self.topology;
        let outliving = &mut self.scopes.outliving;
        let mut latest = outliving.split_off(from.min(outliving.len()));
        latest.retain(|&key| topology.contains(key));
        latest.sort_unstable();
        latest.dedup();
        outliving.extend_from_slice(&latest);
        let arrays: Vec<NodeKey> =
            self.all_below(&latest).into_iter().filter(|&key| self.has_block_in(key, zone)).collect();
        let kept = |&key: &NodeKey| {
            let item: &Item = self.item(key);
            Kept { slot: item.block(), layout: self.rare.layout(item, self.kinds.info(item.kind)) }
        };
        let mut kept: Vec<Kept> = arrays.iter().map(kept).collect();
        let mut panic = FirstPanic::default();
        let secrets = self.take_secrets(&arrays, &mut panic);
        self.memory.exit_scopes(zone, depth, &mut kept, &mut panic);
        // An allocator that panics may have moved some of them before.
        for (key, kept) in arrays.into_iter().zip(kept) {
            let item = self.item_mut(key);
            item.set_block(zone, kept.slot, item.size);
        }
        self.put_secrets_back(secrets, &mut panic);
        panic.resume();
    }

    /// These nodes and what is below them, each once: they may lie in each other. O(nodes).
    fn all_below(&self, tops: &[NodeKey]) -> Vec<NodeKey> {
        let tops: FxHashSet<NodeKey> = tops.iter().copied().collect();
        let (mut all, mut walked) = (Vec::new(), FxHashSet::default());
        for &top in &tops {
            let mut at = walked.insert(top).then_some(top);
            while let Some(key) = at {
                all.push(key);
                at = self.topology.next_entered(key, top);
                // What is below one that has been walked from has been met.
                while let Some(key) = at.filter(|key| tops.contains(key) && !walked.insert(*key)) {
                    at = self.topology.next_after(key, top);
                }
            }
        }
        all
    }

    fn has_block_in(&self, key: NodeKey, zone: ZoneId) -> bool {
        let item = self.item(key);
        item.zone == zone && !item.is_reference() && self.kinds.column(item.kind).is_none()
    }

    /// How many scopes are open. O(1).
    #[must_use]
    pub fn scope_depth(&self) -> usize {
        self.scopes.depth
    }
}
