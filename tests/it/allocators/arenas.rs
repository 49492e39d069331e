//! The edges of arenas: where pages end, and where charges and scopes meet.

use std::alloc::Layout;

use freehold::memory::{AllocError, Allocator, Blocks, Request, Usage};
use freehold::{Arena, FixedBuffer, Pool, Temporary};

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("a power of two")
}

fn left(error: Result<impl std::fmt::Debug, AllocError>) -> usize {
    match error {
        Err(AllocError::Exhausted { left, .. }) => left,
        other => panic!("there was to be no room: {other:?}"),
    }
}

/// The last block of a page was taken to have the whole of a step that the page has only the start of.
#[test]
fn a_block_does_not_grow_past_the_end_of_its_page() -> Result<(), AllocError> {
    for size in 97..=103 {
        let mut blocks = Blocks::new(Pool::new(size));
        blocks.allocate(96, 8)?;
        let last = blocks.allocate(1, 1)?;
        for wanted in 1..=8 {
            assert_eq!(blocks.resize(last, wanted).is_ok(), 96 + wanted <= size, "{wanted} at 96 of {size}");
            assert_eq!(blocks.get(last)?.len(), wanted.min(size - 96));
        }
    }
    let mut blocks = Blocks::new(Arena::with_page_size(100));
    blocks.allocate(96, 8)?;
    let last = blocks.allocate_copy(b"a")?;
    blocks.resize(last, 5)?;
    assert_eq!((blocks.get(last)?[0], blocks.usage().pages), (b'a', 2));
    Ok(())
}

/// The place for the next block was past the page's end, which a scope did not expect.
#[test]
fn a_scope_can_begin_where_a_page_ends_in_an_odd_place() -> Result<(), AllocError> {
    for allocator in [Box::new(Arena::with_page_size(100)) as Box<dyn Allocator>, Box::new(Pool::new(100))] {
        let mut blocks = Blocks::new(allocator);
        let block = blocks.allocate_copy(&[3; 97])?;
        let scope = blocks.enter_scope()?;
        // In a page of its own, or nowhere.
        let inside = blocks.allocate(8, 8).ok();
        assert_eq!(blocks.exit_scope(scope, &[])?, usize::from(inside.is_some()));
        assert_eq!(blocks.get(block)?, [3; 97]);
        let Usage { used, capacity, .. } = blocks.usage();
        assert!(used == 100 && capacity >= 100, "{used} of {capacity}");
    }
    Ok(())
}

#[test]
fn a_fixed_buffer_may_have_no_bytes() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(FixedBuffer::new(Vec::new()));
    let scope = blocks.enter_scope()?;
    blocks.allocate(0, 64)?;
    assert_eq!(left(blocks.allocate(1, 1)), 0);
    assert_eq!(blocks.exit_scope(scope, &[])?, 1);
    assert_eq!((blocks.usage().used, blocks.usage().capacity), (0, 0));
    Ok(())
}

/// What was left was said without regard to alignment: 120 bytes, of which 64 could not be had.
#[test]
fn what_is_left_is_what_can_be_had() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Pool::new(128));
    blocks.allocate(8, 8)?;
    assert_eq!(
        blocks.allocate(70, 64).unwrap_err().to_string(),
        "out of memory: 70 bytes were asked for and 64 are left",
    );
    assert_eq!(left(blocks.allocate(121, 8)), 120);
    blocks.allocate(64, 64).map(drop)
}

#[test]
fn only_the_very_last_block_gives_its_room_back() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Pool::new(1000));
    let first = blocks.allocate(100, 8)?;
    let second = blocks.allocate(100, 8)?;
    let third = blocks.allocate(100, 8)?;
    blocks.free(second)?;
    assert_eq!(blocks.usage().used, 312);
    blocks.resize(third, 700)?;
    assert_eq!(blocks.usage().used, 912, "it grows in place");
    blocks.resize(third, 10)?;
    assert_eq!(blocks.usage().used, 224, "it shrinks in place");
    blocks.free(third)?;
    assert_eq!(blocks.usage().used, 208);
    blocks.free(first)?;
    assert_eq!(blocks.usage().used, 0);
    Ok(())
}

#[test]
fn a_request_larger_than_a_page_has_memory_of_its_own() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Arena::with_page_size(100));
    let small = blocks.allocate_copy(&[1; 100])?;
    let large = blocks.allocate_copy(&[2; 101])?;
    assert_eq!((blocks.usage().pages, blocks.usage().capacity), (2, 201));
    blocks.resize(large, 500)?;
    assert_eq!((&blocks.get(large)?[..101], blocks.usage().capacity), (&[2; 101][..], 600));
    blocks.resize(large, 50)?;
    assert_eq!((blocks.get(large)?, blocks.usage().pages), (&[2; 50][..], 2));
    blocks.free(large)?;
    assert_eq!(blocks.get(small)?, [1; 100]);
    Ok(())
}

/// A page in which nothing lies was kept if the last block before it filled its own.
#[test]
fn a_shrink_gives_back_all_pages_that_nothing_lies_in() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Arena::with_page_size(64));
    let full = blocks.allocate_copy(&[1; 64])?;
    let outer = blocks.enter_scope()?;
    for _ in 0..10 {
        blocks.allocate(64, 8)?;
    }
    let inner = blocks.enter_scope()?;
    let deep = blocks.allocate(64, 8)?;
    blocks.shrink();
    assert_eq!(blocks.usage().pages, 12);
    blocks.free(deep)?;
    blocks.shrink();
    assert_eq!(blocks.usage().pages, 11);
    blocks.exit_scope(inner, &[])?;
    blocks.exit_scope(outer, &[])?;
    blocks.shrink();
    assert_eq!(blocks.usage().pages, 1);
    let next = blocks.allocate_copy(&[2; 64])?;
    assert_eq!((blocks.get(full)?, blocks.get(next)?), (&[1; 64][..], &[2; 64][..]));
    blocks.reset();
    blocks.shrink();
    assert_eq!((blocks.usage().pages, blocks.usage().capacity), (0, 0));
    blocks.allocate(64, 8).map(drop)
}

/// Found by the property test: with pages of 100 bytes, whose positions are 128 apart.
#[test]
fn a_page_given_back_in_the_middle_of_things_is_made_again() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Arena::with_page_size(100));
    let first = blocks.allocate_copy(&[1; 48])?;
    let second = blocks.allocate(53, 8)?;
    blocks.free(second)?;
    blocks.shrink();
    assert_eq!((blocks.usage().pages, blocks.usage().used), (1, 100));
    let scope = blocks.enter_scope()?;
    let third = blocks.allocate_copy(&[3; 20])?;
    blocks.exit_scope(scope, &[third])?;
    assert_eq!((blocks.get(first)?, blocks.get(third)?), (&[1; 48][..], &[3; 20][..]));
    Ok(())
}

#[test]
fn charges_take_room_from_blocks_and_survive_scopes() -> Result<(), AllocError> {
    let mut buffer = Pool::new(200);
    buffer.charge(&Request::new(80, 8)?)?;
    buffer.enter_scope()?;
    let slot = buffer.allocate(&Request::new(100, 8)?)?;
    assert_eq!(left(buffer.charge(&Request::new(40, 8)?)), 16);
    buffer.charge(&Request::new(10, 8)?)?;
    assert_eq!((buffer.used(), buffer.capacity(), buffer.usage().charged), (194, 200, 90));
    buffer.free(slot, layout(100));
    buffer.exit_scope(&mut [])?;
    assert_eq!(left(buffer.allocate(&Request::new(111, 8)?)), 110);
    buffer.discharge(layout(80));
    let slot = buffer.allocate(&Request::new(190, 8)?)?;
    assert_eq!(left(buffer.charge(&Request::new(9, 8)?)), 0);
    buffer.free(slot, layout(190));
    buffer.recharge(layout(10), &Request::new(200, 8)?)?;
    assert_eq!(left(buffer.allocate(&Request::new(1, 1)?)), 0);
    buffer.discharge(layout(200));
    assert_eq!(buffer.used(), 0);
    Ok(())
}

#[test]
fn a_reservation_that_cannot_be_had_leaves_a_pool_without_room_not_a_program_that_has_ended() {
    let mut blocks = Blocks::new(Pool::new(usize::MAX));
    let served = blocks.allocate(100, 8).is_ok();
    assert!(blocks.usage().capacity <= 32 << 30);
    assert_eq!(blocks.usage().capacity > 0, served);
}

#[test]
fn huge_requests_are_served_or_refused() {
    let mut blocks = Blocks::new(Arena::new());
    match blocks.allocate(u32::MAX as usize, 64) {
        Ok(block) => assert_eq!(blocks.size(block), Ok(u32::MAX as usize)),
        Err(error) => {
            assert_eq!(error.to_string(), "out of memory: 4294967295 bytes were asked for and 0 are left");
        }
    }
}

#[test]
fn the_bytes_of_a_fixed_buffer_come_back_with_what_was_written() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(FixedBuffer::new(vec![0; 64]));
    let block = blocks.allocate_copy(b"written")?;
    let address = blocks.get(block)?.as_ptr().addr();
    let bytes = blocks.into_allocator().into_bytes();
    assert_eq!(bytes.len(), 64);
    assert_eq!(&bytes[address - bytes.as_ptr().addr()..][..7], b"written");
    Ok(())
}

#[test]
fn a_thread_keeps_the_pages_of_its_temporary_arenas() {
    std::thread::spawn(|| {
        assert_eq!(Temporary::spare_pages(), 0);
        for _ in 0..3 {
            let mut arenas: Vec<_> = (0..6).map(|_| Blocks::new(Temporary::new())).collect();
            for blocks in &mut arenas {
                blocks.allocate(100, 8).expect("there is room");
                assert_eq!(blocks.usage().capacity, Temporary::PAGE_SIZE);
            }
            drop(arenas);
            assert_eq!(Temporary::spare_pages(), Temporary::KEPT_PAGES);
        }
    })
    .join()
    .expect("nothing fails there");
}
