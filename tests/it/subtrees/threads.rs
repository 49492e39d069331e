//! Subtrees between threads, as servers use them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use freehold::report::{By, Naming, Report};
use freehold::{Arena, Error, Handle, NodeMap, Strong, Subtree, Tree, Verdict, Weak, links};

const JOBS: usize = 5000;

fn assert_send<T: Send>() {}
fn assert_sync<T: Sync>() {}

#[test]
fn subtrees_maps_and_reports_can_go_anywhere() {
    assert_send::<Subtree>();
    assert_send::<NodeMap>();
    assert_sync::<NodeMap>();
    assert_send::<Report>();
    assert_sync::<Report>();
}

/// A result that a worker has made: a context with a title, a table, and a destructor that counts.
fn job(tree: &mut Tree, number: usize, ended: &Arc<AtomicUsize>) -> Result<(Handle<()>, Handle<[usize]>), Error> {
    let top = match number % 3 {
        0 => tree.context_in(tree.root(), format!("job {number}"), Arena::new())?,
        _ => tree.context(tree.root(), format!("job {number}"))?,
    };
    let title = tree.format(top, format_args!("the result of job {number}, which is a rather long text"))?;
    let table = tree.array_from_iter(top, (0..number % 50).map(|n| n * number))?;
    tree.alloc(table, vec![number; 3])?;
    tree.reference(table, title)?;
    let ended = Arc::clone(ended);
    tree.set_destructor(title, move |_, _| {
        ended.fetch_add(1, Ordering::Relaxed);
        Verdict::Free
    })?;
    Ok((top, table))
}

#[test]
fn one_builds_another_grafts_a_third_frees() -> Result<(), Error> {
    let ended = Arc::new(AtomicUsize::new(0));
    let (to_main, built) = mpsc::sync_channel(16);
    let (to_reaper, done) = mpsc::sync_channel::<Subtree>(16);

    let counter = Arc::clone(&ended);
    let worker = thread::spawn(move || -> Result<(), Error> {
        let mut tree = Tree::new();
        for number in 0..JOBS {
            let (top, table) = job(&mut tree, number, &counter)?;
            let subtree = tree.detach(top)?;
            let table = subtree.map().and_then(|map| map.get(table)).unwrap();
            to_main.send((number, subtree, table)).unwrap();
        }
        assert!(tree.is_empty());
        tree.validate().unwrap();
        Ok(())
    });
    let reaper = thread::spawn(move || done.into_iter().map(|subtree| subtree.len()).sum::<usize>());

    let mut tree = Tree::new();
    let results = tree.context(tree.root(), "results")?;
    for (number, subtree, table) in built {
        let map = tree.graft(results, subtree)?;
        let table = map.get(table).unwrap();
        assert!(tree[table].iter().copied().eq((0..number % 50).map(|n| n * number)));
        assert_eq!(tree.name(map.top())?, format!("job {number}"));
        if number % 100 == 0 {
            tree.validate().unwrap();
        }
        to_reaper.send(tree.detach(map.top())?).unwrap();
    }
    drop(to_reaper);
    worker.join().unwrap()?;
    assert_eq!(reaper.join().unwrap(), 4 * JOBS);
    assert_eq!((tree.len(), ended.load(Ordering::Relaxed)), (1, JOBS));
    tree.validate().unwrap();
    Ok(())
}

/// A report says the same to many threads at once, while the tree it is of goes on.
#[test]
fn one_report_is_read_in_many_threads() -> Result<(), Error> {
    let ended = Arc::new(AtomicUsize::new(0));
    let mut tree = Tree::new();
    for number in 0..200 {
        job(&mut tree, number, &ended)?;
    }
    let report = tree.report(tree.root())?;
    let text = report.to_string();
    let (ranks, paths) = (report.aggregate(By::Name).rows().len(), report.merged(Naming::Normal).len());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                assert_eq!(report.to_string(), text);
                assert_eq!(report.aggregate(By::Name).rows().len(), ranks);
                assert_eq!(report.clone().merged(Naming::Normal).len(), paths);
                assert!(report.diff(&report).is_empty() && report.findings().is_empty());
            });
        }
        assert_eq!(tree.free_children(tree.root()).map(|freed| freed.nodes()), Ok(800));
    });
    // The last to have it may be any thread.
    let read = thread::spawn(move || report.to_string()).join().unwrap();
    assert_eq!((read, ended.load(Ordering::Relaxed)), (text, 200));
    Ok(())
}

/// What claims a node within its own subtree.
struct Claim(Option<Strong<usize>>);
links!(Claim(strong));

/// A subtree goes from tree to tree and thread to thread with a claim in it, while weak claims on its first node are upgraded
/// elsewhere: either it can't be detached, or they come to nothing.
#[test]
fn a_subtree_goes_or_is_claimed_elsewhere() -> Result<(), Error> {
    for number in 0..300 {
        let mut tree = Tree::new();
        tree.declare_links::<Claim>()?;
        let top = tree.context(tree.root(), "top")?;
        let node = tree.alloc(top, number)?;
        let strong = tree.strong(node)?;
        let claim = tree.alloc(top, Claim(Some(strong)))?;
        let weak: Weak<usize> = tree.weak(node)?;
        let upgrade = thread::spawn(move || weak.upgrade());
        let detached = tree.detach(top);
        let upgraded = upgrade.join().unwrap();
        match detached {
            Ok(subtree) => {
                let gone = upgraded.is_none_or(|strong| !tree.contains(&strong));
                assert!(gone, "who goes is claimed by nobody here");
                let received = thread::spawn(move || {
                    let mut other = Tree::new();
                    let map = subtree.map().and_then(|map| map.get(claim)).unwrap();
                    let claim = other.graft(other.root(), subtree).unwrap().get(map).unwrap();
                    let strong = other[claim].0.take().unwrap();
                    other.free_children(other.root()).unwrap();
                    let kept = other[&strong];
                    other.validate().unwrap();
                    drop(strong);
                    (kept, other.settle().nodes())
                });
                assert_eq!(received.join().unwrap(), (number, 1));
            }
            Err(error) => {
                assert!(matches!(error, Error::Crossed { .. }), "{error}");
                assert_eq!(tree[&upgraded.expect("somebody claims it")], number);
            }
        }
        tree.validate().unwrap();
    }
    Ok(())
}
