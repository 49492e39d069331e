//! User code that panics when its turn comes, and an account of what is dropped.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The panic of a fuse: who it was. It prints nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Boom(pub(crate) String);

/// Which calls of user code panic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Plan {
    #[default]
    None,
    /// The n-th.
    One(usize),
    /// The n-th, and all after it.
    From(usize),
}

/// What can be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    Memory,
    Budget,
}

#[derive(Debug, Default)]
struct State {
    plan: Plan,
    /// How many requests for which resource there are until one is refused, that one included.
    refusal: Option<(Resource, usize)>,
    /// No call counts for the time being.
    silent: bool,
    /// Who has been called since the fuse was lit, and who of them panicked.
    calls: Vec<String>,
    fired: Vec<String>,
    /// How often each token was dropped.
    drops: BTreeMap<String, usize>,
}

/// Counts the calls of user code, and panics in some of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fuse(Arc<Mutex<State>>);

impl Fuse {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on, the n-th request for this is refused.
    pub(crate) fn refuse(&self, resource: Resource, n: usize) {
        self.lock().refusal = Some((resource, n));
    }

    /// Whether this request is refused.
    pub(crate) fn refuses(&self, asked: Resource) -> bool {
        match &mut self.lock().refusal {
            Some((resource, left)) if *resource == asked && *left > 0 => {
                *left -= 1;
                *left == 0
            }
            _ => false,
        }
    }

    /// Whether a request has been refused since then. From now on none is.
    pub(crate) fn has_refused(&self) -> bool {
        self.lock().refusal.take().is_some_and(|(_, left)| left == 0)
    }

    /// From now on calls are counted, and those of the plan panic.
    pub(crate) fn light(&self, plan: Plan) {
        let mut state = self.lock();
        state.plan = plan;
        state.calls.clear();
        state.fired.clear();
    }

    pub(crate) fn put_out(&self) {
        self.lock().plan = Plan::None;
    }

    /// Does something whose calls of user code neither count nor panic.
    pub(crate) fn in_silence<R>(&self, work: impl FnOnce() -> R) -> R {
        let before = std::mem::replace(&mut self.lock().silent, true);
        let result = work();
        self.lock().silent = before;
        result
    }

    /// Who panicked first.
    pub(crate) fn fired(&self) -> Option<String> {
        self.lock().fired.first().cloned()
    }

    /// Who has been called since the fuse was lit.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// A call of user code.
    pub(crate) fn call(&self, who: &str) {
        let mut state = self.lock();
        if state.silent {
            return;
        }
        state.calls.push(who.to_owned());
        let n = state.calls.len();
        if matches!(state.plan, Plan::One(nth) if n == nth) || matches!(state.plan, Plan::From(nth) if n >= nth) {
            state.fired.push(who.to_owned());
            drop(state);
            resume_unwind(Box::new(Boom(who.to_owned())));
        }
    }

    /// Something that must be dropped once. Several of the same name are told apart by a number.
    pub(crate) fn token(&self, name: &str) -> Token {
        let mut state = self.lock();
        let twins = (1..).map(|n| if n == 1 { name.to_owned() } else { format!("{name} {n}") });
        let name = twins.into_iter().find(|name| !state.drops.contains_key(name)).expect("numbers don't end");
        state.drops.insert(name.clone(), 0);
        Token { name, fuse: self.clone(), handed_in: false }
    }

    /// The same for what user code drops itself if a call panics, where another panic would end the program.
    pub(crate) fn token_handed_in(&self, name: &str) -> Token {
        let mut token = self.token(name);
        token.handed_in = true;
        token
    }

    /// How often each token has been dropped.
    pub(crate) fn drops(&self) -> BTreeMap<String, usize> {
        self.lock().drops.clone()
    }

    pub(crate) fn all_dropped_once(&self, what: &str) {
        for (name, drops) in &self.lock().drops {
            assert_eq!(*drops, 1, "{what}: {name} is dropped {drops} times");
        }
    }
}

/// What a value or a closure holds. Dropping it is a call of user code.
#[derive(Debug)]
pub(crate) struct Token {
    name: String,
    fuse: Fuse,
    handed_in: bool,
}

impl Token {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn fuse(&self) -> &Fuse {
        &self.fuse
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        *self.fuse.lock().drops.get_mut(&self.name).expect("tokens are known") += 1;
        if !self.handed_in || !std::thread::panicking() {
            self.fuse.call(&format!("drop of {}", self.name));
        }
    }
}
