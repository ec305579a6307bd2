//! Words for how one task stands to another: `"type": "blocks"`.

use super::keys::letters;
use crate::EdgeKind;
use crate::json::{Kind, Value};

/// How the first of two tasks stands to the second one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// It comes first: `blocks`.
    Before(EdgeKind),
    /// It waits: `depends_on`.
    After,
    /// Their order does not matter: `relates_to`.
    Beside,
}

/// What a word for a relation says; `None` where it says nothing about order: `data`, `technical`.
pub(super) fn relation(word: &str) -> Option<Relation> {
    Some(match &*letters(word) {
        "blocks" | "blocking" | "precedes" | "before" | "finishtostart" | "finishstart" | "fs"
        | "enables" | "unblocks" | "feeds" | "feedsinto" | "requiredby" | "neededby"
        | "prerequisite" | "prerequisiteof" | "isprerequisiteof" | "leadsto" | "predecessor"
        | "predecessorof" | "hard" | "strong" | "strict" => Relation::Before(EdgeKind::Hard),
        "soft" | "optional" | "weak" | "partial" | "nicetohave" | "ss" | "ff" | "sf"
        | "starttostart" | "finishtofinish" | "starttofinish" => Relation::Before(EdgeKind::Soft),
        "dependson" | "depends" | "dependsupon" | "dependenton" | "needs" | "requires"
        | "blockedby" | "isblockedby" | "waitsfor" | "waitson" | "waits" | "after" | "follows"
        | "comesafter" | "successor" | "successorof" => Relation::After,
        "related" | "relatesto" | "relates" | "relatedto" | "parentchild" | "parent"
        | "parentof" | "child" | "childof" | "discoveredfrom" | "duplicates" | "duplicateof"
        | "isduplicatedby" | "clones" | "clonedfrom" | "reference" | "references" | "mentions"
        | "seealso" | "informational" | "partof" | "contains" | "similar" | "similarto"
        | "parallel" | "parallelwith" | "concurrent" | "conflicts" | "conflictswith" => {
            Relation::Beside
        }
        _ => return None,
    })
}

/// The relation that an object states by a word of its own, and whether it has such a word at all.
pub(super) fn stated(value: &Value) -> (Option<Relation>, bool) {
    let mut has_word = false;
    for member in value.members() {
        let is_kind = matches!(
            &*letters(&member.key),
            "type"
                | "kind"
                | "relation"
                | "relationship"
                | "dependencytype"
                | "linktype"
                | "strength"
                | "label"
        );
        if let (true, Kind::String(word)) = (is_kind, &member.value.kind) {
            // A label may say anything.
            has_word |= letters(&member.key) != "label";
            if let Some(relation) = relation(word) {
                return (Some(relation), true);
            }
        }
    }
    (None, has_word)
}
