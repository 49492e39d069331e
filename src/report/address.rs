//! What stands at the end of a node's line: where the node is.

use std::fmt;

/// Where a node was, as its line in the report says.
///
/// `Display` prints it the way talloc's `%p` and this crate's handles do, with nothing before it.
///
/// ```
/// use freehold::report::Address;
/// assert_eq!(Address::Handle { index: 12, version: 3 }.to_string(), "12v3");
/// assert_eq!(Address::Pointer(0x55d0).to_string(), "0x55d0");
/// assert_eq!(Address::Nil.to_string(), "(nil)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Address<'a> {
    /// The line ends without one, as every header does.
    #[default]
    Unknown,
    /// A node of a Freehold tree, `12v3`: its place and generation.
    Handle {
        /// The node's place.
        index: u32,
        /// The node's generation.
        version: u32,
    },
    /// A C pointer. It means something only beside others of the same process, and freed addresses come back
    /// under other names.
    Pointer(u64),
    /// `(nil)`, glibc's way to print a null pointer.
    Nil,
    /// Samba's daemons print what a block named `char` holds instead of where it is.
    ///
    /// These are the bytes as printed: short content has spaces in front, for Samba aligns it to the right in as
    /// many columns as the block has bytes, at most 50.
    Content(&'a [u8]),
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Unknown => Ok(()),
            Self::Handle { index, version } => write!(f, "{index}v{version}"),
            Self::Pointer(pointer) => write!(f, "0x{pointer:x}"),
            Self::Nil => f.write_str("(nil)"),
            Self::Content(content) => f.write_str(&String::from_utf8_lossy(content)),
        }
    }
}
