//! What values link to, values that are shared or exchanged, and the end of a tree that goes on.

use super::free::Tally;
use super::state::{Model, Res, Stage, Stop};
use crate::model::outcome::{Content, Done, Fault, Num};
use crate::model::program::{Sort, Valuing};

/// What a tree has been told of a sort of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Declared {
    Cloned(Sort),
    Linked(Sort),
    Shared(Sort),
}

impl Declared {
    fn sort(self) -> Sort {
        match self {
            Self::Cloned(sort) | Self::Linked(sort) | Self::Shared(sort) => sort,
        }
    }
}

impl Model {
    pub(super) fn valuing(&mut self, op: &Valuing) -> Res<Done> {
        let on = |pick| self.pick(pick);
        let probe = |pick| self.pick_sort(pick, Sort::Probe);
        match *op {
            Valuing::Link { node, to } => self.link(probe(node), on(to)),
            Valuing::LinkWeakly { node, to } => self.link_weakly(probe(node), on(to)),
            Valuing::Forget { node } => self.forget(probe(node)),
            Valuing::Swap { a, b, pairwise: _ } => self.swap(probe(a), on(b)),
            Valuing::Share { sort } => {
                self.declared.insert((self.here, Declared::Shared(sort)));
                Ok(Done::Set)
            }
            Valuing::MakeMut { owner, node } => self.make_mut(self.owner(owner, on(node)), on(node)),
            Valuing::Tidy => Ok(Done::Set),
            Valuing::ForgetAll => {
                let here: Vec<Num> = self.nodes.keys().copied().filter(|&num| self.is_here(num)).collect();
                for num in here {
                    // What is no value has nothing to forget.
                    let _ = self.forget(num);
                }
                Ok(Done::Set)
            }
            Valuing::TearDown => self.tear_down(),
        }
    }

    pub fn has_declared(&self, tree: Num, what: Declared) -> bool {
        self.declared.contains(&(tree, what))
    }

    /// What comes to a tree brings along what was declared of it.
    pub(super) fn adopt(&mut self, sort: Sort, from: Num, to: Num) {
        let of_it: Vec<Declared> =
            self.declared.iter().filter(|(tree, what)| *tree == from && what.sort() == sort).map(|it| it.1).collect();
        self.declared.extend(of_it.into_iter().map(|what| (to, what)));
    }

    fn link(&mut self, num: Num, to: Num) -> Res<Done> {
        let serial = self.probe(num)?;
        self.mentioned.entry(serial).or_default().push(to);
        Ok(Done::Set)
    }

    fn link_weakly(&mut self, num: Num, to: Num) -> Res<Done> {
        if self.sort_of(num) != Sort::Probe {
            return self.downcast(num, Sort::Probe);
        }
        self.claimable(to)?;
        let serial = self.probe(num)?;
        self.strongs.stored_weak.entry(serial).or_default().push(to);
        Ok(Done::Set)
    }

    fn forget(&mut self, num: Num) -> Res<Done> {
        let serial = self.probe(num)?;
        let links = self.mentioned.remove(&serial).unwrap_or_default();
        let weak = self.strongs.stored_weak.remove(&serial).unwrap_or_default();
        Ok(Done::Had(!links.is_empty() || !weak.is_empty()))
    }

    fn swap(&mut self, a: Num, b: Num) -> Res<Done> {
        match (self.sort_of(a), self.sort_of(b)) {
            (Sort::Probe, Sort::Probe | Sort::Context) => {}
            (Sort::Probe, _) => return self.downcast(b, Sort::Probe),
            _ => return self.downcast(a, Sort::Probe),
        }
        self.resolve(a)?;
        self.resolve(b)?;
        if a == b {
            return Err(Fault::Aliased(a).into());
        }
        if self.sort_of(b) == Sort::Probe {
            let (one, other) = (self.node(a).content.clone(), self.node(b).content.clone());
            self.node_mut(a).content = other;
            self.node_mut(b).content = one;
        }
        Ok(Done::Set)
    }

    fn make_mut(&mut self, owner: Num, num: Num) -> Res<Done> {
        self.settled()?;
        self.resolve_parent(owner)?;
        self.resolve_parent(num)?;
        self.not_root(num)?;
        let (owns, refers) = (self.parent(num) == Some(owner), self.claim_of(owner, num).is_some());
        if !owns && !refers {
            return Err(Fault::NotOwner { node: num, owner }.into());
        }
        let shared = self.holders(num).into_iter().any(|holder| holder != owner && !self.is_within(holder, num));
        let held = self.unheld(num);
        if owns && !shared && held.is_ok() {
            return Ok(Done::Mine(num));
        }
        if !shared && !refers && self.node(num).counted {
            held?;
        }
        if !refers {
            self.afford(|model| model.demand_of_giving_up(owner, num))?;
        }
        let (copy, _copied) = self.copy_of(num, owner, true)?;
        match self.unlink_settled(owner, num, false) {
            Err(Stop::Boom(boom)) => Err(Stop::Boom(boom)),
            Ok(_) | Err(Stop::Fault(_)) => Ok(Done::Mine(copy)),
        }
    }

    fn tear_down(&mut self) -> Res<Done> {
        self.settled()?;
        let root = self.here;
        let nodes = self.preorder(root);
        let referred = self
            .links(root)
            .into_iter()
            .filter(|link| link.strength == freehold::Strength::Reference)
            .map(|link| link.to);
        let mut claimed: Vec<Num> = Vec::new();
        for num in referred.chain(nodes.iter().copied().filter(|&num| self.holds(num) > 0)) {
            if !claimed.contains(&num) {
                claimed.push(num);
            }
        }
        if !claimed.is_empty() {
            return Err(Fault::Claimed(claimed).into());
        }
        if nodes.iter().any(|&num| self.node(num).stage != Stage::Idle) {
            return Err(Fault::Busy.into());
        }
        let mut tally = Tally::last();
        self.clear(&mut tally);
        self.strongs.reopen(root);
        self.overheads.insert(root, (0, 0));
        self.hooked &= root != Self::MAIN;
        let node = self.node_mut(root);
        node.name = Some("root".to_owned());
        (node.stage, node.secret, node.budget) = (Stage::Idle, false, None);
        Ok(Done::Freed(self.conclude(tally)?))
    }

    /// Values that have come or were made lead to where nodes are now, by what those were called before.
    pub(super) fn relink(&mut self, nums: &[Num], now: impl Fn(Num) -> Option<Num>) {
        for &num in nums {
            let home = self.homes[num as usize];
            let Content::Probe(serial) = self.node(num).content else { continue };
            if !self.has_declared(home, Declared::Linked(Sort::Probe)) {
                continue;
            }
            for to in self.mentioned.get_mut(&serial).into_iter().flatten() {
                *to = now(*to).unwrap_or(*to);
            }
            for to in self.strongs.stored_weak.get_mut(&serial).into_iter().flatten() {
                *to = now(*to).unwrap_or(*to);
            }
            // Each clone gets a claim of its own.
            let mut stored = self.strongs.stored.remove(&serial).unwrap_or_default();
            for share in &mut stored {
                if let Some(node) = now(self.strongs.shares[*share].node) {
                    let old = std::mem::replace(share, self.strongs.new_share(node));
                    self.drop_strong(old);
                }
            }
            self.strongs.stored.insert(serial, stored);
        }
    }
}
