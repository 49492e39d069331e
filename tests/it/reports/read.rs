//! Reports as they reach people: in the layouts of other times and systems, and after a mail or a chat.

use freehold::report::{Address, ParseError, Reader, Report};

use super::{fixture, outline};

/// Depth, name, bytes, blocks and references of each line.
fn lines(report: &Report) -> Vec<(usize, String, u64, u64, u32)> {
    let line = |visit: freehold::report::Visit<'_>| {
        let record = visit.record;
        (visit.depth, record.name_lossy().into_owned(), record.bytes(), record.blocks(), record.reference_count())
    };
    report.walk().map(line).collect()
}

#[track_caller]
fn whole(text: &str) -> Report {
    let report = Report::parse(text.as_bytes()).expect("a report");
    assert_eq!((report.imbalances(), report.skipped_lines()), (&[][..], 0), "{text}");
    report
}

#[test]
fn talloc_of_2004_indented_by_a_tab_and_knew_no_references() {
    let report = whole(
        "talloc report on 'root' (total 46 bytes in 5 blocks)\n\
         \tstruct foo                     contains     34 bytes in   3 blocks\n\
         \tx                              contains     12 bytes in   1 blocks\n",
    );
    let line = |depth, name: &str, bytes, blocks| (depth, name.to_owned(), bytes, blocks, 0);
    assert_eq!(lines(&report), [line(0, "root", 46, 5), line(1, "struct foo", 34, 3), line(1, "x", 12, 1)]);
}

/// What a hand or a mail program makes of columns.
const TRIMMED: &str = "full talloc report on 'root' (total 46 bytes in 5 blocks)
  struct foo contains 34 bytes in 3 blocks (ref 1) 0x1495130
    one contains 10 bytes in 1 blocks (ref 0) 0x1495230
    a name of rather more than thirty bytes contains 20 bytes in 1 blocks (ref 0) 0x1495330
  struct bar contains 12 bytes in 1 blocks (ref 0) 0x1495430
";

fn trimmed_outline() -> Vec<(usize, String)> {
    let names = ["root", "struct foo", "one", "a name of rather more than thirty bytes", "struct bar"];
    [0, 1, 2, 2, 1].into_iter().zip(names.map(String::from)).collect()
}

#[test]
fn steps_tell_the_depth_where_columns_are_lost() {
    let report = whole(TRIMMED);
    assert_eq!(outline(&report), trimmed_outline());
    assert_eq!(report.walk().nth(1).map(|visit| visit.record.address()), Some(Address::Pointer(0x149_5130)));
    // What is printed is talloc's own layout, and reads as the same.
    assert_eq!(outline(&whole(&report.to_string())), trimmed_outline());
}

#[test]
fn sums_tell_the_depth_where_indents_are_lost() {
    let flat: String = TRIMMED.lines().map(|line| format!("{}\n", line.trim_start())).collect();
    assert_eq!(outline(&whole(&flat)), trimmed_outline());
}

#[test]
fn a_reference_keeps_its_place_without_columns() {
    let report = whole(
        "full talloc report on 'root' (total 3 bytes in 4 blocks)\n \
         holder contains 1 bytes in 2 blocks (ref 0) 0x10\n  \
         reference to: held\n \
         held contains 2 bytes in 1 blocks (ref 1) 0x20\n",
    );
    let names = ["root", "holder", "-> held", "held"].map(String::from);
    assert_eq!(outline(&report), [0, 1, 2, 1].into_iter().zip(names).collect::<Vec<_>>());
}

#[test]
fn pointers_are_read_as_other_systems_print_them() {
    let report = whole(
        "full talloc report on 'root' (total      3 bytes in   2 blocks)\n    \
             held                           contains      3 bytes in   1 blocks (ref 0) 00000000005D1C20\n",
    );
    assert_eq!(report.walk().nth(1).map(|visit| visit.record.address()), Some(Address::Pointer(0x5d_1c20)));
}

#[test]
fn lines_at_the_top_without_a_header_are_reports_of_one_line() {
    let text = "core                           contains 123456 bytes in 789 blocks (ref 0) 0x55d0\n\
                pkbuf                          contains      0 bytes in   1 blocks (ref 0) 0x55e0\n";
    let reports = Report::parse_all(text.as_bytes());
    let seen: Vec<_> = reports.iter().map(|report| (report.to_string(), report.line())).collect();
    let lines: Vec<_> = text.split_inclusive('\n').map(String::from).zip([1, 2]).collect();
    assert_eq!(seen, lines);
}

#[test]
fn content_may_go_on_in_the_next_line() {
    let block = |size: usize, content: &str| {
        format!(
            "    char                           contains {size:6} bytes in   1 blocks (ref 0): {content:>width$}\n",
            width = size.min(50)
        )
    };
    let contents = ["one\ntwo", "a text of more than fifty bytes that has\nan end in the second line", "plain", ""];
    let sizes = contents.map(|content| content.len() + 1);
    let total: usize = sizes.iter().sum();
    let header = format!("full talloc report on 'root' (total {total:6} bytes in   5 blocks)\n");
    let text: String =
        std::iter::once(header).chain(std::iter::zip(sizes, contents).map(|(size, text)| block(size, text))).collect();
    let report = whole(&text);
    let shown: Vec<String> =
        report.walk().skip(1).map(|visit| visit.record.address().to_string().trim_start().to_owned()).collect();
    assert_eq!(shown, contents);
    assert_eq!(report.to_string(), text);
}

#[test]
fn a_log_line_after_content_is_no_content() {
    let text = "full talloc report on 'root' (total     86 bytes in   2 blocks)\n    \
         char                           contains     86 bytes in   1 blocks (ref 0):                                     ldap/127.0.0.1\n\
         reloading\n";
    let report = Report::parse(text.as_bytes()).expect("a report");
    assert_eq!(report.skipped_lines(), 1);
}

#[test]
fn what_stands_before_every_line_goes() {
    let text = String::from_utf8(fixture("samba-4.17-smbclient-leak-report-full.talloc")).expect("UTF-8");
    let plain = Report::parse(text.as_bytes()).expect("a report");
    let times = |number: usize, line: &str| format!("Nov 21 10:49:{:02} dc1 smbd[712]: {line}\n", number % 60);
    type Form<'a> = &'a dyn Fn(usize, &str) -> String;
    let through: [(&str, Form<'_>); 3] = [
        ("a mail", &|_, line| format!("> {line}\n")),
        ("docker", &|_, line| format!("pcrf  | {line}\n")),
        ("a journal", &times),
    ];
    for (what, form) in through {
        let quoted: String = text.lines().enumerate().map(|(number, line)| form(number, line)).collect();
        // Before, lines of others, and after, the same report as it was.
        let text = format!("{}{quoted}{text}", form(59, "starting"));
        let reports = Report::parse_all(text.as_bytes());
        assert!(reports == [plain.clone(), plain.clone()], "{what}");
        assert_eq!(reports[0].skipped_lines(), 0, "{what}");
    }
}

#[test]
fn lines_of_other_programs_between_prefixed_ones_are_chatter() {
    let text = "smf   | ready\n\
                pcrf  | full talloc report on 'root' (total      1 bytes in   2 blocks)\n\
                pcrf  |     x                              contains      1 bytes in   1 blocks (ref 0)\n\
                smf   | done\n";
    let report = Report::parse(text.as_bytes()).expect("a report");
    assert_eq!((report.len(), report.imbalances(), report.skipped_lines(), report.line()), (2, &[][..], 1, 2));
}

#[test]
fn a_prefix_can_be_given() {
    let text = fixture("samba-4.17-smbclient-leak-report-full.talloc");
    let indented: Vec<u8> =
        text.split_inclusive(|byte| *byte == b'\n').flat_map(|line| [b"\t  ", line].concat()).collect();
    let reports: Vec<Report> =
        Reader::new(&*indented).strip_prefix("\t  ").map(|report| report.expect("memory can be read")).collect();
    assert_eq!(reports, Report::parse_all(&text));
}

#[test]
fn headers_keep_their_capital() {
    let text = "Full talloc report on 'root' (total      0 bytes in   1 blocks)\n";
    assert_eq!(whole(text).to_string(), text);
    assert_eq!(whole(text).brief().to_string(), text.replace("Full ", ""));
}

#[test]
fn the_line_end_in_a_roots_name_is_that_of_the_file() {
    for end in ["\n", "\r\n"] {
        let report = whole(&format!("full talloc report on 'ro{end}ot' (total      0 bytes in   1 blocks){end}"));
        assert_eq!(outline(&report), [(0, "ro\not".to_owned())], "{end:?}");
    }
}

#[test]
fn a_line_that_can_only_be_one_ends_the_search_for_a_names_end() {
    let content = "    char                           contains      2 bytes in   1 blocks (ref 0):  x\n";
    let text = format!("talloc report on 'no end\n{content}ot' (total      0 bytes in   1 blocks)\n");
    let report = Report::parse(text.as_bytes()).expect("a report");
    assert_eq!((report.line(), outline(&report)), (2, vec![(0, "char".to_owned())]));
}

#[test]
fn chatter_after_a_reference_may_be_long() {
    let read = |chatter: &str| {
        let text = format!(
            "full talloc report on 'root' (total      0 bytes in   3 blocks)\n    \
             reference to: two\nlines\n{chatter}    \
             {:<30} contains      0 bytes in   1 blocks (ref 1) 0x10\n",
            "two\nlines"
        );
        let report = Report::parse(text.as_bytes()).expect("a report");
        (outline(&report)[1].1.clone(), report.skipped_lines())
    };
    assert_eq!(read(""), ("-> two\nlines".to_owned(), 0));
    assert_eq!(read(&"LOG: 1\n".repeat(10)), ("-> two\nlines".to_owned(), 10));
    // So many can't all be its name, and what comes after them even less.
    assert_eq!(read(&"LOG: 1\n".repeat(100)), ("-> two\nlines".to_owned(), 100));
    assert_eq!(read(&format!("{}\n", "LOG".repeat(2000))), ("-> two\nlines".to_owned(), 1));
}

#[test]
fn of_several_reports_all_are_counted() {
    let text = "talloc report on 'root' (total      0 bytes in   1 blocks)\n".repeat(3);
    assert_eq!(Report::parse(text.as_bytes()), Err(ParseError::Several { count: 3, first: 1, second: 2 }));
    let mut reader = Reader::new(text.as_bytes());
    assert!(format!("{reader:?}").ends_with("ended: false, .. }"), "{reader:?}");
    assert_eq!(reader.by_ref().count(), 3);
    assert!(format!("{reader:?}").ends_with("ended: true, .. }"), "{reader:?}");
}
