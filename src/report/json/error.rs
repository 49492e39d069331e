//! What is wrong with a JSON report.

/// Why [`Report::from_json`](crate::report::Report::from_json) has nothing to return.
///
/// `Display` says what was found, in which line, and what to try.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct JsonError {
    message: Box<str>,
    line: usize,
}

impl JsonError {
    /// The line of the input where reading stopped, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    pub(super) fn new(message: &str, line: usize) -> Self {
        Self { message: message.into(), line }
    }
}

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        use serde_json::error::Category;
        let line = error.line();
        let message = match error.classify() {
            Category::Eof => format!(
                "the input ends at line {line}, in the middle of a report: it may still be being written; \
                 wait for it and read again"
            ),
            Category::Syntax => format!("{error}; is this a report that Freehold wrote as JSON?"),
            Category::Data | Category::Io => error.to_string(),
        };
        Self::new(&message, line)
    }
}
