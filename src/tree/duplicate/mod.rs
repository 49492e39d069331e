//! Making a subtree once more.
//!
//! First it is planned what there is to copy, so that the copy can go into what is copied, and all is asked that can say
//! no. Then nodes are made, parents first and children from the last to the first, which puts them in their order. User
//! code, which clones values, sees no tree meanwhile. If it panics, or memory runs out, all goes again unheard.

mod make;
mod plan;

use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use super::budget::{self, Demand};
use super::{NodeMap, Tree, Value};
use crate::error::Error;
use crate::id::{Handle, NodeId, NodeKey};
use make::Made;
use plan::Plan;

/// # Duplicating
impl Tree {
    /// Has values of type `T` cloned where nodes are [duplicated](Self::duplicate). Contexts, texts and arrays need no such
    /// declaration. Once for a type; it lasts as long as the tree. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Full`] if there are too many types.
    pub fn declare_clone<T: Clone + Send + 'static>(&mut self) -> Result<(), Error> {
        self.kinds.declare_clone::<T>().ok_or(Error::Full { what: "kinds of value" })
    }

    /// Has nodes that hold a `T`, with all below them, shared where others are [duplicated](Self::duplicate): the copy
    /// of whoever owns one holds a [reference](Self::reference) to it. That is for what does not change; the tree does not
    /// see to that. [`make_mut`](Self::make_mut) makes a copy when it has to, for which values need
    /// [`declare_clone`](Self::declare_clone) as well. Once for a type; it lasts as long as the tree. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Full`] if there are too many types.
    pub fn declare_shared<T: Value + ?Sized>(&mut self) -> Result<(), Error> {
        let kind = T::kind(self).ok_or(Error::Full { what: "kinds of value" })?;
        self.kinds.declare_shared(kind);
        Ok(())
    }

    /// Makes a copy of a node and of all below it, the first child of `new_parent`, which may lie in what is copied.
    /// O(subtree), besides what cloning costs, and O(references to it) for a node to which several references are copied.
    ///
    /// Contexts, texts and arrays are copied as they are, values [cloned](Self::declare_clone), and those declared
    /// [shared](Self::declare_shared) are shared. The order of children, names, origins, alignment and secrecy are those of
    /// the originals. A reference between two nodes that are copied becomes one between the copies; one that leads
    /// out is held by the copy as well. Links in values of [declared](Self::declare_links) types that lead to a node that is
    /// copied lead to its copy. The map leads from originals to copies, and from what is shared to itself.
    ///
    /// Not copied are destructors, cleanups, budgets, allocators that contexts have brought, references from outside and
    /// claims from outside the tree. The copy has its bytes where `new_parent` has its.
    ///
    /// ```
    /// # use freehold::{Handle, Tree, links};
    /// #[derive(Clone)]
    /// struct Knot { next: Option<Handle<Knot>>, name: Handle<str> }
    /// links!(Knot { next, name });
    ///
    /// let mut tree = Tree::new();
    /// tree.declare_clone::<Knot>()?;
    /// tree.declare_links::<Knot>()?;
    /// let list = tree.context(tree.root(), "list")?;
    /// let name = tree.strdup(list, "last")?;
    /// let last = tree.alloc(list, Knot { next: None, name })?;
    /// let first = tree.alloc(list, Knot { next: Some(last), name })?;
    ///
    /// let map = tree.duplicate(list, tree.root())?;
    /// let copy = map.get(first).unwrap();
    /// assert_eq!(tree[copy].next, map.get(last));
    /// let name = tree[copy].name;
    /// tree.append(name, " of the copy")?;
    /// assert_eq!((&tree[tree[first].name], &tree[tree[copy].name]), ("last", "last of the copy"));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NotCloneable`] if there is a value of another type among them; [`Error::Dying`] if anything is on its way
    /// out; [`Error::OverBudget`], [`Error::OutOfMemory`], [`Error::Full`]; [`Error::Stale`], [`Error::Foreign`] or
    /// [`Error::Moved`] for either node. Nothing has changed then.
    ///
    /// # Panics
    ///
    /// If a `Clone` does, or an allocator of the user's: nothing has changed then. If a [`Links::rewrite`](crate::Links)
    /// does or the observer: all has been done.
    #[track_caller]
    pub fn duplicate(&mut self, node: impl Into<NodeId>, new_parent: impl Into<NodeId>) -> Result<NodeMap, Error> {
        self.settle_waiting();
        Ok(self.duplicate_at(node.into(), new_parent.into(), false, Location::caller())?.or_panic())
    }

    /// A node of `owner`'s own to change: the node itself if it owns it and nobody else has a claim on it, else a
    /// [copy](Self::duplicate), its first child, for which it gives up its claim on the original: the newest reference it
    /// holds, else its ownership. As [`Arc::make_mut`](std::sync::Arc::make_mut). Weak claims, and references held within
    /// the node, are nobody else's. O(references to the node), each with a look up from its holder, and what a copy costs.
    ///
    /// ```
    /// # use freehold::Tree;
    /// let mut tree = Tree::new();
    /// tree.declare_clone::<Vec<u8>>()?;
    /// tree.declare_shared::<Vec<u8>>()?;
    /// let original = tree.context(tree.root(), "original")?;
    /// let data = tree.alloc(original, vec![1u8, 2, 3])?;
    /// let copy = tree.duplicate(original, tree.root())?.get(original).unwrap();
    ///
    /// let mine = tree.make_mut(copy, data)?;
    /// tree[mine].push(4);
    /// assert_eq!((&tree[data][..], &tree[mine][..]), (&[1, 2, 3][..], &[1, 2, 3, 4][..]));
    /// assert_eq!(tree.make_mut(original, data)?, data); // nobody shares it any more
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NotOwner`] if `owner` has no claim on the node; [`Error::Held`] if it is the parent of a node that is owned
    /// by nobody, but claimed from outside; [`Error::Root`]; else as [`duplicate`](Self::duplicate). Nothing has changed
    /// then.
    ///
    /// # Panics
    ///
    /// As [`duplicate`](Self::duplicate).
    #[track_caller]
    pub fn make_mut<T: Value + ?Sized>(
        &mut self,
        owner: impl Into<NodeId>,
        node: Handle<T>,
    ) -> Result<Handle<T>, Error> {
        let (owner, origin) = (owner.into(), Location::caller());
        self.settle_waiting();
        let (owner_key, key) = (self.resolve_parent(owner)?, self.resolve_movable(node.id())?);
        let owns = self.topology.parent(key) == Some(owner_key);
        let refers = self.claim_of(owner_key, key).is_some();
        if !owns && !refers {
            return Err(Error::NotOwner { node: node.id(), owner });
        }
        // A claim from within the node is nobody else's: it would not keep the node either.
        let others = |entry| self.holder(entry) != owner_key && !self.topology.is_within(self.holder(entry), key);
        let (shared, held) = (self.claims_on(key).any(others), self.claims_from_outside(key) != (0, 0));
        if owns && !shared && !held {
            return Ok(node);
        }
        if held && !shared && !refers && self.is_counted(key) {
            return Err(self.held(key));
        }
        if !refers && self.budgets.any() {
            self.afford(|tree| tree.demand_of_heir(owner, node.id()))?;
        }
        let mut made = self.duplicate_at(node.id(), owner, true, origin)?;
        // The copy is made, so the claim is given up, whoever has panicked. Whoever has lost it meanwhile, to user code or
        // another thread, has none to give up.
        made.panic.guard(|| self.give_up(owner, node.id()));
        Ok(made.or_panic().get(node).expect("the top is in the map"))
    }

    /// `own`: the top itself is copied, also where its type is shared.
    fn duplicate_at(
        &mut self,
        node: NodeId,
        new_parent: NodeId,
        own: bool,
        origin: &'static Location<'static>,
    ) -> Result<Made, Error> {
        if self.budgets.label(self.resolve_parent(new_parent)?) != budget::NONE {
            self.afford(|tree| {
                let budget = tree.budgets.label(tree.resolve_parent(new_parent)?);
                Ok(Demand::new(budget, tree.plan_copy(node, own)?.charge))
            })?;
        }
        let plan = self.plan_copy(node, own)?;
        let parent = self.resolve_parent(new_parent)?;
        if self.topology.room() < plan.steps.len() {
            return Err(Error::Full { what: "nodes" });
        }
        let Plan { steps, .. } = plan;
        let mut copies = make::Copies::default();
        let made = catch_unwind(AssertUnwindSafe(|| copies.make(self, &steps, parent)));
        match made {
            Ok(Ok(())) => Ok(copies.finish(self, origin)),
            Ok(Err(error)) => {
                copies.undo(self);
                Err(self.out_of_memory(parent, error))
            }
            Err(panic) => {
                copies.undo(self);
                resume_unwind(panic)
            }
        }
    }

    fn plan_copy(&self, node: NodeId, own: bool) -> Result<Plan, Error> {
        let top: NodeKey = self.resolve(node)?;
        Plan::of(self, top, own)
    }
}
