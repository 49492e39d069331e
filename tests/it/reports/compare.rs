//! What changed between two reports.

use std::collections::BTreeMap;

use freehold::report::{Address, Amount, Builder, By, ChangeKind, DiffTable, Entry, Naming, Report};
use proptest::collection::vec;
use proptest::prelude::*;

use super::parsed;

/// How often each kind of change is among the changes, and what they add up to.
fn kinds(before: &Report, after: &Report) -> BTreeMap<String, (usize, i128)> {
    let mut kinds = BTreeMap::new();
    for change in before.diff(after).changes() {
        let (count, bytes) = kinds.entry(format!("{:?}", change.kind)).or_insert((0, 0));
        (*count, *bytes) = (*count + 1, *bytes + change.delta.self_bytes);
    }
    kinds
}

#[track_caller]
fn growth(table: &DiffTable<'_>, name: &str) -> (i128, i128) {
    let mut rows = table.rows().iter().filter(|row| *row.name() == *name.as_bytes());
    let delta = rows.next().unwrap_or_else(|| panic!("{name} has not changed")).delta();
    assert!(rows.next().is_none(), "{name} is there twice");
    (delta.count, delta.self_bytes)
}

#[test]
fn two_hundred_more_open_files_are_two_hundred_more_of_what_is_made_for_a_file() {
    let (before, after) = (parsed("samba-4.17-smbd-client-t1.talloc"), parsed("samba-4.17-smbd-client-t2.talloc"));
    let diff = before.diff(&after);
    assert_eq!((diff.delta().bytes, diff.delta().blocks), (251_256, 2296));
    for table in [diff.paths(Naming::Exact), diff.paths(Naming::Normal), diff.by(By::Name)] {
        assert_eq!(growth(&table, "struct files_struct"), (200, 68_800));
        assert_eq!(growth(&table, "struct fd_handle"), (200, 9600));
        assert_eq!(growth(&table, "struct byte_range_lock"), (200, 9600));
    }
    assert_eq!(
        kinds(&before, &after),
        BTreeMap::from([("Gone".to_owned(), (16, -120)), ("New".to_owned(), (2312, 251_376))])
    );
    insta::assert_snapshot!(diff);
    insta::assert_snapshot!(diff.by(By::NormalName).top(5).markdown());
    let pairs = diff.by(By::Pair);
    assert_eq!(growth(&pairs, "struct byte_range_lock"), (200, 9600));
    let row = pairs.rows().iter().find(|row| *row.name() == *b"struct byte_range_lock").expect("just found");
    assert_eq!(row.label(), "struct files_struct > struct byte_range_lock");
}

#[test]
fn a_report_beside_itself_shows_no_change() {
    for file in
        ["samba-4.17-smbd-client-t2.talloc", "sssd-2.8.2-be_ldap-t0.talloc", "ctdb-4.17-ctdbd-dumpmemory-1.talloc"]
    {
        let report = parsed(file);
        let diff = report.diff(&report);
        assert!(diff.is_empty(), "{file}");
        assert!(diff.paths(Naming::Exact).rows().is_empty(), "{file}");
    }
}

#[test]
fn pairs_of_reports_differ_in_what_their_programs_did_between() {
    let pair = |names: [&str; 2]| names.map(|name| parsed(&format!("{name}.talloc")));
    let [before, after] = pair(["samba-4.17-addc-cldap", "samba-4.17-addc-kcc"]);
    assert!(before.diff(&after).is_empty());

    let [before, after] = pair(["freeradius-3.2.1-ready", "freeradius-3.2.1-busy"]);
    let diff = before.diff(&after);
    assert_eq!(growth(&diff.paths(Naming::Exact), "REQUEST"), (40, 13_120));
    assert_eq!(diff.paths(Naming::Exact).rows().len(), 11);
    assert_eq!(kinds(&before, &after), BTreeMap::from([("New".to_owned(), (640, 45_822))]));

    let [before, after] = [parsed("sssd-2.8.2-nss-t0.talloc"), parsed("sssd-2.8.2-nss-t1.talloc")];
    assert_eq!(growth(&before.diff(&after).by(By::Name), "struct ldb_message"), (161, 3864));
    assert_eq!(kinds(&before, &after), BTreeMap::from([("New".to_owned(), (9825, 407_214))]));

    let [before, after] = pair(["samba-4.17-addc-ldap-worker3-t0", "samba-4.17-addc-ldap-worker3-t1"]);
    assert_eq!(growth(&before.diff(&after).by(By::Name), "struct stream_connection").0, 11);
    assert_eq!(kinds(&before, &after), BTreeMap::from([("New".to_owned(), (8868, 549_117))]));
}

/// A node: its depth, name, own bytes and address.
type Line<'a> = (usize, &'a str, u64, u64);

fn report(lines: &[Line<'_>]) -> Report {
    let mut builder = Builder::new(Entry::new("root"));
    let mut open = 0;
    for (depth, name, bytes, address) in lines {
        (*depth..=open).for_each(|_| builder.leave());
        open = *depth;
        let address = if *address == 0 { Address::Unknown } else { Address::Pointer(*address) };
        builder.push(Entry::new(name).bytes(*bytes).address(address));
    }
    builder.finish()
}

/// Kind, old name, new name, and growth of each change.
fn changes(before: &[Line<'_>], after: &[Line<'_>]) -> Vec<(ChangeKind, String, String, i128)> {
    let (before, after) = (report(before), report(after));
    let name = |report: &Report, id: Option<indextree::NodeId>| {
        id.map(|id| report.arena()[id].get().name_lossy().into_owned()).unwrap_or_default()
    };
    let diff = before.diff(&after);
    let tell = |change: freehold::report::Change| {
        (change.kind, name(&before, change.before), name(&after, change.after), change.delta.self_bytes)
    };
    diff.changes().map(tell).collect()
}

use freehold::report::indextree;

#[test]
fn each_kind_of_change_is_told() {
    let before =
        [(1, "a", 10, 1), (2, "aa", 1, 2), (1, "b", 10, 3), (1, "c", 5, 4), (1, "session 17", 7, 5), (1, "d", 1, 6)];
    let after =
        [(1, "a", 12, 1), (1, "b", 9, 3), (2, "aa", 1, 2), (1, "session 18", 7, 9), (1, "d", 1, 6), (1, "e", 3, 4)];
    let told = |kind, old: &str, new: &str, bytes| (kind, old.to_owned(), new.to_owned(), bytes);
    assert_eq!(
        changes(&before, &after),
        [
            told(ChangeKind::Grown, "a", "a", 2),
            told(ChangeKind::Moved, "aa", "aa", 0),
            told(ChangeKind::Shrunk, "b", "b", -1),
            told(ChangeKind::Gone, "c", "", -5),
            told(ChangeKind::Renamed, "session 17", "session 18", 0),
            told(ChangeKind::New, "", "e", 3),
        ]
    );
}

#[test]
fn a_node_that_was_moved_with_its_parent_is_not_called_moved() {
    let before = [(1, "a", 0, 1), (2, "session", 0, 2), (3, "buffer", 8, 3), (1, "b", 0, 4)];
    let after = [(1, "a", 0, 1), (1, "b", 0, 4), (2, "session", 0, 2), (3, "buffer", 8, 3)];
    let names: Vec<_> = changes(&before, &after).into_iter().map(|(kind, name, ..)| (kind, name)).collect();
    assert_eq!(names, [(ChangeKind::Moved, "session".to_owned())]);
}

#[test]
fn a_parent_that_was_resized_is_known_by_its_children() {
    let before = [(1, "list", 8, 1), (2, "x", 1, 10), (1, "list", 8, 2), (2, "y", 1, 20)];
    let after = [(1, "list", 16, 8), (2, "y", 1, 20), (1, "list", 8, 9), (2, "x", 1, 10)];
    let told: Vec<_> = changes(&before, &after).into_iter().map(|(kind, _, _, bytes)| (kind, bytes)).collect();
    assert_eq!(told, [(ChangeKind::Grown, 8)]);
}

#[test]
fn addresses_of_another_process_say_nothing() {
    let before = [(1, "a", 1, 1), (2, "x", 1, 2), (1, "b", 2, 3), (1, "c", 3, 4)];
    // Everything is where something else was, but for one that is there by chance.
    let after = [(1, "a", 1, 4), (1, "b", 2, 1), (2, "x", 1, 2), (1, "c", 3, 3)];
    let kinds: Vec<_> = changes(&before, &after).into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(kinds, [ChangeKind::Gone, ChangeKind::New]);
}

#[test]
fn equal_siblings_without_addresses_are_matched_by_what_they_hold() {
    let before = [(1, "session", 1, 0), (2, "buffer", 100, 0), (1, "session", 1, 0)];
    let after = [(1, "session", 1, 0), (1, "session", 1, 0), (1, "session", 1, 0), (2, "buffer", 100, 0)];
    let told: Vec<_> = changes(&before, &after).into_iter().map(|(kind, _, _, bytes)| (kind, bytes)).collect();
    assert_eq!(told, [(ChangeKind::New, 1)]);
}

#[test]
fn names_of_one_number_count_as_one_only_where_one_side_lacks_them() {
    let before = [(1, "user 1", 1, 0), (1, "user 2", 1, 0)];
    let after = [(1, "user 2", 1, 0), (1, "user 2", 1, 0), (1, "user 3", 5, 0)];
    let (before, after) = (report(&before), report(&after));
    let diff = before.diff(&after);
    let table = diff.paths(Naming::Exact);
    let rows: Vec<_> =
        table.rows().iter().map(|row| (row.label(), row.delta().count, row.delta().self_bytes)).collect();
    assert_eq!(rows, [("root / user N".to_owned(), 0, 4), ("root / user 2".to_owned(), 1, 1)]);
    let table = diff.paths(Naming::Normal);
    let rows: Vec<_> =
        table.rows().iter().map(|row| (row.label(), row.delta().count, row.delta().self_bytes)).collect();
    assert_eq!(rows, [("root / user N".to_owned(), 1, 5)]);
}

#[test]
fn names_are_harmless_in_tables() {
    let (before, after) = (report(&[]), report(&[(1, "a`|\u{1b}[31m\n``", 1, 0)]));
    let diff = before.diff(&after);
    insta::assert_snapshot!(diff, @r"
    0 -> 1 bytes (+1), 1 -> 2 blocks (+1)

    count  change  self  change  total  change  path
        1      +1     1      +1      1      +1  root / a`|\x1b[Nm\n``
    ");
    insta::assert_snapshot!(diff.by(By::Name).markdown(), @r"
    0 -> 1 bytes (+1), 1 -> 2 blocks (+1)

    | name | count | change | self | change | total | change |
    |:-----|------:|-------:|-----:|-------:|------:|-------:|
    | ``` a`\|\x1b[31m\n`` ``` | 1 | +1 | 1 | +1 | 1 | +1 |
    ");
}

#[test]
fn a_deep_chain_is_compared_on_any_stack() {
    let chain = |depth: usize| {
        let mut builder = Builder::new(Entry::new("root"));
        (0..depth).for_each(|_| builder.push(Entry::new("link").bytes(1)));
        builder.finish()
    };
    let (before, after) = (chain(300_000), chain(300_001));
    let diff = before.diff(&after);
    assert_eq!((diff.delta().bytes, diff.changes().count()), (1, 1));
    let table = diff.paths(Naming::Exact);
    assert_eq!(table.rows()[0].label(), "root / … / link / link / link / link / link");
    assert_eq!(table.rows()[0].path().len(), 300_002);
    assert_eq!(diff.by(By::Name).rows()[0].after().bytes, 300_001);
}

#[test]
#[should_panic(expected = "1      +1    40     +40     40     +40  root / request / buffer")]
fn growth_that_is_not_wanted_is_told() {
    report(&[(1, "request", 10, 0)]).assert_no_growth(&report(&[(1, "request", 5, 0), (2, "buffer", 40, 0)]));
}

#[derive(Clone, Debug)]
struct Node {
    name: &'static str,
    up: usize,
    bytes: u64,
    address: u64,
    reference: bool,
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let name = prop::sample::select(&["a", "b", "user 1", "user 2", "user 3", "b 7 c", "lib/a.c:1"][..]);
    let node = (name, 0..3_usize, 0..5_u64, 0..12_u64, prop::bool::weighted(0.1));
    vec(node.prop_map(|(name, up, bytes, address, reference)| Node { name, up, bytes, address, reference }), 0..24)
}

/// Two lists of nodes, the second like the first or not.
fn pairs() -> impl Strategy<Value = (Vec<Node>, Vec<Node>)> {
    let edited = (nodes(), nodes(), vec((any::<prop::sample::Index>(), any::<bool>()), 0..6));
    let edited = edited.prop_map(|(old, spare, edits)| {
        let mut new = old.clone();
        for (at, add) in edits {
            match spare.first() {
                Some(node) if add => new.insert(at.index(new.len() + 1), node.clone()),
                _ if !new.is_empty() => drop(new.remove(at.index(new.len()))),
                _ => {}
            }
        }
        (old, new)
    });
    prop_oneof![edited, (nodes(), nodes())]
}

fn build(nodes: &[Node]) -> Report {
    let mut builder = Builder::new(Entry::new("root").bytes(3));
    for node in nodes {
        (0..node.up).for_each(|_| builder.leave());
        if node.reference {
            builder.push_reference(node.name, Address::Unknown);
            continue;
        }
        let address = if node.address == 0 { Address::Unknown } else { Address::Pointer(node.address) };
        builder.push(Entry::new(node.name).bytes(node.bytes).address(address));
    }
    builder.finish()
}

const KEYS: [By; 5] = [By::Name, By::NormalName, By::Type, By::Origin, By::Pair];

/// What records hold themselves.
fn own(amount: Amount) -> [i128; 3] {
    [amount.count, amount.self_bytes, amount.self_blocks]
}

fn sum(amounts: impl Iterator<Item = Amount>) -> [i128; 3] {
    amounts.map(own).fold([0; 3], |a, b| [a[0] + b[0], a[1] + b[1], a[2] + b[2]])
}

fn told(table: &DiffTable<'_>, sign: i128) -> Vec<(String, [i128; 5])> {
    let numbers =
        |it: Amount| [it.count, it.self_bytes, it.self_blocks, it.bytes, it.blocks].map(|number| number * sign);
    let mut rows: Vec<_> = table.rows().iter().map(|row| (row.label(), numbers(row.delta()))).collect();
    rows.sort();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_views_of_a_difference_add_up_to_it((old, new) in pairs()) {
        let (before, after) = (build(&old), build(&new));
        let diff = before.diff(&after);
        let whole = diff.delta();
        prop_assert_eq!(whole.count, after.len() as i128 - before.len() as i128);
        prop_assert_eq!(own(whole), [whole.count, whole.bytes, whole.blocks]);
        for naming in [Naming::Exact, Naming::Normal] {
            prop_assert_eq!(sum(diff.paths(naming).rows().iter().map(|row| row.delta())), own(whole));
        }
        for by in KEYS {
            prop_assert_eq!(sum(diff.by(by).rows().iter().map(|row| row.delta())), own(whole));
        }
        prop_assert_eq!(sum(diff.changes().map(|change| change.delta)), own(whole));
        prop_assert_eq!(sum(diff.tree().map(|branch| branch.before)), own(diff.before()));
        prop_assert_eq!(sum(diff.tree().map(|branch| branch.after)), own(diff.after()));
    }

    #[test]
    fn a_difference_backwards_is_the_same_with_the_other_sign((old, new) in pairs()) {
        let (before, after) = (build(&old), build(&new));
        let (there, back) = (before.diff(&after), after.diff(&before));
        for naming in [Naming::Exact, Naming::Normal] {
            prop_assert_eq!(told(&there.paths(naming), 1), told(&back.paths(naming), -1));
        }
        for by in KEYS {
            prop_assert_eq!(told(&there.by(by), 1), told(&back.by(by), -1));
        }
        let mirrored = |kind| match kind {
            ChangeKind::New => ChangeKind::Gone,
            ChangeKind::Gone => ChangeKind::New,
            ChangeKind::Grown => ChangeKind::Shrunk,
            ChangeKind::Shrunk => ChangeKind::Grown,
            kind => kind,
        };
        let mut forwards: Vec<_> = there.changes().map(|it| format!("{:?} {:?} {:?}", it.kind, it.before, it.after)).collect();
        let mut backwards: Vec<_> =
            back.changes().map(|it| format!("{:?} {:?} {:?}", mirrored(it.kind), it.after, it.before)).collect();
        forwards.sort();
        backwards.sort();
        prop_assert_eq!(forwards, backwards);
    }

    #[test]
    fn equal_reports_show_no_change(nodes in nodes()) {
        let (before, after) = (build(&nodes), build(&nodes));
        let diff = before.diff(&after);
        prop_assert!(diff.is_empty());
        prop_assert!(diff.paths(Naming::Exact).rows().is_empty() && diff.by(By::NormalName).rows().is_empty());
    }

    /// Names without numbers: a plain count of whole paths must agree.
    #[test]
    fn paths_are_counted_as_by_hand((old, new) in pairs()) {
        let letters = |nodes: Vec<Node>| -> Vec<Node> {
            nodes.into_iter().map(|node| Node { name: &node.name[..1], ..node }).filter(|node| !node.reference).collect()
        };
        let (before, after) = (build(&letters(old)), build(&letters(new)));
        let mut counts: BTreeMap<String, [i128; 2]> = BTreeMap::new();
        for (at, report) in [&before, &after].into_iter().enumerate() {
            for visit in report.walk() {
                let path: Vec<_> = report.parents(visit.id).names().map(|name| name.to_vec()).collect();
                counts.entry(format!("{path:?}")).or_default()[at] += 1;
            }
        }
        let diff = before.diff(&after);
        let table = diff.paths(Naming::Exact);
        let of_row = |row: &freehold::report::DiffRow<'_>| {
            let mut path: Vec<_> = row.path().into_iter().map(|name| name.into_owned()).collect();
            path.reverse();
            (format!("{path:?}"), row.delta().count)
        };
        let ours: BTreeMap<_, _> = table.rows().iter().map(of_row).filter(|(_, count)| *count != 0).collect();
        let plain = counts.into_iter().map(|(path, [before, after])| (path, after - before));
        prop_assert_eq!(ours, plain.filter(|(_, count)| *count != 0).collect::<BTreeMap<_, _>>());
    }
}

#[test]
fn paths_whose_names_differ_in_numbers_have_their_children_in_common() {
    let before = report(&[(1, "conn 1", 1, 0), (2, "buffer", 10, 0), (1, "conn 2", 1, 0), (2, "buffer", 10, 0)]);
    let after = report(&[(1, "conn 3", 1, 0), (2, "buffer", 30, 0)]);
    let diff = before.diff(&after);
    let table = diff.paths(Naming::Exact);
    let mut rows: Vec<_> = table
        .rows()
        .iter()
        .map(|row| (row.label(), [row.before(), row.after()].map(|amount| (amount.count, amount.self_bytes))))
        .collect();
    rows.sort();
    let row = |label: &str, amounts| (label.to_owned(), amounts);
    assert_eq!(rows, [row("root / conn N", [(2, 2), (1, 1)]), row("root / conn N / buffer", [(2, 20), (1, 30)]),]);
}
