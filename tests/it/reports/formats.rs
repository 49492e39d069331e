//! What PostgreSQL and proot print.

use freehold::report::{Address, FindingKind, Format, Kind, Report};

use super::fixture;

fn totals(report: &Report) -> (u64, u64) {
    let root = report.arena()[report.root()].get();
    (root.bytes(), root.blocks())
}

#[test]
fn proots_own_listing_is_the_report_that_follows_it() {
    let reports = Report::parse_all(&fixture("proot-5.1.0-sigusr1+usr2-stderr.txt"));
    let [listed, printed] = &*reports else { panic!("two reports") };
    assert_eq!((listed.format(), printed.format()), (Format::Proot, Format::Talloc));
    assert_eq!((listed.line(), printed.line()), (1, 27));
    assert_eq!(totals(listed), totals(printed));
    assert_eq!(totals(listed), (18_465, 27));
    assert!(listed.imbalances().is_empty() && !listed.is_truncated());
    let lines = |report: &Report| -> Vec<_> {
        let lines = report.walk().skip(1);
        lines.map(|visit| (visit.depth, visit.record.name().to_vec(), visit.record.self_bytes())).collect()
    };
    // talloc lists what a node holds by reference in another place, so only the order differs.
    let (mut a, mut b) = (lines(listed), lines(printed));
    a.sort();
    b.sort();
    assert_eq!(a, b);
}

#[test]
fn proot_says_which_node_is_referenced() {
    let reports = Report::parse_all(&fixture("proot-5.1.0-sigusr1+usr2-stderr.txt"));
    let listed = &reports[0];
    let references = listed.walk().filter(|visit| visit.record.kind() == Kind::Reference);
    for visit in references.clone() {
        let target = visit.record.target().expect("its address says");
        assert_eq!(listed.arena()[target].get().address(), visit.record.address());
    }
    assert_eq!(references.count(), 4);
}

#[test]
fn each_list_of_memory_contexts_in_a_log_is_a_report() {
    let log = fixture("postgresql-15-pg_log_backend_memory_contexts.log");
    let reports = Report::parse_all(&log);
    let seen: Vec<_> = reports.iter().map(|report| (report.line(), totals(report).0, report.format())).collect();
    // The bytes are those of the lines `Grand total`.
    assert_eq!(seen, [(6, 5_721_248, Format::Postgres), (55, 14_262_528, Format::Postgres)]);
    assert!(reports.iter().all(|report| report.imbalances().is_empty() && !report.is_truncated()));
    let deep = reports[1].walk().find(|visit| visit.record.name() == b"Caller tuples").expect("a sort is going on");
    assert_eq!((deep.depth, deep.record.self_bytes()), (6, Some(2_097_152)));
    let index = reports[0].walk().find(|visit| visit.record.name() == b"index info").expect("there are many");
    assert!(matches!(index.record.address(), Address::Content(table) if table.starts_with(b"pg_")));
}

#[test]
fn a_list_that_stops_or_does_not_add_up_says_so() {
    let log = fixture("postgresql-15-pg_log_backend_memory_contexts.log");
    let log = String::from_utf8(log).expect("ASCII");
    let cut = &log[..log.find("Grand total").expect("there are two")];
    let cut = Report::parse(cut.as_bytes()).expect("one report");
    assert!(cut.is_truncated() && cut.imbalances().is_empty());

    let missing: String = log.split_inclusive('\n').filter(|line| !line.contains("Timezones")).collect();
    let reports = Report::parse_all(missing.as_bytes());
    assert_eq!(
        reports[0].imbalances()[0].to_string(),
        "line 52: 'TopMemoryContext' says 5721248 bytes in 46 blocks, but itself and the lines below it make 5617128 \
         bytes in 46 blocks"
    );
    assert!(!reports[0].is_truncated());
    let findings: Vec<_> = reports[0].findings().iter().map(|finding| finding.kind()).collect();
    assert_eq!(findings, [FindingKind::Unbalanced]);
}

#[test]
fn other_processes_may_write_between_the_lines() {
    let log = "\
TopMemoryContext: 1000 total in 5 blocks; 1 free (2 chunks); 999 used
  child: 500 total in 1 blocks; 0 free (0 chunks); 500 used: it: is
LOG:  somebody else
    grandchild: 20 total in 1 blocks; 0 free (0 chunks); 20 used
  2 more child contexts containing 300 total in 3 blocks; 0 free (0 chunks); 300 used
Grand total: 1820 bytes in 10 blocks; 1 free (2 chunks); 1819 used
LOG:  the end
";
    let report = Report::parse(log.as_bytes()).expect("one report");
    assert_eq!((totals(&report), report.skipped_lines(), report.is_truncated()), ((1820, 5), 2, false));
    let seen: Vec<_> = report
        .walk()
        .map(|visit| (visit.depth, visit.record.name_lossy().into_owned(), visit.record.kind(), visit.record.count()))
        .collect();
    let line = |depth, name: &str, kind, count| (depth, name.to_owned(), kind, count);
    assert_eq!(
        seen,
        [
            line(0, "TopMemoryContext", Kind::Node, 1),
            line(1, "child", Kind::Node, 1),
            line(2, "grandchild", Kind::Node, 1),
            line(1, "(2 more)", Kind::Rest, 2),
        ]
    );
    let child = report.walk().nth(1).expect("four records").record;
    assert_eq!(child.address(), Address::Content(b"it: is"));
}

#[test]
fn a_list_ends_where_another_begins_or_only_others_write() {
    let top = "TopMemoryContext: 1000 total in 5 blocks; 0 free (0 chunks); 1000 used\n";
    let child = "  child: 500 total in 1 blocks; 0 free (0 chunks); 500 used\n";
    let seen = |text: &str| -> Vec<_> {
        let reports = Report::parse_all(text.as_bytes());
        reports.iter().map(|report| (report.line(), report.len(), report.is_truncated())).collect()
    };
    let total = "Grand total: 1000 bytes in 5 blocks; 0 free (0 chunks); 1000 used\n";
    assert_eq!(seen(&format!("{top}{child}{top}{total}")), [(1, 2, true), (3, 1, false)]);
    let chatter = |lines| format!("{top}{}{child}", "LOG:  somebody else\n".repeat(lines));
    assert_eq!(seen(&chatter(1000)), [(1, 2, true)]);
    assert_eq!(seen(&chatter(1001)), [(1, 1, true)]);
}

#[cfg(feature = "export")]
#[test]
fn the_view_as_csv_is_a_report() {
    let report = Report::parse(&fixture("postgresql-15-pg_backend_memory_contexts.csv")).expect("one report");
    assert_eq!((report.format(), report.len(), report.line()), (Format::Postgres, 84, 1));
    let sum: u64 = report.walk().filter_map(|visit| visit.record.self_bytes()).sum();
    assert_eq!(totals(&report), (sum, 84));
    let copy = report.walk().find(|visit| visit.record.name() == b"COPY").expect("the view was copied out");
    assert_eq!((copy.depth, copy.record.bytes()), (3, 73_728 + 49_208 + 8_192 + 8_192));
}

#[cfg(feature = "export")]
#[test]
fn a_view_may_be_long_and_its_rows_have_several_lines() {
    let rows: String = (0..20_000).map(|i| format!("c,\"SELECT\n{i}\n\",TopMemoryContext,1,8\n")).collect();
    let text = format!("name,ident,parent,level,total_bytes\nTopMemoryContext,,,0,4\n{rows}the end\n");
    let report = Report::parse(text.as_bytes()).expect("one report");
    assert_eq!((report.len(), totals(&report)), (20_001, (160_004, 20_001)));
    assert_eq!((report.last_line(), report.skipped_lines()), (60_002, 1));
}

#[cfg(feature = "export")]
#[test]
fn a_row_that_does_not_end_ends_the_view() {
    let header = "name,parent,level,total_bytes\nTopMemoryContext,,0,4\n";
    let text = format!("{header}x\",\"{}\n{header}", "more\n".repeat(4000));
    let lines: Vec<_> = Report::parse_all(text.as_bytes()).iter().map(|report| (report.line(), report.len())).collect();
    assert_eq!(lines, [(1, 1), (4004, 1)]);
}
