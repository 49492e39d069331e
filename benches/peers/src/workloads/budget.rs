//! Creation below three budgets, one in the other, beside creation without any.

use std::hint::black_box;

use super::Value;
use crate::harness::{Contender, Workload, timed};
use freehold::{Budget, Tree};

const NODES: usize = 20_000;

pub(super) fn workload() -> Workload {
    Workload {
        name: "budget",
        operation: "a value created below three budgets",
        most_rounds: usize::MAX,
        contenders: vec![contender("freehold", None, 3), contender("without", Some(0.87), 0)],
    }
}

fn contender(name: &'static str, target: Option<f64>, budgets: usize) -> Contender {
    Contender::new(name, target, move || {
        let mut tree = Tree::new();
        let mut context = tree.context(tree.root(), "tenants").unwrap();
        for level in 0..3 {
            context = tree.context(context, "tenant").unwrap();
            if level < budgets {
                tree.set_budget(context, Budget::new().bytes(1 << 30).nodes(1 << 30)).unwrap();
            }
        }
        let work = tree.context(context, "work").unwrap();
        move || {
            let took = timed(NODES, || {
                for seed in 0..NODES as u64 {
                    black_box(tree.alloc(work, Value::new(seed)).unwrap());
                }
            });
            tree.free_children(work).unwrap();
            took
        }
    })
}
