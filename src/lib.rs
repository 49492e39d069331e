//! Hierarchical ownership in safe Rust: talloc's idea, with handles that can't dangle, outcomes that don't lie and
//! reports people can read.
//!
//! Every value is a node of a [`Tree`]. Each node has one parent; freeing a node frees everything below it. What
//! you hold are [`Handle`]s: typed, copyable, and checked by the tree at every use.
//!
//! ```
//! use freehold::{Handle, Tree};
//!
//! struct Session {
//!     user: Handle<str>,
//!     scores: Handle<[u32]>,
//! }
//!
//! let mut tree = Tree::new();
//! let session = tree.context(tree.root(), "session")?;
//! let user = tree.strdup(session, "alice")?;
//! let scores = tree.array_from(session, &[3, 1, 2])?;
//! let session_data = tree.alloc(session, Session { user, scores })?;
//!
//! let Session { user, scores } = tree[session_data];
//! tree[scores].sort();
//! assert_eq!((&tree[user], &tree[scores]), ("alice", &[1, 2, 3][..]));
//!
//! tree.free(session)?;
//! assert!(tree.get(scores).is_err());
//! # Ok::<(), freehold::Error>(())
//! ```
//!
//! # Owning
//!
//! | to | call |
//! |---|---|
//! | group what belongs together | [`Tree::context`] |
//! | keep a value, an array, a text | [`Tree::alloc`], [`Tree::array`], [`Tree::strdup`] |
//! | make a text, make it longer | [`format_in!`], [`Tree::append`], [`Tree::writer`] |
//! | make an array longer or shorter | [`Tree::resize`], [`Tree::resize_zero`], [`Tree::realloc`] |
//! | read and write it | `tree[handle]`, [`Tree::get`], [`Tree::get_mut`], [`Tree::iter`] |
//! | free it with all below it | [`Tree::free`], [`Tree::free_children`] |
//! | free it alone, or get the value back | [`Tree::free_lifting`], [`Tree::take`] |
//! | give it to another owner | [`Tree::steal`], [`Tree::transfer`], [`Tree::place`] |
//! | make it once more | [`Tree::duplicate`], [`Tree::make_mut`] |
//! | give it to another tree, or thread | [`Tree::detach`], [`Tree::graft`], [`Tree::into_subtree`] |
//! | let several own it | [`Tree::reference`], [`Tree::unlink`] |
//! | hold it from outside, by count | [`Tree::floating`], [`Tree::retain`], [`Tree::release`], [`Tree::retained`] |
//! | hold it from anywhere, in any thread | [`Tree::strong`], [`Tree::weak`], [`Tree::settle`] |
//! | be asked, or told, when it goes | [`Tree::set_destructor`], [`Tree::add_cleanup`] |
//! | find what keeps itself alive, or is forgotten | [`links!`], [`Tree::cycles`], [`Tree::unreachable`] |
//! | leave nothing of a key behind | [`Tree::set_secret`] |
//! | look around | [`Tree::parent`], [`Tree::children`], [`Tree::descendants`], [`Cursor`] |
//! | work on something temporary | [`Tree::scope`], [`Scope::keep`] |
//! | limit what a subtree may have | [`Tree::set_budget`], [`Tree::budget`] |
//! | say where bytes come from | [`Tree::context_in`], [`Tree::pooled`], [`TreeBuilder::allocator`] |
//! | see it | [`Tree::report`], [`Tree::report_text`], [`Tree::allocator`], [`Tree::set_log`], [`Tree::set_observer`] |
//! | rank, compare and draw it, or a report of a C program | the module [`report`] |
//!
//! # Sharing
//!
//! Every node has one owner, its parent. Who else wants it says so in one of these ways:
//!
//! | | held by | the node lives | to choose |
//! |---|---|---|---|
//! | [`Handle`] | anybody, as a copy | as long as others keep it; then the handle is stale | where there is no reason for another |
//! | [`Weak`] | anybody, in any thread | as long as others keep it; then [`upgrade`](Weak::upgrade) gives `None` | for links back, which would close a cycle |
//! | [reference](Tree::reference) | a node | until the holder goes too: if the owner goes first, the holder takes over | where two parts of the tree own it alike |
//! | [retained](Tree::retain) | nobody that the tree knows | until it is [released](Tree::release) as often | for interfaces that count |
//! | [`Strong`] | anybody, in any thread | until the last clone is dropped | for what is kept outside the tree, or in values |
//!
//! The last two are claims from outside the tree:
//!
//! - **Kept.** A node that is claimed can't be freed by name. If its owner goes, it lives on below the root, and goes with
//!   the last claim. Until then nobody owns it; whoever moves it below an owner makes it an ordinary node.
//! - **Floating.** A node made by [`Tree::floating`] has no owner from the start. What is never claimed goes with its scope,
//!   or shows in leak reports.
//! - **Later.** To drop a [`Strong`] touches no tree. It takes effect at the beginning of the next call that changes the tree,
//!   or in [`Tree::settle`].
//! - **Visible.** Claims are counted ([`Tree::ref_count`]), show in reports as references of the root, and are what
//!   [`Error::Held`] and [`Error::Claimed`] tell of.
//! - **Cycles.** Owning makes none, but references and strong claims in values can, and then keep themselves alive.
//!   [`links!`] has a type list what its values hold; then [`Tree::cycles`] says which links to make weak, and
//!   [`Tree::unreachable`] which nodes nobody mentions any more.
//!
//! # Threads
//!
//! - **One at a time.** A [`Tree`] is `Send` and not `Sync`: give it from thread to thread, or put it behind a lock.
//! - **Anywhere.** Handles, [`Strong`], [`Weak`] and [`NodeMap`] are `Send` and `Sync`. Strong and weak claims are cloned,
//!   dropped and upgraded without the tree, whoever has it.
//! - **Handed over.** A [`Subtree`] goes to another thread and into its tree, with all that belongs to it:
//!   [`Tree::detach`] takes it out of a tree, [`Tree::into_subtree`] makes one of a tree that was built apart, and
//!   [`Tree::graft`] gives the map from old handles to new ones. Values are moved, in O(size).
//!
//! # Memory
//!
//! A tree has a [`Heap`], and needs no other allocator. A context can bring one ([`Tree::context_in`]): an [`Arena`],
//! a [`Pool`], a [`FixedBuffer`], a [`Temporary`], or one of your own. The module [`memory`] says when to choose
//! which.
//!
//! - **Inherited.** A new node takes its memory from where its parent's came from, and so on down. The allocator in
//!   use is always that of the owner you name, never a hidden global one.
//! - **Kept when moved.** A node that is moved keeps its memory where it is. An allocator goes when the last node with
//!   memory from it has gone, wherever that is.
//! - **Charged.** Arrays have their bytes in the allocator. Values and texts lie in tables of the tree; their sizes are
//!   *charged* to the allocator, so that a [`FixedBuffer`] refuses what would not fit.
//! - **Scopes.** A [`Scope`] is a temporary context that is freed when its guard goes. In an arena it also takes the
//!   memory back to where it was, except for what lives on.
//! - **Limited.** A [`Budget`] limits what a node and all below it may have, wherever its memory comes from. Requests that
//!   don't fit fail with [`Error::OverBudget`] before anything has changed.
//! - **Out of memory.** An allocator without room makes the call fail with [`Error::OutOfMemory`], and nothing has
//!   changed; so does the tree's heap when the system has no memory for it. [`TreeBuilder::on_exhaustion`] has the tree
//!   panic instead. The tables for nodes, values and texts are like any `Vec`: if the system has no memory for those,
//!   the program ends.
//!
//! # What holds
//!
//! - A handle is stale once its node is freed, and every use says so: [`Error::Stale`], or [`Error::Moved`] if the node
//!   went to another tree and nothing new lies in its place. Handles of other trees are [`Error::Foreign`], and a node that
//!   is on its way out is [`Error::Dying`]. A place is used again with a new
//!   generation up to 2³¹ times and then retired, so no handle ever matches a second node of its tree. Identities of
//!   trees come round after 2³² − 1 trees.
//! - A free runs in talloc's order: destructor, children newest first, cleanups, value. It says what survived.
//! - Destructors, cleanups and hooks always see a tree in order, and may change it. If one panics, the operation is
//!   completed and the panic continues to the caller; if several do, the first one. The exceptions are named where they
//!   are.
//! - Nothing recurses over the tree: depth costs no stack. (A destructor that frees another guarded node calls into
//!   that node's destructor; such a chain, written by the user, is as deep as the user makes it.)
//! - Values are `Send + 'static`, so a tree can be built in one thread and used in another.
//!
//! Somebody who knows talloc finds each of its functions by its C name in this documentation's search, and every
//! difference in `docs/talloc.md`.
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | brings |
//! |---|---|
//! | `json` | reports as JSON, both ways |
//! | `export` | reports for other tools, and as pictures and pages; PostgreSQL's view as CSV; `json` |
//! | `retained` | what would go if a node of a report went |
//! | `cli` | the command-line tool `freehold`, and all others |
//!
//! # Testing and verification
//!
//! Recorded runs of the real libtalloc replay against this crate, every observable compared. A naive model is
//! compared with it, by property tests and a fuzzer, on programs over live, stale, foreign, wrong-type and dying
//! handles. [`Tree::validate`] checks the numbered invariants of `docs/invariants.md` after every step. Each call of user
//! code panics in turn, each request for memory fails. What an operation costs is counted, in orders that could hurt.
//! `docs/testing.md` says how each of these is run, what it has found, and what it leaves open.
//!
//! Two tools for the tests of programs that use trees: [`TreeBuilder::test_mode`] makes a tree that watches over its
//! memory and panics if anything is left in it at its end, and [`for_each_failure`] runs a scenario once for each
//! request for memory, with that one failing. This crate's own paths are tried with both.
#![forbid(unsafe_code)]

mod anchor;
mod error;
mod first_panic;
mod id;
mod invalid;
mod links;
pub mod memory;
pub mod report;
mod retained;
mod scope;
mod slots;
mod steps;
mod strong;
mod subtree;
mod sync;
mod testing;
mod topology;
mod tree;
mod values;
mod wipe;

pub use bytemuck::Pod;
pub use error::{Crossing, Error, Rejected};
pub use id::{Handle, MaybeNode, NodeId};
pub use invalid::Invalid;
pub use links::{LinkList, Links, Rewriter, Strength};
pub use memory::{Arena, FixedBuffer, Heap, Pool, Temporary};
pub use retained::Retained;
pub use scope::Scope;
#[cfg(freehold_steps)]
#[doc(hidden)]
pub use steps::steps;
pub use strong::{Strong, Weak};
pub use subtree::Subtree;
pub use testing::for_each_failure;
#[doc(hidden)]
pub use tree::Formatted;
pub use tree::{
    Ancestors, Budget, BudgetUsage, Children, CleanupId, Column, Cursor, Cycle, Descendants, Edge, Edges, Event,
    Exceeded, Freed, Iter, IterMut, Link, LogKind, LogRecord, NodeMap, Place, Reference, ReferenceId, Released, Relief,
    Standing, Survivor, Taken, TextWriter, Tree, TreeBuilder, Unlinked, Value, Verdict,
};
pub use wipe::Wipe;

#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../README.md")]
    mod readme {}
    #[doc = include_str!("../docs/talloc.md")]
    mod talloc {}
}
