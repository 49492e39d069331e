//! Reports in a few rows.

use freehold::report::{Aggregate, Builder, By, Entry, Filter, Kind, Naming, Rank, Report, Row};

use super::{fixture, parsed};

#[track_caller]
fn row<'a>(aggregate: &'a Aggregate, key: &str) -> &'a Row {
    aggregate.rows().iter().find(|row| row.key() == key.as_bytes()).unwrap_or_else(|| panic!("no row {key}"))
}

const GROUPINGS: [By; 5] = [By::Name, By::NormalName, By::Type, By::Origin, By::Pair];

#[test]
fn every_grouping_of_a_whole_report_adds_up_to_the_root() {
    for file in [
        "samba-4.17-smbd-client-t2.talloc",
        "sssd-2.8.2-be_ldap-t0.talloc",
        "notmuch-0.37-show-json.talloc",
        "exerciser/exerciser-2.4.0-full.talloc",
    ] {
        for report in Report::parse_all(&fixture(file)) {
            let filtered = report.merged(Naming::Normal).filtered(&Filter::new().min_share(1.0).max_depth(4));
            for by in GROUPINGS {
                for report in [&report, &filtered] {
                    let root = report.arena()[report.root()].get();
                    let aggregate = report.aggregate(by);
                    let sum = |of: fn(&Row) -> u64| aggregate.rows().iter().map(of).sum::<u64>();
                    assert_eq!(sum(Row::self_bytes), root.bytes(), "{file} by {by:?}");
                    assert_eq!(aggregate.sum().self_bytes(), root.bytes());
                    assert_eq!(
                        (aggregate.sum().total_bytes(), aggregate.sum().blocks()),
                        (root.bytes(), root.blocks())
                    );
                    let nodes = report.walk().filter(|visit| visit.record.kind() != Kind::Reference);
                    assert_eq!(
                        sum(Row::count),
                        nodes.map(|visit| visit.record.count()).sum::<u64>(),
                        "{file} by {by:?}"
                    );
                    assert!(aggregate.rows().iter().all(|row| row.total_bytes() <= root.bytes()), "{file} by {by:?}");
                }
            }
        }
    }
}

#[test]
fn what_nests_is_counted_once() {
    let mut builder = Builder::new(Entry::new("root"));
    for bytes in [100, 10, 1] {
        builder.push(Entry::new("node").bytes(bytes));
    }
    let aggregate = builder.finish().aggregate(By::Name);
    let node = row(&aggregate, "node");
    assert_eq!((node.count(), node.self_bytes(), node.total_bytes(), node.blocks()), (3, 111, 111, 3));
    assert_eq!((node.smallest(), node.largest(), node.mean()), (Some(1), Some(100), 37.0));
    assert_eq!((row(&aggregate, "root").mean(), aggregate.sum().smallest()), (0.0, Some(0)));
}

#[test]
fn the_files_a_client_opened_are_one_row() {
    let report = parsed("samba-4.17-smbd-client-t2.talloc");
    let types = report.aggregate(By::Type);
    for key in ["struct files_struct", "struct fd_handle", "struct byte_range_lock"] {
        assert!((220..=221).contains(&row(&types, key).count()), "{key}: {}", row(&types, key).count());
    }
    let pairs = report.aggregate(By::Pair).sorted(Rank::Count);
    assert_eq!(pairs.rows()[1].parent(), Some(&b"connection_struct"[..]));
    let names = report.aggregate(By::NormalName);
    assert_eq!(row(&names, "fN.dat").count(), 160);
    assert!(report.aggregate(By::Name).rows().len() > names.rows().len());
}

#[test]
fn a_live_tree_knows_its_types_and_places() {
    let mut tree = freehold::Tree::new();
    let line = line!() + 2;
    for id in 0..3u64 {
        let user = tree.alloc(tree.root(), id).unwrap();
        tree.set_name(user, format!("user {id}")).unwrap();
    }
    let report = tree.report(tree.root()).unwrap();
    assert_eq!(row(&report.aggregate(By::Type), "u64").self_bytes(), 24);
    assert_eq!(row(&report.aggregate(By::Origin), &format!("{}:{line}", file!())).count(), 3);
}

#[test]
fn what_can_not_be_told_is_not_made_up() {
    let cut = parsed("osmo-stp-1.6.0-vty-depth2.txt").aggregate(By::Name);
    let unknown = row(&cut, "struct log_info");
    assert_eq!((unknown.unknown(), unknown.self_bytes(), unknown.total_bytes()), (1, 0, 840));
    assert_eq!((unknown.smallest(), unknown.largest(), unknown.mean()), (None, None, 0.0));
    insta::assert_snapshot!(cut.table().rows(4).width(Some(72)), @"
        self  share    total  count     mean  largest  blocks
     1.8 KiB  29.2%  1.8 KiB      2    919 B    986 B       2  vty_lo…oc_str
     1.0 KiB  16.8%  1.0 KiB      1  1.0 KiB  1.0 KiB       1  vty_lo…oc_str
       457 B   7.3%    457 B      4    114 B    203 B       4  utils.c:386
       375 B   6.0%    375 B      2    188 B    198 B       2  vty_lo…md_str
      ≥660 B  10.5%              12                            … 12 more
    ≥4.3 KiB  69.8%  6.1 KiB     21    258 B               28  total
    ");
    let merged = parsed("samba-4.17-smbd-client-t2.talloc").merged(Naming::Exact).aggregate(By::Name);
    let files = row(&merged, "struct files_struct");
    assert_eq!((files.unknown(), files.largest()), (0, None), "one record stands for many");
}

#[test]
fn a_table_has_the_largest_first_and_leaves_nothing_out() {
    let report = parsed("samba-4.17-smbd-client-t2.talloc");
    insta::assert_snapshot!(report.aggregate(By::NormalName).table().rows(8).width(Some(90)), @"
         self   share      total  count   mean  largest  blocks
     74.2 KiB   23.4%  132.6 KiB    221  344 B    344 B   1,104  struct files_struct
     63.6 KiB   20.1%   63.6 KiB    220  296 B    296 B     220  struct smbXsrv_open_global0
     41.6 KiB   13.1%   44.8 KiB    222  192 B    192 B     444  struct smb_filename
     19.4 KiB    6.1%   19.4 KiB    226   88 B    100 B     226  ../../lib/dbwr…wrap_rbt.c:188
     17.2 KiB    5.4%   20.3 KiB    220   80 B     80 B     440  ../../source3/smbd/vfs.c:241
     17.2 KiB    5.4%   80.8 KiB    220   80 B     80 B     440  struct smbXsrv_open
     10.4 KiB    3.3%   10.4 KiB    221   48 B     48 B     221  struct fd_handle
     10.3 KiB    3.3%   10.3 KiB    220   48 B     48 B     220  struct byte_range_lock
     62.8 KiB   19.8%             1,541                          … 297 more
    316.7 KiB  100.0%  316.7 KiB  3,311   98 B  2.7 KiB   3,317  total
    ");
    let exact = report.aggregate(By::Pair).sorted(Rank::Count);
    insta::assert_snapshot!(exact.table().rows(5).exact(true).ascii(true), @"
      self   share   total  count   mean  largest  blocks
     19888    6.1%   19888    226   88.0      100     226  struct db_rbt_ctx > ../../lib/dbwrap/dbwrap_rbt.c:188
     76024   23.4%  135800    221  344.0      344    1104  connection_struct > struct files_struct
     42432   13.1%   45648    221  192.0      192     442  struct files_struct > struct smb_filename
     17600    5.4%   20790    220   80.0       80     440  connection_struct > ../../source3/smbd/vfs.c:241
     10560    3.3%   10560    220   48.0       48     220  connection_struct > struct fd_handle
    157828   48.7%           2203                          ... 387 more
    324332  100.0%  324332   3311   98.0     2768    3317  total
    ");
}

#[test]
fn a_chain_takes_no_stack_and_no_square() {
    let mut builder = Builder::new(Entry::new("link").bytes(1));
    for _ in 1..1_000_000 {
        builder.push(Entry::new("link").bytes(1));
    }
    let aggregate = builder.finish().aggregate(By::Pair);
    let keys: Vec<_> =
        aggregate.rows().iter().map(|row| (row.parent().is_some(), row.count(), row.total_bytes())).collect();
    assert_eq!(keys, [(true, 999_999, 999_999), (false, 1, 1_000_000)]);
}

#[test]
fn a_table_in_ascii_escapes_names() {
    let mut builder = Builder::new(Entry::new("root"));
    builder.push(Entry::new("größe").bytes(7));
    let report = builder.finish();
    let aggregate = report.aggregate(By::Pair);
    let key = |ascii| {
        let table = aggregate.table().ascii(ascii).to_string();
        table.lines().nth(1).and_then(|line| line.split_once("root > ")).map(|(_, key)| key.to_owned())
    };
    assert_eq!([key(false), key(true)], ["größe", r"gr\u{f6}\u{df}e"].map(|key| Some(key.to_owned())));
}
