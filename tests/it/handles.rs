//! Every way into a tree, tried with handles that are stale, foreign, of a dying node or of the wrong type.
//!
//! [`CALLS`] has a line for each place of each public method where a node is named. With a bad handle there, the
//! answer is the error for just that, its text says which node, and the tree is as it was.

mod calls;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use freehold::{Error, Handle, NodeId, Place, Tree, Verdict};

use calls::{CALLS, Call, WhenDying};

/// A node of each sort, one below the other: the handles under test.
#[derive(Clone, Copy)]
struct Chain {
    context: Handle<()>,
    value: Handle<u64>,
    array: Handle<[u32]>,
    text: Handle<str>,
}

impl Chain {
    fn new(tree: &mut Tree) -> Result<Self, Error> {
        let context = tree.context(tree.root(), "chain")?;
        let value = tree.alloc(context, 7u64)?;
        let array = tree.array_from(value, &[1u32, 2, 3])?;
        let text = tree.strdup(array, "text")?;
        Ok(Self { context, value, array, text })
    }

    fn ids(self) -> [NodeId; 4] {
        [self.context.id(), self.value.id(), self.array.id(), self.text.id()]
    }
}

/// All that a caller can see of a tree, as text.
fn picture(tree: &Tree) -> String {
    let mut picture = format!("{} nodes\n", tree.len());
    for node in tree.descendants(tree.root()).expect("the root is there") {
        let facts = (tree.parent(node), tree.name(node), tree.size(node), tree.reference_count(node));
        let held: Vec<NodeId> = tree.references_held(node).expect("it is there").map(|held| held.target()).collect();
        picture += &format!("{node} {facts:?} {held:?}\n");
    }
    picture
}

/// The error must be this one, with this text, and nothing may have changed.
fn check(tree: &mut Tree, call: &Call, bad: Chain, good: NodeId, want: fn(NodeId) -> Error, text: &str) {
    let before = picture(tree);
    let error = (call.run)(tree, bad, good).expect_err(call.name);
    let node = bad.ids().into_iter().find(|&node| error == want(node));
    let node = node.unwrap_or_else(|| panic!("{}: {error:?} is not what is wrong", call.name));
    assert_eq!(error.to_string(), text.replace("{}", &node.to_string()), "{}", call.name);
    assert_eq!(picture(tree), before, "{} changes the tree", call.name);
    tree.validate().unwrap_or_else(|invalid| panic!("{}: {invalid}", call.name));
}

const STALE: &str = "node {} is stale: it was freed, so this handle must not be used any more";
const FOREIGN: &str = "node {} belongs to another tree: use it with the tree that made it";
const DYING: &str = "node {} is being freed: it can be read, but not freed, moved, shared or given children";

#[test]
fn stale_handles_are_told_from_good_ones() -> Result<(), Error> {
    let mut tree = Tree::new();
    let good = tree.context(tree.root(), "good")?.id();
    for call in CALLS {
        let stale = Chain::new(&mut tree)?;
        tree.free(stale.context)?;
        check(&mut tree, call, stale, good, |node| Error::Stale { node }, STALE);
        // The places are taken by others now, of the same types.
        let others = Chain::new(&mut tree)?;
        check(&mut tree, call, stale, good, |node| Error::Stale { node }, STALE);
        tree.free(others.context)?;
    }
    Ok(())
}

#[test]
fn foreign_handles_are_told_from_good_ones() -> Result<(), Error> {
    let (mut tree, mut other) = (Tree::new(), Tree::new());
    // Both trees have nodes of the same number there.
    let foreign = Chain::new(&mut other)?;
    let mine = Chain::new(&mut tree)?;
    assert_eq!(foreign.text.to_string(), mine.text.to_string(), "only the tree tells them apart");
    assert!(tree.column::<u64>().get(foreign.value).is_none() && tree.column::<u64>().get(mine.value).is_some());
    assert!(!tree.contains(foreign.value) && tree.contains(mine.value));
    let good = tree.context(tree.root(), "good")?.id();
    for call in CALLS {
        check(&mut tree, call, foreign, good, |node| Error::Foreign { node }, FOREIGN);
    }
    // A foreign handle is foreign, be it stale in its own tree or not.
    other.free(foreign.context)?;
    for call in CALLS {
        check(&mut tree, call, foreign, good, |node| Error::Foreign { node }, FOREIGN);
    }
    assert!(other.is_empty() && other.validate().is_ok());
    Ok(())
}

/// What can be done with a dying node, tried by code that runs while it is dying.
fn try_all_on_dying(tree: &mut Tree, dying: Chain, good: NodeId) {
    for call in CALLS {
        match call.when_dying {
            WhenDying::Refused => check(tree, call, dying, good, |node| Error::Dying { node }, DYING),
            WhenDying::Works => (call.run)(tree, dying, good).unwrap_or_else(|error| panic!("{}: {error}", call.name)),
            WhenDying::NoClaim => {
                let error = (call.run)(tree, dying, good).expect_err(call.name);
                assert_eq!(error, Error::NotOwner { node: good, owner: dying.text.id() }, "{}", call.name);
            }
        }
        tree.validate().unwrap_or_else(|invalid| panic!("{}: {invalid}", call.name));
    }
}

#[test]
fn dying_nodes_can_be_read_by_their_childrens_destructors() -> Result<(), Error> {
    let mut tree = Tree::new();
    let good = tree.context(tree.root(), "good")?.id();
    let dying = Chain::new(&mut tree)?;
    let leaf = tree.alloc(dying.text, 0u8)?;
    let called = Arc::new(Mutex::new(false));
    let seen = Arc::clone(&called);
    tree.set_destructor(leaf, move |tree, _| {
        try_all_on_dying(tree, dying, good);
        *seen.lock().unwrap() = true;
        Verdict::Free
    })?;
    let freed = tree.free(dying.context)?;
    assert!(*called.lock().unwrap());
    assert_eq!((freed.nodes(), tree.len()), (5, 1));
    Ok(())
}

#[test]
fn dying_nodes_can_be_read_by_their_own_cleanups() -> Result<(), Error> {
    let mut tree = Tree::new();
    let good = tree.context(tree.root(), "good")?.id();
    let dying = Chain::new(&mut tree)?;
    let called = Arc::new(Mutex::new(false));
    let seen = Arc::clone(&called);
    tree.add_cleanup(dying.text, move |tree, _| {
        try_all_on_dying(tree, dying, good);
        *seen.lock().unwrap() = true;
    })?;
    let freed = tree.free(dying.context)?;
    assert!(*called.lock().unwrap());
    assert_eq!((freed.nodes(), tree.len()), (4, 1));
    Ok(())
}

#[test]
fn a_node_whose_destructor_runs_can_do_all_but_go_or_be_shared() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.alloc(tree.root(), 1u64)?;
    let child = tree.context(node, "child")?;
    tree.set_destructor(node, move |tree, node| {
        let error = Error::Dying { node: node.id() };
        assert_eq!(tree.free(node).unwrap_err(), error);
        assert_eq!(tree.take(node).unwrap_err(), error);
        assert_eq!(tree.free_into_value(node).unwrap_err(), error);
        assert_eq!(tree.free_lifting(node).unwrap_err(), error);
        assert_eq!(tree.free_lifting_into(node, tree.root()).unwrap_err(), error);
        assert_eq!(tree.reference(tree.root(), node).unwrap_err(), error);
        let parent = tree.parent(node).unwrap().unwrap();
        assert_eq!(tree.unlink(parent, node).unwrap_err(), error);

        // Until it has answered it is an owner like any other.
        let more = tree.alloc(node, 2u64).unwrap();
        tree.reference(node, more).unwrap();
        tree.steal(node, child).unwrap();
        assert_eq!(tree.free_children(node).unwrap().nodes(), 2);
        let elsewhere = tree.context(tree.root(), "elsewhere").unwrap();
        tree.steal(elsewhere, node).unwrap();
        tree.set_name(node, "still here").unwrap();
        tree.validate().unwrap();
        Verdict::Refuse
    })?;
    assert_eq!(tree.free(node), Err(Error::Refused { node: node.id() }));
    assert_eq!(tree.name(node)?, "still here");
    assert_eq!(tree.name(tree.parent(node)?.unwrap())?, "elsewhere");
    assert!(tree.clear_destructor(node)?, "so that it is not called when the tree is dropped");
    Ok(())
}

#[test]
fn a_place_beside_a_dying_node_is_as_good_as_their_parent() -> Result<(), Error> {
    let mut tree = Tree::new();
    let good = tree.context(tree.root(), "good")?;
    let dying = Chain::new(&mut tree)?;
    tree.add_cleanup(dying.value, move |tree, value| {
        let parent = Error::Dying { node: dying.context.id() };
        assert_eq!(tree.place(good, Place::Before(value.id())), Err(parent.clone()));
        assert_eq!(tree.place(good, Place::After(value.id())), Err(parent));
        // The top of a free hangs from a living parent.
        tree.place(good, Place::Before(dying.context.id())).unwrap();
        tree.place(good, Place::After(dying.context.id())).unwrap();
        tree.validate().unwrap();
    })?;
    tree.free(dying.context)?;
    assert_eq!(tree.len(), 1);
    Ok(())
}

#[test]
fn the_type_of_a_node_is_checked() -> Result<(), Error> {
    let mut tree = Tree::new();
    let chain = Chain::new(&mut tree)?;
    let root = tree.root();
    let names = ["()", "u64", "[u32]", "str"];
    for (node, found) in chain.ids().into_iter().chain([root]).zip(names.into_iter().chain(["()"])) {
        let casts = [
            tree.downcast::<()>(node).map(drop),
            tree.downcast::<u64>(node).map(drop),
            tree.downcast::<[u32]>(node).map(drop),
            tree.downcast::<str>(node).map(drop),
        ];
        for (cast, expected) in casts.into_iter().zip(names) {
            if expected == found {
                assert_eq!(cast, Ok(()), "{node} is a {found}");
                continue;
            }
            let error = cast.expect_err(expected);
            assert_eq!(error, Error::WrongType { node, expected, found });
            assert_eq!(error.to_string(), format!("node {node} holds a `{found}`, not a `{expected}`"));
        }
        // Types that look alike, and one the tree has never met.
        assert!(tree.downcast::<i64>(node).is_err() && tree.downcast::<[i32]>(node).is_err());
        assert!(tree.downcast::<String>(node).is_err() && tree.downcast::<[u8; 12]>(node).is_err());
    }
    Ok(())
}

#[test]
fn the_root_stays_where_it_is() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let good = tree.context(root, "good")?;
    let context = tree.downcast::<()>(root)?;
    let before = picture(&tree);
    let errors = [
        tree.free(root).map(drop).unwrap_err(),
        tree.free_lifting(root).map(drop).unwrap_err(),
        tree.take(context).map(drop).unwrap_err(),
        tree.free_into_value(context).map(drop).unwrap_err(),
        tree.steal(good, root).unwrap_err(),
        tree.place(good, Place::Before(root)).unwrap_err(),
        tree.place(good, Place::After(root)).unwrap_err(),
        tree.transfer(good, &mut Some(context)).map(drop).unwrap_err(),
        tree.reparent(good, good, root).unwrap_err(),
        tree.reference(good, root).map(drop).unwrap_err(),
        tree.unlink(good, root).map(drop).unwrap_err(),
    ];
    for (i, error) in errors.into_iter().enumerate() {
        assert_eq!(error, Error::Root { node: root }, "call {i}");
    }
    let text = format!(
        "node {root} is the root, which can't be freed, moved, shared or claimed: free its children, or drop the tree"
    );
    assert_eq!(tree.free(root).unwrap_err().to_string(), text);
    assert_eq!(picture(&tree), before);
    Ok(())
}

#[test]
fn square_brackets_panic_and_say_why() -> Result<(), Error> {
    let mut tree = Tree::new();
    let stale = Chain::new(&mut tree)?;
    let other = Chain::new(&mut Tree::new())?;
    tree.free(stale.context)?;
    Chain::new(&mut tree)?;
    let text = |run: &mut dyn FnMut()| {
        let panic = catch_unwind(AssertUnwindSafe(run)).expect_err("the handle is bad");
        *panic.downcast::<String>().expect("the message is formatted")
    };
    let node = stale.value;
    let expected = format!("tree[{node}]: {}", STALE.replace("{}", &node.to_string()));
    assert_eq!(text(&mut || _ = tree[node]), expected);
    assert_eq!(text(&mut || tree[node] = 1), expected);
    assert_eq!(text(&mut || _ = tree[stale.array][0]), expected.replace(&node.to_string(), &stale.array.to_string()));
    let column = format!("column[{node}]: the handle is stale, or of another tree");
    assert_eq!(text(&mut || _ = tree.column::<u64>()[node]), column);
    let node = other.value;
    let expected = format!("tree[{node}]: {}", FOREIGN.replace("{}", &node.to_string()));
    assert_eq!(text(&mut || _ = tree[node]), expected);
    assert_eq!(text(&mut || tree[node] = 1), expected);
    tree.validate().expect("a panic in the caller's code leaves the tree alone");
    Ok(())
}

#[test]
fn what_has_no_error_says_no() -> Result<(), Error> {
    let (mut tree, mut other) = (Tree::new(), Tree::new());
    for stale in [Chain::new(&mut tree)?, Chain::new(&mut other)?] {
        let owner = if tree.contains(stale.value) { &mut tree } else { &mut other };
        let cleanup = owner.add_cleanup(stale.value, |_, _| {})?;
        let reference = owner.reference(stale.context, stale.text)?;
        let number = stale.value.id().to_u64();
        assert_eq!(owner.id_from_u64(number)?, stale.value.id());
        owner.free(stale.context)?;
        assert!(!tree.contains(stale.value) && !tree.remove_cleanup(cleanup));
        assert!(tree.column::<u64>().get(stale.value).is_none());
        assert_eq!(freehold::Cursor::new(stale.value).next(&tree), None);
        assert!(tree.id_from_u64(number).is_err());
        let error = tree.drop_reference(reference.id()).unwrap_err();
        assert!(matches!(error, Error::Stale { .. } | Error::Foreign { .. }), "{error}");
    }
    Ok(())
}

#[test]
fn a_number_is_the_id_of_a_node_that_is_there_or_of_none() -> Result<(), Error> {
    let mut tree = Tree::new();
    let (gone, kept) = (Chain::new(&mut tree)?, Chain::new(&mut tree)?);
    tree.reference(kept.context, kept.text)?;
    let numbers: Vec<u64> = gone.ids().into_iter().chain(kept.ids()).map(NodeId::to_u64).collect();
    tree.free(gone.context)?;
    let there: Vec<NodeId> = tree.descendants(tree.root())?.chain([tree.root()]).collect();
    // One or two bits beside a number that is or was one: other places, other generations, references, nothing.
    let beside = |number: u64| (0..64).flat_map(move |a| (0..64).map(move |b| number ^ (1 << a) ^ (1 << b)));
    let all = numbers.iter().copied().flat_map(beside).chain(numbers.iter().copied()).chain([0, 1, u64::MAX]);
    for number in all {
        match tree.id_from_u64(number) {
            Ok(node) => assert!(there.contains(&node) && node.to_u64() == number, "{number:#x} is {node}"),
            Err(error) => assert!(matches!(error, Error::Stale { .. }), "{number:#x}: {error}"),
        }
    }
    for node in there {
        assert_eq!(tree.id_from_u64(node.to_u64()), Ok(node));
    }
    Ok(())
}

#[test]
fn what_is_rejected_comes_back() -> Result<(), Error> {
    let mut tree = Tree::new();
    let stale = tree.alloc(tree.root(), String::new())?;
    tree.free(stale)?;
    let error = Error::Stale { node: stale.id() };
    let rejected = tree.alloc(stale, String::from("mine")).unwrap_err();
    assert_eq!(rejected.into_parts(), (String::from("mine"), error.clone()));
    let rejected = tree.replace(stale, String::from("mine")).unwrap_err();
    assert_eq!(rejected.into_parts(), (String::from("mine"), error.clone()));
    let rejected = tree.alloc_with(stale, |_| String::from("mine")).unwrap_err();
    let (make, why) = rejected.into_parts();
    let node = tree.alloc_with(tree.root(), make)?;
    assert_eq!((tree[node].as_str(), why), ("mine", error));
    Ok(())
}

#[test]
fn one_node_twice_is_not_two() -> Result<(), Error> {
    let mut tree = Tree::new();
    let (a, b) = (tree.alloc(tree.root(), 1u8)?, tree.alloc(tree.root(), 2u8)?);
    let error = Error::Aliased { node: a.id() };
    assert_eq!(tree.get_disjoint_mut([a, b, a]).unwrap_err(), error);
    assert_eq!(tree.get_pair_mut(a, a).unwrap_err(), error);
    let text = format!("node {a} was named twice: disjoint access needs distinct nodes");
    assert_eq!(error.to_string(), text);
    assert_eq!(tree.get_disjoint_mut([a, b]).map(|[a, b]| (*a, *b)), Ok((1, 2)));
    assert_eq!(tree.get_disjoint_mut::<u8, 0>([]).map(|none| none.len()), Ok(0));
    Ok(())
}

#[test]
fn what_is_too_large_is_refused_before_anything_is_made() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let limit = Tree::MAX_BYTES;
    let array = tree.array_from(root, &[1u32, 2])?;
    let before = picture(&tree);
    let too_large = |asked| Error::TooLarge { asked, limit };
    assert_eq!(tree.bytes(root, limit + 1).unwrap_err(), too_large(limit + 1));
    assert_eq!(tree.array::<u32>(root, usize::MAX / 2).unwrap_err(), too_large(usize::MAX));
    assert_eq!(tree.array_unfilled::<u64>(root, limit).unwrap_err(), too_large(limit * 8));
    assert_eq!(tree.resize(array, limit / 4 + 1).unwrap_err(), too_large((limit / 4 + 1) * 4));
    assert_eq!(tree[array], [1, 2]);
    assert_eq!(too_large(9).to_string(), format!("9 bytes are more than one block may have ({limit})"));
    assert_eq!(picture(&tree), before);
    tree.validate().expect("nothing has changed");
    Ok(())
}
