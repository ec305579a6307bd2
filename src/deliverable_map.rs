//! Which files each worker delivers, as a file of its own states it.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// Paths by worker, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliverableMap {
    /// A worker's id, the paths, and the line of the file that gives them.
    pub entries: Vec<DeliverableEntry>,
}

/// What one worker delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliverableEntry {
    /// The worker's id, as written.
    pub id: String,
    /// Its files.
    pub paths: Vec<String>,
    /// The line, counted from 1; `None` for an entry of a JSON object.
    pub line: Option<usize>,
}

/// Why a mapping cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeliverableMapError {
    /// The file begins like a JSON object and is none from id to path or list of paths.
    #[error("not a JSON object from id to path or list of paths: {0}")]
    Json(String),
    /// A line is no `ID: path`.
    #[error("line {line}: `{text}` is not `ID: path`")]
    Line {
        /// The line, counted from 1.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// An id has two entries.
    #[error("`{id}` has two entries; give all its paths in one, separated by commas")]
    Twice {
        /// The id.
        id: String,
    },
}

impl DeliverableMap {
    /// Reads a JSON object from id to path or list of paths, or lines `ID: path` (also `ID = path`; several paths are separated by
    /// commas; empty lines and lines that begin with `#` are passed over).
    ///
    /// # Errors
    ///
    /// [`DeliverableMapError`] at the first thing that is neither.
    pub fn parse(text: &str) -> Result<DeliverableMap, DeliverableMapError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let entries = if text.trim_start().starts_with('{') {
            json_entries(text)?
        } else {
            line_entries(text)?
        };
        let mut seen = BTreeSet::new();
        for entry in &entries {
            if !seen.insert(entry.id.to_lowercase()) {
                return Err(DeliverableMapError::Twice {
                    id: entry.id.clone(),
                });
            }
        }
        Ok(DeliverableMap { entries })
    }
}

fn json_entries(text: &str) -> Result<Vec<DeliverableEntry>, DeliverableMapError> {
    let entries: JsonEntries =
        serde_json::from_str(text).map_err(|error| DeliverableMapError::Json(error.to_string()))?;
    Ok(entries.0)
}

/// The members of a JSON object in order, repeated keys included: a map would drop all but the last.
struct JsonEntries(Vec<DeliverableEntry>);

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Paths {
    One(String),
    Many(Vec<String>),
}

impl<'de> Deserialize<'de> for JsonEntries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = JsonEntries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object from id to path or list of paths")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonEntries, A::Error> {
                let mut entries = Vec::new();
                while let Some((id, paths)) = map.next_entry()? {
                    let paths = match paths {
                        Paths::One(path) => vec![path],
                        Paths::Many(paths) => paths,
                    };
                    entries.push(DeliverableEntry {
                        id,
                        paths,
                        line: None,
                    });
                }
                Ok(JsonEntries(entries))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

fn line_entries(text: &str) -> Result<Vec<DeliverableEntry>, DeliverableMapError> {
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = || DeliverableMapError::Line {
            line: index + 1,
            text: line.to_owned(),
        };
        let (id, paths) = line.split_once([':', '=']).ok_or_else(wrong)?;
        let paths: Vec<String> = paths
            .split(',')
            .map(|path| path.trim().trim_matches(['`', '"']).to_owned())
            .collect();
        if id.trim().is_empty() || paths.iter().any(String::is_empty) {
            return Err(wrong());
        }
        entries.push(DeliverableEntry {
            id: id.trim().to_owned(),
            paths,
            line: Some(index + 1),
        });
    }
    Ok(entries)
}
