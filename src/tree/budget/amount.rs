//! What budgets count.

/// So much of what budgets count. Negative for what is given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) bytes: i64,
    pub(crate) nodes: i64,
}

impl Amount {
    pub(crate) const NOTHING: Self = Self { bytes: 0, nodes: 0 };
    /// More than there can be of anything.
    pub(crate) const UNLIMITED: Self = Self { bytes: i64::MAX, nodes: i64::MAX };

    #[inline]
    pub(crate) fn of_bytes(bytes: i64) -> Self {
        Self { bytes, nodes: 0 }
    }

    #[inline]
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, nodes: self.nodes + other.nodes }
    }

    #[inline]
    pub(crate) fn minus(self, other: Self) -> Self {
        Self { bytes: self.bytes - other.bytes, nodes: self.nodes - other.nodes }
    }

    #[inline]
    pub(crate) fn max(self, other: Self) -> Self {
        Self { bytes: self.bytes.max(other.bytes), nodes: self.nodes.max(other.nodes) }
    }

    #[inline]
    pub(crate) fn min(self, other: Self) -> Self {
        Self { bytes: self.bytes.min(other.bytes), nodes: self.nodes.min(other.nodes) }
    }

    /// Whether there is at least so much of both.
    #[inline]
    pub(crate) fn covers(self, other: Self) -> bool {
        other.bytes <= self.bytes && other.nodes <= self.nodes
    }
}

/// What is counted for each node and for each reference besides its own bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Overhead {
    pub(crate) node: u32,
    pub(crate) reference: u32,
}
