//! What the text of a node says about its task.

use std::time::Duration;

use crate::dialect::mermaid::{Node, plain_label};
use crate::dialect::wave_plan::cells::{issue_numbers, leading_id, plain};
use crate::duration::parse_duration;

/// What a node's text says about its task.
pub(super) struct About {
    /// An id that the text begins with.
    pub(super) id: Option<String>,
    pub(super) title: String,
    pub(super) issue: Option<String>,
    pub(super) estimate: Option<Duration>,
}

impl About {
    pub(super) fn new(node: &Node) -> About {
        let label = plain_label(&node.label);
        let label = plain(&label).into_owned();
        let mut issues = issue_numbers(&label);
        let issue = match (issues.next(), issues.next()) {
            (Some(issue), None) => Some(issue.to_owned()),
            _ => None,
        };
        let rest = match &issue {
            Some(issue) => label.replacen(issue.as_str(), "", 1),
            None => label.clone(),
        };
        let (rest, estimate) = without_estimate(&rest);
        let rest =
            rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–' | '—'));
        // What is left of "(#12)".
        let rest = rest.strip_suffix("()").map_or(rest, str::trim_end);
        let rest = rest.strip_prefix("()").map_or(rest, str::trim_start);
        let (id, title) = match leading_id(rest) {
            Some((id, title)) => (Some(id.to_owned()), title),
            None => (None, rest),
        };
        About {
            id,
            title: title.to_owned(),
            issue,
            estimate,
        }
    }
}

/// A label without a duration at its end: "T1: scaffold 2h", "Build (30 min)".
fn without_estimate(label: &str) -> (&str, Option<Duration>) {
    let label = label.trim();
    if let Some(inner) = label.strip_suffix([')', ']'])
        && let Some(at) = inner.rfind(['(', '['])
        && let Some(duration) = parse_duration(&inner[at + 1..])
    {
        return (&label[..at], Some(duration));
    }
    let starts: Vec<usize> = label.match_indices(' ').map(|(at, _)| at + 1).collect();
    for &start in starts.iter().rev().take(2) {
        if let Some(duration) = parse_duration(&label[start..]) {
            return (&label[..start], Some(duration));
        }
    }
    (label, None)
}
