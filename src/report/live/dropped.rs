//! Leak reports: what is left when a tree is dropped.

use crate::report::Report;
use crate::tree::TreeBuilder;

/// How much of what is left a leak report shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeakReport {
    /// The root's children only, each with its totals.
    Brief,
    /// Everything.
    Full,
}

impl TreeBuilder {
    /// Makes the tree print to stderr what is left in it when it is dropped. Nothing is printed if nothing is left.
    ///
    /// After the report come the nodes that [float](Report::floating), if any do: they were never claimed.
    ///
    /// Unlike talloc, which keeps quiet when what leaked has no bytes, any node that is left counts.
    ///
    /// ```
    /// use freehold::TreeBuilder;
    /// use freehold::report::LeakReport;
    ///
    /// let tree = TreeBuilder::new().leak_report(LeakReport::Full).build();
    /// ```
    #[doc(alias = "talloc_enable_leak_report")]
    #[doc(alias = "talloc_enable_leak_report_full")]
    pub fn leak_report(self, form: LeakReport) -> Self {
        self.leak_report_to(move |report| match form {
            LeakReport::Brief => eprint!("{}{}", report.brief(), report.floating()),
            LeakReport::Full => eprint!("{report}{}", report.floating()),
        })
    }

    /// Hands over what is left when the tree is dropped, if anything is: to a writer, a log or a test.
    ///
    /// ```
    /// use freehold::TreeBuilder;
    /// use std::sync::mpsc;
    ///
    /// let (sender, leaks) = mpsc::channel();
    /// let mut tree = TreeBuilder::new().leak_report_to(move |left| sender.send(left.to_string()).unwrap()).build();
    /// tree.context(tree.root(), "forgotten")?;
    /// drop(tree);
    /// assert!(leaks.recv().unwrap().contains("forgotten"));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    pub fn leak_report_to(self, sink: impl FnOnce(&Report) + Send + 'static) -> Self {
        self.on_drop(move |tree| {
            if !tree.is_empty()
                && let Ok(report) = tree.report(tree.root())
            {
                sink(&report);
            }
        })
    }
}
