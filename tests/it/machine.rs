//! Programs chosen by proptest, on the model and on Freehold.

use std::env;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};

use crate::model::coverage::Coverage;
use crate::model::program::Focus;
use crate::model::{self, program, run};

/// A program's bytes, shown as a file in `tests/regressions` has them.
#[derive(Clone)]
struct Bytes(Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Operations as proptest makes and shrinks them: leaving one out leaves the others as they are.
fn programs() -> impl Strategy<Value = Bytes> {
    (any::<u8>(), vec(any::<[u8; program::WIDTH]>(), 0..program::LONGEST)).prop_map(|(first, ops)| {
        let mut bytes = vec![first];
        bytes.extend(ops.as_flattened());
        Bytes(bytes)
    })
}

proptest! {
    // What fails becomes a file in `tests/regressions`, which says what it was about.
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn freehold_does_what_the_model_does(program in programs()) {
        model::run(&program.0);
    }
}

/// After so many steps a soak says how far it is.
const PROGRESS: u64 = 100_000;

/// What a soak has come to so far.
#[derive(Default)]
struct Soak {
    failed: AtomicBool,
    programs: AtomicU64,
    /// Operations that were carried out and compared, on the heap alone and again with all sorts of allocators.
    steps: AtomicU64,
    coverage: Mutex<Coverage>,
}

impl Soak {
    /// Runs programs until so many steps are taken, or one has failed; gives the smallest one that fails, and why.
    fn run(&self, config: &ProptestConfig, mut rng: TestRng, most: u64) -> Result<(), String> {
        while self.steps.load(Ordering::Relaxed) < most && !self.failed.load(Ordering::Relaxed) {
            // A runner stops for good when it has had its number of cases.
            let mut runner = TestRunner::new_with_rng(config.clone(), rng);
            rng = runner.new_rng();
            let outcome = runner.run(&programs(), |program| {
                let (covered, steps) = run::covered(Focus::Everything, &program.0);
                self.programs.fetch_add(1, Ordering::Relaxed);
                let before = self.steps.fetch_add(steps, Ordering::Relaxed);
                if before / PROGRESS != (before + steps) / PROGRESS {
                    println!("{} steps", before + steps);
                }
                let mut coverage = self.coverage.lock().expect("nobody panics while adding up");
                for (sort, (ran, succeeded)) in covered {
                    let sum = coverage.entry(sort).or_default();
                    *sum = (sum.0 + ran, sum.1 + succeeded);
                }
                Ok(())
            });
            match outcome {
                Ok(()) => {}
                Err(TestError::Fail(reason, program)) => {
                    self.failed.store(true, Ordering::Relaxed);
                    return Err(format!("{program:?}\n{reason}"));
                }
                Err(TestError::Abort(reason)) => return Err(reason.to_string()),
            }
        }
        Ok(())
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    env::var(variable).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

/// As many programs as one likes, on all cores: `FREEHOLD_STEPS` steps, those that `FREEHOLD_SEED` stands for. Says how many
/// ran, and how often each operation was carried out and did what it was asked.
#[test]
#[ignore = "takes as long as it is told to"]
fn soak() {
    let (most, seed) = (number("FREEHOLD_STEPS", 100_000), number("FREEHOLD_SEED", 1));
    let (soak, start) = (Soak::default(), Instant::now());
    let config =
        ProptestConfig { cases: 16, max_shrink_iters: 20_000, failure_persistence: None, ..Default::default() };
    let failures: Vec<String> = thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let work = |core: usize| {
            let mut seeds = [0; 32];
            seeds[..8].copy_from_slice(&seed.to_le_bytes());
            seeds[8..16].copy_from_slice(&core.to_le_bytes());
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seeds);
            let (soak, config) = (&soak, &config);
            scope.spawn(move || soak.run(config, rng, most))
        };
        let threads: Vec<_> = (0..cores).map(work).collect();
        threads.into_iter().filter_map(|thread| thread.join().expect("a failure is no panic here").err()).collect()
    });
    for (sort, (ran, succeeded)) in soak.coverage.into_inner().expect("nobody panics while adding up") {
        println!("{sort:24} ran {ran:10}, and did it {succeeded:10} times");
    }
    let (programs, steps) = (soak.programs.into_inner(), soak.steps.into_inner());
    println!("{programs} programs, {steps} steps, {} failures, {:.1?}, seed {seed}", failures.len(), start.elapsed());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
