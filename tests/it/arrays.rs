//! Bytes and arrays: making them, their alignment, and giving them another size.

use freehold::{Arena, Error, Event, Handle, Pool, Tree, Unlinked};
use std::sync::{Arc, Mutex};

/// An iterator that claims to have so many elements, and has three.
struct Claims(usize, u16);

impl Iterator for Claims {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        self.1 += 1;
        (self.1 <= 3).then_some(self.1)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0, None)
    }
}

#[test]
fn an_iterator_makes_an_array() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let squares = tree.array_from_iter(root, (0..1000u64).map(|n| n * n))?;
    assert_eq!((tree[squares].len(), tree[squares][999], tree.size(squares)?), (1000, 998_001, 8000));
    assert_eq!((tree.name(squares)?.as_ref(), tree.parent(squares)?), ("u64", Some(root)));
    let none = tree.array_from_iter(root, std::iter::empty::<u32>())?;
    assert!(tree[none].is_empty());
    // What an iterator says of its length beforehand need not be so.
    let three = tree.array_from_iter(root, Claims(0, 0))?;
    assert_eq!(tree[three], [1, 2, 3]);
    let three = tree.array_from_iter(root, Claims(9, 0))?;
    assert_eq!(tree[three], [1, 2, 3]);
    Ok(())
}

#[test]
fn an_iterator_that_says_it_is_too_long_is_not_asked() {
    let mut tree = Tree::new();
    let root = tree.root();
    let error = tree.array_from_iter(root, std::iter::repeat(1u8)).unwrap_err();
    assert_eq!(error, Error::TooLarge { asked: usize::MAX, limit: Tree::MAX_BYTES });
    let text = format!("{} bytes are more than one block may have ({})", usize::MAX, Tree::MAX_BYTES);
    assert_eq!(error.to_string(), text);
    let mut asked = 0;
    let counted = (0..Tree::MAX_BYTES / 4 + 1).map(|n| {
        asked += 1;
        n as u32
    });
    let error = tree.array_from_iter(root, counted).unwrap_err();
    assert_eq!(error, Error::TooLarge { asked: (Tree::MAX_BYTES / 4 + 1) * 4, limit: Tree::MAX_BYTES });
    assert_eq!((asked, tree.is_empty()), (0, true));
}

#[test]
fn bytes_are_aligned_and_stay_so() -> Result<(), Error> {
    let mut tree = Tree::new();
    for align in [1, 2, 4, 8, 16, 32, 64] {
        // Blocks beside each other, so that none is aligned by luck.
        let all: Vec<Handle<[u8]>> =
            (0..20).map(|n| tree.bytes_aligned(tree.root(), n * 7, align)).collect::<Result<_, _>>()?;
        for len in [1, 100, 0, 48, 5000, 17, 100_000, 40_000, 3] {
            for (n, &bytes) in all.iter().enumerate() {
                match n % 3 {
                    0 => tree.resize(bytes, len + n)?,
                    1 => tree.resize_zero(bytes, len + n)?,
                    _ => _ = tree.realloc(tree.root(), Some(bytes), len + n)?,
                }
                let address = tree[bytes].as_ptr();
                assert!(tree[bytes].is_empty() || address.align_offset(align) == 0, "{len} bytes aligned to {align}");
            }
            tree.validate().expect("blocks are aligned as was asked");
        }
        for bytes in all {
            tree.free(bytes)?;
        }
        assert!(tree.is_empty());
    }
    // The records of aligned bytes are others' now.
    for _ in 0..20 {
        let plain = tree.bytes(tree.root(), 48)?;
        tree.set_name(plain, "plain")?;
    }
    tree.validate().expect("what was asked for other bytes is forgotten");
    Ok(())
}

#[test]
fn alignment_survives_whoever_has_the_bytes() -> Result<(), Error> {
    let mut tree = Tree::new();
    let pool = tree.context_in(tree.root(), "pool", Pool::new(4000))?;
    let arena = tree.context_in(tree.root(), "arena", Arena::new())?;
    for parent in [pool, arena] {
        let all: Vec<Handle<[u8]>> =
            (1..20).map(|n| tree.bytes_aligned(parent, n * 7, 64)).collect::<Result<_, _>>()?;
        for len in [100, 3, 400] {
            for &bytes in &all {
                tree.resize(bytes, len)?;
                assert_eq!(tree[bytes].as_ptr().align_offset(64), 0, "{len} bytes");
                tree.bytes(parent, 1)?;
            }
            tree.validate().expect("blocks are aligned as was asked");
        }
        tree.free(parent)?;
    }
    assert!(tree.is_empty());
    Ok(())
}

#[test]
fn aligned_bytes_are_zero_and_named_by_their_place() -> Result<(), Error> {
    let mut tree = Tree::new();
    let dirty = tree.bytes_aligned(tree.root(), 100, 32)?;
    tree[dirty].fill(7);
    tree.free(dirty)?;
    let (clean, line) = (tree.bytes_aligned(tree.root(), 100, 32)?, line!());
    assert_eq!(tree[clean], [0; 100]);
    assert_eq!(tree.name(clean)?, format!("{}:{line}", file!()));
    assert_eq!(tree.type_name(clean)?, "[u8]");
    Ok(())
}

#[test]
fn alignments_that_there_are_not() {
    let mut tree = Tree::new();
    for align in [0, 3, 24, 48, 63, 65, 128, 1 << 40, usize::MAX] {
        let error = tree.bytes_aligned(tree.root(), 8, align).unwrap_err();
        assert_eq!(error, Error::Alignment { align });
        let text = format!("blocks can't be aligned to {align} bytes: it has to be a power of two up to 64");
        assert_eq!(error.to_string(), text);
    }
    let error = tree.bytes_aligned(tree.root(), Tree::MAX_BYTES + 1, 64).unwrap_err();
    assert_eq!(error, Error::TooLarge { asked: Tree::MAX_BYTES + 1, limit: Tree::MAX_BYTES });
    assert!(tree.is_empty());
}

#[test]
fn resizing_keeps_what_both_lengths_have_and_can_clear_the_rest() -> Result<(), Error> {
    let mut tree = Tree::new();
    let numbers = tree.array_from(tree.root(), &[1u32, 2, 3, 4])?;
    let child = tree.context(numbers, "child")?;
    // So that the heap has something to leave behind in every size.
    for size in [8, 16, 100, 4000, 9000, 40_000] {
        let dirty = tree.bytes(tree.root(), size)?;
        tree[dirty].fill(0xff);
        tree.free(dirty)?;
    }
    let mut expected = vec![1, 2, 3, 4];
    for len in [25, 3, 4, 1000, 999, 1001, 2, 9000, 0, 5] {
        tree.resize_zero(numbers, len)?;
        expected.resize(len, 0);
        assert_eq!(tree[numbers], expected, "{len}");
        let kept = len.min(4);
        tree.resize(numbers, len + 50)?;
        assert_eq!((tree[numbers].len(), &tree[numbers][..kept]), (len + 50, &expected[..kept]));
        tree[numbers].fill(len as u32);
        tree.resize(numbers, len)?;
        expected.fill(len as u32);
    }
    assert_eq!(tree.children(numbers)?.collect::<Vec<_>>(), [child.id()]);
    Ok(())
}

#[test]
fn what_is_new_is_clear_before_the_observer_sees_it() -> Result<(), Error> {
    let mut tree = Tree::new();
    let dirty = tree.array_from(tree.root(), &[9u8; 300])?;
    tree.free(dirty)?;
    let bytes = tree.array_from(tree.root(), &[1u8; 10])?;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    tree.set_observer(move |tree, event| {
        let sum: u32 = tree[bytes].iter().map(|&byte| u32::from(byte)).sum();
        told.lock().unwrap().push((event, sum));
    });
    tree.resize_zero(bytes, 300)?;
    tree.resize_zero(bytes, 300)?;
    tree.resize(bytes, 5)?;
    tree.clear_observer();
    let resized = |from, to| Event::Resized { node: bytes.id(), from, to };
    assert_eq!(*seen.lock().unwrap(), [(resized(10, 300), 10), (resized(300, 5), 5)]);
    Ok(())
}

#[test]
fn lengths_that_no_array_can_have() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let numbers = tree.array_from(root, &[1u32, 2])?;
    let (limit, len) = (Tree::MAX_BYTES, Tree::MAX_BYTES / 4 + 1);
    for (len, asked) in [(len, len * 4), (usize::MAX / 4, usize::MAX - 3), (usize::MAX, usize::MAX)] {
        let errors = [
            tree.resize(numbers, len).unwrap_err(),
            tree.resize_zero(numbers, len).unwrap_err(),
            tree.realloc(root, Some(numbers), len).unwrap_err(),
            tree.realloc::<u32>(root, None, len).unwrap_err(),
            tree.array::<u32>(root, len).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.to_string(), format!("{asked} bytes are more than one block may have ({limit})"));
        }
    }
    assert_eq!((&tree[numbers], tree.len()), (&[1, 2][..], 1));
    Ok(())
}

#[test]
fn a_shared_array_keeps_its_size() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let numbers = tree.array_from(root, &[1u32, 2])?;
    let holder = tree.context(root, "holder")?;
    tree.reference(holder, numbers)?;
    let error = Error::Shared { node: numbers.id(), holders: [holder.id()].into() };
    // Also to the length that it has, as in talloc.
    for len in [1, 2, 3] {
        assert_eq!(tree.resize(numbers, len), Err(error.clone()));
        assert_eq!(tree.resize_zero(numbers, len), Err(error.clone()));
        assert_eq!(tree.realloc(root, Some(numbers), len), Err(error.clone()));
    }
    assert_eq!(tree.resize(numbers, 0), Err(error));
    assert_eq!(tree[numbers], [1, 2]);
    Ok(())
}

#[test]
fn realloc_to_nothing_gives_up_one_claim() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let owner = tree.context(root, "owner")?;
    let other = tree.context(root, "other")?;
    assert_eq!(tree.realloc::<u32>(owner, None, 0)?, None);
    assert_eq!(tree.len(), 2, "nothing is made of nothing");
    let (made, line) = (tree.realloc::<u8>(owner, None, 3)?.expect("there is one now"), line!());
    assert_eq!((tree.parent(made)?, tree[made].len()), (Some(owner.id()), 3));
    assert_eq!(tree.name(made)?, format!("{}:{line}", file!()), "named by the place of the call");

    // Only here does it matter who is named as the owner.
    assert_eq!(tree.realloc(other, Some(made), 5)?, Some(made));
    let error = tree.realloc(other, Some(made), 0).unwrap_err();
    assert_eq!(error, Error::NotOwner { node: made.id(), owner: other.id() });
    assert_eq!(error.to_string(), format!("node {other} is neither parent nor holder of a reference to {made}"));

    // Shared: a reference goes, then the owner's claim, and the array with the last.
    tree.reference(other, made)?;
    assert_eq!(tree.realloc(other, Some(made), 0)?, None);
    assert_eq!((tree.reference_count(made)?, tree.parent(made)?), (0, Some(owner.id())));
    tree.reference(other, made)?;
    assert_eq!(tree.realloc(owner, Some(made), 0)?, None);
    assert_eq!((tree.reference_count(made)?, tree.parent(made)?), (0, Some(other.id())));
    assert_eq!(tree.realloc(other, Some(made), 0)?, None);
    assert!(!tree.contains(made));

    // To resize to no elements is something else: the array stays.
    let kept = tree.array_from(owner, &[1u8])?;
    tree.resize(kept, 0)?;
    assert!(tree[kept].is_empty());
    assert!(matches!(tree.unlink(owner, kept)?, Unlinked::Freed(_)));
    Ok(())
}

#[test]
fn realloc_does_not_hide_a_refusal() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let array = tree.bytes(root, 3)?;
    tree.set_destructor(array, |_, _| freehold::Verdict::Refuse)?;
    assert_eq!(tree.realloc(root, Some(array), 0), Err(Error::Refused { node: array.id() }));
    assert_eq!(tree[array].len(), 3);
    tree.clear_destructor(array)?;
    Ok(())
}
