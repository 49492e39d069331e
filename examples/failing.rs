//! A failing allocator: what a function leaves behind when memory runs out in the middle of it.
//!
//! `Failing` makes one request fail, each in turn. The careless function below returns the error, as it should, but leaves
//! what it had made until then with its caller; the careful one works in a scope and keeps only the whole. For tests of
//! code that has to go on when memory runs out.
//!
//! `cargo run --example failing`

use freehold::memory::{Failing, Plan};
use freehold::{Error, Handle, Heap, Tree, TreeBuilder};

struct Account {
    owner: Handle<str>,
    entries: Handle<[i64]>,
}

/// The parts are made beside each other, and the account last.
fn careless(tree: &mut Tree, parent: Handle<()>) -> Result<Handle<Account>, Error> {
    let owner = tree.strdup(parent, "alice")?;
    let entries = tree.array_from(parent, &[100, -20])?;
    let account = tree.alloc(parent, Account { owner, entries })?;
    tree.steal(account, owner)?;
    tree.steal(account, entries)?;
    Ok(account)
}

/// The same in a scope: what is not kept goes.
fn careful(tree: &mut Tree, parent: Handle<()>) -> Result<Handle<Account>, Error> {
    let mut scope = tree.scope(parent)?;
    let context = scope.handle();
    let account = careless(&mut scope, context)?;
    scope.keep(account)
}

type Open = fn(&mut Tree, Handle<()>) -> Result<Handle<Account>, Error>;

/// Runs the same once for every request it makes, and lets that one fail.
fn try_all(open: Open) -> Result<(), Error> {
    for n in 1.. {
        let plan = Plan::nth(n);
        let mut tree = TreeBuilder::new().allocator(Failing::new(Heap::new(), &plan)).build();
        let bank = tree.context(tree.root(), "bank")?;
        let outcome = open(&mut tree, bank);
        if plan.failures() == 0 {
            let account = outcome?;
            let Account { owner, entries } = tree[account];
            println!("  {} requests; if none fails: {} has {:?}", plan.requests(), &tree[owner], &tree[entries]);
            break;
        }
        let error = outcome.err().map_or("no error".to_owned(), |error| error.to_string());
        println!("  request {n}: {error}");
        println!("    left behind: {} bytes in {} blocks", tree.total_size(bank)?, tree.total_blocks(bank)? - 1);
    }
    Ok(())
}

fn main() -> Result<(), Error> {
    println!("The careless function:");
    try_all(careless)?;
    println!("\nThe careful one:");
    try_all(careful)
}
