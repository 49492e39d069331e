//! What all allocators have in common.

use freehold::memory::{AllocError, Allocator, AllocatorKind, Blocks, Debug, Failing, MAX_ALIGN, Plan};
use freehold::{Arena, FixedBuffer, Heap, Pool, Temporary};

use super::model::stage::Plain;

/// One of each, with room for some hundred KiB.
fn all() -> Vec<(&'static str, Box<dyn Allocator>)> {
    let boxed: Box<dyn Allocator> = Box::new(Heap::new());
    vec![
        ("heap", Box::new(Heap::new())),
        ("arena", Box::new(Arena::new())),
        ("arena of small pages", Box::new(Arena::with_page_size(64))),
        ("fixed buffer", Box::new(FixedBuffer::new(vec![0xEE; 400_000]))),
        ("pool", Box::new(Pool::new(400_000))),
        ("temporary arena", Box::new(Temporary::new())),
        ("one of the user's", Box::new(Plain::default())),
        ("watched heap", Box::new(Debug::new(boxed))),
        ("watched arena", Box::new(Debug::new(Arena::with_page_size(1000)))),
        ("heap that could fail", Box::new(Failing::new(Heap::new(), &Plan::never()))),
    ]
}

#[test]
fn blocks_hold_what_is_written_wherever_they_are_and_whatever_their_size() -> Result<(), AllocError> {
    for (name, allocator) in all() {
        let mut blocks = Blocks::new(allocator);
        let mut made = Vec::new();
        for (n, size) in [0, 1, 7, 8, 9, 63, 64, 65, 100, 1000, 5000, 40_000].into_iter().enumerate() {
            for align in [1, 2, 4, 8, 16, 32, MAX_ALIGN] {
                let block = blocks.allocate(size, align)?;
                let bytes = blocks.get_mut(block)?;
                assert_eq!(bytes.len(), size, "{name}");
                assert!(size == 0 || bytes.as_ptr().addr() % align == 0, "{name}: {size} aligned to {align}");
                bytes.fill(n as u8);
                made.push((block, vec![n as u8; size]));
                blocks.free(made.swap_remove(made.len() / 2).0)?;
            }
        }
        assert_eq!(blocks.len(), made.len());
        for (block, content) in &made {
            assert_eq!((blocks.get(*block)?, blocks.size(*block)?), (&content[..], content.len()), "{name}");
        }
        let sized = made.iter().filter(|(_, content)| !content.is_empty()).count();
        assert_eq!(blocks.usage().blocks, sized, "{name}");
    }
    Ok(())
}

#[test]
fn a_resize_keeps_token_content_and_alignment() -> Result<(), AllocError> {
    for followed in [false, true] {
        for (name, allocator) in all() {
            let mut blocks = Blocks::new(allocator);
            let block = blocks.allocate(20, 32)?;
            if followed {
                blocks.allocate(20, 1)?;
            }
            blocks.get_mut(block)?.fill(7);
            for size in [25, 19, 19, 0, 0, 3, 3000, 3001, 50_000, 2, 70] {
                let common = blocks.size(block)?.min(size);
                let before = blocks.get(block)?[..common].to_vec();
                blocks.resize(block, size)?;
                let bytes = blocks.get_mut(block)?;
                assert_eq!((bytes.len(), &bytes[..common]), (size, &before[..]), "{name} to {size}");
                assert!(size == 0 || bytes.as_ptr().addr() % 32 == 0, "{name} to {size}");
                bytes.iter_mut().zip(0..).for_each(|(byte, n): (_, usize)| *byte = (n % 251) as u8);
            }
        }
    }
    Ok(())
}

#[test]
fn zeroes_are_zeroes_in_memory_that_was_used_before() -> Result<(), AllocError> {
    for (name, allocator) in all() {
        let mut blocks = Blocks::new(allocator);
        for size in [10, 100, 3000, 70_000] {
            let dirty = blocks.allocate(size, 8)?;
            blocks.get_mut(dirty)?.fill(9);
            blocks.free(dirty)?;
            let clean = blocks.allocate_zeroed(size, 8)?;
            assert!(blocks.get(clean)?.iter().all(|&byte| byte == 0), "{name}");
            blocks.get_mut(clean)?.fill(9);
            blocks.resize(clean, size / 2)?;
            blocks.resize_zero(clean, size)?;
            let (kept, cleared) = blocks.get(clean)?.split_at(size / 2);
            assert!(kept.iter().all(|&byte| byte == 9) && cleared.iter().all(|&byte| byte == 0), "{name}");
            blocks.free(clean)?;
        }
    }
    Ok(())
}

#[test]
fn a_copy_is_one() -> Result<(), AllocError> {
    for (name, allocator) in all() {
        let mut blocks = Blocks::new(allocator);
        let (copy, empty) = (blocks.allocate_copy(b"example")?, blocks.allocate_copy(b"")?);
        assert_eq!((blocks.get(copy)?, blocks.get(empty)?), (&b"example"[..], &b""[..]), "{name}");
    }
    Ok(())
}

#[test]
fn a_reset_frees_all_and_leaves_the_allocator_as_good_as_new() -> Result<(), AllocError> {
    for (name, allocator) in all() {
        let mut blocks = Blocks::new(allocator);
        let mut most = 0;
        for round in 0..5 {
            let outside = blocks.allocate(100, 8)?;
            let scope = blocks.enter_scope().ok();
            let inside: Vec<_> = (0..50).map(|n| blocks.allocate(n * 10, 1)).collect::<Result<_, _>>()?;
            blocks.reset();
            assert!(blocks.is_empty() && blocks.scope_depth() == 0, "{name}");
            assert_eq!(blocks.get(outside), Err(AllocError::Stale), "{name}");
            assert_eq!(blocks.get(inside[9]), Err(AllocError::Stale), "{name}");
            if let Some(scope) = scope {
                assert_eq!(blocks.exit_scope(scope, &[]), Err(AllocError::ScopeClosed { asked: 1 }), "{name}");
            }
            let usage = blocks.usage();
            assert_eq!((usage.blocks, usage.scope_depth), (0, 0), "{name}");
            most = if round == 0 { usage.capacity } else { most };
            assert_eq!(usage.capacity, most, "{name} needs no more memory in the next round");
        }
        blocks.shrink();
        let left = if name.contains("heap") || name.contains("arena") { 0 } else { most };
        assert_eq!((blocks.usage().blocks, blocks.usage().capacity), (0, left), "{name}");
    }
    Ok(())
}

#[test]
fn blocks_of_whatever_allocator_can_be_used_in_another_thread() -> Result<(), AllocError> {
    for (name, allocator) in all() {
        let mut blocks = Blocks::new(allocator);
        let block = blocks.allocate_copy(b"there")?;
        let blocks = std::thread::spawn(move || {
            blocks.get_mut(block).map(|bytes| bytes.make_ascii_uppercase())?;
            Ok::<_, AllocError>(blocks)
        });
        let blocks = blocks.join().expect("nothing panics there")?;
        assert_eq!(blocks.get(block)?, b"THERE", "{name}");
    }
    Ok(())
}

#[test]
fn kinds_say_what_they_are() {
    let kinds = [
        (AllocatorKind::Heap, "heap", false, false),
        (AllocatorKind::Arena, "arena", true, false),
        (AllocatorKind::FixedBuffer, "fixed buffer", true, false),
        (AllocatorKind::Pool, "pool", true, false),
        (AllocatorKind::Temporary, "temporary arena", true, true),
        (AllocatorKind::Custom("one of the user's"), "one of the user's", false, false),
    ];
    for (kind, name, is_arena, is_temporary) in kinds {
        assert_eq!((kind.name(), kind.is_arena(), kind.is_temporary()), (name, is_arena, is_temporary));
    }
}

#[test]
fn what_has_no_scopes_says_so() {
    let mut plain = Plain::default();
    let error = AllocError::NoScopes { kind: plain.kind() };
    assert_eq!((plain.enter_scope(), plain.exit_scope(&mut [])), (Err(error.clone()), Err(error)));
}

#[test]
fn a_heap_keeps_freed_large_blocks_up_to_a_bound() -> Result<(), AllocError> {
    const MIB: usize = 1 << 20;
    let mut blocks = Blocks::new(Heap::new());
    let block = blocks.allocate(MIB, 8)?;
    blocks.free(block)?;
    let kept = blocks.usage().capacity;
    assert!(kept >= MIB, "it is kept for the next request");
    for _ in 0..10 {
        let again = blocks.allocate(MIB, 8)?;
        assert_eq!(blocks.usage().capacity, kept, "and serves it");
        blocks.free(again)?;
        assert_eq!(blocks.usage().capacity, kept, "however often");
    }
    let many: Vec<_> = (0..8).map(|_| blocks.allocate(MIB, 8)).collect::<Result<_, _>>()?;
    for block in many {
        blocks.free(block)?;
    }
    assert!(blocks.usage().capacity <= 4 * MIB, "{} bytes are kept", blocks.usage().capacity);
    Ok(())
}

/// What is around an allocator hands it out to look at, and arenas have a default.
#[test]
fn a_wrapped_allocator_can_be_looked_at() -> Result<(), AllocError> {
    let mut debug = Blocks::new(Debug::new(Arena::default()));
    debug.allocate(100, 1)?;
    assert_eq!(debug.allocator().allocator().usage().blocks, 1);
    let mut failing = Blocks::new(Failing::nth(Temporary::default(), 2));
    failing.allocate(100, 1)?;
    assert!(failing.allocate(100, 1).is_err());
    assert_eq!(failing.allocator().allocator().usage().blocks, 1);
    Ok(())
}
