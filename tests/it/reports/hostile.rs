//! No input is too bad to be read.

use freehold::report::{Kind, Report};
use proptest::collection::vec;
use proptest::prelude::*;

/// Lines and parts of lines, to be put together in any order.
const PARTS: [&[u8]; 26] = [
    b"\n",
    b"\n",
    b"\n",
    b"\r\n",
    b"  ",
    b"    ",
    b"        ",
    b"                                                                ",
    b"name",
    b"char                          ",
    b"exactly-thirty-bytes-long-name",
    b"x                             ",
    b" contains      7 bytes in   2 blocks (ref 1)",
    b" contains      0 bytes in   1 blocks (ref 0)",
    b" contains 18446744073709551615 bytes in 18446744073709551615 blocks (ref 4294967295)",
    b" 0xdeadbeef\n",
    b" d=0x1 (nil)\n",
    b" 1v2\n",
    b": content",
    b"reference to: name\n",
    b" is a memlimit context (max_size = 10 bytes, cur_size = 1 bytes)\n",
    b"full talloc report on 'name' (total      7 bytes in   2 blocks)\n",
    b"talloc report on '",
    b"' (total      7 bytes in   2 blocks)\n",
    b"mallinfo:\n    arena: 1\n",
    b"\xff\x00",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_to_their_end(parts in vec(prop::sample::select(&PARTS[..]), 0..60)) {
        let text = parts.concat();
        for report in Report::parse_all(&text) {
            // Whatever was read is a tree that can be used.
            prop_assert_eq!(report.walk().count(), report.len());
            prop_assert!(report.len() <= 1 + text.len(), "memory is bounded by the text");
            let printed = report.text().to_vec();
            prop_assert!(printed.ends_with(b"\n"));
            prop_assert!(report.imbalances().iter().all(|imbalance| imbalance.line() >= report.line()));
            for visit in report.walk() {
                let below = visit.record.kind() == Kind::Reference;
                prop_assert!(!below || visit.id.children(report.arena()).next().is_none());
            }
        }
    }

    #[test]
    fn a_damaged_file_is_read_to_its_end(at in any::<prop::sample::Index>(), with in vec(any::<u8>(), 0..20)) {
        let mut text = super::fixture("exerciser/exerciser-2.4.0-full.talloc");
        let at = at.index(text.len());
        text.splice(at..(at + 7).min(text.len()), with);
        for report in Report::parse_all(&text) {
            prop_assert_eq!(report.walk().count(), report.len());
        }
    }
}

/// Every line could begin a name of several lines, and none does; the answer is looked for once for all of them.
#[test]
fn a_long_log_of_indented_lines_is_chatter() {
    let header = "full talloc report on 'root' (total      0 bytes in   1 blocks)\n";
    let text = format!("{header}{}", "    at function (file.c:12)\n".repeat(300_000));
    let report = Report::parse(text.as_bytes()).expect("a report");
    assert_eq!((report.len(), report.skipped_lines()), (1, 300_000));
}
