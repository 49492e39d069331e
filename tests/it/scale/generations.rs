//! All the tenants that one place can have.

use freehold::{Error, Handle, Tree};

/// Tenants of a place before it is retired.
const TENANTS: u64 = 1 << 31;

#[test]
#[ignore = "makes and frees 2³¹ nodes: 70 seconds of a processor in release"]
fn one_place_is_used_up_and_no_handle_comes_back() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let mut earlier: Vec<Handle<u64>> = Vec::new();
    let first = tree.alloc(root, 0)?;
    let place = first.id().to_u64() as u32;
    tree.free(first)?;
    let mut last = first;
    for tenant in 1..TENANTS {
        last = tree.alloc(root, tenant)?;
        if tenant.is_power_of_two() || tenant % (1 << 24) == 0 {
            assert!(last.id().to_u64() as u32 == place && tree[last] == tenant && tree.len() == 1);
            assert!(!earlier.iter().any(|&gone| tree.contains(gone)) && !tree.contains(first));
            tree.validate().expect("a place is as good late as early");
            earlier.push(last);
        }
        tree.free(last)?;
    }
    assert_eq!(last.id().to_u64() >> 32, u64::from(u32::MAX), "it was the last");
    for n in 0..1000 {
        let other = tree.alloc(root, n)?;
        assert_ne!(other.id().to_u64() as u32, place, "the place is retired");
    }
    for gone in earlier.into_iter().chain([first, last]) {
        assert_eq!(tree.get(gone), Err(Error::Stale { node: gone.id() }));
    }
    tree.validate().expect("a tree with a retired place is valid");
    assert_eq!((tree.len(), tree.free_children(root)?.nodes()), (1000, 1000));
    Ok(())
}
