//! What a watched allocator tells.

use std::alloc::Layout;
use std::sync::{Arc, Mutex};

use freehold::memory::{AllocError, Allocator, Blocks, Debug, Request, Slot};
use freehold::report::Report;
use freehold::{Arena, FixedBuffer, Heap, Pool};

#[test]
fn leaks_are_known_with_size_and_origin() -> Result<(), AllocError> {
    let inner: Box<dyn Allocator> = Box::new(Heap::new());
    let mut blocks = Blocks::new(Debug::new(inner));
    let gone = blocks.allocate(1, 1)?;
    let first = line!() + 1;
    let grown = blocks.allocate(10, 16)?;
    blocks.allocate_zeroed(0, 1)?;
    blocks.allocate_copy(b"example")?;
    blocks.free(gone)?;
    blocks.resize(grown, 300)?;
    let mut leaks: Vec<_> =
        blocks.allocator().leaks().map(|leak| (leak.origin.line() - first, leak.size, leak.align)).collect();
    leaks.sort_unstable();
    assert_eq!(leaks, [(0, 300, 16), (1, 0, 1), (2, 7, 1)]);
    assert!(blocks.allocator().leaks().all(|leak| leak.origin.file() == file!()));
    assert_eq!(blocks.usage().blocks, 2);
    Ok(())
}

#[test]
fn what_leaked_is_a_tree_report() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Debug::new(Arena::new()));
    assert_eq!(
        Report::from(blocks.allocator()).to_string(),
        "full talloc report on 'arena' (total      0 bytes in   1 blocks)\n",
    );
    let line = line!() + 1;
    blocks.allocate(100, 8)?;
    blocks.allocate(20, 8)?;
    let mut debug = Debug::new(Heap::new());
    let slot = debug.allocate(&Request::new(5, 1)?)?;
    debug.free(slot, Layout::new::<[u8; 5]>());
    debug.charge(&Request::new(48, 8)?)?;
    debug.charge(&Request::new(16, 8)?)?;
    assert_eq!(
        Report::from(&debug).to_string(),
        "full talloc report on 'heap' (total     64 bytes in   2 blocks)\n    \
         2 charged values               contains     64 bytes in   1 blocks (ref 0)\n",
    );

    let report = Report::from(blocks.allocator());
    let file = file!();
    let lines = [
        "full talloc report on 'arena' (total    120 bytes in   3 blocks)".to_owned(),
        format!("    {:<30} contains    100 bytes in   1 blocks (ref 0)", format!("{file}:{line}")),
        format!("    {:<30} contains     20 bytes in   1 blocks (ref 0)", format!("{file}:{}", line + 1)),
    ];
    assert_eq!(report.to_string().lines().collect::<Vec<_>>(), lines);
    assert!(Report::parse(report.to_string().as_bytes()).is_ok_and(|parsed| parsed.imbalances().is_empty()));
    Ok(())
}

#[test]
fn fresh_and_freed_bytes_are_marked() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Debug::new(FixedBuffer::new(vec![0; 1000])));
    let block = blocks.allocate(20, 1)?;
    assert_eq!(blocks.get(block)?, [0x7F; 20]);
    blocks.get_mut(block)?.fill(1);
    blocks.resize(block, 50)?;
    assert_eq!(blocks.get(block)?.split_at(20), (&[1; 20][..], &[0x7F; 30][..]));
    let zeroes = blocks.allocate_zeroed(20, 1)?;
    assert_eq!(blocks.get(zeroes)?, [0; 20]);
    blocks.resize_zero(zeroes, 40)?;
    assert_eq!(blocks.get(zeroes)?, [0; 40]);
    blocks.get_mut(zeroes)?.fill(2);

    let bytes = blocks.into_allocator().into_inner().into_bytes();
    assert!(!bytes.contains(&1) && !bytes.contains(&2), "nothing of freed blocks can be read");
    assert!(bytes.iter().filter(|&&byte| byte == 0xDD).count() >= 50 + 40 + 4 * 16);
    Ok(())
}

#[test]
fn what_a_resize_cuts_off_is_marked_unless_it_fails() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Debug::new(FixedBuffer::new(vec![0; 200])));
    let block = blocks.allocate_copy(&[1; 100])?;
    blocks.resize(block, 10)?;
    assert_eq!(blocks.get(block)?, [1; 10]);
    assert!(blocks.resize(block, 169).is_err());
    assert_eq!((blocks.get(block)?, blocks.allocator().check()), (&[1; 10][..], vec![]));
    let bytes = blocks.into_allocator().into_inner().into_bytes();
    assert!(!bytes.contains(&1));
    Ok(())
}

#[test]
fn errors_speak_of_what_was_asked_for() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Debug::new(Pool::new(200)));
    let block = blocks.allocate(64, 8)?;
    let text = |result: Result<(), AllocError>| result.unwrap_err().to_string();
    // Of the 104 bytes that are there, 32 are for red zones.
    assert_eq!(text(blocks.allocate(73, 8).map(drop)), "out of memory: 73 bytes were asked for and 72 are left");
    assert_eq!(text(blocks.allocate(20, 64).map(drop)), "out of memory: 20 bytes were asked for and 0 are left");
    assert_eq!(text(blocks.resize(block, 169)), "out of memory: 169 bytes were asked for and 72 are left");
    blocks.allocate(72, 8)?;
    assert_eq!(text(blocks.allocate(0, 1).map(drop)), "out of memory: 0 bytes were asked for and 0 are left");
    Ok(())
}

#[test]
fn frees_of_what_is_not_there_are_counted_and_ignored() -> Result<(), AllocError> {
    let mut debug = Debug::new(Heap::new());
    let request = Request::new(10, 8)?;
    let slot = debug.allocate(&request)?;
    debug.free(slot, request.layout());
    debug.free(slot, request.layout());
    let other = debug.allocate(&request)?;
    assert_eq!(slot.index, other.index, "the place is used again");
    debug.free(slot, request.layout());
    debug.free(Slot::new(1000), request.layout());
    assert_eq!(debug.resize(slot, request.layout(), &request), Err(AllocError::Stale));
    assert!(debug.bytes(slot, 10).is_empty() && debug.bytes_mut(Slot::new(7), 10).is_empty());
    let misuse = debug.misuse();
    assert_eq!((misuse.double_frees, misuse.stale, misuse.foreign), (2, 1, 1));
    assert_eq!((debug.leaks().count(), debug.bytes(other, 10)), (1, &[0x7F; 10][..]));
    Ok(())
}

#[test]
fn charges_are_counted() -> Result<(), AllocError> {
    let mut debug = Debug::new(FixedBuffer::new(vec![0; 100]));
    let charges = |debug: &Debug<FixedBuffer>| (debug.charges().count, debug.charges().bytes, debug.usage().charged);
    debug.charge(&Request::new(24, 8)?)?;
    debug.charge(&Request::new(48, 8)?)?;
    assert!(debug.charge(&Request::new(48, 8)?).is_err());
    assert_eq!(charges(&debug), (2, 72, 72));
    debug.recharge(Layout::new::<[u64; 3]>(), &Request::new(40, 8)?)?;
    assert_eq!(charges(&debug), (2, 88, 88));
    debug.discharge(Layout::new::<[u64; 6]>());
    assert_eq!(charges(&debug), (1, 40, 40));
    debug.discharge(Layout::new::<[u64; 6]>());
    assert_eq!((charges(&debug), debug.misuse().foreign), ((1, 40, 40), 1));
    // More than is charged can't be changed: it counts as misuse, and as a charge of its own.
    debug.recharge(Layout::new::<[u64; 6]>(), &Request::new(8, 8)?)?;
    assert_eq!((charges(&debug), debug.misuse().foreign), ((2, 48, 48), 2));
    // All that is charged can be.
    debug.recharge(Layout::new::<[u64; 6]>(), &Request::new(16, 8)?)?;
    assert_eq!((charges(&debug), debug.misuse().foreign), ((2, 16, 16), 2));
    debug.discharge(Layout::new::<[u64; 2]>());
    debug.discharge(Layout::new::<()>());
    debug.recharge(Layout::new::<()>(), &Request::new(8, 8)?)?;
    assert_eq!((charges(&debug), debug.misuse().foreign), ((1, 8, 8), 3), "nothing is charged any more");
    Ok(())
}

#[test]
fn a_watcher_prints_without_what_it_watches() {
    let debug = Debug::new(Heap::new());
    let text = format!("{debug:?}");
    assert!(text.starts_with("Debug { kind: Heap, blocks: 0, ") && text.ends_with(", .. }"), "{text}");
}

#[test]
fn who_asked_is_told_at_the_end_of_what_leaked() -> Result<(), AllocError> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&told);
    let mut debug = Debug::new(Arena::new()).on_leak(move |leak| list.lock().unwrap().push((leak.size, leak.align)));
    let freed = debug.allocate(&Request::new(300, 16)?)?;
    debug.allocate(&Request::new(7, 1)?)?;
    debug.free(freed, Layout::from_size_align(300, 16).unwrap());
    assert_eq!(*told.lock().unwrap(), []);
    drop(debug);
    assert_eq!(*told.lock().unwrap(), [(7, 1)]);
    Ok(())
}
