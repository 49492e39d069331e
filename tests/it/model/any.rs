//! Handles and claims of whatever type.

use freehold::{Error, Handle, NodeId, Rejected, Strong, Tree, Weak};

use super::probe::Probe;
use super::program::Sort;

/// One variant for each sort of node, holding what `$of` makes of its type.
macro_rules! any {
    ($(#[$doc:meta])* $Any:ident of $Of:ident, $($derive:ident),*) => {
        $(#[$doc])*
        #[derive($($derive),*)]
        pub enum $Any {
            Context($Of<()>),
            Probe($Of<Probe>),
            Bytes($Of<[u8]>),
            Words($Of<[u32]>),
            Text($Of<str>),
        }

        freehold::links!(enum $Any { Context(node), Probe(node), Bytes(node), Words(node), Text(node) });

        any!(@from $Any $Of; Context: (), Probe: Probe, Bytes: [u8], Words: [u32], Text: str);
    };
    (@from $Any:ident $Of:ident; $($Sort:ident: $Type:ty),*) => {$(
        impl From<$Of<$Type>> for $Any {
            fn from(it: $Of<$Type>) -> Self {
                Self::$Sort(it)
            }
        }
    )*};
}

any!(/// A handle.
    AnyHandle of Handle, Clone, Copy, Debug);
any!(/// A strong claim.
    AnyStrong of Strong, Clone, PartialEq, Debug);
any!(/// A weak claim.
    AnyWeak of Weak, Clone, PartialEq, Debug);

/// The same for whatever is in it.
macro_rules! each {
    ($any:expr, $Any:ident($it:ident) => $do:expr) => {
        match $any {
            $Any::Context($it) => $do,
            $Any::Probe($it) => $do,
            $Any::Bytes($it) => $do,
            $Any::Words($it) => $do,
            $Any::Text($it) => $do,
        }
    };
}
pub(super) use each;

impl AnyHandle {
    pub fn id(self) -> NodeId {
        each!(self, AnyHandle(handle) => handle.id())
    }

    pub fn sort(self) -> Sort {
        match self {
            Self::Context(_) => Sort::Context,
            Self::Probe(_) => Sort::Probe,
            Self::Bytes(_) => Sort::Bytes,
            Self::Words(_) => Sort::Words,
            Self::Text(_) => Sort::Text,
        }
    }

    /// The handle of a node of whatever sort.
    pub fn of(tree: &Tree, node: NodeId) -> Result<Self, Error> {
        Ok(match super::live::sort(tree.type_name(node)?) {
            Sort::Context => tree.downcast::<()>(node)?.into(),
            Sort::Probe => tree.downcast::<Probe>(node)?.into(),
            Sort::Bytes => tree.downcast::<[u8]>(node)?.into(),
            Sort::Words => tree.downcast::<[u32]>(node)?.into(),
            Sort::Text => tree.downcast::<str>(node)?.into(),
        })
    }

    pub fn strong(self, tree: &mut Tree) -> Result<AnyStrong, Error> {
        Ok(each!(self, AnyHandle(handle) => tree.strong(handle)?.into()))
    }

    pub fn give_up(self, tree: &mut Tree) -> Result<AnyStrong, Error> {
        Ok(each!(self, AnyHandle(handle) => Strong::from_owned(tree, handle)?.into()))
    }

    pub fn weak(self, tree: &mut Tree) -> Result<AnyWeak, Error> {
        Ok(each!(self, AnyHandle(handle) => tree.weak(handle)?.into()))
    }
}

impl From<AnyHandle> for NodeId {
    fn from(handle: AnyHandle) -> Self {
        handle.id()
    }
}

impl AnyStrong {
    pub fn id(&self) -> NodeId {
        each!(self, AnyStrong(strong) => strong.into())
    }

    pub fn downgrade(&self) -> AnyWeak {
        each!(self, AnyStrong(strong) => strong.downgrade().into())
    }

    /// The claim comes back if it is refused.
    pub fn into_owned_by(self, tree: &mut Tree, parent: AnyHandle) -> Result<(), (Self, Error)> {
        each!(self, AnyStrong(strong) => {
            let outcome = strong.into_owned_by(tree, parent);
            outcome.map(|_| ()).map_err(|rejected: Rejected<_>| {
                let (strong, error) = rejected.into_parts();
                (Self::from(strong), error)
            })
        })
    }
}

impl AnyWeak {
    pub fn upgrade(&self) -> Option<AnyStrong> {
        each!(self, AnyWeak(weak) => weak.upgrade().map(AnyStrong::from))
    }
}
