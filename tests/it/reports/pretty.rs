//! Reports as trees for people.

use std::fmt;

use freehold::report::{Address, Builder, Entry, Filter, Kind, Naming, Order, Palette, Part, Report};
use unicode_width::UnicodeWidthStr;

use super::parsed;

#[test]
fn what_a_server_holds_is_seen_at_a_glance() {
    let report = parsed("samba-4.17-smbd-client-t2.talloc");
    insta::assert_snapshot!(report.show(), @"
        total      self   share              blocks
    316.7 KiB       0 B  100.0%  ██████████   3,317  null_context
    273.7 KiB     296 B   86.4%  ████████▋    2,568  ├─ struct tevent_context
    273.0 KiB     112 B   86.2%  ████████▋    2,561  │  ├─ struct smbXsrv_client
    168.2 KiB      32 B   53.1%  █████▎       1,854  │  │  ├─ struct smbXsrv_session_table
    167.4 KiB     112 B   52.8%  █████▎       1,842  │  │  │  ├─ struct smbXsrv_session
    165.8 KiB      32 B   52.4%  █████▎       1,800  │  │  │  │  ├─ struct smbXsrv_tcon_table
    165.5 KiB      56 B   52.3%  █████▎       1,796  │  │  │  │  │  ├─ struct smbXsrv_tcon
    165.4 KiB     240 B   52.2%  █████▎       1,793  │  │  │  │  │  │  ├─ connection_struct
    132.6 KiB  74.2 KiB   41.9%  ████▏        1,104  │  │  │  │  │  │  │  ├─ struct files_struct ×221
     44.6 KiB  41.4 KiB   14.1%  █▍             442  │  │  │  │  │  │  │  │  ├─ struct smb_filename ×221 / … 221 more
     10.3 KiB  10.3 KiB    3.3%  ▍              220  │  │  │  │  │  │  │  │  ├─ struct byte_range_lock ×220
      3.4 KiB   3.4 KiB    1.1%  ▏              220  │  │  │  │  │  │  │  │  ├─ struct fsp_smb_fname_link ×220
         48 B              0.0%                   1  │  │  │  │  │  │  │  │  └─ … 1 more
     20.3 KiB  17.2 KiB    6.4%  ▋              440  │  │  │  │  │  │  │  ├─ ../../source3/smbd/vfs.c:241 ×220 / … 220 more
     10.3 KiB  10.3 KiB    3.3%  ▍              220  │  │  │  │  │  │  │  ├─ struct fd_handle ×220
      1.9 KiB              0.6%                  28  │  │  │  │  │  │  │  └─ … 12 more
         76 B              0.0%                   2  │  │  │  │  │  │  └─ … 1 more
        272 B              0.1%                   3  │  │  │  │  │  └─ … 1 more
      1.4 KiB              0.5%                  41  │  │  │  │  └─ … 1 more
        864 B              0.3%                  11  │  │  │  └─ … 2 more
    100.1 KiB      40 B   31.6%  ███▏           665  │  │  ├─ struct smbXsrv_open_table
     80.8 KiB  80.8 KiB   25.5%  ██▌            440  │  │  │  ├─ struct smbXsrv_open / struct smbXsrv_open_global0 ×220
     19.3 KiB     368 B    6.1%  ▋              224  │  │  │  └─ struct db_context / struct db_rbt_ctx ×2
     18.9 KiB  18.9 KiB    6.0%  ▋              220  │  │  │     └─ ../../lib/dbwrap/dbwrap_rbt.c:188 ×220
      4.6 KiB              1.4%  ▏               41  │  │  └─ … 6 more
        376 B              0.1%                   6  │  └─ … 5 more
     12.6 KiB      32 B    4.0%  ▍              196  ├─ struct memcache
      7.2 KiB   4.5 KiB    2.3%  ▎              132  │  ├─ struct share_mode_data ×44 / … 88 more
      5.0 KiB   5.0 KiB    1.6%  ▏               49  │  ├─ struct memcache_element ×49
        389 B              0.1%                  14  │  └─ … 3 more
      4.3 KiB   2.2 KiB    1.4%  ▏               77  ├─ struct db_context ×15 / … 15 more
      3.5 KiB      32 B    1.1%  ▏               51  ├─ struct loadparm_service *
      3.5 KiB   2.7 KiB    1.1%  ▏               50  │  └─ struct loadparm_service ×4 / … 34 more
     22.6 KiB              7.1%  ▊              424  └─ … 52 more
    ");
    let short = report.show().top(2).max_depth(5).report();
    insta::assert_snapshot!(short.pretty().exact(true).ascii(true).width(Some(60)), @"
     total   share  blocks
    324332  100.0%    3317  null_context
    280229   86.4%    2568  |- struct tevent_context
    279557   86.2%    2561  |  |- struct smbXsrv_client
    172285   53.1%    1854  |  |  |- struct smbXs...ession_table
    171389   52.8%    1842  |  |  |  |- struct smbXsrv_session
    169817   52.4%    1800  |  |  |  |  |- struc...table / ... 2
      1460    0.5%      41  |  |  |  |  `- ... 1 more
       864    0.3%      11  |  |  |  `- ... 2 more
    102488   31.6%     665  |  |  |- struct smbXsrv_open_table
     82720   25.5%     440  |  |  |  |- struct s..._global0 x220
     19728    6.1%     224  |  |  |  `- stru..._ctx x2 / ... 220
      4672    1.4%      41  |  |  `- ... 6 more
       376    0.1%       6  |  `- ... 5 more
     12939    4.0%     196  |- struct memcache
      7414    2.3%     132  |  |- struct ...de_data x44 / ... 88
      5104    1.6%      49  |  |- struct memcache_element x49
       389    0.1%      14  |  `- ... 3 more
     31164    9.6%     552  `- ... 68 more
    ");
}

#[test]
fn every_record_is_shown_where_nothing_is_filtered() {
    let report = parsed("exerciser/exerciser-2.4.0-full.talloc");
    insta::assert_snapshot!(report.pretty().join_chains(false).width(Some(100)), @r#"
        total       self   share              blocks
    117.8 MiB        0 B  100.0%  ██████████      43  root
          8 B        8 B    0.0%                   1  ├─ struct talloc_chunk*
      3.9 KiB    3.9 KiB    0.0%                   1  ├─ int
          8 B        8 B    0.0%                   1  ├─ value 7
         21 B       21 B    0.0%                   1  ├─ a plain string value
        561 B       50 B    0.0%                   4  ├─ limited
         11 B        5 B    0.0%                   2  │  ├─ nested limit
          6 B        6 B    0.0%                   1  │  │  └─ inside nested
        500 B      500 B    0.0%                   1  │  └─ inside limit
      9.0 KiB        0 B    0.0%                   3  ├─ a talloc_pool(4096)
      8.8 KiB    8.8 KiB    0.0%                   1  │  ├─ spilled out of pool
        200 B      200 B    0.0%                   1  │  └─ in pool
          2 B        1 B    0.0%                   3  ├─ loop1 (ref 1)
          1 B        1 B    0.0%                   2  │  └─ loop2
                                                   1  │     └─ → loop1 (shared)
          7 B        7 B    0.0%                   1  ├─ shared (ref 1)
          1 B        1 B    0.0%                   3  ├─ owner2
                                                   1  │  ├─ → shared (shared)
                                                   1  │  └─ → shared (shared)
          1 B        1 B    0.0%                   3  ├─ owner1
                                                   1  │  ├─ → shared (shared)
                                                   1  │  └─ → shared (shared)
        100 B      100 B    0.0%                   1  ├─ shared (ref 3)
          3 B        3 B    0.0%                   1  ├─ UNNAMED
    117.7 MiB  117.7 MiB  100.0%  ██████████       1  ├─ ex.c:25
         21 B        8 B    0.0%                   2  ├─ formatted 42
         13 B       13 B    0.0%                   1  │  └─ .name
          5 B        5 B    0.0%                   1  ├─ cr\r\nlf
          5 B        5 B    0.0%                   1  ├─ latin1 \xef\xff bad utf8
          5 B        5 B    0.0%                   1  ├─ naïve 漢字
          5 B        5 B    0.0%                   1  ├─ esc \x1b[31mred\x1b[0m bell\x07
          5 B        5 B    0.0%                   1  ├─ tab\there
          5 B        5 B    0.0%                   1  ├─ full talloc report on '…10 bytes in   2 blocks)
          5 B        5 B    0.0%                   1  ├─ reference to: nobody
          5 B        5 B    0.0%                   1  ├─ fake\n        child    …1 blocks (ref 0) 0x1234
          5 B        5 B    0.0%                   1  ├─ two\nlines
          5 B        5 B    0.0%                   1  ├─ x contains      7 bytes…ocks (ref 0) 0xdeadbeef
          1 B        1 B    0.0%                   1  ├─ exactly-thirty-one-bytes-long-n
          1 B        1 B    0.0%                   1  ├─ exactly-thirty-bytes-long-name
          1 B        1 B    0.0%                   1  ├─ trailing spaces
          1 B        1 B    0.0%                   1  ├─     four leading spaces
         11 B       10 B    0.0%                   2  └─ (blank)
          1 B        1 B    0.0%                   1     └─ child of blank
    "#);
    insta::assert_snapshot!(report.pretty().bars(false).addresses(true).ascii(true).width(Some(100)), @r#"
        total       self   share  blocks
    117.8 MiB        0 B  100.0%      43  root
          8 B        8 B    0.0%       1  |- struct talloc_chunk* 0x5586359f2b80
      3.9 KiB    3.9 KiB    0.0%       1  |- int 0x5586359f1b70
          8 B        8 B    0.0%       1  |- value 7 0x5586359f1b00
         21 B       21 B    0.0%       1  |- a plain string value 0x5586359f1a80
        561 B       50 B    0.0%       4  |- limited 0x5586359f1640
         11 B        5 B    0.0%       2  |  |- nested limit 0x5586359f1970
          6 B        6 B    0.0%       1  |  |  `- inside nested 0x5586359f1a10
        500 B      500 B    0.0%       1  |  `- inside limit 0x5586359f1710
      9.0 KiB        0 B    0.0%       3  |- a talloc_pool(4096) 0x5586359ee240
      8.8 KiB    8.8 KiB    0.0%       1  |  |- spilled out of pool 0x5586359ef2b0
        200 B      200 B    0.0%       1  |  `- in pool 0x5586359ee2a0
          2 B        1 B    0.0%       3  |- loop1 (ref 1) 0x5586359ee0b0
          1 B        1 B    0.0%       2  |  `- loop2 0x5586359ee120
                                       1  |     `- -> loop1 (shared)
          7 B        7 B    0.0%       1  |- shared (ref 1) 0x5586359edfb0
          1 B        1 B    0.0%       3  |- owner2 0x5586359edd90
                                       1  |  |- -> shared (shared)
                                       1  |  `- -> shared (shared)
          1 B        1 B    0.0%       3  |- owner1 0x5586359edd20
                                       1  |  |- -> shared (shared)
                                       1  |  `- -> shared (shared)
        100 B      100 B    0.0%       1  |- shared (ref 3) 0x5586359edc50
          3 B        3 B    0.0%       1  |- UNNAMED 0x5586359edbe0
    117.7 MiB  117.7 MiB  100.0%       1  |- ex.c:25 0x7f4326fe5070
         21 B        8 B    0.0%       2  |- formatted 42 0x5586359edaf0
         13 B       13 B    0.0%       1  |  `- .name 0x5586359edb60
          5 B        5 B    0.0%       1  |- cr\r\nlf 0x5586359eda80
          5 B        5 B    0.0%       1  |- latin1 \xef\xff bad utf8 0x5586359eda10
          5 B        5 B    0.0%       1  |- na\u{ef}ve \u{6f22}\u{5b57} 0x5586359ed9a0
          5 B        5 B    0.0%       1  |- esc \x1b[31mred\x1b[0m bell\x07 0x5586359ed930
          5 B        5 B    0.0%       1  |- tab\there 0x5586359ed8c0
          5 B        5 B    0.0%       1  |- full talloc report on...bytes in   2 blocks) 0x5586359ed850
          5 B        5 B    0.0%       1  |- reference to: nobody 0x5586359ed7e0
          5 B        5 B    0.0%       1  |- fake\n        child  ...locks (ref 0) 0x1234 0x5586359ed770
          5 B        5 B    0.0%       1  |- two\nlines 0x5586359ed700
          5 B        5 B    0.0%       1  |- x contains      7 byt...s (ref 0) 0xdeadbeef 0x5586359ed690
          1 B        1 B    0.0%       1  |- exactly-thirty-one-bytes-long-n 0x5586359ed620
          1 B        1 B    0.0%       1  |- exactly-thirty-bytes-long-name 0x5586359ed5b0
          1 B        1 B    0.0%       1  |- trailing spaces 0x5586359ed540
          1 B        1 B    0.0%       1  |-     four leading spaces 0x5586359ed4d0
         11 B       10 B    0.0%       2  `- (blank) 0x5586359ed3e0
          1 B        1 B    0.0%       1     `- child of blank 0x5586359ed460
    "#);
}

#[test]
fn what_can_not_be_told_is_marked() {
    insta::assert_snapshot!(parsed("osmo-stp-1.6.0-vty-filter-xua.txt").pretty(), @"
      total   self   share              blocks
    6.1 KiB      ?  100.0%  ██████████      28  osmo-stp
     ≥686 B      ?   10.9%  █▏              ≥5  └─ (hidden)
      686 B  336 B   10.9%  █▏               4     └─ struct osmo_xua_server
        3 B    3 B    0.0%                   1        ├─ ::
      347 B  347 B    5.5%  ▌                2        └─ struct osmo_stream_srv_link / ::
    ");
    let cut = parsed("osmo-stp-1.6.0-vty-depth2.txt").sorted(Order::Size).filtered(&Filter::new().top(4));
    insta::assert_snapshot!(cut.pretty(), @"
      total     self   share              blocks
    6.1 KiB      1 B  100.0%  ██████████      28  osmo-stp
    4.5 KiB      1 B   73.5%  ███████▍        12  ├─ logging
    1.0 KiB  1.0 KiB   16.8%  █▋               1  │  ├─ vty_logp_doc_str
      986 B    986 B   15.7%  █▋               1  │  ├─ vty_log_level_doc_str
      851 B    851 B   13.5%  █▍               1  │  ├─ vty_log_level_doc_str
      840 B        ?   13.4%  █▍               2  │  ├─ struct log_info
      882 B            14.0%  █▍               6  │  └─ … 4 more
    1.0 KiB    296 B   16.6%  █▋               7  ├─ struct osmo_ss7_instance
      686 B        ?   10.9%  █▏               4  │  ├─ struct osmo_xua_server
       63 B        ?    1.0%  ▏                2  │  └─ struct osmo_ss7_route_table
      203 B    203 B    3.2%  ▍                1  ├─ utils.c:386
      165 B    165 B    2.6%  ▎                1  ├─ utils.c:386
      250 B             4.0%  ▍                6  └─ … 5 more
    ");
}

/// The sums a reader can check: a line's total is its own bytes and the totals of the lines one level below it.
#[test]
fn lines_add_up() {
    let report = parsed("samba-4.17-smbd-client-t2.talloc").show().report();
    let text = report.pretty().exact(true).to_string();
    let mut open: Vec<(usize, u64, u64)> = Vec::new();
    let mut lines = text.lines().skip(1).map(|line| {
        let column = line.find(|c: char| "├└".contains(c)).map_or(0, |at| line[..at].chars().count());
        let mut numbers = line.split_whitespace();
        let total: u64 = numbers.next().unwrap().parse().unwrap();
        let own = numbers.next().unwrap();
        // The rest has no own bytes, and a line that ends in a rest keeps it to itself.
        let below = line.ends_with(" more");
        (column, total, if below { total } else { own.parse().unwrap() })
    });
    open.push(lines.next().unwrap());
    for line in lines {
        while open.last().is_some_and(|above| above.0 >= line.0 && open.len() > 1) {
            let (_, total, sum) = open.pop().unwrap();
            assert_eq!(total, sum, "{text}");
        }
        open.last_mut().unwrap().2 += line.1;
        open.push(line);
    }
    assert!(open.iter().all(|(_, total, sum)| total == sum), "{open:?}");
}

#[test]
fn lines_keep_to_the_width() {
    for file in ["samba-4.17-smbd-client-t2.talloc", "sssd-2.8.2-be_ldap-t0.talloc", "notmuch-0.37-new.talloc"] {
        let report = Report::parse_all(&super::fixture(file)).remove(0);
        for width in [80, 100, 200] {
            for report in [&report, &report.show().report()] {
                for ascii in [false, true] {
                    let text = report.pretty().width(Some(width)).ascii(ascii).to_string();
                    let longest = text.lines().max_by_key(|line| line.width()).unwrap();
                    assert!(longest.width() <= width, "{file} in {width}: {longest}");
                    assert!(!ascii || text.is_ascii());
                    assert!(text.lines().all(|line| line.trim_end() == line), "{file}");
                }
            }
        }
    }
}

#[test]
fn a_line_too_narrow_for_numbers_has_them_all_the_same() {
    let report = parsed("samba-4.17-smbd-client-t0.talloc").show().top(1).max_depth(2).report();
    for width in [0, 1, 10] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(report.pretty().width(Some(width)), @"
       total   share
    42.4 KiB  100.0%  null…ext
    11.3 KiB   26.8%  ├ stru…ext
    10.7 KiB   25.2%  │ ├ stru…ent / … 8
       376 B    0.9%  │ └ … 5 more
    31.0 KiB   73.2%  └ … 69 more
    ");
        }
    }
}

#[test]
fn no_name_speaks_to_the_terminal() {
    let mut builder = Builder::new(Entry::new("root"));
    for name in [&b"\x1b[31mred\x07"[..], b"two\nlines\r", b"", b"  ", b"\xff\xfe", "\u{202e}desrever".as_bytes()] {
        builder.push(Entry::new(name).bytes(1));
        builder.leave();
    }
    builder.push(Entry::new("char").bytes(4).address(Address::Content(b"  x\x1b")));
    let report = builder.finish();
    insta::assert_snapshot!(report.pretty().addresses(true).bars(false), @r#"
    total  self   share  blocks
     10 B   0 B  100.0%       8  root
      1 B   1 B   10.0%       1  ├─ \x1b[31mred\x07
      1 B   1 B   10.0%       1  ├─ two\nlines\r
      1 B   1 B   10.0%       1  ├─ (blank)
      1 B   1 B   10.0%       1  ├─ (blank)
      1 B   1 B   10.0%       1  ├─ \xff\xfe
      1 B   1 B   10.0%       1  ├─ \u{202e}desrever
      4 B   4 B   40.0%       1  └─ char: "x\x1b"
    "#);
}

#[test]
fn references_lead_to_their_targets() {
    let mut builder = Builder::new(Entry::new("root"));
    for _ in 0..2 {
        builder.push(Entry::new("holder").bytes(8));
        builder.push_reference("cache", Address::Unknown);
        builder.leave();
    }
    builder.push(Entry::new("cache").bytes(100).reference_count(2));
    let report = builder.finish();
    insta::assert_snapshot!(report.pretty(), @"
    total   self   share              blocks
    116 B    0 B  100.0%  ██████████       6  root
      8 B    8 B    6.9%  ▊                2  ├─ holder
                                           1  │  └─ → cache (shared)
      8 B    8 B    6.9%  ▊                2  ├─ holder
                                           1  │  └─ → cache (shared)
    100 B  100 B   86.2%  ████████▋        1  └─ cache (ref 2)
    ");
    insta::assert_snapshot!(report.merged(Naming::Exact).pretty().ascii(true), @"
    total   self   share              blocks
    116 B    0 B  100.0%  ##########       6  root
     16 B   16 B   13.8%  #                4  |- holder x2
                                           2  |  `- -> cache (shared) x2
    100 B  100 B   86.2%  #########        1  `- cache (ref 2)
    ");
}

fn chain(len: usize) -> Report {
    let mut builder = Builder::new(Entry::new("root"));
    for i in 0..len {
        builder.push(Entry::new(if i % 2 == 0 { "left" } else { "right" }).bytes(1));
        builder.push(Entry::new("leaf").bytes(1));
        builder.leave();
    }
    builder.finish()
}

#[test]
fn depth_is_counted_where_it_can_not_be_drawn() {
    insta::assert_snapshot!(chain(12).pretty().width(Some(72)), @"
    total  self   share  blocks
     24 B   0 B  100.0%      25  root
     24 B   1 B  100.0%      24  └ left
      1 B   1 B    4.2%       1    ├ leaf
     22 B   1 B   91.7%      22    └ right
      1 B   1 B    4.2%       1      ├ leaf
     20 B   1 B   83.3%      20      └ left
      1 B   1 B    4.2%       1        ├ leaf
     18 B   1 B   75.0%      18        └ right
      1 B   1 B    4.2%       1          ├ leaf
     16 B   1 B   66.7%      16          └ left
      1 B   1 B    4.2%       1            ├ leaf
     14 B   1 B   58.3%      14            └ right
      1 B   1 B    4.2%       1              ├ leaf
     12 B   1 B   50.0%      12              └ left
      1 B   1 B    4.2%       1                ├ leaf
     10 B   1 B   41.7%      10                └ right
      1 B   1 B    4.2%       1                  ├ leaf
      8 B   1 B   33.3%       8                  └ left
      1 B   1 B    4.2%       1                    ├ leaf
      6 B   1 B   25.0%       6                    └ right
      1 B   1 B    4.2%       1  ⋯4⋯               ├ leaf
      4 B   1 B   16.7%       4  ⋯4⋯               └ left
      1 B   1 B    4.2%       1  ⋯5⋯               ├ leaf
      2 B   2 B    8.3%       2  ⋯5⋯               └ right / leaf
    ");
    let deep = chain(100_000);
    let text = deep.pretty().to_string();
    assert!(text.len() < 200 * 200_000, "{} bytes", text.len());
    let narrow = deep.pretty().width(Some(80)).to_string();
    assert!(narrow.lines().all(|line| line.width() <= 80));
    assert_eq!(text.lines().count(), 1 + deep.len() - 1, "a heading, and one line for the last two");
}

#[test]
fn a_long_chain_is_one_line() {
    let mut builder = Builder::new(Entry::new("root"));
    for i in 1..=1_000_000_u32 {
        let name = match i {
            0..=4 => "first",
            999_998.. => "last",
            _ => "link",
        };
        builder.push(Entry::new(name).bytes(1));
    }
    insta::assert_snapshot!(builder.finish().pretty(), @"
        total       self   share                 blocks
    976.6 KiB        0 B  100.0%  ██████████  1,000,001  root
    976.6 KiB  976.6 KiB  100.0%  ██████████  1,000,000  └─ first / first / first / first / ⋯999,993⋯ / last / last / last
    ");
}

#[test]
fn nothing_has_no_share() {
    let mut tree = freehold::Tree::new();
    tree.context(tree.root(), "a").unwrap();
    let stream = tree.floating(()).unwrap();
    tree.set_name(stream, "stream").unwrap();
    insta::assert_snapshot!(tree.report(tree.root()).unwrap().show(), @"
    total  self  blocks
      0 B   0 B       3  root
      0 B   0 B       1  ├─ stream (floating)
      0 B   0 B       1  └─ a
    ");
}

struct Tags;

impl Palette for Tags {
    fn start(&self, part: Part, share: f64, out: &mut dyn fmt::Write) -> fmt::Result {
        if share > 0.5 { write!(out, "<{part:?}!>") } else { write!(out, "<{part:?}>") }
    }

    fn end(&self, _: Part, _: f64, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str("</>")
    }
}

#[test]
fn a_palette_paints_and_moves_nothing() {
    let report = parsed("samba-4.17-smbd-client-t0.talloc").show().top(1).report();
    assert!(report.walk().any(|visit| visit.record.kind() == Kind::Rest));
    let styled = report.pretty().width(Some(100)).styled(&Tags).to_string();
    let mut plain = String::new();
    let mut rest = styled.as_str();
    while let Some((text, after)) = rest.split_once('<') {
        plain.push_str(text);
        rest = after.split_once('>').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, report.pretty().width(Some(100)).to_string());
    insta::assert_snapshot!(styled.lines().take(3).collect::<Vec<_>>().join("\n"), @"
       <Heading>total</>   <Heading>self</>   <Heading>share</>              <Heading>blocks</>
    <Total!>42.4 KiB</>    <Own!>0 B</>  <Share!>100.0%</>  <Bar!>██████████</>     <Blocks!>716</>  <Name!>null_context</>
    <Total>11.3 KiB</>  <Own>296 B</>   <Share>26.8%</>  <Bar>██▋</>            <Blocks>148</>  <Guide>├─ </><Name>struct tevent_context</>
    ");
    let mut written = Vec::new();
    report.pretty().width(Some(100)).styled(&Tags).write_to(&mut written).unwrap();
    assert_eq!(written, styled.as_bytes());
}

#[test]
fn the_usual_view_can_be_told_otherwise() {
    let report = parsed("samba-4.17-winbindd-1.talloc");
    let records = |report: Report| report.walk().map(|visit| visit.record.count()).sum::<u64>();
    let whole = || report.show().min_share(0.0);
    assert_eq!(whole().internal(true).naming(None).order(Order::Listed).report(), report);
    assert_eq!(records(whole().internal(true).report()), report.len() as u64);
    let internal = report.walk().filter(|visit| visit.record.name() == b".name").count();
    assert!(internal > 0);
    assert_eq!(records(whole().naming(None).report()), (report.len() - internal) as u64);
    let kept = whole().keep(|record| record.name() == b"struct tevent_req").report();
    assert!(kept.walk().any(|visit| visit.record.name() == b"struct tevent_req"));
    assert!(kept.len() < whole().report().len());
    let small = report.show().min_bytes(1000).report();
    assert!(small.walk().all(|visit| visit.record.bytes() >= 1000 || visit.record.kind() == Kind::Rest));
}

#[test]
fn columns_stay_in_line_where_a_part_claims_more_than_the_whole() {
    let text = b"full talloc report on 'root' (total      6 bytes in   2 blocks)\n    \
        part                           contains    100 bytes in   1 blocks (ref 0) 0x55d0\n";
    let report = Report::parse(text).expect("a report");
    assert_eq!(
        format!("\n{}", report.pretty().bars(false)),
        "
total   self    share  blocks
  6 B      ?   100.0%       2  root
100 B  100 B  1666.7%       1  └─ part
"
    );
}

#[test]
fn options_print_what_they_are() {
    let report = Builder::new(Entry::new("root")).finish();
    let options = format!("{:?}", report.pretty().ascii(true).width(Some(80)));
    let (before, after) = (format!("Pretty {{ report: {report:?}, width: Some(80), ascii: true, "), ", .. }");
    assert!(options.starts_with(&before) && options.ends_with(after), "{options}");
}
