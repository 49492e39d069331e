//! What the tool reads, and what it says when it can't.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{fixture, freehold, piped, same};

const SMBD: &str = "samba-4.17-smbd-client-t0.talloc";
const NOTMUCH: &str = "notmuch-0.37-show-json.talloc";

fn packed(text: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text).expect("memory takes everything");
    packer.finish().expect("memory takes everything")
}

#[test]
fn a_file_a_pipe_and_a_packed_pipe_are_the_same() {
    let text = fixture(SMBD);
    let from_file = freehold(&["export", "--to", "talloc", SMBD]);
    assert_eq!((from_file.code, from_file.out.as_bytes()), (0, &text[..]));
    for (args, input) in [
        (&["export", "--to", "talloc", "-"][..], text.clone()),
        (&["export", "--to", "talloc"], text.clone()),
        (&["export", "--to", "talloc"], packed(&text)),
        (&["export", "--to", "talloc"], [packed(&text[..5000]), packed(&text[5000..])].concat()),
    ] {
        let ran = piped(args, &input);
        assert_eq!((ran.code, &ran.err[..]), (0, ""), "{args:?}");
        assert!(ran.out == from_file.out, "{args:?}");
    }
}

#[test]
fn reports_are_chosen_by_number_place_or_name() {
    for (choice, first) in [
        ("1", "full talloc report on 'notmuch_database_t'"),
        ("2", "full talloc report on 'null_context'"),
        ("last", "full talloc report on 'null_context'"),
        ("first", "full talloc report on 'notmuch_database_t'"),
        ("null_context", "full talloc report on 'null_context'"),
    ] {
        let ran = freehold(&["export", "--to", "talloc", "--report", choice, NOTMUCH]);
        assert!(ran.out.starts_with(first), "{choice}: {}", ran.all());
        assert_eq!(ran.out.matches("full talloc report on").count(), 1, "{choice}");
    }
    let all = freehold(&["export", "--to", "talloc", "--report", "all", NOTMUCH]);
    assert_eq!(all.out.matches("full talloc report on").count(), 2);
}

#[test]
fn what_a_mail_or_a_log_puts_before_each_line_goes() {
    let text = String::from_utf8(fixture(SMBD)).expect("it is ASCII");
    for (prefix, args) in [("> ", &["show"][..]), ("smbd-1  | ", &["show"]), ("  ", &["show", "--strip-prefix", "  "])]
    {
        let quoted: String = text.lines().map(|line| format!("{prefix}{line}\n")).collect();
        let ran = piped(args, quoted.as_bytes());
        let plain = piped(&["show"], text.as_bytes());
        assert_eq!(ran.all(), plain.all(), "{prefix}");
    }
}

#[test]
fn other_programs_print_trees_too() {
    for (file, root) in [
        ("postgresql-15-pg_backend_memory_contexts.csv", "TopMemoryContext"),
        ("postgresql-15-pg_log_backend_memory_contexts.log", "TopMemoryContext"),
        ("proot-5.1.0-sigusr1+usr2-stderr.txt", ""),
        ("osmo-stp-1.6.0-vty-full.txt", "osmo-stp"),
    ] {
        let ran = freehold(&["show", "--depth", "1", file]);
        assert!(ran.code == 0 && ran.out.contains(root), "{file}: {}", ran.all());
    }
}

#[test]
fn what_is_wrong_is_said_with_the_file_and_what_to_try() {
    let cases: [(&[&str], &[u8]); 9] = [
        (&["show", "no-such-file"], b""),
        (&["show", "."], b""),
        (&["show"], b""),
        (&["show"], b"nothing\nof interest\n"),
        (&["show", "exerciser/exerciser-2.4.0-show-parents.txt"], b""),
        (&["show", "--report", "3", NOTMUCH], b""),
        (&["show", "--report", "nobody", NOTMUCH], b""),
        (&["show", "--under", "no such node", SMBD], b""),
        (&["show"], &packed(b"full talloc report on 'root' (total      0 bytes in   1 blocks)\n")[..30]),
    ];
    let said = cases.map(|(args, input)| format!("$ freehold {}\n{}", args.join(" "), piped(args, input).all()));
    same("wrong_input", &said.join("\n"));
}

#[test]
fn what_can_t_be_asked_is_said_too() {
    let cases: [&[&str]; 11] = [
        &[SMBD],
        &["diff", "osmo-stp-1.6.0-vty-depth2.txt", "osmo-stp-1.6.0-vty-full.txt", "-n", "1"],
        &["show", "--report", "0", SMBD],
        &["show", "--width", "0", SMBD],
        &["find", SMBD],
        &["path", SMBD],
        &["diff", SMBD],
        &["show", "--min", "ten", SMBD],
        &["find", "(", SMBD],
        &["export", "--to", "word", SMBD],
        &["shwo", SMBD],
    ];
    let said = cases.map(|args| format!("$ freehold {}\n{}", args.join(" "), freehold(args).all()));
    same("wrong_usage", &said.join("\n"));
}

#[test]
fn what_is_not_understood_may_be_anything_a_terminal_obeys() {
    for (args, what, odd) in [
        (&["show", "--\x1b[2J"][..], "unexpected argument found", r"--\x1b[2J"),
        (&["\x07"], "unrecognized subcommand", r"\x07"),
        (&["show", "--min", "\u{202e}"], "invalid value for one of the arguments", r"\u{202e}"),
        (&["show", "--color=\n", SMBD], "one of the values isn't valid for an argument", r"--color=\n"),
    ] {
        let ran = freehold(args);
        let said = format!("freehold: {what}; an argument has control characters: '{odd}'; see 'freehold help'\n");
        assert_eq!((ran.code, &*ran.err), (2, &*said), "{args:?}");
    }
}

#[test]
fn the_files_that_can_be_read_are_shown_all_the_same() {
    let ran = freehold(&["check", "no-such-file", SMBD]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("freehold: no-such-file: "), "{}", ran.err);
    assert!(ran.out.contains(SMBD), "{}", ran.out);
}

#[test]
fn standard_input_can_be_read_once() {
    for args in [&["diff", "-", "-"][..], &["show", "-", "-"], &["export", "--to", "html", "--since", "-", "-"]] {
        let ran = piped(args, &fixture(SMBD));
        let said = "freehold: standard input: was read already; name '-' once, and files for the rest\n";
        assert_eq!((ran.code, &*ran.err), (2, said), "{args:?}");
    }
}
