//! The kinds of value a tree holds, found by type.

use std::any::{Any, TypeId, type_name};
use std::ops::Range;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::declared::{CloneFn, LinkFns};
use super::names;
use super::rows::{Carried, Column, Rows};

/// A kind of value: its number in the tree.
pub(crate) type Kind = u16;

/// What a tree knows of a kind.
pub(crate) struct KindInfo {
    type_id: TypeId,
    /// As the compiler spells the type.
    pub(crate) type_name: &'static str,
    /// As a report shows it.
    pub(crate) short_name: Box<str>,
    /// Bytes, texts and contexts say little by their type, so they are named by the place that made them.
    pub(crate) named_by_place: bool,
    /// Whether dropping a value can run the user's code.
    pub(crate) needs_drop: bool,
    /// Of the value, or of an array's elements.
    pub(crate) align: usize,
    /// How values list what they link to, if that has been declared.
    pub(super) links: Option<LinkFns>,
    /// How values are cloned, if that has been declared.
    pub(super) clone: Option<CloneFn>,
    /// Values are shared where others are copied.
    pub(crate) is_shared: bool,
    /// Absent for arrays, whose elements are blocks of memory, and for texts, whose column is kept apart.
    pub(crate) column: Option<Box<dyn Column>>,
}

/// All kinds a tree has met. Kinds are never forgotten: there are as many as types in the program.
pub(crate) struct Kinds {
    by_type: FxHashMap<TypeId, Kind>,
    infos: Vec<KindInfo>,
    /// The column of texts, whose type is known without asking.
    texts: Rows<CompactString>,
    /// The kind of the node made last: types come in runs.
    latest: Option<(TypeId, Kind)>,
}

/// Contexts, texts and bytes: every tree has these from the start, so that they need not be looked for.
pub(crate) const CONTEXT: Kind = 0;
pub(crate) const TEXT: Kind = 1;
const BYTES: Kind = 2;

/// The kind of `T` where all trees agree on it. The compiler works this out.
#[inline(always)]
fn built_in<T: ?Sized + 'static>() -> Option<Kind> {
    let wanted = TypeId::of::<T>();
    if wanted == TypeId::of::<()>() {
        Some(CONTEXT)
    } else if wanted == TypeId::of::<str>() {
        Some(TEXT)
    } else if wanted == TypeId::of::<[u8]>() {
        Some(BYTES)
    } else {
        None
    }
}

impl Kinds {
    pub(crate) fn new() -> Self {
        let mut kinds = Self { by_type: FxHashMap::default(), infos: Vec::new(), texts: Rows::new(), latest: None };
        kinds.add::<()>(type_name::<()>(), false, 1, Some(Box::new(Rows::<()>::new())));
        // Dropping a text runs none of the user's code.
        kinds.add::<str>(type_name::<str>(), false, 1, None);
        kinds.add::<[u8]>(type_name::<u8>(), false, 1, None);
        kinds
    }

    /// The kind of the type `T`, if the tree has met it. O(1).
    #[inline]
    pub(crate) fn find<T: ?Sized + 'static>(&self) -> Option<Kind> {
        if let Some(kind) = built_in::<T>() {
            return Some(kind);
        }
        let wanted = TypeId::of::<T>();
        match self.latest {
            Some((latest, kind)) if latest == wanted => Some(kind),
            _ => self.by_type.get(&wanted).copied(),
        }
    }

    /// The kind of values of type `T`, which have a column. `None` when the kinds have run out.
    #[inline]
    pub(crate) fn of_value<T: Send + 'static>(&mut self) -> Option<Kind> {
        self.recent::<T>(|kinds| {
            let rows = Box::new(Rows::<T>::new());
            kinds.add::<T>(type_name::<T>(), std::mem::needs_drop::<T>(), align_of::<T>(), Some(rows))
        })
    }

    /// The kind of arrays of `E`, named by their element. `None` when the kinds have run out.
    #[inline]
    pub(crate) fn of_array<E: 'static>(&mut self) -> Option<Kind> {
        self.recent::<[E]>(|kinds| kinds.add::<[E]>(type_name::<E>(), false, align_of::<E>(), None))
    }

    #[inline]
    fn recent<T: ?Sized + 'static>(&mut self, add: fn(&mut Self) -> Option<Kind>) -> Option<Kind> {
        if let Some(kind) = built_in::<T>() {
            return Some(kind);
        }
        let wanted = TypeId::of::<T>();
        match self.latest {
            Some((latest, kind)) if latest == wanted => Some(kind),
            _ => self.switch(wanted, add),
        }
    }

    /// Finds or adds the kind that nodes are made of from now on. Apart, to keep the common path short.
    #[inline(never)]
    fn switch(&mut self, wanted: TypeId, add: fn(&mut Self) -> Option<Kind>) -> Option<Kind> {
        let kind = match self.by_type.get(&wanted) {
            Some(&kind) => kind,
            None => add(self)?,
        };
        self.latest = Some((wanted, kind));
        Some(kind)
    }

    #[cold]
    fn add<T: ?Sized + 'static>(
        &mut self,
        shown: &'static str,
        needs_drop: bool,
        align: usize,
        column: Option<Box<dyn Column>>,
    ) -> Option<Kind> {
        self.push(KindInfo {
            type_id: TypeId::of::<T>(),
            type_name: type_name::<T>(),
            short_name: names::short(shown).into(),
            named_by_place: built_in::<T>().is_some(),
            needs_drop,
            align,
            links: None,
            clone: None,
            is_shared: false,
            column,
        })
    }

    fn push(&mut self, info: KindInfo) -> Option<Kind> {
        // The last two numbers are kept for entries without a value.
        let kind = Kind::try_from(self.infos.len()).ok().filter(|&kind| kind < Kind::MAX - 1)?;
        self.by_type.insert(info.type_id, kind);
        self.infos.push(info);
        Some(kind)
    }

    /// The kind that another tree knows, added if need be, without what is declared of it. `None` when the kinds have run
    /// out.
    pub(crate) fn adopt(&mut self, info: &KindInfo) -> Option<Kind> {
        match self.by_type.get(&info.type_id) {
            Some(&kind) => Some(kind),
            None => self.push(KindInfo {
                short_name: info.short_name.clone(),
                links: None,
                clone: None,
                is_shared: false,
                column: info.column.as_ref().map(|column| column.fresh()),
                ..*info
            }),
        }
    }

    /// Moves the values of nodes, those in `runs`, all of one kind, to another tree that calls it `goal`. False if it has
    /// no column.
    pub(crate) fn hand_over(
        &mut self,
        kind: Kind,
        to: &mut Self,
        goal: Kind,
        nodes: &mut [Carried],
        runs: &[Range<u32>],
    ) -> bool {
        let Some(((column, _), (goal, _))) = self.column_mut(kind).zip(to.column_mut(goal)) else { return false };
        column.hand_over(goal, nodes, runs);
        true
    }

    #[inline]
    pub(crate) fn info(&self, kind: Kind) -> &KindInfo {
        &self.infos[usize::from(kind)]
    }

    pub(super) fn info_mut(&mut self, kind: Kind) -> &mut KindInfo {
        &mut self.infos[usize::from(kind)]
    }

    #[inline]
    pub(crate) fn is<T: ?Sized + 'static>(&self, kind: Kind) -> bool {
        self.info(kind).type_id == TypeId::of::<T>()
    }

    #[inline]
    pub(crate) fn rows<S: Send + 'static>(&self, kind: Kind) -> Option<&Rows<S>> {
        let column: &dyn Any = self.info(kind).column.as_deref()?;
        column.downcast_ref()
    }

    #[inline]
    pub(crate) fn rows_mut<S: Send + 'static>(&mut self, kind: Kind) -> Option<&mut Rows<S>> {
        let column: &mut dyn Any = self.infos[usize::from(kind)].column.as_deref_mut()?;
        column.downcast_mut()
    }

    /// The column of texts.
    #[inline]
    pub(crate) fn texts(&self) -> &Rows<CompactString> {
        &self.texts
    }

    /// The column of texts, to change.
    #[inline]
    pub(crate) fn texts_mut(&mut self) -> &mut Rows<CompactString> {
        &mut self.texts
    }

    /// The columns of two kinds; `None` when they are one, or arrays.
    pub(crate) fn rows_pair_mut<A: Send + 'static, B: Send + 'static>(
        &mut self,
        a: Kind,
        b: Kind,
    ) -> Option<(&mut Rows<A>, &mut Rows<B>)> {
        let [a, b] = self.infos.get_disjoint_mut([usize::from(a), usize::from(b)]).ok()?;
        let (a, b): (&mut dyn Any, &mut dyn Any) = (a.column.as_deref_mut()?, b.column.as_deref_mut()?);
        Some((a.downcast_mut()?, b.downcast_mut()?))
    }

    /// Gives back room that no value needs.
    pub(crate) fn shrink(&mut self) {
        self.infos.iter_mut().filter_map(|info| info.column.as_mut()).for_each(|column| column.shrink());
        self.texts.shrink();
    }

    /// Whether any value there is needs dropping.
    pub(crate) fn any_needs_drop(&self) -> bool {
        self.infos.iter().any(|info| info.needs_drop && info.column.as_ref().is_some_and(|column| column.len() > 0))
    }

    /// The kind's column, for checks: who owns a row, and how many rows there are.
    pub(crate) fn column(&self, kind: Kind) -> Option<&dyn Column> {
        if kind == TEXT { Some(&self.texts) } else { self.info(kind).column.as_deref() }
    }

    /// The kind's column, to take a row out, and whether what lies there needs dropping.
    #[inline]
    pub(crate) fn column_mut(&mut self, kind: Kind) -> Option<(&mut dyn Column, bool)> {
        if kind == TEXT {
            return Some((&mut self.texts, false));
        }
        let info = &mut self.infos[usize::from(kind)];
        Some((info.column.as_deref_mut()?, info.needs_drop))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = Kind> {
        (0..self.infos.len()).map(|kind| kind as Kind)
    }
}
