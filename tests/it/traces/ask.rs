//! talloc's questions, answered by our tree: what changes nothing and has only an answer.

use freehold::{Error, NodeId, Tree};
use serde_json::{Value, json};

use super::format::Line;
use super::stage::Stage;
use super::texts;

/// The answer and the key it stands under; `None` for an op that is no question.
pub(super) fn ask(tree: &Tree, stage: &Stage, line: &Line) -> Result<Option<(&'static str, Value)>, String> {
    match line.text("op")? {
        "end" => {
            let live = stage.chunks().into_iter().filter(|(_, chunk)| tree.contains(chunk.node()));
            return Ok(Some(("live", live.map(|(id, _)| id).collect())));
        }
        "report" => return Ok(Some(("text", texts::report(tree, stage, line)?.into()))),
        "parents" => return Ok(Some(("text", texts::parents(tree, stage, line)?.into()))),
        "parent" | "total_blocks" | "total_size" | "get_size" | "reference_count" | "is_parent"
        | "find_parent_byname" | "get_name" | "parent_name" | "check_name" => {}
        _ => return Ok(None),
    }
    let id = line.number("id")?;
    let name = || line.text("name");
    let answer = match line.text("op")? {
        // C: a literal NULL answers NULL, 0 or no, and is not taken for the null context.
        "parent" | "is_parent" | "find_parent_byname" | "check_name" | "get_size" if id == 0 => Ok(json!(0)),
        "parent_name" if id == 0 => Ok(Value::Null),
        "parent" => tree.parent(stage.node(id)).map(|parent| json!(stage.id(parent))),
        "total_blocks" => tree.total_blocks(stage.node(id)).map(Value::from),
        "total_size" => tree.total_size(stage.node(id)).map(Value::from),
        "get_size" => tree.size(stage.node(id)).map(Value::from),
        "reference_count" => tree.reference_count(stage.node(id)).map(Value::from),
        "is_parent" => is_parent(tree, stage, id, line.number("ctx")?).map(|yes| json!(u8::from(yes))),
        "find_parent_byname" => find_parent_byname(tree, stage, id, name()?).map(|found| json!(found)),
        "get_name" => tree.name(stage.node(id)).map(|name| json!(name)),
        "parent_name" => parent_name(tree, stage, id),
        _ => {
            let wanted = name()?;
            tree.name(stage.node(id)).map(|name| json!(if name == wanted { id } else { 0 }))
        }
    };
    answer.map(|answer| Some(("ret", answer))).map_err(|error| error.to_string())
}

/// C's chunk is an ancestor of itself; ours is not.
fn is_parent(tree: &Tree, stage: &Stage, id: u64, ctx: u64) -> Result<bool, Error> {
    Ok(ctx != 0 && (ctx == id || tree.is_ancestor(stage.node(ctx), stage.node(id))?))
}

/// C passes over chunks without a name, which show as `UNNAMED` and are not called so.
fn find_parent_byname(tree: &Tree, stage: &Stage, id: u64, name: &str) -> Result<u64, Error> {
    let mut from = Some(stage.node(id));
    while let Some(node) = from {
        let found = tree.find_ancestor_by_name(node, name)?;
        if !unnamed(stage, found) {
            return Ok(stage.id(found));
        }
        from = tree.parent(found.expect("an unnamed chunk"))?;
    }
    Ok(0)
}

/// C answers NULL for a parent without a name.
fn parent_name(tree: &Tree, stage: &Stage, id: u64) -> Result<Value, Error> {
    match tree.parent(stage.node(id))? {
        Some(parent) if !unnamed(stage, Some(parent)) => tree.name(parent).map(|name| json!(name)),
        _ => Ok(Value::Null),
    }
}

fn unnamed(stage: &Stage, node: Option<NodeId>) -> bool {
    let id = stage.id(node);
    id != 0 && stage.chunk(id).unnamed
}
