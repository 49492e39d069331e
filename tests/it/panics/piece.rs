//! A value all of whose traits are user code, and other user code that calls are given.

use std::borrow::Cow;
use std::fmt;

use freehold::{Handle, LinkList, Links, NodeId, Rewriter, Strong, Wipe};

use super::fuse::{Fuse, Token};

/// The value of most nodes of a scene.
pub(crate) struct Piece {
    token: Token,
    pub(crate) links: Vec<Handle<Piece>>,
    pub(crate) claim: Option<Strong<Piece>>,
}

impl Piece {
    pub(crate) fn new(fuse: &Fuse, name: &str) -> Self {
        Self::of(fuse.token(name))
    }

    fn of(token: Token) -> Self {
        Self { token, links: Vec::new(), claim: None }
    }

    /// One that a call is given.
    pub(crate) fn handed_in(fuse: &Fuse, name: &str) -> Self {
        Self::of(fuse.token_handed_in(name))
    }

    pub(crate) fn name(&self) -> &str {
        self.token.name()
    }

    fn call(&self, what: &str) {
        self.token.fuse().call(&format!("{what} of {}", self.name()));
    }
}

impl Clone for Piece {
    /// A copy claims nobody: it is not what keeps others alive that is tried here.
    fn clone(&self) -> Self {
        self.call("clone");
        let token = self.token.fuse().token(&format!("copy of {}", self.name()));
        Self { token, links: self.links.clone(), claim: None }
    }
}

impl Links for Piece {
    fn list(&self, out: &mut LinkList<'_>) {
        self.call("list");
        out.field("links", &self.links);
        out.field("claim", &self.claim);
    }

    fn rewrite(&mut self, map: &Rewriter<'_>) {
        self.links.rewrite(map);
        self.claim.rewrite(map);
        self.call("rewrite");
    }
}

impl Wipe for Piece {
    fn wipe(&mut self) {
        self.call("wipe");
    }
}

/// A node's id that has to be converted.
pub(crate) struct Named {
    pub(crate) node: NodeId,
    pub(crate) fuse: Fuse,
}

impl From<Named> for NodeId {
    fn from(named: Named) -> Self {
        named.fuse.call("conversion of a node");
        named.node
    }
}

/// A name that has to be converted.
pub(crate) struct Name {
    pub(crate) fuse: Fuse,
}

impl From<Name> for Cow<'static, str> {
    fn from(name: Name) -> Self {
        name.fuse.call("conversion of a name");
        "named".into()
    }
}

/// Something to be printed, in two parts.
pub(crate) struct Shown(pub(crate) Fuse);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.call("display");
        f.write_str("two ")?;
        self.0.call("display");
        f.write_str("halves")
    }
}

/// A value that is made by [`Default`] alone. Calls of `default` know no fuse, so the thread has one.
pub(crate) struct Made(#[expect(dead_code, reason = "it is there to be dropped")] Token);

thread_local! {
    static FUSE: std::cell::RefCell<Option<Fuse>> = const { std::cell::RefCell::new(None) };
}

impl Made {
    pub(crate) fn with(fuse: &Fuse) {
        FUSE.set(Some(fuse.clone()));
    }
}

impl Default for Made {
    fn default() -> Self {
        let fuse = FUSE.with_borrow(Clone::clone).expect("a fuse has been given");
        fuse.call("default");
        Self(fuse.token("made"))
    }
}
