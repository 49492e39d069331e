//! Every place of every public method where a node is named.

use freehold::{Arena, Budget, Error, Heap, NodeId, Place, Strong, Tree, Verdict, append_in, format_in};

use super::Chain;

/// What comes of a call with a dying node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WhenDying {
    /// `Error::Dying`.
    Refused,
    /// It does what it always does.
    Works,
    /// It is looked at, and found to have no claim on the good node.
    NoClaim,
}

/// A call with a bad handle in one place, and a good one where another node is needed.
pub(super) struct Call {
    pub(super) name: &'static str,
    pub(super) when_dying: WhenDying,
    pub(super) run: fn(&mut Tree, Chain, NodeId) -> Result<(), Error>,
}

macro_rules! calls {
    ($($name:literal $when:ident |$tree:ident, $bad:ident, $good:pat_param| $call:expr;)*) => {
        &[$(Call {
            name: $name,
            when_dying: WhenDying::$when,
            run: |$tree, $bad, $good| $call.map(|_| ()).map_err(Error::from),
        }),*]
    };
}

pub(super) const CALLS: &[Call] = calls! {
    "context" Refused |tree, bad, _| tree.context(bad.text, "new");
    "alloc" Refused |tree, bad, _| tree.alloc(bad.text, 1u64);
    "alloc_with" Refused |tree, bad, _| tree.alloc_with(bad.text, |_| 1u64);
    "alloc_default" Refused |tree, bad, _| tree.alloc_default::<u64>(bad.text);
    "bytes" Refused |tree, bad, _| tree.bytes(bad.text, 3);
    "array" Refused |tree, bad, _| tree.array::<u32>(bad.text, 3);
    "array_unfilled" Refused |tree, bad, _| tree.array_unfilled::<u32>(bad.text, 3);
    "array_from" Refused |tree, bad, _| tree.array_from(bad.text, &[1u16]);
    "array_from_iter" Refused |tree, bad, _| tree.array_from_iter(bad.text, 1..3u16);
    "bytes_aligned" Refused |tree, bad, _| tree.bytes_aligned(bad.text, 3, 64);
    "realloc, owner of a new array" Refused |tree, bad, _| tree.realloc::<u8>(bad.text.id(), None, 1);
    "strdup" Refused |tree, bad, _| tree.strdup(bad.text, "new");
    "strndup" Refused |tree, bad, _| tree.strndup(bad.text, "new", 2);
    "format" Refused |tree, bad, _| tree.format(bad.text, format_args!("{}", 1));
    "format_in" Refused |tree, bad, _| format_in!(tree, bad.text, "{}", 1);

    "context_in" Refused |tree, bad, _| tree.context_in(bad.text, "new", Arena::new());
    "pooled" Refused |tree, bad, _| tree.pooled(bad.text, 1u64, 1, 10);
    "pooled_array" Refused |tree, bad, _| tree.pooled_array::<u16>(bad.text, 3, 1, 10);
    "allocator" Works |tree, bad, _| tree.allocator(bad.text);
    "allocator_as" Works |tree, bad, _| tree.allocator_as::<Heap>(bad.text);
    "scope" Refused |tree, bad, _| tree.scope(bad.text);
    "scoped" Refused |tree, bad, _| tree.scoped(bad.text, |_| Ok::<(), Error>(()));

    "append" Refused |tree, bad, _| tree.append(bad.text, "more");
    "append_separated" Refused |tree, bad, _| tree.append_separated(bad.text, ", ", "more");
    "append_fmt" Refused |tree, bad, _| tree.append_fmt(bad.text, format_args!("{}", 1));
    "append_in" Refused |tree, bad, _| append_in!(tree, bad.text, "{}", 1);
    "writer" Refused |tree, bad, _| tree.writer(bad.text);
    "resize" Refused |tree, bad, _| tree.resize(bad.array, 5);
    "resize_zero" Refused |tree, bad, _| tree.resize_zero(bad.array, 5);
    "realloc, array to resize" Refused |tree, bad, good| tree.realloc(good, Some(bad.array), 5);
    "realloc, array to give up" Refused |tree, bad, good| tree.realloc(good, Some(bad.array), 0);
    "realloc, owner of nothing" Works |tree, bad, _| tree.realloc::<u8>(bad.text, None, 0);
    "realloc, owner that does not matter" Works |tree, bad, _| {
        let array = tree.bytes(tree.root(), 1)?;
        let outcome = tree.realloc(bad.text, Some(array), 2);
        tree.free(array)?;
        outcome
    };

    "name" Works |tree, bad, _| tree.name(bad.value);
    "set_name" Works |tree, bad, _| tree.set_name(bad.value, "renamed");
    "clear_name" Works |tree, bad, _| tree.clear_name(bad.value);
    "type_name" Works |tree, bad, _| tree.type_name(bad.value);
    "origin" Works |tree, bad, _| tree.origin(bad.value);
    "size" Works |tree, bad, _| tree.size(bad.value);
    "total_size" Works |tree, bad, _| tree.total_size(bad.value);
    "total_blocks" Works |tree, bad, _| tree.total_blocks(bad.value);

    "get of a context" Works |tree, bad, _| tree.get(bad.context);
    "get of a value" Works |tree, bad, _| tree.get(bad.value);
    "get of an array" Works |tree, bad, _| tree.get(bad.array);
    "get of a text" Works |tree, bad, _| tree.get(bad.text);
    "get_mut of a value" Works |tree, bad, _| tree.get_mut(bad.value);
    "get_mut of an array" Works |tree, bad, _| tree.get_mut(bad.array);
    "get_mut of a text" Works |tree, bad, _| tree.get_mut(bad.text);
    "replace" Works |tree, bad, _| tree.replace(bad.value, 8);
    "get_disjoint_mut" Works |tree, bad, _| tree.get_disjoint_mut([bad.value]);
    "get_pair_mut, first" Works |tree, bad, good| {
        let good = tree.downcast::<()>(good)?;
        tree.get_pair_mut(bad.value, good)
    };
    "get_pair_mut, second" Works |tree, bad, good| {
        let good = tree.downcast::<()>(good)?;
        tree.get_pair_mut(good, bad.value)
    };
    "downcast" Works |tree, bad, _| tree.downcast::<u64>(bad.value);

    "parent" Works |tree, bad, _| tree.parent(bad.text);
    "children" Works |tree, bad, _| tree.children(bad.text);
    "next_sibling" Works |tree, bad, _| tree.next_sibling(bad.text);
    "prev_sibling" Works |tree, bad, _| tree.prev_sibling(bad.text);
    "ancestors" Works |tree, bad, _| tree.ancestors(bad.text);
    "descendants" Works |tree, bad, _| tree.descendants(bad.text);
    "edges" Works |tree, bad, _| tree.edges(bad.text);
    "is_ancestor, ancestor" Works |tree, bad, good| tree.is_ancestor(bad.text, good);
    "is_ancestor, node" Works |tree, bad, good| tree.is_ancestor(good, bad.text);
    "find_ancestor_by_name" Works |tree, bad, _| tree.find_ancestor_by_name(bad.text, "chain");
    "find_ancestor" Works |tree, bad, _| tree.find_ancestor::<u64>(bad.text);
    "descendants_by_name" Works |tree, bad, _| tree.descendants_by_name(bad.text, "chain").map(drop);
    "descendants_of_type" Works |tree, bad, _| tree.descendants_of_type::<u64>(bad.text).map(drop);

    "report" Works |tree, bad, _| tree.report(bad.text);
    "parents_report" Works |tree, bad, _| tree.parents_report(bad.text);

    "free" Refused |tree, bad, _| tree.free(bad.value);
    "free_children" Refused |tree, bad, _| tree.free_children(bad.value);
    "free_lifting" Refused |tree, bad, _| tree.free_lifting(bad.value);
    "free_lifting_into, node" Refused |tree, bad, good| tree.free_lifting_into(bad.value, good);
    "free_lifting_into, adopter" Refused |tree, bad, good| tree.free_lifting_into(good, bad.value);
    "take" Refused |tree, bad, _| tree.take(bad.value);
    "free_into_value" Refused |tree, bad, _| tree.free_into_value(bad.value);

    "set_destructor" Refused |tree, bad, _| tree.set_destructor(bad.value, |_, _| Verdict::Refuse);
    "clear_destructor" Refused |tree, bad, _| tree.clear_destructor(bad.value);
    "add_cleanup" Refused |tree, bad, _| tree.add_cleanup(bad.value, |_, _| panic!("never added"));

    "set_secret of a context" Refused |tree, bad, _| tree.set_secret(bad.context);
    "set_secret of an array" Refused |tree, bad, _| tree.set_secret(bad.array);
    "set_secret of a text" Refused |tree, bad, _| tree.set_secret(bad.text);
    "is_secret" Works |tree, bad, _| tree.is_secret(bad.value);

    "set_budget" Refused |tree, bad, _| tree.set_budget(bad.value, Budget::new().bytes(0));
    "clear_budget" Refused |tree, bad, _| tree.clear_budget(bad.value);
    "budget" Works |tree, bad, _| tree.budget(bad.value);

    "steal, to" Refused |tree, bad, good| tree.steal(bad.text, good);
    "steal, node" Refused |tree, bad, good| tree.steal(good, bad.text);
    "steal_children, from" Refused |tree, bad, good| tree.steal_children(bad.text, good);
    "steal_children, to" Refused |tree, bad, good| tree.steal_children(good, bad.text);
    "place, node" Refused |tree, bad, good| tree.place(bad.text, Place::Last(good));
    "place, first of" Refused |tree, bad, good| tree.place(good, Place::First(bad.text.id()));
    "place, last of" Refused |tree, bad, good| tree.place(good, Place::Last(bad.text.id()));
    // Beside a dying node it is the parent that counts.
    "place, before" Refused |tree, bad, good| tree.place(good, Place::Before(bad.text.id()));
    "place, after" Refused |tree, bad, good| tree.place(good, Place::After(bad.text.id()));
    "transfer, to" Refused |tree, bad, good| {
        let mut good = Some(tree.downcast::<()>(good)?);
        let outcome = tree.transfer(bad.text, &mut good);
        assert!(good.is_some(), "what is not moved stays the caller's");
        outcome
    };
    "transfer, handle" Refused |tree, bad, good| {
        let mut mine = Some(bad.text);
        let outcome = tree.transfer(good, &mut mine);
        assert!(mine.is_some(), "what is not moved stays the caller's");
        outcome
    };
    "reparent, old" NoClaim |tree, bad, good| tree.reparent(bad.text, tree.root(), good);
    "reparent, new" Refused |tree, bad, good| tree.reparent(tree.root(), bad.text, good);
    "reparent, node" Refused |tree, bad, good| tree.reparent(tree.root(), good, bad.text);

    "reference, holder" Refused |tree, bad, good| tree.reference(bad.text, good);
    "reference, node" Refused |tree, bad, good| tree.reference(good, bad.text);
    "unlink, owner" NoClaim |tree, bad, good| tree.unlink(bad.text, good);
    "unlink, node" Refused |tree, bad, good| tree.unlink(good, bad.text);
    "reference_count" Works |tree, bad, _| tree.reference_count(bad.text);
    "references" Works |tree, bad, _| tree.references(bad.text).map(drop);
    "references_held" Works |tree, bad, _| tree.references_held(bad.text).map(drop);

    "detach" Refused |tree, bad, _| tree.detach(bad.text);
    "detach_dropping" Refused |tree, bad, _| tree.detach_dropping(bad.text);
    "graft" Refused |tree, bad, _| tree.graft(bad.text, Tree::new().into_subtree());
    "duplicate, node" Refused |tree, bad, good| tree.duplicate(bad.text, good);
    "duplicate, to" Refused |tree, bad, good| tree.duplicate(good, bad.text);
    "make_mut, owner" Refused |tree, bad, good| {
        let good = tree.downcast::<()>(good)?;
        tree.make_mut(bad.text, good)
    };
    "make_mut, node" Refused |tree, bad, good| tree.make_mut(good, bad.text);

    "links" Works |tree, bad, _| tree.links(bad.value);
    "unreachable" Works |tree, bad, good| tree.unreachable([good, bad.value.id()]);
    "retain" Refused |tree, bad, _| tree.retain(bad.text);
    "retained" Refused |tree, bad, _| tree.retained(bad.text).map(drop);
    "release" Refused |tree, bad, _| tree.release(bad.text);
    "release, of perhaps a node" Refused |tree, bad, _| tree.release(Some(bad.text));
    "ref_count" Works |tree, bad, _| tree.ref_count(bad.text);
    "is_floating" Works |tree, bad, _| tree.is_floating(bad.text);
    "standing" Works |tree, bad, _| tree.standing(bad.text);
    "strong" Refused |tree, bad, _| tree.strong(bad.text);
    "weak" Refused |tree, bad, _| tree.weak(bad.text);
    "from_owned" Refused |tree, bad, _| Strong::from_owned(tree, bad.text);
    "into_owned_by" Refused |tree, bad, good| {
        let good = tree.downcast::<()>(good)?;
        let strong = tree.strong(good)?;
        let outcome = strong.into_owned_by(tree, bad.text);
        assert!(outcome.as_ref().is_err_and(|rejected| rejected.error().to_string().contains("node")));
        outcome
    };
};
