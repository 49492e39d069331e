//! Claims in many threads at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;

use freehold::{Error, Strong, Tree, Weak};

/// Counts those that live.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(alive: &Arc<AtomicUsize>) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(alive))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

const THREADS: usize = 4;
const ROUNDS: usize = 300;

/// Threads clone, upgrade and drop at random, while the tree frees parents and settles.
#[test]
fn claims_are_kept_and_ended_from_many_threads() -> Result<(), Error> {
    let alive = Arc::new(AtomicUsize::new(0));
    let mut tree = Tree::new();
    let (senders, workers): (Vec<_>, Vec<_>) = (0..THREADS)
        .map(|seed| {
            let (sender, claims) = mpsc::channel::<(Strong<Counted>, Weak<Counted>)>();
            (sender, thread::spawn(move || work(seed as u32, claims)))
        })
        .unzip();
    for round in 0..ROUNDS {
        let parent = tree.context(tree.root(), "parent")?;
        for sender in &senders {
            let node = tree.alloc(parent, Counted::new(&alive))?;
            let claims = (tree.strong(node)?, tree.weak(node)?);
            sender.send(claims).unwrap();
        }
        tree.free(parent)?;
        if round % 16 == 0 {
            tree.settle();
            tree.validate().unwrap();
        }
    }
    drop(senders);
    let kept: Vec<Weak<Counted>> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    tree.settle();
    tree.validate().unwrap();
    assert!(kept.iter().all(|weak| weak.upgrade().is_none()));
    assert!(tree.is_empty(), "{} left", tree.len());
    assert_eq!(alive.load(Ordering::Relaxed), 0);
    Ok(())
}

fn work(seed: u32, claims: mpsc::Receiver<(Strong<Counted>, Weak<Counted>)>) -> Vec<Weak<Counted>> {
    let (mut strong, mut weak) = (Vec::new(), Vec::new());
    let mut random = seed + 1;
    let mut next = move || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 16) as usize
    };
    for (claim, from) in claims {
        strong.push(claim);
        weak.push(from);
        for _ in 0..next() % 8 {
            match next() % 3 {
                0 => strong.extend(weak[next() % weak.len()].upgrade()),
                1 if !strong.is_empty() => strong.push(strong[next() % strong.len()].clone()),
                _ if !strong.is_empty() => drop(strong.swap_remove(next() % strong.len())),
                _ => {}
            }
        }
    }
    weak
}

/// A node is either freed by name or claimed by another thread, never both.
#[test]
fn a_free_and_an_upgrade_at_the_same_time_dont_both_succeed() -> Result<(), Error> {
    let mut tree = Tree::new();
    for _ in 0..ROUNDS {
        let node = tree.alloc(tree.root(), 1)?;
        let weak = tree.weak(node)?;
        let start = Arc::new(Barrier::new(2));
        let upgrade = thread::spawn({
            let start = Arc::clone(&start);
            move || {
                start.wait();
                weak.upgrade()
            }
        });
        start.wait();
        let freed = tree.free(node);
        let strong = upgrade.join().unwrap();
        match freed {
            Ok(_) => assert!(strong.is_none()),
            Err(error) => {
                assert_eq!(error, Error::Held { node: node.id(), retained: 0, strong: 1 });
                assert_eq!(tree[&strong.expect("somebody holds it")], 1);
                tree.free(node)?;
            }
        }
    }
    assert!(tree.is_empty() && tree.validate().is_ok());
    Ok(())
}
