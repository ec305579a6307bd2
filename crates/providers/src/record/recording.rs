//! What was asked and answered.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ProviderError, Request, Response};

/// A question and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Exchange {
    /// What was asked, without the limits of the call.
    pub request: Request,
    /// What came.
    pub end: Result<Response, ProviderError>,
}

/// Questions and answers in the order in which the answers came. Its text form is a JSON object a line.
///
/// It holds what requests and responses hold, and so neither keys nor addresses: those are in the back-ends alone,
/// which also take an echoed key out of errors. It does hold prompts and answers.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Recording {
    /// The exchanges.
    pub exchanges: Vec<Exchange>,
}

/// A recording that cannot be read.
#[derive(Debug)]
pub struct RecordingError {
    line: usize,
    source: serde_json::Error,
}

impl RecordingError {
    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for RecordingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed to read line {} of the recording", self.line)
    }
}

impl std::error::Error for RecordingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl Recording {
    /// The exchanges as JSON, one a line.
    ///
    /// # Errors
    ///
    /// A number that JSON cannot say, such as an infinite temperature.
    pub fn to_json_lines(&self) -> Result<String, serde_json::Error> {
        let mut text = String::new();
        for exchange in &self.exchanges {
            text.push_str(&serde_json::to_string(exchange)?);
            text.push('\n');
        }
        Ok(text)
    }

    /// Reads what [`to_json_lines`](Self::to_json_lines) wrote; empty lines are passed over.
    ///
    /// # Errors
    ///
    /// The first line that is no exchange.
    pub fn from_json_lines(text: &str) -> Result<Self, RecordingError> {
        let lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty());
        let exchanges = lines.map(|(at, line)| {
            serde_json::from_str(line).map_err(|source| RecordingError {
                line: at + 1,
                source,
            })
        });
        Ok(Self {
            exchanges: exchanges.collect::<Result<_, _>>()?,
        })
    }
}
