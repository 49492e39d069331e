//! The trait, and what its methods are given.

use std::fmt;

use crate::anchor::{Anchor, Claim};
use crate::id::{Handle, NodeId};
use crate::sync::Arc;

/// What a link does for the node it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Strength {
    /// A handle: it keeps nothing alive.
    Unowned,
    /// It keeps nothing alive, and can be made a strong claim as long as the node is there.
    Weak,
    /// A claim that the value holds: the node lives as long as there is one.
    Strong,
    /// A reference, which is held by a node and not by its value.
    Reference,
}

/// A value that can say which handles and claims it holds, and can be given others in their place.
///
/// [`links!`](crate::links!) writes this for structs and enums, and [`Tree::declare_links`](crate::Tree::declare_links)
/// tells a tree of it. It is there for handles, for numbers and texts, which hold none, and for the usual collections
/// of what has it.
///
/// ```
/// use freehold::{Handle, Tree, links};
///
/// struct Knot {
///     next: Option<Handle<Knot>>,
///     length: f64,
/// }
/// links!(Knot { next, .. });
///
/// let mut tree = Tree::new();
/// tree.declare_links::<Knot>()?;
/// let last = tree.alloc(tree.root(), Knot { next: None, length: 2.5 })?;
/// let first = tree.alloc(tree.root(), Knot { next: Some(last), length: 0.5 })?;
///
/// let links = tree.links(first)?;
/// assert_eq!((links.len(), links[0].to(), links[0].field()), (1, last.id(), Some("next")));
/// # Ok::<(), freehold::Error>(())
/// ```
pub trait Links {
    /// Lists all handles and claims that the value holds. By hand: [`LinkList::field`] for each field that holds some.
    fn list(&self, out: &mut LinkList<'_>);

    /// Puts others in the place of handles and claims whose nodes have new ones. By hand: `rewrite` of each field that
    /// [`list`](Self::list) lists.
    fn rewrite(&mut self, map: &Rewriter<'_>);
}

/// Is handed each strong claim, and whose it is.
type Claims<'l> = dyn FnMut(NodeId, &Arc<Claim>) + 'l;

/// Where a value lists its links: given to [`Links::list`].
pub struct LinkList<'l> {
    sink: &'l mut dyn FnMut(NodeId, Strength, Option<&'static str>),
    field: Option<&'static str>,
    claims: Option<&'l mut Claims<'l>>,
}

impl<'l> LinkList<'l> {
    /// A list that hands each link on: to whom, how, and in which field.
    pub(crate) fn new(sink: &'l mut dyn FnMut(NodeId, Strength, Option<&'static str>)) -> Self {
        Self { sink, field: None, claims: None }
    }

    /// One that hands on strong claims themselves, too.
    pub(crate) fn with_claims(self, claims: &'l mut Claims<'l>) -> Self {
        Self { claims: Some(claims), ..self }
    }

    /// Lists what a field holds, under the field's name. What lies in fields of the field goes by those: the innermost
    /// name counts.
    pub fn field(&mut self, name: &'static str, value: &(impl Links + ?Sized)) {
        let outer = self.field.replace(name);
        value.list(self);
        self.field = outer;
    }

    pub(crate) fn add(&mut self, to: NodeId, strength: Strength) {
        (self.sink)(to, strength, self.field);
    }

    pub(crate) fn add_claim(&mut self, to: NodeId, claim: &Arc<Claim>) {
        self.add(to, Strength::Strong);
        if let Some(claims) = &mut self.claims {
            claims(to, claim);
        }
    }
}

impl fmt::Debug for LinkList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkList").field("field", &self.field).finish_non_exhaustive()
    }
}

/// The place of a node that has a new one, and where its value lies now.
type Look<'m> = dyn Fn(NodeId) -> Option<(NodeId, u32)> + 'm;
/// What claims on a node that has a new place hold on to there.
type Anchors<'m> = dyn Fn(NodeId) -> Option<Arc<Anchor>> + 'm;

/// Which nodes have new handles: given to [`Links::rewrite`], to pass on to what is of this crate. What leads to a node
/// that has no new one stays as it is.
pub struct Rewriter<'m> {
    look: &'m Look<'m>,
    anchors: &'m Anchors<'m>,
}

impl<'m> Rewriter<'m> {
    /// One that leaves claims on what they are on.
    pub(crate) fn new(look: &'m Look<'m>) -> Self {
        Self { look, anchors: &|_| None }
    }

    /// One that moves claims, too. Both are asked about the old node.
    pub(crate) fn with_anchors(self, anchors: &'m Anchors<'m>) -> Self {
        Self { anchors, ..self }
    }

    pub(crate) fn anchor(&self, node: NodeId) -> Option<Arc<Anchor>> {
        (self.anchors)(node)
    }
}

impl fmt::Debug for Rewriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rewriter").finish_non_exhaustive()
    }
}

impl Links for NodeId {
    fn list(&self, out: &mut LinkList<'_>) {
        out.add(*self, Strength::Unowned);
    }

    fn rewrite(&mut self, map: &Rewriter<'_>) {
        if let Some((id, _)) = (map.look)(*self) {
            *self = id;
        }
    }
}

impl<T: ?Sized> Links for Handle<T> {
    fn list(&self, out: &mut LinkList<'_>) {
        self.id().list(out);
    }

    fn rewrite(&mut self, map: &Rewriter<'_>) {
        if let Some((id, slot)) = (map.look)(self.id()) {
            *self = Handle::new(id, slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
    use std::marker::PhantomData;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::Tree;

    fn listed(value: &(impl Links + ?Sized)) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        value.list(&mut LinkList::new(&mut |to, _, _| nodes.push(to)));
        nodes.sort_unstable();
        nodes
    }

    /// Collections give what they hold, and lead to the copies once they are rewritten; what has no copy stays.
    #[test]
    fn every_collection_lists_and_rewrites() {
        let mut tree = Tree::new();
        let [a, b, new, other] = std::array::from_fn(|n| tree.alloc(tree.root(), n).unwrap());
        let look = |node| (node == a.id()).then(|| (new.id(), new.slot()));
        let map = Rewriter::new(&look);
        fn check(mut value: impl Links, before: &[NodeId], map: &Rewriter<'_>, after: &[NodeId]) {
            assert_eq!(listed(&value), before);
            value.rewrite(map);
            assert_eq!(listed(&value), after);
        }
        let (before, after) = ([a.id(), b.id()], [b.id(), new.id()]);
        check([a, b], &before, &map, &after);
        check([a.id(), b.id()], &before, &map, &after);
        check(("text", 0.5, PhantomData::<Handle<u8>>), &[], &map, &[]);
        check((a, 7u8, "text", Some(b.id())), &before, &map, &after);
        check((String::new(), [(); 2], None::<Handle<u8>>), &[], &map, &[]);
        check(vec![Box::new(a), Box::new(b)], &before, &map, &after);
        check(VecDeque::from([a, b]).into_iter().collect::<Box<[_]>>(), &before, &map, &after);
        check(VecDeque::from([a, b]), &before, &map, &after);
        check(HashMap::from([(1, a), (2, b)]), &before, &map, &after);
        check(HashMap::from([(a, 1), (b, 2)]), &before, &map, &after);
        check(BTreeMap::from([("1", a), ("2", b)]), &before, &map, &after);
        check(BTreeMap::from([(a, other)]), &[a.id(), other.id()], &map, &[new.id(), other.id()]);
        check(HashSet::from([a, b]), &before, &map, &after);
        check(BTreeSet::from([a, b]), &before, &map, &after);
    }

    /// A key that is not to be rewritten.
    #[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
    struct Fragile(NodeId);

    impl Links for Fragile {
        fn list(&self, out: &mut LinkList<'_>) {
            self.0.list(out);
        }

        fn rewrite(&mut self, _: &Rewriter<'_>) {
            panic!("fragile");
        }
    }

    #[test]
    fn a_key_that_panics_is_not_lost() {
        fn check(mut value: impl Links, before: &[NodeId]) {
            let rewritten = catch_unwind(AssertUnwindSafe(|| value.rewrite(&Rewriter::new(&|_| None))));
            assert_eq!(rewritten.unwrap_err().downcast_ref(), Some(&"fragile"));
            assert_eq!(listed(&value), before);
        }
        let node = Tree::new().root();
        check(HashMap::from([(Fragile(node), node)]), &[node; 2]);
        check(BTreeMap::from([(Fragile(node), 1)]), &[node]);
        check(HashSet::from([Fragile(node)]), &[node]);
        check(BTreeSet::from([Fragile(node)]), &[node]);
    }

    #[test]
    fn a_rewritten_handle_leads_to_the_value() {
        let mut tree = Tree::new();
        let [old, new] = ["old", "new"].map(|value| tree.alloc(tree.root(), value).unwrap());
        let look = |node| (node == old.id()).then(|| (new.id(), new.slot()));
        let mut handle = old;
        handle.rewrite(&Rewriter::new(&look));
        assert_eq!(tree[handle], "new");
    }

    #[test]
    fn the_innermost_name_counts() {
        let mut tree = Tree::new();
        let node = tree.alloc(tree.root(), ()).unwrap();
        struct Ends {
            first: NodeId,
        }
        crate::links!(Ends { first });
        struct Outer {
            ends: Ends,
            all: [NodeId; 1],
        }
        crate::links!(Outer { ends, all });
        let mut fields = Vec::new();
        let outer = Outer { ends: Ends { first: node.id() }, all: [node.id()] };
        outer.list(&mut LinkList::new(&mut |_, _, field| fields.push(field)));
        assert_eq!(fields, [Some("first"), Some("all")]);
    }
}
