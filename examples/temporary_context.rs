//! A temporary context: what a function needs on its way goes when it returns, by whichever way, and only its result stays.
//!
//! The fourth pattern of talloc programs, there `tmp_ctx = talloc_new(mem_ctx)` with a `talloc_free(tmp_ctx)` before each
//! return, or `talloc_stackframe()`. Here a scope is a guard: no return can forget it, `?` and panics included. For every
//! function that makes more than it gives back.
//!
//! `cargo run --example temporary_context`

use std::num::ParseIntError;

use freehold::{Error, Handle, Tree};

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("no number: {0}")]
    Number(#[from] ParseIntError),
    #[error(transparent)]
    Tree(#[from] Error),
}

/// The numbers of a list such as `3, 1, 2` in order, each once.
fn sorted(tree: &mut Tree, parent: Handle<()>, list: &str) -> Result<Handle<[u32]>, Failure> {
    let mut scope = tree.scope(parent)?;
    let numbers = scope.array::<u32>(list.split(',').count())?;
    for (place, word) in list.split(',').enumerate() {
        // A copy to scribble on, in the scope.
        let word = scope.strdup(word)?;
        // This `?` leaves the function with the scope half full, and the scope is freed.
        scope[numbers][place] = scope[word].trim().parse()?;
    }
    scope[numbers].sort_unstable();
    let mut distinct = scope[numbers].to_vec();
    distinct.dedup();
    let result = scope.array_from(&distinct)?;

    println!("Before `sorted` returns:\n{}", scope.report(parent)?);
    // Moved out to `parent`; everything else goes at the end of this block.
    Ok(scope.keep(result)?)
}

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    let request = tree.context(tree.root(), "request")?;

    for list in ["3, 1, 2, 3", "4, five, 6"] {
        match sorted(&mut tree, request, list) {
            Ok(numbers) => println!("{list:?} sorted: {:?}\n", &tree[numbers]),
            Err(Failure::Tree(error)) => return Err(error),
            Err(error) => println!("{list:?} was left by an early return: {error}\n"),
        }
    }
    println!("After both calls, with {} scopes open:\n{}", tree.scope_depth(), tree.report(tree.root())?);
    Ok(())
}
