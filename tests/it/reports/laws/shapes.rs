//! Reports made from a report.

use std::collections::HashSet;

use freehold::report::{Address, Filter, Format, Naming, Order, Record, Redaction, Report};

use super::{parser, shown};

/// `sound`: whether the report's own sums hold, so that those of all that is made of it must.
pub fn hold(report: &Report, sound: bool) {
    let keeps_the_sums = |made: &Report, blocks: bool| {
        assert_eq!(totals(made), totals(report));
        if sound {
            parser::sums_hold(made, blocks);
        }
    };
    for naming in [Naming::Exact, Naming::Normal] {
        let merged = report.merged(naming);
        keeps_the_sums(&merged, true);
        assert_eq!(merged.merged(naming), merged, "once is enough");
        for shape in [report, &merged] {
            for filtered in filtered(shape) {
                keeps_the_sums(&filtered, true);
            }
            keeps_the_sums(&shape.without_internal(), false);
            assert_eq!(
                shape.subtree(shape.root()).walk().map(facts).collect::<Vec<_>>(),
                shape.walk().map(facts).collect::<Vec<_>>()
            );
        }
        shown::text(&merged.pretty().to_string());
    }
    for order in [Order::Listed, Order::Age, Order::Size, Order::Count, Order::Name] {
        let sorted = report.sorted(order);
        keeps_the_sums(&sorted, true);
        assert_eq!(sorted.len(), report.len());
    }
    redacted(report);
}

fn facts(visit: freehold::report::Visit<'_>) -> (usize, Vec<u8>, u64, u64) {
    (visit.depth, visit.record.name().to_vec(), visit.record.bytes(), visit.record.blocks())
}

fn totals(report: &Report) -> (u64, u64) {
    let root = report.arena()[report.root()].get();
    (root.bytes(), root.blocks())
}

fn filtered(report: &Report) -> Vec<Report> {
    let name = report.walk().last().map_or(&b""[..], |visit| visit.record.name());
    let filters = [
        Filter::new(),
        Filter::new().max_depth(1),
        Filter::new().min_bytes(5),
        Filter::new().min_share(30.0),
        Filter::new().top(1),
        Filter::new().keep(|record| record.name() == name),
        Filter::new().max_depth(3).top(2).min_bytes(1),
    ];
    let filtered: Vec<Report> = filters.iter().map(|filter| report.filtered(filter)).collect();
    filtered.iter().for_each(|made| shown::text(&made.pretty().to_string()));
    filtered
}

/// No name that was replaced stays anywhere, but for where it is a type's, and no content stays at all. What a block
/// held may be the same as a name of talloc's own, which stays.
fn redacted(report: &Report) {
    let mut redaction = Redaction::new();
    let safe = report.redacted(&mut redaction);
    assert_eq!(totals(&safe), totals(report));
    let is_token = |name: &[u8]| name.strip_prefix(b"s").is_some_and(|number| number.iter().all(u8::is_ascii_digit));
    let pairs = || report.walk().zip(safe.walk()).map(|(old, new)| (old.record, new.record));
    let is_type = |record: &Record| record.type_name().is_some_and(|name| name.as_bytes() == record.name());
    let replaced: HashSet<&[u8]> =
        pairs().filter(|(old, new)| old.name() != new.name()).map(|(old, _)| old.name()).collect();
    let known: HashSet<&[u8]> = redaction.replaced().collect();
    assert!(replaced.is_subset(&known));
    // It has glibc's words only, and so nothing to replace.
    assert!(safe.mallinfo().iter().all(|(word, _)| word.bytes().all(|byte| byte.is_ascii_lowercase())));
    for (old, new) in pairs() {
        if let Address::Content(content) = new.address() {
            let content = content.trim_ascii();
            assert!(content.is_empty() || is_token(content), "{}", content.escape_ascii());
        }
        // PostgreSQL's names are the program's own; what follows them may say the same.
        if report.format() == Format::Postgres || is_type(old) {
            assert_eq!(old.name(), new.name());
            continue;
        }
        let (old, new) = (old.name(), new.name());
        assert!(if replaced.contains(old) { is_token(new) } else { old == new }, "{}", new.escape_ascii());
    }
}
