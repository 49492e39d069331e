//! Subtrees from thread to thread: workers build, the main thread keeps, another thread frees.
//!
//! A finished subtree is a value that owns all in it. It is sent like any other, no lock is needed, and what comes of its
//! handles is said by the map that each move gives. For servers that parse, compile or load in the background.
//!
//! `cargo run --example worker_pool`

use std::sync::mpsc;
use std::thread;

use freehold::{Error, Handle, NodeId, Subtree, Tree, links};

struct Document {
    title: Handle<str>,
    words: Handle<[u32]>,
}
links!(Document { title, words });

/// What a worker does: a document with all its parts, in a tree of its own.
fn load(number: u32) -> Result<Subtree, Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Document>()?;
    let context = tree.context(tree.root(), format!("document {number}"))?;
    let title = tree.format(context, format_args!("Report no. {number}"))?;
    let words = tree.array_from_iter(context, (0..number).map(|n| n * n))?;
    tree.alloc(context, Document { title, words })?;
    tree.detach(context)
}

fn main() -> Result<(), Error> {
    let (done, finished) = mpsc::channel::<Subtree>();
    let (discard, discarded) = mpsc::channel::<Subtree>();

    let workers: Vec<_> = (0..3)
        .map(|worker| {
            let done = done.clone();
            thread::spawn(move || {
                for number in (worker * 4)..(worker * 4 + 4) {
                    done.send(load(number)?).expect("the main thread listens");
                }
                Ok::<(), Error>(())
            })
        })
        .collect();
    drop(done);
    let collector = thread::spawn(move || discarded.iter().map(|subtree| subtree.tree().len()).sum::<usize>());

    let mut tree = Tree::new();
    let library = tree.context(tree.root(), "library")?;
    for subtree in finished {
        tree.graft(library, subtree)?;
    }
    for worker in workers {
        worker.join().expect("no worker panics")?;
    }

    let documents: Vec<NodeId> = tree.children(library)?.collect();
    println!("{} documents, {} nodes, {} bytes", documents.len(), tree.len(), tree.total_size(library)?);
    let mut last = None;
    for (handle, document) in tree.iter::<Document>() {
        // Handles inside the values were rewritten on the way: their types have said where they are.
        assert_eq!(tree[document.words].len().to_string(), tree[document.title].trim_start_matches("Report no. "));
        last = Some(handle);
    }

    println!("All but one go to another thread, which frees them while this one goes on:");
    let keep = last.and_then(|document| tree.parent(document).ok().flatten());
    let mut moved = None;
    for document in documents.into_iter().filter(|document| Some(*document) != keep) {
        discard.send(tree.detach(document)?).expect("the collector listens");
        moved = Some(document);
    }
    drop(discard);
    println!("  {} nodes freed elsewhere, {} are left", collector.join().expect("it does not panic"), tree.len());
    if let Some(moved) = moved {
        println!(
            "  an old handle says what has become of it: {}",
            tree.children(moved).map(drop).expect_err("it has gone")
        );
    }
    Ok(())
}
