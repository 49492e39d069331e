//! Programs: which allocator, and a short list of operations, each decoded from five bytes.
//!
//! Five bytes are always an operation and never more than one, so leaving out or repeating five bytes leaves out or
//! repeats an operation.

/// Bytes before the operations.
pub const HEAD: usize = 4;
/// Bytes per operation.
pub const WIDTH: usize = 5;
/// Operations in a program; what is beyond is ignored.
pub const LONGEST: usize = 200;

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Heap,
    /// With pages of so many bytes.
    Arena(usize),
    FixedBuffer(usize),
    Pool(usize),
    Temporary,
    /// One of the tests' own, which has no more than it must.
    Plain,
}

/// Which requests fail.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    Nth(usize),
    Every(usize),
    From(usize),
    Chance { one_in: usize, seed: u64 },
}

/// What is around the allocator.
#[derive(Clone, Copy, Debug)]
pub enum Wrap {
    Nothing,
    Debug,
    Failing(Rule),
    DebugFailing(Rule),
    FailingDebug(Rule),
}

/// Which block an operation is about.
#[derive(Clone, Copy, Debug)]
pub struct Pick(pub u8);

#[derive(Clone, Copy, Debug)]
pub enum Choice {
    /// The n-th of the blocks there are.
    Live(usize),
    /// The n-th of those that are gone.
    Gone(usize),
    /// One of another allocator.
    Foreign,
}

impl Pick {
    /// What it stands for, given how many blocks there are and how many are gone.
    pub fn decide(self, live: usize, gone: usize) -> Choice {
        let seed = usize::from(self.0);
        match self.0 {
            0..=3 => Choice::Foreign,
            4..=20 if gone > 0 => Choice::Gone(gone - 1 - seed % gone),
            // The newest few, which arenas treat differently.
            21..=110 if live > 0 => Choice::Live(live - 1 - seed % live.min(3)),
            _ if live > 0 => Choice::Live(seed % live),
            _ if gone > 0 => Choice::Gone(seed % gone),
            _ => Choice::Foreign,
        }
    }
}

/// How a block is made.
#[derive(Clone, Copy, Debug)]
pub enum Make {
    Plain,
    Zeroed,
    Copy,
}

#[derive(Clone, Copy, Debug)]
pub enum Op {
    Allocate {
        make: Make,
        size: usize,
        align: usize,
    },
    Resize {
        block: Pick,
        size: usize,
        zero: bool,
    },
    Free {
        block: Pick,
    },
    Write {
        block: Pick,
        byte: u8,
    },
    Read {
        block: Pick,
    },
    Enter,
    /// The innermost scope; another one that there was; or one of another allocator.
    Exit {
        scope: u8,
        /// Of the live blocks those whose number has its bit here, counted round.
        keep: u16,
        /// One more.
        also: Option<Pick>,
    },
    Reset,
    Shrink,
    Charge {
        size: usize,
    },
    Discharge {
        seed: usize,
    },
}

#[derive(Clone, Debug)]
pub struct Program {
    pub kind: Kind,
    pub wrap: Wrap,
    pub ops: Vec<Op>,
}

impl Program {
    /// The program that the bytes encode. Bytes that are missing are zeroes; a rest is ignored.
    pub fn decode(bytes: &[u8]) -> Self {
        let mut head = [0; HEAD];
        let (first, rest) = bytes.split_at(bytes.len().min(HEAD));
        head[..first.len()].copy_from_slice(first);
        let [kind, size, wrap, plan] = head;
        let (ops, _rest) = rest.as_chunks::<WIDTH>();
        let ops = ops.iter().take(LONGEST).map(Op::decode).collect();
        Self { kind: Kind::decode(kind, size), wrap: Wrap::decode(wrap, plan), ops }
    }
}

impl Kind {
    fn decode(kind: u8, size: u8) -> Self {
        let size = usize::from(size);
        match kind % 8 {
            0 => Self::Heap,
            1 => Self::Arena([64, 100, 127, 128, 1000, 4096][size % 6]),
            2 => Self::Arena(64 + size),
            3 => Self::FixedBuffer(size),
            4 => Self::FixedBuffer(size * 23),
            5 => Self::Pool(size * 23),
            6 => Self::Temporary,
            _ => Self::Plain,
        }
    }
}

impl Wrap {
    fn decode(wrap: u8, plan: u8) -> Self {
        let n = usize::from(plan / 4);
        let rule = match plan % 4 {
            0 => Rule::Nth(n + 1),
            1 => Rule::Every(n % 9 + 2),
            2 => Rule::From(n + 1),
            _ => Rule::Chance { one_in: n % 9 + 2, seed: plan.into() },
        };
        match wrap % 8 {
            0..=3 => Self::Nothing,
            4 => Self::Debug,
            5 => Self::Failing(rule),
            6 => Self::DebugFailing(rule),
            _ => Self::FailingDebug(rule),
        }
    }
}

impl Op {
    fn decode(&[code, a, b, c, d]: &[u8; WIDTH]) -> Self {
        let block = Pick(a);
        match code % 32 {
            0..=9 => {
                let make = [Make::Plain, Make::Zeroed, Make::Copy][usize::from(code / 32) % 3];
                Self::Allocate { make, size: size(b, c), align: align(d) }
            }
            10..=15 => Self::Resize { block, size: size(b, c), zero: d % 2 == 1 },
            16..=19 => Self::Free { block },
            20 => Self::Write { block, byte: b },
            21 => Self::Read { block },
            22..=24 => Self::Enter,
            25..=28 => {
                let also = (d < 40).then_some(Pick(d));
                Self::Exit { scope: a, keep: u16::from_le_bytes([b, c]), also }
            }
            29 if b < 40 => Self::Reset,
            29 => Self::Shrink,
            30 => Self::Charge { size: usize::from(b) + 1 },
            _ => Self::Discharge { seed: b.into() },
        }
    }
}

fn size(scale: u8, byte: u8) -> usize {
    let byte = usize::from(byte);
    match scale {
        0..=39 => byte % 4,
        40..=179 => byte,
        180..=219 => byte * 16,
        220..=239 => [64, 100, 128, 1000, 4096, 32_768][byte % 6] + byte % 3 - 1,
        240..=247 => byte * 300,
        248 => u32::MAX as usize + byte + 1,
        249 => usize::MAX - byte,
        _ => byte,
    }
}

fn align(byte: u8) -> usize {
    match byte {
        0..=99 => 8,
        100..=239 => 1 << (byte % 7),
        240..=243 => 3,
        244..=247 => 128,
        248..=249 => 0,
        _ => 1,
    }
}
