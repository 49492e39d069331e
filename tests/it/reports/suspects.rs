//! What looks like a leak.

use freehold::report::{Builder, Entry, Report, Suspects};

use super::{fixture, parsed};

fn sentences(reports: &[&Report]) -> Vec<String> {
    Suspects::among(reports).find().iter().map(ToString::to_string).collect()
}

#[test]
fn the_leak_of_notmuch_is_the_first_suspect() {
    let reports = Report::parse_all(&fixture("notmuch-0.37-show-json.talloc"));
    let suspects = sentences(&[&reports[0]]);
    assert_eq!(
        suspects,
        [
            "600 times 'Day, N Month N N:N:N +N' below notmuch_database_t / struct sprinter_json: 19200 bytes in 600 blocks, \
         92 % of all bytes and 92 % of all blocks. Look for where it is made and why nothing frees it."
        ]
    );
}

#[test]
fn what_is_made_for_each_open_file_grows_with_them() {
    let reports = ["t0", "t1", "t2"].map(|time| parsed(&format!("samba-4.17-smbd-client-{time}.talloc")));
    let reports = reports.each_ref();
    let suspects = Suspects::among(&reports).repeat(20).find();
    let text: Vec<_> = suspects.iter().map(|suspect| format!("{} {suspect}\n", suspect.is_multiple())).collect();
    insta::assert_snapshot!(text.concat());
    let first = &suspects[0];
    assert_eq!(first.path().last(), Some(&b"struct files_struct"[..]));
    assert_eq!(first.amounts().iter().map(|amount| amount.count).collect::<Vec<_>>(), [1, 21, 221]);
    assert_eq!(Suspects::among(&reports).limit(2).find().len(), 2);
}

fn steps(steps: &[&[(&str, u64)]]) -> Vec<Report> {
    let report = |nodes: &&[(&str, u64)]| {
        let mut builder = Builder::new(Entry::new("root"));
        for (name, bytes) in *nodes {
            builder.push(Entry::new(name).bytes(*bytes));
            builder.leave();
        }
        builder.finish()
    };
    steps.iter().map(report).collect()
}

#[test]
fn what_shrinks_or_stays_is_no_suspect() {
    let reports = steps(&[
        &[("stays", 1), ("flutters", 1), ("buffer", 10), ("goes", 5)],
        &[("stays", 1), ("flutters", 1), ("flutters", 1), ("buffer", 20)],
        &[("stays", 1), ("flutters", 1), ("buffer", 20)],
        &[("stays", 1), ("flutters", 1), ("flutters", 1), ("buffer", 21)],
    ]);
    let suspects = sentences(&reports.iter().collect::<Vec<_>>());
    assert_eq!(
        suspects,
        ["'buffer' below root is no more often there but larger: 10, 20, 20, 21 bytes (+11). \
         Look for what adds to it and never takes away."]
    );
}

#[test]
fn a_multiple_must_be_one_each_time() {
    let counted = |counts: [usize; 3]| -> Vec<bool> {
        let nodes = counts.map(|count| vec![("x", 1); count]);
        let reports = steps(&nodes.each_ref().map(|nodes| &nodes[..]));
        let reports: Vec<_> = reports.iter().collect();
        Suspects::among(&reports).repeat(7).find().iter().map(|suspect| suspect.is_multiple()).collect()
    };
    assert_eq!(counted([1, 8, 22]), [true]);
    assert_eq!(counted([1, 9, 22]), [false]);
    assert_eq!(counted([1, 8, 8]), [false]);
    assert_eq!(counted([8, 1, 8]), [false; 0]);
}

#[test]
fn no_report_has_no_suspects() {
    assert_eq!(sentences(&[]), [""; 0]);
    assert_eq!(sentences(&[&steps(&[&[("a", 1)]])[0]]), [""; 0]);
}

#[test]
fn what_a_growing_subtree_hangs_on_is_the_suspect() {
    let reports = ["t0", "t1"].map(|time| parsed(&format!("sssd-2.8.2-nss-{time}.talloc")));
    let suspects = Suspects::among(&reports.each_ref()).find();
    assert_eq!(suspects[0].path().last(), Some(&b"struct cache_req_result *"[..]));
    assert_eq!((suspects[0].gain().count, suspects[0].gain().bytes), (1, 406_941));
    assert_eq!(suspects[0].consumers()[0].bytes(), 120_587);

    let reports = ["t0", "t1"].map(|time| parsed(&format!("samba-4.17-addc-ldap-worker3-{time}.talloc")));
    let suspects = Suspects::among(&reports.each_ref()).find();
    assert_eq!(suspects[0].path().last(), Some(&b"struct stream_connection"[..]));
    assert_eq!((suspects[0].gain().count, suspects[0].gain().bytes), (11, 546_106));
}

#[test]
fn the_largest_crowd_of_one_report_comes_first() {
    let mut builder = Builder::new(Entry::new("root"));
    for (list, name, count, bytes) in [("small", "x 1", 20, 10), ("large", "y", 30, 100), ("large", "y", 12, 100)] {
        builder.push(Entry::new(list));
        for _ in 0..count {
            builder.push(Entry::new(name).bytes(bytes));
            builder.leave();
        }
        builder.leave();
    }
    let report = builder.finish();
    let suspects = Suspects::among(&[&report]).find();
    let told: Vec<_> = suspects.iter().map(ToString::to_string).collect();
    let advice = "Look for where it is made and why nothing frees it.";
    assert_eq!(
        told,
        [
            format!(
                "30 times 'y' below root / large (one of them; 42 in all): 4200 bytes in 42 blocks, 95 % of all bytes and \
                 64 % of all blocks. {advice}"
            ),
            format!(
                "20 times 'x N' below root / small: 200 bytes in 20 blocks, 5 % of all bytes and 30 % of all blocks. {advice}"
            ),
        ]
    );
    let [consumer] = suspects[1].consumers() else { panic!("{:?}", suspects[1]) };
    assert_eq!((consumer.name(), consumer.count(), consumer.bytes()), (&b"x N"[..], 20, 200));
}
