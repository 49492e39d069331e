//! Records in, a report out.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use indextree::{Arena, NodeId};
use rustc_hash::FxHashMap;

use super::shape::{Fact, Head, Line, Text};
use crate::report::address::Address;
use crate::report::balance::Imbalance;
use crate::report::intern::Names;
use crate::report::label::Label;
use crate::report::number::{number as number_of, numbered};
use crate::report::parse::{handle, pointer};
use crate::report::record::{Kind, MemLimit, Record};
use crate::report::report::{Form, Header, Notes, Report};

/// How deep the text of a report may begin, and how many spaces it may have for a level: so many that no report has more, and
/// so few that its lines fit into memory.
const MOST_DEPTH: usize = 1 << 16;
const MOST_INDENT: usize = 64;

/// No text has as many lines, and two such numbers still add up.
const MOST_LINES: usize = usize::MAX / 2;

/// A report under construction: records come in the order of the report's lines, totals and all.
#[derive(Default)]
pub(super) struct Loader {
    arena: Arena<Record>,
    /// The path from the root to the newest record.
    open: Vec<NodeId>,
    names: Names,
    texts: HashSet<Arc<str>>,
    /// Names, types and places of making that came together, by where each lies.
    made: FxHashMap<(*const u8, Option<*const u8>, Option<*const u8>), Label>,
    /// References, and the numbers of the records they claim, which may still come.
    targets: Vec<(NodeId, usize)>,
}

impl Loader {
    /// Whether no record has come yet.
    pub(super) fn is_empty(&self) -> bool {
        self.arena.is_empty()
    }

    /// Adds a record, or says what is wrong with it.
    pub(super) fn push(&mut self, line: Line<'_>) -> Result<(), String> {
        let number = self.arena.len();
        if line.id != number {
            let found = line.id;
            return Err(format!(
                "record {found} stands where {number} should: ids count the records from 0, in their order"
            ));
        }
        let target = line.target;
        if target.is_some() && line.kind != Kind::Reference {
            return Err(format!("record {number} claims another, as only references do"));
        }
        self.make_way(number, line.parent)?;
        let record = self.record(line).map_err(|what| format!("record {number}: {what}"))?;
        let id = match self.open.last() {
            Some(parent) => parent.append_value(record, &mut self.arena),
            None => self.arena.new_node(record),
        };
        self.open.push(id);
        self.targets.extend(target.map(|target| (id, target)));
        Ok(())
    }

    /// The report, or what is wrong with it as a whole.
    pub(super) fn finish(mut self, head: Head<'_>) -> Result<Report, String> {
        let (found, promised) = (self.arena.len(), head.records);
        if found != promised {
            return Err(format!("the report says it has {promised} records, but there are {found}"));
        }
        let root = numbered(&self.arena, 0).ok_or("a report has at least one record, its root")?;
        check(&head)?;
        for (reference, target) in std::mem::take(&mut self.targets) {
            let wrong = |what: &str| format!("record {} claims record {target}, {what}", number_of(reference));
            let target = numbered(&self.arena, target).ok_or_else(|| wrong(&format!("and there are {found}")))?;
            if self.arena[target].get().kind() == Kind::Reference {
                return Err(wrong("which is a reference itself"));
            }
            self.arena[reference].get_mut().set_target(Some(target));
        }
        let imbalances = head.imbalances.into_iter().map(|unbalanced| {
            let number = unbalanced.record;
            let node = numbered(&self.arena, number);
            Ok(Imbalance {
                node: node.ok_or_else(|| format!("record {number} is said not to balance, and there are {found}"))?,
                line: unbalanced.line,
                name: bytes(&unbalanced.name, &unbalanced.name_bytes).into(),
                bytes: unbalanced.bytes,
                blocks: unbalanced.blocks,
                counted_bytes: unbalanced.counted_bytes,
                counted_blocks: unbalanced.counted_blocks,
            })
        });
        let imbalances = imbalances.collect::<Result<_, String>>()?;
        let header =
            head.header.map(|words| Header { full: words.full, capital: words.capital, program: words.program.into() });
        let form = Form { header, start_depth: head.start_depth, indent: head.indent };
        let notes = Notes {
            line: head.line,
            skipped: head.skipped_lines,
            last: head.last_line,
            chatter: head.chatter,
            cut_line: head.cut_line,
            format: head.source,
            mallinfo: head.mallinfo.into_iter().map(|fact| (fact.name.into(), fact.value)).collect(),
        };
        self.arena.shrink_to_fit();
        Ok(Report::restore(self.arena, root, form, notes, imbalances, head.truncated, head.filtered))
    }

    /// Closes what is open below the parent of record `number`.
    fn make_way(&mut self, number: usize, parent: Option<usize>) -> Result<(), String> {
        let Some(parent) = parent else {
            return if number == 0 {
                Ok(())
            } else {
                Err(format!("record {number} has no parent, as only record 0 may"))
            };
        };
        let is_parent = |id: &NodeId| number_of(*id) == parent;
        while self.open.pop_if(|id| !is_parent(id)).is_some() {}
        let Some(&id) = self.open.last() else {
            return Err(format!(
                "record {number} has the parent {parent}, which is none of those it can have here: \
                 each record is followed by those below it"
            ));
        };
        match self.arena[id].get().kind() {
            Kind::Reference => Err(format!("record {number} is below record {parent}, which is a reference")),
            _ => Ok(()),
        }
    }

    fn record(&mut self, line: Line<'_>) -> Result<Record, String> {
        if line.count == 0 {
            return Err("it stands for at least one".to_owned());
        }
        let name = self.names.intern(bytes(&line.name, &line.name_bytes));
        let mut record = Record::new(line.kind, self.label(name, line.type_name, line.origin));
        record.set_totals(line.bytes, line.blocks);
        record.set_self_bytes(line.self_bytes);
        record.set_references(line.references);
        record.set_count(line.count);
        record.set_standing(line.standing.map(Into::into));
        let content = line.content.as_ref().map(|Text(text)| bytes(text, &line.content_bytes));
        match (line.address, content) {
            (Some(Text(text)), None) => record.set_address(address(&text)?),
            (None, Some(content)) => record.set_address(Address::Content(content)),
            (None, None) => {}
            (Some(_), Some(_)) => return Err("a line shows an address or the content, not both".to_owned()),
        }
        if let Some(Text(text)) = line.destructor {
            record.set_destructor(destructor(&text)?);
        }
        if let Some(limit) = line.memlimit {
            record.set_limit(MemLimit { max_size: limit.max_size, cur_size: limit.cur_size });
        }
        Ok(record)
    }

    /// The name, and what made the record, each kept once.
    fn label(&mut self, name: Label, type_name: Option<Text<'_>>, origin: Option<Text<'_>>) -> Label {
        if type_name.is_none() && origin.is_none() {
            return name;
        }
        let [type_name, origin] = [type_name, origin].map(|text| text.map(|Text(text)| self.text(&text)));
        let place = |text: &Option<Arc<str>>| text.as_ref().map(|text| text.as_ptr());
        let key = (name.name().as_ptr(), place(&type_name), place(&origin));
        self.made.entry(key).or_insert_with(|| name.made(type_name, origin)).clone()
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new = Arc::<str>::from(text);
        self.texts.insert(Arc::clone(&new));
        new
    }
}

/// Says which number of `head` can't be.
fn check(head: &Head<'_>) -> Result<(), String> {
    if head.start_depth > MOST_DEPTH || head.indent > MOST_INDENT {
        let Head { start_depth, indent, .. } = head;
        return Err(format!("no report begins at depth {start_depth}, {indent} spaces a level"));
    }
    // glibc has no other names, so that none of these can hold what redaction should have replaced.
    let is_name = |fact: &&Fact<'_>| !fact.name.is_empty() && fact.name.bytes().all(|byte| byte.is_ascii_lowercase());
    if let Some(fact) = head.mallinfo.iter().find(|fact| !is_name(fact)) {
        return Err(format!("{:?} is no name of glibc's mallinfo: those are lowercase letters", fact.name));
    }
    let is_run = |&(first, lines): &(usize, usize)| first > 0 && first <= MOST_LINES && lines <= MOST_LINES;
    let is_place = [head.line, head.last_line, head.skipped_lines].iter().all(|line| *line <= MOST_LINES);
    if is_place && head.chatter.iter().all(is_run) {
        return Ok(());
    }
    Err("a line is numbered as none can be: lines count from 1".to_owned())
}

/// A text that may have its exact bytes beside it.
fn bytes<'t>(text: &'t str, bytes: &'t Option<Cow<'_, [u8]>>) -> &'t [u8] {
    bytes.as_deref().unwrap_or(text.as_bytes())
}

fn address(text: &str) -> Result<Address<'static>, String> {
    let token = text.as_bytes();
    let address = if token == b"(nil)" { Some(Address::Nil) } else { pointer(token).or_else(|| handle(token)) };
    address.ok_or_else(|| format!("{text:?} is no address: those are (nil), 0x and hexadecimal digits, or as 12v3"))
}

/// Only what a `d=` column can have.
fn destructor(text: &str) -> Result<Address<'static>, String> {
    match address(text) {
        Ok(column @ (Address::Nil | Address::Pointer(_))) => Ok(column),
        _ => Err(format!("{text:?} is no destructor: those are (nil), or 0x and hexadecimal digits")),
    }
}
