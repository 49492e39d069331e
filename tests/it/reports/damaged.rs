//! Files that are not what they should be, and what is said about them.

use freehold::report::{Kind, ParseError, Report};

use super::{fixture, outline, parsed};

#[test]
fn a_report_disturbed_by_its_own_text_says_so() {
    let report = parsed("ctdb-4.17-ctdbd-dumpmemory-1.talloc");
    let found: Vec<_> = report.imbalances().iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "line 54: 'TDB_DATA' says 8208 bytes in 2 blocks, but itself and the lines below it make 0 bytes in 1 blocks",
            "line 1: 'null_context' says 77244 bytes in 275 blocks, but itself and the lines below it make 85435 bytes \
             in 275 blocks",
        ]
    );
    assert!(!report.is_truncated(), "its end is there");
    let growing = report.arena()[report.imbalances()[0].node()].get();
    assert_eq!((growing.name(), growing.self_bytes()), (&b"TDB_DATA"[..], None));
    assert_eq!(report.text().to_vec(), fixture("ctdb-4.17-ctdbd-dumpmemory-1.talloc"));
}

#[test]
fn wherever_a_full_report_is_cut_it_shows() {
    let whole = fixture("samba-4.17-smbclient-leak-report-full.talloc");
    let complete = parsed("samba-4.17-smbclient-leak-report-full.talloc");
    let header = whole.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
    let last = whole.len() - 60;
    for cut in (header..last).step_by(41) {
        let report = Report::parse(&whole[..cut]).expect("the header is there");
        assert!(report.is_truncated(), "cut after {cut} bytes");
        // Only the path to the last line is broken.
        let last = report.walk().last().expect("the root at least").id;
        let path: Vec<_> = last.ancestors(report.arena()).collect();
        let broken = report.imbalances();
        assert!(!broken.is_empty() && broken.iter().all(|imbalance| path.contains(&imbalance.node())));
        assert!(report.len() < complete.len());
    }
    assert!(!complete.is_truncated());
}

#[test]
fn a_brief_report_shows_a_cut_only_within_a_line() {
    let whole = fixture("samba-4.17-smbclient-leak-report.talloc");
    assert!(Report::parse(&whole[..whole.len() - 60]).expect("a report").is_truncated());
    assert!(!Report::parse(&whole).expect("a report").is_truncated());
}

#[test]
fn what_is_below_a_cut_is_unknown_and_breaks_no_law() {
    let report = parsed("osmo-stp-1.6.0-vty-depth2.txt");
    let server = report.walk().find(|visit| visit.record.name() == b"struct osmo_xua_server").expect("it is there");
    assert_eq!((server.depth, server.record.blocks(), server.record.self_bytes()), (2, 4, None));
    let table = report.walk().find(|visit| visit.record.name() == b"struct osmo_ss7_instance").expect("it is there");
    assert_eq!(table.record.self_bytes(), Some(1045 - 686 - 63));
}

#[test]
fn left_out_levels_are_made_up() {
    let report = parsed("osmo-stp-1.6.0-vty-filter-xua.txt");
    assert!(report.is_filtered() && !report.is_truncated());
    assert_eq!(report.indent(), 2);
    let line = |depth: usize, name: &str| (depth, name.to_owned());
    assert_eq!(
        outline(&report),
        [
            line(0, "osmo-stp"),
            line(1, "(hidden)"),
            line(2, "struct osmo_xua_server"),
            line(3, "::"),
            line(3, "struct osmo_stream_srv_link"),
            line(4, "::"),
        ]
    );
    let hidden = report.walk().nth(1).expect("it was made up").record;
    assert_eq!((hidden.kind(), hidden.bytes(), hidden.self_bytes()), (Kind::Hidden, 686, None));
    let lines = String::from_utf8(fixture("osmo-stp-1.6.0-vty-filter-xua.txt")).expect("ASCII").replace('\r', "");
    assert!(lines.contains(&report.to_string()), "made up levels are not printed");
}

#[test]
fn every_input_without_a_report_gets_its_own_answer() {
    assert_eq!(Report::parse(b""), Err(ParseError::Empty));
    let parents = Report::parse(&fixture("exerciser/exerciser-2.4.0-show-parents.txt"));
    assert_eq!(parents, Err(ParseError::ParentsList { line: 1 }));
    assert_eq!(Report::parse(b"\n\ntalloc no parents for NULL\n"), Err(ParseError::ParentsList { line: 3 }));
    assert_eq!(Report::parse(b"one\ntwo"), Err(ParseError::NoReport { lines: 2 }));
    let notmuch = Report::parse(&fixture("notmuch-0.37-new.talloc"));
    assert_eq!(notmuch, Err(ParseError::Several { count: 2, first: 1, second: 58 }));
}

#[test]
fn an_empty_tree_is_a_report() {
    // SSSD of 2023 and older: tracking was enabled after everything had been allocated.
    let text = "full talloc report on 'null_context' (total      0 bytes in   1 blocks)\n";
    let report = Report::parse(text.as_bytes()).expect("a report");
    assert_eq!((report.len(), report.imbalances().len(), report.to_string().as_str()), (1, 0, text));
}
