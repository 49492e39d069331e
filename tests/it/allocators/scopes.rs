//! Scopes of blocks: what goes, what stays, and where it lies then.

use freehold::memory::{AllocError, Allocator, Block, Blocks, Debug};
use freehold::{Arena, FixedBuffer, Pool, Temporary};

/// One of each that has scopes.
fn scoped() -> [(&'static str, Box<dyn Allocator>); 6] {
    [
        ("arena", Box::new(Arena::new())),
        ("arena of small pages", Box::new(Arena::with_page_size(128))),
        ("fixed buffer", Box::new(FixedBuffer::new(vec![0; 20_000]))),
        ("pool", Box::new(Pool::new(20_000))),
        ("temporary arena", Box::new(Temporary::new())),
        ("watched arena", Box::new(Debug::new(Arena::with_page_size(200)))),
    ]
}

fn make(blocks: &mut Blocks<Box<dyn Allocator>>, sizes: impl IntoIterator<Item = usize>) -> Vec<(Block, Vec<u8>)> {
    let make = |(n, size)| {
        let content = vec![n as u8 + 1; size];
        (blocks.allocate_copy(&content).expect("there is room"), content)
    };
    sizes.into_iter().enumerate().map(make).collect()
}

#[test]
fn what_is_made_in_a_scope_goes_with_it() -> Result<(), AllocError> {
    for (name, allocator) in scoped() {
        let mut blocks = Blocks::new(allocator);
        let outside = make(&mut blocks, [10, 200, 0]);
        let used = blocks.usage().used;
        for _ in 0..100 {
            let scope = blocks.enter_scope()?;
            let inside = make(&mut blocks, [100, 0, 300, 1]);
            blocks.free(inside[1].0)?;
            assert_eq!(blocks.exit_scope(scope, &[])?, 3, "{name}");
            assert_eq!(blocks.get(inside[0].0), Err(AllocError::Stale), "{name}");
            let content = |(block, content): &(Block, Vec<u8>)| blocks.get(*block).map(|bytes| bytes == content);
            assert!(outside.iter().all(|entry| content(entry) == Ok(true)), "{name}");
            assert!(blocks.usage().used <= used + 8, "{name} is taken back to where it was");
        }
    }
    Ok(())
}

/// The use-after-free of arenas: a list that was made outside grows inside, so its bytes lie in the scope's memory.
#[test]
fn a_block_resized_inside_stays_with_the_scope_outside() -> Result<(), AllocError> {
    for (name, allocator) in scoped() {
        let mut blocks = Blocks::new(allocator);
        let list = blocks.allocate_copy(b"made outside")?;
        let outer = blocks.enter_scope()?;
        blocks.allocate(50, 8)?;
        let inner = blocks.enter_scope()?;
        blocks.allocate(60, 8)?;
        blocks.resize(list, 100)?;
        blocks.get_mut(list)?[12..].fill(b'!');
        assert_eq!(blocks.exit_scope(inner, &[])?, 1, "{name}");
        // What comes next would lie where the list was, if the list were forgotten.
        make(&mut blocks, [64; 8]);
        assert_eq!(blocks.exit_scope(outer, &[])?, 9, "{name}");
        make(&mut blocks, [64; 8]);
        let (start, rest) = blocks.get(list)?.split_at(12);
        assert_eq!((start, rest), (&b"made outside"[..], &[b'!'; 88][..]), "{name}");
        blocks.free(list)?;
    }
    Ok(())
}

#[test]
fn what_is_kept_goes_with_the_scope_outside() -> Result<(), AllocError> {
    for (name, allocator) in scoped() {
        let mut blocks = Blocks::new(allocator);
        let outer = blocks.enter_scope()?;
        let inner = blocks.enter_scope()?;
        let inside = make(&mut blocks, [30, 40, 50]);
        let keep = inside[1].0;
        // Twice is as good as once.
        assert_eq!(blocks.exit_scope(inner, &[keep, keep])?, 2, "{name}");
        assert_eq!(blocks.get(keep)?, inside[1].1, "{name}");
        assert_eq!(blocks.get(inside[0].0), Err(AllocError::Stale), "{name}");
        assert_eq!(blocks.exit_scope(outer, &[])?, 1, "{name}");
        assert_eq!(blocks.get(keep), Err(AllocError::Stale), "{name}");
        assert!(blocks.is_empty(), "{name}");
    }
    Ok(())
}

#[test]
fn keeping_what_was_made_outside_means_nothing() -> Result<(), AllocError> {
    for (name, allocator) in scoped() {
        let mut blocks = Blocks::new(allocator);
        let outer = blocks.enter_scope()?;
        let block = blocks.allocate(8, 8)?;
        let inner = blocks.enter_scope()?;
        assert_eq!(blocks.exit_scope(inner, &[block])?, 0, "{name}");
        assert_eq!(blocks.exit_scope(outer, &[])?, 1, "{name}");
    }
    Ok(())
}

#[test]
fn kept_blocks_are_moved_together_across_pages() -> Result<(), AllocError> {
    for (name, allocator) in scoped() {
        let mut blocks = Blocks::new(allocator);
        let outside = make(&mut blocks, [20]);
        let scope = blocks.enter_scope()?;
        let inside = make(&mut blocks, (0..60).map(|n| 1 + n * 37 % 120));
        let kept: Vec<_> = inside.iter().skip(3).step_by(4).collect();
        let before = blocks.usage().used;
        let keep: Vec<Block> = kept.iter().rev().map(|(block, _)| *block).collect();
        assert_eq!(blocks.exit_scope(scope, &keep)?, 45, "{name}");
        assert!(blocks.usage().used < before / 2, "{name}: {} of {before} bytes are still used", blocks.usage().used);
        make(&mut blocks, [50; 20]);
        for (block, content) in kept.into_iter().chain(&outside) {
            assert_eq!(blocks.get(*block)?, content, "{name}");
        }
    }
    Ok(())
}

#[test]
fn kept_blocks_stay_aligned() -> Result<(), AllocError> {
    for (name, allocator) in scoped() {
        let mut blocks = Blocks::new(allocator);
        blocks.allocate(3, 1)?;
        let scope = blocks.enter_scope()?;
        let mut keep = Vec::new();
        for n in 0..20 {
            blocks.allocate(n, 1)?;
            let block = blocks.allocate(n + 1, 64)?;
            blocks.get_mut(block)?.fill(n as u8);
            keep.push(block);
        }
        blocks.exit_scope(scope, &keep)?;
        for (n, block) in keep.into_iter().enumerate() {
            let bytes = blocks.get(block)?;
            assert_eq!((bytes, bytes.as_ptr().addr() % 64), (&vec![n as u8; n + 1][..], 0), "{name}");
        }
    }
    Ok(())
}

#[test]
fn blocks_of_an_outer_scope_can_be_freed_inside() -> Result<(), AllocError> {
    for (name, allocator) in scoped() {
        let mut blocks = Blocks::new(allocator);
        let outside = make(&mut blocks, [30, 30, 30]);
        let outer = blocks.enter_scope()?;
        let between = make(&mut blocks, [40, 40]);
        let inner = blocks.enter_scope()?;
        blocks.free(outside[2].0)?;
        blocks.free(between[0].0)?;
        blocks.resize(outside[0].0, 90)?;
        blocks.free(outside[0].0)?;
        let inside = make(&mut blocks, [50]);
        assert_eq!(blocks.exit_scope(inner, &[])?, 1, "{name}");
        assert_eq!(blocks.get(inside[0].0), Err(AllocError::Stale), "{name}");
        assert_eq!(blocks.get(between[1].0)?, between[1].1, "{name}");
        assert_eq!(blocks.exit_scope(outer, &[])?, 1, "{name}");
        assert_eq!((blocks.get(outside[1].0)?, blocks.usage().blocks), (&outside[1].1[..], 1), "{name}");
        blocks.free(outside[1].0)?;
        assert_eq!(blocks.usage().used, 0, "{name}");
    }
    Ok(())
}

/// An outer block that is resized in one inner scope after the other is noted once, not once a scope; so the outer scope
/// knows all that lies in it, and moves it down.
#[test]
fn a_scope_costs_what_happens_in_it() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Arena::new());
    let list = blocks.allocate(8, 8)?;
    let many: Vec<Block> = (0..10_000).map(|_| blocks.allocate(8, 8)).collect::<Result<_, _>>()?;
    let outer = blocks.enter_scope()?;
    for round in 0..100_000_usize {
        let inner = blocks.enter_scope()?;
        blocks.resize(list, 8 + round % 2 * 8)?;
        assert_eq!(blocks.exit_scope(inner, &[])?, 0);
    }
    blocks.exit_scope(outer, &[])?;
    assert_eq!((blocks.len(), blocks.size(many[9_999])?), (10_001, 8));
    assert_eq!(blocks.usage().used, 10_001 * 8 + 16);
    Ok(())
}

#[test]
fn a_kept_block_may_end_with_its_page() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Arena::with_page_size(64));
    let scope = blocks.enter_scope()?;
    let kept = blocks.allocate_copy(&[7; 64])?;
    let capacity = blocks.usage().capacity;
    blocks.exit_scope(scope, &[kept])?;
    assert_eq!((blocks.get(kept)?, blocks.usage().capacity), (&[7; 64][..], capacity));
    Ok(())
}

#[test]
fn a_block_that_visits_many_scopes_takes_only_its_own_bytes_along() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Arena::new());
    let guest = blocks.allocate_copy(&[1; 8])?;
    for round in 2..=10 {
        let scope = blocks.enter_scope()?;
        blocks.allocate(5000, 8)?;
        // It has no room to grow in its place, and so comes to lie in the scope's memory.
        blocks.resize(guest, round * 8 - 4)?;
        blocks.allocate(5000, 8)?;
        blocks.resize(guest, round * 8 + 100)?;
        blocks.resize(guest, round * 8)?;
        blocks.get_mut(guest)?.fill(round as u8);
        blocks.exit_scope(scope, &[])?;
        assert_eq!(blocks.get(guest)?, vec![round as u8; round * 8]);
        let used = blocks.usage().used;
        assert!(used < 3000, "{used} bytes after {round} rounds: what lay before the guest goes with its scope");
    }
    Ok(())
}

#[test]
fn a_block_that_grows_in_two_scopes_is_moved_down_at_the_end_of_each() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Arena::new());
    let guest = blocks.allocate_copy(&[1; 8])?;
    blocks.allocate(8, 8)?;
    let outer = blocks.enter_scope()?;
    blocks.resize(guest, 16)?;
    blocks.allocate(8, 8)?;
    let inner = blocks.enter_scope()?;
    blocks.allocate(1000, 8)?;
    blocks.resize(guest, 32)?;
    blocks.exit_scope(inner, &[])?;
    assert_eq!(blocks.usage().used, 8 + 8 + 16 + 8 + 32);
    blocks.exit_scope(outer, &[])?;
    assert_eq!(blocks.usage().used, 8 + 8 + 32);
    assert_eq!(blocks.get(guest)?[..8], [1; 8]);
    Ok(())
}
