//! The text of a live tree is that of its captured report.

use freehold::{Budget, Error, NodeId, Tree};

/// Captures a node's report, and compares it with what is written without capturing.
#[track_caller]
fn same_text(tree: &Tree, node: NodeId) -> String {
    let captured = tree.report(node).expect("the node is there").text().to_vec();
    let mut written = Vec::new();
    tree.report_text(node).expect("the node is there").write_to(&mut written).expect("memory takes it all");
    assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&captured));
    assert_eq!(tree.report_text(node).unwrap().to_string().as_bytes(), captured);
    String::from_utf8(captured).expect("names of a tree are UTF-8")
}

/// One of everything that shows in a report.
fn everything() -> Result<Tree, Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let top = tree.context(root, "top")?;
    let tenant = tree.context(top, "tenant")?;
    tree.set_budget(tenant, Budget::new().bytes(100_000))?;
    tree.bytes(tenant, 12_345)?;
    let long = tree.alloc(tenant, 7_u64)?;
    tree.set_name(long, "a name of more than thirty bytes, which moves the columns")?;
    let secret = tree.strdup(long, "hunter2")?;
    tree.set_name(secret, "password")?;
    tree.set_secret(secret)?;
    let empty = tree.context(long, "")?;
    let exactly = tree.context(empty, "exactly thirty bytes long name")?;
    tree.set_name(exactly, "ünïcode\nand\tcontrols\u{1b}")?;
    let holder = tree.context(top, "holder")?;
    tree.reference(holder, secret)?;
    tree.reference(holder, long)?;
    let deep = (0..40).try_fold(holder.id(), |above, _| Ok::<_, Error>(tree.alloc(above, [0_u8; 3])?.id()))?;
    tree.retain(deep)?;
    tree.retain(long)?;
    tree.retain(long)?;
    let floating = tree.floating(vec![1, 2, 3])?;
    tree.reference(deep, floating)?;
    Ok(tree)
}

#[test]
fn whatever_a_tree_holds_it_is_written_as_it_is_captured() -> Result<(), Error> {
    let tree = everything()?;
    let text = same_text(&tree, tree.root());
    for part in ["memlimit context (max_size = 100000", "[secret]", "(ref 3)", "    reference to: a name of more"] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    let nodes: Vec<NodeId> = tree.descendants(tree.root())?.collect();
    assert!(nodes.len() > 40);
    for node in nodes {
        same_text(&tree, node);
    }
    Ok(())
}

#[test]
fn text_of_many_pieces_is_whole() -> Result<(), Error> {
    let mut tree = Tree::new();
    let mut above = tree.root();
    for round in 0..300_u32 {
        above = tree.context(above, format!("level {round}"))?.id();
        for size in 0..20 {
            tree.bytes(above, 7_usize.pow(size % 7))?;
        }
    }
    // One line is longer than a piece.
    tree.context(above, "x".repeat(100_000))?;
    let text = same_text(&tree, tree.root());
    assert!(text.len() > 4_000_000);
    tree.bytes(tree.root(), 31_000_000)?;
    let header = "full talloc report on 'root' (total 119236600 bytes in 6303 blocks)\n";
    assert!(same_text(&tree, tree.root()).starts_with(header));
    // Nor do the claims from outside fit into a piece.
    (0..5000).try_for_each(|_| tree.retain(above).map(drop))?;
    assert!(same_text(&tree, tree.root()).ends_with(&"    reference to: level 299\n".repeat(5000)));
    Ok(())
}

#[test]
fn a_node_that_is_gone_has_no_text() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.context(tree.root(), "gone")?;
    tree.free(node)?;
    assert!(matches!(tree.report_text(node), Err(Error::Stale { .. })));
    Ok(())
}

#[test]
fn a_writer_that_fails_is_heard() -> Result<(), Error> {
    let tree = everything()?;
    let mut small = [0_u8; 100];
    let error = tree.report_text(tree.root())?.write_to(&mut &mut small[..]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WriteZero);
    assert!(small.starts_with(b"full talloc report on 'root'"));
    Ok(())
}
