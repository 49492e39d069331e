//! A temporary arena: scratch space whose pages the thread keeps for the next time.
//!
//! A loop needs a table and some texts in every round, none of which outlives it. The first round gets a page; all others
//! find it where the one before has left it. For what goes before its caller returns. Not for what is handed on: an
//! array that is moved out keeps the arena with it, pages and all.
//!
//! `cargo run --example temporary`

use freehold::memory::Usage;
use freehold::{Error, Temporary, Tree};

/// How many single letters have to change to make `b` of `a`.
fn distance(tree: &mut Tree, a: &str, b: &str) -> Result<usize, Error> {
    let spare = Temporary::spare_pages();
    let scratch = tree.context_in(tree.root(), "scratch", Temporary::new())?;
    let width = b.len() + 1;
    let table = tree.array::<u32>(scratch, width * (a.len() + 1))?;
    let cells = &mut tree[table];
    for place in 0..cells.len() {
        let (row, column) = (place / width, place % width);
        cells[place] = match (row, column) {
            (0, edge) | (edge, 0) => edge as u32,
            _ => {
                let same = a.as_bytes()[row - 1] == b.as_bytes()[column - 1];
                let replaced = cells[place - width - 1] + u32::from(!same);
                replaced.min(cells[place - width] + 1).min(cells[place - 1] + 1)
            }
        };
    }
    let answer = cells.last().map_or(0, |&last| last as usize);
    let Usage { used, pages, .. } = tree.allocator(scratch)?.usage();
    println!("{a:>8} {b:>8} {answer:>9} {spare:>12} {used:>10} {pages:>6}");
    tree.free(scratch)?;
    Ok(answer)
}

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    println!("{:>8} {:>8} {:>9} {:>12} {:>10} {:>6}", "", "", "distance", "spare pages", "used bytes", "pages");
    for (a, b) in [("kitten", "sitting"), ("arena", "area"), ("pool", "pool")] {
        distance(&mut tree, a, b)?;
    }
    println!(
        "After the loop the tree has {} nodes, and the thread {} spare page.",
        tree.len(),
        Temporary::spare_pages()
    );
    Ok(())
}
