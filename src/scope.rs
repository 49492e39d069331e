//! Scopes: temporary contexts that end by themselves.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use bytemuck::Pod;

use crate::error::{Error, Rejected};
use crate::id::{Handle, NodeId};
use crate::tree::{Freed, OpenScope, Tree};

/// # Scopes
impl Tree {
    /// Opens a scope: a context below `parent` that is freed, with all in it, when the guard goes: at the end of the
    /// block, by `?`, by a panic. O(1).
    ///
    /// What is made by the guard's own methods is made in the scope; [`keep`](Scope::keep) moves a result out to
    /// `parent`. As long as the guard lives, it stands for the tree, which is borrowed. In an arena, the end of the scope
    /// takes the arena back to where it was: see [`Scope`].
    ///
    /// ```
    /// use freehold::{Error, Handle, Tree};
    ///
    /// fn join(tree: &mut Tree, parent: Handle<()>, words: &[&str]) -> Result<Handle<str>, Error> {
    ///     let mut tmp = tree.scope(parent)?;
    ///     let text = tmp.strdup("")?;
    ///     for word in words {
    ///         let quoted = tmp.format(format_args!("<{word}>"))?;
    ///         let quoted = tmp[quoted].to_owned();
    ///         tmp.append(text, &quoted)?;
    ///     }
    ///     tmp.keep(text)
    /// }
    ///
    /// let mut tree = Tree::new();
    /// let request = tree.context(tree.root(), "request")?;
    /// let text = join(&mut tree, request, &["a", "b"])?;
    /// assert_eq!((&tree[text], tree.len()), ("<a><b>", 2));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// Neither the guard nor a borrow outlives the scope:
    ///
    /// ```compile_fail,E0505
    /// # let mut tree = freehold::Tree::new();
    /// let mut tmp = tree.scope(tree.root()).unwrap();
    /// let number = tmp.alloc(1).unwrap();
    /// let borrowed = &tmp[number];
    /// drop(tmp);
    /// println!("{borrowed}");
    /// ```
    ///
    /// ```compile_fail,E0515
    /// fn escape() -> freehold::Scope<'static> {
    ///     let mut tree = freehold::Tree::new();
    ///     tree.scope(tree.root()).unwrap()
    /// }
    /// ```
    ///
    /// ```compile_fail,E0499
    /// # let mut tree = freehold::Tree::new();
    /// let mut tmp = tree.scope(tree.root()).unwrap();
    /// tree.alloc(tree.root(), 1).unwrap();
    /// tmp.alloc(2).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`] for the parent; [`Error::TooDeep`] if its arena has
    /// [`MAX_SCOPES`](crate::memory::MAX_SCOPES) scopes open; [`Error::OverBudget`]; [`Error::Full`].
    #[track_caller]
    #[doc(alias = "talloc_new")]
    #[doc(alias = "talloc_stackframe")]
    pub fn scope(&mut self, parent: impl Into<NodeId>) -> Result<Scope<'_>, Error> {
        let open = self.open_scope(parent.into())?;
        Ok(Scope { open, tree: self })
    }

    /// Runs `work` in a scope, ends the scope, and gives what `work` gives: [`scope`](Self::scope) for those who like
    /// closures. O(1), and what is in the scope at its end.
    ///
    /// ```
    /// # use freehold::{Error, Tree};
    /// # let mut tree = Tree::new();
    /// let sum = tree.scoped(tree.root(), |tmp| {
    ///     let squares = tmp.array_from(&[1, 4, 9])?;
    ///     Ok::<i32, Error>(tmp[squares].iter().sum())
    /// })?;
    /// assert!(sum == 14 && tree.is_empty());
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// A borrow does not escape either:
    ///
    /// ```compile_fail
    /// # use freehold::{Error, Tree};
    /// # let mut tree = Tree::new();
    /// let text = tree.scoped(tree.root(), |tmp| {
    ///     let text = tmp.strdup("gone")?;
    ///     Ok::<&str, Error>(&tmp[text])
    /// });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`scope`](Self::scope), and what `work` gives.
    ///
    /// # Panics
    ///
    /// As [`free`](Self::free), when the scope ends.
    #[track_caller]
    pub fn scoped<R, E: From<Error>>(
        &mut self,
        parent: impl Into<NodeId>,
        work: impl FnOnce(&mut Scope<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        let mut scope = self.scope(parent)?;
        work(&mut scope)
    }
}

/// A temporary context that is freed when this guard goes. Made by [`Tree::scope`].
///
/// It stands for the tree: whatever a tree can do, it can do. Its own methods, which name no parent, make things in
/// the scope. For the tree's other methods and for [`format_in!`](crate::format_in), the parent is the scope's
/// [`handle`](Self::handle). A method of the tree that has the same name as one of these is reached through
/// [`tree`](Self::tree).
///
/// ```
/// use freehold::{Tree, format_in};
///
/// let mut tree = Tree::new();
/// let mut tmp = tree.scope(tree.root())?;
/// let name = tmp.strdup("alice")?; // in the scope
/// let here = tmp.handle();
/// let squares = tmp.array_from_iter(here, (1..=3u32).map(|n| n * n))?; // in the scope, by a method of the tree
/// let line = format_in!(tmp, here, "{}: {:?}", &tmp[name], &tmp[squares])?;
/// let line = tmp.keep(line)?; // not in it any more
/// let freed = tmp.close()?;
///
/// assert_eq!(&tree[line], "alice: [1, 4, 9]");
/// assert_eq!(freed.nodes(), 3); // the scope's context, the name and the squares
/// # Ok::<(), freehold::Error>(())
/// ```
///
/// When a scope ends, the nodes in it are freed as by [`Tree::free`], destructors and all. One that refuses survives and
/// goes to the scope's parent; [`close`](Self::close) tells of it, which a guard that is just dropped can't. If
/// something outside holds a reference to the scope's own context, that holder takes over; and if it is claimed from
/// outside the tree, it lives on below the root. A panic of a destructor comes out when the scope has ended, unless there
/// is one on its way already.
///
/// **In an arena** ([`Arena`](crate::Arena), [`Pool`](crate::Pool), [`FixedBuffer`](crate::FixedBuffer),
/// [`Temporary`](crate::Temporary)), the end of a scope makes the memory that was taken since its beginning free
/// again. Arrays that were kept are moved down to where the scope began. An array from outside that was resized in the
/// scope still belongs to its owner, and is moved down too. If the scope leaves other arrays behind, which were made
/// under a parent outside it, all the memory it took stays taken until the scope around it ends, or until all blocks
/// there are freed. So nothing that lives ever loses its bytes.
pub struct Scope<'t> {
    open: OpenScope,
    tree: &'t mut Tree,
}

impl Scope<'_> {
    /// The scope's context, to name as a parent. O(1).
    #[must_use]
    pub fn handle(&self) -> Handle<()> {
        self.open.context()
    }

    /// Where results are kept: the node the scope was opened under. O(1).
    #[must_use]
    pub fn outside(&self) -> NodeId {
        self.open.parent()
    }

    /// How many scopes of this tree are open, this one included. O(1).
    #[must_use]
    pub fn depth(&self) -> usize {
        self.open.depth()
    }

    /// The tree, for those of its methods that have the name of one of the scope's own. O(1).
    pub fn tree(&mut self) -> &mut Tree {
        self.tree
    }

    /// Opens a scope in this one, which has to end first. O(1).
    ///
    /// # Errors
    ///
    /// As [`Tree::scope`].
    #[track_caller]
    pub fn nested(&mut self) -> Result<Scope<'_>, Error> {
        self.tree.scope(self.open.context())
    }

    /// Moves a result out of the scope, with all below it, to the node the scope was opened under, and gives its handle
    /// back. Costs what [`Tree::steal`] does and a look up from the result, and in an arena O(nodes and bytes kept) more when the
    /// scope ends.
    ///
    /// # Errors
    ///
    /// [`Error::NotOwner`] if it is not in this scope; [`Error::OverBudget`] if the budget of the node the scope was opened
    /// under does not count what is in the scope, which can be if that was moved, and has no room; [`Error::Stale`],
    /// [`Error::Foreign`] or [`Error::Dying`] for it or for the node the scope was opened under.
    #[track_caller]
    pub fn keep<H: Into<NodeId> + Copy>(&mut self, result: H) -> Result<H, Error> {
        self.tree.keep_out_of(&self.open, result.into())?;
        Ok(result)
    }

    /// Moves all that [floats](Self::floating) directly in the scope to the node the scope was opened under, which owns it
    /// from then on, and says how many nodes that were. What floats and is not claimed when the scope ends goes with it. O(children
    /// of the scope's context), and in an arena as [`keep`](Self::keep).
    ///
    /// ```
    /// # use freehold::{Error, Tree};
    /// # let mut tree = Tree::new();
    /// let mut tmp = tree.scope(tree.root())?;
    /// let (row, page) = (tmp.floating("row")?, tmp.floating("page")?);
    /// tmp.retain(page)?;
    /// assert_eq!(tmp.sink()?, 1); // the row: the page is claimed
    /// tmp.floating("never claimed")?;
    /// assert_eq!(tmp.close()?.nodes(), 2); // the scope's context, and what was never claimed
    /// assert!(tree.contains(row) && tree.ref_count(page)? == 1);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`] for the node the scope was opened under,
    /// [`Error::WouldLoop`] if that has been moved into the scope, and [`Error::OverBudget`] as with [`keep`](Self::keep).
    pub fn sink(&mut self) -> Result<usize, Error> {
        self.tree.sink_out_of(&self.open)
    }

    /// Frees all that floats directly in the scope, newest first, before the scope ends. Those that refuse are listed, and
    /// stay. O(children of the scope's context), and what the frees cost.
    ///
    /// ```
    /// # use freehold::{Error, Tree};
    /// # let mut tree = Tree::new();
    /// let mut tmp = tree.scope(tree.root())?;
    /// let page = tmp.floating("page")?;
    /// tmp.floating("never claimed")?;
    /// tmp.retain(page)?;
    /// assert_eq!(tmp.drop_floats()?.nodes(), 1);
    /// assert!(tmp.contains(page));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`] if the scope's context is gone.
    ///
    /// # Panics
    ///
    /// As [`Tree::free`], when all are gone.
    pub fn drop_floats(&mut self) -> Result<Freed, Error> {
        self.tree.drop_floats_of(&self.open)
    }

    /// Ends the scope, and says what went. O(what is in it).
    ///
    /// # Errors
    ///
    /// As [`Tree::free`], for the scope's context.
    ///
    /// # Panics
    ///
    /// As [`Tree::free`].
    pub fn close(self) -> Result<Freed, Error> {
        let mut this = std::mem::ManuallyDrop::new(self);
        let Self { open, tree } = &mut *this;
        tree.close_scope(open)
    }

    /// As [`Tree::alloc`], in the scope.
    ///
    /// # Errors
    ///
    /// As there.
    #[track_caller]
    pub fn alloc<T: Send + 'static>(&mut self, value: T) -> Result<Handle<T>, Rejected<T>> {
        self.tree.alloc(self.open.context(), value)
    }

    /// As [`Tree::floating`], in the scope: what nobody has claimed or [moved](Self::sink) by its end goes with it. What is
    /// claimed then lives on below the root.
    ///
    /// # Errors
    ///
    /// As there.
    #[track_caller]
    pub fn floating<T: Send + 'static>(&mut self, value: T) -> Result<Handle<T>, Rejected<T>> {
        self.tree.floating_in(self.open.context().id(), value, Location::caller())
    }

    /// As [`Tree::context`], in the scope.
    ///
    /// # Errors
    ///
    /// As there.
    #[track_caller]
    pub fn context(&mut self, name: impl Into<Cow<'static, str>>) -> Result<Handle<()>, Error> {
        self.tree.context(self.open.context(), name)
    }

    /// As [`Tree::bytes`], in the scope.
    ///
    /// # Errors
    ///
    /// As there.
    #[track_caller]
    pub fn bytes(&mut self, len: usize) -> Result<Handle<[u8]>, Error> {
        self.tree.bytes(self.open.context(), len)
    }

    /// As [`Tree::array`], in the scope.
    ///
    /// # Errors
    ///
    /// As there.
    #[track_caller]
    pub fn array<T: Pod>(&mut self, len: usize) -> Result<Handle<[T]>, Error> {
        self.tree.array(self.open.context(), len)
    }

    /// As [`Tree::array_from`], in the scope.
    ///
    /// # Errors
    ///
    /// As there.
    #[track_caller]
    pub fn array_from<T: Pod>(&mut self, elements: &[T]) -> Result<Handle<[T]>, Error> {
        self.tree.array_from(self.open.context(), elements)
    }

    /// As [`Tree::strdup`], in the scope.
    ///
    /// # Errors
    ///
    /// As there.
    #[track_caller]
    pub fn strdup(&mut self, text: &str) -> Result<Handle<str>, Error> {
        self.tree.strdup(self.open.context(), text)
    }

    /// As [`Tree::format`], in the scope.
    ///
    /// # Errors
    ///
    /// As there.
    #[track_caller]
    pub fn format(&mut self, args: fmt::Arguments<'_>) -> Result<Handle<str>, Error> {
        self.tree.format(self.open.context(), args)
    }
}

impl Deref for Scope<'_> {
    type Target = Tree;

    fn deref(&self) -> &Tree {
        self.tree
    }
}

impl DerefMut for Scope<'_> {
    fn deref_mut(&mut self) -> &mut Tree {
        self.tree
    }
}

impl Drop for Scope<'_> {
    fn drop(&mut self) {
        let Self { open, tree } = self;
        let outcome = catch_unwind(AssertUnwindSafe(|| tree.close_scope(open)));
        if let Err(panic) = outcome
            && !std::thread::panicking()
        {
            resume_unwind(panic);
        }
    }
}

impl fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("context", &self.handle()).field("depth", &self.depth()).finish()
    }
}
