//! The allocators of one tree: its heap, and those that contexts have brought.
//!
//! A zone is an allocator and those who use it: the nodes whose bytes it keeps or whose values it is charged with, and
//! the pools that fall back on it. When the last one goes, the zone does. The heap is there as long as the tree.

mod moving;

use std::alloc::Layout;
use std::panic::Location;

use slab::Slab;
use smallvec::SmallVec;

use super::allocator::find;
use super::bump::Bump;
use super::heap::Heap;
use super::room::{Content, Room};
use super::{AllocError, Allocator, AllocatorKind, Kept, Request, Slot, Usage};
use crate::first_panic::FirstPanic;
use crate::steps::step;

/// Which zone a node is in.
pub(crate) type ZoneId = u32;
/// The zone that every tree has.
pub(crate) const HEAP: ZoneId = 0;

/// What is put around every allocator a context brings.
pub(crate) type Wrap = Box<dyn Fn(Box<dyn Allocator>) -> Box<dyn Allocator> + Send>;

pub(crate) struct Zones {
    pub(crate) heap: Heap,
    /// Zone `n` is at `n - 1`.
    zones: Slab<Zone>,
    wrap: Option<Wrap>,
    /// How many there have ever been.
    opened: u64,
}

struct Zone {
    room: Room,
    users: usize,
    /// Scopes that were opened here and not closed yet.
    scopes: usize,
    serial: u64,
    /// Who serves what does not fit: a pool has one.
    fallback: Option<ZoneId>,
}

/// What is left of zones that nobody uses any more.
#[derive(Default)]
pub(crate) struct Closed {
    rooms: SmallVec<[Room; 1]>,
    /// Of an allocator that was left.
    panic: FirstPanic,
}

/// An arena at hand while nodes below one that uses it too are freed: so it stays, whoever else goes.
pub(crate) struct Sweeper<'z> {
    bump: &'z mut Bump,
    users: &'z mut usize,
}

/// Allocators may be the user's: one that panics when it goes keeps none of the others.
fn drop_all(rooms: impl Iterator<Item = Room>, mut panic: FirstPanic) {
    for room in rooms {
        panic.guard(|| drop(room));
    }
    panic.resume_unless_panicking();
}

impl Drop for Closed {
    fn drop(&mut self) {
        drop_all(self.rooms.drain(..), std::mem::take(&mut self.panic));
    }
}

impl Drop for Zones {
    fn drop(&mut self) {
        drop_all(self.zones.drain().map(|zone| zone.room), FirstPanic::default());
    }
}

impl Sweeper<'_> {
    /// Gives back the block of a node, which leaves the zone.
    #[inline(always)]
    pub(crate) fn free(&mut self, slot: Slot, size: usize) {
        self.bump.free(slot, size);
        *self.users -= 1;
    }
}

/// What the heap has failed with: the system gives no more memory.
#[cold]
fn none_left(layout: Layout) -> AllocError {
    AllocError::Exhausted { asked: layout.size(), left: 0 }
}

impl Zones {
    pub(crate) fn new() -> Self {
        Self { heap: Heap::new(), zones: Slab::new(), wrap: None, opened: 0 }
    }

    /// All of it, to drop; what is left is as new, but that serials go on.
    pub(crate) fn take(&mut self) -> Self {
        let opened = self.opened;
        let mut new = Self::new();
        new.opened = opened;
        std::mem::replace(self, new)
    }

    pub(crate) fn set_wrap(&mut self, wrap: Wrap) {
        self.wrap = Some(wrap);
    }

    /// For how many more zones there are numbers.
    pub(crate) fn room(&self) -> usize {
        (u32::MAX as usize - 1).saturating_sub(self.zones.len())
    }

    /// A zone without users yet, below the zone `outside`.
    pub(crate) fn open<A: Allocator>(&mut self, allocator: A, outside: ZoneId) -> ZoneId {
        let fallback = (allocator.kind() == AllocatorKind::Pool).then_some(outside);
        if let Some(outside) = fallback {
            self.join(outside);
        }
        let mut room = match &self.wrap {
            Some(wrap) => Room::Other(wrap(Box::new(allocator))),
            None => Room::new(allocator),
        };
        if let Room::Pool(pool) = &mut room
            && let Some(page) = pool.bump().lacks().and_then(|len| self.heap.take_page(len))
        {
            pool.bump_mut().furnish(page);
        }
        self.opened += 1;
        let zone = Zone { room, users: 0, scopes: 0, serial: self.opened, fallback };
        self.zones.insert(zone) as ZoneId + 1
    }

    #[inline]
    fn zone(&self, zone: ZoneId) -> &Zone {
        step();
        &self.zones[zone as usize - 1]
    }

    #[inline]
    fn zone_mut(&mut self, zone: ZoneId) -> &mut Zone {
        step();
        &mut self.zones[zone as usize - 1]
    }

    /// One user more.
    #[inline]
    pub(crate) fn join(&mut self, zone: ZoneId) {
        if zone != HEAP {
            self.zone_mut(zone).users += 1;
        }
    }

    /// One user less. The last one takes the zone along, and with it those further out that it was the last user of;
    /// what is left of them, whose drop may be the user's code, is for the caller to drop.
    #[inline]
    #[must_use]
    pub(crate) fn leave(&mut self, zone: ZoneId) -> Option<Closed> {
        if zone == HEAP {
            return None;
        }
        let entry = self.zone_mut(zone);
        entry.users -= 1;
        if entry.users == 0 { Some(self.close(zone)) } else { None }
    }

    /// Has one user less of a zone that he has moved out of. Its allocator may have panicked when it took back what he had:
    /// that comes out with what is given, once he knows where he is now.
    fn leave_behind(&mut self, zone: ZoneId, panic: FirstPanic) -> Option<Box<Closed>> {
        let mut closed = self.leave(zone).unwrap_or_default();
        closed.panic = panic;
        (!closed.rooms.is_empty() || closed.panic.is_some()).then(|| Box::new(closed))
    }

    /// Takes a zone away that was opened for somebody who has not come.
    #[must_use]
    pub(crate) fn close_unused(&mut self, zone: ZoneId) -> Option<Closed> {
        let unused = self.zones.get(zone as usize - 1).is_some_and(|zone| zone.users == 0);
        unused.then(|| self.close(zone))
    }

    #[cold]
    fn close(&mut self, zone: ZoneId) -> Closed {
        let mut closed = SmallVec::new();
        let mut at = Some(zone);
        while let Some(zone) = at {
            let Zone { fallback, room, .. } = self.zones.remove(zone as usize - 1);
            match room {
                Room::Pool(pool) => pool.into_page().into_iter().for_each(|page| self.heap.keep_page(page)),
                room => closed.push(room),
            }
            at = fallback.filter(|&outside| outside != HEAP).filter(|&outside| {
                let entry = self.zone_mut(outside);
                entry.users -= 1;
                entry.users == 0
            });
        }
        Closed { rooms: closed, panic: FirstPanic::default() }
    }

    /// A block for a node in `zone`, and the zone it came from in the end. The node is a user of that.
    #[inline(always)]
    pub(crate) fn allocate(
        &mut self,
        zone: ZoneId,
        layout: Layout,
        content: Content<'_>,
        origin: &'static Location<'static>,
    ) -> Result<(ZoneId, Slot), AllocError> {
        if zone == HEAP {
            let slot = self.heap.take(layout.size(), layout.align()).ok_or_else(|| none_left(layout))?;
            content.fill(|| self.heap.write(slot, layout.size()));
            return Ok((HEAP, slot));
        }
        match self.cut(zone, layout, content) {
            Some(slot) => Ok((zone, slot)),
            None => {
                // Taken apart and put together again, so that the short path's results can stay in registers.
                let (zone, slot) = self.allocate_zoned(zone, &Request::of(layout, origin), content)?;
                Ok((zone, slot))
            }
        }
    }

    /// The short path: a block cut from the page at hand, if the zone is one of this crate's arenas and there is room.
    #[inline(always)]
    fn cut(&mut self, zone: ZoneId, layout: Layout, content: Content<'_>) -> Option<Slot> {
        let Zone { room, users, .. } = self.zone_mut(zone);
        let bump = room.bump().ok()?;
        let slot = bump.cut(layout.size(), layout.align())?;
        content.fill(|| bump.cut_mut(slot, layout.size()));
        *users += 1;
        Some(slot)
    }

    #[inline(never)]
    fn allocate_zoned(
        &mut self,
        mut zone: ZoneId,
        request: &Request,
        content: Content<'_>,
    ) -> Result<(ZoneId, Slot), AllocError> {
        while zone != HEAP {
            let entry = self.zone_mut(zone);
            match entry.room.allocate(request, content) {
                Ok(slot) => {
                    entry.users += 1;
                    return Ok((zone, slot));
                }
                Err(error) => zone = entry.fallback.ok_or(error)?,
            }
        }
        self.allocate(HEAP, request.layout(), content, request.origin())
    }

    /// One of this crate's arenas, to free blocks of several nodes without looking for it each time.
    #[inline(always)]
    pub(crate) fn sweeper(&mut self, zone: ZoneId) -> Option<Sweeper<'_>> {
        if zone == HEAP {
            return None;
        }
        let Zone { room, users, .. } = self.zone_mut(zone);
        Some(Sweeper { bump: room.bump().ok()?, users })
    }

    /// Gives back the block of a node, which is then to leave its zone.
    #[inline]
    pub(crate) fn free(&mut self, zone: ZoneId, slot: Slot, layout: Layout) {
        if zone == HEAP {
            return self.heap.give(slot);
        }
        match self.zone_mut(zone).room.bump() {
            Ok(bump) => bump.free(slot, layout.size()),
            Err(other) => other.free(slot, layout),
        }
    }

    /// Makes a block as large as asked for, if need be in a zone further out; what is then left of its old zone is for the
    /// caller to drop, when all is in order. Nothing has changed on an error.
    pub(crate) fn resize(
        &mut self,
        zone: ZoneId,
        slot: Slot,
        from: Layout,
        request: &Request,
    ) -> Result<(ZoneId, Slot, Option<Box<Closed>>), AllocError> {
        if zone == HEAP {
            let resized = self.heap.fit(slot, from.size(), request.size(), request.align());
            let slot = resized.ok_or_else(|| none_left(request.layout()))?;
            return Ok((HEAP, slot, None));
        }
        let Zone { room, fallback, .. } = self.zone_mut(zone);
        let resized = match room.bump() {
            Ok(bump) => bump.resize(slot, from.size(), request.size(), request.align()),
            Err(other) => other.resize(slot, from, request),
        };
        match (resized, *fallback) {
            (Ok(slot), _) => Ok((zone, slot, None)),
            (Err(error), None) => Err(error),
            (Err(_), Some(outside)) => {
                let (goal, new) = self.allocate(outside, request.layout(), Content::Any, request.origin())?;
                let copied = |memory: &mut Self| {
                    let common = from.size().min(request.size());
                    let content = memory.read(zone, slot, common).to_vec();
                    memory.write(goal, new, common).copy_from_slice(&content);
                };
                self.or_undo(copied, |memory| {
                    let mut panic = FirstPanic::default();
                    panic.guard(|| memory.free(goal, new, request.layout()));
                    let closed = memory.leave(goal);
                    panic.guard(|| drop(closed));
                });
                let mut panic = FirstPanic::default();
                panic.guard(|| self.free(zone, slot, from));
                Ok((goal, new, self.leave_behind(zone, panic)))
            }
        }
    }

    #[inline]
    pub(crate) fn read(&self, zone: ZoneId, slot: Slot, len: usize) -> &[u8] {
        if zone == HEAP { self.heap.read(slot, len) } else { self.read_zoned(zone, slot, len) }
    }

    fn read_zoned(&self, zone: ZoneId, slot: Slot, len: usize) -> &[u8] {
        let room = &self.zone(zone).room;
        match room.bump_ref() {
            Some(bump) => bump.bytes(slot, len),
            None => room.as_dyn().bytes(slot, len),
        }
    }

    #[inline]
    pub(crate) fn write(&mut self, zone: ZoneId, slot: Slot, len: usize) -> &mut [u8] {
        if zone == HEAP { self.heap.write(slot, len) } else { self.write_zoned(zone, slot, len) }
    }

    fn write_zoned(&mut self, zone: ZoneId, slot: Slot, len: usize) -> &mut [u8] {
        match self.zone_mut(zone).room.bump() {
            Ok(bump) => bump.bytes_mut(slot, len),
            Err(other) => other.bytes_mut(slot, len),
        }
    }

    /// Charges a node's value, and says to which zone in the end. The node is a user of that.
    #[inline]
    pub(crate) fn charge(&mut self, mut zone: ZoneId, request: &Request) -> Result<ZoneId, AllocError> {
        while zone != HEAP {
            let entry = self.zone_mut(zone);
            match entry.room.charge(request) {
                Ok(()) => {
                    entry.users += 1;
                    return Ok(zone);
                }
                Err(error) => zone = entry.fallback.ok_or(error)?,
            }
        }
        Ok(HEAP)
    }

    /// Takes back what is charged for a node's value. The node is then to leave its zone.
    #[inline]
    pub(crate) fn discharge(&mut self, zone: ZoneId, layout: Layout) {
        if zone == HEAP {
            return;
        }
        match self.zone_mut(zone).room.bump() {
            _ if layout.size() == 0 => {}
            Ok(bump) => bump.discharge(layout.size()),
            Err(other) => other.discharge(layout),
        }
    }

    /// Takes back a charge for what has not come to be, because user code has panicked: its panic is the one that counts.
    pub(crate) fn uncharge(&mut self, zone: ZoneId, layout: Layout) {
        let mut later = FirstPanic::default();
        later.guard(|| self.discharge(zone, layout));
        let closed = self.leave(zone);
        later.guard(|| drop(closed));
    }

    /// Whether what a zone's allocator does may be the user's code.
    #[inline]
    pub(crate) fn is_guarded(&self, zone: ZoneId) -> bool {
        matches!(self.zone(zone).room, Room::Other(_))
    }

    /// Changes what a zone, which is not the heap, is charged for a value that grows, if need be to a zone further out, and
    /// says to which; what is then left of the old one is for the caller to drop, when all is in order.
    pub(crate) fn recharge(
        &mut self,
        zone: ZoneId,
        from: Layout,
        request: &Request,
    ) -> Result<(ZoneId, Option<Box<Closed>>), AllocError> {
        let Zone { room, fallback, .. } = self.zone_mut(zone);
        let room = room.as_dyn_mut();
        let charged = match (from.size(), request.size()) {
            (0, 0) => Ok(()),
            (0, _) => room.charge(request),
            _ => room.recharge(from, request),
        };
        match (charged, *fallback) {
            (Ok(()), _) => Ok((zone, None)),
            (Err(error), None) => Err(error),
            (Err(_), Some(outside)) => {
                let goal = self.charge(outside, request)?;
                let mut panic = FirstPanic::default();
                panic.guard(|| self.discharge(zone, from));
                Ok((goal, self.leave_behind(zone, panic)))
            }
        }
    }

    /// Does the last part of something that nobody has seen yet. If user code panics, the part before is undone.
    fn or_undo(&mut self, work: impl FnOnce(&mut Self), undo: impl FnOnce(&mut Self)) {
        let mut panic = FirstPanic::default();
        if panic.guard(|| work(self)).is_none() {
            panic.guard(|| undo(self));
            panic.resume();
        }
    }

    /// A zone's allocator, as what it was handed in as if it has been wrapped since.
    pub(crate) fn find<A: Allocator>(&self, zone: ZoneId) -> Option<&A> {
        find(self.allocator(zone))
    }

    pub(crate) fn allocator(&self, zone: ZoneId) -> &dyn Allocator {
        if zone == HEAP { &self.heap } else { self.zone(zone).room.as_dyn() }
    }

    /// Opens a scope in a zone that can have one, and says how many were open there before.
    pub(crate) fn enter_scope(&mut self, zone: ZoneId) -> Result<Option<usize>, AllocError> {
        if zone == HEAP {
            return Ok(None);
        }
        let Zone { room, scopes, .. } = self.zone_mut(zone);
        match room.as_dyn_mut().enter_scope() {
            Ok(()) => {
                *scopes += 1;
                Ok(Some(*scopes - 1))
            }
            Err(AllocError::NoScopes { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Closes the scopes of a zone until no more than `depth` are open. The blocks in `keep` may move. What an allocator
    /// of the user's answers changes nothing: the scopes are closed, also if it panics.
    pub(crate) fn exit_scopes(&mut self, zone: ZoneId, depth: usize, keep: &mut [Kept], panic: &mut FirstPanic) {
        let Zone { room, scopes, .. } = self.zone_mut(zone);
        while *scopes > depth {
            *scopes -= 1;
            panic.guard(|| _ = room.as_dyn_mut().exit_scope(keep));
        }
    }

    /// Who has the last word on a request in a zone: the one furthest out that what does not fit is sent to.
    pub(crate) fn last_resort(&self, mut zone: ZoneId) -> &dyn Allocator {
        while zone != HEAP
            && let Some(outside) = self.zone(zone).fallback
        {
            zone = outside;
        }
        self.allocator(zone)
    }

    /// Whether a zone is there and has a block of so many bytes at a slot; for checks.
    pub(crate) fn has_block(&self, zone: ZoneId, slot: Slot, len: usize) -> bool {
        if zone == HEAP {
            return self.heap.has(slot) && self.heap.capacity(slot) >= len;
        }
        match self.zones.get(zone as usize - 1).map(|zone| &zone.room) {
            None => false,
            Some(Room::Other(other)) => other.bytes(slot, len).len() == len,
            Some(room) => room.bump_ref().is_some_and(|bump| bump.contains(slot, len)),
        }
    }

    /// A number that no other zone of this tree has had or will have; 0 for one that is not there.
    pub(crate) fn serial(&self, zone: ZoneId) -> u64 {
        zone.checked_sub(1).and_then(|index| self.zones.get(index as usize)).map_or(0, |zone| zone.serial)
    }

    /// How many users a zone has, if it is there; for checks.
    pub(crate) fn users(&self, zone: ZoneId) -> Option<usize> {
        self.zones.get(zone.checked_sub(1)? as usize).map(|zone| zone.users)
    }

    /// What a zone holds, if its allocator is an arena of this crate's and no other's code; for checks.
    pub(crate) fn arena_usage(&self, zone: ZoneId) -> Option<Usage> {
        Some(self.zones.get(zone.checked_sub(1)? as usize)?.room.bump_ref()?.usage())
    }

    /// Whether a zone's allocator is the user's, or within one that is not an arena of this crate's; for checks.
    pub(crate) fn is_foreign(&self, zone: ZoneId) -> bool {
        zone != HEAP && self.is_guarded(zone)
    }

    /// All zones but the heap, and who falls back on whom.
    pub(crate) fn all(&self) -> impl Iterator<Item = (ZoneId, Option<ZoneId>)> + '_ {
        self.zones.iter().map(|(index, zone)| (index as ZoneId + 1, zone.fallback))
    }

    pub(crate) fn shrink(&mut self) {
        self.heap.shrink();
        for (_, zone) in &mut self.zones {
            zone.room.as_dyn_mut().shrink();
        }
        self.zones.shrink_to_fit();
    }
}
