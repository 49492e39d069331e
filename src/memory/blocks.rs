//! Blocks without a tree: checked tokens for an allocator's slots.

use std::fmt;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use super::allocator::or_free;
use super::misuse::Tally;
use super::roster::{Entry, Roster};
use super::{AllocError, Allocator, Kept, MAX_SCOPES, Misuse, Misuses, Request, Slot, Usage};
use crate::id::{NodeKey, TreeTag};

/// A token for a block of one [`Blocks`]: a checked stand-in for a pointer.
///
/// 12 bytes, `Copy`; an `Option` of one costs no more. It carries its allocator's identity and the block's generation,
/// so a token of a block that was freed, or of another allocator, is told apart from a good one at every use.
///
/// `Debug` and `Display` print it short, place and generation: `3v1`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Block {
    owner: TreeTag,
    key: NodeKey,
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.key, f)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A token for a scope of one [`Blocks`]. Like blocks, scopes are told apart from those that were closed before and
/// from those of other allocators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ScopeId {
    owner: TreeTag,
    depth: u8,
    serial: u64,
}

impl ScopeId {
    /// How deep it is: 1 for a scope that is in no other.
    #[must_use]
    pub fn depth(self) -> usize {
        self.depth.into()
    }
}

/// An allocator on its own, without a tree: it hands out tokens and checks them.
///
/// **When to choose it:** for bytes alone, with no need of owners, names or reports; for what other systems call an
/// arena, a pool or a scratch allocator. A [`Tree`](crate::Tree) does more and costs more.
///
/// Each block goes with the scope it was made in: when that ends, it is freed unless it is kept. Where its bytes lie does
/// not matter: a block that was made outside and resized inside stays with the scope outside. So the use-after-free
/// that users of arenas know does not happen.
///
/// If an allocator of the user's own panics, no block is lost or freed twice. What makes or resizes a block has done
/// nothing if the allocator was asked for something; what frees blocks has freed those that it came to, and
/// [`exit_scope`](Self::exit_scope) and [`reset`](Self::reset) can be called again for the others.
///
/// ```
/// use freehold::Arena;
/// use freehold::memory::{AllocError, Blocks};
///
/// let mut blocks = Blocks::new(Arena::new());
/// let list = blocks.allocate_copy(b"one")?;
///
/// let scope = blocks.enter_scope()?;
/// let scratch = blocks.allocate(1000, 8)?;
/// blocks.resize(list, 9)?;
/// blocks.get_mut(list)?[3..].copy_from_slice(b", two,");
/// let freed = blocks.exit_scope(scope, &[])?;
///
/// assert_eq!(freed, 1);
/// assert_eq!(blocks.get(list)?, b"one, two,");
/// assert_eq!(blocks.get(scratch), Err(AllocError::Stale));
/// # Ok::<(), AllocError>(())
/// ```
#[derive(Debug)]
pub struct Blocks<A: Allocator> {
    allocator: A,
    owner: TreeTag,
    roster: Roster,
    /// The scopes that were ever opened.
    scopes: u64,
    misuse: Tally,
}

impl<A: Allocator> Blocks<A> {
    /// No blocks yet, to come from `allocator`, which may be a `Box<dyn Allocator>`.
    #[must_use]
    pub fn new(allocator: A) -> Self {
        Self { allocator, owner: TreeTag::fresh(), roster: Roster::new(), scopes: 0, misuse: Tally::default() }
    }

    /// Makes a block of `size` bytes aligned to `align`, its content whatever it happens to be. O(1), and what the
    /// allocator takes.
    ///
    /// # Errors
    ///
    /// [`AllocError::Alignment`] if `align` is not a power of two up to 64; [`AllocError::TooLarge`] beyond
    /// [`Request::MAX_BYTES`]; [`AllocError::Full`]; what the allocator says, [`AllocError::Exhausted`] as a rule.
    #[track_caller]
    pub fn allocate(&mut self, size: usize, align: usize) -> Result<Block, AllocError> {
        self.make(size, align, Location::caller(), A::allocate)
    }

    /// Makes a block of `size` zeroes aligned to `align`. O(size).
    ///
    /// # Errors
    ///
    /// As [`allocate`](Self::allocate).
    #[track_caller]
    pub fn allocate_zeroed(&mut self, size: usize, align: usize) -> Result<Block, AllocError> {
        self.make(size, align, Location::caller(), A::allocate_zeroed)
    }

    /// Makes a block that holds a copy of `bytes`, at any address. O(size).
    ///
    /// # Errors
    ///
    /// As [`allocate`](Self::allocate).
    #[track_caller]
    pub fn allocate_copy(&mut self, bytes: &[u8]) -> Result<Block, AllocError> {
        self.make(bytes.len(), 1, Location::caller(), |allocator, request| {
            let slot = allocator.allocate(request)?;
            or_free(allocator, slot, request.layout(), |it| it.bytes_mut(slot, bytes.len()).copy_from_slice(bytes));
            Ok(slot)
        })
    }

    fn make(
        &mut self,
        size: usize,
        align: usize,
        origin: &'static Location<'static>,
        from: impl FnOnce(&mut A, &Request) -> Result<Slot, AllocError>,
    ) -> Result<Block, AllocError> {
        let request = Request::at(size, align, origin)?;
        if !self.roster.has_room() {
            return Err(AllocError::Full);
        }
        let slot = from(&mut self.allocator, &request)?;
        Ok(Block { owner: self.owner, key: self.roster.insert(slot, request.layout()) })
    }

    /// Makes a block as large as asked for. The bytes that both sizes have keep their content; the content of further
    /// ones is whatever it happens to be. The token and the alignment stay, and so does the scope that the block goes
    /// with. O(1), or O(size) when the allocator moves it.
    ///
    /// # Errors
    ///
    /// [`AllocError::Stale`] or [`AllocError::Foreign`]; [`AllocError::TooLarge`]; what the allocator says. The block is
    /// then as it was.
    #[track_caller]
    pub fn resize(&mut self, block: Block, size: usize) -> Result<(), AllocError> {
        let entry = *self.resolve(block, Misuse::Stale)?;
        let request = Request::at(size, entry.layout().align(), Location::caller())?;
        let slot = self.allocator.resize(entry.slot, entry.layout(), &request)?;
        self.roster.resized(block.key, slot, size);
        Ok(())
    }

    /// Makes a block as large as asked for, as [`resize`](Self::resize) does, and clears what is new in it. O(bytes that
    /// are new), or O(size) when the allocator moves it.
    ///
    /// # Errors
    ///
    /// As [`resize`](Self::resize).
    ///
    /// # Panics
    ///
    /// If an allocator of the user's own does. If that was when it was to lend the bytes, the block is larger, and what is
    /// new in it not cleared.
    #[track_caller]
    pub fn resize_zero(&mut self, block: Block, size: usize) -> Result<(), AllocError> {
        let old = self.size(block)?;
        self.resize(block, size)?;
        if let Some(new) = self.get_mut(block)?.get_mut(old..) {
            new.fill(0);
        }
        Ok(())
    }

    /// Frees a block. Its token is stale from now on. O(1), and what the allocator takes.
    ///
    /// # Errors
    ///
    /// [`AllocError::Stale`], counted as a double free, or [`AllocError::Foreign`].
    pub fn free(&mut self, block: Block) -> Result<(), AllocError> {
        self.resolve(block, Misuse::DoubleFree)?;
        self.release(block.key);
        Ok(())
    }

    /// The bytes of a block. O(1).
    ///
    /// # Errors
    ///
    /// [`AllocError::Stale`] or [`AllocError::Foreign`].
    pub fn get(&self, block: Block) -> Result<&[u8], AllocError> {
        let entry = self.resolve(block, Misuse::Stale)?;
        Ok(self.allocator.bytes(entry.slot, entry.size()))
    }

    /// The bytes of a block, to write. O(1).
    ///
    /// # Errors
    ///
    /// [`AllocError::Stale`] or [`AllocError::Foreign`].
    pub fn get_mut(&mut self, block: Block) -> Result<&mut [u8], AllocError> {
        let entry = *self.resolve(block, Misuse::Stale)?;
        Ok(self.allocator.bytes_mut(entry.slot, entry.size()))
    }

    /// How many bytes a block has. O(1).
    ///
    /// # Errors
    ///
    /// [`AllocError::Stale`] or [`AllocError::Foreign`].
    pub fn size(&self, block: Block) -> Result<usize, AllocError> {
        Ok(self.resolve(block, Misuse::Stale)?.size())
    }

    /// How many blocks there are. O(1).
    #[must_use]
    pub fn len(&self) -> usize {
        self.roster.len()
    }

    /// Whether there are no blocks. O(1).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Frees all blocks, newest first, and closes all scopes. The allocator keeps its memory for the next ones.
    /// O(blocks).
    pub fn reset(&mut self) {
        while self.roster.depth() > 0 {
            self.free_innermost();
            // The scope is closed whatever the allocator says; there is nothing left in it.
            let _ = self.close_innermost();
        }
        self.free_innermost();
    }

    /// Makes the allocator give back memory it does not need. Blocks stay where they are. As cheap as
    /// [`Allocator::shrink`] of the allocator.
    pub fn shrink(&mut self) {
        self.allocator.shrink();
    }

    /// Opens a scope inside those that are open: what is made from now on goes when it ends. O(1).
    ///
    /// # Errors
    ///
    /// [`AllocError::NoScopes`] if the allocator has none; [`AllocError::TooDeep`] if [`MAX_SCOPES`] are open.
    pub fn enter_scope(&mut self) -> Result<ScopeId, AllocError> {
        if self.roster.depth() == MAX_SCOPES {
            return Err(AllocError::TooDeep { limit: MAX_SCOPES });
        }
        self.allocator.enter_scope()?;
        self.scopes += 1;
        self.roster.enter(self.scopes);
        Ok(ScopeId { owner: self.owner, depth: self.roster.depth() as u8, serial: self.scopes })
    }

    /// Closes the innermost scope, and says how many blocks that has freed: all that were made in it, newest first, but
    /// for those in `keep`, which go with the scope outside from now on. Tokens of blocks that are kept stay good; those
    /// of blocks that were made outside may be in `keep` too, and mean nothing there.
    /// O(blocks made, kept or resized in the scope), and the bytes that the allocator moves.
    ///
    /// # Errors
    ///
    /// [`AllocError::ScopeOrder`] if the scope is not the innermost one; [`AllocError::ScopeClosed`];
    /// [`AllocError::ForeignScope`]; [`AllocError::Stale`] or [`AllocError::Foreign`] for a block in `keep`. Nothing has
    /// changed then. An allocator of the user's own that opens a scope and fails to close it has its error passed on,
    /// and the scope is closed here all the same.
    pub fn exit_scope(&mut self, scope: ScopeId, keep: &[Block]) -> Result<usize, AllocError> {
        let (asked, innermost) = (scope.depth(), self.roster.depth());
        if scope.owner != self.owner {
            return Err(AllocError::ForeignScope);
        }
        if asked > innermost || self.roster.serial(asked) != scope.serial {
            return Err(AllocError::ScopeClosed { asked });
        }
        if asked < innermost {
            return Err(AllocError::ScopeOrder { asked, innermost });
        }
        for &block in keep {
            self.resolve(block, Misuse::Stale)?;
        }
        for block in keep {
            self.roster.keep(block.key);
        }
        let freed = self.free_innermost();
        self.close_innermost()?;
        Ok(freed)
    }

    /// How many scopes are open. O(1).
    #[must_use]
    pub fn scope_depth(&self) -> usize {
        self.roster.depth()
    }

    /// The allocator. O(1).
    #[must_use]
    pub fn allocator(&self) -> &A {
        &self.allocator
    }

    /// How much the allocator holds. O(1), for a [`Heap`](super::Heap) O(pages).
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.allocator.usage()
    }

    /// How often tokens were misused here. The allocator has been told of each, for a [`Debug`](super::Debug) to count.
    /// O(1).
    #[must_use]
    pub fn misuse(&self) -> Misuses {
        self.misuse.counts()
    }

    /// Frees all blocks and gives the allocator back. O(blocks).
    #[must_use]
    pub fn into_allocator(mut self) -> A {
        self.reset();
        self.allocator
    }

    fn resolve(&self, block: Block, gone: Misuse) -> Result<&Entry, AllocError> {
        if block.owner != self.owner {
            return Err(self.misused(Misuse::Foreign, AllocError::Foreign));
        }
        self.roster.get(block.key).ok_or_else(|| self.misused(gone, AllocError::Stale))
    }

    #[cold]
    fn misused(&self, misuse: Misuse, error: AllocError) -> AllocError {
        self.misuse.count(misuse);
        self.allocator.misused(misuse);
        error
    }

    fn release(&mut self, key: NodeKey) {
        let entry = self.roster.remove(key);
        self.allocator.free(entry.slot, entry.layout());
    }

    fn free_innermost(&mut self) -> usize {
        let mut freed = 0;
        while let Some(key) = self.roster.newest() {
            self.release(key);
            freed += 1;
        }
        freed
    }

    fn close_innermost(&mut self) -> Result<(), AllocError> {
        let keys = self.roster.exit();
        let mut kept: Vec<Kept> = keys.iter().map(|&key| self.roster.kept(key)).collect();
        let outcome = catch_unwind(AssertUnwindSafe(|| self.allocator.exit_scope(&mut kept)));
        // An allocator that panics may have moved some of them before.
        for (key, kept) in keys.into_iter().zip(kept) {
            self.roster.moved(key, kept.slot);
        }
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Heap;

    #[test]
    fn tokens_are_small_and_short() {
        let mut blocks = Blocks::new(Heap::new());
        let first = blocks.allocate(1, 1).unwrap();
        blocks.free(first).unwrap();
        let second = blocks.allocate(1, 1).unwrap();
        assert_eq!((size_of::<Block>(), size_of::<Option<Block>>()), (12, 12));
        assert_eq!(format!("{first:?} {second}"), "0v1 0v3");
    }
}
