//! Which allocator serves whom, and for how long.

use freehold::memory::{Allocator, AllocatorKind, Debug, Failing, Heap, Plan};
use freehold::{Arena, Error, FixedBuffer, Pool, Tree, TreeBuilder};

use super::probe::{Call, Calls, Probe};

#[test]
fn what_is_below_a_context_has_its_memory_from_there() -> Result<(), Error> {
    let calls = Calls::default();
    let mut tree = Tree::new();
    let context = tree.context_in(tree.root(), "in", Probe::new(&calls))?;
    assert_eq!(calls.take(), []);
    let value = tree.alloc(context, 7u64)?;
    let array = tree.array::<u32>(value, 5)?;
    let empty = tree.bytes(array, 0)?;
    tree.context(empty, "nothing to charge")?;
    assert_eq!(calls.take(), [Call::Charge(8, 8), Call::Allocate(20, 4), Call::Allocate(0, 1)]);

    tree.alloc(tree.root(), 1u64)?;
    assert_eq!(calls.take(), []);
    tree.validate().unwrap();

    tree.free(array)?;
    assert_eq!(calls.take(), [Call::Free(0), Call::Free(20)]);
    tree.free(context)?;
    assert_eq!(calls.take(), [Call::Discharge(8), Call::Dropped]);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn an_allocator_goes_with_its_last_user_wherever_that_is() -> Result<(), Error> {
    let calls = Calls::default();
    let mut tree = Tree::new();
    let context = tree.context_in(tree.root(), "in", Probe::new(&calls))?;
    let kept = tree.array_from(context, &[1u8, 2, 3])?;
    tree.steal(tree.root(), kept)?;
    tree.free(context)?;
    assert_eq!(calls.take(), [Call::Allocate(3, 1)]);
    assert_eq!(tree[kept], [1, 2, 3]);

    // As with talloc's pools, children have their memory where their parent has its own.
    let child = tree.bytes(kept, 10)?;
    assert_eq!(calls.take(), [Call::Allocate(10, 1)]);
    tree.steal(tree.root(), child)?;
    tree.free(kept)?;
    tree.validate().unwrap();
    tree.free(child)?;
    assert_eq!(calls.take(), [Call::Free(3), Call::Free(10), Call::Dropped]);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn dropping_the_tree_drops_its_allocators() -> Result<(), Error> {
    let calls = Calls::default();
    let mut tree = TreeBuilder::new().allocator(Probe::new(&calls)).build();
    let inner = tree.context_in(tree.root(), "in", Probe::new(&calls))?;
    tree.alloc(inner, String::from("a value that has to be dropped"))?;
    calls.take();
    drop(tree);
    let dropped = calls.take().into_iter().filter(|call| *call == Call::Dropped).count();
    assert_eq!(dropped, 2);
    Ok(())
}

#[test]
fn the_root_can_have_an_allocator() -> Result<(), Error> {
    let calls = Calls::default();
    let mut tree = TreeBuilder::new().allocator(Probe::new(&calls)).build();
    tree.bytes(tree.root(), 10)?;
    assert_eq!(calls.take(), [Call::Allocate(10, 1)]);
    assert_eq!(tree.allocator(tree.root())?.kind(), AllocatorKind::Custom("probe"));
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_fixed_buffer_refuses_values_texts_and_arrays_that_do_not_fit() -> Result<(), Error> {
    let mut tree = Tree::new();
    let packet = tree.context_in(tree.root(), "packet", FixedBuffer::new(vec![0; 100]))?;
    let value = tree.alloc(packet, [0u64; 5])?;
    let text = tree.strdup(packet, "0123456789012345678901234567890123456789")?;
    let used = |tree: &Tree| tree.allocator_as::<FixedBuffer>(packet).unwrap().used();
    assert_eq!(used(&tree), 80);

    let text_of = |error: Error| error.to_string();
    let left = |asked: usize| {
        format!(
            "out of memory in the fixed buffer of node {packet}: {asked} bytes were asked for and 20 are left; \
             free something there, or make it larger"
        )
    };
    let (back, error) = tree.alloc(packet, [7u64; 4]).unwrap_err().into_parts();
    assert_eq!((back, text_of(error)), ([7; 4], left(32)));
    assert_eq!(text_of(tree.strdup(packet, &"x".repeat(21)).unwrap_err()), left(21));
    assert_eq!(text_of(tree.array::<u8>(packet, 30).unwrap_err()), left(30));
    assert_eq!(tree.alloc_with(packet, |_| [0u8; 21]).unwrap_err().error().to_string(), left(21));
    assert_eq!(used(&tree), 80);
    tree.validate().unwrap();

    tree.free(value)?;
    assert_eq!(used(&tree), 40);
    let array = tree.array::<u8>(packet, 30)?;
    assert!(tree.resize(array, 200).is_err());
    assert_eq!(tree[array].len(), 30);
    tree.free(text)?;
    tree.free(array)?;
    assert_eq!(used(&tree), 0);
    Ok(())
}

#[test]
fn a_text_that_grows_is_charged_for_its_growth() -> Result<(), Error> {
    let mut tree = Tree::new();
    let packet = tree.context_in(tree.root(), "packet", FixedBuffer::new(vec![0; 100]))?;
    let text = tree.strdup(packet, &"a".repeat(60))?;
    tree.append(text, &"b".repeat(40))?;
    assert_eq!(tree.allocator_as::<FixedBuffer>(packet)?.used(), 100);
    assert_eq!(
        tree.append(text, "c").unwrap_err().to_string(),
        format!(
            "out of memory in the fixed buffer of node {text}: 1 bytes were asked for and 0 are left; \
             free something there, or make it larger"
        )
    );
    assert_eq!((tree[text].len(), tree.size(text)?), (100, 100));
    tree.free(text)?;
    assert_eq!(tree.allocator_as::<FixedBuffer>(packet)?.used(), 0);
    Ok(())
}

#[test]
fn a_full_pool_sends_to_the_allocator_outside() -> Result<(), Error> {
    let calls = Calls::default();
    let mut tree = TreeBuilder::new().allocator(Probe::new(&calls)).build();
    let pool = tree.context_in(tree.root(), "pool", Pool::new(64))?;
    let inner = tree.context_in(pool, "inner", Pool::new(16))?;
    let fits = tree.bytes(inner, 16)?;
    let outside = tree.bytes(inner, 32)?;
    assert_eq!(calls.take(), []);
    assert_eq!(tree.allocator_as::<Pool>(outside)?.used(), 32);
    let far = tree.array_from(inner, &[5u8; 100])?;
    let value = tree.alloc(inner, [0u8; 200])?;
    assert_eq!(calls.take(), [Call::Allocate(100, 1), Call::Charge(200, 1)]);
    assert_eq!(tree.allocator(far)?.kind(), AllocatorKind::Custom("probe"));

    // What has no room to grow moves out as well; the inner pools stay as long as they are of use.
    tree[fits].copy_from_slice(b"0123456789abcdef");
    tree.resize(fits, 500)?;
    assert_eq!(&tree[fits][..16], b"0123456789abcdef");
    assert_eq!(calls.take(), [Call::Allocate(500, 1)]);
    tree.validate().unwrap();

    tree.free(pool)?;
    tree.validate().unwrap();
    assert_eq!(calls.take(), [Call::Discharge(200), Call::Free(100), Call::Free(500)]);
    assert!(tree.get(value).is_err());
    Ok(())
}

#[test]
fn the_reservation_of_a_pool_is_kept_for_the_next_until_shrunk() -> Result<(), Error> {
    let mut tree = Tree::new();
    let kept = |tree: &Tree| tree.allocator(tree.root()).map(|heap| heap.usage().capacity);
    let round = |tree: &mut Tree, size| -> Result<[usize; 2], Error> {
        let pool = tree.context_in(tree.root(), "pool", Pool::new(size))?;
        let before = kept(tree)?;
        let block = tree.bytes(pool, 40)?;
        assert_eq!((tree.allocator_as::<Pool>(pool)?.used(), &tree[block]), (40, &[0; 40][..]));
        tree[block].fill(7);
        tree.free(pool)?;
        Ok([before, kept(tree)?])
    };
    assert_eq!(round(&mut tree, 1000)?, [0, 1000]);
    assert_eq!(round(&mut tree, 500)?, [0, 1000], "one that is not too large is used");
    assert_eq!(round(&mut tree, 499)?, [1000, 499], "one that is stays, and gives way to the next");
    assert_eq!(round(&mut tree, 600)?, [499, 600]);
    tree.shrink();
    assert_eq!(kept(&tree)?, 0);
    assert_eq!(round(&mut tree, (4 << 20) + 1)?, [0, 0]);
    Ok(())
}

#[test]
fn an_inner_pool_that_outlives_the_outer_one_still_falls_back_on_it() -> Result<(), Error> {
    let mut tree = Tree::new();
    let outer = tree.context_in(tree.root(), "outer", Pool::new(1000))?;
    let inner = tree.context_in(outer, "inner", Pool::new(16))?;
    tree.steal(tree.root(), inner)?;
    tree.free(outer)?;
    tree.validate().unwrap();
    let block = tree.bytes(inner, 500)?;
    assert_eq!(tree.allocator_as::<Pool>(block)?.capacity(), 1000);
    tree.free(inner)?;
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_pooled_object_has_room_for_what_was_said() -> Result<(), Error> {
    let calls = Calls::default();
    let mut tree = TreeBuilder::new().allocator(Probe::new(&calls)).build();
    let object = tree.pooled(tree.root(), [0u64; 4], 10, 333)?;
    for i in 0..10 {
        tree.bytes(object, if i < 9 { 33 } else { 36 })?;
    }
    let array = tree.pooled_array::<u32>(tree.root(), 7, 1, 64)?;
    tree.array::<u64>(array, 8)?;
    assert_eq!(calls.take(), []);
    assert_eq!(
        tree.resize(array, 7).unwrap_err().to_string(),
        format!("node {array} is a pooled array, which can't be resized")
    );
    let (value, error) = tree.pooled(tree.root(), 'v', usize::MAX, 1).unwrap_err().into_parts();
    assert_eq!(value, 'v');
    assert_eq!(error.to_string(), format!("{} bytes are more than one block may have ({})", usize::MAX, u32::MAX));
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn an_allocator_can_be_looked_at_as_what_it_is() -> Result<(), Error> {
    let mut tree = Tree::new();
    let context = tree.context_in(tree.root(), "in", Arena::new())?;
    assert!(tree.allocator_as::<Heap>(tree.root()).is_ok());
    assert!(tree.allocator_as::<Arena>(context).is_ok());
    assert_eq!(
        tree.allocator_as::<Pool>(context).unwrap_err().to_string(),
        format!("the arena that serves node {context} is not a `freehold::memory::arena::Pool`")
    );
    tree.free(context)?;
    assert!(matches!(tree.allocator(context), Err(Error::Stale { .. })));
    let (arena, error) = tree.context_in(context, "gone", Arena::with_page_size(77)).unwrap_err().into_parts();
    assert_eq!(error, Error::Stale { node: context.id() });
    assert_eq!(arena.usage().capacity, 0);
    Ok(())
}

#[test]
fn an_arena_starts_again_when_all_in_it_has_gone() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::with_page_size(1024))?;
    for round in 0..3u8 {
        for n in 0..100 {
            let block = tree.array::<u8>(phase, 100)?;
            assert!(tree[block].iter().all(|&byte| byte == 0), "zeroes in round {round}");
            tree[block].fill(n);
        }
        let arena = tree.allocator_as::<Arena>(phase)?;
        assert_eq!((arena.pages(), arena.usage().blocks), (12, 100), "round {round}");
        tree.free_children(phase)?;
        assert_eq!(tree.allocator_as::<Arena>(phase)?.used(), 0);
    }
    tree.shrink();
    assert_eq!(tree.allocator_as::<Arena>(phase)?.pages(), 0);
    tree.bytes(phase, 2000)?;
    assert_eq!(tree.allocator_as::<Arena>(phase)?.capacity(), 2000);
    Ok(())
}

#[test]
fn a_constructor_that_panics_leaves_nothing_charged() -> Result<(), Error> {
    let mut tree = Tree::new();
    let packet = tree.context_in(tree.root(), "packet", FixedBuffer::new(vec![0; 100]))?;
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = tree.alloc_with(packet, |_| -> [u8; 50] { panic!("no value") });
    }));
    assert!(outcome.is_err());
    assert_eq!(tree.allocator_as::<FixedBuffer>(packet)?.used(), 0);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn who_refuses_is_named_not_who_sent_to_him() -> Result<(), Error> {
    let mut tree = Tree::new();
    let fixed = tree.context_in(tree.root(), "fixed", FixedBuffer::new(vec![0; 100]))?;
    let pool = tree.context_in(fixed, "pool", Pool::new(16))?;
    assert_eq!(
        tree.bytes(pool, 101).unwrap_err(),
        Error::OutOfMemory { node: pool.id(), allocator: "fixed buffer", asked: 101, left: 100 }
    );
    Ok(())
}

#[test]
fn what_watches_an_allocator_does_not_hide_it() -> Result<(), Error> {
    let mut tree = Tree::new();
    let watched = Failing::new(Debug::new(Arena::new()), &Plan::never());
    let context = tree.context_in(tree.root(), "in", watched)?;
    let node = tree.bytes(context, 10)?;
    assert_eq!(tree.allocator_as::<Arena>(node)?.usage().blocks, 1);
    assert_eq!(tree.allocator_as::<Debug<Arena>>(node)?.usage().blocks, 1);
    assert!(tree.allocator_as::<Failing<Debug<Arena>>>(node).is_ok());
    assert!(matches!(tree.allocator_as::<Heap>(node), Err(Error::WrongAllocator { .. })));
    Ok(())
}
