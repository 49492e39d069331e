//! How claims from outside show in reports.

use std::sync::mpsc;

use freehold::report::Report;
use freehold::{Error, Standing, Tree, TreeBuilder};

#[test]
fn claims_from_outside_are_the_roots_references() -> Result<(), Error> {
    let mut tree = Tree::new();
    let cache = tree.context(tree.root(), "cache")?;
    let page = tree.alloc(cache, [0u8; 10])?;
    tree.set_name(page, "page")?;
    let session = tree.context(tree.root(), "session")?;
    tree.reference(session, page)?;
    tree.retain(page)?;
    tree.retain(page)?;
    tree.retain(cache)?;
    let strong = tree.strong(session)?;
    let clone = strong.clone();
    let report = tree.report(tree.root())?;
    assert_eq!(
        report.to_string(),
        format!(
            "\
full talloc report on 'root' (total     10 bytes in   9 blocks)
    session                        contains      0 bytes in   2 blocks (ref 1) {session}
        reference to: page
    cache                          contains     10 bytes in   2 blocks (ref 1) {cache}
        page                           contains     10 bytes in   1 blocks (ref 3) {page}
    reference to: session
    reference to: cache
    reference to: page
    reference to: page
"
        )
    );
    assert!(report.imbalances().is_empty());
    assert_eq!(tree.total_blocks(tree.root())?, 9);
    let parsed = Report::parse(report.to_string().as_bytes()).expect("it is a report");
    assert!(parsed.imbalances().is_empty() && parsed.floating().next().is_none());
    assert_eq!(parsed.walk().nth(1).unwrap().record.standing(), None);
    // Below the root, a subtree shows its own claims only as counts.
    let report = tree.report(cache)?;
    assert!(report.imbalances().is_empty());
    assert_eq!((report.len(), tree.total_blocks(cache)?), (2, 2));
    drop((strong, clone));
    assert_eq!(tree.total_blocks(tree.root())?, 8);
    Ok(())
}

#[test]
fn a_record_says_who_keeps_its_node() -> Result<(), Error> {
    let mut tree = Tree::new();
    let (owned, counted, floating) = (tree.context(tree.root(), "owned")?, tree.floating(1)?, tree.floating(2)?);
    tree.retain(owned)?;
    tree.retain(counted)?;
    let shared = tree.floating(3)?;
    tree.reference(owned, shared)?;
    let standings: Vec<_> = [owned.id(), counted.id(), floating.id(), shared.id()]
        .iter()
        .map(|&node| tree.report(node).unwrap().arena().iter().next().unwrap().get().standing().unwrap())
        .collect();
    assert_eq!(standings, [Standing::Owned, Standing::Counted, Standing::Floating, Standing::Counted]);
    Ok(())
}

#[test]
fn a_leak_report_lists_what_floats() -> Result<(), Error> {
    let (sender, leaks) = mpsc::channel();
    let sink = move |left: &Report| sender.send((left.floating().count(), left.floating().to_string())).unwrap();
    let mut tree = TreeBuilder::new().leak_report_to(sink).build();
    let line = line!();
    let lost = tree.floating(1u16)?;
    let claimed = tree.floating(2u16)?;
    let named = tree.floating(3u16)?;
    tree.set_name(named, "stream")?;
    tree.retain(claimed)?;
    drop(tree);
    let want = format!(
        "floating: never claimed\n    stream {named}, made at {file}:{}\n    u16 {lost}, made at {file}:{}\n",
        line + 3,
        line + 1,
        file = file!(),
    );
    assert_eq!(leaks.recv().unwrap(), (2, want));

    let (sender, leaks) = mpsc::channel();
    let sink = move |left: &Report| sender.send(left.floating().to_string()).unwrap();
    let mut tree = TreeBuilder::new().leak_report_to(sink).build();
    tree.context(tree.root(), "owned")?;
    drop(tree);
    assert_eq!(leaks.recv().unwrap(), "");
    Ok(())
}
