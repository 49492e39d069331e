//! What is said about each file: the finding it deserves, where, and no other.

use std::fmt::Write;

use freehold::report::{Builder, Entry, Filter, Finding, FindingKind, Report, Severity};

use super::{fixture, parsed};

const FULL: &str = "full talloc report on 'root' (total     30 bytes in   3 blocks)\n";
const A: &str = "    a                              contains     10 bytes in   1 blocks (ref 0) 0x10\n";
const B: &str = "    b                              contains     20 bytes in   1 blocks (ref 0) 0x20\n";

#[track_caller]
fn says(text: &str) -> Vec<String> {
    let report = Report::parse(text.as_bytes()).expect("a report");
    report.findings().iter().map(Finding::to_string).collect()
}

/// Every fixture, in one text that was checked by hand against the files.
#[test]
fn every_file_gets_what_it_deserves() {
    let mut all = String::new();
    let mut files = Vec::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for (folder, prefix) in [(folder.join("exerciser"), "exerciser/"), (folder, "")] {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let name = entry.expect("an entry").file_name().into_string().expect("ASCII");
            let name = name.trim_end_matches(".gz");
            let is_report = [".talloc", ".txt", ".log", ".csv"].iter().any(|end| name.ends_with(end));
            files.extend(is_report.then(|| format!("{prefix}{name}")));
        }
    }
    files.sort();
    for file in files {
        for report in Report::parse_all(&fixture(&file)) {
            for finding in report.findings() {
                writeln!(all, "{file}: {:?}: {finding}", finding.kind()).expect("it goes into memory");
                assert!(finding.to_string().ends_with(finding.message()), "{finding}");
            }
        }
    }
    insta::with_settings!({ prepend_module_to_snapshot => false }, { insta::assert_snapshot!("findings", all) });
}

#[test]
fn a_report_cut_anywhere_names_the_line_it_ends_in() {
    let whole = fixture("samba-4.17-smbclient-leak-report-full.talloc");
    let header = whole.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
    for cut in (header..whole.len() - 60).step_by(41) {
        let text = &whole[..cut];
        let findings = Report::parse(text).expect("a report").findings();
        let [finding] = &*findings else { panic!("cut after {cut} bytes: {findings:?}") };
        assert_eq!((finding.kind(), finding.severity()), (FindingKind::Truncated, Severity::Damage));
        let whole_lines = text.iter().filter(|byte| **byte == b'\n').count();
        let rest = text.len() - text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        // Less than an indent is no line yet.
        let line = whole_lines + usize::from(rest >= 4);
        assert_eq!(finding.lines(), Some(line..=line), "cut after {cut} bytes");
    }
}

#[test]
fn a_brief_report_cut_between_lines_shows_it_by_its_header() {
    let text = String::from_utf8(fixture("samba-4.17-smbclient-leak-report.talloc")).expect("ASCII");
    let lines: Vec<_> = text.lines().take(10).collect();
    let findings = Report::parse(lines.join("\n").as_bytes()).expect("a report").findings();
    let found: Vec<_> = findings.iter().map(|finding| (finding.kind(), finding.lines())).collect();
    assert_eq!(found, [(FindingKind::Truncated, Some(10..=10)), (FindingKind::Brief, Some(1..=10))]);
}

#[test]
fn what_has_a_trailer_has_its_end() {
    let text = format!("{FULL}{A}mallinfo:\n    uordblks: 5000\n");
    assert_eq!(
        says(&text),
        [
            "line 1: 'root' says 30 bytes in 3 blocks, but itself and the lines below it make 10 bytes in 2 blocks: lines \
             are missing below it, or a name was misread. Its own bytes are unknown; sums elsewhere hold",
            "line 4: malloc has 5000 bytes in use, the tree counts 30: left out of a report are talloc's own headers \
             (about 96 bytes for each of 3 blocks), the room that pools keep, and all that isn't talloc's",
        ]
    );
    assert!(!Report::parse(text.as_bytes()).expect("a report").is_truncated());
}

#[test]
fn counters_that_ran_over_are_not_believed() {
    let trailer = |number: &str| says(&format!("{FULL}{A}{B}mallinfo:\n    uordblks: {number}\n"));
    let told = ["line 5: a number of mallinfo is negative: its counters have 32 bits, and ran over"];
    assert_eq!(trailer("-5"), told);
    let few = "line 5: malloc has 29 bytes in use, fewer than the tree's 30: mallinfo's counters have 32 bits and run \
               over, and leave out arenas of other threads";
    assert_eq!(trailer("29"), [few]);
}

#[test]
fn other_output_between_lines_is_told_from_damage() {
    let log = "smbd: reload\n";
    assert_eq!(
        says(&format!("{FULL}{log}{log}{A}{log}{B}{log}")),
        ["lines 2-5: 3 lines are no part of the report that surrounds them, in 2 places, and skipped, but all sums \
          agree, so nothing was lost"]
    );
    let torn = format!("{FULL}    a                   smbd: reload\n contains     10 bytes in   1 blo{log}{B}");
    assert_eq!(
        says(&torn),
        [
            "line 1: 'root' says 30 bytes in 3 blocks, but itself and the lines below it make 20 bytes in 2 blocks: other \
             output tore lines apart, or a name was misread. Its own bytes are unknown; sums elsewhere hold",
            "lines 2-3: 2 lines are no part of the report that surrounds them, in 1 place, and skipped, and the sums \
             don't agree",
        ]
    );
}

#[test]
fn tracking_that_came_too_late_is_explained() {
    assert_eq!(
        says("full talloc report on 'null_context' (total      0 bytes in   1 blocks)\n"),
        ["line 1: nothing is tracked below 'null_context': all was freed, or, more likely, all was allocated before \
          talloc_enable_null_tracking() was called. Call that first thing in the program"]
    );
}

#[test]
fn a_list_of_contexts_is_held_to_its_grand_total() {
    let list = "LOG:  level: 0; TopMemoryContext: 100 total in 1 blocks; 1 free (1 chunks); 99 used\n\
                LOG:  level: 1; Cache: 50 total in 1 blocks; 1 free (1 chunks); 49 used\n";
    let ends =
        |bytes: u64| format!("{list}LOG:  Grand total: {bytes} bytes in 2 blocks; 2 free (2 chunks); 148 used\n");
    assert_eq!(says(&ends(150)), [""; 0]);
    assert_eq!(
        says(&ends(170)),
        [
            "line 3: 'TopMemoryContext' says 170 bytes in 2 blocks, but itself and the lines below it make 150 bytes in 2 \
          blocks: contexts are missing, or there twice. The bytes of those listed hold"
        ]
    );
    assert_eq!(
        says(list),
        ["line 2: the text ends here, without the grand total that ends such a list, so contexts may be missing. The \
          bytes of those listed hold; sums above them are too low if so"]
    );
}

#[test]
fn sums_that_cannot_be_are_named_line_by_line() {
    let more = "        c                              contains     99 bytes in   1 blocks (ref 0) 0x30\n";
    assert_eq!(
        says(&format!("{FULL}{A}{more}{B}")),
        ["line 2: 'a' says 10 bytes in 1 blocks, but itself and the lines below it make 99 bytes in 2 blocks: lines \
          below it belong elsewhere, it was changing, or a name was misread. Its own bytes are unknown; sums elsewhere \
          hold"]
    );
}

#[test]
fn a_tree_that_grows_while_it_is_printed_is_told_from_a_misread_one() {
    let grown = FULL.replace("    30 bytes", "    25 bytes");
    assert_eq!(
        says(&format!("{grown}{A}{B}")),
        ["line 1: the tree grew by 5 bytes while it was printed, as when a program prints its report into memory of \
          that very tree: in line 1, what is below 'root' says more than it does. Each total held when its own line was \
          printed, so earlier ones are lower; all other sums agree"]
    );
}

#[test]
fn live_trees_have_findings_without_lines() {
    let mut builder = Builder::new(Entry::new("root"));
    builder.push(Entry::new("cache").bytes(64).reference_count(2));
    builder.push_reference("cache", freehold::report::Address::Unknown);
    let report = builder.finish();
    let said = "references into this report from outside: 1, the first to 'cache'";
    assert_eq!(report.findings().iter().map(Finding::to_string).collect::<Vec<_>>(), [said]);
    assert_eq!(report.findings()[0].lines(), None);
}

#[test]
fn remainders_are_said_to_be_some() {
    let report = parsed("samba-4.17-winbindd-1.talloc").filtered(&Filter::new().max_depth(1));
    let findings = report.findings();
    assert_eq!(findings[0].kind(), FindingKind::SummedUp);
    assert!(!findings.iter().any(|finding| finding.kind() == FindingKind::OutsideReferences));
}

#[test]
fn a_chain_of_a_million_is_judged_without_recursion() {
    let mut builder = Builder::new(Entry::new("root"));
    for _ in 0..1_000_000 {
        builder.push(Entry::new("link").bytes(1));
    }
    assert_eq!(builder.finish().findings(), []);
}

/// The one file that is not ours to keep here.
#[test]
fn samba_of_2012_is_whole() {
    let Some(folder) = std::env::var_os("FREEHOLD_DUMPS") else { return };
    let text = std::fs::read(std::path::Path::new(&folder).join("samba4-2012.talloc")).expect("a readable file");
    assert_eq!(Report::parse(&text).expect("a report").findings(), []);
}
