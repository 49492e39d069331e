//! Charges to one budget that are counted apart, because they come in runs.

use super::accounts::{BudgetId, NONE};
use super::amount::Amount;

/// A run of charges to one budget that the accounts from there on out have not heard of: they are counted in one place,
/// against the least room on the way out.
pub(super) struct Run {
    pub(super) budget: BudgetId,
    room: Amount,
    left: Amount,
    /// The least that was left when something was given back.
    least: Amount,
}

impl Default for Run {
    /// A run of what no budget counts: there is room for any of it, and nobody will hear of it.
    fn default() -> Self {
        Self::new(NONE, Amount { bytes: i64::MAX / 2, nodes: i64::MAX / 2 })
    }
}

impl Run {
    pub(super) fn new(budget: BudgetId, room: Amount) -> Self {
        Self { budget, room, left: room, least: room }
    }

    #[inline]
    pub(super) fn has_room(&self, charge: Amount) -> bool {
        self.left.covers(charge)
    }

    #[inline]
    pub(super) fn charge(&mut self, charge: Amount) {
        self.left = self.left.minus(charge);
    }

    #[inline]
    pub(super) fn give_back(&mut self, charge: Amount) {
        self.least = self.least.min(self.left);
        self.left = self.left.plus(charge);
    }

    /// What has come, less what has gone.
    pub(super) fn used(&self) -> Amount {
        self.room.minus(self.left)
    }

    /// The most that this was.
    pub(super) fn peak(&self) -> Amount {
        self.room.minus(self.least.min(self.left))
    }
}
