//! Reports as other tools read them: nothing is lost on the way, and the tools agree.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use freehold::report::export::{Weight, write_csv, write_dot, write_folded, write_pprof, write_speedscope};
use freehold::report::{Address, Builder, Entry, Naming, Report};
use serde_json::Value;

use super::schema::faults;
use super::{fixture, fixtures, parsed};

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).expect("memory takes it");
    out
}

fn text(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    String::from_utf8(written(write)).expect("text is UTF-8, whatever names are")
}

/// The reports of all fixtures whose sums hold.
fn balanced() -> Vec<(String, Report)> {
    let reports = fixtures().into_iter().flat_map(|file| {
        let reports = Report::parse_all(&fixture(&file));
        reports.into_iter().map(move |report| (file.clone(), report))
    });
    reports.filter(|(_, report)| report.imbalances().is_empty()).collect()
}

fn totals(report: &Report) -> [u64; 2] {
    let root = report.arena()[report.root()].get();
    [root.bytes(), root.blocks()]
}

/// A tree with names that could be misread, a shared node, a lost one and repeated ones.
fn nasty() -> Report {
    let at = |index| Address::Handle { index, version: 1 };
    let mut builder = Builder::new(Entry::new("root"));
    for name in ["thread 12", "a;b", "\x1b[31mred\n", "=1+1", "quote \" back \\", ""] {
        builder.push(Entry::new(name).bytes(10).reference_count(1).address(at(name.len() as u32)));
        builder.push(Entry::new(b"\xff\xfe").bytes(1));
        builder.leave();
        builder.leave();
    }
    builder.push(Entry::new("thread 12").bytes(5));
    builder.push_reference("a;b", at(3));
    builder.push_reference("elsewhere", at(99));
    builder.finish()
}

#[test]
fn folded_lines_keep_each_path_and_its_weight() {
    assert_eq!(
        text(|out| write_folded(&nasty(), Weight::Bytes, out)),
        "\
root;thread\\x2012 15
root;thread\\x2012;\\xff\\xfe 1
root;a\\x3bb 10
root;a\\x3bb;\\xff\\xfe 1
root;\\x1b[31mred\\n 10
root;\\x1b[31mred\\n;\\xff\\xfe 1
root;=1+1 10
root;=1+1;\\xff\\xfe 1
root;quote \" back \\ 10
root;quote \" back \\;\\xff\\xfe 1
root;(blank) 10
root;(blank);\\xff\\xfe 1
"
    );
}

#[test]
fn folded_weights_add_up() {
    for (file, report) in balanced() {
        let sums = [Weight::Bytes, Weight::Blocks].map(|weight| {
            let folded = text(|out| write_folded(&report, weight, out));
            let weights = folded.lines().map(|line| {
                let (path, weight) = line.rsplit_once(' ').expect("a weight ends the line");
                let again = path.rsplit_once(' ').is_some_and(|(_, number)| number.parse::<f64>().is_ok());
                assert!(!again, "{file}: a second weight: {line}");
                weight.parse::<u64>().expect("it is a number")
            });
            weights.sum::<u64>()
        });
        assert_eq!(sums, totals(&report), "{file}");
    }
}

/// Plays a speedscope profile: each frame's own weight by its path, and where it ends.
fn played(file: &Value, profile: &Value) -> (BTreeMap<String, u64>, u64) {
    let name = |event: &Value| {
        let frame = event["frame"].as_u64().expect("a place") as usize;
        file["shared"]["frames"][frame]["name"].as_str().expect("a name")
    };
    let (mut weights, mut path, mut before) = (BTreeMap::new(), Vec::new(), 0);
    for event in profile["events"].as_array().expect("a list") {
        let at = event["at"].as_u64().expect("a number");
        if at > before {
            *weights.entry(path.join(";")).or_insert(0) += at - before;
        }
        before = at;
        match &event["type"] {
            kind if kind == "O" => path.push(name(event)),
            _ => assert_eq!(path.pop(), Some(name(event)), "frames close as they opened"),
        }
    }
    assert!(path.is_empty(), "every frame is closed");
    (weights, before)
}

#[test]
fn speedscope_reads_what_its_schema_says_and_finds_the_tree() {
    let schema: Value = serde_json::from_slice(&fixture("speedscope/file-format-schema.json")).expect("it is JSON");
    for (file, report) in balanced() {
        let json: Value = serde_json::from_slice(&written(|out| write_speedscope(&report, out))).expect("it is JSON");
        assert_eq!(faults(&schema, &json), [""; 0], "{file}");
        let profiles = json["profiles"].as_array().expect("a list");
        assert_eq!(profiles.iter().map(|profile| &profile["unit"]).collect::<Vec<_>>(), ["bytes", "none"]);
        for (profile, total) in profiles.iter().zip(totals(&report)) {
            assert_eq!(played(&json, profile).1, total, "{file}");
            assert_eq!(profile["endValue"], total, "{file}");
        }
    }
    let mut broken: Value =
        serde_json::from_slice(&written(|out| write_speedscope(&nasty(), out))).expect("it is JSON");
    assert_eq!(played(&broken, &broken["profiles"][0]).0["root;thread 12"], 15);
    broken["profiles"][1]["unit"] = "blocks".into();
    assert_eq!(faults(&schema, &broken), ["$.profiles[1]: anyOf"], "the schema can tell");
}

#[test]
fn a_graph_has_a_box_for_each_node_and_a_dashed_edge_for_each_reference() {
    assert_eq!(
        text(|out| write_dot(&nasty(), out)),
        r#"digraph report {
    node [shape=box];
    n0 [label="root\n71 bytes in 16 blocks"];
    n1 [label="thread 12\n11 bytes in 2 blocks"];
    n0 -> n1;
    n2 [label="\\xff\\xfe\n1 bytes in 1 blocks"];
    n1 -> n2;
    n3 [label="a;b\n11 bytes in 2 blocks"];
    n0 -> n3;
    n4 [label="\\xff\\xfe\n1 bytes in 1 blocks"];
    n3 -> n4;
    n5 [label="\\x1b[31mred\\n\n11 bytes in 2 blocks"];
    n0 -> n5;
    n6 [label="\\xff\\xfe\n1 bytes in 1 blocks"];
    n5 -> n6;
    n7 [label="=1+1\n11 bytes in 2 blocks"];
    n0 -> n7;
    n8 [label="\\xff\\xfe\n1 bytes in 1 blocks"];
    n7 -> n8;
    n9 [label="quote \" back \\\n11 bytes in 2 blocks"];
    n0 -> n9;
    n10 [label="\\xff\\xfe\n1 bytes in 1 blocks"];
    n9 -> n10;
    n11 [label="(blank)\n11 bytes in 2 blocks"];
    n0 -> n11;
    n12 [label="\\xff\\xfe\n1 bytes in 1 blocks"];
    n11 -> n12;
    n13 [label="thread 12\n5 bytes in 3 blocks"];
    n0 -> n13;
    n13 -> n3 [style=dashed];
    n15 [label="elsewhere", shape=plaintext];
    n13 -> n15 [style=dashed];
}
"#
    );
}

#[test]
fn a_table_has_a_row_for_each_record() {
    assert_eq!(
        text(|out| write_csv(&nasty().merged(Naming::Exact), out)),
        r#"id,parent,depth,kind,count,name,bytes,self_bytes,blocks,references,address,content,type,origin,target
0,,0,node,1,root,71,0,16,0,,,,,
1,0,1,node,2,thread 12,16,15,5,1,,,,,
2,1,2,node,1,\xff\xfe,1,1,1,0,,,,,
3,1,2,reference,1,a;b,0,,1,0,3v1,,,,5
4,1,2,reference,1,elsewhere,0,,1,0,99v1,,,,
5,0,1,node,1,a;b,11,10,2,1,3v1,,,,
6,5,2,node,1,\xff\xfe,1,1,1,0,,,,,
7,0,1,node,1,\x1b[31mred\n,11,10,2,1,9v1,,,,
8,7,2,node,1,\xff\xfe,1,1,1,0,,,,,
9,0,1,node,1,=1+1,11,10,2,1,4v1,,,,
10,9,2,node,1,\xff\xfe,1,1,1,0,,,,,
11,0,1,node,1,"quote "" back \",11,10,2,1,14v1,,,,
12,11,2,node,1,\xff\xfe,1,1,1,0,,,,,
13,0,1,node,1,,11,10,2,1,0v1,,,,
14,13,2,node,1,\xff\xfe,1,1,1,0,,,,,
"#
    );
    let made = br#"{"format":"freehold-report","version":1,"report":{"records":1},"records":[
        {"id":0,"name":"x","bytes":0,"blocks":1,"type":"a\u001b[2J","origin":"b\n:1"}]}"#;
    let made = Report::from_json(made).expect("it reads");
    let row = "0,,0,node,1,x,0,,1,0,,,a\\x1b[2J,b\\n:1,\n";
    assert!(text(|out| write_csv(&made, out)).ends_with(row), "no terminal obeys a type or a place");
    for (file, report) in balanced() {
        let rows = text(|out| write_csv(&report, out)).lines().count();
        assert_eq!(rows, report.len() + 1, "{file}: no name breaks a line");
    }
}

#[test]
fn depth_costs_no_stack() {
    let mut builder = Builder::new(Entry::new("root"));
    (0..100_000).for_each(|_| builder.push(Entry::new("link").bytes(1)));
    let report = builder.finish();
    let json: Value = serde_json::from_slice(&written(|out| write_speedscope(&report, out))).expect("it is JSON");
    assert_eq!(json["profiles"][1]["endValue"], 100_001);
    assert_eq!(text(|out| write_csv(&report, out)).lines().count(), 100_002);
    assert_eq!(text(|out| write_dot(&report, out)).lines().count(), 3 + 2 * 100_001 - 1);
}

/// Runs `go tool pprof`; nothing if there is no Go. Set `FREEHOLD_GO=require` where there must be.
fn pprof(arguments: &[&str]) -> Option<String> {
    let run = Command::new("go").args(["tool", "pprof"]).args(arguments).output();
    match run {
        Ok(output) => {
            let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
            assert!(output.status.success(), "{arguments:?}: {err}");
            Some(out)
        }
        Err(error) => {
            assert!(std::env::var_os("FREEHOLD_GO").is_none_or(|value| value != "require"), "go: {error}");
            println!("skipped, for there is no Go: {error}");
            None
        }
    }
}

/// A folder that goes at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    fn profile(&self, name: &str, report: &Report) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, written(|out| write_pprof(report, out))).expect("a file can be written");
        path.into_os_string().into_string().expect("UTF-8")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn pprof_reads_names_sums_and_growth() {
    let folder = Folder::new("pprof");
    let nasty = folder.profile("nasty.pb.gz", &nasty());
    let Some(top) = pprof(&["-top", "-sample_index=inuse_space", "-unit=B", &nasty]) else { return };
    assert!(top.contains("of 71B total"), "{top}");
    for line in ["15B 21.13% 21.13%", "thread 12", "a;b", "\\x1b[31mred\\n", "\\xff\\xfe"] {
        assert!(top.contains(line), "{line}: {top}");
    }
    let [before, after] = ["t1", "t2"].map(|moment| {
        let report = parsed(&format!("samba-4.17-smbd-client-{moment}.talloc"));
        folder.profile(&format!("{moment}.pb.gz"), &report)
    });
    let growth = pprof(&["-top", "-sample_index=inuse_objects", "-diff_base", &before, &after]).expect("Go is there");
    for name in ["struct files_struct", "struct fd_handle", "struct byte_range_lock"] {
        let line = growth.lines().find(|line| line.ends_with(name)).unwrap_or_else(|| panic!("{name}: {growth}"));
        assert_eq!(line.split_whitespace().next(), Some("200"), "{line}");
    }
}

/// How a report is written to what may fail.
type Write = fn(&Report, &mut &mut [u8]) -> std::io::Result<()>;

#[test]
fn a_writer_that_fails_is_heard_wherever_it_fails() {
    let report = parsed("samba-4.17-smbd-client-t0.talloc");
    let forms: &[(&str, Write)] = &[
        ("folded", |report, out| write_folded(report, Weight::Bytes, out)),
        ("csv", |report, out| write_csv(report, out)),
        ("dot", |report, out| write_dot(report, out)),
        ("pprof", |report, out| write_pprof(report, out)),
        ("speedscope", |report, out| write_speedscope(report, out)),
        ("svg", |report, out| report.svg().write_to(out)),
        ("html", |report, out| report.html().write_to(out)),
        ("json", |report, out| report.write_json(out)),
        ("ndjson", |report, out| report.write_ndjson(out)),
    ];
    let mut space = vec![0; 1 << 20];
    for (form, write) in forms {
        let mut left = &mut space[..];
        write(&report, &mut left).expect("there is room");
        let len = (1 << 20) - left.len();
        for room in (0..len).step_by(len / 97 + 1) {
            let error = write(&report, &mut &mut space[..room]).expect_err(form);
            assert_eq!(error.kind(), std::io::ErrorKind::WriteZero, "{form} in {room} bytes: {error}");
        }
    }
}
