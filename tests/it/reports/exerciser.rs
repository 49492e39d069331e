//! Texts of the real libtalloc, from one tree made to be nasty.

use freehold::report::{MemLimit, Report};

use super::{fixture, parsed};

/// A file of the exerciser.
#[track_caller]
fn file(name: &str) -> Vec<u8> {
    fixture(&format!("exerciser/exerciser-2.4.0-{name}"))
}

#[track_caller]
fn prints(text: freehold::report::Text<'_>, name: &str) {
    let (text, expected) = (text.to_vec(), file(name));
    assert_eq!(String::from_utf8_lossy(&text), String::from_utf8_lossy(&expected));
    assert_eq!(text, expected, "{name}");
}

#[test]
fn one_full_report_prints_as_every_other() {
    let report = parsed("exerciser/exerciser-2.4.0-full.talloc");
    prints(report.text(), "full.talloc");
    prints(report.text_at(0, None), "full.talloc");
    prints(report.brief(), "brief.talloc");
    prints(report.text_at(0, Some(1)), "brief.talloc");
    prints(report.text_at(0, Some(0)), "depth0.talloc");
}

#[test]
fn a_text_may_begin_below_the_top() {
    let report = parsed("exerciser/exerciser-2.4.0-startdepth3.talloc");
    prints(report.text(), "startdepth3.talloc");
    assert_eq!((report.start_depth(), report.program(), report.is_full()), (3, None, false));
    // With its root's address known from elsewhere, the full report prints this one too.
    let null = parsed("exerciser/exerciser-2.4.0-null.talloc");
    let root = null.walk().nth(1).expect("the null context has one child").record;
    assert_eq!(report.arena()[report.root()].get().address(), root.address());
    let three_down = null.text_at(2, Some(5)).to_vec();
    let first_line = three_down.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
    assert_eq!(three_down[first_line..], file("startdepth3.talloc"));
}

#[test]
fn a_limit_stands_before_its_node() {
    let report = parsed("exerciser/exerciser-2.4.0-memlimit-root.talloc");
    prints(report.text(), "memlimit-root.talloc");
    let limits: Vec<_> = report.walk().filter_map(|visit| visit.record.memlimit()).collect();
    let limit = |max_size, cur_size| MemLimit { max_size, cur_size };
    assert_eq!(limits, [limit(100_000, 945), limit(5000, 203)]);
}

#[test]
fn parents_are_listed_from_the_node_up() {
    let report = parsed("exerciser/exerciser-2.4.0-null.talloc");
    let nested = report.walk().find(|visit| visit.record.name() == b"nested limit").expect("it is there");
    let parents = report.parents(nested.id);
    assert_eq!(parents.to_string().as_bytes(), file("show-parents.txt"));
    assert_eq!(parents.names().len(), 4);
}

#[test]
fn every_nasty_name_is_read_whole() {
    let report = parsed("exerciser/exerciser-2.4.0-full.talloc");
    let names: Vec<&[u8]> = report
        .walk()
        .filter(|visit| visit.depth == 1)
        .map(|visit| visit.record.name())
        .skip_while(|name| *name != b"formatted 42")
        .collect();
    let expected: [&[u8]; 16] = [
        b"formatted 42",
        b"cr\r\nlf",
        b"latin1 \xef\xff bad utf8",
        "na\u{ef}ve \u{6f22}\u{5b57}".as_bytes(),
        b"esc \x1b[31mred\x1b[0m bell\x07",
        b"tab\there",
        b"full talloc report on 'x' (total     10 bytes in   2 blocks)",
        b"reference to: nobody",
        b"fake\n        child                          contains      9 bytes in   1 blocks (ref 0) 0x1234",
        b"two\nlines",
        b"x contains      7 bytes in   2 blocks (ref 0) 0xdeadbeef",
        b"exactly-thirty-one-bytes-long-n",
        b"exactly-thirty-bytes-long-name",
        // It ended with spaces; a short name's are lost among the padding.
        b"trailing spaces",
        b"    four leading spaces",
        b"",
    ];
    let readable = |names: &[&[u8]]| names.iter().map(|name| name.escape_ascii().to_string()).collect::<Vec<_>>();
    assert_eq!(readable(&names), readable(&expected));
}

#[test]
fn a_reference_several_nodes_could_be_meant_by_has_no_target() {
    let report = parsed("exerciser/exerciser-2.4.0-full.talloc");
    let found = |name: &[u8]| {
        let mut references = report.walk().filter(|visit| visit.record.target().is_some());
        references.find(|visit| visit.record.name() == name).and_then(|visit| visit.record.target())
    };
    let loop1 = report.walk().find(|visit| visit.record.name() == b"loop1").expect("it is there");
    assert_eq!(found(b"loop1"), Some(loop1.id));
    assert_eq!(found(b"shared"), None);
}

#[test]
fn the_callback_sees_targets_where_references_are() {
    let report = parsed("exerciser/exerciser-2.4.0-full.talloc");
    let mut references = Vec::new();
    report.for_each(3, Some(5), |record, depth, max_depth, is_reference| {
        assert!((3..=5).contains(&depth) && max_depth == Some(5));
        if is_reference {
            references.push((depth, record.name_lossy().into_owned(), record.bytes()));
        }
    });
    let shared = || (5, "shared".to_owned(), 0);
    let expected = [(5, "loop1".to_owned(), 2), shared(), shared(), shared(), shared()];
    // loop1's own reference is one level deeper than the limit.
    assert_eq!(references, expected[1..]);
    let mut all = 0;
    report.for_each(0, None, |record, _, _, is_reference| {
        all += usize::from(is_reference && record.name() == b"loop1" && record.bytes() == 2);
    });
    assert_eq!(all, 1);
}

#[test]
fn a_copy_is_equal_and_a_different_tree_is_not() {
    let report = parsed("exerciser/exerciser-2.4.0-full.talloc");
    assert_eq!(report.clone(), report);
    assert_ne!(Report::parse(&report.brief().to_vec()).expect("a report"), report);
    assert_eq!(Report::parse(&[b"noise\n", &*report.text().to_vec()].concat()).expect("a report"), report);
}
