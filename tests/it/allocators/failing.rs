//! Failing on purpose.

use std::alloc::Layout;

use freehold::memory::{AllocError, Allocator, Blocks, Failing, Plan, Request};
use freehold::{Arena, FixedBuffer, Heap};

/// The numbers of the requests that fail, of so many.
fn failed(plan: &Plan, requests: usize) -> Vec<usize> {
    let mut blocks = Blocks::new(Failing::new(Heap::new(), plan));
    (1..=requests).filter(|_| blocks.allocate(8, 8).is_err()).collect()
}

#[test]
fn plans_say_which_requests_fail() {
    assert_eq!(failed(&Plan::never(), 20), [0; 0]);
    assert_eq!(failed(&Plan::nth(0), 20), [0; 0]);
    assert_eq!(failed(&Plan::nth(1), 20), [1]);
    assert_eq!(failed(&Plan::nth(7), 20), [7]);
    assert_eq!(failed(&Plan::every(0), 20), [0; 0]);
    assert_eq!(failed(&Plan::every(1), 4), [1, 2, 3, 4]);
    assert_eq!(failed(&Plan::every(6), 20), [6, 12, 18]);
    assert_eq!(failed(&Plan::from_nth(0), 3), [1, 2, 3]);
    assert_eq!(failed(&Plan::from_nth(18), 20), [18, 19, 20]);
    assert_eq!(failed(&Plan::chance(0, 1), 100), [0; 0]);
    assert_eq!(failed(&Plan::chance(1, 1), 3), [1, 2, 3]);
}

#[test]
fn chance_is_fair_and_the_same_every_time() {
    let first = failed(&Plan::chance(5, 42), 10_000);
    assert_eq!(first, failed(&Plan::chance(5, 42), 10_000));
    assert_ne!(first, failed(&Plan::chance(5, 43), 10_000));
    assert!((1800..2200).contains(&first.len()), "{} of 10,000 at one in five", first.len());
}

#[test]
fn the_short_forms_are_plans() {
    let plans = [
        Failing::nth(Heap::new(), 2),
        Failing::every(Heap::new(), 2),
        Failing::from_nth(Heap::new(), 2),
        Failing::chance(Heap::new(), 2, 7),
    ];
    let outcomes = plans.map(|failing| failed(failing.plan(), 5));
    assert_eq!(outcomes, [vec![2], vec![2, 4], vec![2, 3, 4, 5], failed(&Plan::chance(2, 7), 5)]);
}

#[test]
fn a_plan_is_shared_by_allocators_of_several_threads() {
    fn assert_shared<T: Send + Sync + Clone>(_: &T) {}
    let plan = Plan::every(10);
    assert_shared(&plan);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let plan = plan.clone();
            std::thread::spawn(move || failed(&plan, 250).len())
        })
        .collect();
    let failures: usize = threads.into_iter().map(|thread| thread.join().expect("it ends well")).sum();
    assert_eq!((plan.requests(), plan.failures(), failures), (1000, 100, 100));
}

#[test]
fn what_may_take_memory_is_a_request_and_nothing_else_is() -> Result<(), AllocError> {
    let plan = Plan::never();
    let mut allocator = Failing::new(Arena::new(), &plan);
    let (small, large) = (Request::new(8, 8)?, Request::new(80, 8)?);
    let (from_small, from_large) = (Layout::new::<[u64; 1]>(), Layout::new::<[u64; 10]>());
    let slot = allocator.allocate(&small)?;
    assert_eq!(plan.requests(), 1);
    let slot = allocator.resize(slot, from_small, &large)?;
    assert_eq!(plan.requests(), 2);
    let slot = allocator.resize(slot, from_large, &large)?;
    let slot = allocator.resize(slot, from_large, &small)?;
    allocator.free(slot, from_small);
    allocator.enter_scope()?;
    allocator.exit_scope(&mut [])?;
    allocator.shrink();
    assert_eq!(plan.requests(), 2);
    let slot = allocator.allocate_zeroed(&large)?;
    allocator.free(slot, from_large);
    assert_eq!(plan.requests(), 3);
    allocator.charge(&small)?;
    allocator.recharge(from_small, &large)?;
    assert_eq!(plan.requests(), 5);
    allocator.recharge(from_large, &large)?;
    allocator.recharge(from_large, &small)?;
    allocator.discharge(from_small);
    assert_eq!((plan.requests(), plan.failures(), allocator.usage().used), (5, 0, 0));
    Ok(())
}

#[test]
fn a_request_that_fails_changes_nothing() -> Result<(), AllocError> {
    let plan = Plan::from_nth(3);
    let mut allocator = Failing::new(FixedBuffer::new(vec![0; 100]), &plan);
    let (small, large) = (Request::new(8, 8)?, Request::new(16, 8)?);
    let slot = allocator.allocate(&small)?;
    allocator.bytes_mut(slot, 8).copy_from_slice(b"as it is");
    allocator.charge(&small)?;
    let before = allocator.usage();
    let exhausted = |asked| AllocError::Exhausted { asked, left: 0 };
    assert_eq!(allocator.allocate(&small), Err(exhausted(8)));
    assert_eq!(allocator.allocate_zeroed(&large), Err(exhausted(16)));
    assert_eq!(allocator.resize(slot, small.layout(), &large), Err(exhausted(16)));
    assert_eq!(allocator.charge(&large), Err(exhausted(16)));
    assert_eq!(allocator.recharge(small.layout(), &large), Err(exhausted(16)));
    assert_eq!((allocator.usage(), allocator.bytes(slot, 8)), (before, &b"as it is"[..]));
    assert_eq!((plan.requests(), plan.failures()), (7, 5));
    assert_eq!(allocator.into_inner().usage(), before);
    Ok(())
}
