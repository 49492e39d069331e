//! Budgets whose nodes go, and trees that go with budgets.

use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::report::MemLimit;
use freehold::{Budget, Error, Relief, Tree, TreeBuilder, Verdict};

use super::{peak, tenant, used};

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("a handler was dropped");
    }
}

/// A budget whose handler panics when it is dropped.
fn explosive() -> Budget {
    let bomb = Bomb;
    Budget::new().on_exceeded(move |_, _| {
        let _kept = &bomb;
        Relief::Refuse
    })
}

#[test]
fn a_budget_ends_with_its_node() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let outer = tenant(&mut tree, root, Budget::new())?;
    for way in 0..5 {
        let inner = tree.alloc(outer, 7u8)?;
        tree.set_budget(inner, Budget::new().bytes(11))?;
        tree.bytes(inner, 10)?;
        match way {
            0 => drop(tree.free(inner)?),
            1 => drop(tree.free_children(outer)?),
            2 => drop(tree.take(inner)?),
            3 => drop(tree.free_into_value(inner)?),
            _ => {
                tree.free_lifting(inner)?;
                assert_eq!((used(&tree, outer), tree.free_children(outer)?.nodes()), ((10, 2), 1));
            }
        }
        assert_eq!((used(&tree, outer), peak(&tree, outer)), ((0, 1), (11, 3)), "{way}");
        assert_eq!(tree.budget(inner), Err(Error::Stale { node: inner.id() }));
    }
    Ok(())
}

#[test]
fn a_destructor_has_its_budget_still() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    tree.set_budget(top, Budget::new().bytes(10))?;
    let child = tree.bytes(top, 10)?;
    tree.set_destructor(child, move |tree, child| {
        assert_eq!(tree.set_budget(top, Budget::new()), Err(Error::Dying { node: top.id() }));
        assert_eq!(used(tree, top), (10, 2));
        tree.steal(tree.root(), child).unwrap();
        assert_eq!(used(tree, top), (0, 1));
        Verdict::Refuse
    })?;
    assert_eq!(tree.free(top)?.survivors()[0].node, child.id());
    tree.clear_destructor(child)?;
    tree.validate().unwrap();
    assert_eq!(tree.allocator(child)?.usage().blocks, 1);
    Ok(())
}

#[test]
fn handlers_that_panic_when_dropped_leave_all_in_order() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let panics = |tree: &mut Tree, go: &dyn Fn(&mut Tree)| {
        let outcome = catch_unwind(AssertUnwindSafe(|| go(tree)));
        assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"a handler was dropped"));
        tree.validate().unwrap();
    };
    let top = tenant(&mut tree, root, explosive())?;
    panics(&mut tree, &|tree| tree.set_budget(top, Budget::new().bytes(5)).unwrap());
    assert_eq!(super::usage(&tree, top).bytes_limit, Some(5));
    tree.set_budget(top, explosive())?;
    panics(&mut tree, &|tree| drop(tree.clear_budget(top)));
    assert_eq!(tree.budget(top)?, None);
    tree.set_budget(top, explosive())?;
    tree.bytes(top, 3)?;
    panics(&mut tree, &|tree| drop(tree.free(top)));
    assert!(tree.is_empty());
    tree.set_budget(root, explosive())?;
    panics(&mut tree, &|tree| drop(tree.tear_down()));
    assert_eq!(tree.budget(root)?, None);
    Ok(())
}

#[test]
fn a_tree_torn_down_has_no_budgets() -> Result<(), Error> {
    let mut tree = TreeBuilder::new().budget_overhead(96, 128).build();
    let root = tree.root();
    tree.set_budget(root, Budget::new().nodes(3))?;
    let inner = tenant(&mut tree, root, Budget::new())?;
    tree.bytes(inner, 10)?;
    assert_eq!(used(&tree, root), (3 * 96 + 10, 3));
    tree.tear_down()?;
    assert_eq!(tree.budget(root)?, None);
    tree.validate().unwrap();
    tree.set_budget(root, Budget::new())?;
    assert_eq!(used(&tree, root), (0, 1));
    Ok(())
}

#[test]
fn reports_show_budgets_as_talloc_shows_limits() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let top = tenant(&mut tree, root, Budget::new().bytes(500))?;
    let counted = tree.context(top, "counted")?;
    tree.set_budget(counted, Budget::new().nodes(3))?;
    tree.bytes(counted, 7)?;
    let report = tree.report(top)?;
    assert_eq!(report.walk().next().unwrap().record.memlimit(), Some(MemLimit { max_size: 500, cur_size: 7 }));
    let text = report.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "tenant                         is a memlimit context (max_size = 500 bytes, cur_size = 7 bytes)"
    );
    assert_eq!(
        lines[2],
        "    counted                        is a memlimit context (max_size = 0 bytes, cur_size = 7 bytes)"
    );
    Ok(())
}
