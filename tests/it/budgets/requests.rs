//! What budgets refuse of what is made and of what grows.

use std::fmt::Write;

use freehold::{Arena, Budget, Error, NodeId, Tree, append_in, format_in};

use super::{over, peak, tenant, used};

/// Makes a node below another.
type Make = fn(&mut Tree, NodeId) -> Result<(), Error>;

/// Every way to make a node, and the bytes it gets.
const MAKERS: &[(&str, u64, Make)] = &[
    ("context", 0, |tree, parent| tree.context(parent, "new").map(drop)),
    ("alloc", 8, |tree, parent| Ok(tree.alloc(parent, 1u64).map(drop)?)),
    ("alloc_with", 8, |tree, parent| Ok(tree.alloc_with(parent, |_| 1u64).map(drop)?)),
    ("alloc_default", 8, |tree, parent| tree.alloc_default::<u64>(parent).map(drop)),
    ("bytes", 3, |tree, parent| tree.bytes(parent, 3).map(drop)),
    ("array", 12, |tree, parent| tree.array::<u32>(parent, 3).map(drop)),
    ("array_unfilled", 12, |tree, parent| tree.array_unfilled::<u32>(parent, 3).map(drop)),
    ("array_from", 4, |tree, parent| tree.array_from(parent, &[1u16, 2]).map(drop)),
    ("array_from_iter", 6, |tree, parent| tree.array_from_iter(parent, 1..4u16).map(drop)),
    ("bytes_aligned", 100, |tree, parent| tree.bytes_aligned(parent, 100, 64).map(drop)),
    ("realloc", 5, |tree, parent| tree.realloc::<u8>(parent, None, 5).map(drop)),
    ("strdup", 4, |tree, parent| tree.strdup(parent, "text").map(drop)),
    ("strndup", 2, |tree, parent| tree.strndup(parent, "text", 2).map(drop)),
    ("format", 3, |tree, parent| tree.format(parent, format_args!("{}", 123)).map(drop)),
    ("format_in", 3, |tree, parent| format_in!(tree, parent, "{}", 123).map(drop)),
    ("context_in", 0, |tree, parent| Ok(tree.context_in(parent, "new", Arena::new()).map(drop)?)),
    ("pooled", 8, |tree, parent| Ok(tree.pooled(parent, 1u64, 2, 100).map(drop)?)),
    ("pooled_array", 6, |tree, parent| tree.pooled_array::<u16>(parent, 3, 2, 100).map(drop)),
    ("scope", 0, |tree, parent| tree.scope(parent).map(std::mem::forget)),
];

#[test]
fn every_way_to_make_a_node_is_counted_and_refused() -> Result<(), Error> {
    for &(name, bytes, make) in MAKERS {
        for in_arena in [false, true] {
            let mut tree = Tree::new();
            let root = tree.root();
            let top = tenant(&mut tree, root, Budget::new().nodes(2))?;
            let arena = tree.context_in(top, "arena", Arena::new())?.id();
            let parent = if in_arena { arena } else { top };
            assert_eq!(make(&mut tree, parent), Err(over(top, "nodes", 1, 0)), "{name}");
            if bytes > 0 {
                tree.set_budget(top, Budget::new().bytes(bytes - 1))?;
                assert_eq!(make(&mut tree, parent), Err(over(top, "bytes", bytes, bytes - 1)), "{name}");
            }
            assert_eq!((used(&tree, top), peak(&tree, top), tree.len()), ((0, 2), (0, 2), 2), "{name}");
            assert_eq!(tree.allocators_in_use(arena)?, 0, "{name}");
            // What fits to the byte fits.
            tree.set_budget(top, Budget::new().bytes(bytes).nodes(3))?;
            make(&mut tree, parent)?;
            assert_eq!(used(&tree, top), (bytes, 3), "{name}");
            assert_eq!(make(&mut tree, top).is_err(), bytes > 0 || tree.len() == 3, "{name}");
        }
    }
    Ok(())
}

trait InUse {
    fn allocators_in_use(&self, node: NodeId) -> Result<usize, Error>;
}

impl InUse for Tree {
    /// The blocks in the allocator of a node.
    fn allocators_in_use(&self, node: NodeId) -> Result<usize, Error> {
        Ok(self.allocator(node)?.usage().blocks)
    }
}

#[test]
fn a_refused_value_comes_back() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let top = tenant(&mut tree, root, Budget::new().nodes(1))?;
    assert_eq!(tree.alloc(top, String::from("mine")).unwrap_err().into_value(), "mine");
    assert_eq!(tree.pooled(top, String::from("mine"), 1, 1).unwrap_err().into_value(), "mine");
    assert!(tree.alloc_with(top, |_| -> u8 { panic!("never called") }).is_err());
    let arena = tree.context_in(top, "new", Arena::new()).unwrap_err().into_value();
    assert_eq!(freehold::memory::Allocator::usage(&arena).blocks, 0);
    Ok(())
}

#[test]
fn what_grows_is_asked_for_the_difference() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let top = tenant(&mut tree, root, Budget::new().bytes(100))?;
    let block = tree.array_from(top, &[7u32; 10])?;
    let text = tree.strdup(block, "0123456789")?;
    // 50 are left.
    let refused = over(top, "bytes", 52, 50);
    assert_eq!(tree.resize(block, 23), Err(refused.clone()));
    assert_eq!(tree.resize_zero(block, 23), Err(refused.clone()));
    assert_eq!(tree.realloc(top, Some(block), 23), Err(refused));
    let long = "x".repeat(51);
    let refused = over(top, "bytes", 51, 50);
    assert_eq!(tree.append(text, &long), Err(refused.clone()));
    assert_eq!(tree.append_separated(text, &long[..1], &long[1..]), Err(refused.clone()));
    assert_eq!(tree.append_fmt(text, format_args!("{long}")), Err(refused.clone()));
    assert_eq!(append_in!(tree, text, "{long}"), Err(refused));
    assert_eq!((&tree[block], &tree[text]), (&[7; 10][..], "0123456789"));
    let mut writer = tree.writer(text)?;
    writer.write_str(&long[..30]).unwrap();
    assert!(writer.write_str(&long[..30]).is_err());
    assert_eq!(writer.finish(), Err(over(top, "bytes", 30, 20)));
    assert_eq!((used(&tree, top), peak(&tree, top)), ((80, 3), (80, 3)));
    tree.resize(block, 15)?;
    assert_eq!(used(&tree, top), (100, 3));
    // At the limit, and beyond it: what asks for nothing is not refused.
    tree.append(text, "")?;
    tree.set_budget(top, Budget::new().bytes(1))?;
    tree.resize(block, 15)?;
    tree.context(top, "empty")?;
    tree.resize(block, 14)?;
    assert_eq!(tree.resize(block, 15), Err(over(top, "bytes", 4, 0)));
    Ok(())
}

#[test]
fn the_innermost_budget_without_room_refuses() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let outer = tenant(&mut tree, root, Budget::new().bytes(10))?;
    let middle = tenant(&mut tree, outer, Budget::new().bytes(1000))?;
    let inner = tenant(&mut tree, middle, Budget::new().bytes(5).nodes(2))?;
    assert_eq!(tree.bytes(inner, 20), Err(over(inner, "bytes", 20, 5)));
    tree.set_budget(inner, Budget::new().nodes(2))?;
    let error = tree.bytes(inner, 20).unwrap_err();
    assert_eq!(error, over(outer, "bytes", 20, 10));
    assert_eq!(
        error.to_string(),
        format!(
            "the budget of node {outer} has no room: 20 bytes were asked for and 10 are left; free something there, or \
             raise its limit"
        )
    );
    tree.bytes(inner, 10)?;
    let error = tree.context(inner, "one more").unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the budget of node {inner} has no room: 1 nodes were asked for and 0 are left; free something there, or raise \
             its limit"
        )
    );
    assert_eq!(tree.bytes(middle, 1), Err(over(outer, "bytes", 1, 0)));
    Ok(())
}

#[test]
fn a_limit_below_what_is_in_use_blocks_until_enough_is_freed() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let top = tenant(&mut tree, root, Budget::new())?;
    let blocks = [tree.bytes(top, 50)?, tree.bytes(top, 50)?];
    tree.set_budget(top, Budget::new().bytes(60))?;
    assert_eq!(tree.bytes(top, 1), Err(over(top, "bytes", 1, 0)));
    tree.free(blocks[0])?;
    assert_eq!(tree.bytes(top, 11), Err(over(top, "bytes", 11, 10)));
    tree.bytes(top, 10)?;
    Ok(())
}

#[test]
fn what_is_only_recorded_is_never_refused() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let top = tenant(&mut tree, root, Budget::new().bytes(10).nodes(1).record_only())?;
    for _ in 0..3 {
        tree.bytes(top, 10)?;
    }
    tree.free_children(top)?;
    let usage = super::usage(&tree, top);
    assert_eq!((usage.bytes, usage.peak_bytes, usage.bytes_limit), (0, 30, Some(10)));
    assert_eq!(
        format!("{:?}", Budget::new().bytes(1).record_only()),
        "Budget { bytes: Some(1), nodes: None, policy: \"record only\" }"
    );
    Ok(())
}

#[test]
fn who_owns_nothing_is_told_so_before_budgets_are_asked() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let heir = tenant(&mut tree, root, Budget::new().bytes(0))?;
    let owner = tree.context(root, "owner")?;
    let node = tree.alloc(owner, 7u64)?;
    tree.reference(heir, node)?;
    let stranger = tree.context(root, "stranger")?;
    assert_eq!(tree.unlink(stranger, node), Err(Error::NotOwner { node: node.id(), owner: stranger.id() }));
    assert!(matches!(tree.unlink(owner, node), Err(Error::OverBudget { .. })));
    tree.validate().unwrap();
    Ok(())
}
