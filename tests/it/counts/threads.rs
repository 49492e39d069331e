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

/// While one thread drops the tree, others upgrade: they get claims until it has gone, and none after.
#[test]
fn weak_claims_are_upgraded_while_the_tree_goes() -> Result<(), Error> {
    const NODES: usize = 2000;
    let alive = Arc::new(AtomicUsize::new(0));
    for _ in 0..4 {
        let mut tree = Tree::new();
        let nodes = (0..NODES)
            .map(|_| tree.alloc(tree.root(), Counted::new(&alive)))
            .collect::<Result<Vec<_>, _>>()
            .map_err(Error::from)?;
        let weak = nodes.into_iter().map(|node| tree.weak(node)).collect::<Result<Vec<_>, _>>()?;
        let start = Barrier::new(THREADS + 1);
        thread::scope(|scope| {
            for first in 0..THREADS {
                let (weak, start) = (&weak, &start);
                scope.spawn(move || {
                    start.wait();
                    // Each begins elsewhere, and stays with a node until that is dead.
                    for at in 0..NODES {
                        let weak = &weak[(at + first * NODES / THREADS) % NODES];
                        while let Some(strong) = weak.upgrade() {
                            drop(strong.clone());
                            assert_eq!(strong.handle(), weak.handle());
                        }
                    }
                });
            }
            start.wait();
            drop(tree);
        });
        assert_eq!(alive.load(Ordering::Relaxed), 0);
        assert!(weak.iter().all(|weak| weak.upgrade().is_none()));
    }
    Ok(())
}

/// Claims on one node each, and several on some, end in many threads while the tree settles again and again.
#[test]
fn strong_claims_end_in_many_threads_while_the_tree_settles() -> Result<(), Error> {
    const NODES: usize = 4000;
    let alive = Arc::new(AtomicUsize::new(0));
    let mut tree = Tree::new();
    let mut shares: Vec<Vec<Strong<Counted>>> = (0..THREADS).map(|_| Vec::new()).collect();
    for n in 0..NODES {
        let node = tree.floating(Counted::new(&alive))?;
        for share in 0..=n % THREADS {
            let strong = tree.strong(node)?;
            shares[(n + share) % THREADS].push(strong.clone());
            shares[(n + share + 1) % THREADS].push(strong);
        }
    }
    let workers: Vec<_> = shares
        .into_iter()
        .enumerate()
        .map(|(at, mut share)| {
            if at % 2 == 0 {
                share.reverse();
            }
            thread::spawn(move || share.into_iter().for_each(drop))
        })
        .collect();
    let mut freed = 0;
    while !workers.iter().all(thread::JoinHandle::is_finished) {
        freed += tree.settle().nodes();
        assert!(tree.len() + freed == NODES);
    }
    workers.into_iter().for_each(|worker| worker.join().unwrap());
    tree.validate().unwrap();
    freed += tree.settle().nodes();
    assert_eq!((freed, tree.len(), alive.load(Ordering::Relaxed)), (NODES, 0, 0));
    Ok(())
}

/// Trees that are made in many threads at once are told apart.
#[test]
fn trees_of_all_threads_are_told_apart() -> Result<(), Error> {
    let make = || (0..500).map(|_| Tree::new()).collect::<Vec<_>>();
    let workers: Vec<_> = (0..THREADS).map(|_| thread::spawn(make)).collect();
    let trees: Vec<Tree> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    let roots: std::collections::HashSet<_> = trees.iter().map(Tree::root).collect();
    assert_eq!(roots.len(), trees.len());
    assert_eq!(trees[0].parent(trees[1].root()), Err(Error::Foreign { node: trees[1].root() }));
    Ok(())
}
