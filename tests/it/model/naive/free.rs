//! Freeing: the rules 5.2 and 5.3 of talloc with the sane adoption rule, as a plain recursion.

use super::state::{Entry, Model, Node, Res, Stage, Stop};
use crate::model::outcome::{Boom, Content, Done, Event, Fault, Gone, Num};
use crate::model::program::{Answer, Sort};

/// What a free has come to so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    gone: Gone,
    passed: Vec<Num>,
    /// The first panic, which waits for the end.
    boom: Option<Boom>,
    /// The tree itself goes: nothing is kept.
    last: bool,
}

impl Tally {
    /// Of a free that nothing can refuse.
    pub(super) fn last() -> Self {
        Self { last: true, ..Self::default() }
    }
}

/// What came of the attempt to free a node in a cascade.
enum Attempt {
    Gone,
    /// Somebody outside held a reference, which is used up.
    Claimed(Num),
    /// Claims from outside the tree keep it.
    Held,
    Refused,
}

impl Model {
    pub fn free(&mut self, num: Num) -> Res<Done> {
        self.settled()?;
        self.freeable(num)?;
        Ok(Done::Freed(self.free_alone_or_not(num, |_| {})?))
    }

    /// Only a node with one owner, whose end has not begun, can be freed by name.
    pub(super) fn freeable(&mut self, num: Num) -> Res<Num> {
        self.resolve_idle(num)?;
        self.not_root(num)?;
        let holders = self.holders(num);
        if !holders.is_empty() {
            self.push(Event::LoggedFree(num, holders.clone()));
            return Err(Fault::Shared { node: num, holders }.into());
        }
        self.unheld(num)?;
        Ok(num)
    }

    /// Frees a node for which nothing speaks outside its subtree. `rescue` may take children away once it is dying.
    pub(super) fn free_alone_or_not(&mut self, num: Num, rescue: impl FnOnce(&mut Self)) -> Res<Gone> {
        let mut tally = Tally::default();
        if !self.ask(num, &mut tally) {
            return Err(tally.boom.map_or(Stop::Fault(Fault::Refused(num)), Stop::Boom));
        }
        self.node_mut(num).stage = Stage::Dying;
        // They are from inside, if its destructor has not moved their holders.
        while let Some(&claim) = self.node(num).claims.first() {
            tally.gone.references += 1;
            self.drop_claim(claim);
        }
        rescue(self);
        self.empty(num, &mut tally);
        self.clean_up(num, &mut tally);
        self.wipe(num);
        let node = self.remove(num, &mut tally);
        self.drop_value(num, node);
        self.conclude(tally)
    }

    pub fn free_children(&mut self, num: Num) -> Res<Done> {
        self.settled()?;
        self.resolve_parent(num)?;
        let mut tally = Tally::default();
        self.empty(num, &mut tally);
        Ok(Done::Freed(self.conclude(tally)?))
    }

    /// `take` (no questions asked) and `free_into_value`: everything goes but the value.
    pub fn take(&mut self, num: Num, ask: bool) -> Res<Done> {
        self.settled()?;
        self.resolve(num)?;
        if !matches!(self.node(num).content.sort(), Sort::Context | Sort::Probe) {
            self.downcast(num, Sort::Probe)?;
        }
        self.freeable(num)?;
        let mut tally = Tally::default();
        if ask && !self.ask(num, &mut tally) {
            return Err(tally.boom.map_or(Stop::Fault(Fault::Refused(num)), Stop::Boom));
        }
        self.node_mut(num).stage = Stage::Dying;
        self.empty(num, &mut tally);
        if ask {
            self.clean_up(num, &mut tally);
        }
        if tally.boom.is_some() {
            // Nobody gets the value.
            self.wipe(num);
        }
        let node = self.remove(num, &mut tally);
        self.push(Event::Freed(num));
        // The caller drops the value at once; and if he gets a panic instead, it is dropped all the same.
        if let Content::Probe(serial) = node.content {
            self.drop_probe(serial);
        }
        Ok(Done::Taken(node.content, self.conclude(tally)?))
    }

    /// Drops the whole tree.
    pub fn drop_all(&mut self) -> Result<(), Boom> {
        let mut tally = Tally::last();
        tally.boom = self.settle_completely();
        self.strongs.close(self.here);
        self.clear(&mut tally);
        tally.boom.map_or(Ok(()), Err)
    }

    /// Everything goes but the root.
    pub(super) fn clear(&mut self, tally: &mut Tally) {
        self.ask(self.here, tally);
        self.node_mut(self.here).stage = Stage::Dying;
        self.empty(self.here, tally);
        self.clean_up(self.here, tally);
    }

    /// Frees all children of a node, newest first. What must stay goes to a claimant, or to the node's parent, or
    /// stays where it is if that is the root.
    fn empty(&mut self, num: Num, tally: &mut Tally) {
        let mut spared = Vec::new();
        // Children come, go and move while we are at it, and the node itself may go if only its children were to.
        while self.is_there(num)
            && let Some(before) = self.entries(num).iter().position(|entry| !spared.contains(entry))
        {
            let entry = self.entries(num)[before];
            // Those that were spared, and have been moved to the front since, go behind the others again.
            for &again in &self.entries(num)[..before] {
                if let Entry::Node(again) = again {
                    self.put_last(again);
                }
            }
            let child = match entry {
                Entry::Claim(claim) => {
                    tally.gone.references += 1;
                    self.drop_claim(claim);
                    continue;
                }
                Entry::Node(child) => child,
            };
            // A node whose newest claim is its own inherits itself: whatever comes of the attempt, it stays where it
            // is, with the claims used up that it met, and is tried again.
            let own_heir = self.holders(child).first() == Some(&child);
            match self.attempt(child, tally) {
                Attempt::Gone => continue,
                Attempt::Held if num == self.here => self.spare(child, &mut spared),
                Attempt::Held => self.move_first(child, self.here),
                _ if own_heir && self.is_child(child, num) => continue,
                // The root's claim keeps a node as any other does, but takes it no further than one up.
                Attempt::Claimed(holder) if holder != self.here => self.move_first(child, holder),
                Attempt::Claimed(_) | Attempt::Refused if self.is_child(child, num) => match self.parent(num) {
                    Some(parent) => self.move_first(child, parent),
                    None => self.spare(child, &mut spared),
                },
                // Its destructor has moved it away: there it stays.
                Attempt::Claimed(_) | Attempt::Refused => {}
            }
            tally.passed.push(child);
        }
    }

    /// A child of the root stays, behind those that have not been tried.
    fn spare(&mut self, num: Num, spared: &mut Vec<Entry>) {
        self.put_last(num);
        spared.push(Entry::Node(num));
    }

    fn put_last(&mut self, num: Num) {
        let (root, at) = (self.node(self.here).at, self.node(num).at);
        at.detach(&mut self.arena);
        root.append(at, &mut self.arena);
    }

    fn is_child(&self, num: Num, parent: Num) -> bool {
        self.is_there(parent) && self.parent(num) == Some(parent)
    }

    /// Tries to free one node of a cascade.
    fn attempt(&mut self, num: Num, tally: &mut Tally) -> Attempt {
        let ending = self.node(num).stage != Stage::Idle;
        let held = self.unheld(num).is_err() && !tally.last;
        if held && !ending && self.claim_from_beside(num).is_none() {
            self.node_mut(num).counted = true;
            return Attempt::Held;
        }
        while let Some(&claim) = self.node(num).claims.first() {
            let holder = self.holder(claim).expect("listed claims have holders");
            let outside = !self.is_within(holder, num);
            tally.gone.references += 1;
            self.drop_claim(claim);
            if outside && !tally.last {
                self.node_mut(num).counted = false;
                return Attempt::Claimed(holder);
            }
        }
        if ending || !self.ask(num, tally) {
            return Attempt::Refused;
        }
        self.node_mut(num).stage = Stage::Dying;
        self.empty(num, tally);
        self.clean_up(num, tally);
        self.wipe(num);
        let node = self.remove(num, tally);
        self.drop_value(num, node);
        Attempt::Gone
    }

    /// Calls the destructor, if there is one. True if the node may go.
    fn ask(&mut self, num: Num, tally: &mut Tally) -> bool {
        let Some(mut script) = self.node_mut(num).destructor.take() else { return true };
        self.node_mut(num).stage = Stage::Running;
        self.node_mut(num).changed = false;
        self.push(Event::Enter(num));
        let act = script.act.take();
        let answer = self.act(num, act.as_deref()).and_then(|()| match &mut script.answer {
            Answer::Free | Answer::Refuse(0) => Ok(true),
            Answer::Refuse(times) => {
                *times -= 1;
                Ok(false)
            }
            Answer::RefuseAlways => Ok(false),
            Answer::Panic => Err(Boom(num)),
        });
        self.node_mut(num).stage = Stage::Idle;
        let free = match answer {
            Ok(free) => {
                self.push(Event::Leave(num, free));
                free
            }
            // A destructor that panics has not refused.
            Err(boom) => {
                tally.boom.get_or_insert(boom);
                true
            }
        };
        let node = self.node_mut(num);
        if free || tally.last {
            node.destructor = None;
        } else if !node.changed {
            node.destructor = Some(script);
        }
        free || tally.last
    }

    fn clean_up(&mut self, num: Num, tally: &mut Tally) {
        while !self.node(num).cleanups.is_empty() {
            let number = self.node_mut(num).cleanups.remove(0);
            let (_, script) = self.cleanups[number].take().expect("listed cleanups are there");
            self.push(Event::Cleanup(num, number));
            let panics = script.answer == Answer::Panic;
            let acted = self.act(num, script.act.as_deref());
            let outcome = acted.and(if panics { Err(Boom(num)) } else { Ok(()) });
            if let Err(boom) = outcome {
                tally.boom.get_or_insert(boom);
            }
        }
    }

    /// Takes a node without children out for good.
    fn remove(&mut self, num: Num, tally: &mut Tally) -> Node {
        assert!(self.entries(num).is_empty(), "children go before their parent");
        assert!(self.node(num).claims.is_empty(), "nobody holds what goes");
        tally.gone.nodes += 1;
        tally.gone.bytes += self.size(num);
        let node = self.nodes.remove(&num).expect("it is there");
        node.at.remove(&mut self.arena);
        for &number in &node.cleanups {
            self.cleanups[number] = None;
        }
        node
    }

    /// A secret is overwritten before it goes.
    fn wipe(&mut self, num: Num) {
        if let Node { secret: true, content: Content::Probe(serial), .. } = *self.node(num) {
            self.push(Event::Wiped(serial));
        }
    }

    fn drop_value(&mut self, num: Num, node: Node) {
        if let Content::Probe(serial) = node.content {
            self.drop_probe(serial);
        }
        self.push(Event::Freed(num));
    }

    pub(super) fn conclude(&mut self, mut tally: Tally) -> Res<Gone> {
        if let Some(boom) = tally.boom {
            return Err(Stop::Boom(boom));
        }
        for num in tally.passed {
            let known = tally.gone.survivors.iter().any(|&(survivor, _)| survivor == num);
            if self.is_there(num) && !known {
                let parent = self.parent(num).expect("the root is never passed over");
                tally.gone.survivors.push((num, parent));
            }
        }
        Ok(tally.gone)
    }
}
