//! The trace's destructors: each logs that it was called, does what its kind says, and answers.

use std::mem;

use freehold::{Error, Handle, Tree, Value, Verdict};
use serde_json::json;

use super::format::Line;
use super::stage::{Body, Stage};
use super::translate;

/// What a destructor does when it is called.
pub(super) enum Kind {
    Accept,
    /// Refuses that many times, then accepts; 0 refuses for ever.
    Refuse(u64),
    Free(u64),
    Steal(u64, u64),
    Alloc(u64),
}

impl Kind {
    /// The kind a `set_destructor` line asks for, `None` for no destructor.
    pub(super) fn parse(line: &Line) -> Result<Option<Self>, String> {
        Ok(Some(match line.text("kind")? {
            "none" => return Ok(None),
            "ok" => Self::Accept,
            "refuse" => Self::Refuse(line.number("times")?),
            "free_other" => Self::Free(line.number("target")?),
            "steal_other" => Self::Steal(line.number("target")?, line.number("to")?),
            "alloc_in" => Self::Alloc(line.number("ctx")?),
            other => return Err(format!("unknown kind of destructor: {other}")),
        }))
    }
}

/// Gives chunk `id` a destructor of this kind, in place of the one it has.
pub(super) fn set(tree: &mut Tree, stage: &Stage, id: u64, kind: Kind) -> Result<(), Error> {
    match stage.chunk(id).body {
        Body::Block(block) => guard(tree, stage, id, block, kind),
        Body::Pool(context) => guard(tree, stage, id, context, kind),
    }
}

fn guard<T: Value + ?Sized>(
    tree: &mut Tree,
    stage: &Stage,
    id: u64,
    chunk: Handle<T>,
    mut kind: Kind,
) -> Result<(), Error> {
    let stage = stage.clone();
    tree.set_destructor(chunk, move |tree, called| {
        if stage.lock().over {
            return Verdict::Free;
        }
        stage.event(json!(["enter", id]));
        let outside = stage.lock().enter(id);
        let answer = act(tree, &stage, &mut kind);
        let mut state = stage.lock();
        state.place = outside;
        if called != chunk {
            state.complaints.push(format!("the destructor of {chunk:?} (#{id}) was given {called:?}"));
        }
        let accepts = *answer.as_ref().unwrap_or(&true);
        state.complaints.extend(answer.err().map(|error| format!("in the destructor of #{id}: {error}")));
        state.events.push(json!(["leave", id, if accepts { 0 } else { -1 }]));
        if accepts { Verdict::Free } else { Verdict::Refuse }
    })
}

/// Whether the destructor accepts. An action is carried out once, and used up also where the trace skips it.
fn act(tree: &mut Tree, stage: &Stage, kind: &mut Kind) -> Result<bool, Error> {
    let now = match kind {
        Kind::Refuse(0) => return Ok(false),
        Kind::Refuse(times @ 2..) => {
            *times -= 1;
            return Ok(false);
        }
        _ => mem::replace(kind, Kind::Accept),
    };
    match now {
        Kind::Accept => return Ok(true),
        Kind::Refuse(_) => return Ok(false),
        _ => {}
    }
    if let Some(skip) = stage.skips() {
        stage.event(skip);
        return Ok(true);
    }
    match now {
        Kind::Free(target) => {
            let answer = translate::free(tree, stage, target)?;
            stage.event(json!(["free", target, answer]));
        }
        Kind::Steal(target, to) => {
            let answer = translate::steal(tree, stage, to, target)?;
            stage.event(json!(["steal", target, to, answer]));
        }
        Kind::Alloc(ctx) => {
            let id = translate::new(tree, stage, ctx, 8, Some("from_dtor"))?;
            stage.event(json!(["alloc", id, ctx, 8, "from_dtor"]));
        }
        Kind::Accept | Kind::Refuse(_) => {}
    }
    Ok(true)
}
