//! What each verb prints.

use super::{fixture, freehold, piped, same};

const SMBD: [&str; 3] =
    ["samba-4.17-smbd-client-t0.talloc", "samba-4.17-smbd-client-t1.talloc", "samba-4.17-smbd-client-t2.talloc"];
const SMBTORTURE: &str = "samba-4.17-smbtorture-local.talloc.stderr.txt";

#[test]
fn show() {
    same("show", &freehold(&["show", SMBD[2]]).all());
    same("show_pretty", &freehold(&["show", "--pretty", "--width", "100", SMBD[2]]).all());
    // A name is looked for as it is in the report, and not as what is shown of it.
    same("show_name", &freehold(&["show", "--name", "file 15 ", "--under", "connection_struct", SMBD[2]]).all());
    let nothing = freehold(&["show", "--name", "^FILE", SMBD[0]]);
    assert!(nothing.code == 0 && nothing.err.contains("'(?i)^FILE' matches any case"), "{}", nothing.all());
    let focused = ["show", "--under", "^struct files_struct$", "--depth", "2", "--all", "--internal", SMBD[1]];
    same("show_focused", &freehold(&focused).all());
    let several = ["show", "samba-4.17-smbclient-leak-report.talloc", "notmuch-0.37-new.talloc"];
    same("show_several", &freehold(&several).all());
}

#[test]
fn top() {
    same("top", &freehold(&["top", "-n", "8", SMBD[2]]).all());
    let wanted = ["top", "--name", "^struct f", "--min", "1%", "--depth", "9", SMBD[2]];
    same("top_wanted", &freehold(&wanted).all());
    same("top_pretty", &freehold(&["top", "-n", "5", "--by", "count", "--pretty", SMBD[2]]).all());
    let pairs = ["top", "-n", "5", "--group", "pair", "--by", "total", "--under", "connection_struct", SMBD[2]];
    same("top_pairs", &freehold(&pairs).all());
}

#[test]
fn trend() {
    let notmuch = freehold(&["trend", "-n", "2", "--report", "1", "notmuch-0.37-show-json.talloc"]);
    same("trend_one", &notmuch.all());
    assert!(notmuch.out.lines().nth(1).is_some_and(|first| first.contains("struct sprinter_json")), "{}", notmuch.out);
    same("trend", &freehold(&["trend", "-n", "3", SMBD[0], SMBD[1], SMBD[2]]).all());
    same("trend_repeat", &freehold(&["trend", "-n", "2", "--repeat", "20", SMBD[0], SMBD[1], SMBD[2]]).all());
    let wanted = ["trend", "--name", "^struct fd_", "--min", "10K", "--pretty", "--width", "80"];
    same("trend_wanted", &freehold(&[&wanted[..], &SMBD].concat()).all());
    let nothing = freehold(&["trend", "--depth", "1", SMBD[0], SMBD[1]]);
    assert_eq!((nothing.code, nothing.out.lines().nth(1)), (0, Some("nothing looks like a leak")), "{}", nothing.all());
    let nothing = freehold(&["trend", "samba-4.17-addc-cldap.talloc.gz", "samba-4.17-addc-kcc.talloc.gz"]);
    assert_eq!(nothing.code, 0, "{}", nothing.all());
}

#[test]
fn refs() {
    same("refs", &freehold(&["refs", "-n", "6", "--report", "1", SMBTORTURE]).all());
    let wanted = ["refs", "--name", "^struct tevent_sig", "--min", "2K", SMBD[2]];
    same("refs_wanted", &freehold(&wanted).all());
    same("refs_of", &freehold(&["refs", "-n", "3", "--of", "^p1$", "--report", "1", SMBTORTURE]).all());
}

#[test]
fn redact() {
    const SSSD: &str = "sssd-2.8.2-be_ldap-t0.talloc";
    assert!(freehold(&["export", "--to", "talloc", SSSD]).out.contains("Passw0rd.xyz"));
    for format in ["talloc", "json", "folded", "csv", "svg", "html"] {
        let ran = freehold(&["redact", "--to", format, SSSD]);
        assert!(ran.code == 0 && !ran.out.contains("Passw0rd") && ran.out.len() > 1000, "{format}: {}", ran.err);
    }
    let large = freehold(&["redact", "--depth", "2", "--min", "20%", SSSD]);
    same("redact_large", &large.all());
    let kept = freehold(&["redact", "--keep", "^Passw0rd", SSSD]);
    assert!(kept.out.contains("Passw0rd.xyz"));
}

#[test]
fn export() {
    let text = fixture(SMBD[0]);
    let json = freehold(&["export", "--to", "json", SMBD[0]]);
    let ndjson = freehold(&["export", "--to", "ndjson", SMBD[0]]);
    for form in [json, ndjson] {
        let back = piped(&["export", "--to", "talloc"], form.out.as_bytes());
        assert!(back.code == 0 && back.out.as_bytes() == text, "{}", back.err);
    }
    for (format, sign) in [
        ("folded", "null_context;struct tevent_context"),
        ("speedscope", "https://www.speedscope.app/file-format-schema.json"),
        ("dot", "digraph"),
        ("csv", "id,parent,"),
        ("svg", "<svg "),
        ("html", "<!DOCTYPE html>"),
    ] {
        let ran = freehold(&["export", "--to", format, SMBD[0]]);
        assert!(ran.code == 0 && ran.out.contains(sign), "{format}: {}", ran.err);
    }
}

#[test]
fn the_ending_of_the_output_file_says_the_format() {
    let folder = std::env::temp_dir().join(format!("freehold-export-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("there is room");
    for (name, start) in [("a.svg", &b"<svg "[..]), ("a.pb.gz", &[0x1f, 0x8b]), ("a.talloc", b"full talloc report on")]
    {
        let path = folder.join(name);
        let ran = freehold(&["export", "-o", path.to_str().expect("it is UTF-8"), "--report", "last", SMBD[0]]);
        assert_eq!(ran.all(), "", "{name}");
        assert!(std::fs::read(&path).is_ok_and(|written| written.starts_with(start)), "{name}");
    }
    std::fs::remove_dir_all(&folder).expect("it was made above");
    let growth = freehold(&["export", "--to", "svg", "--since", SMBD[1], SMBD[2]]);
    assert!(growth.code == 0 && growth.out.contains("+245"), "{}", growth.all());
}

#[test]
fn what_an_export_can_t_do_it_says() {
    let cases: [&[&str]; 4] = [
        &["export", SMBD[0]],
        &["export", "--to", "svg", "notmuch-0.37-new.talloc"],
        &["export", "--to", "svg", SMBD[0], SMBD[1]],
        &["export", "--to", "json", "--since", SMBD[0], SMBD[1]],
    ];
    let said = cases.map(|args| format!("$ freehold {}\n{}", args.join(" "), freehold(args).all()));
    same("wrong_export", &said.join("\n"));
}

#[test]
fn find() {
    same("find", &freehold(&["find", "files_struct", SMBD[0], SMBD[2]]).all());
    same("find_each", &freehold(&["find", "--each", "Passw0rd", "sssd-2.8.2-be_ldap-t0.talloc"]).all());
    same("find_large", &freehold(&["find", "--depth", "3", "--min", "1%", "struct", SMBD[2]]).all());
    let nothing = freehold(&["find", "no such name", SMBD[0]]);
    assert_eq!((nothing.code, nothing.out.as_str()), (1, ""));
    assert_eq!(nothing.err, "freehold: nothing matches 'no such name'; '(?i)no such name' matches any case\n");
    let small = freehold(&["find", "--min", "1M", "struct", SMBD[0]]);
    assert_eq!((small.code, small.out.as_str()), (1, ""), "{}", small.err);
}

#[test]
fn path() {
    same("path_several", &freehold(&["path", "-n", "1", "^struct files_struct$", SMBD[1]]).all());
    same("path", &freehold(&["path", "0x55684bfe1540", "--report", "1", SMBTORTURE]).all());
    let internal = ["path", r"^\.name$", "samba-4.17-addc-ldap-worker3-t0.talloc.gz"];
    assert_eq!(freehold(&internal).code, 1);
    assert_eq!(freehold(&[&internal[..], &["--internal"]].concat()).code, 0);
    let nothing = freehold(&["path", "0x1", SMBD[0]]);
    assert_eq!((nothing.code, nothing.out.as_str()), (1, ""));
    assert_eq!(nothing.err, "freehold: no node has that address; try --internal, or 'freehold find REGEX'\n");
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
    same("diff_pretty", &freehold(&["diff", "--pretty", "-n", "5", "--group", "name", SMBD[1], SMBD[2]]).all());
    same("diff_markdown", &freehold(&["diff", "--markdown", "-n", "3", SMBD[1], SMBD[2]]).all());
    same("diff_one_file", &freehold(&["diff", "--report", "root", SMBTORTURE]).all());
    same("diff_changes", &freehold(&["diff", "--changes", "-n", "4", "--name", "^struct ", SMBD[1], SMBD[2]]).all());
    same("diff_types", &freehold(&["diff", "--group", "type", "-n", "4", SMBD[1], SMBD[2]]).all());
    same("diff_narrow", &freehold(&["diff", "--pretty", "--width", "80", "-n", "2", SMBD[1], SMBD[2]]).all());
    let shallow = ["diff", "--changes", "--depth", "3", "--min", "50", SMBD[1], SMBD[2]];
    same("diff_changes_shallow", &freehold(&shallow).all());
    for how in [&["--changes"][..], &[], &["--markdown"]] {
        let ran = freehold(&[&["diff", "--name", "nothing of that name", SMBD[1], SMBD[2]], how].concat());
        assert!(ran.code == 0 && ran.out.ends_with("is what --depth, --min and --name ask for\n"), "{}", ran.all());
    }
    let quiet = freehold(&["diff", "--markdown", SMBD[1], SMBD[1]]);
    assert_eq!(quiet.all(), "nothing changed: 73076 bytes in 1021 blocks\n");
    same("diff_nothing", &freehold(&["diff", SMBD[1], SMBD[1]]).all());
}

#[test]
fn growth_over_a_limit_is_for_scripts_to_see() {
    for (limit, code) in [("10%", 1), ("400%", 0), ("100K", 1), ("1M", 0)] {
        let ran = freehold(&["diff", "--fail-if-growth", limit, SMBD[1], SMBD[2]]);
        assert_eq!(ran.code, code, "{limit}: {}", ran.all());
        assert_eq!(ran.err.is_empty(), code == 0, "{limit}: {}", ran.all());
    }
    let shrunk = freehold(&["diff", "--fail-if-growth", "0", SMBD[2], SMBD[1]]);
    assert_eq!((shrunk.code, shrunk.err.as_str()), (0, ""));
    let same = freehold(&["diff", "--fail-if-growth", "0", SMBD[1], SMBD[1]]);
    assert_eq!((same.code, same.err.as_str()), (0, ""));
}
