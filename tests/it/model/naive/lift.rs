//! Freeing a node alone.

use super::state::{Model, Res, Stage};
use crate::model::outcome::{Done, Num};
use crate::model::program::Where;

impl Model {
    pub fn free_lifting(&mut self, num: Num) -> Res<Done> {
        self.settled()?;
        self.freeable(num)?;
        let freed = self.free_alone_or_not(num, |model| {
            for child in model.movable_children(num) {
                model.relocate(child, Where::After, num);
            }
        })?;
        Ok(Done::Freed(freed))
    }

    pub fn free_lifting_into(&mut self, num: Num, adopter: Num) -> Res<Done> {
        self.settled()?;
        self.resolve_parent(adopter)?;
        self.resolve(num)?;
        self.no_loop(num, adopter)?;
        self.afford(|model| model.demand_of_children(num, adopter))?;
        self.no_loop(num, adopter)?;
        self.freeable(num)?;
        let freed = self.free_alone_or_not(num, |model| {
            // The destructor may have freed the adopter, or moved it below the node.
            let open = model.resolve_parent(adopter).is_ok() && !model.is_within(adopter, num);
            for child in model.movable_children(num) {
                if open {
                    model.relocate(child, Where::First, adopter);
                } else {
                    model.relocate(child, Where::After, num);
                }
            }
        })?;
        Ok(Done::Freed(freed))
    }

    /// Oldest first, without what is dying in a free further out.
    pub(super) fn movable_children(&self, num: Num) -> Vec<Num> {
        let movable = |&child: &Num| self.node(child).stage != Stage::Dying;
        self.children(num).into_iter().rev().filter(movable).collect()
    }
}
