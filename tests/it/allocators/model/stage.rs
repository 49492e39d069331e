//! The allocators that programs run on.

use std::alloc::Layout;
use std::any::Any;
use std::sync::{Arc, Mutex};

use freehold::memory::{
    AllocError, Allocator, AllocatorKind, Debug, Failing, Kept, Misuse, Plan, Request, Slot, Usage,
};
use freehold::{Arena, FixedBuffer, Heap, Pool, Temporary};

use super::program::{Kind, Rule, Wrap};

impl Kind {
    pub fn allocator(self) -> Box<dyn Allocator> {
        match self {
            Self::Heap => Box::new(Heap::new()),
            Self::Arena(page) => Box::new(Arena::with_page_size(page)),
            Self::FixedBuffer(size) => Box::new(FixedBuffer::new(vec![0xEE; size])),
            Self::Pool(size) => Box::new(Pool::new(size)),
            Self::Temporary => Box::new(Temporary::new()),
            Self::Plain => Box::new(Plain::default()),
        }
    }
}

impl Rule {
    fn plan(self) -> Plan {
        match self {
            Self::Nth(n) => Plan::nth(n),
            Self::Every(n) => Plan::every(n),
            Self::From(n) => Plan::from_nth(n),
            Self::Chance { one_in, seed } => Plan::chance(one_in, seed),
        }
    }
}

impl Wrap {
    /// What is around `inner`, and the plan by which it fails.
    pub fn around(self, inner: Box<dyn Allocator>) -> (Box<dyn Allocator>, Option<Plan>) {
        let plan = self.rule().map(Rule::plan);
        let failing = |inner| Failing::new(inner, plan.as_ref().unwrap_or(&Plan::never()));
        let wrapped: Box<dyn Allocator> = match self {
            Self::Nothing => inner,
            Self::Debug => Box::new(Debug::new(inner)),
            Self::Failing(_) => Box::new(failing(inner)),
            Self::DebugFailing(_) => Box::new(Debug::new(failing(inner))),
            Self::FailingDebug(_) => {
                let debug: Box<dyn Allocator> = Box::new(Debug::new(inner));
                Box::new(failing(debug))
            }
        };
        (wrapped, plan)
    }

    pub fn rule(self) -> Option<Rule> {
        match self {
            Self::Nothing | Self::Debug => None,
            Self::Failing(rule) | Self::DebugFailing(rule) | Self::FailingDebug(rule) => Some(rule),
        }
    }

    pub fn has_debug(self) -> bool {
        matches!(self, Self::Debug | Self::DebugFailing(_) | Self::FailingDebug(_))
    }
}

/// The watcher that `outer` is or is wrapped around, whatever that watches.
pub fn watched(outer: &dyn Allocator) -> Option<Watched> {
    let mut at = outer;
    loop {
        let any: &dyn Any = at;
        let plain = any.downcast_ref::<Debug<Box<dyn Allocator>>>().map(Watched::of);
        let failing = any.downcast_ref::<Debug<Failing<Box<dyn Allocator>>>>().map(Watched::of);
        match plain.or(failing) {
            Some(watched) => return Some(watched),
            None => at = at.inner()?,
        }
    }
}

/// What a watcher has seen.
#[derive(Debug, PartialEq, Eq)]
pub struct Watched {
    pub leaks: Vec<usize>,
    pub charges: (usize, usize),
    pub misuses: usize,
    pub damaged: bool,
}

impl Watched {
    fn of<A: Allocator>(debug: &Debug<A>) -> Self {
        let mut leaks: Vec<usize> = debug.leaks().map(|leak| leak.size).collect();
        leaks.sort_unstable();
        Self {
            leaks,
            charges: (debug.charges().count, debug.charges().bytes),
            misuses: debug.misuse().total(),
            damaged: !(debug.check().is_empty() && debug.damages().is_empty()),
        }
    }
}

/// An allocator of no more than the trait asks for: each block is a vector.
#[derive(Default)]
pub struct Plain {
    blocks: Vec<Option<Vec<u8>>>,
}

impl Allocator for Plain {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("plain allocator")
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.blocks.push(Some(vec![0xAB; request.size() + 64]));
        let slot = Slot::new(self.blocks.len() as u32 - 1);
        let bytes = self.blocks.last().and_then(Option::as_ref).expect("it was just put there");
        Ok(Slot { tag: bytes.as_ptr().align_offset(64) as u8, ..slot })
    }
    fn free(&mut self, slot: Slot, _: Layout) {
        self.blocks[slot.index as usize].take().expect("a block is freed once");
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        &self.blocks[slot.index as usize].as_ref().expect("the block is there")[slot.tag.into()..][..len]
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        &mut self.blocks[slot.index as usize].as_mut().expect("the block is there")[slot.tag.into()..][..len]
    }
    fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        usage.blocks = self.blocks.iter().flatten().filter(|bytes| bytes.len() > 64).count();
        usage
    }
}

/// What the allocator below a [`Hatch`] is to do instead of the next shrink.
#[derive(Debug)]
pub enum Wish {
    Charge(usize),
    Discharge(usize),
    Granted(Result<(), AllocError>),
}

/// The way to charge an allocator that `Blocks` holds.
pub struct Hatch {
    pub inner: Box<dyn Allocator>,
    pub wish: Arc<Mutex<Option<Wish>>>,
}

impl Allocator for Hatch {
    fn kind(&self) -> AllocatorKind {
        self.inner.kind()
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.inner.allocate(request)
    }
    fn allocate_zeroed(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.inner.allocate_zeroed(request)
    }
    fn resize(&mut self, slot: Slot, from: Layout, request: &Request) -> Result<Slot, AllocError> {
        self.inner.resize(slot, from, request)
    }
    fn free(&mut self, slot: Slot, layout: Layout) {
        self.inner.free(slot, layout);
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        self.inner.bytes(slot, len)
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        self.inner.bytes_mut(slot, len)
    }
    fn enter_scope(&mut self) -> Result<(), AllocError> {
        self.inner.enter_scope()
    }
    fn exit_scope(&mut self, keep: &mut [Kept]) -> Result<(), AllocError> {
        self.inner.exit_scope(keep)
    }
    fn shrink(&mut self) {
        let mut wish = self.wish.lock().expect("nobody panics with it");
        let layout = |size| Request::new(size, 1).expect("sizes of charges are small");
        *wish = match wish.take() {
            Some(Wish::Charge(size)) => Some(Wish::Granted(self.inner.charge(&layout(size)))),
            Some(Wish::Discharge(size)) => {
                self.inner.discharge(layout(size).layout());
                Some(Wish::Granted(Ok(())))
            }
            _ => {
                self.inner.shrink();
                None
            }
        };
    }
    fn usage(&self) -> Usage {
        self.inner.usage()
    }
    fn inner(&self) -> Option<&dyn Allocator> {
        Some(&*self.inner)
    }
    fn misused(&self, misuse: Misuse) {
        self.inner.misused(misuse);
    }
}
