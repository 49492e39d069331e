//! Every position among siblings, with every shape of subtree, for everything that frees or moves.
//!
//! What must come of it is worked out on an [`Outline`]: names in nested lists, cut and pasted.

mod outline;
mod shapes;

use freehold::{Error, Freed, NodeId, Place};

use outline::Outline;
use shapes::{Grid, POSITIONS, SHAPES};

/// Goes through all positions and shapes. The node in question is `x`.
fn each(test: impl Fn(&mut Grid, Outline)) {
    for position in POSITIONS {
        for shape in SHAPES {
            let mut grid = Grid::new(position, shape);
            let before = grid.outline();
            test(&mut grid, before);
        }
    }
}

/// What a free of the children of `sub`, cut out of `outline`, leaves there.
fn rescue(grid: &Grid, outline: &mut Outline, sub: &mut Outline) {
    for &(name, heir) in grid.shape.survivors {
        let survivor = sub.cut(name);
        if heir != "p" {
            outline.cut_reference(heir, name);
        }
        outline.paste(heir, 0, survivor);
    }
}

fn compare(grid: &Grid, what: &str, want: &Outline) {
    let got = grid.outline();
    assert!(got == *want, "{what} of {grid}:\nwant\n{want}got\n{got}");
    grid.tree.validate().unwrap_or_else(|invalid| panic!("{what} of {grid}: {invalid}"));
}

fn compare_freed(grid: &Grid, what: &str, gone: &Outline, freed: &Freed) {
    let (nodes, references) = gone.count();
    assert_eq!((freed.nodes(), freed.bytes()), (nodes, nodes * 4), "{what} of {grid}");
    let claims = grid.shape.survivors.iter().filter(|(_, heir)| *heir != "p").count();
    assert_eq!(freed.references(), references + claims, "{what} of {grid}");
    let survivors: Vec<_> = freed.survivors().iter().map(|s| (grid.name(s.node), grid.name(s.parent))).collect();
    let want: Vec<_> = grid.shape.survivors.iter().map(|&(name, heir)| (name.to_owned(), heir.to_owned())).collect();
    assert_eq!(survivors, want, "{what} of {grid}");
}

/// If `x` itself is held, it can't be freed by name, and nothing has changed.
fn refused(grid: &Grid, what: &str, before: &Outline, outcome: &Result<Freed, Error>) -> bool {
    if !grid.shape.is_held {
        return false;
    }
    let holders = Box::new([grid.node("keep")]);
    assert_eq!(outcome, &Err(Error::Shared { node: grid.node("x"), holders }), "{what} of {grid}");
    compare(grid, what, before);
    true
}

#[test]
fn free() {
    each(|grid, before| {
        let outcome = grid.tree.free(grid.node("x"));
        if refused(grid, "free", &before, &outcome) {
            return;
        }
        let mut want = before;
        let mut gone = want.cut("x");
        rescue(grid, &mut want, &mut gone);
        compare(grid, "free", &want);
        compare_freed(grid, "free", &gone, &outcome.unwrap());
    });
}

#[test]
fn free_by_way_of_the_parent() {
    each(|grid, before| {
        let freed = grid.tree.free(grid.node("p")).unwrap();
        let mut want = before;
        let mut gone = want.cut("p");
        // What goes to `p` first is behind what comes later, when they are tried again there.
        for (name, heir) in grid.all_survivors().into_iter().rev() {
            let survivor = gone.cut(name);
            if heir != "p" {
                want.cut_reference(heir, name);
            }
            want.paste(if heir == "p" { "g" } else { heir }, 0, survivor);
        }
        compare(grid, "free of the parent", &want);
        assert_eq!(freed.nodes(), gone.count().0);
    });
}

#[test]
fn free_children() {
    each(|grid, before| {
        let freed = grid.tree.free_children(grid.node("x")).unwrap();
        let mut want = before;
        let mut gone = Outline { name: String::new(), children: std::mem::take(&mut want.at("x").children) };
        rescue(grid, &mut want, &mut gone);
        compare(grid, "free_children", &want);
        let (nodes, _) = gone.count();
        assert_eq!(freed.nodes(), nodes - 1, "the outline's nameless top is no node");
    });
}

#[test]
fn take() {
    each(|grid, before| {
        let x = grid.tree.downcast::<u32>(grid.node("x")).unwrap();
        let number = grid.tree[x];
        let outcome = grid.tree.take(x);
        if refused(grid, "take", &before, &outcome.clone().map(|taken| taken.freed)) {
            return;
        }
        let taken = outcome.unwrap();
        assert_eq!(taken.value, number);
        let mut want = before;
        let mut gone = want.cut("x");
        rescue(grid, &mut want, &mut gone);
        compare(grid, "take", &want);
        compare_freed(grid, "take", &gone, &taken.freed);
    });
}

#[test]
fn lift_in_place() {
    each(|grid, before| {
        let outcome = grid.tree.free_lifting(grid.node("x"));
        if refused(grid, "free_lifting", &before, &outcome) {
            return;
        }
        let mut want = before;
        let (parent, place) = want.place("x");
        let x = want.cut("x");
        for child in x.children.into_iter().filter(|child| !child.is_reference()).rev() {
            want.paste(&parent, place, child);
        }
        compare(grid, "free_lifting", &want);
        let freed = outcome.unwrap();
        assert!(freed.nodes() == 1 && freed.is_complete());
    });
}

#[test]
fn lift_to_everywhere() {
    for goal in Grid::GOALS {
        each(|grid, before| {
            let Some(goal) = grid.goal(goal) else { return };
            let what = format!("free_lifting_into {goal}");
            let outcome = grid.tree.free_lifting_into(grid.node("x"), grid.node(goal));
            if before.at_ref("x").contains(goal) {
                let error = Error::WouldLoop { node: grid.node("x"), parent: grid.node(goal) };
                assert_eq!(outcome, Err(error), "{what} of {grid}");
                return compare(grid, &what, &before);
            }
            if refused(grid, &what, &before, &outcome) {
                return;
            }
            let mut want = before;
            let x = want.cut("x");
            for child in x.children.into_iter().filter(|child| !child.is_reference()).rev() {
                want.paste(goal, 0, child);
            }
            compare(grid, &what, &want);
            assert_eq!(outcome.unwrap().nodes(), 1);
        });
    }
}

/// Moves `x`, and compares with the outline in which it is put at that index of `parent`'s entries.
fn moves(
    grid: &mut Grid,
    mut want: Outline,
    what: &str,
    run: impl FnOnce(&mut Grid, NodeId) -> Result<(), Error>,
    find: impl FnOnce(&Outline) -> (String, usize),
) {
    let x = grid.node("x");
    let outcome = run(grid, x);
    let sub = want.cut("x");
    let (parent, index) = find(&want);
    if sub.contains(&parent) {
        unreachable!("places within x are tried elsewhere");
    }
    want.paste(&parent, index, sub);
    assert_eq!(outcome, Ok(()), "{what} of {grid}");
    compare(grid, what, &want);
}

fn loops(grid: &mut Grid, before: &Outline, goal: &str, run: impl FnOnce(&mut Grid, NodeId) -> Result<(), Error>) {
    let x = grid.node("x");
    let outcome = run(grid, x);
    assert_eq!(outcome, Err(Error::WouldLoop { node: x, parent: grid.node(goal) }), "a move of {grid} to {goal}");
    compare(grid, "a move that fails", before);
}

#[test]
fn steal_to_everywhere() {
    for goal in Grid::GOALS {
        each(|grid, before| {
            let Some(goal) = grid.goal(goal) else { return };
            if before.at_ref("x").contains(goal) {
                return loops(grid, &before, goal, |grid, x| grid.tree.steal(grid.node(goal), x));
            }
            let steal = |grid: &mut Grid, x| grid.tree.steal(grid.node(goal), x);
            moves(grid, before, &format!("steal to {goal}"), steal, |_| (goal.to_owned(), 0));
        });
    }
}

#[test]
fn reparent_to_everywhere() {
    for goal in Grid::GOALS {
        each(|grid, before| {
            let Some(goal) = grid.goal(goal) else { return };
            if before.at_ref("x").contains(goal) {
                return loops(grid, &before, goal, |grid, x| grid.tree.reparent(grid.node("p"), grid.node(goal), x));
            }
            let reparent = |grid: &mut Grid, x| grid.tree.reparent(grid.node("p"), grid.node(goal), x);
            moves(grid, before, &format!("reparent to {goal}"), reparent, |_| (goal.to_owned(), 0));
        });
    }
}

#[test]
fn place_last_everywhere() {
    for goal in Grid::GOALS {
        each(|grid, before| {
            let Some(goal) = grid.goal(goal) else { return };
            if before.at_ref("x").contains(goal) {
                return loops(grid, &before, goal, |grid, x| grid.tree.place(x, Place::Last(grid.node(goal))));
            }
            let place = |grid: &mut Grid, x| grid.tree.place(x, Place::Last(grid.node(goal)));
            let end = |want: &Outline| (goal.to_owned(), want.at_ref(goal).children.len());
            moves(grid, before, &format!("place last of {goal}"), place, end);
        });
    }
}

#[test]
fn place_beside_everybody() {
    for sibling in Grid::GOALS {
        each(|grid, before| {
            let Some(sibling) = grid.goal(sibling).filter(|&sibling| sibling != "root") else { return };
            let anchor = grid.node(sibling);
            let (parent, _) = before.place(sibling);
            if sibling != "x" && before.at_ref("x").contains(sibling) {
                loops(grid, &before, &parent, |grid, x| grid.tree.place(x, Place::Before(anchor)));
                return loops(grid, &before, &parent, |grid, x| grid.tree.place(x, Place::After(anchor)));
            }
            if sibling == "x" {
                // Beside itself it is already.
                assert_eq!(grid.tree.place(grid.node("x"), Place::Before(anchor)), Ok(()));
                assert_eq!(grid.tree.place(grid.node("x"), Place::After(anchor)), Ok(()));
                return compare(grid, "place beside itself", &before);
            }
            let before_it = |grid: &mut Grid, x| grid.tree.place(x, Place::Before(anchor));
            moves(grid, before, &format!("place before {sibling}"), before_it, |want| want.place(sibling));
            let after_it = |grid: &mut Grid, x| grid.tree.place(x, Place::After(anchor));
            let right = |want: &Outline| {
                let (parent, index) = want.place(sibling);
                (parent, index + 1)
            };
            let now = grid.outline();
            moves(grid, now, &format!("place after {sibling}"), after_it, right);
        });
    }
}

#[test]
fn steal_children_to_everywhere() {
    for goal in Grid::GOALS {
        each(|grid, before| {
            let Some(goal) = grid.goal(goal) else { return };
            let what = format!("steal_children to {goal}");
            let (x, to) = (grid.node("x"), grid.node(goal));
            let outcome = grid.tree.steal_children(x, to);
            if goal == "x" {
                assert_eq!(outcome, Ok(0));
                return compare(grid, &what, &before);
            }
            if before.at_ref("x").contains(goal) {
                assert_eq!(outcome, Err(Error::WouldLoop { node: x, parent: to }), "{what} of {grid}");
                return compare(grid, &what, &before);
            }
            let mut want = before;
            let children = std::mem::take(&mut want.at("x").children);
            let (held, children): (Vec<_>, Vec<_>) = children.into_iter().partition(Outline::is_reference);
            want.at("x").children = held;
            assert_eq!(outcome, Ok(children.len()), "{what} of {grid}");
            for child in children.into_iter().rev() {
                want.paste(goal, 0, child);
            }
            compare(grid, &what, &want);
        });
    }
}
