//! Programs chosen by proptest, on the model and on Freehold.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::model::{self, program};

/// A program's bytes, shown as a file in `tests/regressions` has them.
#[derive(Clone)]
struct Bytes(Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Operations as proptest makes and shrinks them: leaving one out leaves the others as they are.
fn programs() -> impl Strategy<Value = Bytes> {
    (any::<u8>(), vec(any::<[u8; program::WIDTH]>(), 0..program::LONGEST)).prop_map(|(first, ops)| {
        let mut bytes = vec![first];
        bytes.extend(ops.as_flattened());
        Bytes(bytes)
    })
}

proptest! {
    // What fails becomes a file in `tests/regressions`, which says what it was about.
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn freehold_does_what_the_model_does(program in programs()) {
        model::run(&program.0);
    }
}
