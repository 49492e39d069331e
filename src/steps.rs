//! Counts elementary steps, for the tests that show that costs are what is said of them: those of links, places, rows, rare
//! facts, claims, budgets and blocks, through which everything goes. A normal build counts nothing.

/// One elementary step.
#[inline(always)]
pub(crate) fn step() {
    #[cfg(freehold_steps)]
    counted::STEPS.with(|steps| steps.set(steps.get() + 1));
}

#[cfg(freehold_steps)]
mod counted {
    use std::cell::Cell;

    thread_local! {
        pub(super) static STEPS: Cell<u64> = const { Cell::new(0) };
    }

    /// How many elementary steps this thread has taken so far.
    #[must_use]
    pub fn steps() -> u64 {
        STEPS.get()
    }
}

#[cfg(freehold_steps)]
pub use counted::steps;
