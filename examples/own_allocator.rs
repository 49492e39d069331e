//! An allocator of your own, one that keeps pages in `Vec<u8>`s.
//!
//! An allocator hands out slots, which are numbers that only it understands, and finds the bytes by them. It need not check
//! anything: the tree does. This one implements what it must, and takes what has a default as it is: resizing copies,
//! and there are no scopes. For memory that has a place of its own. (To watch an allocator that is there, put one around
//! it: see `counting_allocator`.)
//!
//! `cargo run --example own_allocator`

use std::alloc::Layout;

use freehold::memory::{AllocError, Allocator, AllocatorKind, MAX_ALIGN, Request, Slot, Usage};
use freehold::{Error, Handle, Tree};

const PAGE: usize = 1024;
/// Beyond, blocks could not be numbered.
const MOST_PAGES: usize = u32::MAX as usize / PAGE;

/// Blocks cut from pages of bytes. A page is used again when no block is left in it.
#[derive(Default)]
struct Pages(Vec<Page>);

struct Page {
    bytes: Vec<u8>,
    /// The first byte that is aligned to whatever may be asked for.
    base: usize,
    /// Blocks so far end here.
    top: usize,
    live: usize,
}

impl Page {
    fn new() -> Self {
        let bytes = vec![0; PAGE + MAX_ALIGN];
        Self { base: bytes.as_ptr().align_offset(MAX_ALIGN), bytes, top: 0, live: 0 }
    }

    /// Where a block would lie, if there is room. One without bytes takes up one all the same, so that it lies in the page.
    fn room(&self, request: &Request) -> Option<(usize, usize)> {
        let start = self.top.next_multiple_of(request.align());
        let end = start + request.size().max(1);
        (end <= PAGE).then_some((start, end))
    }
}

impl Allocator for Pages {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("row of pages")
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        let left = if self.0.len() < MOST_PAGES { PAGE } else { 0 };
        let found = self.0.iter().enumerate().find_map(|(number, page)| Some((number, page.room(request)?)));
        let (number, (start, end)) = match found {
            Some(found) => found,
            None if request.size() <= left => {
                self.0.push(Page::new());
                (self.0.len() - 1, (0, request.size().max(1)))
            }
            None => return Err(AllocError::Exhausted { asked: request.size(), left }),
        };
        let page = &mut self.0[number];
        (page.top, page.live) = (end, page.live + 1);
        Ok(Slot::new((number * PAGE + start) as u32))
    }
    fn free(&mut self, slot: Slot, _: Layout) {
        let page = &mut self.0[slot.index as usize / PAGE];
        page.live -= 1;
        if page.live == 0 {
            page.top = 0;
        }
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        let page = &self.0[slot.index as usize / PAGE];
        &page.bytes[page.base + slot.index as usize % PAGE..][..len]
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        let page = &mut self.0[slot.index as usize / PAGE];
        &mut page.bytes[page.base + slot.index as usize % PAGE..][..len]
    }
    fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        usage.blocks = self.0.iter().map(|page| page.live).sum();
        usage.used = self.0.iter().map(|page| page.top).sum();
        usage.capacity = self.0.len() * PAGE;
        usage.pages = self.0.len();
        usage
    }
}

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    let work = tree.context_in(tree.root(), "work", Pages::default())?;

    let primes = tree.array_from(work, &[2_u64, 3, 5, 7])?;
    show(&tree, work, "one array")?;
    let lines: Vec<_> = (1..=3).map(|n| tree.bytes(work, 300 * n)).collect::<Result<_, _>>()?;
    show(&tree, work, "and three lines")?;
    tree.resize(primes, 100)?;
    show(&tree, work, "the array resized")?;
    for line in lines {
        tree.free(line)?;
    }
    show(&tree, work, "the lines freed")?;

    println!("\nThe array holds what it held: {:?}", &tree[primes][..4]);
    match tree.bytes(work, 2 * PAGE) {
        Ok(_) => println!("Two pages in one piece were there."),
        Err(error) => println!("Two pages in one piece: {error}"),
    }
    println!("{} nodes freed, and the allocator goes with its last user", tree.free(work)?.nodes());
    Ok(())
}

fn show(tree: &Tree, work: Handle<()>, when: &str) -> Result<(), Error> {
    let Usage { blocks, used, capacity, pages, .. } = tree.allocator(work)?.usage();
    println!("{when:>18}: {blocks} blocks, {used} of {capacity} bytes used, {pages} pages");
    Ok(())
}
