//! Blocks without a tree, from an allocator that panics in its n-th call.

use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::memory::{AllocError, Block, Blocks, ScopeId};
use freehold::{Error, Tree};

use super::fuse::{Boom, Fuse, Plan};
use super::touchy::Touchy;

/// A block outside and, after some scratch, another one in a scope, which is to be kept.
struct Shelf {
    blocks: Blocks<Touchy>,
    outside: Block,
    scope: ScopeId,
    scratch: Block,
    inside: Block,
}

impl Shelf {
    fn new(fuse: &Fuse) -> Result<Self, AllocError> {
        let mut blocks = Blocks::new(Touchy::new(fuse, "blocks"));
        let outside = blocks.allocate_copy(b"outside")?;
        let scope = blocks.enter_scope()?;
        let scratch = blocks.allocate_zeroed(100, 8)?;
        let inside = blocks.allocate_copy(b"inside")?;
        Ok(Self { blocks, outside, scope, scratch, inside })
    }

    /// How many blocks and scopes there are, and how large two of the blocks are.
    fn state(&self) -> [usize; 4] {
        let size = |block| self.blocks.size(block).unwrap_or(0);
        [self.blocks.len(), self.blocks.scope_depth(), size(self.outside), size(self.scratch)]
    }

    /// Each block is one of the allocator's and has its content, also once something else lies beside it.
    fn check(&mut self, what: &str) {
        assert_eq!(self.blocks.usage().blocks, self.blocks.len(), "{what}: a block is lost");
        let next = self.blocks.allocate_copy(&[0xEE; 200]).unwrap();
        for (block, content) in [(self.outside, b"outside" as &[u8]), (self.inside, b"inside")] {
            match self.blocks.get(block) {
                Ok(bytes) => assert_eq!(&bytes[..content.len()], content, "{what}"),
                Err(error) => assert_eq!(error, AllocError::Stale, "{what}"),
            }
        }
        self.blocks.free(next).unwrap();
    }
}

type Run = fn(&mut Shelf) -> Result<(), AllocError>;

/// The operations, and whether one may stop half way when the allocator is asked for something.
const OPERATIONS: &[(&str, bool, Run)] = &[
    ("allocate", false, |shelf| shelf.blocks.allocate(10, 8).map(drop)),
    ("allocate_zeroed", false, |shelf| shelf.blocks.allocate_zeroed(10, 8).map(drop)),
    ("allocate_copy", false, |shelf| shelf.blocks.allocate_copy(b"new").map(drop)),
    ("resize", false, |shelf| shelf.blocks.resize(shelf.outside, 300)),
    ("resize to less", false, |shelf| shelf.blocks.resize(shelf.scratch, 3)),
    ("resize_zero", true, |shelf| shelf.blocks.resize_zero(shelf.outside, 300)),
    ("free", false, |shelf| shelf.blocks.free(shelf.scratch)),
    ("shrink", false, |shelf| {
        shelf.blocks.shrink();
        Ok(())
    }),
    ("enter_scope", false, |shelf| shelf.blocks.enter_scope().map(drop)),
    ("exit_scope", true, |shelf| shelf.blocks.exit_scope(shelf.scope, &[shelf.inside]).map(drop)),
    ("reset", true, |shelf| {
        shelf.blocks.reset();
        Ok(())
    }),
];

/// Has each call of the allocator panic, and says how many there were.
fn inject(name: &str, stops: bool, run: Run) -> usize {
    let fuse = Fuse::default();
    let mut shelf = Shelf::new(&fuse).unwrap();
    let before = shelf.state();
    run(&mut shelf).unwrap();
    let after = shelf.state();
    for n in 1.. {
        let fuse = Fuse::default();
        let mut shelf = Shelf::new(&fuse).unwrap();
        fuse.light(Plan::One(n));
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&mut shelf)));
        fuse.put_out();
        let Some(who) = fuse.fired() else {
            outcome.expect("nobody has panicked").unwrap();
            return n - 1;
        };
        let what = format!("{name}, call {n}, {who}");
        assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&Boom(who.clone())), "{what}");
        let found = shelf.state();
        if stops {
            let between = |i: usize| found[i] >= before[i].min(after[i]) && found[i] <= before[i].max(after[i]);
            assert!((0..4).all(between), "{what}: {found:?}");
        } else {
            assert_eq!(found, if who.starts_with("allocator asked") { before } else { after }, "{what}");
        }
        shelf.check(&what);
        // What has stopped half way can be had again.
        match shelf.blocks.exit_scope(shelf.scope, &[]) {
            Ok(_) | Err(AllocError::ScopeOrder { .. } | AllocError::ScopeClosed { .. }) => {}
            Err(error) => panic!("{what}: {error}"),
        }
        shelf.check(&what);
        shelf.blocks.reset();
        assert_eq!((shelf.state(), shelf.blocks.usage().blocks), ([0; 4], 0), "{what}");
        drop(shelf);
        fuse.all_dropped_once(&what);
    }
    unreachable!("every operation ends")
}

#[test]
fn no_block_is_lost_or_given_back_twice() {
    let calls: usize = OPERATIONS.iter().map(|&(name, stops, run)| inject(name, stops, run)).sum();
    assert!(calls >= 15, "{calls} calls are too few");
}

/// Ends a scope, and those in it that were forgotten, while the n-th call of their allocator panics. False if there were
/// fewer calls.
fn end_scopes(forgotten: usize, secret: bool, n: usize) -> Result<bool, Error> {
    let fuse = Fuse::default();
    let mut tree = Tree::new();
    let context = tree.context_in(tree.root(), "context", Touchy::new(&fuse, "context"))?;
    let mut scope = tree.scope(context)?;
    scope.bytes(100)?;
    let kept = scope.array_from(b"kept")?;
    if secret {
        scope.set_secret(kept)?;
    }
    scope.keep(kept)?;
    for _ in 0..forgotten {
        std::mem::forget(scope.nested()?);
    }
    fuse.light(Plan::One(n));
    let ended = catch_unwind(AssertUnwindSafe(|| drop(scope)));
    fuse.put_out();
    let fired = fuse.fired();
    assert_eq!(ended.is_err(), fired.is_some());
    let what = format!("{forgotten} forgotten, secret: {secret}, call {n}, {fired:?}");
    assert_eq!(tree.allocator_as::<Touchy>(context)?.depth, 0, "{what}");
    tree.array_from(context, &[0xEE; 200])?;
    // A secret that its allocator does not lend to be put back is lost, but not to others.
    let lost = secret && tree[kept] == [0; 4] && fired.as_ref().is_some_and(|who| who.contains("lend"));
    assert!(lost || tree[kept] == *b"kept", "{what}: {:?}", &tree[kept]);
    tree.validate().unwrap();
    Ok(fired.is_some())
}

#[test]
fn scopes_end_and_what_is_kept_has_its_bytes_whenever_their_allocator_panics() -> Result<(), Error> {
    for (forgotten, secret) in [(0, false), (0, true), (2, false), (2, true)] {
        let mut n = 1;
        while end_scopes(forgotten, secret, n)? {
            n += 1;
        }
        assert!(n > 1 + forgotten, "each scope is a call");
    }
    Ok(())
}
