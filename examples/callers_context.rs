//! Building on the caller's context: a function takes a parent, builds its result below it, and the caller owns all.
//!
//! The second pattern of talloc programs. The function does not know how long its result is to live, so it does not
//! decide that, and there is no `config_free` to be forgotten. For every function whose result has several parts.
//!
//! `cargo run --example callers_context`

use freehold::{Error, Handle, NodeId, Tree};

struct Config {
    settings: Vec<(Handle<str>, Handle<str>)>,
}

/// Reads settings. All of the result lies below `parent`, in one node with the parts as its children.
fn read_config(tree: &mut Tree, parent: impl Into<NodeId>, text: &str) -> Result<Handle<Config>, Error> {
    let config = tree.alloc(parent, Config { settings: Vec::new() })?;
    for line in text.lines() {
        let (key, value) = line.split_once('=').unwrap_or((line, "yes"));
        let setting = (tree.strdup(config, key)?, tree.strdup(config, value)?);
        tree.set_name(setting.0, "key")?;
        tree.set_name(setting.1, "value")?;
        tree[config].settings.push(setting);
    }
    Ok(config)
}

/// What a setting is, found without allocating anything.
fn look_up<'t>(tree: &'t Tree, config: Handle<Config>, wanted: &str) -> Option<&'t str> {
    let (_, value) = tree[config].settings.iter().find(|(key, _)| &tree[*key] == wanted)?;
    Some(&tree[*value])
}

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    let server = tree.context(tree.root(), "server")?;
    let session = tree.context(server, "session")?;

    // The same function, for two lives of different length.
    let defaults = read_config(&mut tree, server, "colour=blue\nverbose")?;
    let wishes = read_config(&mut tree, session, "colour=red")?;
    println!("{}", tree.report(tree.root())?);

    let colour = |tree: &Tree, config| look_up(tree, config, "colour").unwrap_or("none").to_owned();
    println!("The session's colour is {}, the server's {}.", colour(&tree, wishes), colour(&tree, defaults));

    let freed = tree.free(session)?;
    println!("The session ends, and with it its settings: {} nodes freed.", freed.nodes());
    println!("The server's are still there: verbose is {:?}.", look_up(&tree, defaults, "verbose"));

    let stale = tree.get(wishes).map(|_| ()).expect_err("its session has gone");
    println!("Who still asks for the session's gets an error, never somebody else's settings:\n{stale}");
    Ok(())
}
