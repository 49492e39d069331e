//! Running a program on both sides.

use std::sync::{Arc, Mutex};

use freehold::memory::{AllocError, Block, Blocks, Misuse, Plan, ScopeId};

use super::naive::{Entry, Naive};
use super::program::{Kind, Make, Op, Program};
use super::stage::{Hatch, Watched, Wish, watched};

/// Blocks together have at most so many bytes: comparing them after each step takes time.
const MOST_BYTES: usize = 200_000;

struct Run {
    program: Program,
    /// The operation that is carried out.
    step: usize,
    blocks: Blocks<Hatch>,
    naive: Naive,
    wish: Arc<Mutex<Option<Wish>>>,
    plan: Option<Plan>,
    foreign_scope: ScopeId,
    /// What fresh bytes are filled with next.
    pattern: u8,
}

/// Runs the program that the bytes encode.
///
/// # Panics
///
/// If an answer is not the naive one, or the state after any step: contents, alignment, blocks that overlap, counts.
pub fn run(bytes: &[u8]) {
    let program = Program::decode(bytes);
    let (inner, plan) = program.wrap.around(program.kind.allocator());
    let wish = Arc::new(Mutex::new(None));
    let mut others = Blocks::new(freehold::Arena::new());
    let foreign = others.allocate(1, 1).expect("an arena has room for a byte");
    let foreign_scope = others.enter_scope().expect("an arena has scopes");
    let naive = Naive::new(foreign, program.wrap.rule());
    let blocks = Blocks::new(Hatch { inner, wish: Arc::clone(&wish) });
    let ops = program.ops.clone();
    let mut run = Run { program, step: 0, blocks, naive, wish, plan, foreign_scope, pattern: 0 };
    for (step, op) in ops.into_iter().enumerate() {
        run.step = step;
        run.carry_out(op);
        run.compare();
    }
    run.step += 1;
    run.blocks.reset();
    run.naive.free_all();
    run.compare();
}

/// Says what was going on when an assertion failed.
impl Drop for Run {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{:?} within {:?}", self.program.kind, self.program.wrap);
            for (step, op) in self.program.ops.iter().enumerate().take(self.step + 1) {
                eprintln!("{step:3}  {op:?}");
            }
        }
    }
}

impl Run {
    fn carry_out(&mut self, op: Op) {
        match op {
            Op::Allocate { make, size, align } => self.allocate(make, size, align),
            Op::Resize { block, size, zero } => self.resize(self.naive.token(block), size, zero),
            Op::Free { block } => {
                let token = self.naive.token(block);
                let want = self.naive.find(token, Misuse::DoubleFree);
                assert_eq!(self.blocks.free(token), want.clone().map(drop));
                if let Ok(index) = want {
                    self.naive.free(index);
                }
            }
            Op::Write { block, byte } => {
                let token = self.naive.token(block);
                match (self.naive.find(token, Misuse::Stale), self.blocks.get_mut(token)) {
                    (Ok(index), Ok(bytes)) => {
                        bytes.fill(byte);
                        self.naive.live[index].bytes.fill(byte);
                    }
                    (want, got) => assert_eq!(got.map(drop), want.map(drop)),
                }
            }
            Op::Read { block } => {
                let token = self.naive.token(block);
                let want = self.naive.find(token, Misuse::Stale).map(drop);
                assert_eq!(self.blocks.get(token).map(drop), want);
                // Asking for the size is another use.
                let want = self.naive.find(token, Misuse::Stale).map(|index| self.naive.live[index].bytes.len());
                assert_eq!(self.blocks.size(token), want);
            }
            Op::Enter => {
                let want = match self.program.kind {
                    Kind::Heap | Kind::Plain => {
                        Err(AllocError::NoScopes { kind: self.program.kind.allocator().kind() })
                    }
                    _ => self.naive.may_enter(),
                };
                let got = self.blocks.enter_scope();
                assert_eq!(got.clone().map(drop), want);
                got.into_iter().for_each(|scope| self.naive.enter(scope));
            }
            Op::Exit { scope, keep, also } => self.exit(scope, keep, also.map(|pick| self.naive.token(pick))),
            Op::Reset => {
                self.blocks.reset();
                self.naive.free_all();
            }
            Op::Shrink => self.blocks.shrink(),
            Op::Charge { size } => {
                let fate = self.fate(|run| run.wished(Wish::Charge(size)));
                match fate {
                    Ok(()) => self.naive.charges.push(size),
                    Err(error) => self.exhausted(&error, size, None),
                }
            }
            Op::Discharge { seed } => {
                if !self.naive.charges.is_empty() {
                    let size = self.naive.charges.swap_remove(seed % self.naive.charges.len());
                    assert_eq!(self.wished(Wish::Discharge(size)), Ok(()));
                }
            }
        }
    }

    fn wished(&mut self, wish: Wish) -> Result<(), AllocError> {
        *self.wish.lock().expect("nobody panics with it") = Some(wish);
        self.blocks.shrink();
        match self.wish.lock().expect("nobody panics with it").take() {
            Some(Wish::Granted(answer)) => answer,
            other => panic!("the allocator was not asked: {other:?}"),
        }
    }

    /// Makes a request, which fails by the plan exactly if it is meant to.
    fn fate<T>(&mut self, request: impl FnOnce(&mut Self) -> Result<T, AllocError>) -> Result<T, AllocError> {
        let failures = |run: &Self| run.plan.as_ref().map_or(0, Plan::failures);
        let before = failures(self);
        let want = self.naive.ask();
        let answer = request(self);
        let failed = failures(self) > before;
        assert!(want.is_none_or(|want| want == failed), "a request fails exactly if it is meant to");
        if failed {
            let meant = matches!(answer, Err(AllocError::Exhausted { left: 0, .. }));
            assert!(meant, "what was made to fail says so: {:?}", answer.err());
        }
        answer
    }

    fn bound(&self) -> Option<usize> {
        match self.program.kind {
            Kind::FixedBuffer(size) | Kind::Pool(size) => Some(size),
            _ => None,
        }
    }

    /// Whether an error is one that the allocator may have for so many bytes.
    fn exhausted(&mut self, error: &AllocError, size: usize, align: Option<usize>) {
        let AllocError::Exhausted { asked, left } = *error else { panic!("a request for {size} bytes: {error}") };
        assert_eq!(asked, size, "the error says what was asked for");
        if self.plan.is_some() && left == 0 {
            return;
        }
        let bound = self.bound().expect("only what has bounds can be exhausted");
        // Where there is a watcher, a block without bytes takes the room for its red zones.
        let watched_nothing = self.program.wrap.has_debug() && (size, left) == (0, 0);
        assert!(left < size || watched_nothing, "{size} bytes do not fit and {left} are left");
        if self.naive.live.is_empty() && self.naive.depth() == 0 {
            // Alignment, and the red zones of a watcher.
            let slack = 4 * 64;
            let charged: usize = self.naive.charges.iter().sum();
            assert!(size + charged + slack > bound, "{size} bytes fit into {bound}, of which {charged} are charged");
        }
        if let (Some(align), None, 1..) = (align, &self.plan, left) {
            let rest = self.blocks.allocate(left, align).expect("what is left can be had");
            self.blocks.free(rest).expect("it was just made");
            self.naive.gone.push(rest);
        }
    }

    fn allocate(&mut self, make: Make, size: usize, align: usize) {
        if let Err(want) = Naive::check(size, align) {
            assert_eq!(self.blocks.allocate(size, align), Err(want.clone()));
            assert_eq!(self.blocks.allocate_zeroed(size, align), Err(want));
            return;
        }
        if self.naive.live_bytes() + size > MOST_BYTES {
            return;
        }
        self.pattern = self.pattern.wrapping_add(1);
        let content = vec![self.pattern; size];
        let (got, align) = match make {
            Make::Plain => (self.fate(|run| run.blocks.allocate(size, align)), align),
            Make::Zeroed => (self.fate(|run| run.blocks.allocate_zeroed(size, align)), align),
            Make::Copy => (self.fate(|run| run.blocks.allocate_copy(&content)), 1),
        };
        let token = match got {
            Ok(token) => token,
            Err(error) => return self.exhausted(&error, size, Some(align)),
        };
        let bytes = self.blocks.get_mut(token).expect("it was just made");
        match make {
            Make::Zeroed => assert!(bytes.iter().all(|&byte| byte == 0), "zeroes were asked for"),
            Make::Copy => assert_eq!(bytes, content),
            Make::Plain if self.program.wrap.has_debug() => assert_eq!(bytes, vec![0x7F; size]),
            Make::Plain => {}
        }
        bytes.copy_from_slice(&content);
        assert!(!self.naive.gone.contains(&token), "no token is given out twice");
        self.naive.live.push(Entry { token, bytes: content, align, owner: self.naive.depth() });
    }

    fn resize(&mut self, token: Block, size: usize, zero: bool) {
        let call = |run: &mut Self| {
            if zero { run.blocks.resize_zero(token, size) } else { run.blocks.resize(token, size) }
        };
        let index = match self.naive.find(token, Misuse::Stale) {
            Ok(index) => index,
            Err(want) => return assert_eq!(call(self), Err(want)),
        };
        let Entry { bytes, align, .. } = &self.naive.live[index];
        let (old, align) = (bytes.len(), *align);
        if let Err(want) = Naive::check(size, align) {
            return assert_eq!(call(self), Err(want));
        }
        if self.naive.live_bytes() + size > MOST_BYTES {
            return;
        }
        let answer = if size > old { self.fate(call) } else { call(self) };
        if let Err(error) = answer {
            assert!(size > old, "a block can always be made smaller");
            return self.exhausted(&error, size, Some(align));
        }
        self.pattern = self.pattern.wrapping_add(1);
        let bytes = self.blocks.get_mut(token).expect("it was just resized");
        if size > old {
            match (zero, self.program.wrap.has_debug()) {
                (true, _) => assert!(bytes[old..].iter().all(|&byte| byte == 0), "zeroes were asked for"),
                (_, true) => assert!(bytes[old..].iter().all(|&byte| byte == 0x7F), "fresh bytes are marked"),
                _ => {}
            }
            bytes[old..].fill(self.pattern);
        }
        self.naive.live[index].bytes.resize(size, self.pattern);
    }

    fn exit(&mut self, scope: u8, keep: u16, also: Option<Block>) {
        let chosen = match usize::from(scope) {
            0..=7 => Some(self.foreign_scope),
            seed @ 8..=40 if !self.naive.scopes.is_empty() => Some(self.naive.scopes[seed % self.naive.scopes.len()]),
            _ => self.naive.open.last().copied(),
        };
        let Some(chosen) = chosen else { return };
        let numbered = self.naive.live.iter().enumerate();
        let kept = numbered.filter(|(n, _)| keep >> (n % 16) & 1 == 1).map(|(_, entry)| entry.token);
        let keep: Vec<Block> = kept.chain(also).collect();
        let want =
            if chosen == self.foreign_scope { Err(AllocError::ForeignScope) } else { self.naive.exit(chosen, &keep) };
        assert_eq!(self.blocks.exit_scope(chosen, &keep), want);
    }

    fn compare(&self) {
        let Self { blocks, naive, .. } = self;
        assert_eq!((blocks.len(), blocks.is_empty()), (naive.live.len(), naive.live.is_empty()));
        assert_eq!(blocks.scope_depth(), naive.depth());
        let misuse = blocks.misuse();
        assert_eq!([misuse.double_frees, misuse.stale, misuse.foreign], naive.misuses);
        if let Some(plan) = &self.plan {
            assert_eq!(plan.requests(), naive.requests);
        }
        let mut ranges = Vec::new();
        for entry in &naive.live {
            let bytes = blocks.get(entry.token).expect("it is there");
            assert!(bytes == entry.bytes, "block {} has another content", entry.token);
            assert_eq!(blocks.size(entry.token), Ok(entry.bytes.len()));
            if !bytes.is_empty() {
                assert_eq!(bytes.as_ptr().addr() % entry.align, 0, "block {} is aligned", entry.token);
                ranges.push(bytes.as_ptr_range());
            }
        }
        ranges.sort_by_key(|range| range.start);
        assert!(ranges.is_sorted_by(|a, b| a.end <= b.start), "no two blocks overlap");
        self.compare_usage(ranges.len());
    }

    fn compare_usage(&self, sized: usize) {
        let Self { naive, .. } = self;
        let usage = self.blocks.usage();
        let charged = naive.charges.iter().sum();
        let arena = !matches!(self.program.kind, Kind::Heap | Kind::Plain);
        assert_eq!(usage.blocks, sized);
        if arena {
            assert_eq!((usage.scope_depth, usage.charged), (naive.depth(), charged));
            assert!(usage.used <= usage.capacity + if self.bound().is_none() { charged } else { 0 }, "{usage:?}");
            let clean = naive.live.is_empty() && naive.depth() == 0;
            assert!(!clean || usage.used == charged, "nothing is used when nothing is there: {usage:?}");
        }
        let mut leaks: Vec<usize> = naive.live.iter().map(|entry| entry.bytes.len()).collect();
        leaks.sort_unstable();
        let charges = (naive.charges.len(), charged);
        let watched = watched(self.blocks.allocator());
        let want = Watched { leaks, charges, misuses: naive.misuses.iter().sum(), damaged: false };
        assert_eq!(watched, self.program.wrap.has_debug().then_some(want));
    }
}
