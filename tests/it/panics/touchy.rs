//! An allocator of the user's.

use std::alloc::Layout;

use freehold::Arena;
use freehold::memory::{AllocError, Allocator, AllocatorKind, Kept, Request, Slot, Usage};

use super::fuse::{Fuse, Resource, Token};

/// An arena each of whose calls is one of user code. Asked for something, it calls before it does anything; told of
/// something, afterwards. So whatever panics, its own books are in order.
pub(crate) struct Touchy {
    arena: Arena,
    kind: AllocatorKind,
    /// The largest request that it has room for.
    most: usize,
    fuse: Fuse,
    _token: Token,
    /// How many scopes are open.
    pub(crate) depth: usize,
}

impl Touchy {
    pub(crate) fn new(fuse: &Fuse, name: &str) -> Self {
        Self::of(fuse, fuse.token(&format!("allocator of {name}")))
    }

    /// One that a call is given.
    pub(crate) fn handed_in(fuse: &Fuse, name: &str) -> Self {
        Self::of(fuse, fuse.token_handed_in(&format!("allocator of {name}")))
    }

    /// One for small blocks, which others come to what is around it for.
    pub(crate) fn pool(fuse: &Fuse, name: &str) -> Self {
        Self { kind: AllocatorKind::Pool, most: 100, ..Self::new(fuse, name) }
    }

    fn of(fuse: &Fuse, token: Token) -> Self {
        let kind = AllocatorKind::Custom("touchy arena");
        Self { arena: Arena::new(), kind, most: usize::MAX, fuse: fuse.clone(), _token: token, depth: 0 }
    }

    fn check(&self, request: &Request) -> Result<(), AllocError> {
        if request.size() > self.most || self.fuse.refuses(Resource::Memory) {
            return Err(AllocError::Exhausted { asked: request.size(), left: self.most.min(1 << 20) });
        }
        Ok(())
    }

    fn asked(&self, what: &str) {
        self.fuse.call(&format!("allocator asked to {what}"));
    }

    fn told(&self, what: &str) {
        self.fuse.call(&format!("allocator told to {what}"));
    }
}

impl Allocator for Touchy {
    fn kind(&self) -> AllocatorKind {
        self.asked("say its kind");
        self.kind
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.asked("allocate");
        self.check(request)?;
        self.arena.allocate(request)
    }
    fn resize(&mut self, slot: Slot, from: Layout, request: &Request) -> Result<Slot, AllocError> {
        self.asked("resize");
        self.check(request)?;
        self.arena.resize(slot, from, request)
    }
    fn free(&mut self, slot: Slot, layout: Layout) {
        self.arena.free(slot, layout);
        self.told("free");
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        self.asked("show bytes");
        self.arena.bytes(slot, len)
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        self.asked("lend bytes");
        self.arena.bytes_mut(slot, len)
    }
    fn charge(&mut self, request: &Request) -> Result<(), AllocError> {
        self.asked("charge");
        self.check(request)?;
        self.arena.charge(request)
    }
    fn discharge(&mut self, layout: Layout) {
        self.arena.discharge(layout);
        self.told("discharge");
    }
    fn recharge(&mut self, from: Layout, request: &Request) -> Result<(), AllocError> {
        self.asked("recharge");
        self.check(request)?;
        self.arena.recharge(from, request)
    }
    fn enter_scope(&mut self) -> Result<(), AllocError> {
        self.asked("enter a scope");
        self.arena.enter_scope()?;
        self.depth += 1;
        Ok(())
    }
    fn exit_scope(&mut self, keep: &mut [Kept]) -> Result<(), AllocError> {
        let done = self.arena.exit_scope(keep);
        self.depth -= 1;
        self.told("exit a scope");
        done
    }
    fn shrink(&mut self) {
        self.arena.shrink();
        self.told("shrink");
    }
    fn usage(&self) -> Usage {
        self.asked("say its usage");
        self.arena.usage()
    }
}
