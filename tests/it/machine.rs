//! Programs chosen by proptest, on the model and on Freehold.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::model;

/// Operations as proptest makes and shrinks them: leaving one out leaves the others as they are.
fn program() -> impl Strategy<Value = Vec<u8>> {
    (any::<u8>(), vec(any::<[u8; 7]>(), 0..100)).prop_map(|(first, ops)| {
        let mut bytes = vec![first];
        bytes.extend(ops.as_flattened());
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 50_000, ..ProptestConfig::default() })]

    #[test]
    fn freehold_does_what_the_model_does(bytes in program()) {
        model::run(&bytes);
    }
}
