//! What reports say of secrets.

use freehold::{Error, Handle, Tree, TreeBuilder};
use std::sync::{Arc, Mutex};

const NAME: &str = "password of alice";

fn with_secret() -> Result<(Tree, Handle<()>, Handle<str>), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let text = tree.strdup(top, "hunter2")?;
    tree.set_name(text, NAME)?;
    tree.set_secret(text)?;
    Ok((tree, top, text))
}

#[test]
fn no_report_tells_the_name() -> Result<(), Error> {
    let (mut tree, top, text) = with_secret()?;
    let holder = tree.context(tree.root(), "holder")?;
    tree.reference(holder, text)?;
    let child = tree.context(text, "child")?;
    let report = tree.report(tree.root())?;
    assert_eq!(
        report.to_string(),
        format!(
            "full talloc report on 'root' (total      7 bytes in   6 blocks)\n    \
             holder                         contains      0 bytes in   2 blocks (ref 0) {holder}\n        \
             reference to: [secret]\n    \
             top                            contains      7 bytes in   3 blocks (ref 0) {top}\n        \
             [secret]                       contains      7 bytes in   2 blocks (ref 1) {text}\n            \
             child                          contains      0 bytes in   1 blocks (ref 0) {child}\n"
        )
    );
    assert!(!format!("{report:?}").contains("alice"), "nor is it anywhere in the records");
    assert_eq!(
        tree.report(text)?.to_string().lines().next().unwrap().split('(').next(),
        Some("full talloc report on '[secret]' ")
    );
    let parents = "talloc parents of 'child'\n\t'child'\n\t'[secret]'\n\t'top'\n\t'root'\n";
    assert_eq!(tree.parents_report(child)?.to_string(), parents);
    assert_eq!(tree.name(text)?, NAME, "the tree itself tells those who have the handle");
    tree.retain(text)?;
    let last = "reference to: [secret]";
    assert_eq!(tree.report(tree.root())?.to_string().lines().last().map(str::trim), Some(last), "claimed from outside");
    tree.set_name(text, "another")?;
    assert!(!tree.report(top)?.to_string().contains("another"));
    Ok(())
}

#[test]
fn nor_does_a_leak_report_or_a_cycle() -> Result<(), Error> {
    let shown = Arc::new(Mutex::new(String::new()));
    let out = Arc::clone(&shown);
    let mut tree = TreeBuilder::new().leak_report_to(move |report| *out.lock().unwrap() = report.to_string()).build();
    let a = tree.context(tree.root(), NAME)?;
    tree.set_secret(a)?;
    let b = tree.context(tree.root(), "b")?;
    tree.reference(a, b)?;
    tree.reference(b, a)?;
    assert_eq!(
        tree.cycles()[0].to_string(),
        format!(
            "[secret] ({a}) and b ({b}) keep each other alive: weaken the reference from b ({b}) to [secret] ({a})"
        )
    );
    drop(tree);
    let shown = shown.lock().unwrap();
    assert!(shown.contains("[secret] ") && shown.contains("reference to: [secret]\n"), "{shown}");
    assert!(!shown.contains("alice"));
    Ok(())
}

#[test]
fn a_place_is_no_secret_for_the_next() -> Result<(), Error> {
    let (mut tree, top, text) = with_secret()?;
    tree.free(text)?;
    let next = tree.strdup(top, "plain")?;
    tree.set_name(next, "plain")?;
    assert!(!tree.is_secret(next)? && tree.report(top)?.to_string().contains("plain "));
    // Nor is the root, once the tree is torn down.
    let root = tree.downcast::<()>(tree.root())?;
    tree.set_secret(root)?;
    tree.set_secret(root)?;
    tree.validate().unwrap();
    assert!(tree.report(root)?.to_string().contains("report on '[secret]'"));
    tree.tear_down()?;
    assert!(!tree.is_secret(root)?);
    tree.validate().unwrap();
    assert!(tree.report(root)?.to_string().contains("report on 'root'"));
    Ok(())
}
