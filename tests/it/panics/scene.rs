//! A tree in which every kind of user code has something to do.

use std::collections::BTreeMap;

use freehold::{CleanupId, Handle, NodeId, ReferenceId, Tree, Verdict};

use super::fuse::{Fuse, Token};

/// Newest first:
///
/// ```text
/// root
///   top            destructor, two cleanups
///     -> k1
///     text
///     leaf
///     c            held by keep
///     b            destructor that refuses
///       b1
///     a            destructor
///       a1         cleanup
///     bytes
///   keep
///     -> c
///     k1
/// ```
pub(super) struct Scene {
    pub(super) tree: Tree,
    pub(super) fuse: Fuse,
    pub(super) top: Handle<Token>,
    pub(super) bytes: Handle<[u8]>,
    pub(super) text: Handle<str>,
    pub(super) reference: ReferenceId,
    pub(super) cleanup: CleanupId,
    nodes: BTreeMap<&'static str, NodeId>,
}

impl Scene {
    pub(super) fn new(hooked: bool) -> Self {
        let fuse = Fuse::default();
        let mut tree = Tree::new();
        let mut nodes = BTreeMap::new();
        let mut value = |tree: &mut Tree, parent: Option<Handle<Token>>, name: &'static str| {
            let parent = parent.map_or(tree.root(), Handle::id);
            let node = tree.alloc(parent, fuse.token(name.to_owned())).unwrap();
            nodes.insert(name, node.id());
            node
        };
        let keep = value(&mut tree, None, "keep");
        let k1 = value(&mut tree, Some(keep), "k1");
        let top = value(&mut tree, None, "top");
        let bytes = tree.array_from(top, b"bytes").unwrap();
        let a = value(&mut tree, Some(top), "a");
        let a1 = value(&mut tree, Some(a), "a1");
        let b = value(&mut tree, Some(top), "b");
        value(&mut tree, Some(b), "b1");
        let c = value(&mut tree, Some(top), "c");
        value(&mut tree, Some(top), "leaf");
        let text = tree.strdup(top, "text").unwrap();
        nodes.insert("bytes", bytes.id());
        let reference = tree.reference(keep, c).unwrap().id();
        tree.reference(top, k1).unwrap();

        destructor(&mut tree, &fuse, top, "top", Verdict::Free);
        destructor(&mut tree, &fuse, a, "a", Verdict::Free);
        destructor(&mut tree, &fuse, b, "b", Verdict::Refuse);
        let cleanup = cleanup(&mut tree, &fuse, top, "first cleanup of top");
        self::cleanup(&mut tree, &fuse, top, "second cleanup of top");
        self::cleanup(&mut tree, &fuse, a1, "cleanup of a1");
        if hooked {
            let (log, observer) = (fuse.clone(), fuse.clone());
            tree.set_log(move |_, _| log.call("log"));
            tree.set_observer(move |tree, _| {
                valid(tree, "an observer");
                observer.call("observer");
            });
        }
        Self { tree, fuse, top, bytes, text, reference, cleanup, nodes }
    }

    pub(super) fn node(&self, name: &str) -> NodeId {
        self.nodes[name]
    }

    fn name(&self, node: NodeId) -> &'static str {
        if node == self.tree.root() {
            return "root";
        }
        self.nodes.iter().find(|&(_, &other)| other == node).expect("a known node").0
    }

    pub(super) fn is_there(&self, name: &str) -> bool {
        self.tree.contains(self.node(name))
    }

    pub(super) fn parent(&self, name: &str) -> &'static str {
        self.name(self.tree.parent(self.node(name)).unwrap().unwrap())
    }

    pub(super) fn children(&self, name: &str) -> usize {
        self.tree.children(self.node(name)).unwrap().count()
    }

    pub(super) fn holders(&self, name: &str) -> Vec<&'static str> {
        self.tree.references(self.node(name)).unwrap().map(|reference| self.name(reference.holder())).collect()
    }

    /// The tree is valid, and a value has been dropped exactly if its node is gone.
    pub(super) fn validate(&self, what: &str) {
        valid(&self.tree, what);
        for (name, &node) in self.nodes.iter().filter(|(name, _)| **name != "bytes") {
            let drops = usize::from(!self.tree.contains(node));
            assert_eq!(self.fuse.drops(name), drops, "{what}: {name} is dropped another number of times");
        }
    }

    /// What is left goes without further trouble, and then everything has been dropped once.
    pub(super) fn end(self, what: &str) {
        let Self { tree, fuse, .. } = self;
        fuse.put_out();
        drop(tree);
        fuse.all_dropped_once(what);
    }
}

fn valid(tree: &Tree, what: &str) {
    tree.validate().unwrap_or_else(|invalid| panic!("{what}: {invalid}"));
}

fn destructor(tree: &mut Tree, fuse: &Fuse, node: Handle<Token>, name: &str, verdict: Verdict) {
    let (fuse, name) = (fuse.clone(), format!("destructor of {name}"));
    let captured = fuse.token(format!("what the {name} captured"));
    let run = move |tree: &mut Tree, _| {
        let _captured = &captured;
        valid(tree, &name);
        fuse.call(&name);
        verdict
    };
    tree.set_destructor(node, run).unwrap();
}

fn cleanup(tree: &mut Tree, fuse: &Fuse, node: Handle<Token>, name: &str) -> CleanupId {
    let (fuse, name) = (fuse.clone(), name.to_owned());
    let captured = fuse.token(format!("what the {name} captured"));
    let run = move |tree: &mut Tree, _| {
        let _captured = &captured;
        valid(tree, &name);
        fuse.call(&name);
    };
    tree.add_cleanup(node, run).unwrap()
}
