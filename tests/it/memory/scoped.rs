//! Programs of nested scopes over every sort of arena: whatever is made, kept, resized, freed and left behind, each array
//! holds what was written to it for as long as it lives. Shared by a property test and a fuzz target.
#![allow(unreachable_pub, missing_docs, reason = "compiled into the tests and into the fuzz crate alike")]

use freehold::memory::Debug;
use freehold::{Arena, FixedBuffer, Handle, NodeId, Pool, Scope, Temporary, Tree};

/// Bytes per operation.
pub const WIDTH: usize = 4;
/// Operations in a program; what is beyond is ignored.
pub const LONGEST: usize = 100;

/// What can be done. Numbers choose among what there is.
#[derive(Clone, Copy, Debug)]
enum Op {
    /// An array below the context of some open scope, or below an array.
    Make {
        below: u8,
        under_array: bool,
        len: u16,
    },
    Resize {
        array: u8,
        len: u16,
    },
    Free {
        array: u8,
    },
    Enter,
    /// Ends the innermost scope, keeping one of its arrays.
    Exit {
        keep: u8,
    },
}

impl Op {
    fn decode(&[code, choice, low, high]: &[u8; WIDTH]) -> Self {
        let len = if high < 200 { u16::from(low) % 60 } else { 60 + u16::from(low) * 5 / 2 };
        match code % 16 {
            0..=5 => Self::Make { below: choice, under_array: high % 2 == 1, len },
            6..=9 => Self::Resize { array: choice, len },
            10..=11 => Self::Free { array: choice },
            12..=13 => Self::Enter,
            _ => Self::Exit { keep: choice },
        }
    }
}

struct Array {
    handle: Handle<[u8]>,
    bytes: Vec<u8>,
    /// The array it is below, else the depth of the scope it is in.
    parent: Result<usize, usize>,
    alive: bool,
}

struct World {
    arrays: Vec<Array>,
    /// The contexts of the scopes that are open, from the outermost.
    contexts: Vec<NodeId>,
    fill: u8,
}

impl World {
    fn alive(&self, choice: u8) -> Option<usize> {
        let alive: Vec<usize> = (0..self.arrays.len()).filter(|&i| self.arrays[i].alive).collect();
        alive.get(usize::from(choice) % alive.len().max(1)).copied()
    }

    fn depth(&self, mut array: usize) -> usize {
        loop {
            match self.arrays[array].parent {
                Ok(parent) => array = parent,
                Err(depth) => return depth,
            }
        }
    }

    fn is_below(&self, mut array: usize, ancestor: usize) -> bool {
        while array != ancestor {
            match self.arrays[array].parent {
                Ok(parent) => array = parent,
                Err(_) => return false,
            }
        }
        true
    }

    fn bury(&mut self, gone: impl Fn(&Self, usize) -> bool) {
        let gone: Vec<usize> = (0..self.arrays.len()).filter(|&i| self.arrays[i].alive && gone(self, i)).collect();
        gone.into_iter().for_each(|i| self.arrays[i].alive = false);
    }

    fn check(&self, tree: &Tree) {
        tree.validate().unwrap();
        for (i, array) in self.arrays.iter().enumerate() {
            assert_eq!(tree.get(array.handle).ok(), array.alive.then_some(&array.bytes[..]), "array {i}");
        }
    }

    fn write(&mut self, tree: &mut Tree, array: usize, from: usize) {
        self.fill = self.fill.wrapping_add(1);
        let Array { handle, bytes, .. } = &mut self.arrays[array];
        bytes.resize(tree[*handle].len(), 0);
        let from = from.min(bytes.len());
        bytes[from..].fill(self.fill);
        tree[*handle][from..].fill(self.fill);
    }

    fn step(&mut self, tree: &mut Tree, op: Op) {
        match op {
            Op::Make { below, under_array, len } => {
                let array = if under_array { self.alive(below) } else { None };
                let depth = usize::from(below) % self.contexts.len();
                let parent = array.map_or(self.contexts[depth], |array| self.arrays[array].handle.id());
                // A fixed buffer may be full.
                if let Ok(handle) = tree.array_unfilled(parent, len.into()) {
                    let parent = array.ok_or(depth);
                    self.arrays.push(Array { handle, bytes: Vec::new(), parent, alive: true });
                    self.write(tree, self.arrays.len() - 1, 0);
                }
            }
            Op::Resize { array, len } => {
                let Some(array) = self.alive(array) else { return };
                let Array { handle, bytes, .. } = &mut self.arrays[array];
                if tree.resize(*handle, len.into()).is_ok() {
                    bytes.truncate(len.into());
                    let kept = bytes.len();
                    self.write(tree, array, kept);
                }
            }
            Op::Free { array } => {
                let Some(array) = self.alive(array) else { return };
                tree.free(self.arrays[array].handle).unwrap();
                self.bury(|world, i| world.is_below(i, array));
            }
            Op::Enter | Op::Exit { .. } => unreachable!("done by `run`"),
        }
    }

    fn end_scope(&mut self, mut scope: Scope<'_>, keep: u8) {
        let depth = self.contexts.len() - 1;
        let inside: Vec<usize> =
            (0..self.arrays.len()).filter(|&i| self.arrays[i].alive && self.depth(i) == depth).collect();
        if let Some(&kept) = inside.get(usize::from(keep) % (inside.len() + 1)) {
            scope.keep(self.arrays[kept].handle).unwrap();
            self.arrays[kept].parent = Err(depth - 1);
        }
        drop(scope);
        self.bury(|world, i| world.depth(i) == depth);
        self.contexts.pop();
    }

    /// Runs until the scope that is open ends; the guards are on the stack.
    fn run(&mut self, tree: &mut Tree, ops: &mut std::slice::Iter<'_, Op>) -> Option<u8> {
        while let Some(&op) = ops.next() {
            match op {
                Op::Enter if self.contexts.len() < 6 => {
                    let mut scope = tree.scope(self.contexts[self.contexts.len() - 1]).unwrap();
                    self.contexts.push(scope.handle().id());
                    let keep = self.run(&mut scope, ops).unwrap_or(0);
                    self.end_scope(scope, keep);
                }
                Op::Exit { keep } if self.contexts.len() > 1 => return Some(keep),
                Op::Enter | Op::Exit { .. } => {}
                op => self.step(tree, op),
            }
            self.check(tree);
        }
        None
    }
}

/// Runs the program that the bytes encode over each sort of allocator.
///
/// # Panics
///
/// If an array doesn't hold what was written to it, lives longer or shorter than it should, or leaves something behind in
/// its allocator; or if the tree is not valid.
pub fn run(bytes: &[u8]) {
    let (ops, _rest) = bytes.as_chunks::<WIDTH>();
    let ops: Vec<Op> = ops.iter().take(LONGEST).map(Op::decode).collect();
    for sort in 0..6 {
        let mut tree = Tree::new();
        let root = tree.root();
        let context = match sort {
            0 => tree.context_in(root, "arena", Arena::with_page_size(256)).unwrap(),
            1 => tree.context_in(root, "pool", Pool::new(1024)).unwrap(),
            2 => tree.context_in(root, "fixed", FixedBuffer::new(vec![0; 4000])).unwrap(),
            3 => tree.context_in(root, "temporary", Temporary::new()).unwrap(),
            4 => tree.context_in(root, "debug", Debug::new(Arena::with_page_size(500))).unwrap(),
            _ => tree.context(root, "heap").unwrap(),
        };
        let mut world = World { arrays: Vec::new(), contexts: vec![context.id()], fill: 0 };
        let mut rest = ops.iter();
        world.run(&mut tree, &mut rest);
        world.check(&tree);
        tree.free_children(context).unwrap();
        let usage = tree.allocator(context).unwrap().usage();
        assert_eq!((usage.blocks, usage.scope_depth, tree.scope_depth()), (0, 0, 0));
        assert_eq!(usage.used, 0, "{usage:?}");
    }
}
