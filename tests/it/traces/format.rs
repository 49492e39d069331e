//! A trace file: the header, and the lines.

use serde_json::{Map, Value};

const PROFILES: [&str; 9] = [
    "tree",
    "destructors",
    "destructors-alloc",
    "references",
    "memlimit",
    "names",
    "pools",
    "everything",
    "everything-nolimit",
];

/// The first line of a trace.
pub(super) struct Header {
    /// What C's limits count for a chunk, and for a reference.
    pub(super) node_bytes: u32,
    pub(super) reference_bytes: u32,
}

impl Header {
    /// Reads the header; the error says which part of it this replayer doesn't know.
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let header = Line::parse(line)?;
        for (key, known) in [
            ("format", Value::from("talloc-trace-1")),
            ("null_tracking", Value::from(true)),
            ("max_size", Value::from(super::translate::MAX_SIZE)),
        ] {
            let found = header.get(key);
            if found != &known {
                return Err(format!("unknown {key}: {found} (this replayer knows {known})"));
            }
        }
        if !matches!(header.text("limits")?, "none" | "clean") {
            return Err(format!("unknown limits: {}", header.get("limits")));
        }
        let profile = header.text("profile")?;
        if !PROFILES.contains(&profile) {
            return Err(format!("unknown profile: {profile}"));
        }
        let bytes = |key: &str| u32::try_from(header.number(key)?).map_err(|error| format!("{key}: {error}"));
        let (node_bytes, handle) = (bytes("hdr")?, bytes("handle")?);
        Ok(Self { node_bytes, reference_bytes: node_bytes + handle })
    }
}

/// One line: the arguments of a call and what talloc answered, by their keys.
pub(super) struct Line(Map<String, Value>);

impl Line {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map(Self).map_err(|error| format!("no JSON object: {error}"))
    }

    /// The value of `key`, null if there is none.
    pub(super) fn get(&self, key: &str) -> &Value {
        self.0.get(key).unwrap_or(&Value::Null)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn number(&self, key: &str) -> Result<u64, String> {
        self.get(key).as_u64().ok_or_else(|| format!("no number `{key}`"))
    }

    pub(super) fn text(&self, key: &str) -> Result<&str, String> {
        self.get(key).as_str().ok_or_else(|| format!("no text `{key}`"))
    }

    /// A text that may be null.
    pub(super) fn text_or_null(&self, key: &str) -> Result<Option<&str>, String> {
        if self.get(key).is_null() { Ok(None) } else { self.text(key).map(Some) }
    }

    /// The list under `key`; a list that is left out is empty.
    pub(super) fn list(&self, key: &str) -> Vec<Value> {
        self.get(key).as_array().cloned().unwrap_or_default()
    }
}
