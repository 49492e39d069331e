//! What nodes hold, and changing it.

use super::state::{Model, Res};
use crate::model::SEPARATOR;
use crate::model::outcome::{Content, Done, Event, Fault, Num};
use crate::model::probe::Probe;
use crate::model::program::{Sort, Way};

impl Content {
    pub fn size(&self) -> usize {
        match self {
            Self::Context => 0,
            Self::Probe(_) => size_of::<Probe>(),
            Self::Bytes(bytes) => bytes.len(),
            Self::Words(words) => words.len() * 4,
            Self::Text(text) => text.len(),
        }
    }

    pub fn sort(&self) -> Sort {
        match self {
            Self::Context => Sort::Context,
            Self::Probe(_) => Sort::Probe,
            Self::Bytes(_) => Sort::Bytes,
            Self::Words(_) => Sort::Words,
            Self::Text(_) => Sort::Text,
        }
    }
}

impl Model {
    pub fn downcast(&self, num: Num, sort: Sort) -> Res<Done> {
        let found = self.node(self.resolve(num)?).content.sort();
        if found == sort { Ok(Done::Cast) } else { Err(Fault::WrongType { node: num, expected: sort, found }.into()) }
    }

    pub fn replace(&mut self, num: Num) -> Res<Done> {
        self.serials += 1;
        let serial = self.serials;
        let result = self.downcast(num, Sort::Probe);
        if let Err(stop) = result {
            self.drop_probe(serial);
            return Err(stop);
        }
        let Content::Probe(old) = std::mem::replace(&mut self.node_mut(num).content, Content::Probe(serial)) else {
            unreachable!("just looked at")
        };
        self.drop_probe(old);
        Ok(Done::Replaced(old))
    }

    pub fn write(&mut self, num: Num, sort: Sort, byte: u8) -> Res<Done> {
        self.downcast(num, sort)?;
        match &mut self.node_mut(num).content {
            Content::Bytes(bytes) => bytes.fill(byte),
            Content::Words(words) => words.fill(byte.into()),
            _ => unreachable!("only arrays are written"),
        }
        Ok(Done::Set)
    }

    pub fn resize(&mut self, num: Num, len: u8) -> Res<Done> {
        self.settled()?;
        self.downcast(num, Sort::Words)?;
        self.may_grow(num, |from| i64::from(len) * 4 - from as i64)?;
        let from = self.size(num);
        if let Content::Words(words) = &mut self.node_mut(num).content {
            words.resize(len.into(), 0);
        }
        self.resized(num, from);
        Ok(Done::Set)
    }

    pub fn append(&mut self, num: Num, text: &str, way: Way) -> Res<Done> {
        self.settled()?;
        self.downcast(num, Sort::Text)?;
        let from = self.size(num);
        let outcome = if way == Way::Written {
            self.may_grow(num, |_| 0)?;
            let (front, back) = text.split_at(text.len() / 2);
            let outcome = self.extend(num, front).and_then(|()| self.extend(num, back));
            if self.is_there(num) {
                self.resized(num, from);
            }
            outcome
        } else {
            let separator = if way == Way::Separated && from > 0 { SEPARATOR } else { "" };
            let addition = format!("{separator}{text}");
            let outcome = self.extend(num, &addition);
            if outcome.is_ok() {
                // The handler of a budget may have appended as well, and told of that.
                self.resized(num, self.size(num) - addition.len());
            }
            outcome
        };
        outcome.map(|()| Done::Set)
    }

    fn extend(&mut self, num: Num, more: &str) -> Res<()> {
        self.may_grow(num, |_| more.len() as i64)?;
        if let Content::Text(old) = &mut self.node_mut(num).content {
            old.push_str(more);
        }
        self.note_peaks();
        Ok(())
    }

    /// A shared node can't change its size: its holders may rely on where it is, in C.
    fn may_grow(&mut self, num: Num, by: impl Fn(usize) -> i64) -> Res<()> {
        self.afford(|model| {
            model.resolve_parent(num)?;
            let holders = model.holders(num);
            if !holders.is_empty() {
                return Err(Fault::Shared { node: num, holders }.into());
            }
            Ok(Some(model.demand_of_growth(num, by(model.size(num)))))
        })
    }

    fn resized(&mut self, num: Num, from: usize) {
        let to = self.size(num);
        self.note_peaks();
        if from != to {
            self.push(Event::Resized { node: num, from, to });
        }
    }

    pub fn rename(&mut self, num: Num, name: Option<String>) -> Res<Done> {
        self.resolve(num)?;
        let node = self.node_mut(num);
        let nothing_to_clear = name.is_none() && node.name.is_none();
        node.name = name;
        if !nothing_to_clear {
            self.push(Event::Renamed(num));
        }
        Ok(Done::Set)
    }
}
