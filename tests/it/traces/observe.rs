//! What can be seen of the tree, before a line and after it, under the trace's keys.

use std::collections::{BTreeMap, BTreeSet};

use freehold::{Error, Freed, NodeId, Tree};
use serde_json::{Map, Value, json};

use super::format::Line;
use super::stage::{Body, Stage};
use super::translate::mark;

/// Where every chunk is, and the totals.
pub(super) struct View {
    /// Parent and number of references, by id.
    chunks: BTreeMap<u64, (u64, usize)>,
    nodes: usize,
    bytes: usize,
    last_id: u64,
}

impl View {
    /// Looks at the tree and forgets the chunks that are gone.
    pub(super) fn take(tree: &Tree, stage: &Stage) -> Result<Self, Error> {
        let mut state = stage.lock();
        state.chunks.retain(|_, chunk| tree.contains(chunk.node()));
        state.ids.retain(|node, _| tree.contains(*node));
        let last_id = state.last_id();
        drop(state);
        let mut chunks = BTreeMap::new();
        for (id, chunk) in stage.chunks() {
            chunks.insert(id, (stage.id(tree.parent(chunk.node())?), tree.reference_count(chunk.node())?));
        }
        Ok(Self { chunks, nodes: tree.len(), bytes: tree.total_size(tree.root())?, last_id })
    }

    /// Every chunk that was there and is there, and has another `part` now.
    fn changed<T: PartialEq>(&self, before: &Self, part: impl Fn(&(u64, usize)) -> T) -> Vec<(u64, T)> {
        let still = self.chunks.iter().filter_map(|(id, now)| Some((*id, part(now), part(before.chunks.get(id)?))));
        still.filter(|(_, now, then)| now != then).map(|(id, now, _)| (id, now)).collect()
    }
}

/// Everything a mutating line records but `ret`.
pub(super) fn changes(tree: &Tree, stage: &Stage, before: &View, line: &Line) -> Result<Map<String, Value>, String> {
    let text = |error: Error| error.to_string();
    let now = View::take(tree, stage).map_err(text)?;
    let events = std::mem::take(&mut stage.lock().events);
    let ids = |kind: &str, answer: fn(&Value) -> bool| -> Vec<u64> {
        let of_kind = events.iter().filter(|event| event[0] == kind && answer(&event[2]));
        of_kind.filter_map(|event| event[1].as_u64()).collect()
    };
    let accepted = ids("leave", |answer| answer == 0);
    let moved = now.changed(before, |chunk| chunk.0);
    honest(stage, (before, &now), &moved, &events, line)?;
    intact(tree, stage)?;

    let born = (before.last_id + 1..=now.last_id).chain(before.chunks.keys().copied());
    let dead: BTreeSet<u64> = born.filter(|id| !now.chunks.contains_key(id)).collect();
    if let Some(id) = accepted.iter().find(|id| !dead.contains(id)) {
        return Err(format!("the destructor of #{id} accepted, and it is still there"));
    }
    let gone: Vec<_> = dead.into_iter().filter(|id| !accepted.contains(id)).collect();
    let logged = |kind: &str| events.iter().filter(|event| event[0] == "log" && event[1] == kind).count();
    let logs = [["free_refs"].repeat(logged("free_refs")), ["steal_refs"].repeat(logged("steal_refs"))].concat();
    let states = line.list("st").iter().map(|state| state_of(tree, stage, state)).collect::<Result<Vec<_>, _>>();
    let totals = (tree.total_blocks(tree.root()).map_err(text)?, now.bytes);
    let seen = [
        ("ev", json!(events)),
        ("destroyed", json!(accepted)),
        ("gone", json!(gone)),
        ("logk", json!(logs)),
        ("moved", json!(moved)),
        ("rc", json!(now.changed(before, |chunk| chunk.1))),
        ("st", json!(states?)),
        ("limits", json!(limits(tree, stage).map_err(text)?)),
        ("tot", json!(totals)),
    ];
    Ok(seen.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Every chunk with a limit: how much it may have, 0 for any, and how much it has.
fn limits(tree: &Tree, stage: &Stage) -> Result<Vec<(u64, u64, u64)>, Error> {
    let mut limits = Vec::new();
    for (id, chunk) in stage.chunks() {
        if let Some(usage) = tree.budget(chunk.node())? {
            limits.push((id, usage.bytes_limit.unwrap_or(0), usage.bytes));
        }
    }
    Ok(limits)
}

/// The state of the chunk that the trace shows here.
fn state_of(tree: &Tree, stage: &Stage, shown: &Value) -> Result<Value, String> {
    let id = shown["id"].as_u64().ok_or("no number `id` in `st`")?;
    let Some(chunk) = stage.lock().chunks.get(&id).copied() else {
        return Ok(json!({"id": id, "alive": false}));
    };
    let node = chunk.node();
    let look = || {
        Ok(json!({
            "id": id, "parent": stage.id(tree.parent(node)?), "size": tree.size(node)?, "tsize": tree.total_size(node)?,
            "tblocks": tree.total_blocks(node)?, "refs": tree.reference_count(node)?, "name": tree.name(node)?,
        }))
    };
    look().map_err(|error: Error| error.to_string())
}

/// Every block holds what was written to it, wherever it has been moved and whatever was freed.
fn intact(tree: &Tree, stage: &Stage) -> Result<(), String> {
    for (id, chunk) in stage.chunks() {
        if let Body::Block(block) = chunk.body
            && tree[block].iter().any(|&byte| byte != mark(id))
        {
            return Err(format!("the content of #{id} has changed"));
        }
    }
    Ok(())
}

/// What C doesn't say and ours does must be true as well: a free counts what went and lists who survived.
fn honest(
    stage: &Stage,
    (before, now): (&View, &View),
    moved: &[(u64, u64)],
    events: &[Value],
    line: &Line,
) -> Result<(), String> {
    let freed = std::mem::take(&mut stage.lock().freed);
    if let [one] = freed.as_slice() {
        // What destructors made on the way are chunks of 8 bytes.
        let made = (now.last_id - before.last_id) as usize;
        let gone = (before.nodes + made - now.nodes, before.bytes + 8 * made - now.bytes);
        if (one.nodes(), one.bytes()) != gone {
            return Err(format!("(nodes, bytes) that went are {gone:?}, and the result says {one:?}"));
        }
    }
    // The outermost free ends last and knows best.
    let survivors: BTreeMap<NodeId, NodeId> =
        freed.iter().flat_map(Freed::survivors).map(|survivor| (survivor.node, survivor.parent)).collect();
    // Who was moved by its own name is nobody's survivor.
    let by_name = |id: u64| {
        let named = |event: &Value| (event[0] == "steal" || event[0] == "free") && event[1] == id;
        line.get("id") == id || events.iter().any(named)
    };
    for (id, (parent, _)) in &now.chunks {
        let listed = survivors.get(&stage.node(*id)).map(|parent| stage.id(Some(*parent)));
        let moved = moved.iter().any(|(moved, _)| moved == id);
        if !by_name(*id) && (moved || listed.is_some()) && listed != Some(*parent) {
            return Err(format!("#{id} survived under #{parent}, and the results say {listed:?}: {freed:?}"));
        }
    }
    Ok(())
}
