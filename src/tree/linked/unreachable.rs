//! Nodes that are owned and that nobody mentions.

use super::order::Order;
use crate::error::Error;
use crate::id::NodeId;
use crate::tree::Tree;
use crate::values::CONTEXT;

/// # What nobody mentions
impl Tree {
    /// The nodes that the tree keeps and that nothing reachable from `roots` mentions: what a program has lost sight of,
    /// talloc's invisible leak. O(nodes + links), without recursion.
    ///
    /// The `roots` are reachable, and what a reachable node leads to is: the nodes it holds references to; the
    /// handles and claims in its value, of whatever strength, if its type has been [declared](Self::declare_links);
    /// and for all other nodes (contexts, texts, arrays, values of other types), of which nobody can say what they
    /// mention, all their children.
    ///
    /// A node that owns something reachable is not listed, nor is the root of the tree. All others are, not just the
    /// topmost: owners before what they own, older siblings before newer ones. Claims from outside the tree
    /// ([`retain`](Self::retain), a [`Strong`](crate::Strong) in a variable) are nobody's value: whom they are on has
    /// to be among the `roots`.
    ///
    /// ```
    /// use freehold::{Handle, Tree, links};
    ///
    /// struct Session { user: Handle<str> }
    /// links!(Session { user });
    ///
    /// let mut tree = Tree::new();
    /// tree.declare_links::<Session>()?;
    /// let name = tree.strdup(tree.root(), "alice")?;
    /// let session = tree.alloc(tree.root(), Session { user: name })?;
    /// tree.steal(session, name)?;
    /// assert_eq!(tree.unreachable([session])?, []);
    ///
    /// let renamed = tree.strdup(session, "bob")?;
    /// tree[session].user = renamed;
    /// assert_eq!(tree.unreachable([session])?, [name.id()]);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`] for one of the `roots`.
    ///
    /// # Panics
    ///
    /// If a value's [`list`](crate::Links::list) does.
    pub fn unreachable<N: Into<NodeId>>(&self, roots: impl IntoIterator<Item = N>) -> Result<Vec<NodeId>, Error> {
        let roots = roots.into_iter().map(|node| self.resolve(node.into())).collect::<Result<Vec<_>, _>>()?;
        let order = Order::of(self);
        let mut reached = Reached { marks: vec![false; order.len() as usize], todo: Vec::new() };
        for key in roots {
            reached.mark(order.number(self.id(key)));
        }
        while let Some(number) = reached.todo.pop() {
            let key = order.node(number);
            let kind = self.item(key).kind;
            if kind != CONTEXT && self.kinds.lists_links(kind) {
                self.list_links(key, &mut |to, _, _| reached.mark(order.number(to)));
            } else {
                order.children(number).for_each(|child| reached.mark(Some(child)));
            }
            self.targets_of(key).for_each(|target| reached.mark(order.number(self.id(target))));
        }
        // Backwards, so that the last one that is reached tells whether a subtree has any.
        let mut next_reached = order.len();
        let mut lost = Vec::new();
        for number in (1..order.len()).rev() {
            if reached.marks[number as usize] {
                next_reached = number;
            } else if next_reached >= order.end(number) {
                lost.push(self.id(order.node(number)));
            }
        }
        lost.reverse();
        Ok(lost)
    }
}

/// The nodes reached so far, by their numbers.
struct Reached {
    marks: Vec<bool>,
    /// Those whose links have not been followed yet.
    todo: Vec<u32>,
}

impl Reached {
    fn mark(&mut self, node: Option<u32>) {
        if let Some(number) = node
            && !std::mem::replace(&mut self.marks[number as usize], true)
        {
            self.todo.push(number);
        }
    }
}
