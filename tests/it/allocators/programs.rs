//! Programs chosen by proptest.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;

use super::model::{self, program};

/// A program's bytes, shown as hexadecimal digits.
#[derive(Clone)]
struct Bytes(Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn programs() -> impl Strategy<Value = Bytes> {
    (any::<[u8; program::HEAD]>(), vec(any::<[u8; program::WIDTH]>(), 0..program::LONGEST)).prop_map(|(head, ops)| {
        let mut bytes = head.to_vec();
        bytes.extend(ops.as_flattened());
        Bytes(bytes)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn allocators_do_what_the_model_does(program in programs()) {
        model::run(&program.0);
    }
}
