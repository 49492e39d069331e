//! Strong and weak claims, wherever they are, and what their drops come to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::state::{Model, Res, Stage, Stop};
use crate::model::outcome::{Boom, Done, Event, Fault, Gone, Num, Release, Serial};
use crate::model::program::Sort;

/// A strong claim: on whom, and how many clones of it there are.
#[derive(Debug)]
pub struct Share {
    pub node: Num,
    pub copies: usize,
}

#[derive(Debug, Default)]
pub struct Strongs {
    /// All strong claims ever made.
    pub shares: Vec<Share>,
    /// Those that the test has, a number in `shares` for each clone.
    pub here: Vec<usize>,
    /// Those that values have.
    pub stored: BTreeMap<Serial, Vec<usize>>,
    /// The nodes on which the test has weak claims.
    pub weak: Vec<Num>,
    /// The nodes on which values have weak claims.
    pub stored_weak: BTreeMap<Serial, Vec<Num>>,
    mailboxes: BTreeMap<Num, Mailbox>,
}

/// What a tree knows of drops.
#[derive(Debug, Default)]
struct Mailbox {
    /// Nodes whose last strong claim has gone, in that order.
    waiting: VecDeque<Num>,
    settling: bool,
    /// The tree is on its way out: drops don't count any more.
    closed: bool,
}

impl Strongs {
    fn mailbox(&mut self, tree: Num) -> &mut Mailbox {
        self.mailboxes.entry(tree).or_default()
    }

    pub fn close(&mut self, tree: Num) {
        self.mailbox(tree).closed = true;
    }

    /// The same for drops of the claims there are. Those made later count.
    pub fn reopen(&mut self, tree: Num) {
        self.mailboxes.remove(&tree);
    }

    pub(super) fn new_share(&mut self, node: Num) -> usize {
        self.shares.push(Share { node, copies: 1 });
        self.shares.len() - 1
    }

    /// The place of the one with this seed among `len`.
    fn choose(seed: u8, len: usize) -> Option<usize> {
        usize::from(seed).checked_rem(len)
    }
}

impl Model {
    /// How many strong claims there are on a node; clones are one.
    pub fn strong_count(&self, num: Num) -> u32 {
        self.strongs.shares.iter().filter(|share| share.node == num && share.copies > 0).count() as u32
    }

    pub(super) fn add_strong(&mut self, num: Num) {
        let share = self.strongs.new_share(num);
        self.strongs.here.push(share);
    }

    /// A value is dropped, and what it has with it.
    pub(super) fn drop_probe(&mut self, serial: Serial) {
        self.push(Event::Dropped(serial));
        self.mentioned.remove(&serial);
        self.strongs.stored_weak.remove(&serial);
        for share in self.strongs.stored.remove(&serial).unwrap_or_default() {
            self.drop_strong(share);
        }
    }

    pub(super) fn drop_strong(&mut self, share: usize) {
        self.strongs.shares[share].copies -= 1;
        let node = self.strongs.shares[share].node;
        let mailbox = self.homes[node as usize];
        let last = self.strongs.shares[share].copies == 0 && self.strong_count(node) == 0;
        let waiting = &mut self.strongs.mailbox(mailbox).waiting;
        if last && !waiting.contains(&node) {
            waiting.push_back(node);
        }
    }

    pub(super) fn strong(&mut self, num: Num) -> Res<Done> {
        self.settled()?;
        self.resolve_idle(num)?;
        self.not_root(num)?;
        self.add_strong(num);
        Ok(Done::Set)
    }

    pub(super) fn strong_alone(&mut self, num: Num) -> Res<Done> {
        self.strong(num)?;
        self.give_to_claims(num);
        Ok(Done::Set)
    }

    /// What comes before a weak claim.
    pub(super) fn claimable(&mut self, num: Num) -> Res<()> {
        self.settled()?;
        self.resolve_idle(num)?;
        self.not_root(num)?;
        Ok(())
    }

    pub(super) fn weak(&mut self, num: Num) -> Res<Done> {
        self.claimable(num)?;
        self.strongs.weak.push(num);
        Ok(Done::Set)
    }

    pub(super) fn clone_strong(&mut self, seed: u8) -> Done {
        let Some(i) = Strongs::choose(seed, self.strongs.here.len()) else { return Done::Nothing };
        let share = self.strongs.here[i];
        self.strongs.shares[share].copies += 1;
        self.strongs.here.push(share);
        Done::Set
    }

    pub(super) fn downgrade(&mut self, seed: u8) -> Done {
        let Some(i) = Strongs::choose(seed, self.strongs.here.len()) else { return Done::Nothing };
        self.strongs.weak.push(self.strongs.shares[self.strongs.here[i]].node);
        Done::Set
    }

    /// A node whose end has begun can't be claimed.
    pub(super) fn upgrade(&mut self, seed: u8) -> Done {
        let Some(i) = Strongs::choose(seed, self.strongs.weak.len()) else { return Done::Nothing };
        let num = self.strongs.weak[i];
        let lives = self.is_there(num) && self.node(num).stage == Stage::Idle;
        if lives {
            self.add_strong(num);
        }
        Done::Had(lives)
    }

    pub(super) fn drop_one(&mut self, seed: u8) -> Done {
        let Some(i) = Strongs::choose(seed, self.strongs.here.len()) else { return Done::Nothing };
        let share = self.strongs.here.remove(i);
        self.drop_strong(share);
        Done::Set
    }

    pub(super) fn hand_to_owner(&mut self, seed: u8, parent: Num) -> Res<Done> {
        let Some(i) = Strongs::choose(seed, self.strongs.here.len()) else { return Ok(Done::Nothing) };
        let share = self.strongs.here.remove(i);
        let outcome = self.steal(parent, self.strongs.shares[share].node);
        match outcome {
            // It comes back.
            Err(Stop::Fault(_)) => self.strongs.here.push(share),
            Ok(_) | Err(Stop::Boom(_)) => self.drop_strong(share),
        }
        outcome
    }

    pub(super) fn store(&mut self, seed: u8, num: Num) -> Res<Done> {
        let Some(i) = Strongs::choose(seed, self.strongs.here.len()) else { return Ok(Done::Nothing) };
        let serial = self.probe(num)?;
        let share = self.strongs.here.remove(i);
        self.strongs.stored.entry(serial).or_default().push(share);
        Ok(Done::Set)
    }

    pub(super) fn fetch(&mut self, num: Num) -> Res<Done> {
        let serial = self.probe(num)?;
        let fetched = self.strongs.stored.get_mut(&serial).and_then(Vec::pop);
        self.strongs.here.extend(fetched);
        Ok(Done::Had(fetched.is_some()))
    }

    pub(super) fn probe(&self, num: Num) -> Res<Serial> {
        self.downcast(num, Sort::Probe)?;
        match self.node(num).content {
            crate::model::outcome::Content::Probe(serial) => Ok(serial),
            _ => unreachable!("just looked at"),
        }
    }

    /// What comes before anything that a call does for its caller.
    pub(super) fn settled(&mut self) -> Res<()> {
        self.settle().map(|_| ())
    }

    /// Has the drops so far take effect, in order. A panic leaves the rest for the next time.
    pub(super) fn settle(&mut self) -> Res<Gone> {
        let mailbox = self.strongs.mailbox(self.here);
        if mailbox.settling || mailbox.closed {
            return Ok(Gone::default());
        }
        mailbox.settling = true;
        let outcome = self.settle_all();
        self.strongs.mailbox(self.here).settling = false;
        outcome
    }

    /// Settles until nothing is left, whoever panics; gives the first of them.
    pub(super) fn settle_completely(&mut self) -> Option<Boom> {
        let mut first = None;
        while let Err(Stop::Boom(boom)) = self.settled() {
            first.get_or_insert(boom);
        }
        first
    }

    fn settle_all(&mut self) -> Res<Gone> {
        let mut gone = Gone::default();
        let mut refused = BTreeSet::new();
        while let Some(num) = self.strongs.mailbox(self.here).waiting.pop_front() {
            let forsaken = self.resolve_idle(num).is_ok() && self.node(num).counted && self.unheld(num).is_ok();
            if !forsaken || refused.contains(&num) {
                continue;
            }
            match self.let_go(num) {
                Ok(Release::Freed(more)) => {
                    gone.add(more);
                }
                Ok(Release::Passed(to)) => {
                    gone.references += 1;
                    gone.survivors.push((num, to));
                }
                Ok(Release::Nothing | Release::Claim) => unreachable!("there is no claim any more"),
                Err(Stop::Fault(Fault::Refused(_))) => {
                    refused.insert(num);
                    gone.survivors.push((num, self.parent(num).expect("the root is not counted")));
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(gone)
    }
}
