//! What nodes link to, found by trying.

use std::collections::BTreeSet;

use freehold::Strength;

use super::state::{Entry, Model};
use super::value::Declared;
use crate::model::outcome::{Content, Num};
use crate::model::program::Sort;

/// A link other than that of a parent to its child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub from: Num,
    pub to: Num,
    pub strength: Strength,
}

/// Nodes that keep each other alive.
#[derive(Debug)]
pub struct Cycle {
    pub nodes: Vec<Num>,
    pub links: Vec<Link>,
    pub weaken: Vec<Link>,
}

impl Model {
    /// All nodes of a tree, parents first, oldest first.
    pub fn oldest_first(&self, top: Num) -> Vec<Num> {
        let below = self.children(top).into_iter().rev().flat_map(|child| self.oldest_first(child));
        std::iter::once(top).chain(below).collect()
    }

    /// Those in a node's value, and the references it holds.
    pub fn links(&self, num: Num) -> Vec<Link> {
        let link = |strength| move |to| Link { from: num, to, strength };
        let mut links = Vec::new();
        if let Some(serial) = self.declared_value(num) {
            links.extend(self.mentioned.get(&serial).into_iter().flatten().copied().map(link(Strength::Unowned)));
            let shares = self.strongs.stored.get(&serial).into_iter().flatten();
            links.extend(shares.map(|&share| self.strongs.shares[share].node).map(link(Strength::Strong)));
            links
                .extend(self.strongs.stored_weak.get(&serial).into_iter().flatten().copied().map(link(Strength::Weak)));
        }
        let target = |entry| if let Entry::Claim(claim) = entry { Some(self.claims[claim].node) } else { None };
        links.extend(self.entries(num).into_iter().filter_map(target).map(link(Strength::Reference)));
        links
    }

    /// The value of a node whose type has been declared to have links.
    pub(super) fn declared_value(&self, num: Num) -> Option<u32> {
        let Content::Probe(serial) = self.node(num).content else { return None };
        self.has_declared(self.homes[num as usize], Declared::Linked(Sort::Probe)).then_some(serial)
    }

    /// Whether a link keeps the node that it leads to, which is there.
    fn keeps(&self, link: &Link) -> bool {
        let is_there = self.is_there(link.to) && self.homes[link.to as usize] == self.homes[link.from as usize];
        match link.strength {
            Strength::Strong => is_there,
            Strength::Reference => !self.is_within(link.from, link.to),
            _ => false,
        }
    }

    /// Whom owning and claiming lead to from a node.
    fn kept_by(&self, num: Num) -> BTreeSet<Num> {
        let (mut kept, mut todo) = (BTreeSet::new(), vec![num]);
        while let Some(num) = todo.pop() {
            if kept.insert(num) {
                todo.extend(self.children(num));
                todo.extend(self.links(num).iter().filter(|link| self.keeps(link)).map(|link| link.to));
            }
        }
        kept
    }

    pub fn cycles(&self, root: Num) -> Vec<Cycle> {
        let order = self.oldest_first(root);
        let claims = order.iter().flat_map(|&num| self.links(num)).filter(|link| self.keeps(link));
        let circular: Vec<Link> = claims.filter(|link| self.kept_by(link.to).contains(&link.from)).collect();
        let mut cycles: Vec<Cycle> = Vec::new();
        for &num in &order {
            if cycles.iter().any(|cycle| cycle.nodes.contains(&num)) || circular.is_empty() {
                continue;
            }
            let kept = self.kept_by(num);
            let nodes: Vec<Num> = order
                .iter()
                .copied()
                .filter(|&other| kept.contains(&other) && self.kept_by(other).contains(&num))
                .collect();
            let links: Vec<Link> = circular.iter().copied().filter(|link| nodes.contains(&link.from)).collect();
            if links.is_empty() {
                continue;
            }
            let place = |num: Num| order.iter().position(|&other| other == num);
            let weaken = links.iter().copied().filter(|link| place(link.to) <= place(link.from)).collect();
            cycles.push(Cycle { nodes, links, weaken });
        }
        cycles
    }

    /// The nodes of a tree of which nothing mentions that `from` leads to, nor anything below them.
    pub fn unreachable(&self, root: Num, from: Num) -> Vec<Num> {
        let (mut reached, mut todo) = (BTreeSet::new(), vec![from]);
        while let Some(num) = todo.pop() {
            if !self.is_there(num) || self.homes[num as usize] != root || !reached.insert(num) {
                continue;
            }
            todo.extend(self.links(num).iter().map(|link| link.to));
            if self.declared_value(num).is_none() {
                todo.extend(self.children(num));
            }
        }
        let order = self.oldest_first(root);
        let leads_nowhere = |&num: &Num| !self.oldest_first(num).iter().any(|below| reached.contains(below));
        order.into_iter().skip(1).filter(leads_nowhere).collect()
    }
}
