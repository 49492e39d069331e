//! Texts that hold addresses and places: ours become the trace's, everything else stays as it is.

use std::collections::HashMap;

use freehold::report::Parents;
use freehold::{LogKind, LogRecord, Tree};
use serde_json::{Value, json};

use super::format::Line;
use super::stage::{Stage, State};

/// The report a `report` line asks for; NULL is the null context.
pub(super) fn report(tree: &Tree, stage: &Stage, line: &Line) -> Result<String, String> {
    let depth = line.number("depth")? as usize;
    // C: a negative depth is no limit.
    let max_depth = line.get("max_depth").as_u64().map(|depth| depth as usize);
    let report = tree.report(stage.node(line.number("id")?)).map_err(|error| error.to_string())?;
    Ok(with_ids(&report.text_at(depth, max_depth).to_string(), stage))
}

/// The chain a `parents` line asks for; C prints a line for NULL too, which is an empty chain here.
pub(super) fn parents(tree: &Tree, stage: &Stage, line: &Line) -> Result<String, String> {
    match line.number("id")? {
        0 => Ok(Parents::default().to_string()),
        id => tree.parents_report(stage.node(id)).map(|chain| chain.to_string()).map_err(|error| error.to_string()),
    }
}

/// The whole tree.
pub(super) fn whole(tree: &Tree, stage: &Stage) -> String {
    tree.report(tree.root()).map_or_else(|error| error.to_string(), |report| with_ids(&report.to_string(), stage))
}

/// A report whose handles (ours, where C prints an address) are replaced by `#ID`, as in the trace.
pub(super) fn with_ids(report: &str, stage: &Stage) -> String {
    let state = stage.lock();
    let known = state.ids.iter().map(|(node, id)| (*node, *id)).chain([(state.root, 0)]);
    let known: HashMap<String, u64> = known.map(|(node, id)| (node.to_string(), id)).collect();
    let ids = |handle: &str| known.get(handle).map_or("#name".to_owned(), |id| format!("#{id}"));
    report.split_inclusive('\n').map(|line| with_id(line, &ids)).collect()
}

fn with_id(line: &str, ids: &impl Fn(&str) -> String) -> String {
    match line.trim_end_matches('\n').rsplit_once(' ') {
        Some((front, handle)) if ends_with_count(front) && is_handle(handle) => format!("{front} {}\n", ids(handle)),
        _ => line.to_owned(),
    }
}

/// Only a `contains` line has `(ref N)` before its last word.
fn ends_with_count(front: &str) -> bool {
    let count = front.rsplit_once("(ref ").and_then(|(_, rest)| rest.strip_suffix(')'));
    count.is_some_and(is_number)
}

fn is_handle(text: &str) -> bool {
    text.split_once('v').is_some_and(|(place, generation)| is_number(place) && is_number(generation))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The messages of one record as the trace's events.
///
/// The wording is the record's own; only the place after ` at ` is exchanged: ours is a line of this
/// folder, the trace's is the operation's number. An error says that the record itself is wrong.
pub(super) fn log_events(tree: &Tree, record: &LogRecord, state: &State) -> Result<Vec<Value>, String> {
    let kind = match record.kind() {
        LogKind::FreeWithReferences => "free_refs",
        LogKind::StealWithReferences => "steal_refs",
        other => return Err(format!("unknown kind of log record: {other:?}")),
    };
    let listed = record.references().iter().map(|claim| claim.id());
    if !tree.references(record.node()).is_ok_and(|held| held.map(|claim| claim.id()).eq(listed)) {
        return Err(format!("{record:?} doesn't list the references of its node"));
    }
    let call = (kind, record.origin(), state.place.as_str());
    let claims = record.references().iter().map(|claim| {
        let place = state.places.get(&claim.id()).map_or("a reference nobody made", String::as_str);
        ("ref_at", claim.origin(), place)
    });
    let text = record.to_string();
    let mut lines = text.split_inclusive('\n');
    let mut events = Vec::new();
    for (kind, origin, place) in std::iter::once(call).chain(claims) {
        let line = lines.next().ok_or_else(|| format!("a line for each reference is missing in {text:?}"))?;
        let real = format!(" at {}:{}\n", origin.file(), origin.line());
        let wording = line.strip_suffix(&real).ok_or_else(|| format!("{line:?} doesn't end in {real:?}"))?;
        if !origin.file().ends_with("translate.rs") {
            return Err(format!("{line:?}: the place of the call is not where the call was made"));
        }
        events.push(json!(["log", kind, format!("{wording} at {place}\n")]));
    }
    match lines.next() {
        Some(line) => Err(format!("a line too many: {line:?}")),
        None => Ok(events),
    }
}
