//! What other tools read.

use freehold::report::export::{Weight, write_csv, write_dot, write_folded, write_pprof, write_speedscope};
use freehold::report::{Naming, Report};

use super::shown::text;

/// What reports know beside what makes them equal.
fn notes(report: &Report) -> String {
    format!("{report:?} {:?} {:?} {:?}", report.imbalances(), report.mallinfo(), report.findings())
}

/// What `write` writes, as UTF-8.
fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("memory takes it");
    String::from_utf8(out).expect("it is UTF-8")
}

pub fn holds(report: &Report) {
    for made in [report, &report.merged(Naming::Normal)] {
        let forms = [written(|out| made.write_json(out)), written(|out| made.write_ndjson(out))];
        for json in forms {
            let back = Report::from_json(json.as_bytes()).unwrap_or_else(|error| panic!("{error}: {json}"));
            assert!(back == *made, "{json}");
            assert_eq!(notes(&back), notes(made), "{json}");
            assert!(json.chars().all(|c| c == '\n' || c >= ' '), "{json}");
        }
    }
    for weight in [Weight::Bytes, Weight::Blocks] {
        let folded = written(|out| write_folded(report, weight, out));
        text(&folded);
        for line in folded.lines() {
            assert!(line.rsplit_once(' ').is_some_and(|(_, number)| number.parse::<u64>().is_ok()), "{line}");
        }
    }
    text(&written(|out| write_dot(report, out)));
    text(&written(|out| write_csv(report, out)));
    let profiles = written(|out| write_speedscope(report, out));
    serde_json::from_str::<serde_json::Value>(&profiles).expect("it is JSON");
    text(&profiles);
    write_pprof(report, &mut Vec::new()).expect("memory takes it");
    pictures(&report.svg().to_string(), &report.html().to_string());
}

pub fn compared(before: &Report, after: &Report) {
    pictures(&after.svg().since(before).to_string(), &after.html().since(before).to_string());
}

fn pictures(svg: &str, html: &str) {
    text(svg);
    let scripts = |page: &str| page.to_ascii_lowercase().matches("</script").count();
    let plain = freehold::report::Builder::new(freehold::report::Entry::new("root")).finish();
    assert_eq!(scripts(html), scripts(&plain.html().to_string()), "a name ends the page's script");
    assert!(html.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')));
}
