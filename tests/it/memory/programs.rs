//! Programs of nested scopes, chosen by proptest.

use proptest::collection::vec;
use proptest::prelude::*;

use super::scoped;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arrays_hold_what_was_written_whatever_scopes_end(ops in vec(any::<[u8; scoped::WIDTH]>(), 0..60)) {
        scoped::run(ops.as_flattened());
    }
}
