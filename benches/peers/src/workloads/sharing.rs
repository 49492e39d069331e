//! Claims from outside: counted ones, and strong handles, beside `Arc`.

use std::hint::black_box;
use std::sync::Arc;

use super::Value;
use crate::harness::{Contender, Workload, timed};
use freehold::Tree;

const CLAIMS: usize = 20_000;

pub(super) fn retain() -> Workload {
    Workload {
        name: "retain",
        operation: "a claim made and released",
        most_rounds: usize::MAX,
        contenders: vec![
            Contender::new("freehold", None, || {
                let mut tree = Tree::new();
                let node = tree.alloc(tree.root(), Value::new(1)).unwrap();
                move || {
                    timed(CLAIMS, || {
                        for _ in 0..CLAIMS {
                            tree.retain(black_box(node)).unwrap();
                            tree.release(black_box(node)).unwrap();
                        }
                    })
                }
            }),
            arc(None),
        ],
    }
}

pub(super) fn strong() -> Workload {
    Workload {
        name: "strong",
        operation: "a strong handle cloned and dropped",
        most_rounds: usize::MAX,
        contenders: vec![
            Contender::new("freehold", None, || {
                let mut tree = Tree::new();
                let node = tree.alloc(tree.root(), Value::new(1)).unwrap();
                let strong = tree.strong(node).unwrap();
                move || {
                    let _alive = &tree;
                    timed(CLAIMS, || {
                        for _ in 0..CLAIMS {
                            drop(black_box(black_box(&strong).clone()));
                        }
                    })
                }
            }),
            arc(Some(0.667)),
        ],
    }
}

fn arc(target: Option<f64>) -> Contender {
    Contender::new("Arc", target, || {
        let value = Arc::new(Value::new(1));
        move || {
            timed(CLAIMS, || {
                for _ in 0..CLAIMS {
                    drop(black_box(Arc::clone(black_box(&value))));
                }
            })
        }
    })
}
