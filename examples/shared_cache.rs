//! Several owners: a cache and the requests that use its entries. Whoever goes last takes the entry along.
//!
//! `cargo run --example shared_cache`

use freehold::{Error, Tree, Unlinked};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut tree = Tree::new();
    tree.set_log(|_, record| print!("  log: {record}"));

    let cache = tree.context(tree.root(), "cache")?;
    let first = tree.context(tree.root(), "request 1")?;
    let second = tree.context(tree.root(), "request 2")?;

    let entry = tree.alloc(cache, vec!["parsed", "page"])?;
    tree.set_name(entry, "page /index")?;
    tree.reference(first, entry)?;
    tree.reference(second, entry)?;
    println!("The cache owns the entry, and both requests hold it:\n{}", tree.report(tree.root())?);

    println!("Nobody may free what others hold:");
    match tree.free(entry) {
        Err(error @ Error::Shared { .. }) => println!("  error: {error}\n"),
        other => unreachable!("{other:?}"),
    }

    println!("The cache is emptied while the requests run. The entry survives, and the free says so:");
    for survivor in tree.free(cache)?.survivors() {
        println!("  {} now lives under {}\n", tree.name(survivor.node)?, tree.name(survivor.parent)?);
    }

    println!("The first request ends: it only held a reference.");
    match tree.unlink(first, entry)? {
        Unlinked::Reference => println!("  one claim fewer, {} left\n", tree.reference_count(entry)?),
        other => unreachable!("{other:?}"),
    }

    println!("The second one is the owner by now, so the entry goes with it:");
    let freed = tree.free(second)?;
    println!("  {} nodes freed, the entry is {}", freed.nodes(), if tree.contains(entry) { "there" } else { "gone" });
    Ok(())
}
