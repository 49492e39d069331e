//! Reports fed by hand, as a live tree would feed them.

use std::panic::Location;

use freehold::report::{Address, Builder, Entry, Kind, MemLimit};

use super::fixture;

/// The tree that printed the exerciser's `memlimit-root` file.
#[test]
fn a_tree_fed_by_hand_prints_as_talloc_does() {
    let at = |low: u64| Address::Pointer(0x5586_359f_0000 | low);
    let limit = |max_size, cur_size| MemLimit { max_size, cur_size };
    let mut builder = Builder::new(Entry::new("limited").bytes(50).memlimit(limit(100_000, 945)));
    builder.push(Entry::new("nested limit").bytes(5).address(at(0x1970)).memlimit(limit(5000, 203)));
    builder.push(Entry::new("inside nested").bytes(6).address(at(0x1a10)));
    builder.leave();
    builder.leave();
    builder.push(Entry::new("inside limit").bytes(500).address(at(0x1710)));
    let report = builder.finish();
    let expected = fixture("exerciser/exerciser-2.4.0-memlimit-root.talloc");
    assert_eq!(report.to_string().as_bytes(), expected);
}

#[test]
fn what_a_text_cannot_say_is_kept() {
    let here = Location::caller();
    let mut builder = Builder::new(Entry::new("root"));
    for _ in 0..2 {
        builder.push(Entry::new("message").bytes(8).type_name("Message").origin(here));
        builder.leave();
    }
    builder.push(Entry::new("plain"));
    let report = builder.finish();
    let records: Vec<_> = report.walk().map(|visit| visit.record).collect();
    let origin = format!("{}:{}", here.file(), here.line());
    for message in &records[1..3] {
        assert_eq!((message.type_name(), message.origin()), (Some("Message"), Some(&*origin)));
    }
    assert_eq!(records[1].origin().map(str::as_ptr), records[2].origin().map(str::as_ptr), "one text for both");
    assert_eq!((records[3].type_name(), records[3].origin()), (None, None));
}

#[test]
fn an_address_tells_which_of_several_a_reference_means() {
    let at = |index| Address::Handle { index, version: 1 };
    let mut builder = Builder::new(Entry::new("root"));
    builder.push_reference("twin", at(3));
    builder.push_reference("twin", Address::Unknown);
    builder.push_reference("elsewhere", at(9));
    for index in [2, 3] {
        builder.push(Entry::new("twin").bytes(index.into()).reference_count(1).address(at(index)));
        builder.leave();
    }
    let report = builder.finish();
    let targets: Vec<_> = report
        .walk()
        .filter(|visit| visit.record.kind() == Kind::Reference)
        .map(|visit| visit.record.target().map(|target| report.arena()[target].get().bytes()))
        .collect();
    assert_eq!(targets, [Some(3), None, None]);
}

#[test]
fn a_report_can_go_to_another_thread() {
    let report = Builder::new(Entry::new("root")).finish();
    let name = std::thread::spawn(move || report.arena()[report.root()].get().name_lossy().into_owned());
    assert_eq!(name.join().expect("no panic"), "root");
}

#[test]
fn leaving_the_root_leaves_it_open() {
    let mut builder = Builder::new(Entry::new("root"));
    builder.leave();
    builder.push(Entry::new("child").bytes(1));
    let report = builder.finish();
    let root = report.arena()[report.root()].get();
    assert_eq!((root.bytes(), root.blocks(), root.self_bytes()), (1, 2, Some(0)));
}

/// A chain as deep as any tree may be. Its text would be some ten thousand gigabytes, so nothing here prints it all.
#[test]
fn a_million_levels_are_no_problem() {
    const LEVELS: usize = 1_000_000;
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(|| {
            let mut builder = Builder::new(Entry::new("root"));
            for _ in 1..LEVELS {
                builder.push(Entry::new("link").bytes(1));
            }
            let report = builder.finish();
            assert_eq!(report.len(), LEVELS);
            assert_eq!(report.arena()[report.root()].get().bytes(), LEVELS as u64 - 1);
            let last = report.walk().last().expect("the root at least");
            assert_eq!(last.depth, LEVELS - 1);
            assert_eq!(report.parents(last.id).names().len(), LEVELS);
            assert!(report == report && format!("{report:?}").len() < 1000);
            assert_eq!(report.brief().to_string().lines().count(), 2);
        })
        .expect("a thread")
        .join()
        .expect("no overflow");
}
