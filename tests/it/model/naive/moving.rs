//! Moving nodes to other owners and other places.

use super::budget::Demand;
use super::state::{Entry, Model, Res, Stage};
use crate::model::outcome::{Done, Event, Fault, Num};
use crate::model::program::Where;

impl Model {
    pub fn steal(&mut self, to: Num, num: Num) -> Res<Done> {
        self.place(Where::First, to, num)
    }

    pub fn transfer(&mut self, to: Num, num: Num) -> Res<Done> {
        self.steal(to, num)?;
        Ok(Done::Transferred { kept: false })
    }

    pub fn place(&mut self, at: Where, anchor: Num, num: Num) -> Res<Done> {
        self.settled()?;
        self.resolve_parent(num)?;
        self.not_root(num)?;
        self.afford(|model| model.demand_of_place(at, anchor, num))?;
        let parent = self.resolve_place(at, anchor)?;
        let holders = self.holders(num);
        if !holders.is_empty() && self.parent(num) != Some(parent) {
            self.push(Event::LoggedSteal(num, holders));
        }
        self.no_loop(num, parent)?;
        self.node_mut(num).counted = false;
        self.relocate(num, at, anchor);
        Ok(Done::Moved)
    }

    /// Whose child a node is there.
    fn resolve_place(&self, at: Where, anchor: Num) -> Res<Num> {
        match at {
            Where::First | Where::Last => self.resolve_parent(anchor),
            Where::Before | Where::After => {
                self.resolve(anchor)?;
                self.not_root(anchor)?;
                self.resolve_parent(self.parent(anchor).expect("only the root has none"))
            }
        }
    }

    /// A move that would make a loop asks for nothing: it is refused anyway.
    fn demand_of_place(&self, at: Where, anchor: Num, num: Num) -> Res<Option<Demand>> {
        self.resolve_parent(num)?;
        let parent = self.resolve_place(at, anchor)?;
        Ok(if self.is_within(parent, num) { None } else { self.demand_of_move(&[num], parent) })
    }

    pub(super) fn demand_of_children(&self, from: Num, to: Num) -> Res<Option<Demand>> {
        self.resolve_parent(from)?;
        self.resolve_parent(to)?;
        let loops = self.is_within(to, from);
        Ok(if loops { None } else { self.demand_of_move(&self.movable_children(from), to) })
    }

    pub fn steal_children(&mut self, from: Num, to: Num) -> Res<Done> {
        self.settled()?;
        self.resolve_parent(from)?;
        self.resolve_parent(to)?;
        if from == to {
            return Ok(Done::MovedAll(0));
        }
        self.afford(|model| model.demand_of_children(from, to))?;
        self.no_loop(from, to)?;
        let children = self.movable_children(from);
        for &child in &children {
            let holders = self.holders(child);
            if !holders.is_empty() {
                self.push(Event::LoggedSteal(child, holders));
            }
        }
        for &child in &children {
            self.node_mut(child).counted = false;
            self.move_first(child, to);
        }
        Ok(Done::MovedAll(children.len()))
    }

    pub fn reparent(&mut self, old: Num, new: Num, num: Num) -> Res<Done> {
        self.settled()?;
        self.afford(|model| match model.reparented(old, new, num)? {
            None => Ok(model.demand_of_move(&[num], new)),
            Some(_) => Ok(Some(model.demand_of_reference(new, Some(old)))),
        })?;
        let Some(claim) = self.reparented(old, new, num)? else {
            self.node_mut(num).counted = false;
            self.move_first(num, new);
            return Ok(Done::Moved);
        };
        let at = self.claims[claim].at.expect("listed claims have entries");
        at.detach(&mut self.arena);
        self.node(new).at.prepend(at, &mut self.arena);
        self.note_peaks();
        self.push(Event::Unlinked { node: num, holder: old });
        self.push(Event::Referenced { node: num, holder: new });
        Ok(Done::Moved)
    }

    /// The reference by which `old` is an owner of the node; `None` if he is its parent.
    fn reparented(&self, old: Num, new: Num, num: Num) -> Res<Option<usize>> {
        self.resolve(old)?;
        self.resolve_parent(new)?;
        self.resolve_parent(num)?;
        self.not_root(num)?;
        if self.parent(num) == Some(old) {
            self.no_loop(num, new)?;
            return Ok(None);
        }
        Ok(Some(self.claim_of(old, num).ok_or(Fault::NotOwner { node: num, owner: old })?))
    }

    pub(super) fn no_loop(&self, num: Num, parent: Num) -> Res<()> {
        if self.is_within(parent, num) { Err(Fault::WouldLoop { node: num, parent }.into()) } else { Ok(()) }
    }

    pub(super) fn move_first(&mut self, num: Num, parent: Num) {
        self.relocate(num, Where::First, parent);
    }

    /// Moves a node to where it is known to be allowed.
    pub(super) fn relocate(&mut self, num: Num, at: Where, anchor: Num) {
        debug_assert!(self.node(num).stage != Stage::Dying || at == Where::First, "only cascades move the dying");
        let from = self.parent(num).expect("the root does not move");
        let before = self.entries(from);
        let (node, anchor_at) = (self.node(num).at, self.node(anchor).at);
        if node != anchor_at {
            node.detach(&mut self.arena);
            match at {
                Where::First => anchor_at.prepend(node, &mut self.arena),
                Where::Last => anchor_at.append(node, &mut self.arena),
                Where::Before => anchor_at.insert_before(node, &mut self.arena),
                Where::After => anchor_at.insert_after(node, &mut self.arena),
            }
        }
        self.note_peaks();
        let to = self.parent(num).expect("it was put somewhere");
        // A move that leaves everything where it was is none.
        if from != to || self.entries(to) != before {
            self.push(Event::Moved { node: num, from, to });
        }
    }

    /// Where a new entry goes: first.
    pub(super) fn insert(&mut self, parent: Num, entry: Entry) -> indextree::NodeId {
        let at = self.arena.new_node(entry);
        self.node(parent).at.prepend(at, &mut self.arena);
        at
    }
}
