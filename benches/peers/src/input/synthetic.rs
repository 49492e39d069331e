//! A tree of the shape of Samba's in 2012, for where that report is not at hand: as many nodes on each
//! level, as many of them with children, the widest as wide, and sizes spread alike.

use super::{Block, Blocks, ROOT};

/// For each level: its nodes, how many nodes of the level above have children, and how many children the
/// first of those has.
const LEVELS: [(u32, usize, u32); 16] = [
    (29, 1, 29),
    (357, 6, 159),
    (1720, 15, 1562),
    (13733, 1648, 174),
    (3335, 777, 127),
    (412, 205, 19),
    (279, 136, 20),
    (223, 63, 20),
    (75, 43, 5),
    (1280, 37, 1157),
    (753, 600, 115),
    (64, 13, 20),
    (10, 5, 2),
    (1183, 8, 1157),
    (1869, 588, 1157),
    (814, 585, 115),
];

/// Every twentieth of the real sizes, in order; the few blocks above 368 bytes are left out.
const SIZES: [u32; 21] = [0, 4, 8, 9, 10, 12, 14, 16, 16, 16, 17, 18, 20, 23, 24, 24, 26, 32, 68, 256, 368];

pub(super) fn blocks() -> Blocks {
    let mut random = fastrand::Rng::with_seed(2012);
    // Level by level first: each node knows its children.
    let mut children: Vec<Vec<usize>> = vec![Vec::new()];
    let mut above = vec![0];
    for (nodes, with_children, widest) in LEVELS {
        random.shuffle(&mut above);
        let parents = &above[..with_children];
        let level: Vec<usize> = (0..nodes)
            .map(|nth| {
                let parent = match nth.checked_sub(widest) {
                    None => parents[0],
                    Some(rest) => match parents.get(rest as usize + 1) {
                        Some(&parent) => parent,
                        None => parents[random.usize(..parents.len())],
                    },
                };
                let node = children.len();
                children.push(Vec::new());
                children[parent].push(node);
                node
            })
            .collect();
        above = level;
    }
    // Then in the order of a report: each node, then what is under it.
    let mut blocks = vec![ROOT];
    let mut open: Vec<(usize, u32)> = children[0].iter().rev().map(|&node| (node, 0)).collect();
    while let Some((node, parent)) = open.pop() {
        let place = blocks.len() as u32;
        let bytes = SIZES[random.usize(..SIZES.len())];
        blocks.push(Block { parent, bytes });
        open.extend(children[node].iter().rev().map(|&child| (child, place)));
    }
    blocks.into()
}
