//! What a statement is about: a group, the whole plan, or either of the two.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Reader;
use super::clauses::clause_around;
use crate::Subject;
use crate::dialect::wave_plan::outline::{Outline, Place};
use crate::groups::{find_groups, group_id};
use crate::markdown::BlockKind;

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct About {
    /// The group; `None` for the whole plan.
    pub(super) group: Option<String>,
    /// Whether it may as well be about the whole plan.
    pub(super) or_whole: bool,
}

impl About {
    const WHOLE: About = About {
        group: None,
        or_whole: false,
    };

    /// About the group around a place, as what its heading says.
    pub(super) fn group(outline: &Outline, place: Place) -> About {
        About {
            group: outline.group_id(place).map(str::to_owned),
            or_whole: false,
        }
    }
}

impl Reader<'_> {
    /// What a statement is about. `None` when it reaches over several groups, and nothing says over which.
    pub(super) fn about(
        &self,
        subject: Subject,
        span: &Range<usize>,
        place: Place,
    ) -> Option<About> {
        if !is_measured(subject) {
            return Some(About::group(self.outline, place));
        }
        let clause = clause_around(self.document.text(), span);
        match self.named(clause) {
            Named::One(group) => {
                let own = place
                    .group
                    .is_some_and(|at| self.outline.groups[at].id == group);
                return Some(About {
                    or_whole: !own || self.is_last(place),
                    group: Some(group),
                });
            }
            Named::Part => return None,
            Named::Whole => return Some(About::WHOLE),
            Named::Nothing => {}
        }
        let Some(at) = place.group else {
            return Some(match self.named(self.heading_of(place)) {
                Named::One(group) => About {
                    group: Some(group),
                    or_whole: true,
                },
                _ => About::WHOLE,
            });
        };
        let group = Some(self.outline.groups[at].id.clone());
        // "Wave duration: 3 h".
        let kind = self.outline.groups[at].id.split('-').next();
        if kind.is_some_and(|kind| has_word(clause, &[kind])) {
            return Some(About {
                group,
                or_whole: false,
            });
        }
        if !self.is_last(place) {
            // What stands below the last wave of a phase may be about the phase, whose tasks nothing lists.
            return (!self.ends_parent(at)).then_some(About {
                group,
                or_whole: false,
            });
        }
        if self.is_set_off(span, place) && has_word(clause, &["total", "totals"]) {
            return Some(About::WHOLE);
        }
        Some(About {
            group,
            or_whole: true,
        })
    }

    /// What a text says that it is about.
    fn named(&self, text: &str) -> Named {
        const WHOLE: [&str; 15] = [
            "overall",
            "grand total",
            "altogether",
            "in all",
            "all in all",
            "entire plan",
            "entire project",
            "whole plan",
            "whole project",
            "project total",
            "total project",
            "plan total",
            "all phases",
            "all waves",
            "all batches",
        ];
        let known = |id: &String| self.outline.groups.iter().any(|group| group.id == *id);
        let mut ids = BTreeSet::new();
        for group in find_groups(text) {
            if group.last.is_some() {
                return Named::Part;
            }
            ids.insert(group_id(group.kind, group.first));
        }
        let mut ids = ids.into_iter().filter(known);
        match (ids.next(), ids.next()) {
            (Some(one), None) => Named::One(one),
            _ => {
                let lower = text.to_lowercase();
                let is_whole = WHOLE.iter().any(|words| lower.contains(words));
                let of_group = has_word(&lower, &["phase", "wave", "batch", "sprint", "stage"]);
                if is_whole && !of_group {
                    Named::Whole
                } else {
                    Named::Nothing
                }
            }
        }
    }

    /// Whether no other group begins after the one around a place: what stands there may be about all of them.
    pub(super) fn is_last(&self, place: Place) -> bool {
        place.group.is_some_and(|at| at >= self.last_new)
    }

    /// Whether a group is the last one in the section of another group that holds several.
    fn ends_parent(&self, at: usize) -> bool {
        let groups = &self.outline.groups;
        let Some(parent) = groups[at].parent else {
            return false;
        };
        groups
            .get(at + 1)
            .is_none_or(|next| next.parent != Some(parent))
    }

    /// Whether a rule or a heading stands between the group's heading and what it may not be about.
    fn is_set_off(&self, span: &Range<usize>, place: Place) -> bool {
        let Some(at) = place.group else {
            return false;
        };
        let group = self.outline.groups[at].span.start;
        let ruled = self
            .rule
            .is_some_and(|rule| rule > group && rule < span.start);
        let heading = place
            .heading
            .map(|index| &self.document.markdown().blocks[index].kind);
        let below = matches!(heading, Some(BlockKind::Heading { text, .. }) if text.start > group);
        ruled || below
    }
}

/// What a text names.
enum Named {
    /// A group of this document.
    One(String),
    /// Several groups by their range.
    Part,
    Whole,
    Nothing,
}

/// Whether a subject is one that groups and plans both have.
fn is_measured(subject: Subject) -> bool {
    matches!(
        subject,
        Subject::TaskCount
            | Subject::GroupCount
            | Subject::CriticalPath
            | Subject::Speedup
            | Subject::TotalDuration
            | Subject::Work
            | Subject::Tokens
            | Subject::Cost
            | Subject::Concurrency
    )
}

fn has_word(text: &str, wanted: &[&str]) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| wanted.contains(&word))
}
