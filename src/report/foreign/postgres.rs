//! What PostgreSQL says of a memory context.

use crate::report::address::Address;
use crate::report::assemble::Assembler;
use crate::report::intern::Names;
use crate::report::record::{Kind, Record};

/// One context, or several that were left out.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) level: usize,
    pub(super) name: &'a [u8],
    /// What the context is for: a table's name, a prepared statement.
    pub(super) ident: &'a [u8],
    /// What it has from the system, used or free.
    pub(super) total: u64,
    /// How many contexts this stands for, if it is a line about those that were left out.
    pub(super) more: Option<u64>,
}

impl Context<'_> {
    pub(super) fn record(&self, names: &mut Names) -> Record {
        let mut record = match self.more {
            Some(count) => {
                let mut rest = Record::new(Kind::Rest, names.intern(format!("({count} more)").as_bytes()));
                rest.set_count(count);
                rest
            }
            None => Record::new(Kind::Node, names.intern(self.name)),
        };
        record.set_self_bytes(Some(self.total));
        if !self.ident.is_empty() {
            record.set_address(Address::Content(self.ident));
        }
        record
    }

    /// Adds the context to `tree`, whose root is at `top`.
    pub(super) fn push(&self, tree: &mut Assembler, names: &mut Names, top: usize, line: usize) {
        let record = self.record(names);
        // A context is at most one level deeper than the one before it; nothing else can be told from more.
        let depth = self.level.saturating_sub(top).clamp(1, tree.open());
        tree.push(depth, record, line);
    }
}
