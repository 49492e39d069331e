//! What nodes hold: rows and blocks.

use rustc_hash::FxHashSet;

use crate::id::NodeKey;
use crate::invalid::{Invalid, breach};
use crate::memory::ZoneId;
use crate::tree::Tree;
use crate::tree::item::Item;
use crate::values::{Kind, Kinds, TEXT};

/// What has been found by now: how many rows of each kind have their node, and which blocks are somebody's.
pub(super) struct Found {
    rows: Vec<usize>,
    blocks: Blocks,
}

type Blocks = FxHashSet<(ZoneId, u8, u32)>;

impl Found {
    pub(super) fn new(kinds: &Kinds) -> Self {
        Self { rows: vec![0; kinds.all().count()], blocks: Blocks::default() }
    }
}

impl Tree {
    /// 3: a node's value is where its record says, and says so itself. 4: an array has its block, as far as that can be
    /// told without asking an allocator of the user's.
    pub(super) fn check_value(&self, key: NodeKey, item: &Item, found: &mut Found) -> Result<(), Invalid> {
        let kind: Kind = item.kind;
        let Some(rows) = found.rows.get_mut(usize::from(kind)) else {
            return breach(3, key, "it is of a kind that the tree does not know");
        };
        let Some(column) = self.kinds.column(kind) else {
            let foreign = self.memory.is_foreign(item.zone);
            return if foreign { Ok(()) } else { self.check_block(key, item, &mut found.blocks) };
        };
        if column.owner(item.slot) != Some(key) {
            return breach(3, key, "its row is not there, or belongs to somebody else");
        }
        if kind == TEXT && self.kinds.texts().get(item.slot, key).is_some_and(|text| text.len() != item.size as usize) {
            return breach(3, key, "a text has another length than its size");
        }
        *rows += 1;
        Ok(())
    }

    /// 3: all rows have been found.
    pub(super) fn check_rows(&self, found: &Found) -> Result<(), Invalid> {
        for kind in self.kinds.all() {
            if self.kinds.column(kind).is_some_and(|column| column.len() != found.rows[usize::from(kind)]) {
                return breach(3, self.root(), format!("kind {kind} has rows that belong to no node"));
            }
        }
        Ok(())
    }

    /// 4: the blocks that allocators of the user's keep.
    pub(super) fn check_foreign_blocks(&self) -> Result<(), Invalid> {
        let mut blocks = Blocks::default();
        for (key, item) in self.topology.entries() {
            if self.has_block(item) && self.memory.is_foreign(item.zone) {
                self.check_block(key, item, &mut blocks)?;
            }
        }
        Ok(())
    }

    fn check_block(&self, key: NodeKey, item: &Item, blocks: &mut Blocks) -> Result<(), Invalid> {
        if !self.memory.has_block(item.zone, item.block(), item.size as usize) {
            return breach(4, key, "an array has no block, or a shorter one");
        }
        let align = self.rare.layout(item, self.kinds.info(item.kind)).align();
        let bytes = self.memory.read(item.zone, item.block(), item.size as usize);
        if !bytes.is_empty() && bytes.as_ptr().align_offset(align) != 0 {
            return breach(4, key, "an array is not aligned as was asked");
        }
        if item.size > 0 && !blocks.insert((item.zone, item.class, item.slot)) {
            return breach(4, key, "two arrays share a block");
        }
        Ok(())
    }

    /// Whether it is an array, whose bytes an allocator keeps.
    pub(super) fn has_block(&self, item: &Item) -> bool {
        !item.is_reference() && self.kinds.column(item.kind).is_none()
    }
}
