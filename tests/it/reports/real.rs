//! Files real programs printed.

use freehold::report::{Address, Format, Kind, Report};

use super::{fixture, outline, parsed, printed};

/// What a file holds.
struct Expected {
    file: &'static str,
    reports: usize,
    records: usize,
    references: usize,
    /// Lines of chatter from the first report on.
    skipped: usize,
    /// Whether nothing is in the file but the reports, in talloc's own layout.
    canonical: bool,
}

const fn clean(file: &'static str, records: usize, references: usize) -> Expected {
    Expected { file, reports: 1, records, references, skipped: 0, canonical: true }
}

const fn mixed(file: &'static str, reports: usize, records: usize, references: usize, skipped: usize) -> Expected {
    Expected { file, reports, records, references, skipped, canonical: false }
}

/// Files that break no law: whole and undisturbed, or brief without pretending otherwise.
const LAWFUL: [Expected; 22] = [
    clean("samba-4.17-smbd-client-t0.talloc", 716, 6),
    clean("samba-4.17-smbd-client-t1.talloc", 1021, 6),
    clean("samba-4.17-smbd-client-t2.talloc", 3317, 6),
    clean("samba-4.17-winbindd-1.talloc", 387, 9),
    clean("samba-4.17-smbclient-leak-report.talloc", 24, 0),
    clean("samba-4.17-smbclient-leak-report-full.talloc", 129, 0),
    clean("sssd-2.8.2-be_ldap-t0.talloc", 1143, 5),
    clean("sssd-2.8.2-nss-t0.talloc", 675, 3),
    Expected { reports: 2, ..clean("notmuch-0.37-new.talloc", 58, 0) },
    Expected { reports: 2, ..clean("notmuch-0.37-show-json.talloc", 653, 0) },
    clean("exerciser/exerciser-2.4.0-brief.talloc", 30, 0),
    clean("exerciser/exerciser-2.4.0-depth0.talloc", 1, 0),
    clean("exerciser/exerciser-2.4.0-full.talloc", 43, 5),
    clean("exerciser/exerciser-2.4.0-memlimit-root.talloc", 4, 0),
    clean("exerciser/exerciser-2.4.0-null.talloc", 44, 5),
    clean("exerciser/exerciser-2.4.0-startdepth3.talloc", 41, 4),
    mixed("samba-4.17-smbtorture-local.talloc.stderr.txt", 32, 121, 8, 18),
    mixed("osmo-hlr-1.5.0-vty-full-t0.txt", 1, 36, 0, 2),
    mixed("osmo-stp-1.6.0-sigusr1-stderr.txt", 2, 33, 0, 10),
    mixed("osmo-stp-1.6.0-vty-depth2.txt", 1, 21, 0, 2),
    mixed("osmo-stp-1.6.0-vty-full.txt", 1, 28, 0, 2),
    mixed("proot-5.1.0-sigusr1+usr2-stderr.txt", 2, 54, 8, 0),
];

#[test]
fn every_line_of_a_lawful_file_finds_its_place() {
    for expected in LAWFUL {
        let file = expected.file;
        let text = fixture(file);
        let reports = Report::parse_all(&text);
        assert_eq!(reports.len(), expected.reports, "{file}");
        for report in &reports {
            assert_eq!(report.imbalances(), [], "{file}");
            assert!(!report.is_truncated() && !report.is_filtered(), "{file}");
        }
        let records = || reports.iter().flat_map(|report| report.walk());
        assert_eq!(records().count(), expected.records, "{file}");
        let references = records().filter(|visit| visit.record.kind() == Kind::Reference).count();
        assert_eq!(references, expected.references, "{file}");
        assert_eq!(reports.iter().map(Report::skipped_lines).sum::<usize>(), expected.skipped, "{file}");
        // proot's own listing has more than talloc's text can hold: the addresses of references.
        let reports: Vec<_> = reports.into_iter().filter(|report| report.format() == Format::Talloc).collect();
        let back = printed(&reports);
        assert_eq!(back == text, expected.canonical, "{file}: {}", String::from_utf8_lossy(&back));
        assert_eq!(Report::parse_all(&back), reports, "{file}: what is printed reads as the same");
    }
}

#[test]
fn a_full_report_has_as_many_blocks_as_records() {
    for expected in LAWFUL {
        for report in Report::parse_all(&fixture(expected.file)).iter().filter(|report| report.is_full()) {
            let root = report.arena()[report.root()].get();
            assert_eq!(root.blocks(), report.len() as u64, "{}", expected.file);
            let own: Option<u64> = report
                .walk()
                .map(|visit| match visit.record.kind() {
                    Kind::Reference => Some(0),
                    _ => visit.record.self_bytes(),
                })
                .sum();
            assert_eq!(own, Some(root.bytes()), "{}", expected.file);
        }
    }
}

#[test]
fn growth_between_two_moments_can_be_counted() {
    let count = |file: &str, name: &[u8]| parsed(file).walk().filter(|visit| visit.record.name() == name).count();
    for name in ["struct files_struct", "struct fd_handle", "struct byte_range_lock"] {
        let [before, after] = ["samba-4.17-smbd-client-t1.talloc", "samba-4.17-smbd-client-t2.talloc"]
            .map(|file| count(file, name.as_bytes()));
        assert_eq!(after - before, 200, "{name}");
    }
}

#[test]
fn blocks_called_char_show_their_content() {
    let report = parsed("samba-4.17-winbindd-1.talloc");
    let shown = report.walk().filter(|visit| matches!(visit.record.address(), Address::Content(_)));
    assert_eq!(shown.clone().count(), 56);
    assert!(shown.clone().all(|visit| visit.record.name() == b"char"));
    // Right-aligned in as many columns as the block has bytes, at most 50.
    for visit in shown {
        let Address::Content(content) = visit.record.address() else { panic!("only those were kept") };
        let width = visit.record.self_bytes().map_or(0, |own| own.min(50));
        assert!(content.len() as u64 >= width, "{}", content.escape_ascii());
    }
}

#[test]
fn sambas_trailer_is_no_part_of_the_tree() {
    let report = parsed("samba-4.17-winbindd-1.talloc");
    let names: Vec<_> = report.mallinfo().iter().map(|(name, _)| &**name).collect();
    let all = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost";
    assert_eq!(names, all.split(' ').collect::<Vec<_>>());
    assert_eq!(report.mallinfo()[0], ("arena".into(), 462_848));
}

#[test]
fn a_name_of_twelve_lines_is_one_name() {
    let reports = Report::parse_all(&fixture("osmo-stp-1.6.0-sigusr1-stderr.txt"));
    let [brief, full] = &*reports else { panic!("two reports") };
    assert!(!brief.is_full() && full.is_full());
    assert_eq!((brief.line(), full.line()), (4, 21));
    let help = brief.walk().nth(1).expect("a child").record;
    assert!(help.name().starts_with(b"Configure SCCP timer values, see ITU-T Q.714\nWaiting for "));
    assert!(help.name().ends_with(b"\nTimer value, in seconds\n"));
    assert_eq!(help.bytes(), help.name().len() as u64 + 1);
}

#[test]
fn a_reference_finds_the_one_node_it_can_mean() {
    let reports = Report::parse_all(&fixture("proot-5.1.0-sigusr1+usr2-stderr.txt"));
    let report = reports.last().expect("proot's own listing and talloc's report");
    assert!(!report.is_full(), "proot prints a hundred levels and calls them brief");
    let targets: Vec<_> = report
        .walk()
        .filter(|visit| visit.record.kind() == Kind::Reference)
        .map(|visit| {
            let target = visit.record.target().map(|target| report.arena()[target].get());
            (visit.record.name_lossy().into_owned(), target.map(|target| target.address()))
        })
        .collect();
    // proot's own listing, above talloc's in the same file, shows where each goes. Of two nodes called
    // /usr/bin/sleep one is referenced; of two called Binding both are.
    let sleep = Some(Address::Pointer(0x55bd_82a1_c390));
    let exe = Some(Address::Pointer(0x55bd_82a1_79a0));
    assert_eq!(
        targets,
        [
            ("$exe".to_owned(), exe),
            ("/usr/bin/sleep".to_owned(), sleep),
            ("Binding".to_owned(), None),
            ("Binding".to_owned(), None)
        ]
    );
}

#[test]
fn a_terminal_on_the_way_changes_nothing() {
    for file in ["samba-4.17-smbd-client-t0.talloc", "notmuch-0.37-new.talloc"] {
        let text = fixture(file);
        let through = String::from_utf8(text.clone()).expect("UTF-8").replace('\n', "\r\n");
        let coloured = format!("prompt> \r\n\x1b[0;m{through}prompt> ");
        assert_eq!(Report::parse_all(coloured.as_bytes()), Report::parse_all(&text), "{file}");
    }
}

#[test]
fn small_reports_in_a_log_are_told_apart() {
    let reports = Report::parse_all(&fixture("samba-4.17-smbtorture-local.talloc.stderr.txt"));
    let line = |number: usize, name: &str| (number, name.to_owned());
    assert_eq!(
        outline(&reports[0]),
        [
            line(0, "root"),
            line(1, "r1"),
            line(2, "-> p2"),
            line(1, "p1"),
            line(2, "x3"),
            line(2, "x2"),
            line(2, "x1"),
            line(2, "p2"),
        ]
    );
    assert_eq!(reports[0].skipped_lines(), 1, "Freeing p2");
}

#[test]
fn equal_names_share_one_allocation() {
    let report = parsed("samba-4.17-smbd-client-t2.talloc");
    let mut places: std::collections::HashMap<&[u8], *const u8> = std::collections::HashMap::new();
    for visit in report.walk() {
        let name = visit.record.name();
        assert_eq!(*places.entry(name).or_insert(name.as_ptr()), name.as_ptr());
    }
}

/// Every file of the folder that `FREEHOLD_DUMPS` names keeps the law, but for those that say why they don't.
#[test]
fn every_other_dump_keeps_the_law() {
    let Some(folder) = std::env::var_os("FREEHOLD_DUMPS") else { return };
    let mut folders = vec![std::path::PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("FREEHOLD_DUMPS names a folder") {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let reports = Report::parse_all(&std::fs::read(&path).expect("a readable file"));
            let records: usize = reports.iter().map(Report::len).sum();
            println!("{}: {} reports, {records} records", path.display(), reports.len());
            let disturbed = path.to_string_lossy().contains("ctdb");
            for report in reports.iter().filter(|report| !report.is_truncated() && !report.is_filtered() && !disturbed)
            {
                assert_eq!(report.imbalances(), [], "{}", path.display());
            }
        }
    }
}
