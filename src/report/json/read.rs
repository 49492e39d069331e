//! From JSON to a report.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::error::JsonError;
use super::load::Loader;
use super::shape::{FORMAT, Head, Line, Text, VERSION};
use crate::report::report::Report;

/// # JSON
///
/// With the feature `json`.
impl Report {
    /// Reads the one report in `json`, as [`write_json`](Self::write_json) or [`write_ndjson`](Self::write_ndjson) wrote
    /// it. O(bytes); memory for the records, not for the JSON.
    ///
    /// The result equals the report that was written. Members it doesn't know are passed over, so that what later
    /// releases of the same version write can be read.
    ///
    /// ```
    /// use freehold::report::Report;
    /// let report = Report::from_json(br#"{"format":"freehold-report","version":1,"report":{"records":1},
    ///     "records":[{"id":0,"name":"root","bytes":8,"blocks":1,"self_bytes":8}]}"#)?;
    /// assert_eq!(report.arena()[report.root()].get().bytes(), 8);
    /// let error = Report::from_json(br#"{"format":"freehold-report","version":2}"#).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the report is of version 2, and this release reads version 1: try a later release of Freehold \
    ///      at line 1 column 40",
    /// );
    /// # Ok::<(), freehold::report::JsonError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`JsonError`] if the input is no JSON, is cut, is of another version, contradicts itself, or has no report or
    /// several.
    pub fn from_json(json: &[u8]) -> Result<Self, JsonError> {
        let mut reports = Self::from_json_all(json)?;
        match &*reports {
            [_] => Ok(reports.remove(0)),
            [] => Err(JsonError::new("the input is empty: the report may not have been written yet")),
            several => Err(JsonError::new(format!(
                "there are {} reports; use Report::from_json_all and choose one",
                several.len()
            ))),
        }
    }

    /// Reads all reports in `json`, one after the other, in both forms. O(bytes).
    ///
    /// # Errors
    ///
    /// As [`from_json`](Self::from_json), but for the number of reports.
    pub fn from_json_all(json: &[u8]) -> Result<Vec<Self>, JsonError> {
        let mut input = serde_json::Deserializer::from_slice(json);
        let mut reports = Vec::new();
        while input.end().is_err() {
            let mut loader = Loader::default();
            let head = Document(&mut loader).deserialize(&mut input).map_err(JsonError::parsing)?;
            if loader.is_empty() {
                for _ in 0..head.records {
                    let line = Line::deserialize(&mut input).map_err(JsonError::parsing)?;
                    loader.push(line).map_err(JsonError::new)?;
                }
            }
            reports.push(loader.finish(head).map_err(JsonError::new)?);
        }
        Ok(reports)
    }
}

/// The object a report begins with. Its records, if they are within, go to the loader as they come.
struct Document<'l>(&'l mut Loader);

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = Head<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Head<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Head<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the object a report of Freehold's begins with")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Head<'de>, A::Error> {
        let (mut format, mut version, mut head) = (false, false, None);
        while let Some(Text(key)) = map.next_key::<Text<'de>>()? {
            match &*key {
                "format" => {
                    let Text(found) = map.next_value::<Text<'de>>()?;
                    if found != FORMAT {
                        return Err(A::Error::custom(format_args!("the format is {found:?}, not {FORMAT:?}")));
                    }
                    format = true;
                }
                "version" => {
                    let found: u64 = map.next_value()?;
                    if found != VERSION {
                        return Err(A::Error::custom(format_args!(
                            "the report is of version {found}, and this release reads version {VERSION}: \
                             try a later release of Freehold"
                        )));
                    }
                    version = true;
                }
                "report" => head = Some(map.next_value()?),
                "records" => map.next_value_seed(Records(self.0))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if !format {
            return Err(A::Error::custom(format_args!(
                "this object is no report of Freehold's, which has \"format\":{FORMAT:?}"
            )));
        }
        if !version {
            return Err(A::Error::missing_field("version"));
        }
        head.ok_or_else(|| A::Error::missing_field("report"))
    }
}

/// The list of records.
struct Records<'l>(&'l mut Loader);

impl<'de> DeserializeSeed<'de> for Records<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Records<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut records: A) -> Result<(), A::Error> {
        while let Some(line) = records.next_element::<Line<'de>>()? {
            self.0.push(line).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}
