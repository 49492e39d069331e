//! A context per request: whatever a request allocates goes when the request does, on every way out.
//!
//! `cargo run --example request_context`

use freehold::{Error, Handle, NodeId, Tree};

#[derive(Debug)]
struct Request {
    path: Handle<str>,
    body: Handle<[u8]>,
}

fn parse(tree: &mut Tree, parent: NodeId, raw: &str) -> Result<Handle<Request>, Error> {
    let (path, body) = raw.split_once('\n').unwrap_or((raw, ""));
    let path = tree.strdup(parent, path)?;
    let body = tree.array_from(parent, body.as_bytes())?;
    let request = tree.alloc(parent, Request { path, body })?;
    // Fields as children: they go with the request, wherever it is moved.
    tree.steal(request, path)?;
    tree.steal(request, body)?;
    Ok(request)
}

/// The answer is built on the caller's context, so that the caller decides how long it lives.
fn answer(tree: &mut Tree, parent: NodeId, request: Handle<Request>) -> Result<Handle<str>, Error> {
    let Request { path, body } = tree[request];
    let (path, length) = (tree[path].to_owned(), tree[body].len());
    tree.format(parent, format_args!("{path}: {length} bytes received"))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut tree = Tree::new();
    let root = tree.root();
    let answers = tree.context(root, "answers")?;

    for (n, raw) in ["/upload\nhello", "/ping", "/log\nline one\nline two"].into_iter().enumerate() {
        let context = tree.context(root, format!("request {n}"))?;
        let request = parse(&mut tree, context.id(), raw)?;
        let text = answer(&mut tree, context.id(), request)?;
        println!("{}", tree.report(context)?);

        // The one thing that outlives the request is moved out before everything else goes.
        tree.steal(answers, text)?;
        let freed = tree.free(context)?;
        println!("request {n}: {} nodes and {} bytes freed\n", freed.nodes(), freed.bytes());
    }

    let texts: Vec<_> = tree.descendants_of_type::<str>(answers)?.collect();
    for text in texts {
        println!("kept: {}", &tree[text]);
    }
    Ok(())
}
