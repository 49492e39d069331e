//! Guards: destructors are asked and may refuse, cleanups are told.
//!
//! `cargo run --example destructors`

use freehold::{Tree, Verdict};

struct Transfer {
    file: &'static str,
    running: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut tree = Tree::new();
    let session = tree.context(tree.root(), "session")?;

    for (file, running) in [("a.iso", false), ("b.iso", true)] {
        let transfer = tree.alloc(session, Transfer { file, running })?;
        tree.set_name(transfer, file)?;
        tree.set_destructor(transfer, |tree, transfer| {
            let Transfer { file, running } = tree[transfer];
            println!("  {file}: {}", if running { "still running, it stays" } else { "done, it may go" });
            if running { Verdict::Refuse } else { Verdict::Free }
        })?;
        tree.add_cleanup(transfer, |tree, transfer| println!("  {}: closed", tree[transfer].file))?;
        tree.strdup(transfer, "buffer")?;
    }

    println!("The session ends:");
    let freed = tree.free(session)?;
    println!("{} nodes freed; surviving:", freed.nodes());
    for survivor in freed.survivors() {
        println!("  {} under {}", tree.name(survivor.node)?, tree.name(survivor.parent)?);
    }

    println!("\nThe transfer is done at last:");
    for (_, transfer) in tree.iter_mut::<Transfer>() {
        transfer.running = false;
    }
    let last = tree.iter::<Transfer>().next().map(|(handle, _)| handle);
    let freed = tree.free(last.expect("one transfer survived"))?;
    println!("{} nodes freed, {} left", freed.nodes(), tree.len());
    Ok(())
}
