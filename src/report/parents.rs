//! The list of a node's parents.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use indextree::NodeId;

use super::report::Report;

/// The names from a node up to the top, from [`Report::parents`] or collected from names.
///
/// `Display` is talloc's text, lossy where a name isn't UTF-8; [`write_to`](Self::write_to) has the exact bytes.
///
/// ```
/// use freehold::report::Parents;
/// let parents: Parents = ["nested limit", "limited", "root"].into_iter().collect();
/// assert_eq!(parents.to_string(), "\
/// talloc parents of 'nested limit'
/// \t'nested limit'
/// \t'limited'
/// \t'root'
/// ");
/// assert_eq!(Parents::default().to_string(), "talloc no parents for NULL\n");
/// ```
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[doc(alias = "talloc_show_parents")]
pub struct Parents {
    names: Vec<Arc<[u8]>>,
}

impl Parents {
    /// The names, the node's own first. O(1) a step.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.names.iter().map(|name| &**name)
    }

    /// Writes talloc's text. O(bytes).
    ///
    /// # Errors
    ///
    /// Whatever `out` fails with.
    pub fn write_to<W: Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        let Some(first) = self.names.first() else {
            return out.write_all(b"talloc no parents for NULL\n");
        };
        let mut quoted = |before: &[u8], name: &[u8]| {
            out.write_all(before)?;
            out.write_all(name)?;
            out.write_all(b"'\n")
        };
        quoted(b"talloc parents of '", first)?;
        self.names.iter().try_for_each(|name| quoted(b"\t'", name))
    }
}

impl<N: AsRef<[u8]>> FromIterator<N> for Parents {
    fn from_iter<I: IntoIterator<Item = N>>(names: I) -> Self {
        Self { names: names.into_iter().map(|name| Arc::from(name.as_ref())).collect() }
    }
}

impl fmt::Display for Parents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        self.write_to(&mut text).map_err(|_| fmt::Error)?;
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

impl Report {
    /// The names from `node` up to the report's root. O(depth).
    ///
    /// # Panics
    ///
    /// If `node` is not in this report's [arena](Self::arena).
    #[must_use]
    pub fn parents(&self, node: NodeId) -> Parents {
        let names = node.ancestors(self.arena()).map(|id| self.arena()[id].get().shared_name()).collect();
        Parents { names }
    }
}
