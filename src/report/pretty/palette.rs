//! Colours, left to whoever knows the terminal.

use std::fmt;

/// A part of a line of a [`Pretty`](super::Pretty) tree, which a [`Palette`] may give a colour.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Part {
    /// The first line.
    Heading,
    /// The bytes of a node with all below it.
    Total,
    /// The bytes of a node alone.
    Own,
    /// The part of the root's bytes, in percent.
    Share,
    /// The same as a bar.
    Bar,
    /// The blocks of a node with all below it.
    Blocks,
    /// The lines that lead to a node from its parent.
    Guide,
    /// A node's name.
    Name,
    /// The name of a node that is referenced here and lives elsewhere.
    Reference,
    /// What was left out.
    Rest,
    /// What stands behind a name: how many nodes there are of it, how many references to it, its address.
    Note,
}

/// What goes to the output before and after each part of a line, such as a terminal's codes for a colour.
///
/// ```
/// use freehold::report::{Builder, Entry, Palette, Part};
/// use std::fmt;
///
/// struct BoldNames;
///
/// impl Palette for BoldNames {
///     fn start(&self, part: Part, _share: f64, out: &mut dyn fmt::Write) -> fmt::Result {
///         out.write_str(if part == Part::Name { "**" } else { "" })
///     }
///
///     fn end(&self, part: Part, _share: f64, out: &mut dyn fmt::Write) -> fmt::Result {
///         out.write_str(if part == Part::Name { "**" } else { "" })
///     }
/// }
///
/// let report = Builder::new(Entry::new("root").bytes(7)).finish();
/// assert!(report.pretty().styled(&BoldNames).to_string().ends_with("**root**\n"));
/// ```
pub trait Palette {
    /// Begins `part` of a line about a node that has this share of the root's bytes, from 0 to 1.
    ///
    /// # Errors
    ///
    /// Whatever `out` fails with.
    fn start(&self, part: Part, share: f64, out: &mut dyn fmt::Write) -> fmt::Result;

    /// Ends what [`start`](Self::start) began.
    ///
    /// # Errors
    ///
    /// Whatever `out` fails with.
    fn end(&self, part: Part, share: f64, out: &mut dyn fmt::Write) -> fmt::Result;
}

/// No colours.
#[derive(Debug)]
pub(super) struct Plain;

impl Palette for Plain {
    fn start(&self, _: Part, _: f64, _: &mut dyn fmt::Write) -> fmt::Result {
        Ok(())
    }

    fn end(&self, _: Part, _: f64, _: &mut dyn fmt::Write) -> fmt::Result {
        Ok(())
    }
}
