//! What the model knows: a tree of nodes and claims, and a table of facts about each node.

use std::collections::BTreeMap;

use indextree::{Arena, NodeId};

use crate::model::outcome::{Boom, Content, Event, FOREIGN, FOREIGN_ROOT, Fault, Num, Serial};
use crate::model::program::{Choice, Owner, Pick, Script, Sort};

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
}

/// A reference: who is claimed, and the entry under the holder while there is one.
#[derive(Debug)]
pub struct Claim {
    pub node: Num,
    pub at: Option<NodeId>,
}

#[derive(Debug)]
pub struct Model {
    pub arena: Arena<Entry>,
    pub nodes: BTreeMap<Num, Node>,
    /// All references ever made.
    pub claims: Vec<Claim>,
    /// All cleanups ever added; `None` once called, removed or gone with their node.
    pub cleanups: Vec<Option<Script>>,
    pub next: Num,
    pub serials: Serial,
    pub events: Vec<Event>,
    /// Whose destructor or cleanup is running, innermost last.
    pub inside: Vec<Num>,
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
    pub const ROOT: Num = 0;

    pub fn new() -> Self {
        let mut arena = Arena::new();
        let at = arena.new_node(Entry::Node(Self::ROOT));
        let root = Node {
            at,
            content: Content::Context,
            name: Some("root".to_owned()),
            stage: Stage::Idle,
            destructor: None,
            changed: false,
            claims: Vec::new(),
            cleanups: Vec::new(),
        };
        Self {
            arena,
            nodes: BTreeMap::from([(Self::ROOT, root)]),
            claims: Vec::new(),
            cleanups: Vec::new(),
            next: 1,
            serials: 0,
            events: Vec::new(),
            inside: Vec::new(),
        }
    }

    /// Whom a pick means now.
    pub fn pick(&self, pick: Pick) -> Num {
        self.pick_among(pick, self.nodes.keys().copied().filter(|&num| num != Self::ROOT).collect())
    }

    /// Whom a pick means for an operation on nodes of one sort.
    pub fn pick_sort(&self, pick: Pick, sort: Sort) -> Num {
        let of_sort = |&num: &Num| num != Self::ROOT && self.node(num).content.sort() == sort;
        let there: Vec<Num> = self.nodes.keys().copied().filter(of_sort).collect();
        if there.is_empty() || !pick.is_choosy() { self.pick(pick) } else { self.pick_among(pick, there) }
    }

    /// Whose claim on the node is meant.
    pub fn owner(&self, owner: Owner, num: Num) -> Num {
        let holders = if self.is_there(num) { self.holders(num) } else { Vec::new() };
        match owner {
            Owner::Any(pick) => self.pick(pick),
            Owner::Holder(n) if !holders.is_empty() => holders[n % holders.len()],
            Owner::Parent | Owner::Holder(_) if self.is_there(num) => self.parent(num).unwrap_or(Self::ROOT),
            Owner::Parent | Owner::Holder(_) => Self::ROOT,
        }
    }

    fn pick_among(&self, pick: Pick, there: Vec<Num>) -> Num {
        let gone: Vec<Num> = (1..self.next).filter(|num| !self.nodes.contains_key(num)).collect();
        match pick.decide(there.len(), gone.len(), !self.inside.is_empty()) {
            Choice::Root => Self::ROOT,
            Choice::There(n) => there[n],
            Choice::Gone(n) => gone[n],
            Choice::Foreign => FOREIGN,
            Choice::ForeignRoot => FOREIGN_ROOT,
            Choice::Me => self.me(),
            Choice::MyParent => self.parent(self.me()).unwrap_or(Self::ROOT),
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

    /// The node, if it is of this tree and there.
    pub fn resolve(&self, num: Num) -> Res<Num> {
        match num {
            FOREIGN | FOREIGN_ROOT => Err(Fault::Foreign(num).into()),
            _ if self.is_there(num) => Ok(num),
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
        if num == Self::ROOT { Err(Fault::Root(num).into()) } else { Ok(num) }
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
        totals
    }
}
