//! Who does the work, in a bracket with the estimate: `(Sam, 1h)`, `(2 days; @ana)`, `(all, half a day)`.

use super::{Tail, estimate, is_person};
use crate::marks::parts;

/// Words for all who are there.
const EVERYBODY: [&str; 17] = [
    "all",
    "everybody",
    "everyone",
    "whole team",
    "team",
    "alle",
    "tous",
    "toutes",
    "todos",
    "todas",
    "tutti",
    "iedereen",
    "все",
    "全員",
    "全员",
    "모두",
    "전원",
];

impl Tail {
    /// Takes up who does it and how long it takes: `Sam, 1h`, `2 days, @ana, S`.
    pub(super) fn doer_and_marks(&mut self, mark: &str) -> bool {
        const LONGEST: usize = 60;
        let ends = [',', ';', '·', '|', '，', '、'];
        if mark.len() > LONGEST || !mark.contains(ends) {
            return false;
        }
        let mut found = Tail::default();
        let mut people = Vec::new();
        for part in parts(mark, &ends).map(str::trim) {
            if found.one_mark(part) || estimate::is_size(part) {
                continue;
            }
            let Some(person) = doer(part) else {
                return false;
            };
            people.push(person);
        }
        if found.estimate.is_none() || people.is_empty() {
            return false;
        }
        self.estimate = self.estimate.or(found.estimate);
        self.points = self.points.take().or(found.points);
        self.status = self.status.or(found.status);
        self.parallel |= found.parallel;
        self.agent.get_or_insert_with(|| people.join(", "));
        true
    }
}

/// Who does the work, where a part of a remark with an estimate says so. What is said of the work in one word says something else.
pub(super) fn doer(part: &str) -> Option<&str> {
    const SAID_OF_WORK: [&str; 44] = [
        "approx",
        "blocking",
        "complex",
        "critical",
        "difficult",
        "draft",
        "easy",
        "estimate",
        "estimated",
        "hard",
        "high",
        "important",
        "large",
        "low",
        "manual",
        "max",
        "maximum",
        "medium",
        "min",
        "minimum",
        "must",
        "new",
        "nice",
        "optional",
        "parallel",
        "priority",
        "remote",
        "sequential",
        "serial",
        "should",
        "simple",
        "small",
        "soft",
        "spike",
        "total",
        "tricky",
        "trivial",
        "urgent",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "weekend",
    ];
    if EVERYBODY.contains(&part.to_lowercase().as_str()) {
        return Some(part);
    }
    if let Some(handle) = part.strip_prefix('@') {
        let mut letters = handle.chars();
        let is_handle = letters.all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        return (is_handle && !handle.is_empty()).then_some(handle);
    }
    let lower = part.to_lowercase();
    let is_one = is_person(part) && !lower.split(' ').any(|word| SAID_OF_WORK.contains(&word));
    is_one.then_some(part)
}
