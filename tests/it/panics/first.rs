//! Several panics.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use freehold::Tree;

#[test]
fn the_first_of_several_panics_reaches_the_caller() {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top").unwrap();
    for n in 0..3u32 {
        let node = tree.alloc(top, n).unwrap();
        tree.set_destructor(node, |tree, node| resume_unwind(Box::new(tree[node]))).unwrap();
        tree.add_cleanup(node, |_, _| resume_unwind(Box::new("a cleanup"))).unwrap();
    }
    let panic = catch_unwind(AssertUnwindSafe(|| tree.free(top))).unwrap_err();
    assert_eq!(panic.downcast_ref::<u32>(), Some(&2), "the newest child goes first");
    assert!(tree.is_empty() && tree.validate().is_ok());
}
