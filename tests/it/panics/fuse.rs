//! User code that panics when its turn comes, and an account of what is dropped.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The panic of a fuse. It prints nothing.
#[derive(Debug)]
pub(super) struct Boom;

impl Boom {
    pub(super) fn throw() -> ! {
        resume_unwind(Box::new(Self))
    }
}

#[derive(Debug, Default)]
struct State {
    /// Calls until the panic; 0 when there will be none.
    left: usize,
    fired: Option<String>,
    /// Calls since the fuse was lit.
    calls: Vec<String>,
    /// How often each token was dropped.
    drops: BTreeMap<String, usize>,
}

/// Counts the calls of user code, and panics in one of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Fuse(Arc<Mutex<State>>);

impl Fuse {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The n-th call from now on panics.
    pub(super) fn light(&self, n: usize) {
        let mut state = self.lock();
        state.left = n;
        state.calls.clear();
    }

    pub(super) fn put_out(&self) {
        self.lock().left = 0;
    }

    /// Who panicked.
    pub(super) fn fired(&self) -> Option<String> {
        self.lock().fired.clone()
    }

    pub(super) fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// A call of user code.
    pub(super) fn call(&self, who: &str) {
        let mut state = self.lock();
        state.calls.push(who.to_owned());
        let boom = state.left == 1;
        state.left = state.left.saturating_sub(1);
        if boom {
            state.fired = Some(who.to_owned());
            drop(state);
            Boom::throw();
        }
    }

    /// Something that must be dropped once.
    pub(super) fn token(&self, name: String) -> Token {
        let known = self.lock().drops.insert(name.clone(), 0);
        assert_eq!(known, None, "{name} twice");
        Token { name, fuse: self.clone() }
    }

    pub(super) fn drops(&self, name: &str) -> usize {
        self.lock().drops[name]
    }

    pub(super) fn all_dropped_once(&self, what: &str) {
        for (name, drops) in &self.lock().drops {
            assert_eq!(*drops, 1, "{what}: {name} is dropped {drops} times");
        }
    }
}

/// A value, or what a closure captured. Dropping it is a call of user code.
#[derive(Debug)]
pub(super) struct Token {
    name: String,
    fuse: Fuse,
}

impl Drop for Token {
    fn drop(&mut self) {
        *self.fuse.lock().drops.get_mut(&self.name).expect("tokens are known") += 1;
        self.fuse.call(&format!("drop of {}", self.name));
    }
}
