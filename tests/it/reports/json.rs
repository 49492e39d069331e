//! Reports as JSON: nothing is lost on the way there and back, and what is wrong on the way back is said.

use std::collections::BTreeSet;

use freehold::Tree;
use freehold::report::{Address, Builder, By, Entry, Filter, MemLimit, Naming, Order, Report};
use proptest::prelude::*;
use serde_json::Value;

use super::schema::faults;
use super::{fixture, fixtures};

/// What reports know beside what makes them equal.
fn notes(report: &Report) -> String {
    format!("{report:?} {:?} {:?} {:?}", report.imbalances(), report.mallinfo(), report.findings())
}

fn json(report: &Report) -> Vec<u8> {
    let mut json = Vec::new();
    report.write_json(&mut json).expect("memory takes it");
    json
}

fn lines(report: &Report) -> Vec<u8> {
    let mut lines = Vec::new();
    report.write_ndjson(&mut lines).expect("memory takes it");
    lines
}

#[track_caller]
fn survives(report: &Report, written: &[u8], what: &str) {
    let back = Report::from_json(written).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(back == *report, "{what}: {}", String::from_utf8_lossy(written));
    assert_eq!(notes(&back), notes(report), "{what}");
}

/// A tree with one of everything a live report shows.
fn live() -> Result<Report, freehold::Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let session = tree.context(root, "session")?;
    tree.set_budget(session, freehold::Budget::new().bytes(4096))?;
    let user = tree.alloc(session, [0_u8; 48])?;
    tree.set_name(user, "struct user")?;
    let cache = tree.context(root, "cache")?;
    tree.reference(cache, user)?;
    let password = tree.strdup(session, "hunter2")?;
    tree.set_secret(password)?;
    tree.floating(7_u32)?;
    let kept = tree.alloc(session, 1_u64)?;
    tree.retain(kept)?;
    let counted = tree.floating(8_u16)?;
    tree.retain(counted)?;
    tree.report(root)
}

#[test]
fn every_fixture_survives_and_so_does_what_is_made_of_it() {
    for file in fixtures() {
        for report in Report::parse_all(&fixture(&file)) {
            survives(&report, &json(&report), &file);
            survives(&report, &lines(&report), &file);
            let merged = report.merged(Naming::Normal);
            let part = report.merged(Naming::Exact).filtered(&Filter::new().top(2).max_depth(4));
            let other = part.sorted(Order::Size).without_internal();
            for made in [merged, part, other] {
                survives(&made, &json(&made), &file);
            }
        }
    }
}

#[test]
fn a_live_tree_survives() -> Result<(), freehold::Error> {
    let report = live()?;
    let text = String::from_utf8(json(&report)).expect("JSON is UTF-8");
    for member in [
        "standing\":\"floating",
        "standing\":\"counted",
        "\"type\":\"u64\"",
        "\"origin\":\"",
        "\"kind\":\"reference\"",
        "\"max_size\":4096",
    ] {
        assert!(text.contains(member), "{member}: {text}");
    }
    survives(&report, &json(&report), "live");
    survives(&report, &lines(&report), "live");
    Ok(())
}

#[test]
fn what_is_written_is_what_the_schema_says() -> Result<(), freehold::Error> {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/report.schema.json")).expect("it is JSON");
    let parse = |json: &[u8]| serde_json::from_slice::<Value>(json).expect("it is JSON");
    let mut reports: Vec<_> = fixtures().iter().flat_map(|file| Report::parse_all(&fixture(file))).collect();
    let merged: Vec<_> =
        reports.iter().map(|report| report.merged(Naming::Normal).filtered(&Filter::new().top(1))).collect();
    reports.extend(merged);
    reports.push(live()?);
    let contents = b"full talloc report on 'r' (total      1 bytes in   2 blocks)\n    \
        char                           contains      1 bytes in   1 blocks (ref 0): \xff\n";
    let destructors = b"full talloc report on 'r' (total      2 bytes in   3 blocks)\n    \
        x                              contains      1 bytes in   1 blocks (ref 0) d=0x10 0x20\n    \
        x                              contains      1 bytes in   1 blocks (ref 0) d=(nil) 0x30\n";
    let given = [&contents[..], destructors].map(|text| Report::parse(text).expect("a report"));
    given.iter().for_each(|report| survives(report, &json(report), "given"));
    reports.extend(given);
    let mut members = BTreeSet::new();
    for report in &reports {
        let json = parse(&json(report));
        assert_eq!(faults(&schema, &json), [""; 0], "{report:?}");
        members.extend(
            json["records"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_object)
                .flat_map(|record| record.keys().cloned()),
        );
    }
    let described: BTreeSet<_> =
        schema["$defs"]["record"]["properties"].as_object().into_iter().flat_map(|all| all.keys().cloned()).collect();
    assert_eq!(members, described, "the schema describes all that is written, and nothing else");
    let broken = parse(document(1, r#"{"id":-1,"name":7,"bytes":0}"#).as_bytes());
    assert_eq!(
        faults(&schema, &broken),
        ["$.records[0].id: minimum", "$.records[0].name: type", "$.records[0]: required"]
    );
    Ok(())
}

#[test]
fn several_reports_can_follow_one_another_in_either_form() {
    let reports = Report::parse_all(&fixture("samba-4.17-smbtorture-local.talloc.stderr.txt"));
    let both: Vec<u8> = reports
        .iter()
        .enumerate()
        .flat_map(|(i, report)| if i % 2 == 0 { json(report) } else { lines(report) })
        .collect();
    assert_eq!(Report::from_json_all(&both).expect("they read"), reports);
    assert_eq!(
        Report::from_json(&both).expect_err("there are many").to_string(),
        "there are 32 reports; use Report::from_json_all and choose one"
    );
}

#[test]
fn depth_costs_no_stack() {
    let chain = |len: usize| {
        let mut builder = Builder::new(Entry::new("root"));
        (0..len).for_each(|_| builder.push(Entry::new("link").bytes(1)));
        builder.finish()
    };
    let long = chain(200_000);
    survives(&long, &lines(&long), "chain");
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let text =
        String::from_utf8(json(&chain(2))).expect("UTF-8").replacen(",\n", &format!(",\"later\":{nested},\n"), 1);
    assert_eq!(Report::from_json(text.as_bytes()).expect("unknown members are passed over"), chain(2));
}

#[test]
fn members_may_come_in_any_order() {
    let report = Report::from_json(
        br#"{"records":[{"blocks":1,"bytes":8,"name":"ro\u006ft","id":0,"new":{}}],
        "report":{"records":1},"version":1,"format":"freehold-report"}"#,
    );
    let root = report.expect("it reads").walk().next().map(|visit| visit.record.clone()).expect("there is a root");
    assert_eq!((root.name(), root.bytes(), root.self_bytes()), (&b"root"[..], 8, None));
}

/// Puts records into a report that says it has `count`.
fn document(count: usize, records: &str) -> String {
    format!(r#"{{"format":"freehold-report","version":1,"report":{{"records":{count}}},"records":[{records}]}}"#)
}

#[test]
fn what_is_wrong_is_said() {
    const ROOT: &str = r#"{"id":0,"name":"r","bytes":0,"blocks":1}"#;
    const LEAF: &str = r#"{"id":1,"parent":0,"kind":"reference","name":"x","bytes":0,"blocks":1}"#;
    let with = |record: &str| document(2, &format!("{ROOT},{record}"));
    let headed = |member: &str| document(1, ROOT).replace(r#""records":1"#, &format!(r#""records":1,{member}"#));
    let cases = [
        (String::new(), "the input is empty: the report may not have been written yet"),
        ("full talloc report".into(), "expected ident"),
        (
            document(1, ROOT)[..60].into(),
            "the input ends at line 1, in the middle of a report: it may still be being written; wait for it and read again",
        ),
        ("[]".into(), "invalid type: sequence, expected the object a report of Freehold's begins with"),
        (r#"{"a":1}"#.into(), r#"this object is no report of Freehold's, which has "format":"freehold-report""#),
        (r#"{"format":"other"}"#.into(), r#"the format is "other", not "freehold-report""#),
        (r#"{"format":"freehold-report"}"#.into(), "missing field `version`"),
        (r#"{"format":"freehold-report","version":1}"#.into(), "missing field `report`"),
        (
            r#"{"format":"freehold-report","version":2}"#.into(),
            "the report is of version 2, and this release reads version 1: try a later release of Freehold",
        ),
        (
            r#"{"format":"freehold-report","version":1,"records":7}"#.into(),
            "invalid type: integer `7`, expected a list of records",
        ),
        (document(0, ""), "a report has at least one record, its root"),
        (document(2, ROOT), "the report says it has 2 records, but there are 1"),
        (
            with(r#"{"id":2,"parent":0,"name":"x","bytes":0,"blocks":1}"#),
            "record 2 stands where 1 should: ids count the records from 0, in their order",
        ),
        (with(r#"{"id":1,"name":"x","bytes":0,"blocks":1}"#), "record 1 has no parent, as only record 0 may"),
        (
            with(r#"{"id":1,"parent":1,"name":"x","bytes":0,"blocks":1}"#),
            "record 1 has the parent 1, which is none of those it can have here: each record is followed by those below it",
        ),
        (
            document(3, &format!(r#"{ROOT},{LEAF},{{"id":2,"parent":1,"name":"x","bytes":0,"blocks":1}}"#)),
            "record 2 is below record 1, which is a reference",
        ),
        (
            with(r#"{"id":1,"parent":0,"name":"x","bytes":0,"blocks":1,"address":"here"}"#),
            "record 1: \"here\" is no address: those are (nil), 0x and hexadecimal digits, or as 12v3",
        ),
        (
            with(r#"{"id":1,"parent":0,"name":"x","bytes":0,"blocks":1,"address":"0x1","content":"y"}"#),
            "record 1: a line shows an address or the content, not both",
        ),
        (
            with(r#"{"id":1,"parent":0,"name":"x","bytes":0,"blocks":1,"destructor":"12v3"}"#),
            "record 1: \"12v3\" is no destructor: those are (nil), or 0x and hexadecimal digits",
        ),
        (
            with(r#"{"id":1,"parent":0,"name":"x","bytes":0,"blocks":1,"count":0}"#),
            "record 1: it stands for at least one",
        ),
        (with(&LEAF.replace('}', r#","target":2}"#)), "record 1 claims record 2, and there are 2"),
        (with(&LEAF.replace('}', r#","target":1}"#)), "record 1 claims record 1, which is a reference itself"),
        (
            with(r#"{"id":1,"parent":0,"name":"x","bytes":0,"blocks":1,"target":0}"#),
            "record 1 claims another, as only references do",
        ),
        (
            headed(r#""start_depth":18446744073709551615"#),
            "no report begins at depth 18446744073709551615, 4 spaces a level",
        ),
        (headed(r#""indent":1099511627776"#), "no report begins at depth 0, 1099511627776 spaces a level"),
        (headed(r#""last_line":18446744073709551615"#), "a line is numbered as none can be: lines count from 1"),
        (
            headed(r#""mallinfo":[{"name":"s3cret","value":1}]"#),
            "\"s3cret\" is no name of glibc's mallinfo: those are lowercase letters",
        ),
        (headed(r#""chatter":[[0,1]]"#), "a line is numbered as none can be: lines count from 1"),
        (headed(r#""chatter":[[1,18446744073709551615]]"#), "a line is numbered as none can be: lines count from 1"),
    ];
    for (input, message) in cases {
        let error = Report::from_json(input.as_bytes()).expect_err(&input);
        let told = error.to_string();
        let place = told.find(" at line 1 column ").unwrap_or(told.len());
        assert_eq!(&told[..place], message, "{input}");
    }
}

/// Whatever numbers it is told, it can be looked at in every way.
#[test]
fn sums_that_run_over_are_no_reason_to_panic() {
    const MOST: &str =
        r#""bytes":18446744073709551615,"blocks":18446744073709551615,"self_bytes":18446744073709551615"#;
    let record = |id: usize, kind: &str, more: &str| {
        let parent = if id == 0 { String::new() } else { r#","parent":0"#.to_owned() };
        format!(r#"{{"id":{id}{parent},"name":".name","kind":"{kind}",{MOST}{more}}}"#)
    };
    let many = r#","count":18446744073709551615,"references":4294967295"#;
    let claim = r#","count":18446744073709551615,"target":1"#;
    let unbalanced = r#"{"record":1,"line":0,"name":"","bytes":0,"blocks":18446744073709551615,"counted_bytes":18446744073709551615,"counted_blocks":0}"#;
    let records = [
        record(0, "node", many),
        record(1, "node", many),
        record(2, "node", ""),
        record(3, "node", ""),
        record(4, "rest", many),
        record(5, "rest", many),
        record(6, "reference", claim),
        record(7, "reference", claim),
        record(8, "reference", many),
        record(9, "reference", many),
    ];
    let whole = document(records.len(), &records.join(","));
    let mallinfo = r#""mallinfo":[{"name":"uordblks","value":9223372036854775807},{"name":"hblkhd","value":1}]"#;
    for head in [
        String::new(),
        mallinfo.to_owned(),
        format!(r#""imbalances":[{unbalanced},{unbalanced}]"#),
        format!(r#""filtered":true,"imbalances":[{unbalanced},{unbalanced}]"#),
        format!(r#""truncated":true,"imbalances":[{unbalanced}]"#),
    ] {
        let comma = if head.is_empty() { "" } else { "," };
        let text = whole.replace(r#""records":10"#, &format!(r#""records":10{comma}{head}"#));
        let report = Report::from_json(text.as_bytes()).expect("it reads");
        let merged = report.merged(Naming::Normal);
        for report in [&report.without_internal(), &merged, &report.filtered(&Filter::new().top(1)), &report] {
            assert!(!report.findings().is_empty(), "{head}");
            assert!(!report.show().to_string().is_empty());
            assert!(!report.aggregate(By::NormalName).table().to_string().is_empty());
            assert!(!report.diff(&merged).to_string().is_empty());
            assert!(!report.text().to_vec().is_empty());
            survives(report, &json(report), &head);
        }
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![prop::collection::vec(any::<u8>(), 0..12), "\\PC{0,12}".prop_map(String::into_bytes)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn names_of_any_bytes_survive(
        nodes in prop::collection::vec((bytes(), 0..4_usize, any::<u64>(), 0..5_u8, bytes(), any::<bool>()), 0..20),
    ) {
        let mut builder = Builder::new(Entry::new(""));
        for (name, up, number, kind, content, refers) in &nodes {
            (0..*up).for_each(|_| builder.leave());
            let entry = Entry::new(name).bytes(*number >> 10).reference_count(*number as u32).address(match kind {
                0 => Address::Unknown,
                1 => Address::Handle { index: *number as u32, version: (*number >> 32) as u32 },
                2 => Address::Pointer(*number),
                3 => Address::Nil,
                _ => Address::Content(content),
            });
            builder.push(if *refers { entry.memlimit(MemLimit { max_size: *number, cur_size: !*number }) } else { entry });
            if *refers {
                builder.push_reference(&nodes[0].0, Address::Unknown);
            }
        }
        let report = builder.finish();
        survives(&report, &json(&report), "generated");
        survives(&report, &lines(&report), "generated");
    }

    #[test]
    fn no_damage_makes_it_panic(at in 0..4000_usize, byte in any::<u8>()) {
        let mut text = json(&live().expect("it is made"));
        let at = at % text.len();
        text[at] = byte;
        if let Ok(report) = Report::from_json(&text) {
            survives(&report, &json(&report), "damaged");
        }
    }
}
