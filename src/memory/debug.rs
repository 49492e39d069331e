//! An allocator around another one that watches over its blocks.

use std::alloc::Layout;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use super::allocator::or_free;
use super::misuse::Tally;
use super::{AllocError, Allocator, AllocatorKind, Kept, Misuse, Misuses, Request, Slot, Usage};
use crate::first_panic::FirstPanic;
use crate::id::NodeKey;
use crate::slots::Slots;

/// What bytes are filled with: those of a new block, of one that is freed, before one and after one. The last two differ so
/// that it shows when the red zones of two blocks overlap.
const FRESH: u8 = 0x7F;
const FREED: u8 = 0xDD;
const BEFORE: u8 = 0xFB;
const AFTER: u8 = 0xFD;
/// The least that a red zone has.
const ZONE: usize = 16;

/// Any allocator, watched: who has leaked what, and who has written where.
///
/// **When to choose it:** in tests, and around an allocator that is not trusted yet; it takes time and memory.
///
/// - [`leaks`](Self::leaks) lists the blocks there are, with sizes and origins; as a tree report it is
///   [`Report::from`](crate::report::Report).
/// - Misuse is counted: what tokens were misused for, and frees of slots that hold no block, which are ignored.
/// - The bytes of a new block are `0x7F`, unless zeroes were asked for, and so is what a resize adds; those of a block
///   that is freed, or cut off by a resize, become `0xDD` before the allocator gets them back.
/// - Each block lies between two red zones of at least 16 bytes and of its alignment. They are looked at when the block
///   is freed or resized, all of them when a scope ends and on [`check`](Self::check). In safe code only an allocator
///   that hands out bytes twice can damage them.
///
/// Red zones take room: a block of n bytes takes n and twice the larger of 16 and its alignment, also of those that
/// [`usage`](Allocator::usage) counts. The errors speak of what was asked for and what would be left for that.
///
/// ```
/// use freehold::memory::{Blocks, Debug};
/// use freehold::Heap;
///
/// let mut blocks = Blocks::new(Debug::new(Heap::new()));
/// let first = blocks.allocate(100, 8)?;
/// assert_eq!(blocks.get(first)?, [0x7F; 100]);
/// blocks.allocate(20, 1)?;
/// blocks.free(first)?;
/// assert!(blocks.free(first).is_err());
///
/// let debug = blocks.allocator();
/// assert_eq!(debug.misuse().double_frees, 1);
/// assert_eq!(debug.leaks().map(|leak| leak.size).collect::<Vec<_>>(), [20]);
/// assert!(debug.check().is_empty());
/// # Ok::<(), freehold::memory::AllocError>(())
/// ```
pub struct Debug<A: Allocator> {
    inner: A,
    records: Records,
    /// Blocks that have bytes.
    sized: usize,
    charges: Charges,
    misuse: Tally,
    damages: Vec<Damage>,
    on_damage: Option<OnDamage>,
}

/// Those of all live blocks, and who is to know when they are given up.
struct Records {
    live: Slots<Record>,
    on_leak: Option<OnLeak>,
}

impl Deref for Records {
    type Target = Slots<Record>;

    fn deref(&self) -> &Slots<Record> {
        &self.live
    }
}

impl DerefMut for Records {
    fn deref_mut(&mut self) -> &mut Slots<Record> {
        &mut self.live
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        let mut panic = FirstPanic::default();
        if let Some(tell) = &mut self.on_leak {
            self.live.iter().for_each(|(_, record)| {
                panic.guard(|| tell(&record.leak()));
            });
        }
        panic.resume_unless_panicking();
    }
}

impl Record {
    fn leak(&self) -> Leak {
        Leak { size: self.layout.size(), align: self.layout.align(), origin: self.origin }
    }
}

/// Told of each block that is still there when the allocator goes.
type OnLeak = Box<dyn FnMut(&Leak) + Send>;
/// Told of each damage when it is found.
type OnDamage = Box<dyn FnMut(&Damage) + Send>;

/// A live block.
#[derive(Clone, Copy)]
struct Record {
    slot: Slot,
    layout: Layout,
    origin: &'static Location<'static>,
    /// Whether its damage is in the list.
    told: bool,
}

/// A block that is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leak {
    /// Its bytes.
    pub size: usize,
    /// What its address is a multiple of.
    pub align: usize,
    /// Where it was made.
    pub origin: &'static Location<'static>,
}

/// Values that live elsewhere and are charged to the allocator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Charges {
    /// How many.
    pub count: usize,
    /// Their bytes.
    pub bytes: usize,
}

/// A block whose red zones were written to. `Display` prints a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// The block's bytes.
    pub size: usize,
    /// Where the block was made.
    pub origin: &'static Location<'static>,
    /// The damaged byte nearest to the block: its distance from the block's first byte, negative before it.
    pub offset: isize,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { size, origin, offset } = self;
        write!(f, "the block of {size} bytes made at {}:{} was overrun: ", origin.file(), origin.line())?;
        match offset {
            ..0 => write!(f, "a byte was written {} before its first", offset.unsigned_abs()),
            _ => write!(f, "a byte was written {} after its last", offset.unsigned_abs() + 1 - size),
        }
    }
}

impl<A: Allocator> Debug<A> {
    /// Watches over `inner`, which may be a `Box<dyn Allocator>`.
    #[must_use]
    pub fn new(inner: A) -> Self {
        Self {
            inner,
            records: Records { live: Slots::with_capacity(0), on_leak: None },
            sized: 0,
            charges: Charges::default(),
            misuse: Tally::default(),
            damages: Vec::new(),
            on_damage: None,
        }
    }

    /// Has `tell` called with each damage that goes into the list of [`damages`](Self::damages), as soon as it is found: the
    /// list itself goes with the allocator. If `tell` panics, a block that was to be freed, and a scope that was to end,
    /// has gone all the same; a resize has not been done.
    #[must_use]
    pub fn on_damage(mut self, tell: impl FnMut(&Damage) + Send + 'static) -> Self {
        self.on_damage = Some(Box::new(tell));
        self
    }

    /// Has `tell` called with each block that is still there when this allocator is dropped or unwrapped.
    /// If it panics, it is told of the others all the same.
    #[must_use]
    pub fn on_leak(mut self, tell: impl FnMut(&Leak) + Send + 'static) -> Self {
        self.records.on_leak = Some(Box::new(tell));
        self
    }

    /// The blocks that are still there, in no order that matters. O(blocks ever there at a time).
    pub fn leaks(&self) -> impl Iterator<Item = Leak> + '_ {
        self.records.iter().map(|(_, record)| record.leak())
    }

    /// What is charged for values that are still there. O(1).
    #[must_use]
    pub fn charges(&self) -> Charges {
        self.charges
    }

    /// How often tokens were misused, so far as whoever holds them has told; and frees of slots, as double frees if
    /// there has been a block, else as foreign ones. O(1).
    #[must_use]
    pub fn misuse(&self) -> Misuses {
        self.misuse.counts()
    }

    /// Looks at all red zones, and says which blocks are damaged now. O(blocks).
    #[must_use]
    pub fn check(&self) -> Vec<Damage> {
        self.records.iter().filter_map(|(_, record)| self.examine(record)).collect()
    }

    /// The damages that were found when blocks were freed or resized and when scopes ended, each once. O(1).
    #[must_use]
    pub fn damages(&self) -> &[Damage] {
        &self.damages
    }

    /// The allocator that is watched. O(1).
    #[must_use]
    pub fn allocator(&self) -> &A {
        &self.inner
    }

    /// The allocator, watched no more. Blocks that are still there can't be reached any more, for their slots are the
    /// watcher's; who asked by [`on_leak`](Self::on_leak) is told of them. O(1), or O(blocks) if somebody asked.
    #[must_use]
    pub fn into_inner(self) -> A {
        self.inner
    }

    fn key(&self, slot: Slot) -> Option<NodeKey> {
        self.records.key(slot.index).filter(|&key| key.generation() % 2 == 1 && tag(key) == slot.tag)
    }

    fn record(&self, slot: Slot) -> Option<&Record> {
        self.records.get(self.key(slot)?)
    }

    fn examine(&self, record: &Record) -> Option<Damage> {
        let Record { slot, layout, origin, .. } = *record;
        let (size, zone) = (layout.size(), zone(layout));
        let bytes = self.inner.bytes(slot, outer(layout));
        let offset = match bytes[..zone].iter().rposition(|&byte| byte != BEFORE) {
            Some(at) => at as isize - zone as isize,
            None => (size + bytes[zone + size..].iter().position(|&byte| byte != AFTER)?) as isize,
        };
        Some(Damage { size, origin, offset })
    }

    /// Puts a block's damage into the list, if it is damaged and not there yet.
    fn look(&mut self, key: NodeKey) {
        if let Some(record) = self.records.get(key).copied()
            && !record.told
            && let Some(damage) = self.examine(&record)
        {
            self.damages.push(damage);
            self.records.at_mut(key.index()).told = true;
            if let Some(tell) = &mut self.on_damage {
                tell(&damage);
            }
        }
    }

    /// Paints a block's red zones, and the block itself from some byte on.
    fn paint(inner: &mut A, record: &Record, fresh: usize) {
        let (size, zone) = (record.layout.size(), zone(record.layout));
        let bytes = inner.bytes_mut(record.slot, outer(record.layout));
        bytes[..zone].fill(BEFORE);
        bytes[zone + size..].fill(AFTER);
        if fresh < size {
            bytes[zone + fresh..zone + size].fill(FRESH);
        }
    }

    /// The request that is made of the allocator within.
    fn widen(layout: Layout, request: &Request) -> Result<Request, AllocError> {
        let too_large =
            |_| AllocError::TooLarge { asked: request.size(), limit: Request::MAX_BYTES - 2 * zone(layout) };
        let size = request.size().saturating_add(2 * zone(layout));
        Request::at(size, layout.align(), request.origin()).map_err(too_large)
    }

    fn make(&mut self, request: &Request, zeroed: bool) -> Result<Slot, AllocError> {
        let layout = request.layout();
        let wide = Self::widen(layout, request)?;
        if !self.records.has_room() {
            return Err(AllocError::Full);
        }
        let slot = if zeroed { self.inner.allocate_zeroed(&wide) } else { self.inner.allocate(&wide) };
        let slot = slot.map_err(|error| narrow(error, layout, request))?;
        let record = Record { slot, layout, origin: request.origin(), told: false };
        let fresh = if zeroed { layout.size() } else { 0 };
        or_free(&mut self.inner, slot, wide.layout(), |inner| Self::paint(inner, &record, fresh));
        self.sized += usize::from(layout.size() > 0);
        let key = self.records.insert_with(|_| record);
        Ok(Slot { index: key.index(), tag: tag(key) })
    }
}

/// A byte of the generation, so that hardly any slot is taken for a later one.
fn tag(key: NodeKey) -> u8 {
    (key.generation() >> 1) as u8
}

fn zone(layout: Layout) -> usize {
    layout.align().max(ZONE)
}

/// How many bytes a block takes with its red zones.
fn outer(layout: Layout) -> usize {
    layout.size() + 2 * zone(layout)
}

fn outer_layout(layout: Layout) -> Layout {
    Layout::from_size_align(outer(layout), layout.align()).expect("it was asked for in this way")
}

/// An error in terms of what was asked for.
fn narrow(error: AllocError, layout: Layout, request: &Request) -> AllocError {
    match error {
        AllocError::Exhausted { left, .. } => {
            AllocError::Exhausted { asked: request.size(), left: left.saturating_sub(2 * zone(layout)) }
        }
        error => error,
    }
}

impl<A: Allocator> fmt::Debug for Debug<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Debug")
            .field("kind", &self.inner.kind())
            .field("blocks", &self.records.len())
            .field("charges", &self.charges)
            .field("misuse", &self.misuse())
            .field("damages", &self.damages)
            .finish_non_exhaustive()
    }
}

impl<A: Allocator> Allocator for Debug<A> {
    fn kind(&self) -> AllocatorKind {
        self.inner.kind()
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.make(request, false)
    }
    fn allocate_zeroed(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.make(request, true)
    }
    fn resize(&mut self, slot: Slot, _: Layout, request: &Request) -> Result<Slot, AllocError> {
        let Some(key) = self.key(slot) else {
            self.misuse.count(Misuse::Stale);
            return Err(AllocError::Stale);
        };
        let old = *self.records.at(key.index());
        let wide = Self::widen(old.layout, request)?;
        self.look(key);
        let kept = old.layout.size().min(request.size());
        let cut = zone(old.layout) + kept;
        let rest = &mut self.inner.bytes_mut(old.slot, outer(old.layout))[cut..];
        let content = rest.to_vec();
        rest.fill(FREED);
        let new = match self.inner.resize(old.slot, outer_layout(old.layout), &wide) {
            Ok(new) => new,
            Err(error) => {
                self.inner.bytes_mut(old.slot, outer(old.layout))[cut..].copy_from_slice(&content);
                return Err(narrow(error, old.layout, request));
            }
        };
        let layout = Layout::from_size_align(request.size(), old.layout.align()).expect("the wider one is in range");
        let record = Record { slot: new, layout, told: false, ..old };
        Self::paint(&mut self.inner, &record, kept);
        *self.records.at_mut(key.index()) = record;
        self.sized = self.sized - usize::from(old.layout.size() > 0) + usize::from(layout.size() > 0);
        Ok(slot)
    }
    fn free(&mut self, slot: Slot, _: Layout) {
        let Some(key) = self.key(slot) else {
            let known = self.records.key(slot.index).is_some();
            return self.misuse.count(if known { Misuse::DoubleFree } else { Misuse::Foreign });
        };
        let mut panic = FirstPanic::default();
        panic.guard(|| self.look(key));
        let record = self.records.remove(key.index());
        self.sized -= usize::from(record.layout.size() > 0);
        panic.guard(|| self.inner.bytes_mut(record.slot, outer(record.layout)).fill(FREED));
        panic.guard(|| self.inner.free(record.slot, outer_layout(record.layout)));
        panic.resume();
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        let Some(record) = self.record(slot) else { return &[] };
        &self.inner.bytes(record.slot, outer(record.layout))[zone(record.layout)..][..len.min(record.layout.size())]
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        let Some(&record) = self.record(slot) else { return &mut [] };
        let bytes = self.inner.bytes_mut(record.slot, outer(record.layout));
        &mut bytes[zone(record.layout)..][..len.min(record.layout.size())]
    }
    fn charge(&mut self, request: &Request) -> Result<(), AllocError> {
        self.inner.charge(request)?;
        self.charges.count += 1;
        self.charges.bytes += request.size();
        Ok(())
    }
    fn discharge(&mut self, layout: Layout) {
        if self.charges.count == 0 || self.charges.bytes < layout.size() {
            return self.misuse.count(Misuse::Foreign);
        }
        self.inner.discharge(layout);
        self.charges.count -= 1;
        self.charges.bytes -= layout.size();
    }
    fn recharge(&mut self, from: Layout, request: &Request) -> Result<(), AllocError> {
        if self.charges.count == 0 || self.charges.bytes < from.size() {
            self.misuse.count(Misuse::Foreign);
            return self.charge(request);
        }
        self.inner.recharge(from, request)?;
        self.charges.bytes = self.charges.bytes - from.size() + request.size();
        Ok(())
    }
    fn enter_scope(&mut self) -> Result<(), AllocError> {
        self.inner.enter_scope()
    }
    fn exit_scope(&mut self, keep: &mut [Kept]) -> Result<(), AllocError> {
        let mut panic = FirstPanic::default();
        let live: Vec<NodeKey> = self.records.iter().map(|(key, _)| key).collect();
        for key in live {
            panic.guard(|| self.look(key));
        }
        let keys: Vec<NodeKey> = keep.iter().filter_map(|kept| self.key(kept.slot)).collect();
        let within = |&key: &NodeKey| {
            let record = self.records.at(key.index());
            Kept { slot: record.slot, layout: outer_layout(record.layout) }
        };
        let mut inner: Vec<Kept> = keys.iter().map(within).collect();
        let outcome = catch_unwind(AssertUnwindSafe(|| self.inner.exit_scope(&mut inner)));
        for (key, kept) in keys.into_iter().zip(inner) {
            self.records.at_mut(key.index()).slot = kept.slot;
        }
        panic.resume();
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    }
    fn shrink(&mut self) {
        self.inner.shrink();
    }
    fn usage(&self) -> Usage {
        Usage { blocks: self.sized, ..self.inner.usage() }
    }
    fn inner(&self) -> Option<&dyn Allocator> {
        Some(&self.inner)
    }
    fn misused(&self, misuse: Misuse) {
        self.misuse.count(misuse);
        self.inner.misused(misuse);
    }
}
