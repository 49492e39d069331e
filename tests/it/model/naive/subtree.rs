//! Subtrees that go from tree to tree.

use std::collections::BTreeMap;

use super::state::{Claim, Entry, Model, Res, Stage, Stop};
use super::strong::Share;
use crate::model::outcome::{Boom, Done, Event, Fault, Num};
use crate::model::program::{Op, Travelling};

/// A subtree that belongs to no tree: the tree in which it is kept, and its top there.
#[derive(Clone, Copy, Debug)]
pub struct Apart {
    pub root: Num,
    pub top: Num,
}

impl Model {
    pub(super) fn travelling(&mut self, op: &Travelling) -> Res<Done> {
        match *op {
            Travelling::Detach { node, dropping } => self.detach(self.pick(node), dropping),
            Travelling::Graft { parent, seed, elsewhere: _ } => self.graft(self.pick(parent), seed),
            Travelling::Duplicate { node, parent } => self.duplicate(self.pick(node), self.pick(parent)),
            Travelling::Drop { seed, elsewhere: _ } => self.drop_subtree(seed),
            Travelling::Work { seed, ref op } => {
                let Some(Apart { root, .. }) = self.take_subtree(seed) else { return Ok(Done::Nothing) };
                self.work(root, op)
            }
            Travelling::Secret { node } => {
                let num = self.resolve_parent(self.pick(node))?;
                self.node_mut(num).secret = true;
                Ok(Done::Set)
            }
            Travelling::Build { ref op } => {
                let root = self.plant();
                self.declare();
                self.work(root, op)
            }
        }
    }

    fn take_subtree(&mut self, seed: u8) -> Option<Apart> {
        let i = usize::from(seed).checked_rem(self.subtrees.len())?;
        Some(self.subtrees.remove(i))
    }

    fn work(&mut self, root: Num, op: &Op) -> Res<Done> {
        let worked = self.within(|model| model.over_there(root, |model| model.carry_out(op)));
        self.subtrees.push(Apart { root, top: root });
        worked.map(|()| Done::Set).map_err(Stop::Boom)
    }

    fn drop_subtree(&mut self, seed: u8) -> Res<Done> {
        let Some(subtree) = self.take_subtree(seed) else { return Ok(Done::Nothing) };
        self.drop_tree(subtree.root).map_err(Stop::Boom)?;
        Ok(Done::Set)
    }

    /// Drops a tree with all that is in it.
    pub fn drop_tree(&mut self, root: Num) -> Result<(), Boom> {
        self.over_there(root, |model| {
            let outcome = model.drop_all();
            let node = model.nodes.remove(&root).expect("a tree has a root");
            node.at.remove(&mut model.arena);
            outcome
        })
    }

    fn detach(&mut self, num: Num, dropping: bool) -> Res<Done> {
        self.settled()?;
        self.resolve_parent(num)?;
        self.not_root(num)?;
        self.nobody_leaves(num)?;
        let crossings = self.crossings(num);
        if !dropping && !crossings.is_empty() {
            return Err(Fault::Crossed(crossings).into());
        }
        let parent = self.parent(num).expect("it is not the root");
        self.cut_claims(num);
        self.push(Event::Detached { node: num, parent });
        let root = self.plant();
        self.overheads.insert(root, self.overhead(self.here));
        let (top, nodes) = self.transplant(num, root);
        self.subtrees.push(Apart { root, top });
        Ok(Done::Detached { nodes, crossings })
    }

    fn graft(&mut self, parent: Num, seed: u8) -> Res<Done> {
        let Some(subtree) = self.take_subtree(seed) else { return Ok(Done::Nothing) };
        match self.graft_taken(parent, subtree) {
            // It comes back.
            Err(Stop::Fault(fault)) => {
                self.subtrees.push(subtree);
                Err(fault.into())
            }
            // Nobody gets it.
            Err(Stop::Boom(boom)) => {
                let _ = self.drop_tree(subtree.root);
                Err(Stop::Boom(boom))
            }
            done => done,
        }
    }

    fn graft_taken(&mut self, parent: Num, Apart { root, top }: Apart) -> Res<Done> {
        self.settled()?;
        self.over_there(root, Self::settled)?;
        self.afford(|model| {
            model.resolve_parent(parent)?;
            Ok(Some(model.demand_of_graft(top, parent)))
        })?;
        self.over_there(root, |model| {
            model.nobody_leaves(top)?;
            match model.crossings(top) {
                none if none.is_empty() => Ok(()),
                crossings => Err(Stop::Fault(Fault::Crossed(crossings))),
            }
        })?;
        let (top, nodes) = self.transplant(top, parent);
        if let Some(old) = self.nodes.remove(&root) {
            // It was not the top, and nothing else is left of its tree.
            old.at.remove(&mut self.arena);
        }
        self.push(Event::Grafted { node: top, parent });
        Ok(Done::Grafted(nodes))
    }

    /// The node and all below it, parents first.
    pub(super) fn preorder(&self, num: Num) -> Vec<Num> {
        let entries = self.node(num).at.descendants(&self.arena).map(|at| *self.arena[at].get());
        entries.filter_map(|entry| if let Entry::Node(num) = entry { Some(num) } else { None }).collect()
    }

    fn nobody_leaves(&self, top: Num) -> Res<()> {
        match self.preorder(top).into_iter().find(|&num| self.node(num).stage != Stage::Idle) {
            Some(num) => Err(Fault::Dying(num).into()),
            None => Ok(()),
        }
    }

    /// References that lead into the subtree or out of it.
    fn crossing_claims(&self, top: Num) -> Vec<usize> {
        let crosses = |&claim: &usize| {
            let holder = self.holder(claim);
            holder.is_some_and(|holder| self.is_within(holder, top) != self.is_within(self.claims[claim].node, top))
        };
        (0..self.claims.len()).filter(crosses).collect()
    }

    /// What crosses the border: references, and claims from outside the tree, which are the root's.
    fn crossings(&self, top: Num) -> Vec<(Num, Num)> {
        let ends = |claim: usize| (self.holder(claim).expect("it was just seen"), self.claims[claim].node);
        let claimed = |num: &Num| self.holds(*num) > self.claims_within(top, *num);
        let held = self.preorder(top).into_iter().filter(claimed).map(|num| (self.here, num));
        let mut crossings: Vec<_> = self.crossing_claims(top).into_iter().map(ends).chain(held).collect();
        crossings.sort_unstable();
        crossings
    }

    /// How many strong claims on a node lie in values of a subtree, with all their clones.
    fn claims_within(&self, top: Num, num: Num) -> usize {
        let values: Vec<_> = self.preorder(top).into_iter().filter_map(|num| self.declared_value(num)).collect();
        let stored: Vec<usize> =
            values.iter().filter_map(|serial| self.strongs.stored.get(serial)).flatten().copied().collect();
        let is_within = |share: usize| {
            let Share { node, copies } = self.strongs.shares[share];
            node == num && copies > 0 && stored.iter().filter(|&&other| other == share).count() == copies
        };
        (0..self.strongs.shares.len()).filter(|&share| is_within(share)).count()
    }

    fn cut_claims(&mut self, top: Num) {
        for claim in self.crossing_claims(top) {
            self.drop_claim(claim);
        }
    }

    /// Moves a subtree to another tree, where its nodes have other numbers, and nobody claims them from outside. Gives
    /// the top's, and how many there are.
    fn transplant(&mut self, top: Num, parent: Num) -> (Num, usize) {
        let home = self.homes[parent as usize];
        let olds = self.preorder(top);
        let news: BTreeMap<Num, Num> = olds.iter().map(|&old| (old, self.next(home))).collect();
        for old in &olds {
            let mut node = self.nodes.remove(old).expect("it is in the subtree");
            (node.retained, node.counted) = (0, false);
            self.adopt(node.content.sort(), self.homes[*old as usize], home);
            *self.arena[node.at].get_mut() = Entry::Node(news[old]);
            self.set_node(news[old], node);
            self.moved.insert(*old);
        }
        for old in &olds {
            for entry in self.entries(news[old]) {
                let Entry::Claim(claim) = entry else { continue };
                let moved = self.claims.len();
                let (node, at) = (news[&self.claims[claim].node], self.claims[claim].at.take());
                *self.arena[at.expect("it is listed")].get_mut() = Entry::Claim(moved);
                self.claims.push(Claim { node, at });
                for other in &mut self.node_mut(node).claims {
                    if *other == claim {
                        *other = moved;
                    }
                }
            }
        }
        let at = self.node(news[&top]).at;
        at.detach(&mut self.arena);
        self.node(parent).at.prepend(at, &mut self.arena);
        self.note_peaks();
        let nums: Vec<Num> = olds.iter().map(|old| news[old]).collect();
        self.relink(&nums, |old| news.get(&old).copied());
        (news[&top], olds.len())
    }
}
