//! Programs of many steps, each followed by a count of everything from scratch, which is what `validate` does.

use freehold::{Budget, Error, NodeId, Tree, TreeBuilder};

/// Numbers that look like chance.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end
    }
}

/// Takes one step, and says whether it was refused.
fn step(tree: &mut Tree, dice: &mut Dice) -> bool {
    let root = tree.root();
    let nodes: Vec<NodeId> = std::iter::once(root).chain(tree.descendants(root).unwrap()).collect();
    let mut any = || nodes[dice.below(nodes.len())];
    let (a, b) = (any(), any());
    let size = dice.below(50);
    let outcome: Result<(), Error> = match dice.below(12) {
        0..=3 => tree.bytes(a, size).map(drop),
        4 => tree.strdup(a, &"x".repeat(size)).map(drop),
        5 => match tree.downcast::<[u8]>(a) {
            Ok(block) => tree.resize(block, size),
            Err(_) => tree.downcast::<str>(a).and_then(|text| tree.append(text, &"y".repeat(size))),
        },
        6 => tree.steal(a, b),
        7 => tree.reference(a, b).map(drop),
        8 => tree.parent(b).and_then(|parent| tree.unlink(parent.unwrap_or(root), b)).map(drop),
        9 => tree.free(a).map(drop),
        10 => match size {
            0..10 => tree.set_budget(a, Budget::new()),
            10..20 => tree.set_budget(a, Budget::new().bytes(10_000).record_only()),
            _ => tree.set_budget(a, Budget::new().bytes(100 + 20 * size as u64).nodes(size as u64)),
        },
        _ if size < 10 => tree.clear_budget(a).map(drop),
        _ => tree.steal_children(a, b).map(drop),
    };
    matches!(outcome, Err(Error::OverBudget { .. }))
}

#[test]
fn counts_are_right_after_every_step() {
    let (mut refused, mut steps) = (0, 0);
    for seed in 1..40 {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
        let mut tree = TreeBuilder::new().budget_overhead(3 * (seed as u32 % 3), 5 * (seed as u32 % 2)).build();
        let root = tree.root();
        tree.set_budget(root, Budget::new().bytes(700).nodes(30)).expect("the root can have a budget");
        for _ in 0..150 {
            let before = picture(&tree);
            steps += 1;
            if step(&mut tree, &mut dice) {
                refused += 1;
                assert_eq!(picture(&tree), before, "what was refused has changed nothing");
            }
            tree.validate().unwrap_or_else(|invalid| panic!("seed {seed}: {invalid}"));
        }
    }
    assert!(refused >= 100, "{refused} of {steps} were refused: too few to mean anything");
}

fn picture(tree: &Tree) -> Vec<String> {
    let nodes = std::iter::once(tree.root()).chain(tree.descendants(tree.root()).unwrap());
    let fact = |node| (tree.parent(node), tree.size(node), tree.reference_count(node), tree.budget(node));
    nodes.map(|node| format!("{node} {:?}", fact(node))).collect()
}
