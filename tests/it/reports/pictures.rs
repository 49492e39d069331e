//! The page and the still, without a browser: what is in them.

use freehold::report::{Builder, Entry, Report};
use serde_json::Value;

use super::parsed;

/// What the page's script reads.
fn data(page: &str) -> Value {
    let (_, data) = page.split_once("id=\"data\">").expect("the page has data");
    let (data, _) = data.split_once("</script>").expect("the data ends");
    serde_json::from_str(data).expect("the data is JSON")
}

/// Depth, name, kind, then count, bytes, blocks and own bytes of one row.
fn rows(data: &Value) -> Vec<Vec<i64>> {
    serde_json::from_value(data["rows"].clone()).expect("rows are numbers")
}

#[test]
fn the_page_has_every_sum_whatever_its_limit() {
    let report = parsed("samba-4.17-smbd-client-t2.talloc");
    for limit in [1, 7, 100, 100_000] {
        let rows = rows(&data(&report.html().limit(limit).to_string()));
        assert_eq!(rows[0][3..6], [1, 324_332, 3317]);
        assert!(rows.iter().filter(|row| row[2] != 3).count() <= limit);
        assert_eq!(rows.iter().map(|row| row[6]).sum::<i64>(), 324_332);
    }
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let page = parsed("samba-4.17-winbindd-1.talloc").html().to_string();
    let (before, after) = page.split_once("id=\"data\">").expect("the page has data");
    let (_, after) = after.split_once("</script>").expect("the data ends");
    for part in [before, after] {
        assert!(!["http:", "https:", "src=", "href=", "@import", "url("].iter().any(|word| part.contains(word)));
        assert!(!part.contains("{{"), "a place was not filled");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn the_page_says_what_is_wrong_with_its_report() {
    let found = |report: &Report| data(&report.html().to_string())["findings"].clone();
    assert_eq!(found(&parsed("sssd-2.8.2-nss-t0.talloc")), serde_json::json!([]));
    let disturbed = found(&parsed("ctdb-4.17-ctdbd-dumpmemory-1.talloc"));
    assert_eq!(disturbed[0][0], true);
    assert!(disturbed[0][1].as_str().is_some_and(|text| text.contains("8191 bytes")), "{disturbed}");
}

#[test]
fn a_still_of_one_report() {
    let mut builder = Builder::new(Entry::new("server"));
    for number in 0..3 {
        builder.push(Entry::new("struct session").bytes(1000 + number));
        builder.push(Entry::new("a buffer <in> \"use\" & with a name too long for its box").bytes(500));
        builder.leave();
        builder.leave();
    }
    (0..40).for_each(|number| {
        builder.push(Entry::new(&format!("{number}")).bytes(1));
        builder.leave();
    });
    insta::assert_snapshot!("still_of_one_report", builder.finish().svg().width(600).to_string());
}

#[test]
fn a_still_of_two_reports() {
    let report = |nodes: &[(&str, u64)]| {
        let mut builder = Builder::new(Entry::new("server"));
        for &(name, bytes) in nodes {
            builder.push(Entry::new(name).bytes(bytes));
            builder.leave();
        }
        builder.finish()
    };
    let before = report(&[("same", 300), ("gone", 200), ("shrank", 300)]);
    let now = report(&[("same", 300), ("shrank", 150), ("new", 100), ("new", 100)]);
    insta::assert_snapshot!("still_of_two_reports", now.svg().since(&before).title("Tuesday").width(700).to_string());
}

#[test]
fn a_still_of_a_damaged_report_says_so_and_a_deep_one_stays_small() {
    let picture = parsed("ctdb-4.17-ctdbd-dumpmemory-1.talloc").svg().to_string();
    assert!(picture.contains("the tree grew by 8191 bytes while it was printed"), "{picture}");
    let mut builder = Builder::new(Entry::new("root"));
    (0..100_000).for_each(|_| builder.push(Entry::new("link").bytes(1)));
    let picture = builder.finish().svg().to_string();
    assert!(picture.contains("99,953 bytes in 99,953 blocks"), "the rest of the chain is one box: {}", picture.len());
    assert!(picture.len() < 20_000, "{}", picture.len());
}

/// No program's references have bytes, but a file may say so.
#[test]
fn a_reference_with_bytes_is_drawn_as_one() {
    let made = br#"{"format":"freehold-report","version":1,"report":{"records":2},"records":[
        {"id":0,"name":"root","bytes":10,"blocks":2},
        {"id":1,"parent":0,"kind":"reference","name":"shared","bytes":10,"blocks":1}]}"#;
    let picture = Report::from_json(made).expect("it reads").svg().to_string();
    assert!(picture.contains(">→ shared  10 B</text>"), "{picture}");
}
