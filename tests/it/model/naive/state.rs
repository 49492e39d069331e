//! What the model knows: a tree of nodes and claims, and a table of facts about each node.

use std::collections::{BTreeMap, BTreeSet};

use indextree::{Arena, NodeId};

use super::budget::{Amount, Budget, Budgets};
use super::strong::Strongs;
use super::subtree::Apart;
use super::value::Declared;
use crate::model::coverage::Coverage;
use crate::model::outcome::{Boom, Content, Event, FOREIGN, FOREIGN_ROOT, Fault, Num, Serial};
use crate::model::program::{Choice, Owner, Pick, Program, Script, Sort};

/// An entry in somebody's list of children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Node(Num),
    /// A reference that the parent of this entry holds; a number in [`Model::claims`].
    Claim(usize),
}

/// How far a node's end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Idle,
    /// Its destructor has been called and has not answered.
    Running,
    /// Its destructor has accepted; its children are going.
    Dying,
}

#[derive(Debug)]
pub struct Node {
    pub at: NodeId,
    pub content: Content,
    pub name: Option<String>,
    pub stage: Stage,
    pub destructor: Option<Script>,
    /// The destructor was set or cleared while it ran.
    pub changed: bool,
    /// Numbers of the claims on this node, newest first.
    pub claims: Vec<usize>,
    /// Numbers of its cleanups, newest first.
    pub cleanups: Vec<usize>,
    /// How often it is retained.
    pub retained: u32,
    /// Nobody owns it: it goes with the last claim on it from outside the tree.
    pub counted: bool,
    pub budget: Option<Budget>,
    pub secret: bool,
    /// What the address of its bytes is a multiple of.
    pub align: usize,
}

impl Node {
    pub fn new(at: NodeId, content: Content, name: Option<String>) -> Self {
        Self {
            at,
            content,
            name,
            stage: Stage::Idle,
            destructor: None,
            changed: false,
            claims: Vec::new(),
            cleanups: Vec::new(),
            retained: 0,
            counted: false,
            budget: None,
            secret: false,
            align: 1,
        }
    }
}

/// A reference: who is claimed, and the entry under the holder while there is one.
#[derive(Debug)]
pub struct Claim {
    pub node: Num,
    pub at: Option<NodeId>,
}

/// All trees, in one arena: a tree is known by the number of its root.
#[derive(Debug)]
pub struct Model {
    pub arena: Arena<Entry>,
    pub nodes: BTreeMap<Num, Node>,
    /// Of which sort the nodes are, or were.
    sorts: BTreeMap<Num, Sort>,
    /// In which tree the nodes are, or were while they were there. Its root is a node like any other.
    pub homes: Vec<Num>,
    /// The tree that is at work.
    pub here: Num,
    pub subtrees: Vec<Apart>,
    /// What trees know of their values: what was said in them, and what has come with values.
    pub(super) declared: BTreeSet<(Num, Declared)>,
    /// Those who have gone to another tree, under the number they had here.
    pub moved: BTreeSet<Num>,
    /// All references ever made.
    pub claims: Vec<Claim>,
    /// All cleanups ever added, with the node they were added to; `None` once called, removed or gone with their node.
    pub cleanups: Vec<Option<(Num, Script)>>,
    pub serials: Serial,
    pub(super) hooked: bool,
    /// Trees to try things with know that values have links.
    linked: bool,
    pub events: Vec<Event>,
    /// Whose destructor or cleanup is running, innermost last.
    pub inside: Vec<Num>,
    pub strongs: Strongs,
    pub budgets: Budgets,
    /// What a node and what a reference costs besides its bytes, in trees in which that has changed.
    pub(super) overheads: BTreeMap<Num, Amount>,
    /// The nodes whose handles values have.
    pub mentioned: BTreeMap<Serial, Vec<Num>>,
    /// How many operations have been carried out.
    pub turn: usize,
    pub coverage: Coverage,
}

/// Why an operation went no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    Fault(Fault),
    Boom(Boom),
}

pub type Res<T> = Result<T, Stop>;

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Model {
    /// The tree that there is from the beginning.
    pub const MAIN: Num = 0;

    pub fn new(program: &Program) -> Self {
        let mut model = Self {
            arena: Arena::new(),
            nodes: BTreeMap::new(),
            sorts: BTreeMap::from([(FOREIGN, Sort::Probe), (FOREIGN_ROOT, Sort::Context)]),
            homes: Vec::new(),
            here: Self::MAIN,
            subtrees: Vec::new(),
            declared: BTreeSet::new(),
            moved: BTreeSet::new(),
            claims: Vec::new(),
            cleanups: Vec::new(),
            serials: 0,
            hooked: program.hooked,
            linked: program.linked,
            events: Vec::new(),
            inside: Vec::new(),
            strongs: Strongs::default(),
            budgets: Budgets::new(program.overhead),
            overheads: BTreeMap::new(),
            mentioned: BTreeMap::new(),
            turn: 0,
            coverage: Coverage::new(),
        };
        model.plant();
        model.declare();
        model
    }

    /// A tree more. Gives its root.
    pub(super) fn plant(&mut self) -> Num {
        let root = self.homes.len() as Num;
        self.homes.push(root);
        let at = self.arena.new_node(Entry::Node(root));
        self.set_node(root, Node::new(at, Content::Context, Some("root".to_owned())));
        root
    }

    /// What is said of values in a tree to try things with.
    pub(super) fn declare(&mut self) {
        let root = self.homes.len() as Num - 1;
        self.declared.insert((root, Declared::Cloned(Sort::Probe)));
        if self.linked {
            self.declared.insert((root, Declared::Linked(Sort::Probe)));
        }
    }

    pub(super) fn set_node(&mut self, num: Num, node: Node) {
        self.sorts.insert(num, node.content.sort());
        self.nodes.insert(num, node);
    }

    /// Of which sort handles of a node are, be it there or not.
    pub(super) fn sort_of(&self, num: Num) -> Sort {
        self.sorts[&num]
    }

    /// The number of the next node of a tree.
    pub(super) fn next(&mut self, home: Num) -> Num {
        self.homes.push(home);
        self.homes.len() as Num - 1
    }

    /// Does something in another tree.
    pub(super) fn over_there<R>(&mut self, root: Num, run: impl FnOnce(&mut Self) -> R) -> R {
        let here = std::mem::replace(&mut self.here, root);
        let result = run(self);
        self.here = here;
        result
    }

    /// Only the first tree has hooks.
    pub(super) fn push(&mut self, event: Event) {
        if !event.is_hook() || (self.hooked && self.here == Self::MAIN) {
            self.events.push(event);
        }
    }

    /// Whom a pick means now.
    pub fn pick(&self, pick: Pick) -> Num {
        self.pick_among(pick, self.there(|_| true))
    }

    /// Whom a pick means for an operation on nodes of one sort.
    pub fn pick_sort(&self, pick: Pick, sort: Sort) -> Num {
        let there = self.there(|node| node.content.sort() == sort);
        if there.is_empty() || !pick.is_choosy() { self.pick(pick) } else { self.pick_among(pick, there) }
    }

    /// Whose claim on the node is meant.
    pub fn owner(&self, owner: Owner, num: Num) -> Num {
        let is_here = self.resolve(num).is_ok();
        let holders = if is_here { self.holders(num) } else { Vec::new() };
        match owner {
            Owner::Any(pick) => self.pick(pick),
            Owner::Holder(n) if !holders.is_empty() => holders[n % holders.len()],
            Owner::Parent | Owner::Holder(_) if is_here => self.parent(num).unwrap_or(self.here),
            Owner::Parent | Owner::Holder(_) => self.here,
        }
    }

    /// The nodes that are in this tree, without the root.
    fn there(&self, which: impl Fn(&Node) -> bool) -> Vec<Num> {
        let nodes = self.nodes.iter().filter(|(num, node)| **num != self.here && self.is_here(**num) && which(node));
        nodes.map(|(&num, _)| num).collect()
    }

    fn pick_among(&self, pick: Pick, there: Vec<Num>) -> Num {
        let all = 0..self.homes.len() as Num;
        let gone: Vec<Num> = all.clone().filter(|&num| self.is_here(num) && !self.is_there(num)).collect();
        let elsewhere: Vec<Num> = all.filter(|&num| !self.is_here(num)).collect();
        match pick.decide(there.len(), gone.len(), elsewhere.len(), !self.inside.is_empty()) {
            Choice::Root => self.here,
            Choice::There(n) => there[n],
            Choice::Gone(n) => gone[n],
            Choice::Elsewhere(n) => elsewhere[n],
            Choice::Foreign => FOREIGN,
            Choice::ForeignRoot => FOREIGN_ROOT,
            Choice::Me => self.me(),
            Choice::MyParent => {
                let me = self.resolve(self.me());
                me.ok().and_then(|me| self.parent(me)).unwrap_or(self.here)
            }
        }
    }

    fn me(&self) -> Num {
        *self.inside.last().expect("only picked while a destructor or cleanup runs")
    }

    pub fn node(&self, num: Num) -> &Node {
        &self.nodes[&num]
    }

    pub fn node_mut(&mut self, num: Num) -> &mut Node {
        self.nodes.get_mut(&num).expect("the node is there")
    }

    pub fn is_there(&self, num: Num) -> bool {
        self.nodes.contains_key(&num)
    }

    /// Whether the node is of this tree, or was.
    pub fn is_here(&self, num: Num) -> bool {
        self.homes.get(num as usize) == Some(&self.here)
    }

    /// The node, if it is of this tree and there.
    pub fn resolve(&self, num: Num) -> Res<Num> {
        match num {
            _ if !self.is_here(num) => Err(Fault::Foreign(num).into()),
            _ if self.is_there(num) => Ok(num),
            _ if self.moved.contains(&num) => Err(Fault::Away(num).into()),
            _ => Err(Fault::Stale(num).into()),
        }
    }

    /// The node, if it can have children, references and guests: not once its destructor has accepted.
    pub fn resolve_parent(&self, num: Num) -> Res<Num> {
        match self.node(self.resolve(num)?).stage {
            Stage::Dying => Err(Fault::Dying(num).into()),
            Stage::Idle | Stage::Running => Ok(num),
        }
    }

    /// The node, if its end has not begun in any way.
    pub fn resolve_idle(&self, num: Num) -> Res<Num> {
        match self.node(self.resolve(num)?).stage {
            Stage::Dying | Stage::Running => Err(Fault::Dying(num).into()),
            Stage::Idle => Ok(num),
        }
    }

    pub fn not_root(&self, num: Num) -> Res<Num> {
        if num == self.here { Err(Fault::Root(num).into()) } else { Ok(num) }
    }

    pub fn number_at(&self, at: NodeId) -> Num {
        match *self.arena[at].get() {
            Entry::Node(num) => num,
            Entry::Claim(_) => unreachable!("a claim has no children"),
        }
    }

    pub fn parent(&self, num: Num) -> Option<Num> {
        self.arena[self.node(num).at].parent().map(|at| self.number_at(at))
    }

    /// The node's entries, newest first: child nodes and references it holds.
    pub fn entries(&self, num: Num) -> Vec<Entry> {
        self.node(num).at.children(&self.arena).map(|at| *self.arena[at].get()).collect()
    }

    pub fn children(&self, num: Num) -> Vec<Num> {
        let nodes = |entry| if let Entry::Node(num) = entry { Some(num) } else { None };
        self.entries(num).into_iter().filter_map(nodes).collect()
    }

    /// Whether `num` is `above` or somewhere below it.
    pub fn is_within(&self, num: Num, above: Num) -> bool {
        let above = self.node(above).at;
        self.node(num).at.ancestors(&self.arena).any(|at| at == above)
    }

    pub fn holder(&self, claim: usize) -> Option<Num> {
        let at = self.claims[claim].at?;
        Some(self.number_at(self.arena[at].parent().expect("a claim has a holder")))
    }

    /// Who holds references to the node, newest first.
    pub fn holders(&self, num: Num) -> Vec<Num> {
        self.node(num).claims.iter().filter_map(|&claim| self.holder(claim)).collect()
    }

    pub fn size(&self, num: Num) -> usize {
        self.node(num).content.size()
    }

    /// Bytes and blocks of the subtree: a reference is a block without bytes.
    pub fn totals(&self, num: Num) -> (usize, usize) {
        let mut totals = (0, 0);
        for at in self.node(num).at.descendants(&self.arena) {
            totals.1 += 1;
            if let Entry::Node(num) = *self.arena[at].get() {
                totals.0 += self.size(num);
            }
        }
        if self.parent(num).is_none() {
            // Claims from outside the tree are the root's.
            totals.1 += self
                .nodes
                .keys()
                .filter(|&&other| self.homes[other as usize] == num)
                .map(|&num| self.holds(num))
                .sum::<usize>();
        }
        totals
    }

    /// How many claims there are from outside the tree.
    pub fn holds(&self, num: Num) -> usize {
        self.node(num).retained as usize + self.strong_count(num) as usize
    }
}
