//! Reports made from reports: whatever is merged, left out or sorted, the sums stay.

use freehold::report::{Builder, Entry, Filter, Kind, Naming, Order, Record, Report};
use proptest::prelude::*;

use super::{fixture, outline, parsed};

/// Each record's bytes are its own and its children's, and nothing is lost on the way to the root.
#[track_caller]
fn sums_hold(report: &Report, blocks: bool) {
    for visit in report.walk().filter(|visit| matches!(visit.record.kind(), Kind::Node)) {
        let children = || visit.id.children(report.arena()).map(|child| report.arena()[child].get());
        let own = visit.record.self_bytes().expect("nothing is missing");
        assert_eq!(own + children().map(Record::bytes).sum::<u64>(), visit.record.bytes(), "{:?}", visit.record);
        if blocks {
            let below: u64 = children().map(Record::blocks).sum();
            assert_eq!(visit.record.count() + below, visit.record.blocks(), "{:?}", visit.record);
        }
    }
}

fn totals(report: &Report) -> (u64, u64) {
    let root = report.arena()[report.root()].get();
    (root.bytes(), root.blocks())
}

/// Trees of few names, with references, `.name` blocks and numbers.
fn trees() -> impl Strategy<Value = Report> {
    prop::collection::vec((0..3_usize, 0..7_usize, 0..100_u64, 0..4_usize), 0..60).prop_map(|steps| {
        let mut builder = Builder::new(Entry::new("root"));
        for (leave, name, bytes, reference) in steps {
            (0..leave).for_each(|_| builder.leave());
            let names = ["a", "b", "item:1", "item:2", ".name", "c", "d"];
            builder.push(Entry::new(names[name]).bytes(bytes).reference_count(1));
            if reference == 0 {
                builder.push_reference(names[6 - name], freehold::report::Address::Unknown);
            }
        }
        builder.finish()
    })
}

proptest! {
    #[test]
    fn no_shape_changes_a_sum(report in trees(), depth in 0..5_usize, bytes in 0..100_u64, k in 0..4_usize) {
        let filters = [
            Filter::new().max_depth(depth),
            Filter::new().min_bytes(bytes),
            Filter::new().min_share(bytes as f64 / 5.0),
            Filter::new().top(k),
            Filter::new().keep(|record| record.name() == b"b"),
            Filter::new().max_depth(depth).top(k).min_bytes(bytes / 4),
        ];
        for naming in [Naming::Exact, Naming::Normal] {
            let merged = report.merged(naming);
            sums_hold(&merged, true);
            prop_assert_eq!(totals(&merged), totals(&report));
            prop_assert_eq!(&merged.merged(naming), &merged, "once is enough");
            for shape in [&report, &merged] {
                for filter in &filters {
                    let filtered = shape.filtered(filter);
                    sums_hold(&filtered, true);
                    prop_assert_eq!(totals(&filtered), totals(&report));
                }
                let plain = shape.without_internal();
                sums_hold(&plain, false);
                prop_assert_eq!(totals(&plain), totals(&report));
            }
        }
        for order in [Order::Listed, Order::Age, Order::Size, Order::Count, Order::Name] {
            let sorted = report.sorted(order);
            sums_hold(&sorted, true);
            prop_assert_eq!(sorted.len(), report.len());
        }
        prop_assert_eq!(&report.sorted(Order::Age).sorted(Order::Age), &report);
        prop_assert_eq!(&report.filtered(&Filter::new()), &report);
        prop_assert_eq!(&report.subtree(report.root()), &report);
    }

    #[test]
    fn a_merged_report_has_no_two_siblings_of_one_name(report in trees()) {
        let merged = report.merged(Naming::Normal);
        for visit in merged.walk() {
            let mut seen = std::collections::HashSet::new();
            for child in visit.id.children(merged.arena()) {
                let record = merged.arena()[child].get();
                prop_assert!(seen.insert((record.name().to_vec(), record.kind())));
            }
        }
        let nodes: u64 = merged.walk().map(|visit| visit.record.count()).sum();
        prop_assert_eq!(nodes, report.len() as u64);
    }
}

#[test]
fn a_server_of_three_thousand_blocks_has_a_few_hundred_paths() {
    let report = parsed("samba-4.17-smbd-client-t2.talloc");
    let merged = report.merged(Naming::Normal);
    sums_hold(&merged, true);
    let files: Vec<_> = merged.walk().filter(|visit| visit.record.name() == b"struct files_struct").collect();
    assert_eq!(files.iter().map(|visit| visit.record.count()).sum::<u64>(), 221);
    assert!(merged.len() < 500, "{}", merged.len());
}

#[test]
fn what_is_kept_brings_its_owners_and_what_it_owns() {
    let mut builder = Builder::new(Entry::new("root"));
    for (name, leave) in [("session", 0), ("user", 0), ("name", 2), ("cache", 2), ("session", 1)] {
        builder.push(Entry::new(name).bytes(1));
        (0..leave).for_each(|_| builder.leave());
    }
    let report = builder.finish();
    let kept = report.filtered(&Filter::new().keep(|record| record.name() == b"user"));
    let line = |depth: usize, name: &str| (depth, name.to_owned());
    assert_eq!(
        outline(&kept),
        [
            line(0, "root"),
            line(1, "session"),
            line(2, "user"),
            line(3, "name"),
            line(2, "(1 more)"),
            line(1, "(1 more)")
        ]
    );
}

#[test]
fn references_follow_their_targets() {
    let reports = Report::parse_all(&fixture("proot-5.1.0-sigusr1+usr2-stderr.txt"));
    let report = reports.last().expect("proot's own listing and talloc's report");
    let target_names = |report: &Report| -> Vec<_> {
        let targets = report.walk().filter_map(|visit| visit.record.target());
        targets.map(|target| report.arena()[target].get().name_lossy().into_owned()).collect()
    };
    assert_eq!(target_names(report), ["$exe", "/usr/bin/sleep"]);
    assert_eq!(target_names(&report.sorted(Order::Name)), ["$exe", "/usr/bin/sleep"]);
    assert_eq!(target_names(&report.merged(Naming::Normal)), ["$exe", "/usr/bin/sleep"]);
    assert_eq!(target_names(&report.filtered(&Filter::new().max_depth(2))), ["$exe"]);
}

#[test]
fn depth_costs_no_stack() {
    let mut builder = Builder::new(Entry::new("root"));
    for _ in 0..1_000_000 {
        builder.push(Entry::new("x:1").bytes(1));
    }
    let report = builder.finish();
    for shape in [
        report.merged(Naming::Normal),
        report.sorted(Order::Size),
        report.without_internal(),
        report.filtered(&Filter::new().keep(|_| true).min_bytes(1)),
    ] {
        assert_eq!((shape.len(), totals(&shape)), (1_000_001, (1_000_000, 1_000_001)));
    }
}

/// The rests of a report, as name and count.
fn rests(report: &Report) -> Vec<(String, u64)> {
    let rests = report.walk().filter(|visit| visit.record.kind() == Kind::Rest);
    rests.map(|visit| (visit.record.name_lossy().into_owned(), visit.record.count())).collect()
}

#[test]
fn a_parent_has_one_rest_however_often_it_is_filtered() {
    let mut builder = Builder::new(Entry::new("root"));
    for (name, bytes) in [("a", 50), ("b", 40), ("c", 30), ("d", 20), ("e", 10)] {
        builder.push(Entry::new(name).bytes(bytes));
        builder.leave();
    }
    let report = builder.finish();
    let once = report.filtered(&Filter::new().top(3));
    assert_eq!(rests(&once), [("(2 more)".to_owned(), 2)]);
    assert_eq!(once.filtered(&Filter::new()), once, "a filter that keeps all changes nothing");
    let twice = once.filtered(&Filter::new().top(2));
    assert_eq!(rests(&twice), [("(3 more)".to_owned(), 3)]);
    assert_eq!(twice, report.filtered(&Filter::new().top(2)));
    assert_eq!(
        rests(&once.filtered(&Filter::new().keep(|record| record.name() == b"a"))),
        [("(4 more)".to_owned(), 4)]
    );
}

#[test]
fn rests_that_meet_are_one_and_called_by_what_they_leave_out() {
    let mut builder = Builder::new(Entry::new("root"));
    for small in [2, 1] {
        builder.push(Entry::new("session"));
        for bytes in [7].into_iter().chain(std::iter::repeat_n(1, small)) {
            builder.push(Entry::new("buffer").bytes(bytes));
            builder.leave();
        }
        builder.leave();
    }
    let filtered = builder.finish().filtered(&Filter::new().min_bytes(2));
    assert_eq!(rests(&filtered), [("(2 more)".to_owned(), 2), ("(1 more)".to_owned(), 1)]);
    for naming in [Naming::Exact, Naming::Normal] {
        let merged = filtered.merged(naming);
        assert_eq!(rests(&merged), [("(3 more)".to_owned(), 3)]);
        sums_hold(&merged, true);
    }
}

#[test]
fn a_filter_prints_what_it_was_told() {
    let filter = Filter::new().max_depth(3).min_bytes(100).keep(|_| true);
    assert_eq!(
        format!("{filter:?}"),
        "Filter { max_depth: Some(3), min_bytes: 100, min_share: 0.0, top: None, keep: true }"
    );
}
