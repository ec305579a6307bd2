//! Windows of time that groups are given: "Hour 1.5-5", "Day 2-3", "Week 1".

use std::ops::Range;

use super::Reader;
use super::about::About;
use crate::Subject;
use crate::amount::{Amount, Measure, read_amount};
use crate::dialect::wave_plan::outline::Place;
use crate::groups::{find_groups, group_id};

impl Reader<'_> {
    /// "Day 2-3: Batch 2": a heading that says when a group runs.
    pub(super) fn days_of_a_group(&mut self, span: &Range<usize>, place: Place) {
        let text = self.text(span);
        let Some((when, what)) = split_heading(text) else {
            return;
        };
        let Some(length) = window(when) else { return };
        let mut groups = find_groups(what);
        let (Some(group), None) = (groups.next(), groups.next()) else {
            return;
        };
        let id = group_id(group.kind, group.first);
        let known = self.outline.groups.iter().any(|known| known.id == id);
        if group.last.is_some() || !known {
            return;
        }
        let about = About {
            group: Some(id),
            or_whole: false,
        };
        let at = span.start..span.start + when.len();
        self.state_about(about, Subject::Window, at, Some(length), place);
    }
}

/// A heading in two: "Day 1: …", "Week 2 — …".
fn split_heading(text: &str) -> Option<(&str, &str)> {
    let (at, mark) = text
        .char_indices()
        .find(|(_, c)| matches!(c, ':' | '：' | '—'))?;
    Some((text[..at].trim_end(), &text[at + mark.len_utf8()..]))
}

/// How long a window is that a text names. Hours run from one point to another; days and weeks count whole, the
/// first and the last one too.
pub(super) fn window(text: &str) -> Option<Amount> {
    let text = text.trim().trim_matches(['*', '_']).trim();
    let end = text.find(|c: char| !c.is_alphabetic())?;
    let word = text[..end].to_lowercase();
    let rest = text[end..].trim_start();
    let (low, high, whole) = match word.as_str() {
        "minute" | "minutes" => (60, 60, false),
        "hour" | "hours" => (HOUR, HOUR, false),
        "day" | "days" => (8 * HOUR, 24 * HOUR, true),
        "week" | "weeks" => (5 * 8 * HOUR, 7 * 24 * HOUR, true),
        _ => return None,
    };
    let (range, length) = read_amount(rest)?;
    let tail = rest[length..].trim_start();
    if !tail.is_empty() && !tail.starts_with(['(', ',', ';', '|', '.', '*']) {
        return None;
    }
    if range.low == range.high && !whole {
        return None;
    }
    let length = (range.high - range.low).checked_add(if whole { Amount::ONE } else { 0 })?;
    Some(Amount {
        measure: Measure::Seconds,
        low: length.checked_mul(low)?,
        high: length.checked_mul(high)?,
        step: range.step.checked_mul(low)?,
        precision: range.precision,
    })
}

const HOUR: i64 = 3600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows() {
        let shown = |text| window(text).map(|amount| amount.to_string());
        assert_eq!(shown("Hour 1.5-5").as_deref(), Some("3.5 h"));
        assert_eq!(shown("Day 2-3").as_deref(), Some("2 days"));
        assert_eq!(shown("Week 1").as_deref(), Some("1 week"));
        assert_eq!(shown("Hour 5"), None);
        assert_eq!(shown("Day by day"), None);
        assert_eq!(shown("Day 1: start"), None);
    }
}
