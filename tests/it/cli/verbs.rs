//! What each verb prints.

use super::{freehold, same};

const SMBD: [&str; 3] =
    ["samba-4.17-smbd-client-t0.talloc", "samba-4.17-smbd-client-t1.talloc", "samba-4.17-smbd-client-t2.talloc"];
const SMBTORTURE: &str = "samba-4.17-smbtorture-local.talloc.stderr.txt";

#[test]
fn show() {
    same("show", &freehold(&["show", SMBD[2]]).all());
    same("show_pretty", &freehold(&["show", "--pretty", "--width", "100", SMBD[2]]).all());
    let focused = ["show", "--under", "^struct files_struct$", "--depth", "2", "--all", "--internal", SMBD[1]];
    same("show_focused", &freehold(&focused).all());
    let several = ["show", "samba-4.17-smbclient-leak-report.talloc", "notmuch-0.37-new.talloc"];
    same("show_several", &freehold(&several).all());
}

#[test]
fn find() {
    same("find", &freehold(&["find", "files_struct", SMBD[0], SMBD[2]]).all());
    same("find_each", &freehold(&["find", "--each", "Passw0rd", "sssd-2.8.2-be_ldap-t0.talloc"]).all());
    let nothing = freehold(&["find", "no such name", SMBD[0]]);
    assert_eq!((nothing.code, nothing.all().as_str()), (1, "--- exit code 1 ---\n"));
}

#[test]
fn path() {
    same("path", &freehold(&["path", "0x55684bfe1540", "--report", "1", SMBTORTURE]).all());
    let nothing = freehold(&["path", "0x1", SMBD[0]]);
    assert_eq!((nothing.code, nothing.all().as_str()), (1, "--- exit code 1 ---\n"));
}

#[test]
fn check() {
    let files = ["ctdb-4.17-ctdbd-dumpmemory-1.talloc", "samba-4.17-smbclient-leak-report.talloc", SMBD[0]];
    same("check", &freehold(&[&["check"][..], &files].concat()).all());
    let whole = freehold(&["check", SMBD[0], SMBD[1], SMBD[2]]);
    assert_eq!(whole.code, 0, "{}", whole.all());
}

#[test]
fn diff() {
    same("diff", &freehold(&["diff", SMBD[1], SMBD[2]]).all());
    same("diff_pretty", &freehold(&["diff", "--pretty", "-n", "5", "--by", "name", SMBD[1], SMBD[2]]).all());
    same("diff_markdown", &freehold(&["diff", "--markdown", "-n", "3", SMBD[1], SMBD[2]]).all());
    same("diff_one_file", &freehold(&["diff", "--report", "root", SMBTORTURE]).all());
    same("diff_nothing", &freehold(&["diff", SMBD[1], SMBD[1]]).all());
}

#[test]
fn growth_over_a_limit_is_for_scripts_to_see() {
    for (limit, code) in [("10%", 1), ("200%", 0), ("100K", 1), ("1M", 0)] {
        let ran = freehold(&["diff", "--fail-if-growth", limit, SMBD[1], SMBD[2]]);
        assert_eq!(ran.code, code, "{limit}: {}", ran.all());
        assert_eq!(ran.err.is_empty(), code == 0, "{limit}: {}", ran.all());
    }
    let shrunk = freehold(&["diff", "--fail-if-growth", "0", SMBD[2], SMBD[1]]);
    assert_eq!((shrunk.code, shrunk.err.as_str()), (0, ""));
    let same = freehold(&["diff", "--fail-if-growth", "0", SMBD[1], SMBD[1]]);
    assert_eq!((same.code, same.err.as_str()), (0, ""));
}

#[cfg(unix)]
#[test]
fn watch() {
    let shell = format!("cat \"$(cat {0})\"; echo {1} > {0}", "$FREEHOLD_NEXT", SMBD[2]);
    let next = std::env::temp_dir().join(format!("freehold-watch-{}", std::process::id()));
    std::fs::write(&next, SMBD[1]).expect("there is room for a name");
    let shell = shell.replace("$FREEHOLD_NEXT", next.to_str().expect("it is UTF-8"));
    let ran = freehold(&["watch", "--every", "0s", "--count", "3", "-n", "3", "--", "sh", "-c", &shell]);
    std::fs::remove_file(&next).expect("it was made above");
    same("watch", &ran.all());
}

#[test]
fn what_never_is_a_report_is_not_watched_for_long() {
    let ran = freehold(&["watch", "--patience", "1ms", "--", "cat", "README.md"]);
    assert!(ran.code == 2 && ran.err.contains("cat: "), "{}", ran.all());
    let ran = freehold(&["watch", "--", "no-such-command-anywhere"]);
    assert!(ran.code == 2 && ran.err.contains("no-such-command-anywhere: "), "{}", ran.all());
}
