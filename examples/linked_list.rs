//! A doubly linked list that leaks through a cycle of strong claims, found and mended.
//!
//! Each item holds a strong claim on its neighbours, as objects do in Vala by default: when the list is dropped, the items
//! keep each other. `cycles` names the links that close a cycle; a weak one in their place keeps nobody.
//!
//! `cargo run --example linked_list`

use freehold::{Error, Strong, Tree, Weak, links};

/// As one writes it at first.
struct Leaky {
    next: Option<Strong<Leaky>>,
    prev: Option<Strong<Leaky>>,
}
links!(Leaky { next, prev });

/// Mended: the link back is weak.
struct Item {
    number: u32,
    next: Option<Strong<Item>>,
    prev: Option<Weak<Item>>,
}
links!(Item { next, prev, .. });

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Leaky>()?;
    tree.declare_links::<Item>()?;

    println!("Three items, linked both ways by strong claims:");
    let mut head: Option<Strong<Leaky>> = None;
    let mut tail: Option<Strong<Leaky>> = None;
    for name in ["a", "b", "c"] {
        let item = tree.floating(Leaky { next: None, prev: tail.clone() })?;
        tree.set_name(item, name)?;
        let item = tree.strong(item)?;
        match &tail {
            Some(tail) => tree[tail].next = Some(item.clone()),
            None => head = Some(item.clone()),
        }
        tail = Some(item);
    }
    drop((head, tail));
    tree.settle();
    println!("  nobody holds the list any more, and {} items are left\n", tree.len());

    println!("What keeps them:");
    let cycles = tree.cycles();
    for cycle in &cycles {
        println!("  {cycle}");
    }

    println!("\nThe links to weaken, cut:");
    for link in cycles.iter().flat_map(|cycle| cycle.weaken()) {
        let item = tree.downcast::<Leaky>(link.from())?;
        tree[item].prev = None;
    }
    let freed = tree.settle();
    println!("  {} items went, {} cycles are left\n", freed.nodes(), tree.cycles().len());

    println!("The same list with a weak link back:");
    let first = tree.floating(Item { number: 1, next: None, prev: None })?;
    let first = tree.strong(first)?;
    let second = tree.floating(Item { number: 2, next: None, prev: Some(first.downgrade()) })?;
    tree[&first].next = Some(tree.strong(second)?);
    let back = tree[second].prev.as_ref().and_then(Weak::upgrade).expect("the first one is there");
    println!("  from {} back to {}, {} cycles", tree[second].number, tree[&back].number, tree.cycles().len());
    drop((first, back));
    let freed = tree.settle();
    println!("  dropped: {} items went, {} are left", freed.nodes(), tree.len());
    Ok(())
}
