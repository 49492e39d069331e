//! What a report's sums tell: whether it is whole, and if not, why.

use indextree::NodeId;
use rustc_hash::FxHashSet;

use super::finding::{Finding, FindingKind, Severity};
use super::words::{are, counted, quoted};
use crate::report::balance::Imbalance;
use crate::report::record::Kind;
use crate::report::report::{Format, Report};

/// Whether nothing found so far left anything out.
pub(super) fn is_whole(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity() == Severity::Note)
}

pub(super) fn judge(report: &Report, findings: &mut Vec<Finding>) {
    let survey = Survey::of(report);
    let damage = if report.is_filtered() {
        findings.push(survey.filtered());
        survey.others(|imbalance| !lacks(imbalance))
    } else if let Some(disturbed) = survey.disturbed() {
        findings.push(disturbed);
        Vec::new()
    } else if let Some(truncated) = survey.truncated() {
        findings.push(truncated);
        survey.others(|imbalance| !survey.is_cut_off(imbalance))
    } else {
        survey.others(|_| true)
    };
    findings.extend(damage);
    findings.extend(survey.cut().or_else(|| survey.empty()));
    findings.extend(survey.summed_up());
}

/// Whether lines seem to be missing below the node.
fn lacks(imbalance: &Imbalance) -> bool {
    imbalance.blocks > imbalance.counted_blocks
}

fn missing<'a>(imbalances: impl Iterator<Item = &'a Imbalance>) -> u64 {
    imbalances.map(|imbalance| imbalance.blocks - imbalance.counted_blocks).fold(0, u64::saturating_add)
}

/// What one walk gathers.
struct Survey<'a> {
    report: &'a Report,
    /// The path to the last line.
    open: FxHashSet<NodeId>,
    hidden: u64,
    deepest: usize,
    nodes: u64,
    /// Nodes with blocks below that the text was never to show, and how many blocks that is.
    cut: u64,
    below: u64,
    /// Records that stand for what was left out, and how many blocks that is.
    rests: u64,
    summed: u64,
}

impl<'a> Survey<'a> {
    fn of(report: &'a Report) -> Self {
        let mut survey = Self {
            report,
            open: FxHashSet::default(),
            hidden: 0,
            deepest: 0,
            nodes: 0,
            cut: 0,
            below: 0,
            rests: 0,
            summed: 0,
        };
        let unbalanced: FxHashSet<NodeId> = report.imbalances().iter().map(Imbalance::node).collect();
        let mut last = report.root();
        for visit in report.walk() {
            last = visit.id;
            survey.deepest = survey.deepest.max(visit.depth);
            survey.hidden += u64::from(visit.record.kind() == Kind::Hidden);
            let record = visit.record;
            match record.kind() {
                Kind::Reference | Kind::Hidden => continue,
                Kind::Rest => {
                    survey.rests += 1;
                    survey.summed = survey.summed.saturating_add(record.blocks());
                    continue;
                }
                Kind::Node => survey.nodes = survey.nodes.saturating_add(record.count()),
            }
            let is_leaf = report.arena()[visit.id].first_child().is_none();
            if is_leaf && record.self_bytes().is_none() && !unbalanced.contains(&visit.id) {
                let below = record.blocks().saturating_sub(record.count());
                survey.cut = survey.cut.saturating_add(record.count());
                survey.below = survey.below.saturating_add(below);
            }
        }
        survey.open.extend(last.ancestors(report.arena()));
        survey
    }

    /// The end of the text cut off what the node lacks.
    fn is_cut_off(&self, imbalance: &Imbalance) -> bool {
        lacks(imbalance) && self.open.contains(&imbalance.node)
    }

    fn blocks(&self) -> u64 {
        self.report.arena()[self.report.root()].get().blocks()
    }

    fn finding(&self, kind: FindingKind, message: String) -> Finding {
        Finding::new(kind, self.report.line(), self.report.last_line(), message)
    }

    fn others(&self, is_one: impl Fn(&Imbalance) -> bool) -> Vec<Finding> {
        let torn = self.report.chatter_inside().next().is_some();
        let why = |imbalance| match self.report.format() {
            Format::Postgres => "contexts are missing, or there twice. The bytes of those listed hold",
            _ if !lacks(imbalance) => {
                "lines below it belong elsewhere, it was changing, or a name was misread. Its own bytes are unknown; \
                 sums elsewhere hold"
            }
            _ if torn => {
                "other output tore lines apart, or a name was misread. Its own bytes are unknown; sums elsewhere hold"
            }
            _ => "lines are missing below it, or a name was misread. Its own bytes are unknown; sums elsewhere hold",
        };
        let found = self.report.imbalances().iter().filter(|imbalance| is_one(imbalance));
        found
            .map(|imbalance| {
                let message = format!("{imbalance:#}: {}", why(imbalance));
                Finding::new(FindingKind::Unbalanced, imbalance.line, imbalance.line, message)
            })
            .collect()
    }

    fn filtered(&self) -> Finding {
        let missing = missing(self.report.imbalances().iter().filter(|imbalance| lacks(imbalance)));
        self.finding(
            FindingKind::Filtered,
            format!(
                "levels are missing, as a filter leaves them out: {} made up, called '(hidden)', and {missing} of {} \
                 are not listed. Totals of listed lines hold, the header's too; those of '(hidden)' only sum what is listed",
                are(self.hidden, "level"),
                counted(self.blocks(), "block"),
            ),
        )
    }

    /// All that is wrong is one path, on which numbers of bytes rose from line to line, perhaps for the sake of a leaf
    /// whose blocks are not listed: the text of the report itself.
    fn disturbed(&self) -> Option<Finding> {
        if self.report.format() != Format::Talloc {
            return None;
        }
        let imbalances = self.report.imbalances();
        let arena = self.report.arena();
        let grew = |imbalance: &Imbalance| {
            imbalance.blocks == imbalance.counted_blocks && imbalance.counted_bytes > imbalance.bytes
        };
        let growths = imbalances.iter().filter(|it| grew(it)).map(|it| it.counted_bytes - it.bytes);
        let growth = growths.fold(0, u64::saturating_add);
        // A report is read parents first, and what is open is closed children first.
        let (lowest, above) = imbalances.split_first().filter(|_| growth > 0)?;
        let is_text = lacks(lowest) && arena[lowest.node].first_child().is_none();
        let path: FxHashSet<NodeId> = lowest.node.ancestors(arena).collect();
        if !(is_text || grew(lowest)) || !above.iter().all(|it| grew(it) && path.contains(&it.node)) {
            return None;
        }
        let name = quoted(&lowest.name);
        let text = if is_text {
            format!(
                "{name} says {}, and {} not listed",
                counted(lowest.bytes, "byte"),
                are(missing([lowest].into_iter()), "block")
            )
        } else {
            format!("what is below {name} says more than it does")
        };
        let first = above.last().unwrap_or(lowest).line;
        Some(Finding::new(
            FindingKind::Disturbed,
            first,
            lowest.line,
            format!(
                "the tree grew by {} while it was printed, as when a program prints its report into memory of that \
                 very tree: in line {}, {text}. Each total held when its own line was printed, so earlier ones are \
                 lower; all other sums agree",
                counted(growth, "byte"),
                lowest.line,
            ),
        ))
    }

    fn truncated(&self) -> Option<Finding> {
        let report = self.report;
        if report.format() == Format::Postgres && report.is_truncated() {
            let message = "the text ends here, without the grand total that ends such a list, so contexts may be missing. \
                           The bytes of those listed hold; sums above them are too low if so";
            let line = report.last_line();
            return Some(Finding::new(FindingKind::Truncated, line, line, message.to_owned()));
        }
        let cut_off = || report.imbalances().iter().filter(|imbalance| self.is_cut_off(imbalance));
        let (nodes, lost) = (cut_off().count(), missing(cut_off()));
        let cut_line = report.cut_line();
        // A trailer, or a report that goes on after other output, has its end.
        let ends_there = nodes == report.imbalances().len()
            && report.mallinfo().is_empty()
            && report.chatter_inside().next().is_none();
        if nodes == 0 || !(ends_there || cut_line.is_some()) {
            return None;
        }
        let innermost = cut_off().next().map_or(&b""[..], |imbalance| &imbalance.name);
        let (what, line) = match cut_line {
            Some(line) => ("the text ends within this line", line),
            None => ("the text ends here, before the report does", report.last_line()),
        };
        let open = match nodes {
            1 => format!("{}, still open there", quoted(innermost)),
            _ => format!("the {nodes} nodes still open there, the innermost {}", quoted(innermost)),
        };
        Some(Finding::new(
            FindingKind::Truncated,
            line,
            line,
            format!(
                "{what}: {lost} of {} not listed, below {open}. Totals of listed lines hold; the own bytes of \
                 what is open are unknown, and counts by name are too low",
                are(self.blocks(), "block"),
            ),
        ))
    }

    fn cut(&self) -> Option<Finding> {
        if self.cut == 0 {
            return None;
        }
        let (below, blocks) = (self.below, are(self.blocks(), "block"));
        let holds = "Totals hold; the own bytes of those nodes are unknown, and counts by name are too low. A full \
                     report has all";
        let message = match self.deepest {
            0 => format!("the first line of a report alone: {below} of {blocks} not listed. Its totals hold"),
            deepest => format!(
                "a report cut {} below its first line: {} of {} hold more, so that {below} of {blocks} not listed. {holds}",
                counted(deepest as u64, "level"),
                self.cut,
                counted(self.nodes, "node"),
            ),
        };
        Some(self.finding(if self.deepest < 2 { FindingKind::Brief } else { FindingKind::DepthCut }, message))
    }

    fn summed_up(&self) -> Option<Finding> {
        let blocks = self.blocks();
        (self.rests > 0).then(|| {
            self.finding(
                FindingKind::SummedUp,
                format!(
                    "{} of {} not listed one by one, but summed up in {}. All sums hold; counts by name are too low",
                    self.summed,
                    are(blocks, "block"),
                    counted(self.rests, "remainder"),
                ),
            )
        })
    }

    fn empty(&self) -> Option<Finding> {
        let root = self.report.arena()[self.report.root()].get();
        let tracks = root.name() == b"null_context" && root.blocks() == 1;
        tracks.then(|| {
            self.finding(
                FindingKind::NothingTracked,
                "nothing is tracked below 'null_context': all was freed, or, more likely, all was allocated before \
                 talloc_enable_null_tracking() was called. Call that first thing in the program"
                    .to_owned(),
            )
        })
    }
}
