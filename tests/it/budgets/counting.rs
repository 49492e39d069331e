//! What budgets count.

use freehold::{Budget, BudgetUsage, Error, Tree, TreeBuilder, Verdict, for_each_failure};

use super::{over, peak, tenant, usage, used};

#[test]
fn what_is_there_is_counted_when_a_budget_is_set() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    assert_eq!(tree.budget(top)?, None);
    let list = tree.array::<u16>(top, 10)?;
    tree.strdup(list, "text")?;
    tree.set_budget(top, Budget::new())?;
    assert_eq!((used(&tree, top), peak(&tree, top)), ((24, 3), (24, 3)));
    assert_eq!(tree.budget(list)?, None, "it counts in a budget and has none");
    Ok(())
}

#[test]
fn later_budgets_change_limits_and_nothing_else() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tenant(&mut tree, Tree::new().root(), Budget::new());
    assert!(matches!(top, Err(Error::Foreign { .. })));
    let root = tree.root();
    let top = tenant(&mut tree, root, Budget::new().bytes(100))?;
    let block = tree.bytes(top, 90)?;
    tree.resize(block, 10)?;
    tree.set_budget(top, Budget::new().nodes(7))?;
    let BudgetUsage { bytes, peak_bytes, bytes_limit, nodes_limit, .. } = usage(&tree, top);
    assert_eq!((bytes, peak_bytes, bytes_limit, nodes_limit), (10, 90, None, Some(7)));
    Ok(())
}

#[test]
fn what_comes_and_goes_is_counted() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let top = tenant(&mut tree, root, Budget::new())?;
    let block = tree.array_from(top, &[1u32; 10])?;
    tree.resize(block, 20)?;
    assert_eq!((used(&tree, top), peak(&tree, top)), ((80, 2), (80, 2)));
    tree.resize_zero(block, 5)?;
    assert_eq!((used(&tree, top), peak(&tree, top)), ((20, 2), (80, 2)));
    let text = tree.strdup(block, "12")?;
    tree.append(text, "345")?;
    assert_eq!(used(&tree, top), (25, 3));
    let number = tree.alloc(top, 7u64)?;
    assert_eq!(tree.take(number)?.value, 7);
    let number = tree.alloc(top, 7u64)?;
    assert_eq!(tree.free_into_value(number)?.value, 7);
    assert_eq!((used(&tree, top), peak(&tree, top)), ((25, 3), (80, 4)));
    tree.free_lifting(block)?;
    assert_eq!(used(&tree, top), (5, 2));
    tree.realloc::<u8>(top, None, 9)?;
    tree.free_children(top)?;
    assert_eq!((used(&tree, top), peak(&tree, top)), ((0, 1), (80, 4)));
    Ok(())
}

#[test]
fn nodes_that_go_on_any_path_are_counted_no_more() -> Result<(), Error> {
    for observed in [false, true] {
        let mut tree = Tree::new();
        if observed {
            tree.set_observer(|tree, _| tree.validate().expect("the tree is valid for an observer"));
        }
        let root = tree.root();
        let top = tenant(&mut tree, root, Budget::new())?;
        for _ in 0..2 {
            let inner = tree.pooled(top, 1u8, 3, 100)?;
            for parent in [top, inner.id()] {
                tree.bytes(parent, 3)?;
                tree.alloc(parent, String::from("dropped"))?;
                tree.strdup(parent, "text")?;
                let guarded = tree.alloc(parent, 5u16)?;
                tree.set_destructor(guarded, |tree, _| {
                    tree.validate().expect("the tree is valid for a destructor");
                    Verdict::Free
                })?;
                let cleaned = tree.context(parent, "cleaned")?;
                tree.add_cleanup(cleaned, |tree, _| tree.validate().expect("the tree is valid for a cleanup"))?;
                let held = tree.alloc(parent, 5u16)?;
                tree.reference(cleaned, held)?;
            }
            tree.free_children(top)?;
            assert_eq!(used(&tree, top), (0, 1));
        }
    }
    Ok(())
}

#[test]
fn overheads_count_for_nodes_and_references() -> Result<(), Error> {
    let mut tree = TreeBuilder::new().budget_overhead(96, 128).build();
    let root = tree.root();
    let (shared, before) = (tree.alloc(root, 1u64)?, tree.context(root, "before")?);
    let held = tree.reference(before, shared)?;
    tree.set_budget(before, Budget::new())?;
    assert_eq!(used(&tree, before), (96 + 128, 1));
    let top = tenant(&mut tree, root, Budget::new().bytes(96 + 128))?;
    tree.reference(top, shared)?;
    assert_eq!(used(&tree, top), (96 + 128, 1));
    assert_eq!(tree.context(top, "one more"), Err(over(top, "bytes", 96, 0)));
    tree.drop_reference(held.id())?;
    assert_eq!(used(&tree, before), (96, 1));
    tree.unlink(top, shared)?;
    assert_eq!((used(&tree, top), peak(&tree, top)), ((96, 1), (224, 1)));
    Ok(())
}

#[test]
fn a_budget_ends_and_the_one_outside_counts_on() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let outer = tenant(&mut tree, root, Budget::new())?;
    let middle = tenant(&mut tree, outer, Budget::new().bytes(10))?;
    let inner = tenant(&mut tree, middle, Budget::new())?;
    tree.bytes(inner, 8)?;
    assert_eq!(tree.clear_budget(middle), Ok(true));
    assert_eq!(tree.clear_budget(middle), Ok(false));
    tree.bytes(middle, 20)?;
    assert_eq!((used(&tree, outer), used(&tree, inner)), ((28, 5), (8, 2)));
    tree.clear_budget(outer)?;
    tree.clear_budget(inner)?;
    tree.bytes(inner, 20)?;
    assert_eq!(tree.budget(outer)?, None);
    tree.validate().unwrap();
    tree.shrink();
    tree.set_budget(root, Budget::new())?;
    assert_eq!(used(&tree, root), (48, tree.len() as u64 + 1));
    Ok(())
}

#[test]
fn budgets_in_each_other_count_the_same_nodes() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let outer = tenant(&mut tree, root, Budget::new())?;
    let (a, b) = (tenant(&mut tree, outer, Budget::new())?, tenant(&mut tree, outer, Budget::new())?);
    // In runs, and in turns.
    for (node, count) in [(a, 5), (b, 1), (a, 1), (outer, 1), (b, 4)] {
        for _ in 0..count {
            tree.bytes(node, 10)?;
        }
    }
    assert_eq!((used(&tree, a), used(&tree, b), used(&tree, outer)), ((60, 7), (50, 6), (120, 15)));
    tree.free_children(a)?;
    tree.bytes(b, 1)?;
    assert_eq!((used(&tree, a), used(&tree, b), used(&tree, outer)), ((0, 1), (51, 7), (61, 10)));
    assert_eq!((peak(&tree, a), peak(&tree, b), peak(&tree, outer)), ((60, 7), (51, 7), (120, 15)));
    // Set around those that are there already.
    tree.set_budget(root, Budget::new())?;
    assert_eq!(used(&tree, root), (61, 11));
    Ok(())
}

#[test]
fn a_request_that_memory_refuses_counts_nothing() {
    for_each_failure(|tree| {
        let root = tree.root();
        let top = tenant(tree, root, Budget::new())?;
        let block = tree.bytes(top, 10)?;
        let pool = tree.pooled(top, 1u64, 1, 10)?;
        let text = tree.strdup(pool, "text");
        let more = tree.resize(block, 50_000);
        let appended = text.clone().map(|text| tree.append(text, "more"));
        tree.alloc_with(pool, |_| [0u8; 100])?;
        used(tree, top);
        text.and(more).and_then(|()| appended.unwrap_or(Ok(())))
    });
}

#[test]
fn a_tree_that_gives_memory_back_goes_on_counting() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    tree.set_budget(top, Budget::new())?;
    tree.bytes(top, 40)?;
    tree.shrink();
    assert_eq!(tree.budget(top)?.unwrap().bytes, 40);
    tree.bytes(top, 2)?;
    assert_eq!(tree.budget(top)?.unwrap().bytes, 42);
    tree.validate().unwrap();
    Ok(())
}
