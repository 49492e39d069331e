//! A fixed buffer: work that may take so much memory and no more.
//!
//! A packet from the network says itself how much is in it, and may lie. The parser believes it, but all it makes lies in
//! a buffer that was set aside beforehand: what does not fit is refused, with an error that says how much was asked for and
//! is left. For input from strangers, and where memory must not be asked for while the work goes on.
//!
//! `cargo run --example fixed_buffer`

use freehold::{Error, FixedBuffer, Handle, Tree};

struct Packet {
    samples: Handle<[u16]>,
    comment: Handle<str>,
}

/// A packet is a number of samples, the samples, and a comment.
fn parse(tree: &mut Tree, parent: Handle<()>, raw: &[u8]) -> Result<Handle<Packet>, Error> {
    let (head, body) = raw.split_first_chunk::<2>().unwrap_or((&[0; 2], &[]));
    let announced = usize::from(u16::from_le_bytes(*head));
    let samples = tree.array::<u16>(parent, announced)?;
    let mut pairs = body.chunks_exact(2);
    for (sample, pair) in tree[samples].iter_mut().zip(pairs.by_ref()) {
        *sample = u16::from_le_bytes([pair[0], pair[1]]);
    }
    let rest = body.get(2 * announced..).unwrap_or_default();
    let comment = tree.strdup(parent, &String::from_utf8_lossy(rest))?;
    // Values with Rust types lie elsewhere; their size counts here all the same.
    Ok(tree.alloc(parent, Packet { samples, comment })?)
}

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    let buffer = tree.context_in(tree.root(), "packet", FixedBuffer::new(vec![0; 128]))?;

    let packets: [(&str, &[u8]); 4] = [
        ("honest", b"\x02\x00\x01\x00\x02\x00two samples"),
        ("announces 65,535 samples", b"\xff\xff\x01\x00"),
        ("has a long comment", &[&b"\x01\x00\x07\x00"[..], &[b'x'; 200]].concat()),
        ("honest again", b"\x01\x00\x09\x00one"),
    ];
    for (what, raw) in packets {
        match parse(&mut tree, buffer, raw) {
            Ok(packet) => {
                let Packet { samples, comment } = tree[packet];
                println!("{what}: {:?}, {:?}", &tree[samples], &tree[comment]);
            }
            Err(error @ Error::OutOfMemory { .. }) => println!("{what}: {error}"),
            Err(other) => return Err(other),
        }
        let memory = tree.allocator_as::<FixedBuffer>(buffer)?;
        println!("  {} of {} bytes are in use", memory.used(), memory.capacity());
        // Whatever came of it, the next packet has the whole buffer.
        tree.free_children(buffer)?;
    }
    Ok(())
}
