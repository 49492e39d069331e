//! Cycles of claims: nodes that keep each other alive.

use std::fmt;

use super::components::{Graph, components};
use super::order::Order;
use crate::id::{NodeId, NodeKey};
use crate::links::Strength;
use crate::tree::{Link, Tree};

/// How many nodes and links a text names.
const NAMED: usize = 8;

/// Nodes that keep each other alive: from each of them, owning and claiming leads to all the others and back. Found by
/// [`Tree::cycles`].
///
/// `Display` says which they are by name and handle, and what to weaken; of more than eight it says how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    nodes: Vec<NodeId>,
    links: Vec<Link>,
    weaken: Vec<Link>,
    text: String,
}

impl Cycle {
    /// The nodes: owners before what they own, older siblings before newer ones.
    #[must_use]
    pub fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }

    /// The references and strong claims that lead from one of the nodes to another, or to itself, in the order of
    /// the nodes.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Those of the links that go backwards in the order of the nodes. Made weak, or given up, they leave no cycle: in
    /// a list that was built from its head to its tail, they are those to the element before.
    #[must_use]
    pub fn weaken(&self) -> &[Link] {
        &self.weaken
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A claim, by the numbers of its ends.
struct Claim {
    from: u32,
    to: u32,
    field: Option<&'static str>,
    strength: Strength,
}

/// # Cycles
impl Tree {
    /// Finds every cycle of claims: nodes that keep each other alive although nobody else may want them. In the order of
    /// their first nodes, owners before what they own and older siblings before newer ones. O(nodes + claims), without
    /// recursion.
    ///
    /// Claims are references, and the strong ones in values whose type has been
    /// [declared](Self::declare_links). Owning counts, too: a child that claims its parent makes a cycle. A
    /// reference that is held below the node it is to makes none, for it does not keep it. Handles and weak claims
    /// never do.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let first = tree.context(tree.root(), "first")?;
    /// let second = tree.context(tree.root(), "second")?;
    /// tree.reference(first, second)?;
    /// tree.reference(second, first)?;
    ///
    /// let cycles = tree.cycles();
    /// assert_eq!(cycles.len(), 1);
    /// assert_eq!(cycles[0].to_string(), format!(
    ///     "first ({first}) and second ({second}) keep each other alive: weaken the reference from second ({second}) \
    ///      to first ({first})"
    /// ));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If a value's [`list`](crate::Links::list) does.
    #[must_use]
    pub fn cycles(&self) -> Vec<Cycle> {
        let order = Order::of(self);
        let (claims, starts) = self.claims_in(&order);
        if claims.is_empty() {
            return Vec::new();
        }
        let ends: Vec<u32> = claims.iter().map(|claim| claim.to).collect();
        let components = components(&Graph { order: &order, starts: &starts, ends: &ends });

        // A component is a cycle if a claim begins and ends in it: owning alone never comes back.
        let mut cycle_of = vec![None; components.len()];
        let mut cycles: Vec<Cycle> = Vec::new();
        for claim in claims {
            let component = components[claim.from as usize];
            if component != components[claim.to as usize] {
                continue;
            }
            let index = *cycle_of[component as usize].get_or_insert_with(|| {
                cycles.push(Cycle { nodes: Vec::new(), links: Vec::new(), weaken: Vec::new(), text: String::new() });
                cycles.len() - 1
            });
            let link = Link {
                from: self.id(order.node(claim.from)),
                to: self.id(order.node(claim.to)),
                field: claim.field,
                strength: claim.strength,
            };
            cycles[index].links.push(link);
            if claim.to <= claim.from {
                cycles[index].weaken.push(link);
            }
        }
        for number in 0..order.len() {
            if let Some(cycle) = cycle_of[components[number as usize] as usize] {
                cycles[cycle].nodes.push(self.id(order.node(number)));
            }
        }
        cycles.sort_by_key(|cycle| order.number(cycle.nodes[0]));
        for cycle in &mut cycles {
            cycle.text = self.describe(cycle);
        }
        cycles
    }

    /// All claims in the order of their holders, and where those of each node begin.
    fn claims_in(&self, order: &Order) -> (Vec<Claim>, Vec<usize>) {
        let mut claims = Vec::new();
        let mut starts = Vec::with_capacity(order.len() as usize + 1);
        for from in 0..order.len() {
            starts.push(claims.len());
            let key = order.node(from);
            self.list_links(key, &mut |to, strength, field| {
                if strength == Strength::Strong
                    && let Some(to) = order.number(to)
                {
                    claims.push(Claim { from, to, field, strength });
                }
            });
            for to in self.targets_of(key).filter_map(|to| order.number(self.id(to))) {
                if !order.is_within(from, to) {
                    claims.push(Claim { from, to, field: None, strength: Strength::Reference });
                }
            }
        }
        starts.push(claims.len());
        (claims, starts)
    }

    /// The nodes that a node holds references to. O(children) if there are references in the tree.
    pub(in crate::tree) fn targets_of(&self, holder: NodeKey) -> impl Iterator<Item = NodeKey> + '_ {
        let first = self.topology.first_child(holder).filter(|_| self.claims.len() > 0);
        let entries = std::iter::successors(first, |&at| self.topology.next_sibling(at)).map(|at| self.item(at));
        entries.filter(|item| item.is_reference()).map(|item| self.target(item))
    }

    fn describe(&self, cycle: &Cycle) -> String {
        let called = |node: NodeId| format!("{} ({node})", self.shown_name_of(node.key));
        let nodes = listing(&cycle.nodes, |&node| called(node));
        let keep = if cycle.nodes.len() == 1 { "keeps itself" } else { "keep each other" };
        let weaken = listing(&cycle.weaken, |link| {
            let what = match (link.strength, link.field) {
                (Strength::Reference, _) => "the reference".to_owned(),
                (_, Some(field)) => format!("`{field}`"),
                (_, None) => "the claim".to_owned(),
            };
            format!("{what} from {} to {}", called(link.from), called(link.to))
        });
        format!("{nodes} {keep} alive: weaken {weaken}")
    }
}

/// `a, b and c`, and how many more there are.
fn listing<T>(all: &[T], show: impl Fn(&T) -> String) -> String {
    let mut shown: Vec<String> = all.iter().take(NAMED).map(show).collect();
    if all.len() > NAMED {
        shown.push(format!("{} more", all.len() - NAMED));
    }
    match shown.pop() {
        Some(last) if !shown.is_empty() => format!("{} and {last}", shown.join(", ")),
        only => only.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Handle, LinkList, Links, Rewriter};

    /// An element of a list that claims its neighbours: what a value with strong claims lists.
    struct Knot {
        next: Option<Handle<Knot>>,
        prev: Option<Handle<Knot>>,
        strength: Strength,
    }

    struct Claimed(Option<NodeId>, Strength);

    impl Links for Claimed {
        fn list(&self, out: &mut LinkList<'_>) {
            self.0.iter().for_each(|&node| out.add(node, self.1));
        }

        fn rewrite(&mut self, _: &Rewriter<'_>) {}
    }

    impl Links for Knot {
        fn list(&self, out: &mut LinkList<'_>) {
            out.field("next", &Claimed(self.next.map(Handle::id), Strength::Strong));
            out.field("prev", &Claimed(self.prev.map(Handle::id), self.strength));
        }

        fn rewrite(&mut self, _: &Rewriter<'_>) {}
    }

    fn list(tree: &mut Tree, parent: NodeId, len: usize, strength: Strength) -> Vec<Handle<Knot>> {
        tree.declare_links::<Knot>().unwrap();
        let mut knots: Vec<Handle<Knot>> = Vec::new();
        for n in 0..len {
            let prev = knots.last().copied();
            let knot = tree.alloc(parent, Knot { next: None, prev, strength }).unwrap();
            tree.set_name(knot, format!("knot {n}")).unwrap();
            if let Some(prev) = prev {
                tree[prev].next = Some(knot);
            }
            knots.push(knot);
        }
        knots
    }

    #[test]
    fn a_long_list_is_cut_short_and_says_by_how_much() {
        let list = |len| listing(&(1..=len).collect::<Vec<_>>(), usize::to_string);
        assert_eq!([list(0), list(1), list(2)], ["", "1", "1 and 2"]);
        assert_eq!(list(NAMED), "1, 2, 3, 4, 5, 6, 7 and 8");
        assert_eq!(list(NAMED + 2), "1, 2, 3, 4, 5, 6, 7, 8 and 2 more");
    }

    #[test]
    fn the_links_back_of_a_doubly_linked_list_are_to_be_weakened() {
        let mut tree = Tree::new();
        let root = tree.root();
        list(&mut tree, root, 5, Strength::Weak);
        list(&mut tree, root, 5, Strength::Unowned);
        assert_eq!(tree.cycles(), []);

        let knots = list(&mut tree, root, 3, Strength::Strong);
        let cycles = tree.cycles();
        let [cycle] = &cycles[..] else { panic!("{} cycles", cycles.len()) };
        let [a, b, c] = [knots[0], knots[1], knots[2]];
        assert_eq!(cycle.nodes(), [a.id(), b.id(), c.id()]);
        let links = cycle.links().iter().map(|link| (link.from(), link.field(), link.to())).collect::<Vec<_>>();
        let (next, prev) = (Some("next"), Some("prev"));
        let [ai, bi, ci] = [a.id(), b.id(), c.id()];
        assert_eq!(links, [(ai, next, bi), (bi, next, ci), (bi, prev, ai), (ci, prev, bi)]);
        assert_eq!(cycle.weaken(), [cycle.links()[2], cycle.links()[3]]);
        assert_eq!(
            cycle.to_string(),
            format!(
                "knot 0 ({a}), knot 1 ({b}) and knot 2 ({c}) keep each other alive: weaken `prev` from knot 1 ({b}) to \
                 knot 0 ({a}) and `prev` from knot 2 ({c}) to knot 1 ({b})"
            )
        );
    }

    #[test]
    fn a_long_cycle_is_told_in_short() {
        let mut tree = Tree::new();
        let root = tree.root();
        list(&mut tree, root, 100, Strength::Strong);
        let text = tree.cycles()[0].to_string();
        assert!(text.contains("knot 7 (8v1) and 92 more keep each other alive: weaken `prev` from knot 1 "), "{text}");
        assert!(text.ends_with("to knot 7 (8v1) and 91 more"), "{text}");
    }

    #[test]
    fn a_claim_on_ones_owner_or_oneself_is_a_cycle() {
        let mut tree = Tree::new();
        tree.declare_links::<Claimed>().unwrap();
        let root = tree.root();
        let top = tree.context(root, "top").unwrap();
        let between = tree.context(top, "between").unwrap();
        let beside = tree.context(top, "beside").unwrap();
        let child = tree.alloc(between, Claimed(Some(top.id()), Strength::Strong)).unwrap();
        let cycles = tree.cycles();
        assert_eq!((cycles.len(), cycles[0].nodes()), (1, &[top.id(), between.id(), child.id()][..]));
        assert_eq!(
            cycles[0].to_string(),
            format!(
                "top ({top}), between ({between}) and Claimed ({child}) keep each other alive: weaken the claim from \
                 Claimed ({child}) to top ({top})"
            )
        );
        tree[child].0 = Some(beside.id());
        assert_eq!(tree.cycles(), []);
        tree[child].0 = Some(child.id());
        let text = format!(
            "Claimed ({child}) keeps itself alive: weaken the claim from Claimed ({child}) to Claimed ({child})"
        );
        assert_eq!(tree.cycles()[0].to_string(), text);
        // A claim that leads nowhere any more is none.
        tree[child].0 = Some(beside.id());
        tree.free(beside).unwrap();
        assert_eq!(tree.cycles(), []);
    }
}
