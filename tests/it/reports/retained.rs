//! What would go if a node went, against the plain way to find out: take it away, and see what can't be reached.

use freehold::report::indextree::NodeId;
use freehold::report::{Address, Builder, Entry, Kind, Naming, Report};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{fixture, parsed};

#[track_caller]
fn find(report: &Report, name: &str) -> NodeId {
    report.walk().find(|visit| visit.record.name() == name.as_bytes()).expect("it is there").id
}

/// proot's own listing, where a reference has an address, and talloc's report of the same tree.
fn proot() -> [Report; 2] {
    Report::parse_all(&fixture("proot-5.1.0-sigusr1+usr2-stderr.txt")).try_into().expect("two reports")
}

#[test]
fn of_two_of_one_name_both_may_be_meant() {
    let [listing, report] = proot();
    let retained = report.retained();
    let name = |id: NodeId| report.arena()[id].get().name_lossy().into_owned();
    let shared: Vec<_> = retained
        .shared()
        .iter()
        .map(|shared| {
            let holders = shared.holders().iter().chain(shared.possible_holders()).copied();
            let holders: Vec<_> = holders.map(name).collect();
            (name(shared.node()), shared.bytes(), holders.join(", "), shared.is_certain(), shared.outside())
        })
        .collect();
    let line = |name: &str, bytes, holders: &str, certain| (name.to_owned(), bytes, holders.to_owned(), certain, 0);
    assert_eq!(
        shared,
        [
            line("Binding", 8280, "Bindings, Bindings", false),
            line("Binding", 8280, "Bindings, Bindings", false),
            line("/usr/bin/sleep", 15, "LoadInfo", true),
            line("$exe", 15, "Tracee", true),
        ]
    );
    // The guest's bindings hold what the host's own.
    let host = find(&report, "Bindings");
    assert_eq!((retained.bytes(host), retained.shared_bytes(host), retained.blocks(host)), (16, 16_560, 1));
    let space = find(&report, "FileSystemNameSpace");
    assert_eq!((retained.bytes(space), retained.shared_bytes(space)), (16_645, 0));
    assert_eq!(retained.keeper(find(&report, "Binding")), Some(space));
    // A reference from a parent to its own child changes nothing.
    let tracee = find(&report, "Tracee");
    assert_eq!((retained.bytes(tracee), retained.keeper(find(&report, "$exe"))), (18_413, Some(tracee)));
    let listed = listing.retained();
    assert!(listed.shared().iter().all(|shared| shared.is_certain() && shared.holders().len() == 1));
    assert_eq!(listed.bytes(find(&listing, "Bindings")), 16);
}

#[test]
fn what_is_claimed_from_outside_stays_whatever_goes() {
    let mut builder = Builder::new(Entry::new("root").bytes(1));
    builder.push(Entry::new("kept").bytes(10).reference_count(1));
    builder.push(Entry::new("below").bytes(100));
    let report = builder.finish();
    let retained = report.retained();
    let kept = find(&report, "kept");
    assert_eq!((retained.bytes(report.root()), retained.bytes(kept)), (1, 110));
    assert_eq!(retained.keeper(kept), None);
    assert_eq!((retained.shared().len(), retained.shared()[0].outside()), (1, 1));
}

#[test]
fn without_references_all_is_retained() {
    let report = parsed("samba-4.17-smbclient-leak-report-full.talloc");
    let retained = report.retained();
    for visit in report.walk() {
        assert_eq!(retained.bytes(visit.id), visit.record.bytes());
        assert_eq!(retained.blocks(visit.id), visit.record.blocks());
    }
    assert!(retained.shared().is_empty());
}

#[test]
fn many_levels_and_many_claims_are_no_problem() {
    const MANY: u32 = 200_000;
    const LEVELS: u32 = 1_000_000;
    let mut builder = Builder::new(Entry::new("root"));
    for _ in 0..LEVELS {
        builder.push(Entry::new("link").bytes(1));
    }
    builder.push_reference("root", Address::Unknown);
    let chain = builder.finish();
    assert_eq!(chain.retained().bytes(chain.root()), u64::from(LEVELS));

    let at = |index| Address::Handle { index, version: 1 };
    let mut builder = Builder::new(Entry::new("root"));
    builder.push(Entry::new("cache").bytes(0));
    for index in 0..MANY {
        builder.push(Entry::new("entry").bytes(1).address(at(index)).reference_count(1));
        builder.leave();
    }
    builder.leave();
    for index in 0..MANY {
        builder.push(Entry::new("user").bytes(1));
        builder.push_reference("entry", at(index));
        builder.leave();
    }
    let wide = builder.finish();
    let retained = wide.retained();
    let cache = find(&wide, "cache");
    assert_eq!((retained.bytes(cache), retained.shared_bytes(cache)), (0, u64::from(MANY)));
    assert_eq!(retained.shared().len(), MANY as usize);
}

/// One line of a tree to be made.
#[derive(Clone, Debug)]
enum Line {
    /// The levels to go up, a name, bytes, and references from outside.
    Node(usize, usize, u64, u32),
    /// The levels to go up, and which node is meant, by its place in the order of lines.
    Reference(usize, usize),
    /// The levels to go up, and a name.
    Named(usize, usize),
}

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn line() -> impl Strategy<Value = Line> {
    prop_oneof![
        4 => (0..3_usize, 0..NAMES.len(), 0..100_u64, prop_oneof![5 => Just(0_u32), 1 => 1..3_u32])
            .prop_map(|(up, name, bytes, outside)| Line::Node(up, name, bytes, outside)),
        2 => (0..3_usize, 0..40_usize).prop_map(|(up, target)| Line::Reference(up, target)),
        1 => (0..3_usize, 0..NAMES.len()).prop_map(|(up, name)| Line::Named(up, name)),
    ]
}

fn build(lines: &[Line]) -> Report {
    let nodes = lines.iter().filter(|line| matches!(line, Line::Node(..))).count();
    let at = |node: usize| Address::Handle { index: node as u32, version: 1 };
    let mut claims = vec![0; nodes];
    for line in lines {
        if let Line::Reference(_, target) = line
            && nodes > 0
        {
            claims[target % nodes] += 1;
        }
    }
    let mut builder = Builder::new(Entry::new("root").bytes(7));
    let mut made = 0;
    for line in lines {
        let (Line::Node(up, ..) | Line::Reference(up, _) | Line::Named(up, _)) = line;
        (0..*up).for_each(|_| builder.leave());
        match *line {
            Line::Node(_, name, bytes, outside) => {
                let entry = Entry::new(NAMES[name]).bytes(bytes).address(at(made));
                builder.push(entry.reference_count(claims[made] + outside));
                made += 1;
            }
            Line::Reference(_, target) if nodes > 0 => builder.push_reference("x", at(target % nodes)),
            Line::Reference(..) => {}
            Line::Named(_, name) => builder.push_reference(NAMES[name], Address::Unknown),
        }
    }
    builder.finish()
}

/// Every claim: by whom, or by nobody known, and on what.
fn claims(report: &Report) -> Vec<(Option<NodeId>, NodeId)> {
    let parent = |id: NodeId| report.arena()[id].parent();
    let all = || report.walk().map(|visit| (visit.id, visit.record));
    let mut claims: Vec<_> =
        all().filter(|(_, record)| record.kind() == Kind::Node).map(|(id, _)| (parent(id), id)).collect();
    let known: Vec<_> = all().filter_map(|(id, record)| Some((parent(id), record.target()?))).collect();
    let more = |id: NodeId| {
        let listed = known.iter().filter(|(_, target)| *target == id).count();
        (report.arena()[id].get().reference_count() as usize).saturating_sub(listed)
    };
    let open: Vec<_> = all()
        .filter(|(_, record)| record.kind() == Kind::Reference && record.target().is_none())
        .filter(|(_, record)| record.address() == Address::Unknown)
        .collect();
    let mut named = Vec::new();
    for name in NAMES {
        let holders: Vec<_> = open.iter().filter(|(_, record)| record.name() == name.as_bytes()).collect();
        if holders.is_empty() {
            continue;
        }
        let candidates: Vec<_> = all()
            .filter(|(_, record)| record.kind() == Kind::Node && record.name() == name.as_bytes())
            .filter(|(_, record)| record.reference_count() > 0)
            .map(|(id, _)| id)
            .collect();
        let from_outside = candidates.iter().map(|id| more(*id)).sum::<usize>() > holders.len();
        for &candidate in &candidates {
            claims.extend(holders.iter().map(|(reference, _)| (parent(*reference), candidate)));
            claims.extend(from_outside.then_some((None, candidate)));
        }
        named.extend(candidates);
    }
    for (id, _) in all().filter(|(id, record)| record.kind() == Kind::Node && !named.contains(id)) {
        claims.extend((more(id) > 0).then_some((None, id)));
    }
    claims.extend(known);
    claims
}

/// What can be reached with `gone` gone.
fn reached(claims: &[(Option<NodeId>, NodeId)], gone: NodeId) -> Vec<NodeId> {
    let mut reached: Vec<NodeId> = Vec::new();
    loop {
        let new = claims.iter().find(|(by, node)| {
            let lives = by.is_none_or(|by| reached.contains(&by));
            lives && *node != gone && !reached.contains(node)
        });
        match new {
            Some((_, node)) => reached.push(*node),
            None => return reached,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn it_is_what_cannot_be_reached_any_more(lines in vec(line(), 0..40)) {
        let report = build(&lines);
        let retained = report.retained();
        let claims = claims(&report);
        let nodes: Vec<_> = report.walk().filter(|visit| visit.record.kind() == Kind::Node).collect();
        for visit in &nodes {
            let reached = reached(&claims, visit.id);
            let lost = || nodes.iter().filter(|node| !reached.contains(&node.id));
            let bytes: u64 = lost().filter_map(|node| node.record.self_bytes()).sum();
            prop_assert_eq!(retained.bytes(visit.id), bytes, "{}", report);
            let references = |id: NodeId| {
                id.children(report.arena()).filter(|id| report.arena()[*id].get().kind() == Kind::Reference).count()
            };
            let blocks: usize = lost().map(|node| 1 + references(node.id)).sum();
            prop_assert_eq!(retained.blocks(visit.id), blocks as u64, "{}", report);
        }
    }
}

/// A merged report has fewer records, and says the same of all of them together.
#[test]
fn a_merged_report_can_be_asked_as_well() {
    let merged = parsed("samba-4.17-winbindd-1.talloc").merged(Naming::Exact);
    let root = merged.arena()[merged.root()].get();
    assert_eq!(merged.retained().bytes(merged.root()), root.bytes());
}

#[test]
fn a_reference_to_what_is_not_listed_claims_nothing() {
    let at = |index| Address::Handle { index, version: 1 };
    let mut builder = Builder::new(Entry::new("root"));
    builder.push(Entry::new("node").bytes(10).address(at(1)));
    builder.push_reference("node", at(2));
    let report = builder.finish();
    let retained = report.retained();
    assert!(retained.shared().is_empty());
    assert_eq!(retained.bytes(find(&report, "node")), 10);
}
