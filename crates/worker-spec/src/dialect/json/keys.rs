//! What the keys of a task mean.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::json::Member;
use crate::slip::is_slip_of;
use crate::{Code, Diagnostic, Document, EdgeKind};

/// What a key of a task says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::dialect) enum Key {
    /// The id; of several the one with the lowest rank.
    Id(u8),
    /// The title; of several the one with the lowest rank.
    Title(u8),
    /// What the task waits for. `Loose` keys may also name things that are no tasks.
    After {
        kind: EdgeKind,
        loose: bool,
    },
    /// What waits for the task.
    Before,
    /// The estimate; with the seconds of its unit when the key names it.
    Estimate(Option<u32>),
    Tokens,
    /// The model (rank 0) or its tier.
    Model(u8),
    Complexity,
    Status,
    /// Whether it is done.
    Done,
    /// Paths that the task writes.
    Claims,
    /// The group it is in; the word is the kind in ids.
    Group(&'static str),
    /// Its parts.
    SubTasks,
    /// Known, and of no use here.
    Other,
}

const HARD: Key = Key::After {
    kind: EdgeKind::Hard,
    loose: false,
};
const LOOSE: Key = Key::After {
    kind: EdgeKind::Hard,
    loose: true,
};
const SOFT: Key = Key::After {
    kind: EdgeKind::Soft,
    loose: true,
};
const SECOND: Key = Key::Estimate(Some(1));
const MINUTE: Key = Key::Estimate(Some(60));
const HOUR: Key = Key::Estimate(Some(3600));
const DAY: Key = Key::Estimate(Some(8 * 3600));
const WEEK: Key = Key::Estimate(Some(5 * 8 * 3600));

/// Keys by their letters and digits in lower case.
const KEYS: &[(Key, &str)] = &[
    (Key::Id(0), "id taskid issueid storyid"),
    (Key::Id(1), "key identifier uid code ref slug taskkey"),
    (Key::Title(0), "title"),
    (Key::Title(1), "name taskname summary subject headline"),
    (Key::Title(2), "task text content label"),
    (Key::Title(3), "description desc goal objective"),
    (
        HARD,
        "dependson dependencies dependency depends deps blockedby dependsonids dependencyids dependsontasks \
         taskdependencies blockers waitsfor predecessors predecessor runafter upstream",
    ),
    (
        LOOSE,
        "requires prerequisites prerequisite prereqs needs after",
    ),
    (
        SOFT,
        "softdependencies softdependson softdeps optionaldependencies weakdependencies prefersafter",
    ),
    (
        Key::Before,
        "blocks blocking unblocks enables unlocks before dependents dependants successors requiredby downstream",
    ),
    (
        Key::Estimate(None),
        "estimate estimated estimatedtime estimatedduration estimatedeffort duration effort timeestimate \
         originalestimate expectedduration",
    ),
    (
        SECOND,
        "seconds estimatedseconds estimateseconds durationseconds timeestimateseconds",
    ),
    (
        MINUTE,
        "minutes mins estimatedminutes estimateminutes durationminutes estimatedmin estimatemin durationmin estminutes \
         estimatemins effortminutes timeminutes",
    ),
    (
        HOUR,
        "hours hrs estimatedhours estimatehours durationhours efforthours esthours estimatedefforthours timehours \
         estimateh durationh hoursestimate",
    ),
    (
        DAY,
        "days estimateddays estimatedays durationdays effortdays estdays persondays",
    ),
    (WEEK, "weeks estimatedweeks estimateweeks durationweeks"),
    (
        Key::Tokens,
        "tokens estimatedtokens tokenestimate tokenbudget esttokens tokensestimate estimatetokens",
    ),
    (
        Key::Model(0),
        "model modelname llm preferredmodel recommendedmodel",
    ),
    (Key::Model(1), "tier modeltier"),
    (
        Key::Complexity,
        "complexity complexityscore storypoints points size",
    ),
    (Key::Status, "status state progressstatus taskstatus"),
    (
        Key::Done,
        "done completed complete isdone iscompleted passes finished closed",
    ),
    (
        Key::Claims,
        "owns owned ownedpaths ownedfiles outputs output outputfiles outputfile deliverables deliverable artifacts \
         produces creates modifies writes filestocreate filestomodify filestochange filestowrite filesmodified \
         filescreated createsfiles modifiesfiles claims targetfiles",
    ),
    (Key::Group("wave"), "wave"),
    (Key::Group("batch"), "batch"),
    (Key::Group("round"), "round"),
    (Key::Group("phase"), "phase phaseid"),
    (Key::Group("stage"), "stage"),
    (Key::Group("sprint"), "sprint sprintid"),
    (Key::Group("iteration"), "iteration"),
    (Key::Group("milestone"), "milestone milestoneid"),
    (Key::Group("track"), "track workstream"),
    (Key::Group("story"), "story userstory"),
    (Key::Group("epic"), "epic epicid"),
    (Key::Group("group"), "group groupid parallelgroup"),
    (Key::SubTasks, "subtasks"),
    (
        Key::Other,
        "type priority details teststrategy acceptancecriteria notes note tags labels assignee assignees owner agent \
         files contextfiles inputs input command commands verification scope reason risk risks steps children parent \
         parentid role skills category metadata context url link links comments history dependencytype dependencycount \
         dependentcount descriptions order index version design number parenttaskid createdat updatedat started \
         startedat completedat closedat duedate deferred time times modes mode passed prompt instruction instructions",
    ),
];

/// The letters and digits of a key, in lower case.
pub(in crate::dialect) fn letters(key: &str) -> String {
    key.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// What a key means; `None` for an unknown one.
pub(in crate::dialect) fn key_of(key: &str) -> Option<Key> {
    static BY_LETTERS: LazyLock<HashMap<&str, Key>> = LazyLock::new(|| {
        let words =
            |(key, words): &'static (Key, &str)| words.split_whitespace().map(|word| (word, *key));
        KEYS.iter().flat_map(words).collect()
    });
    // No known key is longer.
    if key.len() > 40 {
        return None;
    }
    BY_LETTERS.get(&*letters(key)).copied()
}

/// Keys of which a slip would change the plan.
const MISSPELT: [&str; 14] = [
    "depends_on",
    "dependencies",
    "blocked_by",
    "blocks",
    "prerequisites",
    "requires",
    "title",
    "status",
    "estimate",
    "estimated_hours",
    "estimated_minutes",
    "duration",
    "deliverables",
    "subtasks",
];

/// How many unknown keys are looked at: a document that has more of them uses keys as data.
const MOST_UNKNOWN: usize = 500;

/// Tells unknown keys that look like known ones, each once.
#[derive(Debug, Default)]
pub(in crate::dialect) struct Slips {
    seen: HashSet<String>,
}

impl Slips {
    /// Looks at an unknown key.
    pub(in crate::dialect) fn look(
        &mut self,
        document: &Document,
        member: &Member,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let key = &*member.key;
        if key.len() > 24 || self.seen.len() > MOST_UNKNOWN || !self.seen.insert(key.to_owned()) {
            return;
        }
        let letters = letters(key);
        let meant = MISSPELT.iter().find(|known| {
            let known: String = known.split('_').collect();
            let most = if known.len() > 8 { 2 } else { 1 };
            is_slip_of(&letters, &known, most)
        });
        if let Some(meant) = meant {
            let message = format!(
                "unknown key `{}` looks like `{meant}`, and is passed over",
                key.escape_debug()
            );
            diagnostics.push(
                Diagnostic::warning(Code::MISSPELT_FIELD, message)
                    .at(document.location(member.key_span.clone()))
                    .help(format!(
                        "write `{meant}`, or another key if it means something else"
                    )),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_by_their_words() {
        for key in [
            "depends_on",
            "dependsOn",
            "Depends On",
            "blocked-by",
            "DEPENDENCIES",
        ] {
            assert_eq!(key_of(key), Some(HARD), "{key}");
        }
        assert_eq!(key_of("estimatedHours"), Some(HOUR));
        assert_eq!(key_of("context_files"), Some(Key::Other));
        assert_eq!(key_of("depend_on"), None);
    }

    #[test]
    fn no_known_key_is_there_twice() {
        let mut seen = HashSet::new();
        for word in KEYS.iter().flat_map(|(_, words)| words.split_whitespace()) {
            assert!(seen.insert(word), "{word}");
            assert_eq!(letters(word), word);
        }
    }
}
