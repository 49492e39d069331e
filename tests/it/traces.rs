//! Replays what the real talloc did, line by line, and compares every answer.
//!
//! A trace (`tests/traces/*.jsonl`, and `*.jsonl` in the folder named by `FREEHOLD_TRACES`) was recorded
//! from libtalloc 2.4: each line is one call with everything that could be seen after it. What C does
//! differently on purpose or by accident is translated in one file, `translate`; nothing is left out.

mod ask;
mod destructors;
mod format;
mod observe;
mod replay;
mod report;
mod stage;
mod texts;
mod translate;

use std::{env, fs, path::PathBuf};

use format::Header;
use report::{Fault, Tally};

#[test]
fn every_line_of_every_trace_answers_as_talloc_did() {
    let mut tally = Tally::default();
    let mut faults = Vec::new();
    for path in trace_files() {
        let file = path.display().to_string();
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        match run(&file, &text) {
            Ok(played) => tally += played,
            Err(fault) => faults.push(fault),
        }
    }
    println!("{tally}");
    let wrong: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(
        wrong.is_empty(),
        "{} traces are answered otherwise than by talloc:\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// Replays one trace.
fn run(file: &str, text: &str) -> Result<Tally, Box<Fault>> {
    let (first, lines) = text.split_once('\n').unwrap_or((text, ""));
    let fault = |what: String| Fault::new((file, 1, first), what);
    let header = Header::parse(first).map_err(fault)?;
    replay::replay(file, &header, lines)
}

/// The traces of the repository, then those of `FREEHOLD_TRACES` that are not among them, each by name.
fn trace_files() -> Vec<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/traces");
    let others = env::var_os("FREEHOLD_TRACES").map(PathBuf::from);
    let mut files = Vec::new();
    for folder in [Some(here), others].into_iter().flatten() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
        found.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
        assert!(!found.is_empty(), "no *.jsonl in {}", folder.display());
        found.retain(|path| files.iter().all(|file: &PathBuf| file.file_name() != path.file_name()));
        found.sort();
        files.append(&mut found);
    }
    files
}

/// The replayer itself: it must not be satisfied by a wrong trace.
mod tests {
    use super::run;

    const HEADER: &str = r#"{"format":"talloc-trace-1","talloc":"2.4.0","abi_minor":4,"seed":1,"nops":2,"profile":"tree","null_tracking":true,"hdr":96,"pool_hdr":32,"handle":32,"max_size":268435456,"limits":"none"}"#;
    const BODY: &str = r#"{"n":1,"op":"new","ctx":0,"size":7,"name":"a","ret":1,"st":[{"id":1,"parent":0,"size":7,"tsize":7,"tblocks":1,"refs":0,"name":"a"}],"tot":[2,7]}
{"n":2,"op":"strdup","ctx":1,"str":"b","ret":2,"st":[{"id":1,"parent":0,"size":7,"tsize":9,"tblocks":2,"refs":0,"name":"a"},{"id":2,"parent":1,"size":2,"tsize":2,"tblocks":1,"refs":0,"name":"b"}],"tot":[3,9]}
{"n":3,"op":"report","id":0,"depth":0,"max_depth":-1,"text":"full talloc report on 'null_context' (total      9 bytes in   3 blocks)\n    a                              contains      9 bytes in   2 blocks (ref 0) #1\n        b                              contains      2 bytes in   1 blocks (ref 0) #2\n"}
{"n":4,"op":"set_memlimit","id":1,"limit":300,"ret":0,"st":[{"id":1,"parent":0,"size":7,"tsize":9,"tblocks":2,"refs":0,"name":"a"}],"limits":[[1,300,201]],"tot":[3,9]}
{"n":5,"op":"free","id":1,"ret":0,"ev":[["enter",1],["leave",1,0],["enter",2],["leave",2,0]],"destroyed":[1,2],"tot":[1,0]}
{"n":6,"op":"end","live":[]}
"#;

    fn complaint(header: &str, body: &str) -> String {
        match run("doctored", &format!("{header}\n{body}")) {
            Ok(_) => panic!("a doctored trace passed"),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn a_true_trace_passes() {
        let tally = run("true", &format!("{HEADER}\n{BODY}")).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!((tally.files, tally.lines), (1, 6));
    }

    #[test]
    fn each_wrong_answer_is_found_and_shown_with_its_line() {
        for (right, wrong, line, key) in [
            (r#""ret":2"#, r#""ret":0"#, 3, "ret"),
            (r#""tsize":9"#, r#""tsize":10"#, 3, "st"),
            (r#""tot":[2,7]"#, r#""tot":[3,7]"#, 2, "tot"),
            (r#"["enter",2],["#, r#"["enter",1],["#, 6, "ev"),
            ("[[1,300,201]]", "[[1,300,202]]", 5, "limits"),
            (r#""destroyed":[1,2]"#, r#""destroyed":[2,1]"#, 6, "destroyed"),
            (r#""destroyed":[1,2],"#, r#""destroyed":[1,2],"gone":[3],"#, 6, "gone"),
            (r#""destroyed":[1,2],"#, r#""destroyed":[1,2],"moved":[[2,0]],"#, 6, "moved"),
            (r#""destroyed":[1,2],"#, r#""destroyed":[1,2],"rc":[[2,0]],"#, 6, "rc"),
            (r#""destroyed":[1,2],"#, r#""destroyed":[1,2],"logk":["free_refs"],"#, 6, "logk"),
            ("(ref 0) #2", "(ref 0) #1", 4, "text"),
            (r#""live":[]"#, r#""live":[1]"#, 7, "live"),
        ] {
            let body = BODY.replacen(right, wrong, 1);
            assert_ne!(body, BODY, "{right} is not in the trace");
            let complaint = complaint(HEADER, &body);
            assert!(complaint.starts_with(&format!("doctored:{line}: `{key}`")), "{complaint}");
            for part in ["expected", "got", "full talloc report on 'null_context'"] {
                assert!(complaint.contains(part), "no {part} in\n{complaint}");
            }
        }
    }

    #[test]
    fn what_is_not_known_is_not_passed_over() {
        let cut = BODY.rsplit_once("{\"n\":6").expect("an end line").0;
        for (header, body, what) in [
            (HEADER.replace("trace-1", "trace-2"), BODY.to_owned(), "format"),
            (HEADER.replace("\"tree\"", "\"forest\""), BODY.to_owned(), "profile"),
            (HEADER.replace("true", "false"), BODY.to_owned(), "null_tracking"),
            (HEADER.to_owned(), BODY.replace("\"op\":\"free\"", "\"op\":\"melt\""), "melt"),
            (HEADER.to_owned(), BODY.replace("\"tot\":[1,0]", "\"tot\":[1,0],\"colour\":1"), "colour"),
            (HEADER.to_owned(), cut.to_owned(), "end"),
        ] {
            let complaint = complaint(&header, &body);
            assert!(complaint.contains(what), "no {what} in\n{complaint}");
        }
    }
}
