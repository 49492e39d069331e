//! Reports: what they show, and what can be read of them again.

use freehold::report::{Kind, Report, Visit};
use freehold::{Error, Tree};

use super::walks::shown_name;
use super::{name, same};
use crate::model::naive::{Entry, Model};
use crate::model::outcome::Num;
use crate::model::world::World;

pub fn compare(model: &Model, root: Num, tree: &Tree, world: &World) -> Result<(), String> {
    records(model, root, tree, world)?;
    text(model, root, tree, world)?;
    // Another subtree each time; reading is not done each time, for that takes as long as all the rest.
    let nodes = model.oldest_first(root);
    let other = nodes[model.turn % nodes.len()];
    text(model, other, tree, world)?;
    if model.turn.is_multiple_of(4) { read(model, other, tree, world) } else { Ok(()) }
}

fn say(error: Error) -> String {
    error.to_string()
}

/// The report of a whole tree: also where among the children the references are, and claims from outside the tree after
/// all.
fn records(model: &Model, root: Num, tree: &Tree, world: &World) -> Result<(), String> {
    let place = |num: Num| world.handle(num).id().to_string();
    let (mut want, mut claimed) = (Vec::new(), Vec::new());
    for at in model.node(root).at.descendants(&model.arena) {
        let depth = at.ancestors(&model.arena).count() - 1;
        want.push(match *model.arena[at].get() {
            Entry::Node(num) => {
                let holds = model.holds(num);
                claimed.extend(std::iter::repeat_n((1, Kind::Reference, place(num), 0), holds));
                (depth, Kind::Node, place(num), model.holders(num).len() + holds)
            }
            Entry::Claim(claim) => (depth, Kind::Reference, place(model.claims[claim].node), 0),
        });
    }
    want.append(&mut claimed);
    let report = tree.report(tree.root()).map_err(say)?;
    let mut got = Vec::new();
    for Visit { depth, record, .. } in report.walk() {
        let target = record.target().map(|target| report.arena()[target].get());
        let shown = target.unwrap_or(record).address().to_string();
        got.push((depth, record.kind(), shown, record.reference_count() as usize));
    }
    same("report", &want, &got)?;
    let floating = model.nodes.keys().filter(|&&num| model.homes[num as usize] == root && model.is_floating(num));
    same("floating", &floating.count(), &report.floating().count())
}

/// A report as text.
fn text(model: &Model, top: Num, tree: &Tree, world: &World) -> Result<(), String> {
    let want = written(model, top, world);
    let got = tree.report_text(world.handle(top)).map_err(say)?.to_string();
    same("report text", &want, &got)
}

/// A report that was captured, and one that was read.
fn read(model: &Model, top: Num, tree: &Tree, world: &World) -> Result<(), String> {
    let want = written(model, top, world);
    let report = tree.report(world.handle(top)).map_err(say)?;
    same("report captured", &want, &report.to_string())?;
    let read = Report::parse(want.as_bytes()).map_err(|error| error.to_string())?;
    let totals = |report: &Report| {
        let root = report.arena()[report.root()].get();
        (root.bytes() as usize, root.blocks() as usize, report.len())
    };
    let (bytes, blocks) = model.totals(top);
    same("report's totals", &(bytes, blocks, blocks), &totals(&report))?;
    same("read report's totals", &(bytes, blocks, blocks), &totals(&read))?;
    same("read report", &want, &read.to_string())
}

fn written(model: &Model, top: Num, world: &World) -> String {
    let called = |num| shown_name(model, |num| name(model, world, num), num);
    let (bytes, blocks) = model.totals(top);
    let mut text = limit(model, top, 0, &called(top));
    text += &format!("full talloc report on '{}' (total {bytes:6} bytes in {blocks:3} blocks)\n", called(top));
    let mut claimed = String::new();
    for at in model.node(top).at.descendants(&model.arena).skip(1) {
        let depth = at.ancestors(&model.arena).position(|at| at == model.node(top).at).expect("it is below");
        let indent = 4 * depth;
        match *model.arena[at].get() {
            Entry::Claim(claim) => {
                text += &format!("{:indent$}reference to: {}\n", "", called(model.claims[claim].node));
            }
            Entry::Node(num) => {
                let (name, id, (bytes, blocks)) = (called(num), world.handle(num).id(), model.totals(num));
                let references = model.holders(num).len() + model.holds(num);
                text += &limit(model, num, indent, &name);
                text += &format!(
                    "{:indent$}{name:30} contains {bytes:6} bytes in {blocks:3} blocks (ref {references}) {id}\n",
                    ""
                );
                let line = format!("    reference to: {name}\n");
                claimed += &line.repeat(model.holds(num));
            }
        }
    }
    if model.parent(top).is_none() {
        text += &claimed;
    }
    text
}

fn limit(model: &Model, num: Num, indent: usize, name: &str) -> String {
    let Some(budget) = &model.node(num).budget else { return String::new() };
    let (most, used) = (budget.limits.0.unwrap_or(0), model.used(num).0);
    format!("{:indent$}{name:30} is a memlimit context (max_size = {most} bytes, cur_size = {used} bytes)\n", "")
}
