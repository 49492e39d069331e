//! Plays a trace on a tree of ours, line by line.

use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::{Error, Tree, TreeBuilder};
use serde_json::{Map, Value};

use super::ask::ask;
use super::destructors::{self, Kind};
use super::format::{Header, Line};
use super::observe::{self, View};
use super::report::{Fault, Tally, compare};
use super::stage::Stage;
use super::{texts, translate};

struct Replay {
    tree: Tree,
    stage: Stage,
}

/// Plays all lines after the header, up to the first that answers otherwise.
pub(super) fn replay(file: &str, header: &Header, lines: &str) -> Result<Tally, Box<Fault>> {
    let mut replay = Replay::new(header);
    let mut tally = Tally::one_file();
    let mut last = "";
    for (index, text) in lines.lines().enumerate() {
        // The header is line 1 of the file.
        let place = (file, index + 2, text);
        last = text;
        match replay.line(index as u64 + 1, text) {
            Ok(comparisons) => tally.comparisons += comparisons,
            Err(what) => return Err(Fault::new(place, what).with_tree(replay.text())),
        }
        tally.lines += 1;
    }
    if last.contains(r#""op":"end""#) {
        Ok(tally)
    } else {
        Err(Fault::new((file, tally.lines + 1, last), "the trace has no end line".to_owned()))
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.stage.lock().over = true;
    }
}

impl Replay {
    fn new(header: &Header) -> Self {
        let builder = TreeBuilder::new().root_name("null_context");
        let mut tree = builder.budget_overhead(header.node_bytes, header.reference_bytes).build();
        let stage = Stage::new(tree.root());
        let hook = stage.clone();
        tree.set_log(move |tree, record| {
            let mut state = hook.lock();
            match texts::log_events(tree, record, &state) {
                Ok(events) => state.events.extend(events),
                Err(complaint) => state.complaints.push(complaint),
            }
        });
        Self { tree, stage }
    }

    /// Plays one line and compares; gives the number of comparisons or says what is wrong.
    fn line(&mut self, number: u64, text: &str) -> Result<usize, String> {
        let line = Line::parse(text)?;
        if line.number("n")? != number {
            return Err(format!("line {number} of the trace is missing"));
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| self.answer(number, &line)));
        let got = outcome.map_err(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            format!("panic: {}", text.or_else(|| panic.downcast_ref().copied()).unwrap_or("?"))
        })??;
        compare(&line, &got)
    }

    /// Everything that can be seen of the line, by the trace's keys.
    fn answer(&mut self, number: u64, line: &Line) -> Result<Map<String, Value>, String> {
        let text = |error: Error| error.to_string();
        if let Some((key, answer)) = ask(&self.tree, &self.stage, line)? {
            return Ok(Map::from_iter([(key.to_owned(), answer)]));
        }
        let before = View::take(&self.tree, &self.stage).map_err(text)?;
        self.stage.begin(number, line.list("ev"));
        let answer = self.call(line)?;
        self.tree.validate().map_err(|invalid| format!("the tree is not valid: {invalid}"))?;
        let mut got = observe::changes(&self.tree, &self.stage, &before, line)?;
        got.insert("ret".to_owned(), answer);
        match self.stage.lock().complaints.pop() {
            Some(complaint) => Err(complaint),
            None => Ok(got),
        }
    }

    /// The ops that change something.
    fn call(&mut self, line: &Line) -> Result<Value, String> {
        let (tree, stage) = (&mut self.tree, &self.stage);
        let number = |key: &str| line.number(key);
        let answer = match line.text("op")? {
            "new" => {
                translate::new(tree, stage, number("ctx")?, number("size")?, Some(line.text("name")?)).map(Value::from)
            }
            "named" => {
                translate::named(tree, stage, number("ctx")?, number("size")?, line.text("name")?).map(Value::from)
            }
            "array" => {
                let (el, count) = (number("el")?, number("count")?);
                translate::array(tree, stage, number("ctx")?, (el, count), line.text("name")?).map(Value::from)
            }
            "strdup" => translate::strdup(tree, stage, number("ctx")?, line.text("str")?).map(Value::from),
            "pool" => translate::pool(tree, stage, number("ctx")?, number("size")?).map(Value::from),
            "pooled_object" => {
                let room = (number("nsub")?, number("subsize")?);
                translate::pooled_object(tree, stage, number("ctx")?, number("size")?, line.text("name")?, room)
                    .map(Value::from)
            }
            "realloc" => {
                let name = (line.text_or_null("name")?, line.get("keep_name") == true);
                let chunk = (number("ctx")?, number("id")?);
                translate::realloc(tree, stage, chunk, number("size")?, name).map(Value::from)
            }
            "free" => translate::free(tree, stage, number("id")?).map(Value::from),
            "free_children" => translate::free_children(tree, stage, number("id")?).map(Value::from),
            "steal" => translate::steal(tree, stage, number("to")?, number("id")?).map(Value::from),
            "move" => translate::move_(tree, stage, number("to")?, number("id")?).map(Value::from),
            "reference" => translate::reference(tree, stage, number("ctx")?, number("id")?).map(Value::from),
            "incref" => translate::incref(tree, stage, number("id")?).map(Value::from),
            "unlink" => translate::unlink(tree, stage, number("ctx")?, number("id")?).map(Value::from),
            "reparent" => {
                // The null context by its pointer is id 0 as everywhere; 0 is a literal NULL here.
                let old = if line.get("old") == "null_context" {
                    Some(0)
                } else {
                    Some(number("old")?).filter(|old| *old != 0)
                };
                translate::reparent(tree, stage, old, number("new")?, number("id")?).map(Value::from)
            }
            "set_name" => {
                let name = line.text("name")?;
                translate::set_name(tree, stage, number("id")?, name)
                    .map(|done| if done { Value::from(name) } else { Value::Null })
            }
            "set_name_const" => {
                translate::set_name_const(tree, stage, number("id")?, line.text_or_null("name")?).map(Value::from)
            }
            "set_memlimit" => translate::set_memlimit(tree, stage, number("id")?, number("limit")?).map(Value::from),
            "set_destructor" => {
                let id = number("id")?;
                match Kind::parse(line)? {
                    Some(kind) => destructors::set(tree, stage, id, kind).map(Value::from),
                    None => tree.clear_destructor(stage.node(id)).map(|_| Value::Null),
                }
            }
            other => return Err(format!("unknown op: {other}")),
        };
        answer.map_err(|error| error.to_string())
    }

    /// The tree as the trace would print it.
    fn text(&self) -> String {
        texts::whole(&self.tree, &self.stage)
    }
}
