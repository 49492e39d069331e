//! An allocator of the user's.

use std::alloc::Layout;

use freehold::Arena;
use freehold::memory::{AllocError, Allocator, AllocatorKind, Kept, Request, Slot, Usage};

use super::fuse::{Fuse, Token};

/// An arena each of whose calls is one of user code. Asked for something, it calls before it does anything; told of
/// something, afterwards. So whatever panics, its own books are in order.
pub(crate) struct Touchy {
    arena: Arena,
    fuse: Fuse,
    token: Token,
}

impl Touchy {
    pub(crate) fn new(fuse: &Fuse, name: &str) -> Self {
        Self { arena: Arena::new(), fuse: fuse.clone(), token: fuse.token(&format!("allocator of {name}")) }
    }

    /// One that a call is given.
    pub(crate) fn handed_in(fuse: &Fuse, name: &str) -> Self {
        let mut touchy = Self::new(fuse, name);
        touchy.token.handed_in = true;
        touchy
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
        AllocatorKind::Custom("touchy arena")
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.asked("allocate");
        self.arena.allocate(request)
    }
    fn resize(&mut self, slot: Slot, from: Layout, request: &Request) -> Result<Slot, AllocError> {
        self.asked("resize");
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
        self.arena.charge(request)
    }
    fn discharge(&mut self, layout: Layout) {
        self.arena.discharge(layout);
        self.told("discharge");
    }
    fn recharge(&mut self, from: Layout, request: &Request) -> Result<(), AllocError> {
        self.asked("recharge");
        self.arena.recharge(from, request)
    }
    fn enter_scope(&mut self) -> Result<(), AllocError> {
        self.asked("enter a scope");
        self.arena.enter_scope()
    }
    fn exit_scope(&mut self, keep: &mut [Kept]) -> Result<(), AllocError> {
        let done = self.arena.exit_scope(keep);
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
