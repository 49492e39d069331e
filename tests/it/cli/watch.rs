//! `freehold watch`: commands that take their time, print too little or too much, or fail.

use std::path::{Path, PathBuf};

use super::{Ran, fixture, freehold, same};

const SMBD: [&str; 3] =
    ["samba-4.17-smbd-client-t0.talloc", "samba-4.17-smbd-client-t1.talloc", "samba-4.17-smbd-client-t2.talloc"];

/// A directory that goes with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("freehold-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("there is room");
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("it is UTF-8").to_owned()
    }

    /// A command for a shell that runs the first of `commands` at first, then the second and so on.
    fn one_after_the_other(&self, commands: &[&str]) -> String {
        let count = self.path("count");
        let cases: String = (1..).zip(commands).map(|(number, command)| format!("{number}) {command};; ")).collect();
        format!("n=$(($(cat {count} || echo 0) + 1)) 2> {count}.none; echo $n > {count}; case $n in {cases}esac")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn watch(options: &[&str], shell: &str) -> Ran {
    freehold(&[&["watch", "--every", "0s"], options, &["--", "sh", "-c", shell]].concat())
}

/// Without the times: how long it takes is the machine's affair.
fn timeless(ran: &Ran) -> String {
    let line = |line: &str| match (line.find(", after "), line.find(" s: ")) {
        (Some(start), Some(end)) => format!("{}{}\n", &line[..start], &line[end + 2..]),
        _ => format!("{line}\n"),
    };
    ran.all().lines().map(line).collect()
}

#[test]
fn what_grows_is_shown() {
    let folder = Folder::new("watch");
    let cats = SMBD.map(|file| format!("cat {file}"));
    let shell = folder.one_after_the_other(&[&cats[0], &cats[1], &cats[2], &cats[2]]);
    same("watch", &timeless(&watch(&["--count", "4", "-n", "2"], &shell)));
    let folder = Folder::new("watch-filtered");
    let filtered = folder.one_after_the_other(&[&cats[1], &cats[2]]);
    let options =
        ["--count", "2", "--under", "connection_struct", "--min", "10K", "--name", "^struct", "--group", "name"];
    same("watch_filtered", &timeless(&watch(&options, &filtered)));
}

#[test]
fn half_a_report_is_asked_for_again() {
    let folder = Folder::new("halves");
    let [half, lines] = [format!("head -c 20000 {}", SMBD[0]), format!("head -n 300 {}", SMBD[0])];
    let whole = format!("cat {}", SMBD[0]);
    let shell = folder.one_after_the_other(&[":", &half, &lines, &whole]);
    let kept = folder.path("kept/here");
    let ran = watch(&["--count", "1", "--keep", &kept], &shell);
    assert_eq!(timeless(&ran), "report 1: 43398 bytes in 716 blocks\n");
    let files: Vec<_> =
        std::fs::read_dir(&kept).expect("it was made").map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, ["0001.talloc"]);
    assert!(std::fs::read(Path::new(&kept).join("0001.talloc")).unwrap() == fixture(SMBD[0]));
    let again = watch(&["--count", "1", "--keep", &kept], &whole);
    assert_eq!(
        again.all(),
        format!(
            "--- standard error ---\nfreehold: {kept}: has reports already; name another directory\n--- exit code 2 ---\n"
        )
    );
}

#[test]
fn a_command_may_leave_the_writing_to_others() {
    let ran = watch(&["--count", "1"], &format!("cat {} &", SMBD[0]));
    assert!(ran.code == 0 && ran.out.contains("43398 bytes in 716 blocks"), "{}", ran.all());
}

#[test]
fn a_report_that_was_made_to_leave_things_out_is_whole_enough() {
    let ran = watch(&["--count", "1"], "cat osmo-stp-1.6.0-vty-depth2.txt");
    assert!(ran.code == 0 && ran.out.contains("6282 bytes in 28 blocks"), "{}", ran.all());
}

#[test]
fn a_report_that_could_not_be_had_is_told_and_the_next_one_comes() {
    let folder = Folder::new("gap");
    let cats = SMBD.map(|file| format!("cat {file}"));
    let ran = watch(&["--count", "3", "-n", "1"], &folder.one_after_the_other(&[&cats[1], "exit 7", &cats[2]]));
    assert_eq!(ran.err, "freehold: sh: exit status: 7, and no report; try the command by itself\n");
    assert_eq!(ran.code, 2, "somebody counts on three");
    assert!(ran.out.contains("\nlatest since report 1: +251256 bytes, +2296 blocks\n"), "{}", ran.out);
}

#[test]
fn what_never_is_a_report_is_not_watched_for_long() {
    for (patience, command, said) in [
        ("1ms", &["cat", "README.md"][..], "cat: none of the "),
        ("1ms", &["true"], "true: prints nothing; wait longer by --patience"),
        ("1ms", &["zcat", "derived-truncated-mid-line.talloc.gz"], "zcat: "),
        ("1h", &["false"], "false: exit status: 1, and no report; try the command by itself"),
        ("9999999999999999999s", &["false"], "false: exit status: 1, and no report; try the command by itself"),
        ("1h", &["cat", "notmuch-0.37-new.talloc"], "cat: one report is wanted, and there are: 1 'notmuch_database_t'"),
        ("1h", &["no-such-command-anywhere"], "no-such-command-anywhere: can't be run: "),
    ] {
        let ran = freehold(&[&["watch", "--patience", patience], command].concat());
        assert!(ran.code == 2 && ran.err.starts_with(&format!("freehold: {said}")), "{}", ran.all());
    }
}
