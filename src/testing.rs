//! Trees that watch over themselves, for tests.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::memory::{Allocator, Debug, Failing, Plan, find};
use crate::tree::{Tree, TreeBuilder};

type Watched = Debug<Box<dyn Allocator>>;

/// What is found by all the [`Debug`](struct@Debug) allocators of a tree, in lines to print.
#[derive(Clone, Default)]
struct Findings(Arc<Mutex<Vec<String>>>);

impl Findings {
    fn watch(&self, inner: Box<dyn Allocator>) -> Watched {
        let (damages, leaks) = (self.clone(), self.clone());
        Debug::new(inner).on_damage(move |damage| damages.add(damage.to_string())).on_leak(move |leak| {
            let (size, origin) = (leak.size, leak.origin);
            leaks.add(format!("the block of {size} bytes made at {}:{} was never freed", origin.file(), origin.line()));
        })
    }

    /// Also looks at the allocators that are still there.
    fn check(&self, tree: &Tree) {
        let watched = tree.allocators().filter_map(find::<Watched>);
        watched.flat_map(Watched::check).for_each(|damage| self.add(damage.to_string()));
    }

    fn add(&self, line: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    fn take(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect::<Vec<_>>().join("\n")
    }
}

impl TreeBuilder {
    /// Makes a tree for tests: every allocator is watched over by a [`Debug`](struct@Debug), and when the tree is dropped,
    /// it panics with a report if anything is left in it.
    ///
    /// New bytes are filled with `0x7F` unless zeroes are asked for, freed ones with `0xDD`, and every block has red zones
    /// around it; should anything have written there, which takes a faulty allocator, that panics too when the tree
    /// is dropped. A tree that is dropped while a panic is under way keeps quiet.
    ///
    /// Any node counts as left, be it an empty context. A test that does not mind frees the root's children at its end
    /// ([`free_children`](Tree::free_children)). [`tear_down`](Tree::tear_down) does more: it ends the test mode, and what
    /// was found until then is lost.
    ///
    /// It is for tests: filling makes every request O(size), and a block takes at least 32 bytes more, so a
    /// [`FixedBuffer`](crate::FixedBuffer) or a [`Pool`](crate::Pool) is full earlier.
    ///
    /// ```should_panic
    /// use freehold::TreeBuilder;
    ///
    /// let mut tree = TreeBuilder::new().test_mode().build();
    /// tree.context(tree.root(), "forgotten").unwrap();
    /// drop(tree); // panics: the tree was dropped with 1 node left in it
    /// ```
    pub fn test_mode(self) -> Self {
        let findings = Findings::default();
        let watching = findings.clone();
        self.wrap(move |inner| Box::new(watching.watch(inner))).on_drop(move |tree| {
            if std::thread::panicking() {
                return;
            }
            findings.check(tree);
            let found = findings.take();
            assert!(found.is_empty(), "the tree was dropped, and its memory was not in order:\n{found}");
            let (left, nodes) = (tree.len(), if tree.len() == 1 { "node" } else { "nodes" });
            if let Ok(report) = tree.report(tree.root())
                && left > 0
            {
                panic!("the tree was dropped with {left} {nodes} left in it:\n{report}");
            }
        })
    }
}

/// Runs `scenario` again and again, and has another of its requests for memory fail each time: the first request in the
/// first run, the second in the second, and so on, until a run comes through without a failure. Gives the number of
/// requests in that last run.
///
/// Each run has a tree of its own. Its allocators, and those that the scenario brings, are made to fail by a
/// [`Failing`] and watched over by a [`Debug`](struct@Debug), as in [test mode](TreeBuilder::test_mode). A
/// scenario may give the error of the request that failed, as most do by `?`, or go on without it; both are right.
/// After each run, the tree is validated and torn down, and every block must have been given back. Nodes that are left
/// are no fault.
///
/// The scenario has to do the same in every run; nothing that it depends on may change from one to the next. It is run
/// once more than it makes requests.
///
/// ```
/// use freehold::{Error, Pool, for_each_failure};
///
/// let requests = for_each_failure(|tree| {
///     let request = tree.context_in(tree.root(), "request", Pool::new(64))?;
///     let list = tree.array::<u32>(request, 10)?;
///     tree.resize(list, 100)?;
///     tree.strdup(list, "text")?;
///     Ok::<(), Error>(())
/// });
/// assert!(requests >= 3);
/// ```
///
/// # Panics
///
/// If the tree is not valid after a run or can't be torn down, because the root holds references, or if a block was not
/// given back or was overrun; the message has the number of the request that failed. If the scenario gives an error
/// although nothing has failed. A panic in the scenario itself continues to the caller.
pub fn for_each_failure<E: fmt::Debug>(mut scenario: impl FnMut(&mut Tree) -> Result<(), E>) -> usize {
    for nth in 1.. {
        let plan = Plan::nth(nth);
        let findings = Findings::default();
        let (failing, watching) = (plan.clone(), findings.clone());
        let wrap = move |inner| Box::new(Failing::new(watching.watch(inner), &failing)) as Box<dyn Allocator>;
        let mut tree = TreeBuilder::new().wrap(wrap).build();
        let outcome = scenario(&mut tree);
        if let Err(invalid) = tree.validate() {
            panic!("when request {nth} failed, the tree was left in disorder: {invalid}");
        }
        findings.check(&tree);
        tree.tear_down().unwrap_or_else(|error| panic!("when request {nth} failed: {error}"));
        let found = findings.take();
        assert!(found.is_empty(), "when request {nth} failed, memory was left in disorder:\n{found}");
        if plan.failures() == 0 {
            outcome.unwrap_or_else(|error| panic!("no request failed, and the scenario did: {error:?}"));
            return plan.requests();
        }
    }
    unreachable!("a scenario makes finitely many requests")
}
