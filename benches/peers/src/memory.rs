//! Resident bytes per node. Each contender is measured in a process of its own, started from this program,
//! so that nobody's freed memory hides what another one takes.

use crate::{input::Blocks, talloc};
use clap::ValueEnum;
use freehold::Tree;
use std::{fs, hint::black_box, io, path::Path, process::Command};

pub const VALUES: usize = 1_000_000;
/// What our bytes divided by libtalloc's may be at most.
pub const TARGET: f64 = 0.7;

/// What is built, and by whom.
#[derive(Clone, Copy, ValueEnum)]
pub enum Job {
    SambaFreehold,
    SambaLibtalloc,
    ValuesFreehold,
    ValuesLibtalloc,
}

/// Ours and the peer's resident bytes per node of one load.
pub struct Outcome {
    pub nodes: usize,
    pub ours: f64,
    pub peer: f64,
}

/// Both loads: the tree of the `samba` workload, and a million values of 32 bytes in one context.
pub fn run(blocks: &Blocks, dump: Option<&Path>) -> io::Result<Vec<Outcome>> {
    let loads =
        [(blocks.len(), Job::SambaFreehold, Job::SambaLibtalloc), (VALUES, Job::ValuesFreehold, Job::ValuesLibtalloc)];
    let outcome = |(nodes, ours, peer)| {
        Ok(Outcome { nodes, ours: in_child(ours, dump)? / nodes as f64, peer: in_child(peer, dump)? / nodes as f64 })
    };
    loads.into_iter().map(outcome).collect()
}

/// Has a child process do the job, and answers the bytes by which it grew.
fn in_child(job: Job, dump: Option<&Path>) -> io::Result<f64> {
    let name = job.to_possible_value().expect("no job is skipped");
    let mut child = Command::new(std::env::current_exe()?);
    child.args(["--measure", name.get_name()]);
    if let Some(dump) = dump {
        child.arg("--dump").arg(dump);
    }
    let output = child.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    (text.trim().parse()).map_err(|_| io::Error::other(format!("{output:?}")))
}

/// The child's part: builds, writes every byte as a program would, and answers by how much that grew it.
pub fn child(job: Job, blocks: &Blocks) -> io::Result<u64> {
    match job {
        Job::SambaFreehold => {
            let mut tree = Tree::new();
            let mut nodes = vec![tree.root(); blocks.len()];
            growth(|| {
                nodes[0] = tree.context(tree.root(), "null_context").unwrap().into();
                for (place, block) in blocks.iter().enumerate().skip(1) {
                    let parent = nodes[block.parent as usize];
                    let node = tree.array_unfilled::<u8>(parent, block.bytes as usize);
                    let node = node.unwrap();
                    tree.get_mut(node).unwrap().fill(1);
                    nodes[place] = node.into();
                }
                tree
            })
        }
        Job::SambaLibtalloc => {
            // Not null: the pages of the list are to be there before the work begins.
            let mut chunks = vec![std::ptr::dangling_mut(); blocks.len()];
            growth(|| {
                chunks[0] = talloc::context(talloc::NULL);
                for (place, block) in blocks.iter().enumerate().skip(1) {
                    let parent = chunks[block.parent as usize];
                    let chunk = talloc::block(parent, block.bytes as usize, c"peers.c:1");
                    talloc::fill(chunk, block.bytes as usize);
                    chunks[place] = chunk;
                }
            })
        }
        Job::ValuesFreehold => growth(|| {
            let mut tree = Tree::new();
            let context = tree.context(tree.root(), "values").unwrap();
            for nth in 1..VALUES as u64 {
                tree.alloc(context, [nth; 4]).unwrap();
            }
            tree
        }),
        Job::ValuesLibtalloc => growth(|| {
            let context = talloc::context(talloc::NULL);
            for nth in 1..VALUES as u64 {
                talloc::value(context, [nth; 4]);
            }
        }),
    }
}

fn growth<T>(build: impl FnOnce() -> T) -> io::Result<u64> {
    talloc::return_freed_memory();
    let before = resident()?;
    let built = black_box(build());
    let after = resident()?;
    drop(built);
    Ok(after.saturating_sub(before))
}

/// The kernel's exact count; those in statm and status may lag behind by a few pages for each thread.
fn resident() -> io::Result<u64> {
    let text = fs::read_to_string("/proc/self/smaps_rollup")?;
    let kilobytes = (text.lines())
        .find_map(|line| line.strip_prefix("Rss:")?.trim().strip_suffix(" kB"))
        .and_then(|number| number.parse::<u64>().ok())
        .ok_or_else(|| io::Error::other("no Rss in smaps_rollup"))?;
    Ok(kilobytes * 1024)
}
