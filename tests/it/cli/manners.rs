//! Terminals, pipes, and those who stop reading.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::{command, freehold, piped};

const SMBD: &str = "samba-4.17-smbd-client-t2.talloc";

#[test]
fn who_stops_reading_is_not_told_off() {
    let args = ["export", "--to", "talloc", SMBD];
    let mut child = command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the tool starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("there is a line");
    let output = child.wait_with_output().expect("it ends");
    assert!(line.starts_with("full talloc report"), "{line}");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn a_pipe_gets_plain_text_and_a_terminal_colours() {
    let plain = freehold(&["show", SMBD]).out;
    assert!(plain.is_ascii() && !plain.contains('\x1b'), "{plain}");
    let coloured = freehold(&["show", "--color", "always", SMBD]).out;
    assert!(coloured.contains("\x1b[") && coloured.contains("KiB"), "{coloured}");
    let pretty = freehold(&["show", "--pretty", SMBD]).out;
    assert!(!pretty.contains('\x1b') && pretty.contains("KiB"), "{pretty}");
    let exact = freehold(&["show", "--pretty", "--exact", SMBD]).out;
    assert!(!exact.contains("KiB") && exact.contains("324332") && exact.contains("├─ "), "{exact}");
}

#[test]
fn the_environment_has_its_say() {
    let with = |args: &[&str], name: &str, value: &str| {
        let output = command(args).env(name, value).output().expect("the tool runs");
        String::from_utf8(output.stdout).expect("what people read is UTF-8")
    };
    assert!(with(&["top", SMBD], "CLICOLOR_FORCE", "1").contains("\x1b["));
    assert!(!with(&["top", SMBD], "NO_COLOR", "1").contains("\x1b["));
    assert!(with(&["top", "--color", "always", SMBD], "NO_COLOR", "1").contains("\x1b["), "what is said wins");
    let narrow = with(&["top", "--pretty", SMBD], "COLUMNS", "90");
    let widest = narrow.lines().map(|line| line.chars().count()).max();
    assert!(widest.is_some_and(|widest| widest > 70 && widest <= 90), "{widest:?}:\n{narrow}");
}

#[test]
fn lines_fit_the_width() {
    for width in [80, 120] {
        let columns = width.to_string();
        for args in
            [&["show", "--pretty", "--width", &columns, SMBD], &["find", "--pretty", "--width", &columns, "token"]]
        {
            let mut args = args.to_vec();
            if args[0] == "find" {
                args.push(SMBD);
            }
            let out = freehold(&args).out;
            let widest = out.lines().map(|line| line.chars().count()).max();
            assert!(
                widest.is_some_and(|widest| widest > width / 2 && widest <= width),
                "{widest:?} of {width}:\n{out}"
            );
        }
    }
}

#[test]
fn nothing_in_a_name_reaches_the_terminal() {
    let report = b"full talloc report on 'root' (total      1 bytes in   2 blocks)\n\
        \x20   \x1b[2Jred\x07\x9b                      contains      1 bytes in   1 blocks (ref 0) 0x55d0\n";
    for args in [&["show", "--numbers"][..], &["find", "red"], &["path", "0x55d0"], &["show", "--pretty", "--all"]] {
        let ran = piped(args, report);
        assert!(ran.out.contains(r"\x1b[2Jred\x07\x9b"), "{args:?}: {}", ran.all());
        assert!(!ran.out.contains(['\x1b', '\x07']), "{args:?}: {}", ran.all());
    }
}

#[test]
fn help_has_examples_for_every_verb() {
    let help = freehold(&["help"]).out;
    let verbs: Vec<_> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .collect();
    assert!(verbs.len() >= 6, "{help}");
    for verb in verbs {
        let ran = freehold(&[verb, "--help"]);
        assert!(ran.code == 0 && ran.out.contains("Examples:\n  freehold "), "{verb}: {}", ran.all());
    }
}

#[test]
fn shells_and_man_get_what_they_want() {
    for (shell, sign) in [("bash", "complete -F"), ("zsh", "#compdef freehold"), ("fish", "complete -c freehold")] {
        let ran = freehold(&["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains(sign), "{shell}: {}", ran.all());
    }
    let page = freehold(&["man"]);
    assert!(page.code == 0 && page.out.contains(".TH freehold 1"), "{}", page.all());
}

#[test]
#[cfg(target_os = "linux")]
fn where_nobody_can_be_told_it_still_ends_as_it_should() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("it is always there");
    let status = command(&["show", "no-such-file"]).stderr(full).status().expect("it runs");
    assert_eq!(status.code(), Some(2));
}
