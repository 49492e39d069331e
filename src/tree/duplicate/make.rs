//! Making the copies, and taking them back.

use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use rustc_hash::{FxHashMap, FxHashSet};

use super::plan::Step;
use crate::first_panic::FirstPanic;
use crate::id::NodeKey;
use crate::memory::{AllocError, Content, Request, ZoneId};
use crate::tree::item::{Item, flag};
use crate::tree::{Event, NodeMap, Tree};
use crate::values::Carried;

/// What has been made, all of it, though user code that was told of it may have panicked.
pub(super) struct Made {
    map: NodeMap,
    pub(super) panic: FirstPanic,
}

impl Made {
    /// The map, if nothing has panicked.
    pub(super) fn or_panic(self) -> NodeMap {
        self.panic.resume();
        self.map
    }
}

/// What has been made so far.
#[derive(Default)]
pub(super) struct Copies {
    /// Originals and copies, and those that are shared.
    nodes: Vec<Carried>,
    copy_of: FxHashMap<NodeKey, NodeKey>,
    /// Entries that have no claims yet, by what they are to stand for: entries, and nodes that are shared.
    entries: Vec<(NodeKey, NodeKey)>,
    /// All that is there, parents first.
    made: Vec<NodeKey>,
}

impl Copies {
    /// Makes what is planned, the first of it below `parent`. Copies count in no budget yet.
    pub(super) fn make(&mut self, tree: &mut Tree, steps: &[Step], parent: NodeKey) -> Result<(), AllocError> {
        let base = tree.item(parent).zone;
        for &step in steps {
            let (Step::Copy(old) | Step::Share(old) | Step::Refer(old)) = step;
            let holder = tree.topology.parent(old).and_then(|owner| self.copy_of.get(&owner).copied());
            let holder = holder.filter(|_| !self.made.is_empty()).unwrap_or(parent);
            let item = *tree.item(old);
            let new = if let Step::Copy(_) = step {
                let (new, slot) = self.copy(tree, old, item, holder, base)?;
                self.nodes.push(Carried { old, new, slot });
                self.copy_of.insert(old, new);
                new
            } else {
                // Its claim, which the target has to be there for, comes last.
                let new = tree.topology.insert_first_with(holder, |_| Item::reference(u32::MAX, item.origin));
                self.entries.push((old, new));
                new
            };
            if let Step::Share(_) = step {
                let slot = if tree.kinds.column(item.kind).is_some() { item.slot } else { 0 };
                self.nodes.push(Carried { old, new: old, slot });
            }
            self.made.push(new);
        }
        Ok(())
    }

    /// Makes a copy of one node, and says where its value lies for handles.
    fn copy(
        &self,
        tree: &mut Tree,
        old: NodeKey,
        item: Item,
        parent: NodeKey,
        base: ZoneId,
    ) -> Result<(NodeKey, u32), AllocError> {
        let layout = tree.rare.layout(&item, tree.kinds.info(item.kind));
        let (new, slot) = if tree.kinds.column(item.kind).is_some() {
            let zone = tree.memory.charge(base, &Request::of(layout, item.origin))?;
            let Tree { topology, kinds, .. } = tree;
            let made = catch_unwind(AssertUnwindSafe(|| {
                topology.insert_first_with(parent, |new| {
                    let slot =
                        kinds.clone_value(item.kind, item.slot, old, new).expect("the plan says it can be cloned");
                    Item::value(item.kind, slot, item.size, item.origin).within(zone)
                })
            }));
            let new = made.unwrap_or_else(|panic| {
                tree.memory.uncharge(zone, layout);
                resume_unwind(panic)
            });
            (new, tree.item(new).slot)
        } else {
            let bytes = tree.memory.read(item.zone, item.block(), item.size as usize).to_vec();
            let (zone, block) = tree.memory.allocate(base, layout, Content::Copy(&bytes), item.origin)?;
            let copy = Item::array(item.kind, block, item.size, item.origin).within(zone);
            (tree.topology.insert_first_with(parent, |_| copy), 0)
        };
        if let Some(facts) = tree.rare(old)
            && (facts.name.is_some() || facts.align > 0 || facts.secret().is_some())
        {
            let (name, align, secret) = (facts.name.clone(), facts.align, facts.secret());
            let copy = tree.rare_mut(new);
            (copy.name, copy.align) = (name, align);
            if secret.is_some() {
                copy.rarer_mut().secret = secret;
                tree.item_mut(new).set(flag::MARKED, true);
            }
        }
        Ok((new, slot))
    }

    /// Leaves the tree as it was. What panics meanwhile keeps quiet: there is a panic or an error on its way already.
    pub(super) fn undo(self, tree: &mut Tree) {
        for key in self.made.into_iter().rev() {
            if tree.is_wiped(key) {
                let _ = catch_unwind(AssertUnwindSafe(|| tree.wipe(key)));
            }
            let item = tree.topology.remove_leaf(key);
            if item.is_reference() {
                continue;
            }
            let Tree { kinds, memory, rare, .. } = tree;
            let layout = rare.layout(&item, kinds.info(item.kind));
            if let Some(facts) = item.rare() {
                rare.remove(facts);
            }
            let _ = catch_unwind(AssertUnwindSafe(|| match kinds.column_mut(item.kind) {
                None => memory.free(item.zone, item.block(), layout),
                Some((column, _)) => column.discard(item.slot),
            }));
            if kinds.column(item.kind).is_some() {
                let _ = catch_unwind(AssertUnwindSafe(|| memory.discharge(item.zone, layout)));
            }
            let closed = memory.leave(item.zone);
            let _ = catch_unwind(AssertUnwindSafe(|| drop(closed)));
        }
    }

    /// What can't fail any more: claims, counts, links, and the news. With the first panic of user code meanwhile.
    pub(super) fn finish(self, tree: &mut Tree, origin: &'static Location<'static>) -> Made {
        let Self { nodes, copy_of, entries, made } = self;
        let claims = claims(tree, &entries, &copy_of);
        for &(entry, target) in &claims {
            tree.back_claim(entry, target);
        }
        for &(old, entry) in &entries {
            if !tree.item(old).is_reference() {
                tree.item_mut(entry).origin = origin;
            }
        }
        tree.budget_new(made[0]);
        let map = NodeMap::new(tree.tag, tree.tag, nodes);
        let copies = || map.carried().iter().filter(|node| node.old != node.new);
        let claimed: Vec<_> = copies().filter(|node| tree.hold(node.old).is_some()).collect();
        let anchors = tree.cast_anchors(claimed.iter().map(|node| (tree.id(node.old), node.new)).collect::<Vec<_>>());
        let mut panic = FirstPanic::default();
        tree.rewrite_links(&map, &anchors, copies(), &mut panic);
        tree.weigh_idle(anchors);
        if tree.hooks.observing() {
            panic.guard(|| {
                for node in copies() {
                    let parent = tree.topology.parent(node.new).map_or(tree.root(), |parent| tree.id(parent));
                    tree.emit(Event::Created { node: tree.id(node.new), parent });
                }
                for (entry, target) in claims {
                    if tree.topology.contains(entry) {
                        let holder = tree.id(tree.holder(entry));
                        tree.emit(Event::Referenced { node: tree.id(target), holder });
                    }
                }
            });
        }
        Made { map, panic }
    }
}

/// Which new entry is to have a claim on whom, the claims on each in the order of those that they were made after.
fn claims(
    tree: &Tree,
    entries: &[(NodeKey, NodeKey)],
    copy_of: &FxHashMap<NodeKey, NodeKey>,
) -> Vec<(NodeKey, NodeKey)> {
    let (mut claims, mut seen) = (Vec::new(), FxHashSet::default());
    let new: FxHashMap<NodeKey, NodeKey> = entries.iter().copied().collect();
    let mut times: FxHashMap<NodeKey, usize> = FxHashMap::default();
    for item in entries.iter().map(|&(old, _)| tree.item(old)).filter(|item| item.is_reference()) {
        *times.entry(tree.target(item)).or_default() += 1;
    }
    for &(old, entry) in entries {
        let item = tree.item(old);
        if !item.is_reference() {
            claims.push((entry, old));
            continue;
        }
        let target = tree.target(item);
        let goal = copy_of.get(&target).copied().unwrap_or(target);
        if times[&target] == 1 {
            // It may be one of very many on its target, which need not be looked through for an order.
            claims.push((entry, goal));
        } else if seen.insert(target) {
            let oldest = claims.len();
            claims.extend(tree.claims_on(target).filter_map(|entry| Some((*new.get(&entry)?, goal))));
            claims[oldest..].reverse();
        }
    }
    claims
}
