//! The text of a live tree's report, without capturing the report.

use std::fmt;
use std::hint::black_box;
use std::io::{self, Write};

use crate::error::Error;
use crate::id::NodeId;
use crate::report::address::Address;
use crate::report::record::MemLimit;
use crate::report::report::Report;
use crate::report::text::line::{self, Facts};
use crate::report::text::page::Page;
use crate::tree::{BudgetUsage, Seen, Sight, Sights, Tree};

/// How many lines are looked up before they are written: what they tell lies far apart, and memory answers several
/// questions in the time of one.
const AHEAD: usize = 32;

/// A live tree's report as text, from [`Tree::report_text`].
#[derive(Clone, Copy, Debug)]
#[must_use = "a text does nothing until it is written"]
pub struct LiveText<'t> {
    sights: Sights<'t>,
    of_root: bool,
}

/// # Reports
impl Tree {
    /// The text of [`report`](Self::report), straight from the tree: the same bytes, several times as fast, for nothing is
    /// captured. O(1) until written.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let session = tree.context(tree.root(), "session")?;
    /// tree.report_text(session)?.write_to(&mut std::io::stderr()).expect("stderr is open");
    /// assert_eq!(tree.report_text(session)?.to_string(), tree.report(session)?.to_string());
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_report_full")]
    pub fn report_text(&self, node: impl Into<NodeId>) -> Result<LiveText<'_>, Error> {
        let top = node.into();
        Ok(LiveText { sights: self.sights(top)?, of_root: top == self.root() })
    }
}

/// What is below a node, itself included.
#[derive(Clone, Copy, Default)]
struct Total {
    bytes: u64,
    blocks: u64,
}

impl Total {
    fn of(node: &Seen<'_>) -> Self {
        Self { bytes: node.bytes(), blocks: 1 }
    }

    fn add(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.blocks += other.blocks;
    }
}

/// What has to be known before the first line is written.
struct Sums<'t> {
    /// Of the nodes that have something below them, in the order of their lines, and of the top.
    totals: Vec<Total>,
    /// The nodes below the top that are claimed from outside and how often, in the order of their lines: counted once,
    /// for other threads may give theirs up in the meantime.
    claims: Vec<(Seen<'t>, u32)>,
}

impl<'t> LiveText<'t> {
    /// Writes the exact bytes, in pieces of some 32 KiB. O(bytes written), with 16 bytes of memory for each node that has
    /// others below it.
    ///
    /// # Errors
    ///
    /// Whatever `out` fails with; what was written until then stays written.
    pub fn write_to<W: Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        self.chunks(|chunk| out.write_all(chunk))
    }

    fn sums(&self) -> Sums<'t> {
        let (mut totals, mut claims) = (Vec::<Total>::new(), Vec::new());
        let mut open = Vec::new();
        let close = |totals: &mut Vec<Total>, open: &mut Vec<usize>| {
            let below = open.pop().map(|index| totals[index]);
            if let (Some(below), Some(&above)) = (below, open.last()) {
                totals[above].add(below);
            }
        };
        for sight in self.sights {
            while open.len() > sight.depth {
                close(&mut totals, &mut open);
            }
            let own = if sight.is_reference { Total { bytes: 0, blocks: 1 } } else { Total::of(&sight.node) };
            if sight.has_children || sight.depth == 0 {
                open.push(totals.len());
                totals.push(own);
            } else if let Some(&above) = open.last() {
                totals[above].add(own);
            }
            if !sight.is_reference && sight.depth > 0 {
                let count = sight.node.claims();
                if count > 0 {
                    claims.push((sight.node, count));
                }
            }
        }
        while open.len() > 1 {
            close(&mut totals, &mut open);
        }
        if self.of_root {
            totals[0].blocks += claims.iter().map(|&(_, count)| u64::from(count)).sum::<u64>();
        }
        Sums { totals, claims }
    }

    /// Hands out the text in pieces that end where lines end.
    fn chunks<E>(&self, mut emit: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let Sums { totals, claims } = self.sums();
        let (mut sums, mut counts) = (totals.into_iter(), claims.iter().peekable());
        let mut page = Page::default();
        let mut sights = self.sights;
        let mut place = Page::default();
        let (mut ahead, mut names) = (Vec::with_capacity(AHEAD), Vec::with_capacity(AHEAD));
        loop {
            ahead.clear();
            while ahead.len() < AHEAD
                && let Some(sight) = sights.next()
            {
                ahead.push(sight);
            }
            if ahead.is_empty() {
                break;
            }
            for sight in &ahead {
                sight.node.touch();
            }
            names.clear();
            names.extend(ahead.iter().map(|sight| sight.node.stored_name()));
            for name in names.iter().flatten() {
                black_box(name.as_bytes().first().copied());
            }
            for (&Sight { depth, ref node, is_reference, has_children }, &name) in ahead.iter().zip(&names) {
                let indent = depth * Report::INDENT;
                let name = name.map_or_else(|| place_of(node, &mut place), str::as_bytes);
                if is_reference {
                    line::reference(&mut page, indent, name);
                } else {
                    if let Some(usage) = node.budget() {
                        line::limit(&mut page, indent, name, limit(&usage));
                    }
                    let sum = if has_children || depth == 0 { sums.next() } else { None };
                    let Total { bytes, blocks } = sum.unwrap_or(Total::of(node));
                    if depth == 0 {
                        page.text(b"full talloc report on '");
                        line::totals(&mut page, name, bytes, blocks);
                    } else {
                        let claimed = counts.next_if(|claim| claim.0.id() == node.id()).map_or(0, |claim| claim.1);
                        let references = node.references().saturating_add(claimed);
                        let address = address(node.id());
                        let facts = Facts { bytes, blocks, references, destructor: None, address };
                        line::node(&mut page, indent, name, &facts);
                    }
                }
                if page.is_full() {
                    emit(page.written())?;
                    page.clear();
                }
            }
        }
        // Claims from outside are the root's, as those of `talloc_increase_ref_count` are.
        if self.of_root {
            for (node, count) in &claims {
                let name = node.stored_name().map_or_else(|| place_of(node, &mut place), str::as_bytes);
                for _ in 0..*count {
                    line::reference(&mut page, Report::INDENT, name);
                    if page.is_full() {
                        emit(page.written())?;
                        page.clear();
                    }
                }
            }
        }
        emit(page.written())
    }
}

/// Where a node was made, which is what one without another name is called, written to `place`.
fn place_of<'p>(node: &Seen<'_>, place: &'p mut Page) -> &'p [u8] {
    place.clear();
    place.text(node.origin().file().as_bytes());
    place.words(|words| {
        words.word(b":");
        words.number(node.origin().line().into(), 1);
    });
    place.written()
}

/// How a budget shows. No limit is a limit of 0 in talloc.
pub(super) fn limit(usage: &BudgetUsage) -> MemLimit {
    MemLimit { max_size: usage.bytes_limit.unwrap_or(0), cur_size: usage.bytes }
}

pub(super) fn address(node: NodeId) -> Address<'static> {
    Address::Handle { index: node.key.index(), version: node.key.generation() }
}

impl fmt::Display for LiveText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chunks(|chunk| f.write_str(&String::from_utf8_lossy(chunk)))
    }
}
