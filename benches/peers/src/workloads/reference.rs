//! A second owner's claim: made and dropped.

use crate::{
    harness::{Contender, Workload, timed},
    talloc,
};
use freehold::Tree;
use std::hint::black_box;

const CLAIMS: usize = 20_000;

pub(super) fn workload() -> Workload {
    Workload {
        name: "reference",
        operation: "a reference made and unlinked",
        most_rounds: usize::MAX,
        contenders: vec![
            Contender::new("freehold", None, || {
                let mut tree = Tree::new();
                let [owner, holder] = ["owner", "holder"].map(|name| {
                    let context = tree.context(tree.root(), name);
                    context.unwrap()
                });
                let node = tree.array_unfilled::<u8>(owner, 48).unwrap();
                move || {
                    timed(CLAIMS, || {
                        for _ in 0..CLAIMS {
                            black_box(tree.reference(black_box(holder), node).unwrap());
                            tree.unlink(black_box(holder), node).unwrap();
                        }
                    })
                }
            }),
            Contender::new("libtalloc", Some(1.0), || {
                let [owner, holder] = [(); 2].map(|()| talloc::context(talloc::NULL));
                let node = talloc::block(owner, 48, c"peers.c:1");
                move || {
                    timed(CLAIMS, || {
                        for _ in 0..CLAIMS {
                            black_box(talloc::reference(black_box(holder), node));
                            black_box(talloc::unlink(black_box(holder), node));
                        }
                    })
                }
            }),
        ],
    }
}
