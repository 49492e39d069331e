//! The names given away, and the tokens they were given for.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::report::address::Address;
use crate::report::label::Label;
use crate::report::names::is_known;
use crate::report::record::{Kind, Record};
use crate::report::report::{Format, Report};
use crate::report::shape::Rebuild;

/// Replaces names by tokens, `s1`, `s2` and so on: the same name by the same token, in every report that is
/// [redacted](Report::redacted) with this value.
///
/// `Debug` shows no names.
///
/// ```
/// use freehold::report::{Builder, Entry, Redaction};
/// let mut builder = Builder::new(Entry::new("null_context"));
/// builder.push(Entry::new("struct sdap_options").bytes(96));
/// builder.push(Entry::new("Passw0rd.xyz").bytes(13));
/// let report = builder.finish().redacted(&mut Redaction::new());
/// assert_eq!(report.to_string(), "\
/// full talloc report on 'null_context' (total    109 bytes in   3 blocks)
///     struct sdap_options            contains    109 bytes in   2 blocks (ref 0)
///         s1                             contains     13 bytes in   1 blocks (ref 0)
/// ");
/// ```
#[derive(Default)]
pub struct Redaction<'a> {
    keep: Option<Box<Wanted<'a>>>,
    tokens: HashMap<Arc<[u8]>, Label>,
    names: Vec<Arc<[u8]>>,
}

type Wanted<'a> = dyn Fn(&[u8]) -> bool + 'a;

impl<'a> Redaction<'a> {
    /// Starts with `s1`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves names, and contents, as they are for which `keep` is true. Names that look like tokens are replaced all the
    /// same.
    #[must_use]
    pub fn keep(self, keep: impl Fn(&[u8]) -> bool + 'a) -> Self {
        Self { keep: Some(Box::new(keep)), ..self }
    }

    /// The names that were replaced so far: the first by `s1`, the next by `s2`. Not for those the report is passed on to.
    /// O(1) a step.
    pub fn replaced(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.names.iter().map(|name| &**name)
    }

    fn is_kept(&self, name: &[u8]) -> bool {
        // A token must mean one name alone.
        let is_token = name.strip_prefix(b"s").is_some_and(|number| number.iter().all(u8::is_ascii_digit));
        !is_token && self.keep.as_ref().is_some_and(|keep| keep(name))
    }

    fn token(&mut self, name: &[u8]) -> Label {
        if let Some(token) = self.tokens.get(name) {
            return token.clone();
        }
        let name = Arc::<[u8]>::from(name);
        self.names.push(Arc::clone(&name));
        let token = Label::new(format!("s{}", self.names.len()).into_bytes().into());
        self.tokens.insert(name, token.clone());
        token
    }

    fn redact(&mut self, record: &mut Record, format: Format) {
        let known = match record.kind() {
            Kind::Node | Kind::Reference => {
                let name = record.name();
                // PostgreSQL's names are constants of its source; what is data comes after them, as content.
                name.is_empty()
                    || format == Format::Postgres
                    || record.type_name().map(str::as_bytes) == Some(name)
                    || is_known(name)
            }
            // Made up here.
            Kind::Hidden | Kind::Rest => true,
        };
        if !known && !self.is_kept(record.name()) {
            let token = self.token(record.name());
            record.set_name(&token);
        }
        if let Some(content) = self.content(record, format) {
            record.set_address(Address::Content(&content));
        }
    }

    /// What is to stand in place of a record's content.
    fn content(&mut self, record: &Record, format: Format) -> Option<Vec<u8>> {
        let Address::Content(content) = record.address() else { return None };
        let text = content.trim_ascii_start();
        if text.is_empty() || self.is_kept(text) {
            return None;
        }
        let token = self.token(text);
        // Samba aligns to the right, in as many columns as the block tells.
        let columns = if format == Format::Postgres { 0 } else { content.len() };
        let padding = columns.saturating_sub(token.name().len());
        Some([&b" ".repeat(padding), &**token.name()].concat())
    }
}

impl Report {
    /// The report with tokens for all names that may be data. O(records).
    ///
    /// The tree, all numbers, addresses and lines stay, and so do names that tell about the program: types (`struct
    /// name`, C's own, what ends in `_t` or ` *`, a node's [type](Record::type_name)), places (`dir/file.c:12`,
    /// `talloc_new: file.c:12`), and talloc's own (`UNNAMED`, `null_context`, `.name`, `char`). Every other name becomes
    /// a token, of nodes, references and the root alike; what `char` blocks hold does too, at the same width where that
    /// is wide enough. A header's program becomes `talloc`. Of PostgreSQL's contexts the names stay, and what follows them
    /// becomes a token.
    ///
    /// How long a text was can still be told, from its block's bytes. What is a type is guessed, so that a text which is
    /// exactly `struct` and one word stays; look at what is left before passing a report on.
    #[must_use]
    pub fn redacted(&self, redaction: &mut Redaction<'_>) -> Self {
        let mut rebuild = Rebuild::like(self);
        for visit in self.walk() {
            let mut record = visit.record.clone();
            redaction.redact(&mut record, self.format());
            let new = rebuild.push(visit.depth, record);
            rebuild.stands_for(new, visit.id);
        }
        let mut report = rebuild.finish();
        report.forget_program();
        report
    }
}

impl fmt::Debug for Redaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redaction").field("keep", &self.keep.is_some()).field("replaced", &self.names.len()).finish()
    }
}
