//! Operations from bytes.

use super::op::{Answer, Make, Op, Script, Sort, Way, Where};
use super::{Budgeting, Focus, Making, Owner, Pick, Sharing, Travelling, Valuing};

/// What the upper half of the codes mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The same as the lower.
    Plain,
    Sharing,
    Budgets,
    Subtrees,
    BudgetsAndSubtrees,
    /// Whatever there is.
    Mixed,
    /// What values link to, and more ways of making nodes; this and all the above. They have come later: programs from before
    /// mean what they meant.
    Values,
    Everything,
}

/// From where on bytes stand for the dialects that have come later.
const NEW: u8 = 96;

impl Dialect {
    pub fn of(focus: Focus, byte: u8) -> Self {
        match (focus, byte % 8) {
            (Focus::References, _) => Self::Sharing,
            (Focus::Subtrees, 4..) => Self::BudgetsAndSubtrees,
            (Focus::Subtrees, 2..) => Self::Subtrees,
            (Focus::Subtrees, _) => Self::Budgets,
            (_, kind) if byte >= NEW && kind < 3 => Self::Values,
            _ if byte >= NEW => Self::Everything,
            (_, 0) => Self::Plain,
            (_, 1) => Self::Sharing,
            (_, 2) => Self::Budgets,
            (_, 3) => Self::Subtrees,
            _ => Self::Mixed,
        }
    }

    /// Whether trees know that values have links.
    pub fn linked(self) -> bool {
        matches!(self, Self::Values | Self::Everything)
    }
}

pub struct Decoder {
    focus: Focus,
    dialect: Dialect,
}

impl Decoder {
    pub fn new(focus: Focus, dialect: Dialect) -> Self {
        Self { focus, dialect }
    }

    pub fn op(&self, &[code, a, b, c, d, e, f]: &[u8; super::WIDTH]) -> Op {
        if let Some(op) = self.special(code, [a, b, c], || self.simple(c, [d, e, f]), f) {
            return op;
        }
        match code % 64 {
            0..=3 if self.focus == Focus::References => Op::Reference { holder: Pick(a), node: Pick(b) },
            0..=7 => Op::Make { parent: Pick(a), make: Make::Context },
            8..=15 => Op::Make { parent: Pick(a), make: self.make(b, c) },
            16..=21 => Op::SetDestructor { node: Pick(a), script: self.script(b, [c, d, e], f) },
            22..=25 => Op::AddCleanup { node: Pick(a), script: self.script(b, [c, d, e], f) },
            26..=31 => Op::Reference { holder: Pick(a), node: Pick(b) },
            rest => self.simple(rest - 32, [a, b, c]),
        }
    }

    /// An operation that the dialect has for the upper half of the codes.
    fn special(&self, code: u8, bytes: [u8; 3], inner: impl FnOnce() -> Op, last: u8) -> Option<Op> {
        let code = code.checked_sub(128)?;
        let dialect = match self.dialect {
            Dialect::Values if code >= 96 => Dialect::Subtrees,
            Dialect::Everything if code >= 64 => Dialect::Values,
            Dialect::Everything => Dialect::Mixed,
            other => other,
        };
        let code = code % 64;
        match (dialect, code) {
            (Dialect::Sharing, _) | (Dialect::Mixed, 0..=31) => Some(Op::Sharing(Sharing::decode(code, bytes, inner))),
            (Dialect::Budgets, _) | (Dialect::BudgetsAndSubtrees, 0..=15) | (Dialect::Mixed, 32..=43) => {
                Some(Op::Budget(Budgeting::decode(code, bytes, inner, self.answer(last))))
            }
            (Dialect::Subtrees, _) | (Dialect::BudgetsAndSubtrees, _) | (Dialect::Mixed, 44..) => {
                Some(Op::Subtree(Travelling::decode(code, bytes, inner)))
            }
            (Dialect::Values, 0..=31) => Some(Op::Value(Valuing::decode(code, bytes, owner, SORT))),
            (Dialect::Values, _) => {
                Some(Op::Making(Making::decode(code, bytes, owner, |what, len| self.make(what, len), inner)))
            }
            _ => None,
        }
    }

    /// The operations that a script can contain as well.
    fn simple(&self, code: u8, bytes: [u8; 3]) -> Op {
        // What is within another operation is a plain one, so that there is an end to it.
        let inner = || self.plain(bytes[0], [bytes[1], bytes[2], 0]);
        self.special(code, bytes, inner, bytes[2]).unwrap_or_else(|| self.plain(code, bytes))
    }

    fn script(&self, code: u8, bytes: [u8; 3], last: u8) -> Script {
        let act = (code >= 80).then(|| Box::new(self.simple(code, bytes)));
        Script { act, answer: self.answer(last) }
    }

    /// The operations that need three bytes, in any dialect.
    fn plain(&self, code: u8, [a, b, c]: [u8; 3]) -> Op {
        let (first, second) = (Pick(a), Pick(b));
        match code % 32 {
            0..=3 => Op::Free { node: first },
            4 => Op::FreeChildren { node: first },
            5 => Op::FreeLifting { node: first },
            6 => Op::FreeLiftingInto { node: first, adopter: second },
            7 => Op::Take { node: first },
            8 => Op::FreeIntoValue { node: first },
            9..=11 => Op::Steal { to: first, node: second },
            12 => Op::StealChildren { from: first, to: second },
            13..=14 => Op::Place { at: WHERE[usize::from(c) % 4], anchor: first, node: second },
            15 => Op::Transfer { to: first, node: second },
            16 => Op::Reparent { old: owner(c), new: first, node: second },
            17..=18 => Op::Unlink { owner: owner(a), node: second },
            19 => Op::DropReference { seed: a },
            20 => Op::Make { parent: first, make: self.make(b, c) },
            21..=22 => Op::Reference { holder: first, node: second },
            23 => Op::SetDestructor { node: first, script: Script { act: None, answer: self.answer(b) } },
            24 => Op::ClearDestructor { node: first },
            25 => Op::AddCleanup { node: first, script: Script { act: None, answer: self.answer(b) } },
            26 => Op::RemoveCleanup { seed: a },
            27 => match b % 4 {
                0 => Op::Write { node: first, sort: Sort::Bytes, byte: c },
                1 => Op::Write { node: first, sort: Sort::Words, byte: c },
                _ => Op::Replace { node: first },
            },
            28 => Op::Resize { node: first, len: b, cleared: c.is_multiple_of(2) },
            29 => Op::Append { node: first, len: b, way: WAY[usize::from(c) % 4] },
            30 if b < 64 => Op::ClearName { node: first },
            30 => Op::Rename { node: first, name: b },
            _ => Op::Downcast { node: first, sort: SORT[usize::from(b) % 5] },
        }
    }

    fn make(&self, what: u8, len: u8) -> Make {
        match what % 8 {
            0..=2 => Make::Probe,
            3 => Make::ProbeWith,
            4 => Make::Bytes(len),
            5 => Make::Words(len),
            6 => Make::Text(len),
            _ if len.is_multiple_of(4) || self.focus == Focus::Panics => Make::ProbePanics,
            _ => Make::Context,
        }
    }

    /// What the focus is on is every other answer.
    fn answer(&self, byte: u8) -> Answer {
        match (self.focus, byte % 2) {
            (Focus::Panics, 1) => Answer::Panic,
            (Focus::References, 1) => Answer::Refuse(byte % 3 + 1),
            _ => answer(byte),
        }
    }
}

const WHERE: [Where; 4] = [Where::First, Where::Last, Where::Before, Where::After];
const WAY: [Way; 4] = [Way::Plain, Way::Separated, Way::Formatted, Way::Written];
const SORT: [Sort; 5] = [Sort::Context, Sort::Probe, Sort::Bytes, Sort::Words, Sort::Text];

fn owner(byte: u8) -> Owner {
    match byte {
        0..=99 => Owner::Parent,
        100..=199 => Owner::Holder(byte.into()),
        _ => Owner::Any(Pick(byte.wrapping_mul(5))),
    }
}

fn answer(byte: u8) -> Answer {
    match byte {
        0..=139 => Answer::Free,
        140..=189 => Answer::Refuse(byte % 3 + 1),
        190..=239 => Answer::RefuseAlways,
        _ => Answer::Panic,
    }
}
