//! A pool: talloc's, one reservation for a subtree whose size is known roughly.
//!
//! A request is served from one stretch of memory. When that is full, the parent's allocator serves what comes: nothing
//! fails because of a pool. A block can be stolen out and keeps its place; the reservation goes with its last user. For
//! requests and messages of a usual size, where one trip for memory is to replace many.
//!
//! `cargo run --example pool`

use freehold::{Error, NodeId, Pool, Tree};

struct Message {
    number: u32,
}

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    let session = tree.context(tree.root(), "session")?;

    println!("A request with room for 256 bytes:");
    let request = tree.context_in(session, "request", Pool::new(256))?;
    let head = tree.array_from(request, b"GET /index")?;
    show(&tree, "head", head)?;
    // What is made in a node takes its memory from where the node's own came from, at any depth.
    let parts = tree.array_from(head, &[0_u32, 4])?;
    show(&tree, "parts, in head", parts)?;
    let body = tree.bytes(request, 1000)?;
    show(&tree, "body, too large", body)?;
    let line = tree.bytes(body, 10)?;
    show(&tree, "line, in body", line)?;
    println!("  of its {} bytes, {} are in use", pool(&tree, request)?.capacity(), pool(&tree, request)?.used());

    println!("\nThe head is stolen to the session, with what is in it, and the request ends:");
    tree.steal(session, head)?;
    let freed = tree.free(request)?;
    println!("  {} nodes and {} bytes freed", freed.nodes(), freed.bytes());
    println!(
        "  {:?} is where it was, in the pool, of which {} bytes are in use",
        text(&tree[head]),
        pool(&tree, head)?.used()
    );
    tree.free(head)?;
    println!("  now it has gone, and the reservation with its last user");

    println!("\nA value with room for three children that have 60 bytes between them:");
    let message = tree.pooled(session, Message { number: 7 }, 3, 60)?;
    for (part, len) in [("from", 20), ("to", 10), ("text", 30)] {
        let bytes = tree.bytes(message, len)?;
        tree.set_name(bytes, part)?;
        show(&tree, part, bytes)?;
    }
    println!("\nMessage {}, in one reservation:\n{}", tree[message].number, tree.report(session)?);
    Ok(())
}

fn pool(tree: &Tree, node: impl Into<NodeId>) -> Result<&Pool, Error> {
    tree.allocator_as(node)
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or("?")
}

fn show(tree: &Tree, what: &str, node: impl Into<NodeId> + Copy) -> Result<(), Error> {
    println!("  {what:<16} {:>5} bytes in the {}", tree.size(node)?, tree.allocator(node)?.kind());
    Ok(())
}
