//! The nodes of a report that nobody has claimed.

use std::fmt;
use std::iter::FusedIterator;

use super::{Record, Report, Walk};
use crate::tree::Standing;

/// The floating nodes of a report, in the order of its lines, from [`Report::floating`].
///
/// `Display` is a section to go after the report, of those not yet iterated over: a heading, and a line for each with its
/// name, its handle and the place that made it; or nothing if there are none.
#[derive(Clone, Debug)]
pub struct Floating<'a> {
    walk: Walk<'a>,
}

impl Report {
    /// The nodes that [float](crate::Tree::floating): owned by nobody, and claimed by nobody. O(records) in all. A text
    /// doesn't say, so only a report captured from a tree has any.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let line = line!() + 1;
    /// let stream = tree.floating(0u32)?;
    /// assert_eq!(tree.report(tree.root())?.floating().to_string(), format!("\
    /// floating: never claimed
    ///     u32 {stream}, made at {}:{line}
    /// ", file!()));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    #[must_use]
    pub fn floating(&self) -> Floating<'_> {
        Floating { walk: self.walk() }
    }
}

impl<'a> Iterator for Floating<'a> {
    type Item = &'a Record;

    fn next(&mut self) -> Option<&'a Record> {
        self.walk.by_ref().map(|visit| visit.record).find(|record| record.standing() == Some(Standing::Floating))
    }
}

impl FusedIterator for Floating<'_> {}

impl fmt::Display for Floating<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, record) in self.clone().enumerate() {
            if i == 0 {
                writeln!(f, "floating: never claimed")?;
            }
            let origin = record.origin().unwrap_or("an unknown place");
            writeln!(f, "    {} {}, made at {origin}", record.name_lossy(), record.address())?;
        }
        Ok(())
    }
}
