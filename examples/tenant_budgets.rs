//! A budget for each tenant of a server: one of them runs wild, and none of the others notices.
//!
//! Budgets nest. What a tenant may have counts in the server's budget, too, and the error says whose was used up. A
//! tenant with a cache has a handler that empties it and has the request tried again.
//!
//! `cargo run --example tenant_budgets`

use freehold::{Budget, Error, Handle, Relief, Tree};

struct Tenant {
    context: Handle<()>,
    cache: Handle<()>,
}

fn tenant(tree: &mut Tree, server: Handle<()>, name: &'static str) -> Result<Tenant, Error> {
    let context = tree.context(server, name)?;
    let cache = tree.context(context, "cache")?;
    let empty_cache = move |tree: &mut Tree, _: &freehold::Exceeded| match tree.free_children(cache) {
        Ok(freed) if freed.nodes() > 0 => {
            println!("  {name}: {} of the cache freed, and once more", entries(freed.nodes()));
            Relief::TryAgain
        }
        _ => Relief::Refuse,
    };
    tree.set_budget(context, Budget::new().bytes(4_000).nodes(100).on_exceeded(empty_cache))?;
    Ok(Tenant { context, cache })
}

fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// A request of a tenant: some work, and an entry for the cache. A request that fails leaves nothing behind.
fn request(tree: &mut Tree, tenant: &Tenant, bytes: usize) -> Result<(), Error> {
    let mut work = tree.scope(tenant.context)?;
    work.bytes(bytes)?;
    let entry = work.tree().bytes(tenant.cache, 200)?;
    work.set_name(entry, "cached answer")?;
    Ok(())
}

fn show(tree: &Tree, name: &str, node: Handle<()>) -> Result<(), Error> {
    let usage = tree.budget(node)?.expect("a budget was set");
    println!("  {name}: {} bytes in {} nodes, at most {} bytes so far", usage.bytes, usage.nodes, usage.peak_bytes);
    Ok(())
}

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    let server = tree.context(tree.root(), "server")?;
    tree.set_budget(server, Budget::new().bytes(10_000))?;
    let alice = tenant(&mut tree, server, "alice")?;
    let bob = tenant(&mut tree, server, "bob")?;

    println!("Both work, and their caches grow until there is no room:");
    for _ in 0..20 {
        request(&mut tree, &alice, 500)?;
        request(&mut tree, &bob, 300)?;
    }
    show(&tree, "alice ", alice.context)?;
    show(&tree, "bob   ", bob.context)?;
    show(&tree, "server", server)?;

    println!("Bob runs wild:");
    let mut wild = 0;
    let error = loop {
        match request(&mut tree, &bob, wild) {
            Ok(()) => wild += 1_000,
            Err(error) => break error,
        }
    };
    println!("  {error}");
    if let Error::OverBudget { owner, .. } = error {
        println!("  that was the budget of {:?}", tree.name(owner)?);
    }

    println!("Alice does not notice:");
    request(&mut tree, &alice, 500)?;
    show(&tree, "alice ", alice.context)?;
    Ok(())
}
