//! An allocator to look at from outside: it says what it is asked, and when it goes.

use std::alloc::Layout;
use std::sync::{Arc, Mutex};

use freehold::memory::{AllocError, Allocator, AllocatorKind, Heap, Request, Slot, Usage};

/// What a [`Probe`] was asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Allocate(usize, usize),
    Free(usize),
    Charge(usize, usize),
    Discharge(usize),
    Dropped,
}

/// The calls of one or several probes, in order.
#[derive(Clone, Default)]
pub(super) struct Calls(Arc<Mutex<Vec<Call>>>);

impl Calls {
    pub(super) fn take(&self) -> Vec<Call> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn add(&self, call: Call) {
        self.0.lock().unwrap().push(call);
    }
}

/// A heap that notes every call.
pub(super) struct Probe {
    heap: Heap,
    calls: Calls,
}

impl Probe {
    pub(super) fn new(calls: &Calls) -> Self {
        Self { heap: Heap::new(), calls: calls.clone() }
    }
}

impl Allocator for Probe {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("probe")
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.calls.add(Call::Allocate(request.size(), request.align()));
        self.heap.allocate(request)
    }
    fn free(&mut self, slot: Slot, layout: Layout) {
        self.calls.add(Call::Free(layout.size()));
        self.heap.free(slot, layout);
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        self.heap.bytes(slot, len)
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        self.heap.bytes_mut(slot, len)
    }
    fn charge(&mut self, request: &Request) -> Result<(), AllocError> {
        self.calls.add(Call::Charge(request.size(), request.align()));
        Ok(())
    }
    fn discharge(&mut self, layout: Layout) {
        self.calls.add(Call::Discharge(layout.size()));
    }
    fn usage(&self) -> Usage {
        self.heap.usage()
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.calls.add(Call::Dropped);
    }
}
