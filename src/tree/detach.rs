//! Taking subtrees out of a tree, and putting them into one.

use super::hooks::Hooks;
use super::transplant::{Border, Moved, Obstacle, transplant};
use super::{Event, NodeMap, Tree};
use crate::error::{Crossing, Error, Rejected};
use crate::id::NodeId;
use crate::subtree::Subtree;

/// # Moving subtrees between trees
impl Tree {
    /// Takes a node and all below it out of the tree, as a [`Subtree`] that can go to another thread and be
    /// [grafted](Self::graft) into any tree. O(subtree).
    ///
    /// Values are moved, not cloned. Names, origins, destructors, cleanups, budgets, secrecy and references within come
    /// along, and so does what was declared of their types; no destructor runs. An allocator that nobody else uses comes
    /// along, unless a scope is open in it; otherwise bytes are copied, but for blocks of the heap above 32 KiB, which are
    /// moved. Handles from before are [`Error::Moved`] as long as their places are empty, then stale; [`Subtree::map`]
    /// leads to those from now on. The observer hears of the whole, as [`Event::Detached`].
    ///
    /// Values of [declared](Self::declare_links) types have their links led to where nodes are now, and [strong](crate::Strong)
    /// and weak claims in them come along; each clone then has a claim of its own. Weak claims elsewhere are on nothing any
    /// more. A node that nobody owned is owned by its parent from now on.
    ///
    /// ```
    /// # use freehold::{Error, Tree};
    /// let (mut server, mut archive) = (Tree::new(), Tree::new());
    /// let session = server.context(server.root(), "session")?;
    /// let user = server.strdup(session, "alice")?;
    ///
    /// let map = archive.graft(archive.root(), server.detach(session)?)?;
    /// assert_eq!(archive.name(map.top())?, "session");
    /// assert_eq!(
    ///     server.get(user).unwrap_err().to_string(),
    ///     format!("node {user} was moved to another tree: the map that came of the move has its new handle"),
    /// );
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Crossed`] if references lead into the subtree or out of it, or if a node in it is claimed from outside
    /// the tree: [retained](Self::retain), or by a strong claim that does not lie, with all its clones, in a value that
    /// comes along. It lists them, and names the root for a claim from outside.
    /// [`detach_dropping`](Self::detach_dropping) drops them. [`Error::Dying`] if anything in it is on its way out;
    /// [`Error::Root`]; [`Error::OutOfMemory`] if the system has none; [`Error::Stale`], [`Error::Foreign`],
    /// [`Error::Moved`]. Nothing has changed then.
    ///
    /// # Panics
    ///
    /// If a [`Links::list`](crate::Links::list) does: nothing has changed then. If the observer does, a
    /// [`Links::rewrite`](crate::Links::rewrite), or an allocator of the user's that takes bytes back: all has been done,
    /// and the subtree is freed.
    #[track_caller]
    pub fn detach(&mut self, node: impl Into<NodeId>) -> Result<Subtree, Error> {
        Ok(self.cut_out(node.into(), Border::Closed)?.0)
    }

    /// As [`detach`](Self::detach), with claims that cross the border dropped, and listed: once each reference, and once
    /// each node that is claimed from outside the tree, with the root for its holder, however often it is claimed. A
    /// [`Strong`](crate::Strong) that is dropped so is on nothing any more. O(subtree).
    ///
    /// ```
    /// # use freehold::Tree;
    /// let mut tree = Tree::new();
    /// let cache = tree.context(tree.root(), "cache")?;
    /// let session = tree.context(tree.root(), "session")?;
    /// let user = tree.strdup(session, "alice")?;
    /// tree.reference(cache, user)?;
    ///
    /// assert_eq!(
    ///     tree.detach(session).unwrap_err().to_string(),
    ///     format!("1 claim crosses the subtree's border ({cache} on {user}); drop it first, or detach it with `detach_dropping`"),
    /// );
    /// let (_subtree, crossings) = tree.detach_dropping(session)?;
    /// assert_eq!((crossings[0].holder, crossings[0].target), (cache.id(), user.id()));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`detach`](Self::detach), but for [`Error::Crossed`].
    ///
    /// # Panics
    ///
    /// As [`detach`](Self::detach).
    #[track_caller]
    pub fn detach_dropping(&mut self, node: impl Into<NodeId>) -> Result<(Subtree, Vec<Crossing>), Error> {
        self.cut_out(node.into(), Border::Open)
    }

    #[track_caller]
    fn cut_out(&mut self, node: NodeId, border: Border) -> Result<(Subtree, Vec<Crossing>), Error> {
        self.settle_waiting();
        let top = self.resolve_movable(node)?;
        let parent = self.topology.parent(top).expect("only the root has none");
        let mut tree = Tree::new();
        tree.budgets = self.budgets.fresh();
        let root = tree.topology.root();
        let moved = transplant(self, top, &mut tree, root, border, false);
        let Moved { map, crossings, news } = moved.map_err(|obstacle| match obstacle {
            Obstacle::Error(error) => error,
            Obstacle::Memory(error) => self.out_of_memory(top, error),
        })?;
        let subtree = Subtree::new(tree, map.top(), Some(map));
        news.into_iter().for_each(|event| self.emit(event));
        if self.hooks.observing() {
            self.emit(Event::Detached { node, parent: self.id(parent) });
        }
        Ok((subtree, crossings))
    }

    /// Makes a subtree of the whole tree, its root being the top. O(1).
    ///
    /// It is for those who build in a tree of their own, in another thread, say, and hand over what they have made. Handles
    /// stay as they are until it is grafted. What was set for the tree goes: log, observer, the handler for memory that runs
    /// out, leak report, test mode.
    ///
    /// ```
    /// # use freehold::{Tree, TreeBuilder};
    /// let mut parsed = TreeBuilder::new().root_name("document").build();
    /// let title = parsed.strdup(parsed.root(), "On Trees")?;
    ///
    /// let mut library = Tree::new();
    /// let map = library.graft(library.root(), parsed.into_subtree())?;
    /// assert_eq!(library.name(map.top())?, "document");
    /// assert_eq!(&library[map.get(title).unwrap()], "On Trees");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    pub fn into_subtree(mut self) -> Subtree {
        self.hooks = Hooks::default();
        let top = self.root();
        Subtree::new(self, top, None)
    }

    /// Makes a subtree part of this tree: its top becomes the first child of `parent`. O(subtree).
    ///
    /// What comes along, and how, is as with [`detach`](Self::detach). Bytes that are copied come to lie in the allocator
    /// that serves `parent`, as if they had been made there; if that is not the heap, those of large blocks too. The map
    /// leads from the handles that the nodes had in the [`Subtree`] to those they have here. The observer hears of the
    /// whole, as [`Event::Grafted`].
    ///
    /// ```
    /// # use freehold::{Error, Tree};
    /// # let (mut tree, mut other) = (Tree::new(), Tree::new());
    /// let gone = tree.context(tree.root(), "gone")?;
    /// tree.free(gone)?;
    /// let session = other.context(other.root(), "session")?;
    ///
    /// let rejected = tree.graft(gone, other.detach(session)?).unwrap_err();
    /// assert_eq!(rejected.error(), &Error::Stale { node: gone.id() });
    /// let map = tree.graft(tree.root(), rejected.into_value())?; // it was not lost
    /// assert_eq!(tree.name(map.top())?, "session");
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What the parent can be wrong in: [`Error::Stale`], [`Error::Foreign`], [`Error::Moved`], [`Error::Dying`];
    /// [`Error::OutOfMemory`] if its allocator has no room, [`Error::OverBudget`] if a budget has none; [`Error::Crossed`]
    /// if the subtree is claimed from outside, which one that was made of a whole tree can be, and one of which somebody
    /// has cloned a strong claim; [`Error::Full`]. The subtree comes back in the [`Rejected`], and
    /// [`Subtree::into_tree`] helps where claims are to be given up.
    ///
    /// # Panics
    ///
    /// If user code does. If it was an allocator or a budget's handler that was asked for room, or a
    /// [`Links::list`](crate::Links::list), the subtree is freed; if it was the observer, a
    /// [`Links::rewrite`](crate::Links::rewrite) or an allocator that took bytes back, all has been done.
    #[track_caller]
    pub fn graft(&mut self, parent: impl Into<NodeId>, subtree: Subtree) -> Result<NodeMap, Rejected<Subtree>> {
        let parent = parent.into();
        self.settle_waiting();
        let (mut from, top, map) = subtree.into_parts();
        from.settle_waiting();
        let key = match self.afford_graft(parent, &from, top.key).and_then(|()| self.resolve_parent(parent)) {
            Ok(key) => key,
            Err(error) => return Err(Rejected::new(Subtree::new(from, top, map), error)),
        };
        match transplant(&mut from, top.key, self, key, Border::Closed, true) {
            Ok(Moved { map, .. }) => {
                if self.hooks.observing() {
                    self.emit(Event::Grafted { node: map.top(), parent });
                }
                Ok(map)
            }
            Err(obstacle) => {
                let error = match obstacle {
                    Obstacle::Error(error) => error,
                    Obstacle::Memory(error) => self.out_of_memory(key, error),
                };
                Err(Rejected::new(Subtree::new(from, top, map), error))
            }
        }
    }
}
