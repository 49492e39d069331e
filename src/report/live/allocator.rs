//! What an allocator has leaked, as a report.

use super::{Builder, Entry};
use crate::memory::{Allocator, Debug};
use crate::report::Report;

/// The blocks that are still there as a tree report: below the allocator, by its kind, each block by the place that made
/// it; and in one record, if there are any, the values charged to the allocator. O(blocks).
///
/// ```
/// use freehold::memory::{Blocks, Debug};
/// use freehold::report::Report;
/// use freehold::Arena;
///
/// let mut blocks = Blocks::new(Debug::new(Arena::new()));
/// let line = line!() + 1;
/// blocks.allocate(100, 8)?;
/// assert_eq!(Report::from(blocks.allocator()).to_string(), format!("\
/// full talloc report on 'arena' (total    100 bytes in   2 blocks)
///     {:<30} contains    100 bytes in   1 blocks (ref 0)
/// ", format!("{}:{line}", file!())));
/// # Ok::<(), freehold::memory::AllocError>(())
/// ```
impl<A: Allocator> From<&Debug<A>> for Report {
    fn from(debug: &Debug<A>) -> Self {
        let mut builder = Builder::new(Entry::new(debug.kind().name()));
        for leak in debug.leaks() {
            let name = format!("{}:{}", leak.origin.file(), leak.origin.line());
            builder.push(Entry::new(&name).bytes(leak.size as u64).origin(leak.origin));
            builder.leave();
        }
        let charges = debug.charges();
        if charges.count > 0 {
            let values = if charges.count == 1 { "value" } else { "values" };
            builder.push(Entry::new(&format!("{} charged {values}", charges.count)).bytes(charges.bytes as u64));
            builder.leave();
        }
        builder.finish()
    }
}
