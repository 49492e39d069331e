//! An allocator around another one that fails on purpose.

use std::alloc::Layout;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{AllocError, Allocator, AllocatorKind, Kept, Misuse, Request, Slot, Usage};

/// Which requests fail, and how many were made: shared by its clones, so that several allocators can go by one count.
///
/// Requests are numbered from 1 in the order in which they are made.
///
/// ```
/// use freehold::memory::{Blocks, Failing, Plan};
/// use freehold::{Arena, Heap};
///
/// let plan = Plan::every(3);
/// let mut heap = Blocks::new(Failing::new(Heap::new(), &plan));
/// let mut arena = Blocks::new(Failing::new(Arena::new(), &plan));
/// let failed: Vec<bool> =
///     (0..6).map(|n| if n % 2 == 0 { heap.allocate(8, 8) } else { arena.allocate(8, 8) }.is_err()).collect();
/// assert_eq!(failed, [false, false, true, false, false, true]);
/// assert_eq!((plan.requests(), plan.failures()), (6, 2));
/// ```
#[derive(Clone, Debug)]
pub struct Plan(Arc<State>);

#[derive(Debug)]
struct State {
    rule: Rule,
    requests: AtomicUsize,
    failures: AtomicUsize,
}

#[derive(Clone, Copy, Debug)]
enum Rule {
    Never,
    Nth(usize),
    Every(usize),
    From(usize),
    Chance { one_in: usize, seed: u64 },
}

impl Plan {
    /// None fails: to count requests.
    #[must_use]
    pub fn never() -> Self {
        Self::of(Rule::Never)
    }

    /// The `n`-th fails; none does if `n` is 0.
    #[must_use]
    pub fn nth(n: usize) -> Self {
        Self::of(Rule::Nth(n))
    }

    /// The `n`-th, the 2`n`-th and so on fail; none does if `n` is 0.
    #[must_use]
    pub fn every(n: usize) -> Self {
        Self::of(if n == 0 { Rule::Never } else { Rule::Every(n) })
    }

    /// The `n`-th and all after it fail.
    #[must_use]
    pub fn from_nth(n: usize) -> Self {
        Self::of(Rule::From(n))
    }

    /// One in so many fails, which ones is for chance to say; none does if `one_in` is 0. It is the same with the same
    /// seed.
    #[must_use]
    pub fn chance(one_in: usize, seed: u64) -> Self {
        Self::of(if one_in == 0 { Rule::Never } else { Rule::Chance { one_in, seed } })
    }

    fn of(rule: Rule) -> Self {
        Self(Arc::new(State { rule, requests: AtomicUsize::new(0), failures: AtomicUsize::new(0) }))
    }

    /// How many requests were made. O(1).
    #[must_use]
    pub fn requests(&self) -> usize {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// How many of them failed. O(1).
    #[must_use]
    pub fn failures(&self) -> usize {
        self.0.failures.load(Ordering::Relaxed)
    }

    fn ask(&self, request: &Request) -> Result<(), AllocError> {
        let number = self.0.requests.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let fails = match self.0.rule {
            Rule::Never => false,
            Rule::Nth(n) => number == n,
            Rule::Every(n) => number.is_multiple_of(n),
            Rule::From(n) => number >= n,
            Rule::Chance { one_in, seed } => mix(seed, number as u64).is_multiple_of(one_in as u64),
        };
        if fails {
            self.0.failures.fetch_add(1, Ordering::Relaxed);
            return Err(AllocError::Exhausted { asked: request.size(), left: 0 });
        }
        Ok(())
    }
}

/// The `n`-th number of the generator SplitMix64.
fn mix(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add(n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Any allocator, made to fail by a [`Plan`].
///
/// **When to choose it:** in tests, to see that code does the right thing when memory runs out.
///
/// What counts as a request, and can fail, is what may take more memory: `allocate`, `allocate_zeroed`, `charge`, and a
/// `resize` or `recharge` to a larger size. Opening a scope is none. A request that fails has an
/// [`AllocError::Exhausted`] with nothing left, and does not reach the allocator within.
///
/// ```
/// use freehold::memory::{Blocks, Failing};
/// use freehold::Heap;
///
/// let mut blocks = Blocks::new(Failing::nth(Heap::new(), 2));
/// let list = blocks.allocate_copy(b"abc")?;
/// assert_eq!(
///     blocks.resize(list, 100).unwrap_err().to_string(),
///     "out of memory: 100 bytes were asked for and 0 are left",
/// );
/// assert_eq!(blocks.get(list)?, b"abc");
/// blocks.resize(list, 100)?;
/// # Ok::<(), freehold::memory::AllocError>(())
/// ```
#[derive(Debug)]
pub struct Failing<A: Allocator> {
    inner: A,
    plan: Plan,
}

impl<A: Allocator> Failing<A> {
    /// Makes `inner` fail by `plan`. All that were made with the same plan, or a clone of it, go by one count.
    #[must_use]
    pub fn new(inner: A, plan: &Plan) -> Self {
        Self { inner, plan: plan.clone() }
    }

    /// Makes the `n`-th request fail: see [`Plan::nth`].
    #[must_use]
    pub fn nth(inner: A, n: usize) -> Self {
        Self::new(inner, &Plan::nth(n))
    }

    /// Makes every `n`-th request fail: see [`Plan::every`].
    #[must_use]
    pub fn every(inner: A, n: usize) -> Self {
        Self::new(inner, &Plan::every(n))
    }

    /// Makes requests fail from the `n`-th on: see [`Plan::from_nth`].
    #[must_use]
    pub fn from_nth(inner: A, n: usize) -> Self {
        Self::new(inner, &Plan::from_nth(n))
    }

    /// Makes one in so many requests fail: see [`Plan::chance`].
    #[must_use]
    pub fn chance(inner: A, one_in: usize, seed: u64) -> Self {
        Self::new(inner, &Plan::chance(one_in, seed))
    }

    /// The plan, with its counts.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The allocator that is made to fail.
    #[must_use]
    pub fn allocator(&self) -> &A {
        &self.inner
    }

    /// The allocator, made to fail no more.
    #[must_use]
    pub fn into_inner(self) -> A {
        self.inner
    }
}

impl<A: Allocator> Allocator for Failing<A> {
    fn kind(&self) -> AllocatorKind {
        self.inner.kind()
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.plan.ask(request)?;
        self.inner.allocate(request)
    }
    fn allocate_zeroed(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.plan.ask(request)?;
        self.inner.allocate_zeroed(request)
    }
    fn resize(&mut self, slot: Slot, from: Layout, request: &Request) -> Result<Slot, AllocError> {
        if request.size() > from.size() {
            self.plan.ask(request)?;
        }
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
    fn charge(&mut self, request: &Request) -> Result<(), AllocError> {
        self.plan.ask(request)?;
        self.inner.charge(request)
    }
    fn discharge(&mut self, layout: Layout) {
        self.inner.discharge(layout);
    }
    fn recharge(&mut self, from: Layout, request: &Request) -> Result<(), AllocError> {
        if request.size() > from.size() {
            self.plan.ask(request)?;
        }
        self.inner.recharge(from, request)
    }
    fn enter_scope(&mut self) -> Result<(), AllocError> {
        self.inner.enter_scope()
    }
    fn exit_scope(&mut self, keep: &mut [Kept]) -> Result<(), AllocError> {
        self.inner.exit_scope(keep)
    }
    fn shrink(&mut self) {
        self.inner.shrink();
    }
    fn usage(&self) -> Usage {
        self.inner.usage()
    }
    fn inner(&self) -> Option<&dyn Allocator> {
        Some(&self.inner)
    }
    fn misused(&self, misuse: Misuse) {
        self.inner.misused(misuse);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_failures_are_those_of_splitmix64() {
        // The first numbers that its authors' program gives for this seed.
        let known = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([1, 2, 3].map(|n| mix(1_234_567, n)), known);
    }
}
