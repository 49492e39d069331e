//! All nodes of a tree in a row, for what has to look at them all at once.

use crate::id::{NodeId, NodeKey, TreeTag};
use crate::steps::step;
use crate::tree::Tree;

/// No number: an entry for a reference, or nobody.
const NONE: u32 = u32::MAX;

/// The nodes of a tree, numbered from the root on: each before what is below it, older siblings before newer ones. So a
/// subtree is a range of numbers.
pub(in crate::tree) struct Order {
    tree: TreeTag,
    nodes: Vec<NodeKey>,
    /// For each node, the number after the last of its subtree.
    ends: Vec<u32>,
    /// For each place its node's number.
    numbers: Vec<u32>,
}

impl Order {
    /// O(nodes).
    pub(in crate::tree) fn of(tree: &Tree) -> Self {
        let topology = &tree.topology;
        let mut order = Self { tree: tree.tag, nodes: Vec::new(), ends: Vec::new(), numbers: Vec::new() };
        for key in topology.preorder_from_last(topology.root()).filter(|&key| !tree.item(key).is_reference()) {
            let place = key.index() as usize;
            if place >= order.numbers.len() {
                order.numbers.resize(place + 1, NONE);
            }
            // There are fewer nodes than numbers of 32 bits.
            order.numbers[place] = order.nodes.len() as u32;
            order.nodes.push(key);
            order.ends.push(order.nodes.len() as u32);
        }
        for number in (1..order.nodes.len()).rev() {
            let parent = topology.parent(order.nodes[number]).expect("all but the root have a parent");
            let parent = order.numbers[parent.index() as usize] as usize;
            order.ends[parent] = order.ends[parent].max(order.ends[number]);
        }
        order
    }

    pub(in crate::tree) fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    pub(in crate::tree) fn node(&self, number: u32) -> NodeKey {
        step();
        self.nodes[number as usize]
    }

    /// The number after the last of a node's subtree.
    pub(in crate::tree) fn end(&self, number: u32) -> u32 {
        step();
        self.ends[number as usize]
    }

    /// The number of a node, if it is one of this tree and lives.
    pub(in crate::tree) fn number(&self, node: NodeId) -> Option<u32> {
        step();
        let number = self.numbers.get(node.key.index() as usize).copied().filter(|&number| number != NONE)?;
        (node.tree == self.tree && self.node(number) == node.key).then_some(number)
    }

    /// The numbers of a node's children, oldest first. O(1) a child.
    pub(in crate::tree) fn children(&self, number: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.end(number);
        let first = (number + 1 < end).then_some(number + 1);
        std::iter::successors(first, move |&child| Some(self.end(child)).filter(|&next| next < end))
    }

    pub(in crate::tree) fn is_within(&self, number: u32, ancestor: u32) -> bool {
        (ancestor..self.end(ancestor)).contains(&number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subtree_is_a_range_and_the_oldest_comes_first() -> Result<(), crate::Error> {
        let mut tree = Tree::new();
        let root = tree.root();
        let gone = tree.context(root, "gone")?;
        let old = tree.context(root, "old")?;
        let new = tree.context(root, "new")?;
        let [first, second] = [tree.context(old, "first")?, tree.context(old, "second")?];
        tree.reference(old, new)?;
        tree.free(gone)?;
        let order = Order::of(&tree);
        let nodes = [root, old.id(), first.id(), second.id(), new.id()];
        assert_eq!(order.nodes, nodes.map(|node| node.key));
        assert_eq!(order.ends, [5, 4, 3, 4, 5]);
        assert_eq!(nodes.map(|node| order.number(node)), [0, 1, 2, 3, 4].map(Some));
        assert_eq!((order.number(gone.id()), order.number(Tree::new().root())), (None, None));
        assert_eq!((order.children(0).collect(), order.children(1).collect()), (vec![1, 4], vec![2, 3]));
        assert_eq!((order.children(4).count(), order.is_within(3, 1), order.is_within(4, 1)), (0, true, false));
        Ok(())
    }
}
