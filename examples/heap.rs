//! The heap: what a tree has if nothing is said, and how an idle one gets small again.
//!
//! Blocks of the heap come and go one by one, and the room of a freed one serves the next of its size. After a burst of
//! work most pages are empty but kept, for the next burst. A program that knows it will be idle for a while calls
//! `shrink`. The heap is the one to leave only for a reason, such as those that the examples `arena`, `pool`,
//! `fixed_buffer` and `temporary` show.
//!
//! `cargo run --example heap`

use freehold::memory::Usage;
use freehold::{Error, Tree};

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    let server = tree.context(tree.root(), "server")?;
    let settings = tree.array_from(server, b"colour=red")?;
    println!("{:>22} {:>8} {:>10} {:>10} {:>6}", "", "blocks", "used", "capacity", "pages");
    show(&tree, "before")?;

    let burst = tree.context(server, "burst")?;
    for job in 0..2000 {
        let job = tree.bytes(burst, 50 + job % 400)?;
        tree.bytes(job, 20)?;
    }
    let upload = tree.bytes(burst, 3_000_000)?;
    show(&tree, "in the burst")?;

    // The large block has memory of its own; a few such are kept for the next.
    tree.free(upload)?;
    show(&tree, "large block freed")?;

    // One result stays, among the many small blocks: its page is needed as long as it is there.
    let result = tree.array_from(server, b"2000 jobs were done.")?;
    tree.free(burst)?;
    show(&tree, "burst freed")?;

    tree.shrink();
    show(&tree, "shrunk")?;

    // Nothing that lives has moved or changed, and the next burst takes pages again.
    let (settings, result) = (str::from_utf8(&tree[settings]), str::from_utf8(&tree[result]));
    println!("\nStill there: {:?} and {:?}", settings.unwrap_or("?"), result.unwrap_or("?"));
    Ok(())
}

fn show(tree: &Tree, when: &str) -> Result<(), Error> {
    let Usage { blocks, used, capacity, pages, .. } = tree.allocator(tree.root())?.usage();
    println!("{when:>22} {blocks:>8} {used:>10} {capacity:>10} {pages:>6}");
    Ok(())
}
