//! User code that panics while subtrees are moved.

use std::alloc::Layout;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use freehold::memory::{AllocError, Allocator, AllocatorKind, Heap, Request, Slot, Usage};
use freehold::{Error, Event, Tree};

use super::outline;

/// A heap that panics when it is asked for the `n`th time, whatever for.
struct Touchy {
    heap: Heap,
    left: Arc<AtomicUsize>,
}

impl Touchy {
    fn new(left: &Arc<AtomicUsize>) -> Self {
        Self { heap: Heap::new(), left: Arc::clone(left) }
    }

    fn touch(&self) {
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.wrapping_sub(1), Ordering::Relaxed);
        assert!(left != 0, "touched once too often");
    }
}

impl Allocator for Touchy {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("touchy heap")
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.touch();
        self.heap.allocate(request)
    }
    fn free(&mut self, slot: Slot, layout: Layout) {
        self.heap.free(slot, layout);
        self.touch();
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        self.heap.bytes(slot, len)
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        self.heap.bytes_mut(slot, len)
    }
    fn charge(&mut self, _: &Request) -> Result<(), AllocError> {
        self.touch();
        Ok(())
    }
    fn discharge(&mut self, _: Layout) {
        self.touch();
    }
    fn usage(&self) -> Usage {
        self.heap.usage()
    }
}

/// Nobody minds how often it is asked.
const EVER: usize = usize::MAX / 2;

fn fill(tree: &mut Tree, parent: freehold::NodeId) -> Result<(), Error> {
    for n in 0..3u64 {
        tree.bytes(parent, 30)?;
        tree.alloc(parent, n)?;
        tree.strdup(parent, "text")?;
    }
    Ok(())
}

#[test]
fn an_allocator_that_panics_when_it_is_asked_leaves_all_as_it_was() -> Result<(), Error> {
    let mut panics = 0;
    loop {
        let left = Arc::new(AtomicUsize::new(EVER));
        let mut tree = Tree::new();
        let home = tree.context_in(tree.root(), "home", Touchy::new(&left))?;
        let mut built = Tree::new();
        let root = built.root();
        fill(&mut built, root)?;
        let before = outline(&built, root);
        left.store(panics, Ordering::Relaxed);
        let outcome = catch_unwind(AssertUnwindSafe(|| tree.graft(home, built.into_subtree())));
        left.store(EVER, Ordering::Relaxed);
        tree.validate().unwrap();
        match outcome {
            Ok(map) => {
                assert_eq!((outline(&tree, map?.top()), panics), (before, 9));
                return Ok(());
            }
            Err(_) => assert_eq!((tree.len(), tree.allocator(home)?.usage().blocks), (1, 0)),
        }
        panics += 1;
    }
}

#[test]
fn an_allocator_that_panics_when_bytes_come_back_stops_nothing() -> Result<(), Error> {
    for panics in 0..9 {
        let left = Arc::new(AtomicUsize::new(EVER));
        let mut tree = Tree::new();
        let home = tree.context_in(tree.root(), "home", Touchy::new(&left))?;
        let top = tree.context(home, "top")?;
        fill(&mut tree, top.id())?;
        left.store(panics, Ordering::Relaxed);
        let outcome = catch_unwind(AssertUnwindSafe(|| tree.detach(top)));
        left.store(EVER, Ordering::Relaxed);
        assert!(outcome.is_err());
        tree.validate().unwrap();
        assert_eq!((tree.len(), tree.allocator(home)?.usage().blocks), (1, 0));
        assert!(matches!(tree.free(top), Err(Error::Moved { .. })));
    }
    Ok(())
}

#[test]
fn an_observer_that_panics_finds_all_done() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let below = tree.context(top, "below")?;
    tree.reference(tree.root(), below)?;
    tree.set_observer(|_, event| panic!("{event:?}"));
    let panic = catch_unwind(AssertUnwindSafe(|| tree.detach_dropping(top))).unwrap_err();
    assert!(panic.downcast::<String>().unwrap().starts_with("Unlinked"));
    tree.validate().unwrap();
    assert!(tree.is_empty() && tree.references_held(tree.root())?.next().is_none());

    tree.set_observer(|_, event| assert!(!matches!(event, Event::Grafted { .. }), "grafted"));
    let mut built = Tree::new();
    let root = built.root();
    fill(&mut built, root)?;
    catch_unwind(AssertUnwindSafe(|| tree.graft(tree.root(), built.into_subtree()))).unwrap_err();
    tree.validate().unwrap();
    assert_eq!(tree.len(), 10);
    Ok(())
}

#[test]
fn a_value_that_panics_when_it_goes_with_its_subtree() -> Result<(), Error> {
    struct Loud;
    impl Drop for Loud {
        fn drop(&mut self) {
            panic!("loud");
        }
    }
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    tree.alloc(top, Loud)?;
    let quiet = Arc::new(());
    tree.alloc(top, Arc::clone(&quiet))?;
    let subtree = tree.detach(top)?;
    catch_unwind(AssertUnwindSafe(|| drop(subtree))).unwrap_err();
    assert_eq!(Arc::strong_count(&quiet), 1, "the others went all the same");
    tree.validate().unwrap();
    Ok(())
}
