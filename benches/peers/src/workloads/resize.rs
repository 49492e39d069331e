//! An array of numbers that grows in steps, and one that grows by doubling, beside `Vec`.

use crate::harness::{Contender, Workload, timed};
use freehold::{Handle, Tree};
use std::hint::black_box;

/// The longest array: 256 KiB.
const LONGEST: usize = 1 << 16;
const STEP: usize = 64;
/// Up to here the array grows in steps: 16 KiB.
const STEPPED: usize = 1 << 12;
/// Arrays of each sort in one round.
const ARRAYS: usize = 32;

pub(super) fn workload() -> Workload {
    Workload {
        name: "resize",
        operation: "an array made longer",
        most_rounds: usize::MAX,
        contenders: vec![Contender::new("freehold", None, freehold), Contender::new("Vec", None, vec)],
    }
}

/// The lengths that one array of each sort gets.
fn lengths() -> [Vec<usize>; 2] {
    let steps = (1..=STEPPED / STEP).map(|step| step * STEP);
    let doublings = (STEP.ilog2()..=LONGEST.ilog2()).map(|bits| 1 << bits);
    [steps.collect(), doublings.collect()]
}

fn round(mut grow: impl FnMut(&[usize])) -> f64 {
    let lengths = black_box(lengths());
    timed(ARRAYS * lengths.iter().map(Vec::len).sum::<usize>(), || {
        for _ in 0..ARRAYS {
            lengths.iter().for_each(|lengths| grow(lengths));
        }
    })
}

/// Every new element is written, as a program would, which is why nobody needs them cleared before.
fn freehold() -> impl FnMut() -> f64 {
    let mut tree = Tree::new();
    move || {
        round(|lengths| {
            let array: Handle<[u32]> = tree.array_unfilled(tree.root(), 0).unwrap();
            let mut old = 0;
            for &len in lengths {
                tree.resize(array, len).unwrap();
                tree[array][old..].fill(len as u32);
                old = len;
            }
            black_box(&tree[array]);
            tree.free(array).unwrap();
        })
    }
}

fn vec() -> impl FnMut() -> f64 {
    || {
        round(|lengths| {
            let mut array: Vec<u32> = Vec::new();
            for &len in lengths {
                array.resize(len, len as u32);
            }
            black_box(&array);
        })
    }
}
