//! The two shapes that are hardest on a tree, and the stack that has to do for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use freehold::{Error, NodeId, Tree};

pub(super) const MILLION: usize = 1_000_000;
pub(super) const TEN_MILLION: usize = 10 * MILLION;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Each node in the one before.
    Deep,
    /// All in one node.
    Wide,
}

impl Shape {
    /// Makes so many nodes below `top`, contexts and numbers in turn, and gives the one made last.
    pub(super) fn grow(self, tree: &mut Tree, top: NodeId, nodes: usize) -> Result<NodeId, Error> {
        let (mut parent, mut last) = (top, top);
        for n in 0..nodes {
            last = if n % 2 == 0 { tree.context(parent, "link")?.id() } else { tree.alloc(parent, n as u32)?.id() };
            if self == Self::Deep {
                parent = last;
            }
        }
        Ok(last)
    }

    /// What nodes that [`grow`](Self::grow) has made have between them.
    pub(super) fn bytes(nodes: usize) -> usize {
        nodes / 2 * size_of::<u32>()
    }
}

/// Counts drops.
pub(super) struct Counted(pub(super) Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs a test with a stack of 2 MiB, which recursion over any of the shapes would overflow.
pub(super) fn on_a_small_stack(test: impl FnOnce() -> Result<(), Error> + Send + 'static) {
    let thread = thread::Builder::new().stack_size(2 << 20).spawn(test).expect("a thread can be had");
    thread.join().expect("the test passes").expect("no operation fails");
}

/// For each function of a shape and a number of nodes its tests: with a million in every run, and with ten million, both
/// deep and wide, where they are asked for. Each is told with the memory that the ten million take.
macro_rules! at_scale {
    ($($test:ident: deep $deep:literal, wide $wide:literal;)*) => {$(
        mod $test {
            use super::super::shapes::{MILLION, Shape, TEN_MILLION, on_a_small_stack};

            #[test]
            fn a_million_deep() {
                on_a_small_stack(|| super::$test(Shape::Deep, MILLION));
            }

            #[test]
            fn a_million_wide() {
                on_a_small_stack(|| super::$test(Shape::Wide, MILLION));
            }

            #[test]
            #[ignore = $deep]
            fn ten_million_deep() {
                on_a_small_stack(|| super::$test(Shape::Deep, TEN_MILLION));
            }

            #[test]
            #[ignore = $wide]
            fn ten_million_wide() {
                on_a_small_stack(|| super::$test(Shape::Wide, TEN_MILLION));
            }
        }
    )*};
}

pub(super) use at_scale;
