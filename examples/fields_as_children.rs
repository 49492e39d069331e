//! Fields as children: a struct is a node, and what its fields lead to are its children.
//!
//! The third pattern of talloc programs. It makes a struct one thing: whoever moves, shares or frees it has all of
//! it. What goes wrong when the fields are siblings of the struct, made in the same context as it, shows as soon as the
//! struct moves. For every struct with handles in it, unless it only looks at what somebody else owns.
//!
//! `cargo run --example fields_as_children`

use freehold::{Error, Handle, Tree};

#[derive(Default)]
struct User {
    name: Option<Handle<str>>,
    groups: Option<Handle<[u32]>>,
}

type Make = fn(&mut Tree, Handle<()>, &str) -> Result<Handle<User>, Error>;

/// The fields lie in the context of the struct, beside it: wrong.
fn user_beside(tree: &mut Tree, parent: Handle<()>, name: &str) -> Result<Handle<User>, Error> {
    let name = tree.strdup(parent, name)?;
    let groups = tree.array_from(parent, &[100, 1000])?;
    tree.set_name(name, "user.name")?;
    tree.set_name(groups, "user.groups")?;
    Ok(tree.alloc(parent, User { name: Some(name), groups: Some(groups) })?)
}

/// The struct is made first, and its fields below it: right.
fn user_above(tree: &mut Tree, parent: Handle<()>, name: &str) -> Result<Handle<User>, Error> {
    let user = tree.alloc_default::<User>(parent)?;
    let name = tree.strdup(user, name)?;
    let groups = tree.array_from(user, &[100, 1000])?;
    tree.set_name(name, "user.name")?;
    tree.set_name(groups, "user.groups")?;
    tree[user] = User { name: Some(name), groups: Some(groups) };
    Ok(user)
}

/// A login makes a user, the cache takes it over, the login ends.
fn log_in(make: Make) -> Result<(), Error> {
    let mut tree = Tree::new();
    let cache = tree.context(tree.root(), "cache")?;
    let login = tree.context(tree.root(), "login")?;
    let user = make(&mut tree, login, "alice")?;
    println!("Made:\n{}", tree.report(tree.root())?);

    tree.steal(cache, user)?;
    println!("Moved to the cache:\n{}", tree.report(tree.root())?);

    let freed = tree.free(login)?;
    println!("The login ends (nodes freed: {}):\n{}", freed.nodes(), tree.report(tree.root())?);
    if let User { name: Some(name), groups: Some(groups) } = tree[user] {
        match (tree.get(name), tree.get(groups)) {
            (Ok(name), Ok(groups)) => println!("{name} is in {} groups\n", groups.len()),
            (Err(error), _) | (_, Err(error)) => println!("error: {error}\n"),
        }
    }
    Ok(())
}

fn main() -> Result<(), Error> {
    println!("=== Fields beside their struct ===\n");
    log_in(user_beside)?;
    println!("=== Fields below their struct ===\n");
    log_in(user_above)
}
