//! Depth costs no stack: every shape and view of a chain of a million nodes, and of ten million where they are asked for,
//! every export of one of a million, with a stack of 2 MiB.

use freehold::report::{Builder, By, Entry, Filter, Naming, Order, Redaction, Report, Suspects};

fn chain(depth: u64) -> Report {
    let mut builder = Builder::new(Entry::new("root"));
    for _ in 0..depth {
        builder.push(Entry::new("x:1").bytes(1));
    }
    builder.finish()
}

#[track_caller]
fn is_whole(shape: &Report, depth: u64) {
    let root = shape.arena()[shape.root()].get();
    assert_eq!((root.bytes(), root.blocks()), (depth, depth + 1));
}

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(test);
    thread.expect("a thread can be made").join().expect("nothing overflows");
}

fn shapes(depth: u64) {
    on_a_small_stack(move || {
        let report = chain(depth);
        is_whole(&report, depth);
        is_whole(&report.merged(Naming::Normal), depth);
        is_whole(&report.sorted(Order::Size), depth);
        is_whole(&report.without_internal(), depth);
        is_whole(&report.filtered(&Filter::new().keep(|_| true).min_bytes(1).top(1)), depth);
        is_whole(&report.redacted(&mut Redaction::new()), depth);
    });
}

fn views(depth: u64) {
    on_a_small_stack(move || {
        let report = chain(depth);
        assert_eq!(report.findings().len(), 0);
        assert_eq!(report.aggregate(By::Name).rows().len(), 2);
        assert!(report.show().to_string().lines().count() < 200);
        assert!(report.diff(&report).is_empty());
        assert!(Suspects::among(&[&report, &report]).find().is_empty());
        #[cfg(feature = "retained")]
        assert_eq!(report.retained().bytes(report.root()), depth);
    });
}

#[test]
fn a_million_deep_in_every_shape() {
    shapes(1_000_000);
}

#[test]
#[ignore = "takes 5 GiB of memory"]
fn ten_million_deep_in_every_shape() {
    shapes(10_000_000);
}

#[test]
fn a_million_deep_in_every_view() {
    views(1_000_000);
}

#[test]
#[ignore = "takes 5 GiB of memory"]
fn ten_million_deep_in_every_view() {
    views(10_000_000);
}

#[cfg(feature = "export")]
#[test]
fn a_million_deep_in_every_export() {
    use freehold::report::export::{write_csv, write_dot, write_speedscope};
    on_a_small_stack(|| {
        const DEPTH: u64 = 1_000_000;
        let report = chain(DEPTH);
        let mut json = Vec::new();
        report.write_json(&mut json).expect("memory takes it");
        assert!(Report::from_json(&json).expect("it was just written") == report);
        let nowhere = &mut std::io::sink();
        report.write_ndjson(nowhere).expect("nothing fails here");
        report.svg().write_to(nowhere).expect("nothing fails here");
        report.html().write_to(nowhere).expect("nothing fails here");
        for write in [write_csv, write_dot, write_speedscope] {
            write(&report, nowhere).expect("nothing fails here");
        }
    });
}
