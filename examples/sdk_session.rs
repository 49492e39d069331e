//! Retain and release, as C SDKs do: sessions, streams and callbacks that are born without an owner and live as long as
//! somebody has retained them.
//!
//! For APIs in which the caller makes an object and hands it straight to the call that is to keep it, and in which no
//! caller can say who will be the last to need it. Where one owner can be named, name it: see `request_context`.
//!
//! `cargo run --example sdk_session`

use freehold::{Error, Handle, Released, Tree, TreeBuilder};

struct Session {
    host: &'static str,
}

struct Stream {
    session: Handle<Session>,
    on_data: Option<Handle<Callback>>,
    bytes: usize,
}

struct Callback {
    label: &'static str,
}

/// A new session, claimed by nobody yet.
fn session_new(tree: &mut Tree, host: &'static str) -> Result<Handle<Session>, Error> {
    Ok(tree.floating(Session { host })?)
}

fn callback_new(tree: &mut Tree, label: &'static str) -> Result<Handle<Callback>, Error> {
    Ok(tree.floating(Callback { label })?)
}

/// A stream keeps its session, and is itself for the caller to claim.
fn stream_open(tree: &mut Tree, session: Handle<Session>) -> Result<Handle<Stream>, Error> {
    tree.retain(session)?;
    let stream = tree.floating(Stream { session, on_data: None, bytes: 0 })?;
    tree.add_cleanup(stream, move |tree, stream| {
        // What a stream has claimed goes with it. Nothing is released if there was no callback.
        let on_data = tree[stream].on_data;
        for released in [tree.release(on_data), tree.release(tree[stream].session)] {
            released.expect("a stream has claimed both");
        }
    })?;
    Ok(stream)
}

/// The stream keeps the callback in place of an earlier one.
fn stream_on_data(tree: &mut Tree, stream: Handle<Stream>, callback: Handle<Callback>) -> Result<(), Error> {
    tree.retain(callback)?;
    let earlier = tree[stream].on_data.replace(callback);
    tree.release(earlier)?;
    Ok(())
}

/// Retained on entry and released on every way out: the stream can't go while it reads, whatever the callback does.
fn stream_read(tree: &mut Tree, stream: Handle<Stream>, data: &[u8]) -> Result<usize, Error> {
    let mut tree = tree.retained(stream)?;
    if data.is_empty() {
        return Ok(0);
    }
    tree[stream].bytes += data.len();
    let host = tree[tree[stream].session].host;
    if let Some(callback) = tree[stream].on_data {
        println!("  {}: {} bytes from {host}", tree[callback].label, data.len());
    }
    Ok(tree[stream].bytes)
}

fn main() -> Result<(), Error> {
    let mut tree = TreeBuilder::new().leak_report_to(|left| print!("\nAt the end:\n{left}{}", left.floating())).build();

    println!("A session goes straight into the call that claims it:");
    let session = session_new(&mut tree, "example.org")?;
    println!("  {} claims on it, floating: {}", tree.ref_count(session)?, tree.is_floating(session)?);
    let stream = stream_open(&mut tree, session)?;
    tree.retain(stream)?;
    println!("  {} claim on it, by the stream", tree.ref_count(session)?);

    println!("A callback is replaced, and the earlier one has nobody left:");
    let first = callback_new(&mut tree, "first")?;
    stream_on_data(&mut tree, stream, first)?;
    stream_read(&mut tree, stream, b"hello")?;
    let second = callback_new(&mut tree, "second")?;
    stream_on_data(&mut tree, stream, second)?;
    stream_read(&mut tree, stream, b"world!")?;
    println!("  the first callback is {}", if tree.contains(first) { "there" } else { "gone" });

    println!("The caller is done with the stream, and all it kept goes with it:");
    match tree.release(stream)? {
        Released::Freed(freed) => println!("  {} node freed, {} left in the tree", freed.nodes(), tree.len()),
        other => unreachable!("{other:?}"),
    }

    println!("One release too many is an error, not a count below zero:");
    let config = tree.context(tree.root(), "config")?;
    println!("  {}", tree.release(config).expect_err("nobody has retained it"));
    tree.free(config)?;

    // Made and forgotten: the leak report says that nobody ever claimed it.
    callback_new(&mut tree, "forgotten")?;
    Ok(())
}
