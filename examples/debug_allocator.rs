//! A debug allocator: who has leaked what, and who has freed twice.
//!
//! A program that uses an allocator on its own, without a tree, has to free each block itself, and this one makes the two
//! usual mistakes. `Debug` goes around the allocator and changes nothing but that it watches. For tests, and for an
//! allocator of your own that is not trusted yet. (In a tree nobody frees blocks twice, and what is left shows in
//! its report; there `Debug` is given to a context, and sees the same.)
//!
//! `cargo run --example debug_allocator`

use freehold::memory::{AllocError, Blocks, Debug};
use freehold::report::Report;
use freehold::{Arena, Error, Heap, Tree};

/// Sends messages on, and frees what that took. Almost.
fn relay(blocks: &mut Blocks<Debug<Heap>>, messages: &[&str]) -> Result<(), AllocError> {
    for message in messages {
        let header = blocks.allocate_zeroed(16, 8)?;
        let body = blocks.allocate_copy(message.as_bytes())?;
        if message.starts_with('#') {
            continue; // The first mistake: a comment is not sent, and its blocks are forgotten.
        }
        if message.len() > 20 {
            blocks.free(body)?; // The second: it is freed below as well.
        }
        blocks.free(header)?;
        if let Err(error) = blocks.free(body) {
            println!("freeing the body of {message:?}: {error}");
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut blocks = Blocks::new(Debug::new(Heap::new()));
    relay(&mut blocks, &["hello", "# to be sent never", "a message of many letters", "# nor this"])?;

    let debug = blocks.allocator();
    println!("\nDouble frees: {}. What has leaked:\n{}", debug.misuse().double_frees, Report::from(debug));
    for leak in debug.leaks().take(1) {
        println!("The first leak: {} bytes, asked for in line {}", leak.size, leak.origin.line());
    }

    // New bytes have a pattern, so that what was never written is told from what was.
    let fresh = blocks.allocate(4, 1)?;
    println!("Four bytes of a new block: {:x?}", blocks.get(fresh)?);
    println!("Damaged blocks: {}", blocks.allocator().check().len());
    in_a_tree()?;
    Ok(())
}

/// The same eyes on a context of a tree.
fn in_a_tree() -> Result<(), Error> {
    let mut tree = Tree::new();
    let request = tree.context_in(tree.root(), "request", Debug::new(Arena::new()))?;
    tree.array_from(request, b"some bytes")?;
    tree.alloc(request, (1_u64, 2_u64))?;
    println!(
        "\nIn a tree, before the request is freed:\n{}",
        Report::from(tree.allocator_as::<Debug<Arena>>(request)?)
    );
    Ok(())
}
