//! One record as a line: `{"seq":7,"sum":"9f86d081884c7d65","body":{…}}`.
//!
//! Every line is a JSON object, yet is read by position: `sum` is over the exact bytes of the
//! body, so nothing may be parsed and written again in between.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Record;
use crate::hex::hex;

/// A record with its place and time in the journal.
#[derive(Debug)]
pub(super) struct Line {
    /// Wall-clock time in milliseconds since 1970, for people: order is by position alone.
    pub(super) at_ms: u64,
    pub(super) record: Record,
}

/// Why a line is not one that was written here.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BadLine {
    /// It may have been harmed after it was written, or its writing was cut short.
    Damaged(String),
    /// It is as it was written, by a program that knows more kinds of records.
    Unknown(String),
}

/// Appends the line of a record to `to`.
pub(super) fn write(to: &mut Vec<u8>, seq: u64, record: &Record) -> serde_json::Result<()> {
    let record = serde_json::to_string(record)?;
    let fields = record.strip_prefix('{').expect("a record is an object");
    let body = format!(r#"{{"at_ms":{},{fields}"#, unix_millis());
    let sum = sum(body.as_bytes());
    to.extend_from_slice(format!(r#"{{"seq":{seq},"sum":"{sum}","body":{body}}}"#).as_bytes());
    to.push(b'\n');
    Ok(())
}

/// Reads the line, given without its line break, that must be the one with this number.
pub(super) fn read(line: &[u8], seq: u64) -> Result<Line, BadLine> {
    let damaged = |what: String| Err(BadLine::Damaged(what));
    let Some(parts) = Parts::of(line) else {
        return damaged("not a whole journal line".to_owned());
    };
    if !parts.is_intact() {
        return damaged("its checksum does not match".to_owned());
    }
    if parts.seq != seq.to_string().as_bytes() {
        return damaged(format!("it is not record {seq}"));
    }

    #[derive(Deserialize)]
    struct Stamp {
        at_ms: u64,
    }
    let unknown = |error: serde_json::Error| BadLine::Unknown(error.to_string());
    let Stamp { at_ms } = serde_json::from_slice(parts.body).map_err(unknown)?;
    let record = serde_json::from_slice(parts.body).map_err(unknown)?;
    Ok(Line { at_ms, record })
}

/// Whether the line is as it was written, whatever its number and content.
pub(super) fn is_intact(line: &[u8]) -> bool {
    Parts::of(line).is_some_and(|parts| parts.is_intact())
}

/// The format version that the line states, if it is the header of any version.
pub(super) fn stated_version(line: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    struct Stated {
        version: u32,
    }
    let body = Parts::of(line)?.body;
    let stated: Stated = serde_json::from_slice(body).ok()?;
    Some(stated.version)
}

/// A line taken apart by position, before anything about it is believed.
struct Parts<'a> {
    seq: &'a [u8],
    sum: &'a [u8],
    body: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(line: &'a [u8]) -> Option<Self> {
        let rest = line.strip_prefix(br#"{"seq":"#)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (seq, rest) = rest.split_at(digits);
        let rest = rest.strip_prefix(br#","sum":""#)?;
        let (sum, rest) = rest.split_at_checked(SUM_LENGTH)?;
        let body = rest.strip_prefix(br#"","body":"#)?.strip_suffix(b"}")?;
        Some(Self { seq, sum, body })
    }

    fn is_intact(&self) -> bool {
        self.sum == sum(self.body).as_bytes()
    }
}

const SUM_LENGTH: usize = 16;

/// The first 64 bits of SHA-256, in hexadecimal.
fn sum(body: &[u8]) -> String {
    let mut sum = hex(&Sha256::digest(body));
    sum.truncate(SUM_LENGTH);
    sum
}

fn unix_millis() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
