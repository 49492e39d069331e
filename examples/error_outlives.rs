//! An error that outlives the temporary context it was found in.
//!
//! The fifth pattern of talloc programs. A function that fails says why in a text, made of what it has at hand in its
//! temporary context, which is about to go. In C such a text has to be stolen to the caller's context in time, or it is
//! read after it was freed. Here it is kept; and if that is forgotten, reading it is an error. For errors that say more
//! than a code.
//!
//! `cargo run --example error_outlives`

use freehold::{Error, Handle, Scope, Tree};

enum Failure {
    /// What was wrong with the input.
    Because(Handle<str>),
    Tree(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Tree(error)
    }
}

/// Adds up the numbers of lines such as `pears: 4`. If it fails, the reason is the caller's, provided it is kept.
fn total(tree: &mut Tree, caller: Handle<()>, file: &str, keep: bool) -> Result<u64, Failure> {
    let mut scope = tree.scope(caller)?;
    let mut sum = 0;
    for (index, line) in file.lines().enumerate() {
        sum += match value_of(&mut scope, line) {
            Ok(value) => value,
            Err(Failure::Because(reason)) => {
                // Two texts of the scope: the reason goes with it, this one, which quotes it, must not.
                let full = format!("line {}: {}: {line:?}", index + 1, &scope[reason]);
                let full = scope.strdup(&full)?;
                return Err(Failure::Because(if keep { scope.keep(full)? } else { full }));
            }
            Err(other) => return Err(other),
        };
    }
    Ok(sum)
}

fn value_of(scope: &mut Scope<'_>, line: &str) -> Result<u64, Failure> {
    let Some((_, value)) = line.split_once(": ") else {
        return Err(Failure::Because(scope.strdup("there is no colon")?));
    };
    value.parse().or_else(|error| Err(Failure::Because(scope.format(format_args!("{error}"))?)))
}

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    let request = tree.context(tree.root(), "request")?;

    for (file, keep) in [("apples: 3\npears: 4", true), ("apples: 3\npears: some", true), ("apples 3", false)] {
        match total(&mut tree, request, file, keep) {
            Ok(sum) => println!("{sum} pieces of fruit"),
            Err(Failure::Tree(error)) => return Err(error),
            Err(Failure::Because(why)) => match tree.get(why) {
                Ok(why) => println!("not taken: {why}"),
                Err(error) => println!("not taken, and the reason was not kept: {error}"),
            },
        }
    }
    println!("\nWhat is left is the text that was kept:\n{}", tree.report(request)?);
    println!("It goes with the request: {} nodes freed", tree.free(request)?.nodes());
    Ok(())
}
