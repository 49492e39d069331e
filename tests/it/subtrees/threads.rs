//! Subtrees between threads, as servers use them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use freehold::{Arena, Error, Handle, NodeMap, Subtree, Tree, Verdict};

const JOBS: usize = 5000;

fn assert_send<T: Send>() {}
fn assert_sync<T: Sync>() {}

#[test]
fn subtrees_and_maps_can_go_anywhere() {
    assert_send::<Subtree>();
    assert_send::<NodeMap>();
    assert_sync::<NodeMap>();
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
