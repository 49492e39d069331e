//! Two reports and more.

use freehold::report::{Amount, By, Diff, DiffTable, Naming, Report, Suspects};

use super::shown::text;

pub fn with_itself(report: &Report) {
    let diff = report.diff(report);
    assert!(diff.is_empty());
    assert_eq!(diff.delta(), Amount::default());
    assert!(diff.paths(Naming::Exact).rows().is_empty());
    text(&diff.to_string());
    report.assert_no_growth(report);
    suspects(std::slice::from_ref(report));
}

pub fn holds(before: &Report, after: &Report) {
    let (there, back) = (before.diff(after), after.diff(before));
    assert_eq!(there.delta() + back.delta(), Amount::default());
    for diff in [&there, &back] {
        adds_up(diff);
    }
    assert_eq!(there.is_empty(), back.is_empty());
}

fn adds_up(diff: &Diff<'_>) {
    let delta = diff.delta();
    let wanted = (delta.self_bytes, delta.self_blocks);
    let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
        let sum = amounts.fold(Amount::default(), |sum, amount| sum + amount);
        (sum.self_bytes, sum.self_blocks)
    };
    assert_eq!(sum(&mut diff.changes().map(|change| change.delta)), wanted);
    assert_eq!(sum(&mut diff.tree().map(|branch| branch.after - branch.before)), wanted);
    let table = |table: DiffTable<'_>| {
        assert_eq!(sum(&mut table.rows().iter().map(|row| row.delta())), wanted);
        text(&table.to_string());
        text(&table.markdown().to_string());
        text(&table.top(1).to_string());
    };
    [Naming::Exact, Naming::Normal].into_iter().for_each(|naming| table(diff.paths(naming)));
    [By::Name, By::NormalName, By::Type, By::Origin, By::Pair].into_iter().for_each(|by| table(diff.by(by)));
    text(&diff.to_string());
}

pub fn suspects(reports: &[Report]) {
    let reports: Vec<&Report> = reports.iter().collect();
    for suspect in Suspects::among(&reports).repeat(2).find() {
        text(&suspect.to_string());
    }
}
