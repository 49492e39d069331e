//! Allocators that contexts bring, which what is below inherits.

use std::borrow::Cow;
use std::panic::Location;

use bytemuck::Pod;

use super::Tree;
use super::bytes::size_of_array;
use super::create::{Prepared, size_of_value};
use super::item::flag;
use crate::error::{Error, Rejected};
use crate::first_panic::FirstPanic;
use crate::id::{Handle, NodeId};
use crate::memory::{Allocator, Content, Pool};
use crate::values::CONTEXT;

/// # Allocators
impl Tree {
    /// Makes a context that brings an allocator: what is made in it, and below, has its bytes there. O(1). The module
    /// [`memory`](crate::memory) says which allocators there are, and when to choose which.
    ///
    /// An allocator is inherited from the parent: a new node takes its memory from where its parent's came from.
    /// That stays so when nodes are moved: a node moved elsewhere keeps its memory where it is, and its allocator
    /// goes when the last node with memory from it has gone. Arrays have their bytes there. Values with Rust types
    /// and texts lie in the tree's columns; their size is charged to the allocator, so that a
    /// [`FixedBuffer`](crate::FixedBuffer) refuses what would not fit and a
    /// [`Debug`](crate::memory::Debug) counts all.
    ///
    /// ```
    /// use freehold::{Arena, Tree};
    ///
    /// let mut tree = Tree::new();
    /// let phase = tree.context_in(tree.root(), "parsing", Arena::new())?;
    /// let token = tree.array_from(phase, b"while")?;
    /// tree.array::<u16>(token, 20)?;
    /// assert_eq!(tree.allocator(phase)?.usage().blocks, 2);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`] for the parent; [`Error::OverBudget`]; [`Error::Full`]. The allocator comes
    /// back in the [`Rejected`].
    #[track_caller]
    pub fn context_in<A: Allocator>(
        &mut self,
        parent: impl Into<NodeId>,
        name: impl Into<Cow<'static, str>>,
        allocator: A,
    ) -> Result<Handle<()>, Rejected<A>> {
        let prepared = match self.prepare_zone(parent.into(), 0, |_| Some(CONTEXT)) {
            Ok(prepared) => prepared,
            Err(error) => return Err(Rejected::new(allocator, error)),
        };
        // Before the allocator has a place in the tree: converting the name may be user code.
        let name = name.into();
        let prepared = self.open_zone(prepared, allocator);
        Ok(self.insert(prepared, Some(name), (), Location::caller()).expect("nothing is charged for a context"))
    }

    /// Makes a node that holds a value and brings a [`Pool`], with room for the value and for `children` further nodes
    /// that have `bytes` bytes between them. O(bytes), because the reservation is cleared.
    ///
    /// Both numbers are estimates: what does not fit is served by the parent's allocator.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// struct Reply { code: u16 }
    ///
    /// let reply = tree.pooled(tree.root(), Reply { code: 200 }, 2, 100)?;
    /// let head = tree.array_from(reply, &[0u8; 37])?;
    /// let body = tree.array_from(reply, &[0u8; 63])?;
    /// assert_eq!(tree.allocator(reply)?.usage().blocks, 2);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`alloc`](Self::alloc), and [`Error::TooLarge`] if that is more than a pool can have.
    #[track_caller]
    #[doc(alias = "talloc_pooled_object")]
    pub fn pooled<T: Send + 'static>(
        &mut self,
        parent: impl Into<NodeId>,
        value: T,
        children: usize,
        bytes: usize,
    ) -> Result<Handle<T>, Rejected<T>> {
        let prepared = reserve(size_of::<T>(), children, bytes).and_then(|reserve| {
            let prepared = self.prepare_zone(parent.into(), size_of_value::<T>(), |tree| tree.kinds.of_value::<T>())?;
            Ok((prepared, reserve))
        });
        let (prepared, reserve) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Err(Rejected::new(value, error)),
        };
        self.topology.reserve(children.min(MOST_RESERVED));
        let (prepared, origin) = (self.open_zone(prepared, Pool::new(reserve)), Location::caller());
        self.first_user(prepared, |tree| tree.insert(prepared, None, value, origin))
    }

    /// Makes an array of `len` elements, all bits zero, that brings a [`Pool`] as [`pooled`](Self::pooled) does. It can't
    /// be resized, as in talloc. O(size), and O(bytes).
    ///
    /// # Errors
    ///
    /// As [`array`](Self::array), and [`Error::TooLarge`] if that is more than a pool can have.
    #[track_caller]
    #[doc(alias = "talloc_pooled_object")]
    pub fn pooled_array<T: Pod>(
        &mut self,
        parent: impl Into<NodeId>,
        len: usize,
        children: usize,
        bytes: usize,
    ) -> Result<Handle<[T]>, Error> {
        let reserve = reserve(len.saturating_mul(size_of::<T>()), children, bytes)?;
        let size = size_of_array::<T>(len)?;
        let prepared = self.prepare_zone(parent.into(), size, |tree| tree.kinds.of_array::<T>())?;
        self.topology.reserve(children.min(MOST_RESERVED));
        let (prepared, origin) = (self.open_zone(prepared, Pool::new(reserve)), Location::caller());
        let key = self.first_user(prepared, |tree| {
            tree.insert_prepared_array::<T>(prepared, align_of::<T>(), Content::Zeroes, origin)
        })?;
        self.item_mut(key).set(flag::POOLED, true);
        Ok(Handle::new(self.id(key), 0))
    }

    /// The allocator that serves a node: the one from which its own memory came, and from which whatever is made in it
    /// takes memory. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn allocator(&self, node: impl Into<NodeId>) -> Result<&dyn Allocator, Error> {
        let key = self.resolve(node.into())?;
        Ok(self.memory.allocator(self.item(key).zone))
    }

    /// The allocator that serves a node, as the type that was handed in, also if others are around it: an arena in a
    /// [`Failing`](crate::memory::Failing) is found as an [`Arena`](crate::Arena) as well. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::WrongAllocator`] if it is another; [`Error::Stale`] or [`Error::Foreign`].
    pub fn allocator_as<A: Allocator>(&self, node: impl Into<NodeId>) -> Result<&A, Error> {
        let node = node.into();
        let zone = self.item(self.resolve(node)?).zone;
        let wrong = || Error::WrongAllocator {
            node,
            expected: std::any::type_name::<A>(),
            found: self.memory.allocator(zone).kind().name(),
        };
        self.memory.find(zone).ok_or_else(wrong)
    }

    /// Gives back memory that the tree does not need now: pages in which nothing is left, large blocks that were kept
    /// for the next request, room in tables. O(pages, places and nodes ever there at a time).
    pub fn shrink(&mut self) {
        self.memory.shrink();
        self.kinds.shrink();
        self.rare.shrink();
        self.budgets.shrink();
    }

    /// Every allocator there is, the tree's own heap not counted.
    pub(crate) fn allocators(&self) -> impl Iterator<Item = &dyn Allocator> + '_ {
        self.memory.all().map(|(zone, _)| self.memory.allocator(zone))
    }

    fn prepare_zone(
        &mut self,
        parent: NodeId,
        size: u32,
        kind: impl FnOnce(&mut Self) -> Option<crate::values::Kind>,
    ) -> Result<Prepared, Error> {
        let prepared = self.prepare(parent, size, kind)?;
        if self.memory.room() > 0 { Ok(prepared) } else { Err(Error::Full { what: "allocators" }) }
    }

    fn open_zone<A: Allocator>(&mut self, prepared: Prepared, allocator: A) -> Prepared {
        Prepared { zone: self.memory.open(allocator, prepared.zone), ..prepared }
    }

    /// Makes the first user of a new zone. The zone goes again if he has not come, or has been served further out, and if
    /// the handler of exhaustion panicked meanwhile.
    fn first_user<R>(&mut self, prepared: Prepared, make: impl FnOnce(&mut Self) -> R) -> R {
        let mut panic = FirstPanic::default();
        let made = panic.guard(|| make(self));
        let closed = self.memory.close_unused(prepared.zone);
        panic.guard(|| drop(closed));
        panic.resume();
        made.expect("nobody has panicked")
    }
}

/// For how many nodes room is made because somebody says that they will come.
const MOST_RESERVED: usize = 1 << 20;

/// The bytes of a pool for an object and so many children with so many bytes: each block may waste what it takes to
/// align it.
fn reserve(object: usize, children: usize, bytes: usize) -> Result<usize, Error> {
    let padding = children.saturating_add(1).saturating_mul(16);
    let asked = object.saturating_add(bytes).saturating_add(padding);
    if asked <= Tree::MAX_BYTES { Ok(asked) } else { Err(Error::TooLarge { asked, limit: Tree::MAX_BYTES }) }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use crate::TreeBuilder;
    use crate::memory::Failing;

    #[test]
    fn a_pool_whose_object_is_not_in_it_goes_at_once() {
        let mut tree = TreeBuilder::new().wrap(|inner| Box::new(Failing::nth(inner, 1))).build();
        // Each allocator refuses its first request: each pool the object's own, and the heap the one that comes then.
        let outcomes = [false, true].map(|served| (tree.pooled(tree.root(), 1u64, 1, 10).is_ok(), served));
        assert!(outcomes.into_iter().all(|(made, served)| made == served));
        assert_eq!(tree.allocators().count(), 1);
        assert!(tree.pooled_array::<u8>(tree.root(), 10, 1, 10).is_ok());
        assert_eq!(tree.allocators().count(), 1);
    }

    #[test]
    fn a_pool_goes_at_once_also_if_whoever_hears_of_the_failure_panics() {
        let builder = TreeBuilder::new().wrap(|inner| Box::new(Failing::nth(inner, 1)));
        let mut tree = builder.on_exhaustion(|_, _| panic!("no memory")).build();
        let outcome = catch_unwind(AssertUnwindSafe(|| drop(tree.pooled(tree.root(), 1u64, 1, 10))));
        assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"no memory"));
        assert_eq!(tree.allocators().count(), 1);
        tree.validate().unwrap();
    }
}
