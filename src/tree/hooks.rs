//! What a tree tells others: warnings to a log function, changes to an observer.

use std::fmt;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use super::exhaust::OnExhaustion;
use super::{Reference, Tree};
use crate::first_panic::FirstPanic;
use crate::id::NodeId;
use crate::id::NodeKey;

type Log = Box<dyn FnMut(&Tree, &LogRecord) + Send>;
/// A last look at a tree that is being dropped.
pub(crate) type OnDrop = Box<dyn FnOnce(&Tree) + Send>;
type Observer = Box<dyn FnMut(&Tree, Event) + Send>;

#[derive(Default)]
pub(crate) struct Hooks {
    log: Option<Log>,
    observer: Option<Observer>,
    /// Called when the tree is dropped, before anything goes.
    pub(super) on_drop: Vec<OnDrop>,
    /// Called when memory has run out; there is a panic then.
    pub(super) on_exhaustion: Option<OnExhaustion>,
}

/// What the functions captured is the user's to drop.
impl Drop for Hooks {
    fn drop(&mut self) {
        let mut panic = FirstPanic::default();
        panic.guard(|| self.log = None);
        panic.guard(|| self.observer = None);
        panic.guard(|| self.on_exhaustion = None);
        panic.resume_unless_panicking();
    }
}

impl Hooks {
    #[inline]
    pub(super) fn observing(&self) -> bool {
        self.observer.is_some()
    }
}

/// A change that has happened in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A node was made.
    Created {
        /// The new node.
        node: NodeId,
        /// Its parent.
        parent: NodeId,
    },
    /// A node was given a name, or lost the given one.
    Renamed {
        /// The node.
        node: NodeId,
    },
    /// A node has another parent, or another place among its siblings.
    Moved {
        /// The node.
        node: NodeId,
        /// The parent it had.
        from: NodeId,
        /// The parent it has.
        to: NodeId,
    },
    /// An array or text has another size.
    Resized {
        /// The node.
        node: NodeId,
        /// The bytes it had.
        from: usize,
        /// The bytes it has.
        to: usize,
    },
    /// A reference was made.
    Referenced {
        /// The node that is now shared.
        node: NodeId,
        /// Who holds the reference.
        holder: NodeId,
    },
    /// A reference has gone.
    Unlinked {
        /// The node it was to.
        node: NodeId,
        /// Who held it.
        holder: NodeId,
    },
    /// A node has left the tree with all below it; their ids are [moved](crate::Error::Moved) already.
    Detached {
        /// What was the node.
        node: NodeId,
        /// Its parent until then.
        parent: NodeId,
    },
    /// A node has come from elsewhere, with all below it.
    Grafted {
        /// The node.
        node: NodeId,
        /// Its parent.
        parent: NodeId,
    },
    /// A node was freed; its id is stale already.
    Freed {
        /// What was the node.
        node: NodeId,
    },
}

/// What a log record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogKind {
    /// A node with references was to be freed, and was not.
    FreeWithReferences,
    /// A node with references was moved, which may surprise their holders.
    StealWithReferences,
}

/// A warning, as talloc logs it.
///
/// `Display` gives talloc's text: a line that says what was tried where, and one for each reference.
#[derive(Clone, Debug)]
pub struct LogRecord {
    kind: LogKind,
    node: NodeId,
    origin: &'static Location<'static>,
    references: Vec<Reference>,
}

impl LogRecord {
    /// What happened.
    #[must_use]
    pub fn kind(&self) -> LogKind {
        self.kind
    }

    /// The shared node.
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Where the call was made.
    #[must_use]
    pub fn origin(&self) -> &'static Location<'static> {
        self.origin
    }

    /// The references to the node, newest first.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }
}

impl fmt::Display for LogRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            LogKind::FreeWithReferences => "ERROR: talloc_free",
            LogKind::StealWithReferences => "WARNING: talloc_steal",
        };
        writeln!(f, "{what} with references at {}:{}", self.origin.file(), self.origin.line())?;
        for reference in &self.references {
            let origin = reference.origin();
            writeln!(f, "\treference at {}:{}", origin.file(), origin.line())?;
        }
        Ok(())
    }
}

/// # Warnings and news
impl Tree {
    /// Sets the function that gets the tree's warnings. Without one they are silent, as in talloc.
    ///
    /// ```
    /// use freehold::Tree;
    ///
    /// let mut tree = Tree::new();
    /// tree.set_log(|_, record| eprint!("{record}"));
    /// ```
    #[doc(alias = "talloc_set_log_fn")]
    #[doc(alias = "talloc_set_log_stderr")]
    pub fn set_log(&mut self, log: impl FnMut(&Tree, &LogRecord) + Send + 'static) {
        self.hooks.log = Some(Box::new(log));
    }

    /// Silences the log.
    pub fn clear_log(&mut self) {
        self.hooks.log = None;
    }

    /// Sets the function that is told of every change, after it has happened. Without one, changes cost nothing
    /// more than the look whether there is one.
    ///
    /// ```
    /// use freehold::{Event, Tree};
    /// use std::sync::mpsc;
    ///
    /// let (sender, changes) = mpsc::channel();
    /// let mut tree = Tree::new();
    /// tree.set_observer(move |tree, event| {
    ///     if let Event::Created { node, .. } = event {
    ///         sender.send(tree.name(node).unwrap().into_owned()).unwrap();
    ///     }
    /// });
    /// tree.context(tree.root(), "session")?;
    /// assert_eq!(changes.recv().unwrap(), "session");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    pub fn set_observer(&mut self, observer: impl FnMut(&Tree, Event) + Send + 'static) {
        self.hooks.observer = Some(Box::new(observer));
    }

    /// Tells nobody any more.
    pub fn clear_observer(&mut self) {
        self.hooks.observer = None;
    }

    /// Tells the observer, which has the tree to look at meanwhile, and stays set if it panics.
    #[cold]
    pub(super) fn emit(&mut self, event: Event) {
        let Some(mut observer) = self.hooks.observer.take() else { return };
        let outcome = catch_unwind(AssertUnwindSafe(|| observer(self, event)));
        self.hooks.observer = Some(observer);
        if let Err(panic) = outcome {
            resume_unwind(panic);
        }
    }

    #[cold]
    pub(super) fn warn(&mut self, kind: LogKind, key: NodeKey, origin: &'static Location<'static>) {
        let Some(mut log) = self.hooks.log.take() else { return };
        let record = LogRecord { kind, node: self.id(key), origin, references: self.references_to(key).collect() };
        let outcome = catch_unwind(AssertUnwindSafe(|| log(self, &record)));
        self.hooks.log = Some(log);
        if let Err(panic) = outcome {
            resume_unwind(panic);
        }
    }
}
