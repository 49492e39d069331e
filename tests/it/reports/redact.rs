//! What is left of a report that can be passed on, and what isn't.

use std::collections::HashSet;

use freehold::report::{Address, Builder, Entry, FindingKind, Naming, Redaction, Report};

use super::{fixture, outline, parsed};

const FILES: [&str; 12] = [
    "sssd-2.8.2-be_ldap-t0.talloc",
    "sssd-2.8.2-nss-t0.talloc",
    "samba-4.17-smbd-client-t1.talloc",
    "samba-4.17-winbindd-1.talloc",
    "samba-4.17-smbtorture-local.talloc.stderr.txt",
    "notmuch-0.37-show-json.talloc",
    "ctdb-4.17-ctdbd-dumpmemory-1.talloc",
    "osmo-stp-1.6.0-sigusr1-stderr.txt",
    "osmo-stp-1.6.0-vty-filter-xua.txt",
    "proot-5.1.0-sigusr1+usr2-stderr.txt",
    "exerciser/exerciser-2.4.0-full.talloc",
    "exerciser/exerciser-2.4.0-memlimit-root.talloc",
];

fn redacted(report: &Report) -> Report {
    report.redacted(&mut Redaction::new())
}

/// Words of the text itself, of sentences about it, and of what `Debug` prints.
const AROUND: &str = "talloc report full total contains bytes blocks reference memlimit context max_size cur_size \
                      line says itself lines below them make parents mallinfo arena uordblks fordblks keepcost \
                      Record kind Node Reference Hidden name self_bytes reference_count address Pointer Content Unknown \
                      rare Rare type_name origin destructor limit MemLimit content target NodeId index1 stamp \
                      NodeStamp None Some more false true Report root filtered truncated imbalances program header \
                      Header capital start_depth indent form Form";

/// What might be recognised: letters and digits in a row, four at least, but for what may be a number.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !byte.is_ascii_alphanumeric() && *byte < 0x80)
        .filter(|word| word.len() >= 4 && !word.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'x'))
}

#[test]
fn the_password_is_gone() {
    let report = parsed("sssd-2.8.2-be_ldap-t0.talloc");
    let secret = b"Passw0rd";
    let holds = |text: &[u8]| text.windows(secret.len()).any(|window| window == secret);
    assert!(holds(&report.text().to_vec()));
    let mut redaction = Redaction::new();
    let safe = report.redacted(&mut redaction);
    assert!(!holds(&safe.text().to_vec()));
    assert!(redaction.replaced().any(holds), "who made it can tell what was there");
    assert!(!holds(format!("{redaction:?}{safe:?}").as_bytes()));
}

/// Every word of every replaced name is looked for in everything the new report says of itself.
#[test]
fn no_word_of_a_replaced_name_survives() {
    for file in FILES {
        for report in Report::parse_all(&fixture(file)) {
            let mut redaction = Redaction::new();
            let safe = report.redacted(&mut redaction);
            let mut said = safe.text().to_vec();
            for imbalance in safe.imbalances() {
                said.extend_from_slice(imbalance.to_string().as_bytes());
            }
            for visit in safe.walk() {
                said.extend_from_slice(format!("{:?}{}", visit.record, safe.parents(visit.id)).as_bytes());
            }
            let mut fine: HashSet<&[u8]> = words(AROUND.as_bytes()).collect();
            let stayed = report.walk().zip(safe.walk()).filter(|(old, new)| old.record.name() == new.record.name());
            for (old, _) in stayed {
                fine.extend(words(old.record.name()));
            }
            let said: HashSet<&[u8]> = words(&said).collect();
            for word in redaction.replaced().flat_map(words).filter(|word| !fine.contains(word)) {
                assert!(!said.contains(word), "{file}: {}", word.escape_ascii());
            }
        }
    }
}

#[test]
fn all_but_names_stays() {
    for file in FILES {
        for report in Report::parse_all(&fixture(file)) {
            let safe = redacted(&report);
            assert_eq!(safe.len(), report.len(), "{file}");
            for (old, new) in report.walk().zip(safe.walk()) {
                let facts = |record: &freehold::report::Record| {
                    (record.kind(), record.bytes(), record.blocks(), record.self_bytes(), record.reference_count())
                };
                assert_eq!((old.depth, facts(old.record)), (new.depth, facts(new.record)), "{file}");
                assert_eq!(old.record.memlimit(), new.record.memlimit());
                assert_eq!(old.record.target().map(usize::from), new.record.target().map(usize::from), "{file}");
            }
            let kinds = |report: &Report| report.findings().iter().map(|finding| finding.kind()).collect::<Vec<_>>();
            let about_names = [FindingKind::ControlCharacters, FindingKind::LineLikeNames];
            let mut expected = kinds(&report);
            expected.retain(|kind| !about_names.contains(kind));
            assert_eq!(kinds(&safe), expected, "{file}");
            let again = Report::parse(&safe.text().to_vec()).expect("a report");
            assert!(again.len() == safe.len() && again.imbalances().len() == safe.imbalances().len(), "{file}");
        }
    }
}

#[test]
fn what_is_no_data_stays_readable() {
    let reports = Report::parse_all(&fixture("samba-4.17-smbtorture-local.talloc.stderr.txt"));
    let line = |number: usize, name: &str| (number, name.to_owned());
    assert_eq!(
        outline(&redacted(&reports[0])),
        [
            line(0, "root"),
            line(1, "s1"),
            line(2, "-> s2"),
            line(1, "s3"),
            line(2, "s4"),
            line(2, "s5"),
            line(2, "s6"),
            line(2, "s2"),
        ]
    );
    let full = redacted(&parsed("exerciser/exerciser-2.4.0-full.talloc"));
    let stayed: Vec<_> = full.walk().map(|visit| visit.record.name_lossy().into_owned()).collect();
    let is_token = |name: &String| name.strip_prefix('s').is_some_and(|number| number.parse::<u32>().is_ok());
    let stayed: Vec<_> = stayed.iter().filter(|name| !is_token(name)).collect();
    assert_eq!(
        stayed,
        ["root", "struct talloc_chunk*", "int", "a talloc_pool(4096)", "UNNAMED", "ex.c:25", ".name", ""]
    );
}

#[test]
fn content_is_replaced_at_the_same_width() {
    let report = parsed("samba-4.17-winbindd-1.talloc");
    let safe = redacted(&report);
    let mut seen = 0;
    for (old, new) in report.walk().zip(safe.walk()) {
        let (Address::Content(old), Address::Content(new)) = (old.record.address(), new.record.address()) else {
            continue;
        };
        seen += 1;
        let token = new.trim_ascii();
        assert!(token.is_empty() == old.trim_ascii().is_empty() && (token.is_empty() || token.starts_with(b"s")));
        assert!(new.len() == old.len() || new.len() == token.len());
    }
    assert_eq!(seen, 56);
}

#[test]
fn one_value_gives_reports_the_same_tokens() {
    let (before, after) = (parsed("samba-4.17-smbd-client-t0.talloc"), parsed("samba-4.17-smbd-client-t1.talloc"));
    let mut redaction = Redaction::new();
    let safe = [before.redacted(&mut redaction), after.redacted(&mut redaction)];
    let mut tokens = std::collections::HashMap::new();
    for (old, new) in [before, after].iter().zip(&safe).flat_map(|(old, new)| old.walk().zip(new.walk())) {
        let token = tokens.entry(old.record.name().to_vec()).or_insert_with(|| new.record.name().to_vec());
        assert_eq!(token, new.record.name());
    }
    let different: HashSet<_> = tokens.values().collect();
    assert_eq!(different.len(), tokens.len(), "different names stay different");
    // As many groups as before, then.
    assert_eq!(
        safe[1].merged(Naming::Exact).len(),
        parsed("samba-4.17-smbd-client-t1.talloc").merged(Naming::Exact).len()
    );
}

#[test]
fn names_can_be_kept_but_not_those_of_tokens() {
    let mut builder = Builder::new(Entry::new("server"));
    for name in ["s1", "secret", "cache"] {
        builder.push(Entry::new(name));
        builder.leave();
    }
    builder.push(Entry::new("Message").type_name("Message"));
    let mut redaction = Redaction::new().keep(|name| name != b"secret");
    let safe = builder.finish().redacted(&mut redaction);
    let names: Vec<_> = safe.walk().map(|visit| visit.record.name_lossy().into_owned()).collect();
    assert_eq!(names, ["server", "s1", "s2", "cache", "Message"]);
    assert_eq!(redaction.replaced().collect::<Vec<_>>(), [&b"s1"[..], b"secret"]);
}

#[test]
fn a_header_says_no_more_than_talloc() {
    let text = b"full hunter2-talloc report on 'x' (total      0 bytes in   1 blocks)\n";
    let safe = redacted(&Report::parse(text).expect("a report"));
    assert_eq!(safe.to_string(), "full talloc report on 's1' (total      0 bytes in   1 blocks)\n");
}
