//! Any tree, printed and read back, is the same tree.

use freehold::report::{Address, Builder, Entry, MemLimit, Report};
use proptest::collection::vec;
use proptest::prelude::*;

/// The ends of lines. A name may hold them anywhere but where one of its own lines ends.
const NODE: &str = " contains      7 bytes in   2 blocks (ref 0)";
const HEADER: &str = "full talloc report on 'x' (total     10 bytes in   2 blocks)";
const LIMIT: &str = " is a memlimit context (max_size = 10 bytes, cur_size = 1 bytes)";
const CHAR: &str = "char                           contains      4 bytes in   1 blocks (ref 0): ";
const REFERENCE: &str = "reference to: ";
const ADDRESSES: [&str; 4] = [" 0xdeadbeef", " (nil)", " 12v3", " d=(nil)"];

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
    NODE.as_bytes(),
    HEADER.as_bytes(),
    LIMIT.as_bytes(),
    CHAR.as_bytes(),
];

fn leading_spaces(text: &[u8]) -> usize {
    text.iter().take_while(|byte| **byte == b' ').count()
}

/// Where the name would end, were this the line of a node.
fn node_end(text: &[u8]) -> Option<usize> {
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let bare = ADDRESSES.iter().find_map(|end| text.strip_suffix(end.as_bytes())).unwrap_or(text);
    bare.strip_suffix(NODE.as_bytes()).map(<[u8]>::len)
}

fn ends_like_a_line(text: &[u8]) -> bool {
    let whole = text.strip_suffix(b"\r").unwrap_or(text);
    node_end(text).is_some() || whole.ends_with(&HEADER.as_bytes()[22..]) || whole.ends_with(LIMIT.as_bytes())
}

/// Whether a text with this name can be read in two ways, and nothing in it says which is meant.
///
/// (Names of at most 30 bytes lose their trailing spaces among the padding; they are not generated with any.)
fn is_ambiguous(name: &[u8]) -> bool {
    let lines: Vec<&[u8]> = name.split(|byte| *byte == b'\n').collect();
    let (last, before) = lines.split_last().expect("there is a line in every text");
    // A line of the name is, to its last byte, the line of another node, limit or report.
    before.iter().any(|line| ends_like_a_line(line))
        // The same for a block that shows its content, whose line may end with anything.
        || lines.iter().any(|line| line[leading_spaces(line)..].starts_with(CHAR.as_bytes()))
        // The last line is as wide as a padded name at some level, and ends with a space as a padded name does.
        || [name, last].iter().any(|text| {
            let column = text.len().checked_sub(30);
            (text.len() > 30 || !before.is_empty())
                && text.ends_with(b" ")
                && column.is_some_and(|column| column % 4 == 0 && leading_spaces(text) >= column)
        })
        // The name begins like a reference and goes on with what could be the next node's first line.
        || (lines[0][leading_spaces(lines[0])..].starts_with(REFERENCE.as_bytes())
            && (before.iter().skip(1).any(|line| leading_spaces(line) >= 4)
                || (!before.is_empty() && leading_spaces(last) >= 4 && last.len() >= 34)))
}

/// The same for a name that stands in a reference's line, which nothing ends but the line's end.
fn is_ambiguous_in_reference(name: &[u8]) -> bool {
    let mut lines = name.split(|byte| *byte == b'\n');
    // The line is also that of a node called `reference to: …`; it isn't if that name would have been padded.
    let first = lines.next().and_then(node_end).is_some_and(|end| REFERENCE.len() + end >= 30);
    // A further line is another node's, or could be its first.
    first || lines.any(|line| ends_like_a_line(line) || leading_spaces(line) >= 4)
}

/// The same for the name of a root, which stands in a header.
fn is_ambiguous_in_header(name: &[u8]) -> bool {
    // A further line of it completes a header of its own.
    name.split(|byte| *byte == b'\n').skip(1).any(|line| line.windows(18).any(|part| part == b"talloc report on '"))
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    vec(prop::sample::select(&PIECES[..]), 0..7)
        .prop_map(|pieces| {
            let mut name = pieces.concat();
            while name.len() <= 30 && name.ends_with(b" ") {
                name.pop();
            }
            name
        })
        .prop_filter("undecidable", |name| !is_ambiguous(name))
}

#[derive(Clone, Debug)]
struct Node {
    name: Vec<u8>,
    /// How many levels to climb before the node is added.
    up: usize,
    bytes: u64,
    address: Option<u64>,
    handle: bool,
    limit: Option<(u64, u64)>,
    content: Vec<u8>,
    /// References it holds, to nodes by number.
    holds: Vec<prop::sample::Index>,
}

fn node() -> impl Strategy<Value = Node> {
    let numbers = (0..4_usize, 0..1_u64 << 40, prop::option::of(any::<u64>()), any::<bool>());
    let rare = (
        prop::option::weighted(0.1, any::<(u64, u64)>()),
        vec(any::<u8>(), 0..40),
        vec(any::<prop::sample::Index>(), 0..2),
    );
    (name(), numbers, rare).prop_map(|(name, (up, bytes, address, handle), (limit, mut content, holds))| {
        content.retain(|byte| *byte != b'\n');
        Node { name, up, bytes, address, handle, limit, content, holds }
    })
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
            Some((max_size, cur_size)) => entry.memlimit(MemLimit { max_size, cur_size }),
            None => entry,
        }
    }
}

/// Builds the tree; references whose target's name would be ambiguous are left out.
fn build(root: &[u8], nodes: &[Node]) -> Report {
    let targets = |node: &Node| -> Vec<usize> {
        let all = node.holds.iter().map(|index| index.index(nodes.len()));
        all.filter(|target| !is_ambiguous_in_reference(&nodes[*target].name)).collect()
    };
    let mut counts = vec![0; nodes.len()];
    nodes.iter().flat_map(targets).for_each(|target| counts[target] += 1);
    let mut builder = Builder::new(Entry::new(root).bytes(3));
    for (number, node) in nodes.iter().enumerate() {
        (0..node.up).for_each(|_| builder.leave());
        builder.push(node.entry(counts[number]));
        for target in targets(node) {
            builder.push_reference(&nodes[target].name, Address::Unknown);
        }
    }
    builder.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_reads_as_the_same(
        root in name().prop_filter("undecidable", |name| !is_ambiguous_in_header(name)),
        nodes in vec(node(), 0..12),
    ) {
        let report = build(&root, &nodes);
        let text = report.text().to_vec();
        let back = Report::parse(&text);
        prop_assert!(back.is_ok(), "{:?}: {}", back, text.escape_ascii());
        let back = back.expect("just tested");
        let shown = |report: &Report| format!("{:#?}", report.walk().collect::<Vec<_>>());
        prop_assert!(
            back == report,
            "{}\n{}\n{}", String::from_utf8_lossy(&text), shown(&report), shown(&back)
        );
        prop_assert_eq!(back.imbalances(), []);
        prop_assert_eq!((back.skipped_lines(), back.is_truncated(), back.is_filtered()), (0, false, false));
    }
}
