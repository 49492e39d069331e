//! talloc's own bookkeeping, out of sight.

use super::Rebuild;
use crate::report::record::Kind;
use crate::report::{Record, Report};

/// What talloc calls the block that holds a name given by `talloc_set_name`.
const NAME: &[u8] = b".name";

impl Report {
    /// The report without the `.name` blocks in which talloc keeps given names: their bytes are added to their owners'
    /// own. O(records).
    ///
    /// No total changes. A node's blocks still count what can't be seen any more.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry};
    /// let mut builder = Builder::new(Entry::new("root"));
    /// builder.push(Entry::new("cache").bytes(64));
    /// builder.push(Entry::new(".name").bytes(6));
    /// let report = builder.finish().without_internal();
    /// let cache = report.walk().nth(1).expect("the name has gone, the node has not").record;
    /// assert_eq!((report.len(), cache.self_bytes(), cache.bytes(), cache.blocks()), (2, Some(70), 70, 2));
    /// ```
    #[must_use]
    pub fn without_internal(&self) -> Self {
        let mut rebuild = Rebuild::like(self);
        for visit in self.walk().filter(|visit| visit.depth == 0 || !self.is_internal(visit.id)) {
            let hidden = visit.id.children(self.arena()).filter(|child| self.is_internal(*child));
            let bytes = hidden.map(|child| self.arena()[child].get().bytes()).fold(0, u64::saturating_add);
            let mut record = visit.record.clone();
            record.set_self_bytes(record.self_bytes().map(|own| own.saturating_add(bytes)));
            let new = rebuild.push(visit.depth, record);
            rebuild.stands_for(new, visit.id);
        }
        rebuild.finish()
    }

    fn is_internal(&self, id: indextree::NodeId) -> bool {
        let node = &self.arena()[id];
        let is_name = |record: &Record| record.kind() == Kind::Node && record.name() == NAME;
        is_name(node.get()) && node.first_child().is_none()
    }
}
