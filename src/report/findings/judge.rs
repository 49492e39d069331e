//! All judgements, the most severe first.

use std::cmp::Reverse;

use super::{Finding, Severity, names, references, sums, text};
use crate::report::report::Report;

impl Report {
    /// What there is to say about the report beside its tree: what was left out, lost or disturbed, where, and which
    /// numbers hold all the same. The most severe comes first, then the first line. O(records).
    ///
    /// A whole report, undisturbed and with nothing odd about it, has none. Sums tell much, but not all: a name that
    /// forges whole lines, and other output that looks like a report's lines, show at best as [sums that don't
    /// agree](FindingKind::Unbalanced).
    ///
    /// ```
    /// use freehold::report::{FindingKind, Report, Severity};
    /// let text = "full talloc report on 'root' (total     14 bytes in   3 blocks)\n    \
    ///             message                        contains     14 bytes in   1 blocks (ref 0) 0x55d0\n";
    /// let findings = Report::parse(text.as_bytes())?.findings();
    /// assert_eq!((findings[0].kind(), findings[0].severity()), (FindingKind::Truncated, Severity::Damage));
    /// assert_eq!(
    ///     findings[0].to_string(),
    ///     "line 2: the text ends here, before the report does: 1 of 3 blocks are not listed, below 'root', still open there. Totals of \
    ///      listed lines hold; the own bytes of what is open are unknown, and counts by name are too low",
    /// );
    /// # Ok::<(), freehold::report::ParseError>(())
    /// ```
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        sums::judge(self, &mut findings);
        text::judge(self, &mut findings);
        let damaged = findings.iter().any(|finding| finding.severity() == Severity::Damage);
        names::judge(self, damaged, &mut findings);
        if sums::is_whole(&findings) {
            references::judge(self, &mut findings);
        }
        findings.sort_by_key(|finding| (Reverse(finding.severity()), finding.lines().map(|lines| *lines.start())));
        findings
    }
}
