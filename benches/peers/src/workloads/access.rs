//! Reading values through their handles, in random order, beside slotmap's own `get`.

use super::Value;
use crate::harness::{Contender, Workload, timed};
use freehold::{Handle, Tree};
use slotmap::{DefaultKey, SlotMap};
use std::hint::black_box;

const VALUES: u64 = 100_000;

pub(super) fn get() -> Workload {
    let ours = || {
        let (tree, handles) = tree();
        move || read(&handles, |&handle| tree.get(handle).unwrap().words[0])
    };
    workload("get", Contender::new("freehold", None, ours), 0.35)
}

pub(super) fn column() -> Workload {
    let ours = || {
        let (tree, handles) = tree();
        move || {
            let column = tree.column::<Value>();
            read(&handles, |&handle| column.get(handle).unwrap().words[0])
        }
    };
    workload("column", Contender::new("freehold", None, ours), 0.8)
}

fn workload(name: &'static str, ours: Contender, target: f64) -> Workload {
    let slotmap = Contender::new("slotmap", Some(target), || {
        let (map, keys) = map();
        move || read(&keys, |&key| map.get(key).unwrap().words[0])
    });
    Workload { name, operation: "a value read", most_rounds: usize::MAX, contenders: vec![ours, slotmap] }
}

fn tree() -> (Tree, Vec<Handle<Value>>) {
    let mut tree = Tree::new();
    let context = tree.context(tree.root(), "values").unwrap();
    let handles = (0..VALUES).map(|seed| tree.alloc(context, Value::new(seed)).unwrap());
    let handles = shuffled(handles.collect());
    (tree, handles)
}

fn map() -> (SlotMap<DefaultKey, Value>, Vec<DefaultKey>) {
    let mut map = SlotMap::new();
    let keys = (0..VALUES).map(|seed| map.insert(Value::new(seed)));
    let keys = shuffled(keys.collect());
    (map, keys)
}

/// The same order for everybody.
fn shuffled<T>(mut items: Vec<T>) -> Vec<T> {
    fastrand::Rng::with_seed(48).shuffle(&mut items);
    items
}

/// Reads every value once and adds up one word of each.
fn read<K>(keys: &[K], value: impl Fn(&K) -> u64) -> f64 {
    timed(keys.len(), || {
        let sum = black_box(keys).iter().fold(0, |sum: u64, key| sum.wrapping_add(value(key)));
        assert_eq!(black_box(sum), VALUES * (VALUES - 1) / 2);
    })
}
