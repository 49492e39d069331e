//! What a budget allows, and what is to happen when that is not enough.

use std::fmt;
use std::sync::{Arc, Mutex};

use super::amount::Amount;
use crate::id::NodeId;
use crate::tree::Tree;

/// Called when a request does not fit. Shared, so that it can run while its budget is changed.
pub(super) type Handler = Arc<Mutex<dyn FnMut(&mut Tree, &Exceeded) -> Relief + Send>>;

/// What happens to a request that does not fit.
pub(super) enum Policy {
    Refuse,
    Record,
    Ask(Handler),
}

/// The limits of one budget.
pub(super) struct Limits {
    /// `i64::MAX` for what is not limited.
    pub(super) most: Amount,
    pub(super) policy: Policy,
}

impl Limits {
    /// The limits that requests are held to.
    pub(super) fn enforced(&self) -> Amount {
        match self.policy {
            Policy::Record => Amount::UNLIMITED,
            Policy::Refuse | Policy::Ask(_) => self.most,
        }
    }
}

/// What the subtree of a node may have, for [`Tree::set_budget`].
///
/// A new one counts and limits nothing. A request that does not fit is refused with
/// [`Error::OverBudget`](crate::Error::OverBudget), unless [`record_only`](Self::record_only) or
/// [`on_exceeded`](Self::on_exceeded) say otherwise.
///
/// ```
/// use freehold::{Budget, Tree};
///
/// let mut tree = Tree::new();
/// let tenant = tree.context(tree.root(), "tenant")?;
/// tree.set_budget(tenant, Budget::new().bytes(100).nodes(20))?;
/// assert!(tree.bytes(tenant, 100).is_ok());
/// assert_eq!(
///     tree.bytes(tenant, 1).unwrap_err().to_string(),
///     format!(
///         "the budget of node {tenant} has no room: 1 bytes were asked for and 0 are left; free something there, \
///          or raise its limit"
///     ),
/// );
/// # Ok::<(), freehold::Error>(())
/// ```
#[must_use = "a budget does nothing until `set_budget`"]
pub struct Budget(pub(super) Limits);

impl Budget {
    /// A budget without limits, which counts only.
    pub fn new() -> Self {
        Self(Limits { most: Amount::UNLIMITED, policy: Policy::Refuse })
    }

    /// How many bytes there may be: of nodes, and of their [overhead](crate::TreeBuilder::budget_overhead).
    pub fn bytes(mut self, most: u64) -> Self {
        self.0.most.bytes = i64::try_from(most).unwrap_or(i64::MAX);
        self
    }

    /// How many nodes there may be, the one that has the budget included.
    pub fn nodes(mut self, most: u64) -> Self {
        self.0.most.nodes = i64::try_from(most).unwrap_or(i64::MAX);
        self
    }

    /// Has it never refuse: [use and peak](BudgetUsage) tell what went beyond the limits. Budgets further out still do.
    pub fn record_only(mut self) -> Self {
        self.0.policy = Policy::Record;
        self
    }

    /// What to call when a request does not fit, before it is refused. The handler has the tree as it is without the
    /// request, may free things, and says whether to try again.
    ///
    /// It is called again in one request only if more is left than the last time. While it runs, what does not fit in its
    /// budget is refused. If it panics, the request is not carried out and the panic continues; the next request asks it
    /// again.
    ///
    /// ```
    /// use freehold::{Budget, Relief, Tree};
    ///
    /// let mut tree = Tree::new();
    /// let cache = tree.context(tree.root(), "cache")?;
    /// tree.set_budget(cache, Budget::new().bytes(100).on_exceeded(move |tree, _| {
    ///     let oldest = tree.children(cache).ok().and_then(Iterator::last);
    ///     match oldest.map(|oldest| tree.free(oldest)) {
    ///         Some(Ok(_)) => Relief::TryAgain,
    ///         _ => Relief::Refuse,
    ///     }
    /// }))?;
    /// let first = tree.bytes(cache, 60)?;
    /// tree.bytes(cache, 60)?;
    /// assert!(!tree.contains(first));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    pub fn on_exceeded(mut self, handler: impl FnMut(&mut Tree, &Exceeded) -> Relief + Send + 'static) -> Self {
        self.0.policy = Policy::Ask(Arc::new(Mutex::new(handler)));
        self
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy = match self.0.policy {
            Policy::Refuse => "refuse",
            Policy::Record => "record only",
            Policy::Ask(_) => "call a handler",
        };
        f.debug_struct("Budget")
            .field("bytes", &limit(self.0.most.bytes))
            .field("nodes", &limit(self.0.most.nodes))
            .field("policy", &policy)
            .finish()
    }
}

/// A limit as it was set, if it was.
fn limit(most: i64) -> Option<u64> {
    (most != i64::MAX).then_some(most as u64)
}

/// A request that does not fit in a budget, as its [handler](Budget::on_exceeded) is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exceeded {
    /// The node whose budget it is.
    pub owner: NodeId,
    /// What there is too little of: `bytes` or `nodes`.
    pub what: &'static str,
    /// How much of it was asked for.
    pub asked: u64,
    /// How much is left.
    pub left: u64,
}

/// What a handler says of a request that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relief {
    /// There should be room now.
    TryAgain,
    /// The request is refused.
    Refuse,
}

/// What a budget counts, and what it allows, from [`Tree::budget`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BudgetUsage {
    /// The bytes in use.
    pub bytes: u64,
    /// The nodes in use, the one that has the budget included.
    pub nodes: u64,
    /// The most bytes that were in use at a time.
    pub peak_bytes: u64,
    /// The most nodes that were in use at a time.
    pub peak_nodes: u64,
    /// How many bytes there may be; `None` for no limit.
    pub bytes_limit: Option<u64>,
    /// How many nodes there may be; `None` for no limit.
    pub nodes_limit: Option<u64>,
}

impl BudgetUsage {
    pub(super) fn new(used: Amount, peak: Amount, limits: &Limits) -> Self {
        Self {
            bytes: used.bytes as u64,
            nodes: used.nodes as u64,
            peak_bytes: peak.bytes as u64,
            peak_nodes: peak.nodes as u64,
            bytes_limit: limit(limits.most.bytes),
            nodes_limit: limit(limits.most.nodes),
        }
    }
}
