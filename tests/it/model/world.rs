//! What destructors, cleanups, values and hooks of a tree under test share: who is who, and what happened.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use freehold::{CleanupId, Handle, NodeId, ReferenceId, Tree};

use super::outcome::{Event, FOREIGN, FOREIGN_ROOT, Num, Serial};
use super::probe::Probe;
use super::program::{Choice, Owner, Pick, Sort};

/// A handle of whatever type.
#[derive(Clone, Copy, Debug)]
pub enum AnyHandle {
    Context(Handle<()>),
    Probe(Handle<Probe>),
    Bytes(Handle<[u8]>),
    Words(Handle<[u32]>),
    Text(Handle<str>),
}

impl AnyHandle {
    pub fn id(self) -> NodeId {
        match self {
            Self::Context(handle) => handle.id(),
            Self::Probe(handle) => handle.id(),
            Self::Bytes(handle) => handle.id(),
            Self::Words(handle) => handle.id(),
            Self::Text(handle) => handle.id(),
        }
    }

    pub fn sort(self) -> Sort {
        match self {
            Self::Context(_) => Sort::Context,
            Self::Probe(_) => Sort::Probe,
            Self::Bytes(_) => Sort::Bytes,
            Self::Words(_) => Sort::Words,
            Self::Text(_) => Sort::Text,
        }
    }
}

impl From<AnyHandle> for NodeId {
    fn from(handle: AnyHandle) -> Self {
        handle.id()
    }
}

#[derive(Debug)]
pub struct Shared {
    pub events: Vec<Event>,
    numbers: HashMap<NodeId, Num>,
    /// The handle and the line of the call that made it, for each number.
    made: HashMap<Num, (AnyHandle, u32)>,
    pub references: Vec<ReferenceId>,
    pub cleanups: Vec<CleanupId>,
    pub serials: Serial,
    /// Whose destructor or cleanup is running, innermost last.
    pub inside: Vec<Num>,
    pub zoned: bool,
}

/// Shared by clones. Never locked while the tree is at work.
#[derive(Clone, Debug)]
pub struct World(Arc<Mutex<Shared>>);

impl World {
    /// A world with the root of one tree, and two nodes of another as foreigners.
    /// `zoned`: contexts bring allocators.
    pub fn new(tree: &Tree, foreign: &mut Tree, zoned: bool) -> Self {
        let world = Self(Arc::new(Mutex::new(Shared {
            events: Vec::new(),
            numbers: HashMap::new(),
            made: HashMap::new(),
            references: Vec::new(),
            cleanups: Vec::new(),
            serials: 0,
            inside: Vec::new(),
            zoned,
        })));
        let root = |tree: &Tree| AnyHandle::Context(tree.downcast(tree.root()).expect("the root is a context"));
        let probe = foreign.alloc(foreign.root(), Probe::new(0, &world)).expect("the root is a parent");
        let known = [(0, root(tree)), (FOREIGN, AnyHandle::Probe(probe)), (FOREIGN_ROOT, root(foreign))];
        for (num, handle) in known {
            world.lock().numbers.insert(handle.id(), num);
            world.lock().made.insert(num, (handle, 0));
        }
        world
    }

    pub fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn push(&self, event: Event) {
        self.lock().events.push(event);
    }

    /// The number of a node that has been seen before.
    pub fn number(&self, id: NodeId) -> Num {
        *self.lock().numbers.get(&id).unwrap_or_else(|| panic!("{id} is no node that was ever made"))
    }

    /// The number of a node that may be new: nodes are numbered as they are first seen.
    pub fn number_new(&self, id: NodeId) -> Num {
        let mut shared = self.lock();
        let next = shared.next();
        *shared.numbers.entry(id).or_insert(next)
    }

    /// Notes a node that a call on line `line` has made.
    pub fn made(&self, handle: AnyHandle, line: u32) -> Num {
        let num = self.number_new(handle.id());
        self.lock().made.insert(num, (handle, line));
        num
    }

    pub fn handle(&self, num: Num) -> AnyHandle {
        self.lock().made[&num].0
    }

    /// The line of the call that made the node.
    pub fn line(&self, num: Num) -> u32 {
        self.lock().made[&num].1
    }

    /// How many nodes have been made, the root not counted.
    pub fn count(&self) -> Num {
        self.lock().next() - 1
    }

    pub fn next_serial(&self) -> Serial {
        let mut shared = self.lock();
        shared.serials += 1;
        shared.serials
    }

    /// Whom a pick means now.
    pub fn pick(&self, tree: &Tree, pick: Pick) -> AnyHandle {
        self.pick_among(tree, pick, self.there(tree))
    }

    /// Whom a pick means for an operation on nodes of one sort.
    pub fn pick_sort(&self, tree: &Tree, pick: Pick, sort: Sort) -> AnyHandle {
        let mut there = self.there(tree);
        there.retain(|&num| self.handle(num).sort() == sort);
        if there.is_empty() || !pick.is_choosy() { self.pick(tree, pick) } else { self.pick_among(tree, pick, there) }
    }

    /// Whose claim on the node is meant.
    pub fn owner(&self, tree: &Tree, owner: Owner, node: AnyHandle) -> AnyHandle {
        let holders = tree.references(node).map(|held| held.map(|reference| reference.holder()).collect());
        let holders: Vec<NodeId> = holders.unwrap_or_default();
        let parent = || tree.parent(node).ok().flatten().unwrap_or(tree.root());
        let owner = match owner {
            Owner::Any(pick) => return self.pick(tree, pick),
            Owner::Holder(n) => n.checked_rem(holders.len()).map_or_else(parent, |n| holders[n]),
            Owner::Parent => parent(),
        };
        self.handle(self.number(owner))
    }

    fn there(&self, tree: &Tree) -> Vec<Num> {
        (1..=self.count()).filter(|&num| tree.contains(self.handle(num))).collect()
    }

    fn pick_among(&self, tree: &Tree, pick: Pick, there: Vec<Num>) -> AnyHandle {
        let gone: Vec<Num> = (1..=self.count()).filter(|&num| !tree.contains(self.handle(num))).collect();
        let me = self.lock().inside.last().copied();
        let num = match pick.decide(there.len(), gone.len(), me.is_some()) {
            Choice::Root => 0,
            Choice::There(n) => there[n],
            Choice::Gone(n) => gone[n],
            Choice::Foreign => FOREIGN,
            Choice::ForeignRoot => FOREIGN_ROOT,
            Choice::Me => me.expect("only picked while a destructor or cleanup runs"),
            Choice::MyParent => {
                let me = self.handle(me.expect("only picked while a destructor or cleanup runs"));
                self.number(tree.parent(me).expect("who is running is there").unwrap_or(tree.root()))
            }
        };
        self.handle(num)
    }
}

impl Shared {
    fn next(&self) -> Num {
        // The root and two foreigners have numbers of their own.
        self.numbers.len() as Num - 2
    }
}
