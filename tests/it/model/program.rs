//! Programs: short lists of operations, each decoded from seven bytes.
//!
//! Seven bytes are always an operation and never more than one, so no input is wasted, and leaving out or
//! repeating seven bytes leaves out or repeats an operation: proptest and libFuzzer both shrink by that.

use std::fmt;

/// Bytes per operation.
pub const WIDTH: usize = 7;
/// Operations in a program; what is beyond is ignored.
pub const LONGEST: usize = 160;

/// Whom an operation is about: a seed into the nodes there are, or a deliberately bad handle.
///
/// It is decided when the operation is carried out, by [`Pick::decide`], from what both sides know.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pick(pub u8);

/// What a pick stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The root.
    Root,
    /// The n-th oldest of the nodes there are.
    There(usize),
    /// The n-th oldest of the nodes that are gone.
    Gone(usize),
    /// A node of another tree.
    Foreign,
    /// The root of another tree.
    ForeignRoot,
    /// The node whose destructor or cleanup is running.
    Me,
    /// The parent of that node.
    MyParent,
}

impl Pick {
    /// What the pick stands for, given how many nodes are there and gone (the root not counted), and whether a
    /// destructor or cleanup is running.
    pub fn decide(self, there: usize, gone: usize, inside: bool) -> Choice {
        let seed = usize::from(self.0);
        match seed {
            0..=19 => Choice::Root,
            220..=235 if gone > 0 => Choice::Gone(seed % gone),
            236..=237 => Choice::Foreign,
            238..=239 => Choice::ForeignRoot,
            240..=255 if inside && seed.is_multiple_of(2) => Choice::Me,
            240..=255 if inside => Choice::MyParent,
            _ if there == 0 => Choice::Root,
            // The newest few, so that programs build depth as well as width.
            20..=89 => Choice::There(there - 1 - seed % there.min(4)),
            _ => Choice::There(seed % there),
        }
    }

    /// Whether it wants a node of the sort that the operation is about, where there is one.
    pub fn is_choosy(self) -> bool {
        !self.0.is_multiple_of(4)
    }
}

impl fmt::Debug for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Whose claim on a node an operation is about. Claims are rare enough that a blind choice seldom meets one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Parent,
    /// The n-th newest holder, counted round; the parent if there is none.
    Holder(usize),
    Any(Pick),
}

/// How a node is made and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// A context with a given name.
    Context,
    /// A value that tells when it is dropped.
    Probe,
    /// The same, made by a closure that is told its handle.
    ProbeWith,
    /// The same, by a closure that panics.
    ProbePanics,
    /// Bytes.
    Bytes(u8),
    /// An array of `u32`.
    Words(u8),
    /// A text.
    Text(u8),
}

/// Where among siblings a node is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    First,
    Last,
    Before,
    After,
}

/// How a text is made longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Plain,
    Separated,
    Formatted,
    /// In two pieces.
    Written,
}

/// What sort of node a handle is asked to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Context,
    Probe,
    Bytes,
    Words,
    Text,
}

/// How a destructor answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Free,
    /// It refuses so many times, then it lets go.
    Refuse(u8),
    RefuseAlways,
    /// It panics instead of answering.
    Panic,
}

/// What a destructor or cleanup does: one operation, perhaps, and then its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Carried out by the first call only.
    pub act: Option<Box<Op>>,
    /// For a cleanup, only whether it panics counts.
    pub answer: Answer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    Make {
        parent: Pick,
        make: Make,
    },
    Free {
        node: Pick,
    },
    FreeChildren {
        node: Pick,
    },
    FreeLifting {
        node: Pick,
    },
    FreeLiftingInto {
        node: Pick,
        adopter: Pick,
    },
    Take {
        node: Pick,
    },
    FreeIntoValue {
        node: Pick,
    },
    Steal {
        to: Pick,
        node: Pick,
    },
    StealChildren {
        from: Pick,
        to: Pick,
    },
    Place {
        at: Where,
        anchor: Pick,
        node: Pick,
    },
    Transfer {
        to: Pick,
        node: Pick,
    },
    Reparent {
        old: Owner,
        new: Pick,
        node: Pick,
    },
    Reference {
        holder: Pick,
        node: Pick,
    },
    Unlink {
        owner: Owner,
        node: Pick,
    },
    /// Of all references ever made, the one with this seed.
    DropReference {
        seed: u8,
    },
    SetDestructor {
        node: Pick,
        script: Script,
    },
    ClearDestructor {
        node: Pick,
    },
    AddCleanup {
        node: Pick,
        script: Script,
    },
    /// Of all cleanups ever added, the one with this seed.
    RemoveCleanup {
        seed: u8,
    },
    Replace {
        node: Pick,
    },
    /// Only arrays are written: the sort is one of those.
    Write {
        node: Pick,
        sort: Sort,
        byte: u8,
    },
    /// The new part is cleared, by the library or by the caller.
    Resize {
        node: Pick,
        len: u8,
        cleared: bool,
    },
    Append {
        node: Pick,
        len: u8,
        way: Way,
    },
    Rename {
        node: Pick,
        name: u8,
    },
    ClearName {
        node: Pick,
    },
    Downcast {
        node: Pick,
        sort: Sort,
    },
}

/// A program, and whether hooks are set while it runs.
#[derive(Clone, Debug)]
pub struct Program {
    pub hooked: bool,
    pub ops: Vec<Op>,
}

impl Program {
    /// The program that the bytes encode: a byte for the hooks, then the operations. A rest is ignored.
    pub fn decode(bytes: &[u8]) -> Self {
        let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
        let (ops, _rest) = rest.as_chunks::<WIDTH>();
        Self { hooked: first.is_multiple_of(2), ops: ops.iter().take(LONGEST).map(Op::decode).collect() }
    }
}

impl Op {
    fn decode(&[code, a, b, c, d, e, f]: &[u8; WIDTH]) -> Self {
        match code % 64 {
            0..=7 => Self::Make { parent: Pick(a), make: Make::Context },
            8..=15 => Self::Make { parent: Pick(a), make: make(b, c) },
            16..=21 => Self::SetDestructor { node: Pick(a), script: script(b, [c, d, e], f) },
            22..=25 => Self::AddCleanup { node: Pick(a), script: script(b, [c, d, e], f) },
            26..=31 => Self::Reference { holder: Pick(a), node: Pick(b) },
            rest => Self::simple(rest - 32, a, b, c),
        }
    }

    /// The operations that a script can contain as well.
    fn simple(code: u8, a: u8, b: u8, c: u8) -> Self {
        let (first, second) = (Pick(a), Pick(b));
        match code % 32 {
            0..=3 => Self::Free { node: first },
            4 => Self::FreeChildren { node: first },
            5 => Self::FreeLifting { node: first },
            6 => Self::FreeLiftingInto { node: first, adopter: second },
            7 => Self::Take { node: first },
            8 => Self::FreeIntoValue { node: first },
            9..=11 => Self::Steal { to: first, node: second },
            12 => Self::StealChildren { from: first, to: second },
            13..=14 => Self::Place { at: WHERE[usize::from(c) % 4], anchor: first, node: second },
            15 => Self::Transfer { to: first, node: second },
            16 => Self::Reparent { old: owner(c), new: first, node: second },
            17..=18 => Self::Unlink { owner: owner(a), node: second },
            19 => Self::DropReference { seed: a },
            20 => Self::Make { parent: first, make: make(b, c) },
            21..=22 => Self::Reference { holder: first, node: second },
            23 => Self::SetDestructor { node: first, script: Script { act: None, answer: answer(b) } },
            24 => Self::ClearDestructor { node: first },
            25 => Self::AddCleanup { node: first, script: Script { act: None, answer: answer(b) } },
            26 => Self::RemoveCleanup { seed: a },
            27 => match b % 4 {
                0 => Self::Write { node: first, sort: Sort::Bytes, byte: c },
                1 => Self::Write { node: first, sort: Sort::Words, byte: c },
                _ => Self::Replace { node: first },
            },
            28 => Self::Resize { node: first, len: b, cleared: c.is_multiple_of(2) },
            29 => Self::Append { node: first, len: b, way: WAY[usize::from(c) % 4] },
            30 if b < 64 => Self::ClearName { node: first },
            30 => Self::Rename { node: first, name: b },
            _ => Self::Downcast { node: first, sort: SORT[usize::from(b) % 5] },
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

fn make(what: u8, len: u8) -> Make {
    match what % 8 {
        0..=2 => Make::Probe,
        3 => Make::ProbeWith,
        4 => Make::Bytes(len),
        5 => Make::Words(len),
        6 => Make::Text(len),
        _ if len.is_multiple_of(4) => Make::ProbePanics,
        _ => Make::Context,
    }
}

fn script(code: u8, [a, b, c]: [u8; 3], last: u8) -> Script {
    let act = (code >= 80).then(|| Box::new(Op::simple(code, a, b, c)));
    Script { act, answer: answer(last) }
}

fn answer(byte: u8) -> Answer {
    match byte {
        0..=139 => Answer::Free,
        140..=189 => Answer::Refuse(byte % 3 + 1),
        190..=239 => Answer::RefuseAlways,
        _ => Answer::Panic,
    }
}
