//! Runs the contenders of a workload in turns and sums up what they took.

use std::time::Instant;

/// One round of a contender: does its work once and answers the nanoseconds per operation.
pub type Round = Box<dyn FnMut() -> f64>;

/// Who is measured; nothing is set up before its workload's turn.
pub struct Contender {
    pub name: &'static str,
    /// What the ratio of this peer's time to ours is to reach.
    pub target: Option<f64>,
    setup: Box<dyn FnOnce() -> Round>,
}

impl Contender {
    /// `setup` makes what lives over all rounds and answers the round itself.
    pub fn new<R: FnMut() -> f64 + 'static>(
        name: &'static str,
        target: Option<f64>,
        setup: impl FnOnce() -> R + 'static,
    ) -> Self {
        let setup = Box::new(move || -> Round { Box::new(setup()) });
        Self { name, target, setup }
    }

    pub fn set_up(self) -> Round {
        (self.setup)()
    }
}

/// Something to do, and who does it: ours first, then the peers.
pub struct Workload {
    pub name: &'static str,
    /// What is counted, for the table.
    pub operation: &'static str,
    /// Long workloads do with fewer rounds than asked for.
    pub most_rounds: usize,
    pub contenders: Vec<Contender>,
}

/// Times `work`, which does `operations` operations.
pub fn timed(operations: usize, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_nanos() as f64 / operations as f64
}

/// What one contender took, in ns per operation.
pub struct Outcome {
    pub name: &'static str,
    pub target: Option<f64>,
    pub median: f64,
    pub min: f64,
    pub max: f64,
    /// Its time divided by ours: the median of what each round says. The contenders of a round ran within
    /// milliseconds of each other, so this holds still when the machine's speed does not.
    pub ratio: f64,
}

/// One round of each to warm up, then `rounds` of each in turns, beginning with another one each time.
pub fn run(workload: Workload, rounds: usize) -> Vec<Outcome> {
    let rounds = rounds.clamp(1, workload.most_rounds);
    let labels: Vec<_> = workload.contenders.iter().map(|contender| (contender.name, contender.target)).collect();
    let mut ready: Vec<Round> = workload.contenders.into_iter().map(Contender::set_up).collect();
    for round in &mut ready {
        round();
    }
    let mut samples = vec![Vec::with_capacity(rounds); ready.len()];
    for turn in 0..rounds {
        for place in 0..ready.len() {
            let who = (turn + place) % ready.len();
            samples[who].push(ready[who]());
        }
    }
    let outcome = |((name, target), theirs): (_, &Vec<f64>)| {
        let ratio = median(theirs.iter().zip(&samples[0]).map(|(theirs, ours)| theirs / ours));
        let min = theirs.iter().copied().fold(f64::INFINITY, f64::min);
        let max = theirs.iter().copied().fold(0.0, f64::max);
        Outcome { name, target, median: median(theirs.iter().copied()), min, max, ratio }
    };
    labels.into_iter().zip(&samples).map(outcome).collect()
}

/// The middle one.
pub fn median(samples: impl Iterator<Item = f64>) -> f64 {
    let mut samples: Vec<_> = samples.collect();
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
