//! What is wrong with a JSON report.

use serde_json::error::Category;

/// Why [`Report::from_json`](crate::report::Report::from_json) has nothing to return.
///
/// `Display` says what was found, in which line or record, and what to try.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(Box<str>);

impl JsonError {
    pub(super) fn new(message: impl Into<Box<str>>) -> Self {
        Self(message.into())
    }

    /// What the parser says. No `From`: that would be a promise about the parser.
    pub(super) fn parsing(error: serde_json::Error) -> Self {
        Self::new(match error.classify() {
            Category::Eof => format!(
                "the input ends at line {}, in the middle of a report: it may still be being written; \
                 wait for it and read again",
                error.line()
            ),
            Category::Syntax => format!("{error}; is this a report that Freehold wrote as JSON?"),
            Category::Data | Category::Io => error.to_string(),
        })
    }
}
