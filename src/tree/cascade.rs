//! The one place that decides deaths: the free of a node and of everything below it.
//!
//! A node is *entered* when nothing keeps it: no claim from outside, no refusing destructor. From then on it is
//! dying: its children go one by one, newest first, each the same way; then its cleanups run, and it goes itself.
//! The way down and back up is in the links, so that no depth needs a stack. User code may change the tree
//! between any two steps; what it can't do is free, move or add to a dying node.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use rustc_hash::FxHashSet;

use super::item::{flag, layout};
use super::{Event, Freed, Survivor, Taken, Tree};
use crate::error::Error;
use crate::id::{NodeKey, TreeTag};
use crate::memory::HEAP;
use crate::topology::Place;

/// A free under way.
pub(super) struct Cascade {
    tree: TreeTag,
    /// The tree itself goes: nothing can refuse, nothing can be kept.
    pub(super) last: bool,
    pub(super) nodes: usize,
    pub(super) bytes: usize,
    references: usize,
    /// What most frees need nothing of.
    aside: Option<Box<Aside>>,
}

/// What a free has to remember when not everything just goes.
#[derive(Default)]
struct Aside {
    /// Who was passed over; some are tried again further up and go after all.
    passed: Vec<NodeKey>,
    /// Nodes that are not, or may not stay, below where they were entered from: where to go on after them.
    detours: Vec<(NodeKey, NodeKey)>,
    /// Survivors at the root while it is cleared.
    spared: FxHashSet<NodeKey>,
    /// The first panic of user code, which waits until the tree is in order.
    panic: Option<Box<dyn Any + Send>>,
}

/// What came of the attempt to end a node.
pub(super) enum Attempt {
    Entered,
    /// Somebody outside held a reference, which is used up: that one owns the node now.
    Claimed(NodeKey),
    /// Somebody outside the tree has claims on it.
    Held,
    Refused,
}

impl Cascade {
    fn new(tree: &Tree) -> Self {
        Self { tree: tree.tag, last: false, nodes: 0, bytes: 0, references: 0, aside: None }
    }

    fn aside(&mut self) -> &mut Aside {
        self.aside.get_or_insert_default()
    }

    /// Whether anything has been spared in clearing the root.
    #[inline]
    pub(super) fn has_spared(&self) -> bool {
        self.aside.as_ref().is_some_and(|aside| !aside.spared.is_empty())
    }

    /// Frees a node that is not shared from outside.
    pub(super) fn free(tree: &mut Tree, top: NodeKey) -> Result<Freed, Error> {
        if let Some(freed) = Self::free_plain_leaf(tree, top) {
            return Ok(freed);
        }
        let mut cascade = Self::new(tree);
        cascade.enter_top(tree, top)?;
        cascade.empty(tree, top);
        cascade.finish(tree, top);
        Ok(cascade.end(tree))
    }

    /// The short path for a node with nothing below it that nobody has to be asked about or told of.
    #[inline(always)]
    fn free_plain_leaf(tree: &mut Tree, top: NodeKey) -> Option<Freed> {
        if tree.hooks.observing() {
            return None;
        }
        let mut cascade = Self::new(tree);
        let Tree { topology, kinds, memory, rare, .. } = tree;
        let item = topology.remove_leaf_if(top, |item| item.flags == 0)?;
        cascade.discard(&item, kinds, memory, rare);
        cascade.uncharge(tree, top, item.size);
        match cascade.aside {
            None => Some(Freed { nodes: 1, bytes: item.size as usize, ..Freed::default() }),
            Some(_) => Some(cascade.end(tree)),
        }
    }

    /// Frees all children of a node.
    pub(super) fn free_children(tree: &mut Tree, parent: NodeKey) -> Freed {
        let mut cascade = Self::new(tree);
        cascade.empty(tree, parent);
        cascade.end(tree)
    }

    /// Frees a node but for its value. `ask`: its own destructor and cleanups have their say; otherwise they are
    /// dropped unheard.
    pub(super) fn take<T: Send + 'static>(tree: &mut Tree, top: NodeKey, ask: bool) -> Result<Taken<T>, Error> {
        let mut cascade = Self::new(tree);
        if ask {
            cascade.enter_top(tree, top)?;
        } else {
            if !tree.condemn(top) {
                return Err(tree.held(top));
            }
            cascade.disarm(tree, top);
            tree.item_mut(top).set(flag::DYING, true);
        }
        cascade.empty(tree, top);
        if ask {
            cascade.clean_up(tree, top);
        } else {
            cascade.drop_cleanups(tree, top);
        }
        if cascade.aside.as_ref().is_some_and(|aside| aside.panic.is_some()) {
            // Nobody will get the value.
            cascade.guard(|| tree.wipe(top));
        }
        let value = cascade.finish_but_value::<T>(tree, top);
        if cascade.aside.as_ref().is_some_and(|aside| aside.panic.is_some()) {
            // The caller gets the panic, so nobody gets the value.
            cascade.user(tree, |_| drop(value));
            cascade.rethrow();
            unreachable!("there is a panic to rethrow");
        }
        Ok(Taken { value, freed: cascade.end(tree) })
    }

    /// Frees a node alone. `adopt` takes its children away once it is dying, and gives what the observer is to hear
    /// of that: no panic of his may leave children behind.
    pub(super) fn free_alone(
        tree: &mut Tree,
        top: NodeKey,
        adopt: impl FnOnce(&mut Tree) -> Vec<Event>,
    ) -> Result<Freed, Error> {
        let mut cascade = Self::new(tree);
        cascade.enter_top(tree, top)?;
        for event in adopt(tree) {
            cascade.user(tree, |tree| tree.emit(event));
        }
        // What is left are the references it held, and nodes that are dying in a free further out.
        cascade.empty(tree, top);
        cascade.finish(tree, top);
        Ok(cascade.end(tree))
    }

    /// Frees everything, the root's children first and then what is with the root itself. Nothing can refuse.
    pub(super) fn clear(tree: &mut Tree) -> Freed {
        let root = tree.topology.root();
        let mut cascade = Self::new(tree);
        cascade.last = true;
        let _ = cascade.enter(tree, root);
        cascade.empty(tree, root);
        cascade.clean_up(tree, root);
        tree.item_mut(root).set(flag::DYING, false);
        cascade.end(tree)
    }

    /// Enters the node that a free is about, which has no claims from outside. Those from inside go with it, but not
    /// before it has agreed: its refusal is an error, and changes nothing.
    #[inline]
    fn enter_top(&mut self, tree: &mut Tree, top: NodeKey) -> Result<(), Error> {
        let item = tree.item_mut(top);
        if item.flags == 0 {
            item.flags = flag::DYING;
            return Ok(());
        }
        let (guarded, held) = (item.is(flag::GUARDED), item.is(flag::HELD));
        if held && !tree.condemn(top) {
            return Err(tree.held(top));
        }
        if guarded && matches!(self.ask(tree, top), Attempt::Refused) {
            self.rethrow();
            return Err(Error::Refused { node: tree.id(top) });
        }
        tree.item_mut(top).set(flag::DYING, true);
        while let Some(entry) = tree.newest_claim_on(top) {
            self.drop_claim(tree, entry);
        }
        Ok(())
    }

    /// Frees everything below `top`.
    fn empty(&mut self, tree: &mut Tree, top: NodeKey) {
        // A top that stays may be freed on the way, which takes it from above its dying children.
        let open = !tree.item(top).is(flag::DYING);
        let mut at = top;
        loop {
            match self.sweep(tree, at) {
                Some(child) => {
                    // Whom the root has spared is tried like any other where user code has put it.
                    let some_spared = at == top && self.has_spared();
                    let untried = if some_spared { self.untried(tree, child) } else { Some(child) };
                    let Some(child) = untried else { return };
                    if let Some(child) = self.visit(tree, at, child) {
                        if open && at == top && tree.topology.is_child(child, at) {
                            self.aside().detours.push((child, at));
                        }
                        at = child;
                    }
                }
                None if at == top => return,
                None => {
                    let parent = self.finish(tree, at);
                    let detour = self.aside.as_mut().and_then(|aside| aside.detours.pop_if(|detour| detour.0 == at));
                    at = detour.map_or(parent, |(_, up)| up);
                }
            }
        }
    }

    /// Tries the first child of `at`, and some of those after it if that is gone; gives the one that has been entered.
    #[inline]
    fn visit(&mut self, tree: &mut Tree, at: NodeKey, child: NodeKey) -> Option<NodeKey> {
        let item = tree.item_mut(child);
        if item.is_reference() {
            self.drop_claim(tree, child);
            return None;
        }
        if item.flags == 0 {
            item.flags = flag::DYING;
            return Some(child);
        }
        if item.flags == flag::GUARDED {
            return self.visit_guarded(tree, at, child);
        }
        // Talloc settles who inherits before it tries. A node whose newest claim is its own inherits itself: it stays
        // the first child, claims used up, and is tried again.
        let own_heir = tree.newest_claim_on(child).is_some_and(|newest| tree.topology.is_child(newest, child));
        let attempt = self.enter(tree, child);
        self.pass(tree, at, child, attempt, own_heir).then_some(child)
    }

    /// The same for nodes that have a destructor and nothing else; they come in runs, and most are leaves.
    fn visit_guarded(&mut self, tree: &mut Tree, at: NodeKey, mut child: NodeKey) -> Option<NodeKey> {
        loop {
            let attempt = self.ask(tree, child);
            if !self.finish_leaf(tree, at, child) {
                return self.pass(tree, at, child, attempt, false).then_some(child);
            }
            child = tree.topology.first_child(at)?;
            if tree.item(child).flags != flag::GUARDED || self.has_spared() {
                return None;
            }
        }
    }

    /// What follows the attempt to end `child`. True if it has been entered.
    fn pass(&mut self, tree: &mut Tree, at: NodeKey, child: NodeKey, attempt: Attempt, own_heir: bool) -> bool {
        match attempt {
            Attempt::Entered => {
                if !tree.topology.is_child(child, at) {
                    self.aside().detours.push((child, at));
                }
                return true;
            }
            Attempt::Held if at == tree.topology.root() => self.spare(tree, child),
            Attempt::Held => self.adopt(tree, child, tree.topology.root()),
            _ if own_heir && tree.topology.is_child(child, at) => return false,
            Attempt::Claimed(holder) if holder != tree.topology.root() => self.adopt(tree, child, holder),
            // The root's claim is used up as any other, but it takes nothing from where it hangs: as in talloc, the
            // survivor goes one up, like one that refused.
            Attempt::Claimed(_) | Attempt::Refused => {
                // If its destructor has moved it away, that is where it stays.
                if tree.topology.is_child(child, at) {
                    match tree.topology.parent(at) {
                        Some(parent) => self.adopt(tree, child, parent),
                        None => self.spare(tree, child),
                    }
                }
            }
        }
        self.aside().passed.push(child);
        false
    }

    fn adopt(&mut self, tree: &mut Tree, child: NodeKey, parent: NodeKey) {
        self.user(tree, |tree| tree.relocate_first(child, parent));
    }

    /// Keeps a child of the root where it is, behind those that have not been tried.
    fn spare(&mut self, tree: &mut Tree, child: NodeKey) {
        let root = tree.topology.root();
        tree.topology.relink(child, Place::Last(root));
        self.aside().spared.insert(child);
    }

    /// The first of `child`, which is the first child of the root, and its later siblings that has not been spared. Those that
    /// were are behind the others, unless user code has moved them: then they are put there again, so that nobody comes
    /// upon them at every step.
    #[inline]
    fn untried(&self, tree: &mut Tree, child: NodeKey) -> Option<NodeKey> {
        let spared = &self.aside.as_ref()?.spared;
        let mut children = std::iter::successors(Some(child), |&at| tree.topology.next_sibling(at));
        let untried = children.find(|at| !spared.contains(at))?;
        let mut before = child;
        while before != untried {
            let next = tree.topology.next_sibling(before)?;
            tree.topology.relink(before, Place::Last(tree.topology.root()));
            before = next;
        }
        Some(untried)
    }

    /// Tries to end a node: claims first, then its destructor.
    fn enter(&mut self, tree: &mut Tree, key: NodeKey) -> Attempt {
        let held = tree.item(key).is(flag::HELD);
        if held && !self.last && self.is_held(tree, key) {
            return self.leave_to_claims(tree, key);
        }
        while let Some(entry) = tree.newest_claim_on(key) {
            let holder = tree.holder(entry);
            let outside = !tree.topology.is_within(holder, key);
            self.drop_claim(tree, entry);
            if outside && !self.last {
                tree.sink(key);
                return Attempt::Claimed(holder);
            }
        }
        if tree.item(key).is(flag::LEAVING) && !self.last {
            return Attempt::Refused;
        }
        // Not before hooks have heard of the references: what can't be claimed is on its way out.
        if held && self.last {
            tree.kill(key);
        } else if held && !tree.condemn(key) {
            return self.leave_to_claims(tree, key);
        }
        let item = tree.item_mut(key);
        if item.is(flag::GUARDED) {
            return self.ask(tree, key);
        }
        item.set(flag::DYING, true);
        Attempt::Entered
    }

    /// Whether claims from outside the tree are all that keeps a node.
    fn is_held(&self, tree: &Tree, key: NodeKey) -> bool {
        let kept_otherwise = tree.item(key).is(flag::LEAVING) || tree.claim_from_beside(key).is_some();
        !kept_otherwise && tree.claims_from_outside(key) != (0, 0)
    }

    /// Leaves a node to its claims from outside the tree.
    fn leave_to_claims(&self, tree: &mut Tree, key: NodeKey) -> Attempt {
        tree.set_counted(key, true);
        Attempt::Held
    }

    /// Ends a child that has just begun to die, if it is still the first child of `at` and has nothing below it and no
    /// cleanups.
    #[inline]
    fn finish_leaf(&mut self, tree: &mut Tree, at: NodeKey, child: NodeKey) -> bool {
        let Tree { topology, kinds, memory, rare, .. } = tree;
        let Some(item) = topology.remove_first_leaf(at, child, |item| item.flags == flag::DYING) else { return false };
        self.discard(&item, kinds, memory, rare);
        self.uncharge(tree, child, item.size);
        self.announce(tree, child);
        true
    }

    /// Ends a dying node that has no children any more, and says whose child it was.
    fn finish(&mut self, tree: &mut Tree, key: NodeKey) -> NodeKey {
        if tree.item(key).is(flag::CLEANUPS | flag::MARKED) {
            self.clean_up(tree, key);
            self.guard(|| tree.wipe(key));
        }
        let Tree { topology, kinds, memory, rare, .. } = tree;
        let parent = topology.parent(key).expect("a node that goes has a parent");
        let item = topology.remove_leaf(key);
        self.discard(&item, kinds, memory, rare);
        self.uncharge(tree, key, item.size);
        self.announce(tree, key);
        parent
    }

    /// Ends a dying node that has no children or cleanups any more, and hands out its value.
    fn finish_but_value<T: Send + 'static>(&mut self, tree: &mut Tree, key: NodeKey) -> T {
        let item = tree.topology.remove_leaf(key);
        self.count(&item, &mut tree.rare);
        let rows = tree.kinds.rows_mut::<T>(item.kind).expect("a typed handle has a column");
        let value = rows.remove(item.slot).expect("a node has a row");
        if item.zone != HEAP {
            self.discharge(item, layout(&item, tree.kinds.info(item.kind)), &mut tree.memory);
            self.leave(item, &mut tree.memory);
        }
        self.uncharge(tree, key, item.size);
        self.announce(tree, key);
        value
    }

    fn announce(&mut self, tree: &mut Tree, key: NodeKey) {
        if tree.hooks.observing() {
            let node = tree.id(key);
            self.user(tree, |tree| tree.emit(Event::Freed { node }));
        }
    }

    fn drop_claim(&mut self, tree: &mut Tree, entry: NodeKey) {
        let event = tree.drop_claim(entry);
        self.references += 1;
        if let Some(event) = event {
            self.user(tree, |tree| tree.emit(event));
        }
    }

    /// Runs code that has the tree and may be the user's. A panic waits in `self`.
    #[inline(always)]
    pub(super) fn user<R>(&mut self, tree: &mut Tree, code: impl FnOnce(&mut Tree) -> R) -> Option<R> {
        let result = self.guard(|| code(tree));
        assert!(tree.tag == self.tree, "user code called by a free has put another tree in this one's place");
        result
    }

    /// Runs code that may be the user's. A panic waits in `self`.
    #[inline(always)]
    pub(super) fn guard<R>(&mut self, code: impl FnOnce() -> R) -> Option<R> {
        match catch_unwind(AssertUnwindSafe(code)) {
            Ok(result) => Some(result),
            Err(panic) => {
                self.keep(panic);
                None
            }
        }
    }

    #[cold]
    fn keep(&mut self, panic: Box<dyn Any + Send>) {
        self.aside().panic.get_or_insert(panic);
    }

    fn rethrow(&mut self) {
        if let Some(panic) = self.aside.as_mut().and_then(|aside| aside.panic.take()) {
            resume_unwind(panic);
        }
    }

    /// The result is put together here: one that was counted in place would be slow to copy as a whole.
    #[inline]
    fn end(self, tree: &Tree) -> Freed {
        let Self { nodes, bytes, references, aside, .. } = self;
        let survivors = aside.map_or_else(Vec::new, |aside| aside.end(tree));
        Freed { nodes, bytes, references, survivors }
    }
}

impl Aside {
    /// Who survived. If user code has panicked, so does this.
    #[inline(never)]
    fn end(mut self, tree: &Tree) -> Vec<Survivor> {
        if let Some(panic) = self.panic {
            resume_unwind(panic);
        }
        let mut seen = FxHashSet::default();
        let alive = self.passed.drain(..).filter(|&key| tree.topology.contains(key) && seen.insert(key));
        let survivors = alive.filter_map(|key| {
            let parent = tree.topology.parent(key)?;
            Some(Survivor { node: tree.id(key), parent: tree.id(parent) })
        });
        survivors.collect()
    }
}
