//! The trees of the grid.

use std::fmt;

use freehold::{NodeId, Tree, Verdict};

use super::outline::Outline;

/// How many siblings `x` has before (newer) and after it.
pub(super) const POSITIONS: [(&str, usize, usize); 4] =
    [("only", 0, 0), ("first", 0, 3), ("middle", 2, 2), ("last", 3, 0)];

/// What is below `x`, or held by or of it.
pub(super) struct Shape {
    name: &'static str,
    build: fn(&mut Builder),
    /// Who outlives a free of what is below `x`, and who gets it then, in that order.
    pub(super) survivors: &'static [(&'static str, &'static str)],
    /// Whether somebody holds `x` itself.
    pub(super) is_held: bool,
}

const fn plain(name: &'static str, build: fn(&mut Builder)) -> Shape {
    Shape { name, build, survivors: &[], is_held: false }
}

pub(super) const SHAPES: &[Shape] = &[
    plain("leaf", |_| {}),
    plain("chain", |b| {
        b.add("x", "x1");
        b.add("x1", "x2");
        b.add("x2", "x3");
    }),
    plain("wide", |b| ["x1", "x2", "x3", "x4", "x5"].into_iter().for_each(|name| b.add("x", name))),
    plain("nested", |b| {
        ["x1", "x2", "x3"].into_iter().for_each(|name| b.add("x", name));
        ["x11", "x12"].into_iter().for_each(|name| b.add("x1", name));
        b.add("x3", "x31");
        b.add("x31", "x311");
    }),
    plain("a node that holds others", |b| {
        b.hold("x", "keep");
        b.add("x", "x1");
        b.hold("x1", "k1");
        b.hold("x", "g");
    }),
    plain("children that hold each other", |b| {
        ["x1", "x2", "x3"].into_iter().for_each(|name| b.add("x", name));
        b.hold("x1", "x2");
        b.hold("x2", "x1");
        b.hold("x3", "x3");
        b.hold("x", "x1");
    }),
    Shape {
        name: "a child that is held",
        build: |b| {
            ["x1", "x2", "x3"].into_iter().for_each(|name| b.add("x", name));
            b.add("x2", "x21");
            b.hold("keep", "x2");
        },
        survivors: &[("x2", "keep")],
        is_held: false,
    },
    Shape {
        name: "a descendant that is held",
        build: |b| {
            b.add("x", "x1");
            b.add("x1", "x2");
            b.add("x2", "x3");
            b.hold("keep", "x2");
        },
        survivors: &[("x2", "keep")],
        is_held: false,
    },
    Shape {
        name: "children and grandchildren that refuse",
        build: |b| {
            ["x1", "x2", "x3"].into_iter().for_each(|name| b.add("x", name));
            b.add("x1", "x11");
            b.add("x2", "x21");
            b.add("x21", "x211");
            b.refuse("x1");
            b.refuse("x21");
        },
        survivors: &[("x21", "p"), ("x1", "p")],
        is_held: false,
    },
    Shape { name: "a node that is held", build: held, survivors: &[], is_held: true },
];

fn held(b: &mut Builder) {
    b.add("x", "x1");
    b.hold("keep", "x");
}

pub(super) struct Builder {
    tree: Tree,
}

impl Builder {
    fn node(&self, name: &str) -> NodeId {
        node(&self.tree, name)
    }

    fn add(&mut self, parent: &str, name: &'static str) {
        let node = self.tree.alloc(self.node(parent), self.tree.len() as u32).unwrap();
        self.tree.set_name(node, name).unwrap();
    }

    fn hold(&mut self, holder: &str, name: &str) {
        self.tree.reference(self.node(holder), self.node(name)).unwrap();
    }

    fn refuse(&mut self, name: &str) {
        let node = self.tree.downcast::<u32>(self.node(name)).unwrap();
        self.tree.set_destructor(node, |_, _| Verdict::Refuse).unwrap();
    }
}

fn node(tree: &Tree, name: &str) -> NodeId {
    let mut named = tree.descendants_by_name(tree.root(), name).unwrap();
    let found = if name == "root" { Some(tree.root()) } else { named.next() };
    found.unwrap_or_else(|| panic!("there is no {name}"))
}

/// A tree with `x` in its place:
///
/// ```text
/// root
///   elsewhere
///     e1
///   keep
///     k1
///   g
///     p
///       newer1 ...
///       x
///       older1 ...
///         deep
/// ```
pub(super) struct Grid {
    pub(super) tree: Tree,
    pub(super) shape: &'static Shape,
    position: &'static str,
    nodes: Vec<(String, NodeId)>,
}

impl Grid {
    /// Where things are moved to: up, down, sideways, out, to the root, and where it can't be.
    pub(super) const GOALS: [&'static str; 13] =
        ["p", "g", "root", "elsewhere", "e1", "keep", "k1", "newer", "older", "deep", "x", "child", "grandchild"];

    pub(super) fn new((position, newer, older): (&'static str, usize, usize), shape: &'static Shape) -> Self {
        const NEWER: [&str; 3] = ["newer1", "newer2", "newer3"];
        const OLDER: [&str; 3] = ["older1", "older2", "older3"];
        let mut b = Builder { tree: Tree::new() };
        for (parent, name) in [("root", "g"), ("g", "p"), ("root", "keep"), ("keep", "k1"), ("root", "elsewhere")] {
            b.add(parent, name);
        }
        b.add("elsewhere", "e1");
        OLDER[..older].iter().for_each(|name| b.add("p", name));
        if older > 0 {
            b.add("older1", "deep");
        }
        b.add("p", "x");
        NEWER[..newer].iter().for_each(|name| b.add("p", name));
        (shape.build)(&mut b);
        let Builder { tree } = b;
        let all = tree.descendants(tree.root()).unwrap().chain([tree.root()]);
        let nodes = all.map(|node| (tree.name(node).unwrap().into_owned(), node)).collect();
        Self { tree, shape, position, nodes }
    }

    /// The node of that name, be it there or not.
    pub(super) fn node(&self, name: &str) -> NodeId {
        self.nodes.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("there was no {name}")).1
    }

    pub(super) fn name(&self, node: NodeId) -> String {
        self.nodes.iter().find(|(_, known)| *known == node).expect("a node of the grid").0.clone()
    }

    /// Who that is in this grid, if anybody.
    pub(super) fn goal(&self, goal: &'static str) -> Option<&'static str> {
        let name = match goal {
            "newer" => "newer1",
            "older" => "older1",
            "child" => "x1",
            "grandchild" => ["x11", "x21", "x2"].into_iter().find(|name| self.has(name))?,
            other => other,
        };
        self.has(name).then_some(name)
    }

    fn has(&self, name: &str) -> bool {
        self.nodes.iter().any(|(known, _)| known == name)
    }

    /// Who outlives a free of `p`.
    pub(super) fn all_survivors(&self) -> Vec<(&'static str, &'static str)> {
        if self.shape.is_held { vec![("x", "keep")] } else { self.shape.survivors.to_vec() }
    }

    pub(super) fn outline(&self) -> Outline {
        Outline::of(&self.tree)
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} of its siblings, {}", self.position, self.shape.name)
    }
}
