//! What is shown to people.

use freehold::report::{By, Naming, Rank, Report};

/// No terminal obeys anything in `text`.
#[track_caller]
pub fn text(text: &str) {
    let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c));
    assert_eq!(bad, None, "{}", text.escape_debug());
}

pub fn holds(report: &Report) {
    text(&report.pretty().to_string());
    text(&report.pretty().addresses(true).join_chains(false).bars(false).to_string());
    text(&report.show().to_string());
    text(&report.show().naming(None).internal(true).to_string());
    for width in [0, 40, 160] {
        let narrow = report.pretty().ascii(true).width(Some(width)).exact(width == 40).to_string();
        assert!(narrow.is_ascii());
        text(&narrow);
        let longest = narrow.lines().map(str::len).max().unwrap_or(0);
        assert!(longest <= width.max(160), "{longest} columns\n{narrow}");
    }
    report.findings().iter().for_each(|finding| text(&finding.to_string()));
    report.imbalances().iter().for_each(|imbalance| text(&imbalance.to_string()));
    aggregates(report);
}

fn aggregates(report: &Report) {
    let first = report.aggregate(By::Name);
    for by in [By::Name, By::NormalName, By::Type, By::Origin, By::Pair] {
        let groups = report.aggregate(by);
        let same = |row: &freehold::report::Row| {
            (row.count(), row.self_bytes(), row.total_bytes(), row.blocks(), row.unknown())
        };
        assert_eq!(same(groups.sum()), same(first.sum()), "{by:?}");
        let own = groups.rows().iter().map(|row| row.self_bytes()).fold(0, u64::saturating_add);
        assert_eq!(own, groups.sum().self_bytes());
        let count = groups.rows().iter().map(|row| row.count()).fold(0, u64::saturating_add);
        assert_eq!(count, groups.sum().count());
        text(&groups.to_string());
        for rank in [Rank::SelfBytes, Rank::TotalBytes, Rank::Count, Rank::Blocks, Rank::Mean, Rank::Largest, Rank::Key]
        {
            let sorted = groups.clone().sorted(rank);
            assert_eq!(sorted.rows().len(), groups.rows().len());
            text(&sorted.table().rows(2).width(Some(60)).exact(true).to_string());
        }
    }
    let merged = report.merged(Naming::Exact).aggregate(By::Name);
    assert_eq!(merged.sum().count(), first.sum().count());
    assert_eq!(merged.sum().total_bytes(), first.sum().total_bytes());
}
