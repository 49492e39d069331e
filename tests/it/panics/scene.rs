//! A tree in which every kind of user code has something to do.

use std::collections::BTreeMap;
use std::sync::Arc;

use freehold::{
    Budget, BudgetUsage, CleanupId, Error, Event, Exceeded, Handle, NodeId, ReferenceId, Relief, Strong, Subtree, Tree,
    TreeBuilder, Verdict,
};

use super::fuse::{Fuse, Resource, Token};
use super::piece::{Made, Named, Piece};
use super::touchy::Touchy;

/// What differs from scene to scene.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Setting {
    /// There is a log function and an observer.
    pub(crate) hooked: bool,
    /// The last claims on two floats have been dropped, which takes effect with the next call.
    pub(crate) pending: bool,
    /// The one destructor that refuses agrees instead.
    pub(crate) agreed: bool,
}

/// Newest first. Everything but contexts, texts and arrays is a [`Piece`]:
///
/// ```text
/// scene              the root; it has an allocator of its own, and a budget
///   held             claimed by the scene
///   goal             claimed by the value of a
///   float f1, f2     destructor, cleanup; claimed by the scene, or no more
///   outer            a context with an allocator of its own, and a budget
///     keep
///       tenant       a context with a budget
///       -> c
///       k1
///     top            destructor, two cleanups; secret
///       -> k1
///       text
///       leaf
///       c            held by keep
///       b            destructor that refuses
///         b1
///       a            destructor; links to a1, claims goal
///         cell       a context with a pool of its own, which falls back on that of outer
///           label
///           small
///           inner
///         a1         cleanup; secret
///       key          secret bytes
///       bytes
/// ```
pub(crate) struct Scene {
    pub(crate) tree: Tree,
    pub(crate) fuse: Fuse,
    /// `p`, with a destructor, and `p1` below it, which link to each other, in an allocator of their own.
    pub(crate) parcel: Option<Subtree>,
    pub(crate) claim: Option<Strong<Piece>>,
    pub(crate) text: Handle<str>,
    pub(crate) bytes: Handle<[u8]>,
    pub(crate) key: Handle<[u8]>,
    pub(crate) small: Handle<[u8]>,
    pub(crate) label: Handle<str>,
    pub(crate) reference: ReferenceId,
    pub(crate) cleanup: CleanupId,
    floats: Vec<Strong<Piece>>,
    nodes: BTreeMap<&'static str, NodeId>,
}

impl Scene {
    pub(crate) fn new(setting: Setting) -> Self {
        let fuse = Fuse::default();
        let tree = TreeBuilder::new().root_name("scene").allocator(Touchy::new(&fuse, "scene")).build();
        Self::within(tree, fuse, setting).expect("there is room")
    }

    /// Sets the scene in a tree that may have no room for it.
    pub(crate) fn within(tree: Tree, fuse: Fuse, setting: Setting) -> Result<Self, Error> {
        Made::with(&fuse);
        let mut stage = Stage { tree, fuse, nodes: BTreeMap::new() };
        stage.tree.declare_clone::<Piece>()?;
        stage.tree.declare_links::<Piece>()?;
        let root = stage.tree.root();
        let outer = stage.brought(root, "outer")?;
        let top = stage.piece(outer, "top")?;
        let bytes = stage.tree.array_from(top, b"bytes")?;
        let key = stage.tree.array_from(top, b"key")?;
        stage.tree.set_secret(key)?;
        let a = stage.piece(top.id(), "a")?;
        let a1 = stage.piece(a.id(), "a1")?;
        let cell = stage.bring(a.id(), "cell", Touchy::pool(&stage.fuse, "cell"))?;
        stage.piece(cell, "inner")?;
        let small = stage.tree.array_from(cell, b"small")?;
        let label = stage.tree.strdup(cell, "label")?;
        let b = stage.piece(top.id(), "b")?;
        stage.piece(b.id(), "b1")?;
        let c = stage.piece(top.id(), "c")?;
        stage.piece(top.id(), "leaf")?;
        let text = stage.tree.strdup(top, "text")?;
        let keep = stage.piece(outer, "keep")?;
        let k1 = stage.piece(keep.id(), "k1")?;
        let reference = stage.tree.reference(keep, c)?.id();
        let tenant = stage.tree.context(keep, "tenant")?.id();
        stage.tree.reference(top, k1)?;
        stage.nodes.extend([("text", text.id()), ("bytes", bytes.id()), ("key", key.id()), ("tenant", tenant)]);
        let [f1, f2] = [stage.floating("float f1")?, stage.floating("float f2")?];
        let (goal, held) = (stage.floating("goal")?, stage.floating("held")?);

        let Stage { mut tree, fuse, nodes } = stage;
        tree[a].links = vec![a1, c];
        tree[a].claim = Some(tree.strong(goal)?);
        let claim = Some(tree.strong(held)?);
        let floats = vec![tree.strong(f1)?, tree.strong(f2)?];
        tree.set_secret(top)?;
        tree.set_secret(a1)?;
        destructor(&mut tree, &fuse, top, Verdict::Free)?;
        destructor(&mut tree, &fuse, a, Verdict::Free)?;
        destructor(&mut tree, &fuse, b, if setting.agreed { Verdict::Free } else { Verdict::Refuse })?;
        destructor(&mut tree, &fuse, f1, Verdict::Free)?;
        let cleanup = cleanup(&mut tree, &fuse, top, "first cleanup")?;
        self::cleanup(&mut tree, &fuse, top, "second cleanup")?;
        self::cleanup(&mut tree, &fuse, a1, "cleanup")?;
        self::cleanup(&mut tree, &fuse, f2, "cleanup")?;
        for owner in [root, outer, tenant] {
            tree.set_budget(owner, Budget::new())?;
            let usage = tree.budget(owner)?.expect("it has a budget");
            tree.set_budget(owner, strict(usage, &fuse, fuse.token("what a handler captured")))?;
        }
        if setting.hooked {
            hook(&mut tree, &fuse, [f1.id(), f2.id()]);
        }
        let parcel = Some(parcel(&fuse)?);
        Ok(Self { tree, fuse, parcel, claim, text, small, label, bytes, key, reference, cleanup, floats, nodes })
    }

    pub(crate) fn node(&self, name: &str) -> NodeId {
        self.nodes[name]
    }

    /// A node by something that is user code to convert.
    pub(crate) fn at(&self, name: &str) -> Named {
        Named { node: if name == "root" { self.tree.root() } else { self.node(name) }, fuse: self.fuse.clone() }
    }

    pub(crate) fn piece(&self, name: &str) -> Handle<Piece> {
        self.tree.downcast(self.node(name)).expect("it is a piece, and there")
    }

    /// Something for a call to put into the tree.
    pub(crate) fn new_piece(&self) -> Piece {
        Piece::handed_in(&self.fuse, "new")
    }

    /// Drops the claims on the two floats, which takes effect with the next call.
    pub(crate) fn drop_floats(&mut self) {
        self.floats.clear();
    }

    /// The tree, with nothing in it that is claimed from outside.
    pub(crate) fn let_go(self) -> Tree {
        let Self { mut tree, claim, floats, .. } = self;
        drop((claim, floats));
        tree.iter_mut::<Piece>().for_each(|(_, piece)| piece.claim = None);
        tree.settle();
        let retained: Vec<_> = tree.descendants(tree.root()).expect("the root is there").collect();
        for node in retained {
            while tree.ref_count(node).is_ok_and(|claims| claims > 0) {
                tree.release(node).expect("it is retained");
            }
        }
        tree
    }

    /// The tree is valid, also once what has been dropped has taken effect, and the value of a node is dropped exactly if
    /// the node is gone.
    pub(crate) fn check(&mut self, what: &str) {
        valid(&self.tree, what);
        self.tree.settle();
        valid(&self.tree, what);
        let drops = self.fuse.drops();
        for (name, &node) in &self.nodes {
            if let Some(&drops) = drops.get(*name) {
                let gone = usize::from(!self.tree.contains(node));
                assert_eq!(drops, gone, "{what}: {name} is dropped another number of times");
            }
        }
    }

    /// The tree is of use as before; what is left goes without further trouble, and then everything has been dropped once.
    pub(crate) fn end(mut self, what: &str) {
        let fuse = self.fuse.clone();
        fuse.put_out();
        let next = self.tree.alloc(self.tree.root(), 5u64).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(self.tree[next], 5, "{what}");
        valid(&self.tree, what);
        drop(self);
        fuse.all_dropped_once(what);
    }
}

/// A scene that is being set.
struct Stage {
    tree: Tree,
    fuse: Fuse,
    nodes: BTreeMap<&'static str, NodeId>,
}

impl Stage {
    fn piece(&mut self, parent: NodeId, name: &'static str) -> Result<Handle<Piece>, Error> {
        let node = self.tree.alloc(parent, Piece::new(&self.fuse, name))?;
        self.nodes.insert(name, node.id());
        Ok(node)
    }

    fn floating(&mut self, name: &'static str) -> Result<Handle<Piece>, Error> {
        let node = self.tree.floating(Piece::new(&self.fuse, name))?;
        self.nodes.insert(name, node.id());
        Ok(node)
    }

    fn brought(&mut self, parent: NodeId, name: &'static str) -> Result<NodeId, Error> {
        self.bring(parent, name, Touchy::new(&self.fuse, name))
    }

    fn bring(&mut self, parent: NodeId, name: &'static str, allocator: Touchy) -> Result<NodeId, Error> {
        let node = self.tree.context_in(parent, name, allocator)?.id();
        self.nodes.insert(name, node);
        Ok(node)
    }
}

fn valid(tree: &Tree, what: &str) {
    tree.validate_structure().unwrap_or_else(|invalid| panic!("{what}: {invalid}"));
    tree.validate().unwrap_or_else(|invalid| panic!("{what}: {invalid}"));
}

/// A destructor that looks whether the tree is in order.
pub(crate) fn destructor(tree: &mut Tree, fuse: &Fuse, node: Handle<Piece>, verdict: Verdict) -> Result<(), Error> {
    let (fuse, name) = (fuse.clone(), format!("destructor of {}", tree[node].name()));
    let captured = fuse.token(&format!("what the {name} captured"));
    tree.set_destructor(node, move |tree: &mut Tree, _| {
        let _captured = &captured;
        validated(tree, &fuse, &name);
        fuse.call(&name);
        verdict
    })
}

fn cleanup(tree: &mut Tree, fuse: &Fuse, node: Handle<Piece>, what: &str) -> Result<CleanupId, Error> {
    let (fuse, name) = (fuse.clone(), format!("{what} of {}", tree[node].name()));
    // A cleanup is called once, so it drops this itself, also on its way out.
    let captured = fuse.token_handed_in(&format!("what the {name} captured"));
    tree.add_cleanup(node, move |tree: &mut Tree, _| {
        let _captured = &captured;
        validated(tree, &fuse, &name);
        fuse.call(&name);
    })
}

/// A tree is in order for user code; its allocators, which are asked for that too, keep quiet meanwhile.
fn validated(tree: &Tree, fuse: &Fuse, who: &str) {
    fuse.in_silence(|| valid(tree, who));
}

fn hook(tree: &mut Tree, fuse: &Fuse, floats: [NodeId; 2]) {
    let (log, log_token) = (fuse.clone(), fuse.token("what the log captured"));
    tree.set_log(move |_, _| {
        let _captured = &log_token;
        log.call("log");
    });
    let (observer, token) = (fuse.clone(), fuse.token("what the observer captured"));
    tree.set_observer(move |tree, event| {
        let _captured = &token;
        validated(tree, &observer, "an observer");
        let what = format!("{event:?}").split_once(' ').expect("events have fields").0.to_owned();
        let a_float = if matches!(event, Event::Freed { node } if floats.contains(&node)) { " of a float" } else { "" };
        observer.call(&format!("observer of {what}{a_float}"));
    });
}

/// A budget with no room, whose handler makes just enough.
pub(crate) fn strict(usage: BudgetUsage, fuse: &Fuse, captured: Token) -> Budget {
    raising(usage.bytes, usage.nodes, fuse.clone(), Arc::new(captured))
}

fn raising(bytes: u64, nodes: u64, fuse: Fuse, captured: Arc<Token>) -> Budget {
    Budget::new().bytes(bytes).nodes(nodes).on_exceeded(move |tree, &Exceeded { owner, what, asked, .. }| {
        validated(tree, &fuse, "a handler");
        fuse.call("handler");
        if fuse.refuses(Resource::Budget) {
            return Relief::Refuse;
        }
        let usage = tree.budget(owner).expect("it is there").expect("it has a budget");
        let (bytes, nodes) = if what == "bytes" { (usage.bytes + asked, nodes) } else { (bytes, usage.nodes + asked) };
        tree.set_budget(owner, raising(bytes, nodes, fuse.clone(), Arc::clone(&captured))).expect("it has a budget");
        Relief::TryAgain
    })
}

fn parcel(fuse: &Fuse) -> Result<Subtree, Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Piece>()?;
    let parcel = tree.context_in(tree.root(), "parcel", Touchy::new(fuse, "parcel"))?;
    let p = tree.alloc(parcel, Piece::new(fuse, "p"))?;
    let p1 = tree.alloc(p, Piece::new(fuse, "p1"))?;
    tree.bytes(p, 20)?;
    (tree[p].links, tree[p1].links) = (vec![p1], vec![p]);
    let plain = tree.alloc(tree.root(), Piece::new(fuse, "plain"))?;
    tree[plain].links = vec![p];
    destructor(&mut tree, fuse, p, Verdict::Free)?;
    Ok(tree.into_subtree())
}
