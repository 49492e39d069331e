//! Programs on the library itself.

mod budget;
mod making;
mod sharing;
mod subtree;
mod value;

use std::any::Any;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::memory::Debug;
use freehold::{Arena, FixedBuffer, Heap, Pool, Temporary};
use freehold::{Crossing, Error, Freed, Handle, LogKind, NodeId, Place, Taken, Tree, Unlinked, Value};

use super::any::{AnyHandle, each};
use super::outcome::{Boom, CONSTRUCTOR, Content, Done, Event, Fault, Gone, Num, Outcome};
use super::probe::Probe;
use super::program::{Make, Op, Script, Sort, Valuing, Way, Where};
use super::script;
use super::world::{World, here};
use super::{SEPARATOR, given_name, sample_bytes, sample_text};

/// A panic: a script's, which is part of the program, or one that nobody meant.
#[derive(Debug, PartialEq, Eq)]
pub enum Thrown {
    Meant(Boom),
    Fault(String),
}

/// Carries out an operation as its caller sees it.
pub fn step_caught(tree: &mut Tree, world: &World, op: &Op) -> Result<Outcome, Thrown> {
    caught(|| step(tree, world, op))
}

pub fn caught<R>(run: impl FnOnce() -> R) -> Result<R, Thrown> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| match panic.downcast_ref::<Boom>() {
        Some(boom) => Thrown::Meant(*boom),
        None => Thrown::Fault(text(&*panic)),
    })
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a text").to_owned()
}

/// Carries out an operation.
pub fn step(tree: &mut Tree, world: &World, op: &Op) -> Outcome {
    let on = |pick| world.pick(tree, pick);
    let result = match *op {
        Op::Make { parent, make: what } => {
            let parent = on(parent);
            make(tree, world, parent, what)
        }
        Op::Free { node } => {
            let node = on(node);
            tree.free(node).map(|freed| Done::Freed(gone(world, &freed)))
        }
        Op::FreeChildren { node } => {
            let node = on(node);
            tree.free_children(node).map(|freed| Done::Freed(gone(world, &freed)))
        }
        Op::FreeLifting { node } => {
            let node = on(node);
            tree.free_lifting(node).map(|freed| Done::Freed(gone(world, &freed)))
        }
        Op::FreeLiftingInto { node, adopter } => {
            let (node, adopter) = (on(node), on(adopter));
            tree.free_lifting_into(node, adopter).map(|freed| Done::Freed(gone(world, &freed)))
        }
        Op::Take { node } => {
            let node = on(node);
            take(tree, world, node, false)
        }
        Op::FreeIntoValue { node } => {
            let node = on(node);
            take(tree, world, node, true)
        }
        Op::Steal { to, node } => {
            let (to, node) = (on(to), on(node));
            tree.steal(to, node).map(|()| Done::Moved)
        }
        Op::StealChildren { from, to } => {
            let (from, to) = (on(from), on(to));
            tree.steal_children(from, to).map(Done::MovedAll)
        }
        Op::Place { at, anchor, node } => {
            let (anchor, node) = (on(anchor).id(), on(node));
            let place = match at {
                Where::First => Place::First(anchor),
                Where::Last => Place::Last(anchor),
                Where::Before => Place::Before(anchor),
                Where::After => Place::After(anchor),
            };
            tree.place(node, place).map(|()| Done::Moved)
        }
        Op::Transfer { to, node } => {
            let (to, node) = (on(to), on(node));
            transfer(tree, to, node)
        }
        Op::Reparent { old, new, node } => {
            let (new, node) = (on(new), on(node));
            let old = world.owner(tree, old, node);
            tree.reparent(old, new, node).map(|()| Done::Moved)
        }
        Op::Reference { holder, node } => {
            let (holder, node) = (on(holder), on(node));
            tree.reference(holder, node).map(|reference| {
                let home = world.number(tree.root());
                world.lock().references.push((reference.id(), home));
                let (holder, node) = (world.number(reference.holder()), world.number(reference.target()));
                Done::Referenced { holder, node }
            })
        }
        Op::Unlink { owner, node } => {
            let node = on(node);
            let owner = world.owner(tree, owner, node);
            tree.unlink(owner, node).map(|unlinked| match unlinked {
                Unlinked::Reference => Done::UnlinkedReference,
                Unlinked::Passed { to } => Done::UnlinkedPassed(world.number(to)),
                Unlinked::Freed(freed) => Done::UnlinkedFreed(gone(world, &freed)),
                other => panic!("unknown answer {other:?}"),
            })
        }
        Op::DropReference { seed } => return drop_reference(tree, world, seed),
        Op::SetDestructor { node, ref script } => {
            let node = on(node);
            set_destructor(tree, world, node, script).map(|()| Done::Set)
        }
        Op::ClearDestructor { node } => {
            let node = on(node);
            tree.clear_destructor(node).map(Done::Had)
        }
        Op::AddCleanup { node, ref script } => {
            let node = on(node);
            add_cleanup(tree, world, node, script).map(|()| Done::Set)
        }
        Op::RemoveCleanup { seed } => {
            let cleanups = world.lock().cleanups.clone();
            let chosen = usize::from(seed).checked_rem(cleanups.len());
            Ok(chosen.map_or(Done::Nothing, |i| Done::Had(tree.remove_cleanup(cleanups[i]))))
        }
        Op::Replace { node } => {
            let node = world.pick_sort(tree, node, Sort::Probe);
            replace(tree, world, node)
        }
        Op::Write { node, sort, byte } => match world.pick_sort(tree, node, sort) {
            AnyHandle::Bytes(bytes) if sort == Sort::Bytes => tree.get_mut(bytes).map(|bytes| {
                bytes.fill(byte);
                Done::Set
            }),
            AnyHandle::Words(words) if sort == Sort::Words => tree.get_mut(words).map(|words| {
                words.fill(byte.into());
                Done::Set
            }),
            other if sort == Sort::Bytes => wrong::<[u8]>(tree, other),
            other => wrong::<[u32]>(tree, other),
        },
        Op::Resize { node, len, cleared } => match world.pick_sort(tree, node, Sort::Words) {
            AnyHandle::Words(words) => resize(tree, words, len.into(), cleared).map(|()| Done::Set),
            other => settled_wrong::<[u32]>(tree, other),
        },
        Op::Append { node, len, way } => match world.pick_sort(tree, node, Sort::Text) {
            AnyHandle::Text(text) => append(tree, text, &sample_text(len), way).map(|()| Done::Set),
            other => settled_wrong::<str>(tree, other),
        },
        Op::Rename { node, name } => {
            let node = on(node);
            tree.set_name(node, given_name(name)).map(|()| Done::Set)
        }
        Op::ClearName { node } => {
            let node = on(node);
            tree.clear_name(node).map(|()| Done::Set)
        }
        Op::Downcast { node, sort } => {
            let node = on(node);
            match sort {
                Sort::Context => tree.downcast::<()>(node).map(AnyHandle::Context),
                Sort::Probe => tree.downcast::<Probe>(node).map(AnyHandle::Probe),
                Sort::Bytes => tree.downcast::<[u8]>(node).map(AnyHandle::Bytes),
                Sort::Words => tree.downcast::<[u32]>(node).map(AnyHandle::Words),
                Sort::Text => tree.downcast::<str>(node).map(AnyHandle::Text),
            }
            .map(|_| Done::Cast)
        }
        Op::Sharing(ref op) => sharing::step(tree, world, op),
        Op::Budget(ref op) => budget::step(tree, world, op),
        Op::Subtree(ref op) => subtree::step(tree, world, op),
        Op::Value(ref op) => value::step(tree, world, op),
        Op::Making(ref op) => making::step(tree, world, op),
    };
    result.map_err(|error| match (op, error) {
        // Of several that are on their way out, the one in the first place is named.
        (Op::Value(Valuing::TearDown), Error::Dying { .. }) => Fault::Busy,
        (_, error) => fault(world, error),
    })
}

/// A context, in a zoned world one with an allocator.
#[track_caller]
fn context(tree: &mut Tree, world: &World, parent: AnyHandle, name: String) -> Result<Handle<()>, Error> {
    if !world.lock().zoned {
        return tree.context(parent, name);
    }
    Ok(match (world.count() - 1) % 8 {
        0 => tree.context_in(parent, name, Arena::with_page_size(100))?,
        1 => tree.context_in(parent, name, Pool::new(200))?,
        2 => tree.context_in(parent, name, Temporary::new())?,
        3 => tree.context_in(parent, name, Debug::new(Heap::new()))?,
        4 => tree.context_in(parent, name, Debug::new(Pool::new(100)))?,
        5 => tree.context_in(parent, name, FixedBuffer::new(vec![0; 1 << 16]))?,
        6 => tree.context_in(parent, name, Heap::new())?,
        _ => tree.context(parent, name)?,
    })
}

fn make(tree: &mut Tree, world: &World, parent: AnyHandle, make: Make) -> Result<Done, Error> {
    // Each call and its `here!()` on one line: untyped nodes are named by it.
    let (made, origin) = match make {
        Make::Context => {
            let name = given_name(world.count() as u8);
            (context(tree, world, parent, name).map(AnyHandle::Context), here!())
        }
        Make::Probe => {
            let probe = Probe::new(world.next_serial(), world);
            let (made, origin) = (tree.alloc(parent, probe), here!());
            (made.map(AnyHandle::Probe).map_err(Error::from), origin)
        }
        Make::ProbeWith => {
            let make = |_| Probe::new(world.next_serial(), world);
            let (made, origin) = (tree.alloc_with(parent, make), here!());
            (made.map(AnyHandle::Probe).map_err(Error::from), origin)
        }
        Make::ProbePanics => {
            let make = |_| -> Probe { script::boom(CONSTRUCTOR) };
            (tree.alloc_with(parent, make).map(AnyHandle::Probe).map_err(Error::from), here!())
        }
        Make::Bytes(len) => {
            let (made, origin) = (tree.array_from(parent, &sample_bytes(len)), here!());
            (made.map(AnyHandle::Bytes), origin)
        }
        Make::Words(len) => (tree.array(parent, len.into()).map(AnyHandle::Words), here!()),
        Make::Text(len) if len % 2 == 1 => {
            let (made, origin) = (tree.strndup(parent, &sample_text(u8::MAX), len.into()), here!());
            (made.map(AnyHandle::Text), origin)
        }
        Make::Text(len) => (tree.strdup(parent, &sample_text(len)).map(AnyHandle::Text), here!()),
    };
    made.map(|handle| Done::Made(world.made(tree, handle, origin)))
}

fn resize(tree: &mut Tree, words: Handle<[u32]>, len: usize, cleared: bool) -> Result<(), Error> {
    if cleared {
        return tree.resize_zero(words, len);
    }
    let old = tree.get(words).map_or(0, <[u32]>::len);
    tree.resize(words, len)?;
    tree[words][old.min(len)..].fill(0);
    Ok(())
}

fn append(tree: &mut Tree, text: Handle<str>, more: &str, way: Way) -> Result<(), Error> {
    match way {
        Way::Plain => tree.append(text, more),
        Way::Separated => tree.append_separated(text, SEPARATOR, more),
        Way::Formatted => tree.append_fmt(text, format_args!("{more}")),
        Way::Written => {
            let (front, back) = more.split_at(more.len() / 2);
            let mut out = tree.writer(text)?;
            // What is refused is told in the end.
            let _ = write!(out, "{front}{back}");
            out.finish()
        }
    }
}

fn take(tree: &mut Tree, world: &World, node: AnyHandle, ask: bool) -> Result<Done, Error> {
    fn call<T: Send + 'static>(tree: &mut Tree, node: Handle<T>, ask: bool) -> Result<Taken<T>, Error> {
        if ask { tree.free_into_value(node) } else { tree.take(node) }
    }
    match node {
        AnyHandle::Context(node) => {
            let taken = call(tree, node, ask)?;
            Ok(Done::Taken(Content::Context, gone(world, &taken.freed)))
        }
        AnyHandle::Probe(node) => {
            let taken = call(tree, node, ask)?;
            Ok(Done::Taken(Content::Probe(taken.value.serial), gone(world, &taken.freed)))
        }
        other => settled_wrong::<Probe>(tree, other),
    }
}

fn transfer(tree: &mut Tree, to: AnyHandle, node: AnyHandle) -> Result<Done, Error> {
    fn call<T: ?Sized>(tree: &mut Tree, to: AnyHandle, node: Handle<T>) -> Result<Done, Error> {
        let mut mine = Some(node);
        let outcome = tree.transfer(to, &mut mine);
        assert_eq!(mine.is_some(), outcome.is_err(), "the variable is cleared by success alone");
        outcome.map(|moved| Done::Transferred { kept: moved != Some(node) })
    }
    each!(node, AnyHandle(node) => call(tree, to, node))
}

fn drop_reference(tree: &mut Tree, world: &World, seed: u8) -> Outcome {
    let home = world.number(tree.root());
    let references = world.lock().references.clone();
    let of_here: Vec<usize> = (0..references.len()).filter(|&i| references[i].1 == home).collect();
    let Some(chosen) = usize::from(seed).checked_rem(of_here.len()) else { return Ok(Done::Nothing) };
    let i = of_here[chosen];
    let (id, _) = references[i];
    match tree.drop_reference(id) {
        Ok(()) => Ok(Done::Set),
        // The reference is what is stale, and it is no node.
        Err(Error::Stale { node } | Error::Moved { node }) if node.to_string() == id.to_string() => {
            Err(Fault::StaleReference(i))
        }
        Err(error) => Err(fault(world, error)),
    }
}

fn set_destructor(tree: &mut Tree, world: &World, node: AnyHandle, script: &Script) -> Result<(), Error> {
    let mut run = script::destructor(script.clone(), world.clone());
    each!(node, AnyHandle(node) => tree.set_destructor(node, move |tree, node| run(tree, node.id())))
}

fn add_cleanup(tree: &mut Tree, world: &World, node: AnyHandle, script: &Script) -> Result<(), Error> {
    let number = world.lock().cleanups.len();
    let run = script::cleanup(script.clone(), number, world.clone());
    let added = each!(node, AnyHandle(node) => tree.add_cleanup(node, move |tree, node| run(tree, node.id())));
    world.lock().cleanups.push(added?);
    Ok(())
}

fn replace(tree: &mut Tree, world: &World, node: AnyHandle) -> Result<Done, Error> {
    let new = Probe::new(world.next_serial(), world);
    let AnyHandle::Probe(node) = node else { return wrong::<Probe>(tree, node) };
    Ok(Done::Replaced(tree.replace(node, new)?.serial))
}

/// The error for a handle that is not of a `T`.
fn wrong<T: Value + ?Sized>(tree: &Tree, node: AnyHandle) -> Result<Done, Error> {
    tree.downcast::<T>(node).map(|_| panic!("a {:?} can't be cast", node.sort()))
}

/// The same in place of a call that settles first.
fn settled_wrong<T: Value + ?Sized>(tree: &mut Tree, node: AnyHandle) -> Result<Done, Error> {
    tree.settle();
    wrong::<T>(tree, node)
}

fn gone(world: &World, freed: &Freed) -> Gone {
    let survivors = freed.survivors().iter();
    assert_eq!(freed.is_complete(), survivors.len() == 0);
    Gone {
        nodes: freed.nodes(),
        bytes: freed.bytes(),
        references: freed.references(),
        survivors: survivors.map(|survivor| (world.number(survivor.node), world.number(survivor.parent))).collect(),
    }
}

fn fault(world: &World, error: Error) -> Fault {
    let num = |node: NodeId| world.number(node);
    match error {
        Error::Stale { .. } | Error::Moved { .. } => gone_from(world, error),
        Error::Crossed { crossings } => Fault::Crossed(crossed(world, &crossings)),
        Error::Foreign { node } => Fault::Foreign(num(node)),
        Error::WrongType { node, expected, found } => {
            Fault::WrongType { node: num(node), expected: sort(expected), found: sort(found) }
        }
        Error::Dying { node } => Fault::Dying(num(node)),
        Error::Root { node } => Fault::Root(num(node)),
        Error::Refused { node } => Fault::Refused(num(node)),
        Error::Shared { node, holders } => {
            Fault::Shared { node: num(node), holders: holders.iter().map(|&holder| num(holder)).collect() }
        }
        Error::WouldLoop { node, parent } => Fault::WouldLoop { node: num(node), parent: num(parent) },
        Error::NotOwner { node, owner } => Fault::NotOwner { node: num(node), owner: num(owner) },
        Error::Held { node, retained, strong } => Fault::Held { node: num(node), retained, strong },
        Error::OverBudget { owner, what, asked, left } => Fault::OverBudget { owner: num(owner), what, asked, left },
        Error::NotCloneable { node, type_name } => {
            assert_eq!(sort(type_name), Sort::Probe, "the others need not be declared");
            Fault::NotCloneable(num(node))
        }
        Error::Aliased { node } => Fault::Aliased(num(node)),
        Error::Alignment { align } => Fault::Alignment(align),
        Error::Claimed { nodes } => Fault::Claimed(nodes.iter().map(|&node| num(node)).collect()),
        Error::NotRetained { node } => Fault::NotRetained(num(node)),
        other => panic!("no operation here can come to {other:?}"),
    }
}

/// A node that has moved may be stale, if something new is in its place.
fn gone_from(world: &World, error: Error) -> Fault {
    let (Error::Stale { node } | Error::Moved { node }) = error else { unreachable!("one of the two") };
    let num = world.number(node);
    assert_eq!(error, world.gone(num, &error), "as long as nothing new is in its place");
    if world.is_moved(num) { Fault::Away(num) } else { Fault::Stale(num) }
}

/// In the order of the numbers: theirs is that of places.
fn crossed(world: &World, crossings: &[Crossing]) -> Vec<(Num, Num)> {
    let ends = |crossing: &Crossing| (world.number(crossing.holder), world.number(crossing.target));
    let mut crossings: Vec<_> = crossings.iter().map(ends).collect();
    crossings.sort_unstable();
    crossings
}

pub fn sort(type_name: &str) -> Sort {
    match type_name {
        "()" => Sort::Context,
        "[u8]" => Sort::Bytes,
        "[u32]" => Sort::Words,
        "str" => Sort::Text,
        probe if probe == std::any::type_name::<Probe>() => Sort::Probe,
        other => panic!("no node is a {other}"),
    }
}

/// Has the tree tell the world of its warnings and changes.
pub fn set_hooks(tree: &mut Tree, world: &World) {
    let log = world.clone();
    tree.set_log(move |tree, record| {
        script::check(tree);
        let node = log.number(record.node());
        let references = record.references().iter();
        assert!(references.clone().all(|reference| reference.target() == record.node()));
        let holders = references.map(|reference| log.number(reference.holder())).collect();
        log.push(match record.kind() {
            LogKind::FreeWithReferences => Event::LoggedFree(node, holders),
            LogKind::StealWithReferences => Event::LoggedSteal(node, holders),
            other => panic!("unknown record {other:?}"),
        });
    });
    let seen = world.clone();
    tree.set_observer(move |tree, event| {
        script::check(tree);
        let num = |node| seen.number_new(tree, node);
        let event = match event {
            freehold::Event::Created { node, parent } => Event::Created { node: num(node), parent: num(parent) },
            freehold::Event::Renamed { node } => Event::Renamed(num(node)),
            freehold::Event::Moved { node, from, to } => Event::Moved { node: num(node), from: num(from), to: num(to) },
            freehold::Event::Resized { node, from, to } => Event::Resized { node: num(node), from, to },
            freehold::Event::Referenced { node, holder } => Event::Referenced { node: num(node), holder: num(holder) },
            freehold::Event::Unlinked { node, holder } => Event::Unlinked { node: num(node), holder: num(holder) },
            freehold::Event::Freed { node } => {
                assert!(!tree.contains(node), "the id of a freed node is stale already");
                Event::Freed(num(node))
            }
            freehold::Event::Detached { node, parent } => Event::Detached { node: num(node), parent: num(parent) },
            freehold::Event::Grafted { node, parent } => Event::Grafted { node: num(node), parent: num(parent) },
            other => panic!("unknown event {other:?}"),
        };
        seen.push(event);
    });
}
