//! What destructors, cleanups, values and hooks of a tree under test share: who is who, and what happened.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use freehold::{CleanupId, Error, NodeId, ReferenceId, Subtree, Tree, TreeBuilder};

use super::any::{AnyHandle, AnyStrong, AnyWeak};
use super::outcome::{Event, FOREIGN, FOREIGN_ROOT, Num, Serial};
use super::probe::Probe;
use super::program::{Choice, Owner, Pick, Program, Sort};

/// The place where it is written: what a node that is made there is named by.
macro_rules! here {
    () => {
        concat!(file!(), ":", line!())
    };
}
pub(super) use here;

#[derive(Debug)]
pub struct Shared {
    pub events: Vec<Event>,
    numbers: HashMap<NodeId, Num>,
    /// In which tree the nodes are, or were: the number of its root.
    homes: Vec<Num>,
    /// Who has gone to another tree.
    moved: HashSet<Num>,
    /// Trees in which a graft was refused: it may have used places for a while.
    forgetful: HashSet<Num>,
    /// The handle and the place of the call that made it, for each number.
    made: HashMap<Num, (AnyHandle, Cow<'static, str>)>,
    /// With the trees in which they are.
    pub references: Vec<(ReferenceId, Num)>,
    pub cleanups: Vec<CleanupId>,
    pub serials: Serial,
    /// Whose destructor or cleanup is running, innermost last.
    pub inside: Vec<Num>,
    pub zoned: bool,
    overhead: (u32, u32),
    linked: bool,
    /// The strong and weak claims that the test has.
    pub strongs: Vec<AnyStrong>,
    pub weaks: Vec<AnyWeak>,
    pub subtrees: Vec<Subtree>,
}

/// Shared by clones. Never locked while the tree is at work.
#[derive(Clone, Debug)]
pub struct World(Arc<Mutex<Shared>>);

impl World {
    /// A world with the root of one tree, and two nodes of another as foreigners.
    /// `zoned`: contexts bring allocators.
    pub fn new(tree: &Tree, origin: &'static str, foreign: &mut Tree, program: &Program, zoned: bool) -> Self {
        let world = Self(Arc::new(Mutex::new(Shared {
            events: Vec::new(),
            numbers: HashMap::new(),
            homes: Vec::new(),
            moved: HashSet::new(),
            forgetful: HashSet::new(),
            made: HashMap::new(),
            references: Vec::new(),
            cleanups: Vec::new(),
            serials: 0,
            inside: Vec::new(),
            zoned,
            overhead: program.overhead,
            linked: program.linked,
            strongs: Vec::new(),
            weaks: Vec::new(),
            subtrees: Vec::new(),
        })));
        let probe = foreign.alloc(foreign.root(), Probe::new(0, &world)).expect("the root is a parent");
        world.plant(tree, origin);
        let known = [(FOREIGN, AnyHandle::Probe(probe)), (FOREIGN_ROOT, root(foreign))];
        for (num, handle) in known {
            world.lock().numbers.insert(handle.id(), num);
            world.lock().made.insert(num, (handle, "".into()));
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
    pub fn number_new(&self, tree: &Tree, id: NodeId) -> Num {
        let home = self.number(tree.root());
        let Shared { numbers, homes, .. } = &mut *self.lock();
        *numbers.entry(id).or_insert_with(|| {
            homes.push(home);
            homes.len() as Num - 1
        })
    }

    /// A tree more, of which nothing is known yet but the root.
    pub fn plant(&self, tree: &Tree, origin: &'static str) -> Num {
        let mut shared = self.lock();
        let num = shared.homes.len() as Num;
        shared.homes.push(num);
        shared.numbers.insert(tree.root(), num);
        shared.made.insert(num, (root(tree), origin.into()));
        num
    }

    /// A tree like the one under test.
    pub fn sapling(&self) -> (Tree, &'static str) {
        let (overhead, linked) = {
            let shared = self.lock();
            (shared.overhead, shared.linked)
        };
        sapling(overhead, linked)
    }

    /// Notes that a node has become another, in another tree.
    pub fn moved(&self, tree: &Tree, old: Num, new: AnyHandle) {
        self.made(tree, new, self.origin(old));
        self.lock().moved.insert(old);
    }

    /// Notes that a tree has refused a graft.
    pub fn refused(&self, tree: &Tree) {
        let home = self.number(tree.root());
        self.lock().forgetful.insert(home);
    }

    /// What a handle of this tree that is no good any more is answered, `told` being what it was: that its node has moved,
    /// as long as nothing new is in its place.
    pub fn gone(&self, num: Num, told: &Error) -> Error {
        let node = self.handle(num).id();
        let shared = self.lock();
        let forgotten = shared.forgetful.contains(&shared.homes[num as usize]) && *told == Error::Stale { node };
        let home = shared.homes[num as usize];
        let nodes = shared.numbers.iter().filter(|(_, num)| shared.homes.get(**num as usize) == Some(&home));
        let references = shared.references.iter().filter(|reference| reference.1 == home);
        let mut ids = nodes.map(|(id, _)| id.to_string()).chain(references.map(|(id, _)| id.to_string()));
        let (place, tenant) = place(&node.to_string());
        let is_later = |id: String| place == self::place(&id).0 && tenant < self::place(&id).1;
        if shared.moved.contains(&num) && !forgotten && !ids.any(is_later) {
            Error::Moved { node }
        } else {
            Error::Stale { node }
        }
    }

    pub fn is_moved(&self, num: Num) -> bool {
        self.lock().moved.contains(&num)
    }

    /// Notes a node that a call at that place has made.
    pub fn made(&self, tree: &Tree, handle: AnyHandle, origin: impl Into<Cow<'static, str>>) -> Num {
        let num = self.number_new(tree, handle.id());
        self.lock().made.insert(num, (handle, origin.into()));
        num
    }

    pub fn handle(&self, num: Num) -> AnyHandle {
        self.lock().made[&num].0
    }

    /// The place of the call that made the node.
    pub fn origin(&self, num: Num) -> Cow<'static, str> {
        self.lock().made[&num].1.clone()
    }

    /// How many nodes have been made in all trees, with the roots.
    pub fn count(&self) -> Num {
        self.lock().homes.len() as Num
    }

    /// The nodes that are in a tree, or were.
    fn of(&self, tree: &Tree, whether: bool) -> Vec<Num> {
        let home = self.number(tree.root());
        let homes = &self.lock().homes;
        (0..).zip(homes).filter(|(_, other)| (**other == home) == whether).map(|(num, _)| num).collect()
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

    /// Where among the strong claims the one with this seed is.
    pub fn chosen_strong(&self, seed: u8) -> Option<usize> {
        usize::from(seed).checked_rem(self.lock().strongs.len())
    }

    pub fn chosen_weak(&self, seed: u8) -> Option<usize> {
        usize::from(seed).checked_rem(self.lock().weaks.len())
    }

    fn there(&self, tree: &Tree) -> Vec<Num> {
        let mut there = self.of(tree, true);
        there.retain(|&num| tree.contains(self.handle(num)) && self.handle(num).id() != tree.root());
        there
    }

    fn pick_among(&self, tree: &Tree, pick: Pick, there: Vec<Num>) -> AnyHandle {
        let mut gone = self.of(tree, true);
        gone.retain(|&num| !tree.contains(self.handle(num)));
        let elsewhere = self.of(tree, false);
        let me = self.lock().inside.last().copied();
        let num = match pick.decide(there.len(), gone.len(), elsewhere.len(), me.is_some()) {
            Choice::Root => self.number(tree.root()),
            Choice::There(n) => there[n],
            Choice::Gone(n) => gone[n],
            Choice::Elsewhere(n) => elsewhere[n],
            Choice::Foreign => FOREIGN,
            Choice::ForeignRoot => FOREIGN_ROOT,
            Choice::Me => me.expect("only picked while a destructor or cleanup runs"),
            Choice::MyParent => {
                let me = self.handle(me.expect("only picked while a destructor or cleanup runs"));
                self.number(tree.parent(me).ok().flatten().unwrap_or(tree.root()))
            }
        };
        self.handle(num)
    }
}

/// A tree to try things with, and the place where it was made.
pub fn sapling((node_bytes, reference_bytes): (u32, u32), linked: bool) -> (Tree, &'static str) {
    let builder = TreeBuilder::new().budget_overhead(node_bytes, reference_bytes);
    let (mut tree, origin) = (builder.build(), here!());
    tree.declare_clone::<Probe>().expect("there is room for a type");
    if linked {
        tree.declare_links::<Probe>().expect("there is room for a type");
    }
    (tree, origin)
}

fn root(tree: &Tree) -> AnyHandle {
    AnyHandle::Context(tree.downcast(tree.root()).expect("a root is a context"))
}

/// An id's place and which tenant of it is meant, as it is shown.
fn place(id: &str) -> (u32, u32) {
    let (place, tenant) = id.split_once('v').expect("an id has a place and a tenant");
    (place.parse().expect("a number"), tenant.parse().expect("a number"))
}
