//! What there is to copy.

use crate::error::Error;
use crate::id::NodeKey;
use crate::tree::Tree;
use crate::tree::budget::Amount;
use crate::tree::item::flag;

/// What is made of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// A copy.
    Copy(NodeKey),
    /// A reference to the node itself.
    Share(NodeKey),
    /// A reference to what this entry refers to, or to the copy of that.
    Refer(NodeKey),
}

/// All there is to copy, parents first, children from the last to the first.
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    /// What the copies count for in budgets.
    pub(super) charge: Amount,
}

impl Plan {
    pub(super) fn of(tree: &Tree, top: NodeKey, own: bool) -> Result<Self, Error> {
        let mut plan = Self { steps: Vec::new(), charge: Amount::default() };
        let mut at = Some(top);
        while let Some(key) = at {
            let step = Step::of(tree, key, own && key == top)?;
            let copied = matches!(step, Step::Copy(_));
            let charge = if copied { tree.charge_of(tree.item(key)) } else { tree.budgets.reference() };
            plan.charge = plan.charge.plus(charge);
            plan.steps.push(step);
            at = tree.topology.next_backwards(key, top, copied);
        }
        Ok(plan)
    }
}

impl Step {
    fn of(tree: &Tree, key: NodeKey, own: bool) -> Result<Self, Error> {
        let item = tree.item(key);
        let is_reference = item.is_reference();
        let alive = if is_reference { tree.target(item) } else { key };
        let node = tree.id(alive);
        if tree.item(alive).is(flag::LEAVING) {
            return Err(Error::Dying { node });
        }
        if is_reference {
            return Ok(Self::Refer(key));
        }
        let info = tree.kinds.info(item.kind);
        // The root is owned by nobody, and can't be shared.
        if info.is_shared && !own && key != tree.topology.root() {
            return Ok(Self::Share(key));
        }
        if !tree.kinds.can_be_cloned(item.kind) {
            return Err(Error::NotCloneable { node, type_name: info.type_name });
        }
        Ok(Self::Copy(key))
    }
}
