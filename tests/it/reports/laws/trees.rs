//! Trees out of bytes.

use freehold::report::{Address, Builder, Entry, MemLimit, Report};

use super::ambiguous::{REFERENCE, is_ambiguous, is_ambiguous_in_header, is_ambiguous_in_reference};

/// What names are made of: everything a reader might trip over.
const PIECES: [&[u8]; 28] = [
    b"z",
    b"name",
    b" ",
    b"  ",
    b"    ",
    b"\n",
    b"\n",
    b"\r",
    b"\t",
    b"\x1b[31m",
    b"\xff\xef",
    b"'",
    b"char",
    b"(hidden)",
    b"contains",
    b" contains ",
    REFERENCE.as_bytes(),
    b"mallinfo:",
    b"talloc report on '",
    b"    arena: 1",
    "na\u{ef}ve \u{6f22}\u{5b57}".as_bytes(),
    b"exactly-thirty-bytes-long-name",
    b" 0xdeadbeef",
    b" (nil)",
    b" contains      7 bytes in   2 blocks (ref 0)",
    b"full talloc report on 'x' (total     10 bytes in   2 blocks)",
    b" is a memlimit context (max_size = 10 bytes, cur_size = 1 bytes)",
    b"char                           contains      4 bytes in   1 blocks (ref 0): ",
];

/// More nodes than this show nothing that so many don't.
const MOST_NODES: usize = 64;

struct Node {
    name: Vec<u8>,
    /// How many levels to climb before the node is added.
    up: usize,
    bytes: u64,
    address: Option<u64>,
    handle: bool,
    limit: Option<MemLimit>,
    content: Vec<u8>,
    /// A reference it holds, to a node by number.
    holds: Option<usize>,
}

/// Bytes, taken for choices; 0 when there are no more.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// A number of as many bytes as the next one says.
    fn number(&mut self) -> u64 {
        let bytes = self.byte() % 9;
        (0..bytes).fold(0, |number, _| number << 8 | u64::from(self.byte()))
    }

    fn name(&mut self, is_bad: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let mut pieces: Vec<Vec<u8>> = (0..self.byte() % 8)
            .map(|_| {
                let which = usize::from(self.byte()) % (PIECES.len() + 4);
                PIECES.get(which).map_or_else(|| vec![self.byte()], |piece| piece.to_vec())
            })
            .collect();
        loop {
            let mut name = pieces.concat();
            while name.len() <= 30 && name.ends_with(b" ") {
                name.pop();
            }
            if !is_bad(&name) {
                return name;
            }
            pieces.pop();
        }
    }

    fn node(&mut self) -> Node {
        let name = self.name(is_ambiguous);
        let (up, facts) = (usize::from(self.byte() % 4), self.byte());
        let bytes = self.number() >> 24;
        let address = (facts & 1 != 0).then(|| self.number());
        let holds = (facts & 6 == 6).then(|| usize::from(self.byte()));
        let limit = (facts & 0x38 == 0x38).then(|| MemLimit { max_size: self.number(), cur_size: self.number() });
        let mut content = Vec::new();
        if name == b"char" {
            content.extend((0..self.byte() % 64).map(|_| self.byte()).filter(|byte| *byte != b'\n'));
        }
        Node { name, up, bytes, address, handle: facts & 0x80 != 0, limit, content, holds }
    }
}

impl Node {
    fn entry(&self, references: u32) -> Entry<'_> {
        let address = match self.address {
            _ if self.name == b"char" => Address::Content(&self.content),
            Some(both) if self.handle => Address::Handle { index: both as u32, version: (both >> 32) as u32 },
            Some(0) => Address::Nil,
            Some(pointer) => Address::Pointer(pointer),
            None => Address::Unknown,
        };
        let entry = Entry::new(&self.name).bytes(self.bytes).reference_count(references).address(address);
        match self.limit {
            Some(limit) => entry.memlimit(limit),
            None => entry,
        }
    }
}

/// The tree that `bytes` stand for. References whose target's name would be ambiguous are left out.
pub fn tree(bytes: &[u8]) -> Report {
    let mut choices = Choices(bytes);
    let root = choices.name(|name| is_ambiguous(name) || is_ambiguous_in_header(name));
    let mut nodes = Vec::new();
    while !choices.0.is_empty() && nodes.len() < MOST_NODES {
        nodes.push(choices.node());
    }
    let target = |node: &Node| {
        let target = node.holds? % nodes.len();
        (!is_ambiguous_in_reference(&nodes[target].name)).then_some(target)
    };
    let mut counts = vec![0; nodes.len()];
    nodes.iter().filter_map(target).for_each(|target| counts[target] += 1);
    let mut builder = Builder::new(Entry::new(&root).bytes(3));
    for (number, node) in nodes.iter().enumerate() {
        (0..node.up).for_each(|_| builder.leave());
        builder.push(node.entry(counts[number]));
        if let Some(target) = target(node) {
            builder.push_reference(&nodes[target].name, Address::Unknown);
        }
    }
    builder.finish()
}
