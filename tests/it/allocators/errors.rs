//! Every error of blocks, with its text, and that it changes nothing.

use freehold::memory::{AllocError, Block, Blocks, Debug, Misuses, ScopeId};
use freehold::{Arena, FixedBuffer, Heap};

fn text<T: std::fmt::Debug>(result: Result<T, AllocError>) -> String {
    result.expect_err("it has to fail").to_string()
}

fn counts(misuse: Misuses) -> [usize; 4] {
    [misuse.double_frees, misuse.stale, misuse.foreign, misuse.total()]
}

#[test]
fn alignments_are_powers_of_two_up_to_64() {
    let mut blocks = Blocks::new(Heap::new());
    for align in [0, 3, 24, 63, 128, 4096, usize::MAX] {
        let want = format!("blocks can't be aligned to {align} bytes: it has to be a power of two up to 64");
        assert_eq!(text(blocks.allocate(8, align)), want);
        assert_eq!(text(blocks.allocate_zeroed(0, align)), want);
    }
    assert_eq!((blocks.len(), blocks.usage().blocks), (0, 0));
}

#[test]
fn a_block_has_less_than_4_gib() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Heap::new());
    let block = blocks.allocate_copy(b"abc")?;
    for size in [1 << 32, usize::MAX - 1, usize::MAX] {
        let want = format!("{size} bytes are more than one block may have (4294967295)");
        assert_eq!(text(blocks.allocate(size, 1)), want);
        assert_eq!(text(blocks.allocate_zeroed(size, 64)), want);
        assert_eq!(text(blocks.resize(block, size)), want);
        assert_eq!(text(blocks.resize_zero(block, size)), want);
    }
    assert_eq!((blocks.len(), blocks.get(block)?), (1, &b"abc"[..]));
    Ok(())
}

#[test]
fn red_zones_take_from_what_a_block_may_have() {
    let mut blocks = Blocks::new(Debug::new(Heap::new()));
    assert_eq!(
        text(blocks.allocate(u32::MAX as usize, 64)),
        "4294967295 bytes are more than one block may have (4294967167)",
    );
}

#[test]
fn what_does_not_fit_says_what_was_asked_for_and_is_left() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(FixedBuffer::new(vec![0; 1000]));
    let first = blocks.allocate(600, 8)?;
    let last = blocks.allocate_copy(&[5; 40])?;
    assert_eq!(text(blocks.allocate(361, 8)), "out of memory: 361 bytes were asked for and 360 are left");
    assert_eq!(text(blocks.resize(first, 601)), "out of memory: 601 bytes were asked for and 360 are left");
    assert_eq!(text(blocks.resize_zero(last, 401)), "out of memory: 401 bytes were asked for and 360 are left");
    assert_eq!((blocks.len(), blocks.get(last)?), (2, &[5; 40][..]));
    blocks.resize(last, 400)?;
    assert_eq!(text(blocks.allocate(1, 1)), "out of memory: 1 bytes were asked for and 0 are left");
    blocks.allocate(0, 1)?;
    blocks.free(last)?;
    blocks.allocate(400, 8)?;
    Ok(())
}

#[test]
fn a_stale_token_is_no_good_even_if_its_place_is_used_again() -> Result<(), AllocError> {
    let stale = "the block is stale: it was freed, so this token must not be used any more";
    let mut blocks = Blocks::new(Debug::new(Heap::new()));
    let old = blocks.allocate_copy(b"old")?;
    blocks.free(old)?;
    for used_again in [false, true] {
        let new = if used_again { Some(blocks.allocate_copy(b"new")?) } else { None };
        let before = counts(blocks.misuse());
        assert_eq!(text(blocks.get(old)), stale);
        assert_eq!(text(blocks.get_mut(old)), stale);
        assert_eq!(text(blocks.size(old)), stale);
        assert_eq!(text(blocks.resize(old, 1)), stale);
        assert_eq!(text(blocks.resize_zero(old, 1)), stale);
        assert_eq!(text(blocks.free(old)), stale);
        let [double_frees, stales, foreign, total] = before;
        assert_eq!(counts(blocks.misuse()), [double_frees + 1, stales + 5, foreign, total + 6]);
        if let Some(new) = new {
            assert_eq!((old.to_string(), new.to_string()), ("0v1".into(), "0v3".into()));
            assert_eq!(blocks.get(new)?, b"new");
        }
    }
    assert_eq!(blocks.allocator().misuse(), blocks.misuse(), "the allocator is told");
    Ok(())
}

#[test]
fn a_foreign_token_is_no_good() -> Result<(), AllocError> {
    let foreign = "the block belongs to another allocator: use it with the one that made it";
    let mut others = Blocks::new(Heap::new());
    let mut blocks = Blocks::new(Debug::new(Heap::new()));
    let theirs = others.allocate_copy(b"theirs")?;
    let ours = blocks.allocate_copy(b"ours")?;
    assert_eq!(theirs.to_string(), ours.to_string());
    assert_eq!(text(blocks.get(theirs)), foreign);
    assert_eq!(text(blocks.get_mut(theirs)), foreign);
    assert_eq!(text(blocks.size(theirs)), foreign);
    assert_eq!(text(blocks.resize(theirs, 1)), foreign);
    assert_eq!(text(blocks.resize_zero(theirs, 1)), foreign);
    assert_eq!(text(blocks.free(theirs)), foreign);
    assert_eq!(counts(blocks.misuse()), [0, 0, 6, 6]);
    assert_eq!(blocks.allocator().misuse(), blocks.misuse());
    assert_eq!((others.get(theirs)?, blocks.get(ours)?), (&b"theirs"[..], &b"ours"[..]));
    assert_eq!(counts(others.misuse()), [0; 4]);
    Ok(())
}

#[test]
fn scopes_need_an_allocator_that_has_them() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Heap::new());
    let block = blocks.allocate(1, 1)?;
    assert_eq!(text(blocks.enter_scope()), "the heap has no scope to open or close");
    assert_eq!(blocks.scope_depth(), 0);
    blocks.free(block)
}

#[test]
fn scopes_nest_to_a_depth_of_32() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Arena::new());
    let scopes: Vec<ScopeId> = (0..32).map(|_| blocks.enter_scope()).collect::<Result<_, _>>()?;
    let block = blocks.allocate_copy(b"deep")?;
    assert_eq!(text(blocks.enter_scope()), "scopes can't be nested deeper than 32: close one first");
    assert_eq!((blocks.scope_depth(), blocks.usage().scope_depth, scopes[31].depth()), (32, 32, 32));
    for &scope in scopes.iter().rev() {
        assert_eq!(blocks.exit_scope(scope, &[block])?, 0);
    }
    assert_eq!(blocks.get(block)?, b"deep");
    Ok(())
}

#[test]
fn scopes_are_closed_in_order() -> Result<(), AllocError> {
    let mut blocks = Blocks::new(Arena::new());
    let outer = blocks.enter_scope()?;
    let inner = blocks.enter_scope()?;
    let block = blocks.allocate_copy(b"inside")?;
    assert_eq!(
        text(blocks.exit_scope(outer, &[])),
        "the scope at depth 1 can't be closed before the one at depth 2: close that first",
    );
    assert_eq!((blocks.scope_depth(), blocks.get(block)?), (2, &b"inside"[..]));
    blocks.exit_scope(inner, &[])?;
    let again = blocks.enter_scope()?;
    let closed = "the scope at depth 2 was closed before, so its token must not be used any more";
    assert_eq!(text(blocks.exit_scope(inner, &[])), closed);
    blocks.exit_scope(again, &[])?;
    assert_eq!(text(blocks.exit_scope(again, &[])), closed);
    assert_eq!(blocks.scope_depth(), 1);
    blocks.exit_scope(outer, &[]).map(drop)
}

#[test]
fn a_scope_of_another_allocator_is_no_good() -> Result<(), AllocError> {
    let (mut blocks, mut others) = (Blocks::new(Arena::new()), Blocks::new(Arena::new()));
    let (ours, theirs) = (blocks.enter_scope()?, others.enter_scope()?);
    assert_eq!(
        text(blocks.exit_scope(theirs, &[])),
        "the scope belongs to another allocator: close it with the one that opened it",
    );
    assert_eq!((blocks.exit_scope(ours, &[])?, others.scope_depth()), (0, 1));
    Ok(())
}

#[test]
fn only_good_tokens_can_be_kept() -> Result<(), AllocError> {
    let (mut blocks, mut others) = (Blocks::new(Arena::new()), Blocks::new(Arena::new()));
    let theirs = others.allocate(1, 1)?;
    let scope = blocks.enter_scope()?;
    let block = blocks.allocate_copy(b"inside")?;
    let stale = blocks.allocate(1, 1)?;
    blocks.free(stale)?;
    for (bad, error) in [(stale, AllocError::Stale), (theirs, AllocError::Foreign)] {
        assert_eq!(blocks.exit_scope(scope, &[block, bad]), Err(error));
        assert_eq!((blocks.scope_depth(), blocks.get(block)?), (1, &b"inside"[..]));
    }
    assert_eq!(counts(blocks.misuse()), [0, 1, 1, 2]);
    assert_eq!(blocks.exit_scope(scope, &[])?, 1);
    Ok(())
}

#[test]
fn what_cannot_be_provoked_has_a_text_too() {
    assert_eq!(AllocError::Full.to_string(), "the allocator can't number any more blocks");
    assert_eq!(size_of::<Option<Block>>(), size_of::<Block>());
}
