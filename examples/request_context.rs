//! A context per request: whatever a request allocates goes when the request does, on every way out.
//!
//! The first pattern of talloc programs: a context for each unit of work, everything the work makes below it, and one
//! free at the end. For work that has a clear end and may give up at any point on the way.
//!
//! `cargo run --example request_context`

use freehold::{Error, Handle, Tree};

enum Failure {
    Malformed(&'static str),
    Tree(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Tree(error)
    }
}

/// Makes what it needs in the request's context and frees nothing, neither when it succeeds nor when it gives up.
fn serve(tree: &mut Tree, request: Handle<()>, raw: &str) -> Result<Handle<str>, Failure> {
    let (head, body) = raw.split_once('\n').unwrap_or((raw, ""));
    let head = tree.strdup(request, head)?;
    tree.set_name(head, "head")?;
    let body = tree.array_from(request, body.as_bytes())?;
    tree.set_name(body, "body")?;

    let path = tree[head].strip_prefix("GET ").ok_or(Failure::Malformed("only GET is understood"))?;
    let text = format!("{path}: {} bytes received", tree[body].len());
    let answer = tree.strdup(request, &text)?;
    tree.set_name(answer, "answer")?;
    Ok(answer)
}

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    let answers = tree.context(tree.root(), "answers")?;

    for raw in ["GET /upload\nhello", "BREW /pot\nwith sugar", "GET /ping"] {
        let request = tree.context(tree.root(), "request")?;
        let outcome = serve(&mut tree, request, raw);
        print!("{}", tree.report(request)?);
        match outcome {
            // The one thing that outlives the request is moved out before all else goes.
            Ok(answer) => tree.steal(answers, answer)?,
            Err(Failure::Malformed(why)) => println!("given up: {why}"),
            Err(Failure::Tree(error)) => return Err(error),
        }
        let freed = tree.free(request)?;
        println!("{} nodes and {} bytes freed\n", freed.nodes(), freed.bytes());
    }

    println!("Kept, the newest first:");
    for answer in tree.descendants_of_type::<str>(answers)? {
        println!("  {}", &tree[answer]);
    }
    Ok(())
}
