//! An arena: what is made bit by bit and goes together, with the memory used again for the next round.
//!
//! A compiler works through its files one by one. Tokens and syntax of a file are many small blocks that nobody frees
//! singly, so they lie in an arena that is reset between files; what the file exports is made outside and stays. For
//! phases, frames and requests. Not for blocks that come and go while others stay: single frees give nothing back.
//!
//! `cargo run --example arena`

use freehold::{Arena, Error, Handle, Tree};

fn compile(tree: &mut Tree, phase: Handle<()>, exports: Handle<()>, source: &str) -> Result<(), Error> {
    let mut tokens = Vec::new();
    for word in source.split_whitespace() {
        tokens.push(tree.array_from(phase, word.as_bytes())?);
    }

    // Sums are worked out in a scope, whose end takes the arena back to where it was.
    let sum = tree.scoped(phase, |scope| {
        let values = scope.array::<u32>(tokens.len())?;
        for (value, token) in tokens.iter().enumerate() {
            scope[values][value] = scope[*token].len() as u32;
        }
        Ok::<u32, Error>(scope[values].iter().sum())
    })?;

    // Made under `exports`, so in the allocator that serves it: it outlives the phase.
    let text = tree.format(exports, format_args!("{} tokens, {sum} letters", tokens.len()))?;
    tree.set_name(text, "export")
}

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    let exports = tree.context(tree.root(), "exports")?;
    let phase = tree.context_in(tree.root(), "one file", Arena::with_page_size(256))?;

    println!("{:>9} {:>8} {:>8} {:>8} {:>8}", "", "blocks", "used", "capacity", "pages");
    let sources =
        [("a.src", "let x = 1".to_owned()), ("b.src", "let y = x + x ; ".repeat(12)), ("c.src", "print x".to_owned())];
    for (file, source) in sources {
        compile(&mut tree, phase, exports, &source)?;
        show(&tree, phase, file)?;
        // The reset: the pages stay, for the next file.
        tree.free_children(phase)?;
    }
    show(&tree, phase, "reset")?;
    tree.shrink();
    show(&tree, phase, "shrunk")?;

    println!("\nThe exports are in the tree's own heap:\n{}", tree.report(tree.root())?);
    Ok(())
}

fn show(tree: &Tree, phase: Handle<()>, when: &str) -> Result<(), Error> {
    let usage = tree.allocator(phase)?.usage();
    println!("{when:>9} {:>8} {:>8} {:>8} {:>8}", usage.blocks, usage.used, usage.capacity, usage.pages);
    Ok(())
}
