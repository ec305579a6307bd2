//! What headings, columns and cells say about the rows of a table of edges.

use super::super::cells::plain;

/// What a column of a table of edges holds.
pub(super) enum End {
    From(Says),
    To(Says),
    /// The name of a task, so that the rows are tasks.
    Name,
}

/// What the name of a column says by itself.
#[derive(PartialEq)]
pub(super) enum Says {
    /// `Predecessor`.
    Order,
    /// `From`.
    Much,
}

pub(super) fn end(heading: &str) -> Option<End> {
    let name = heading.to_lowercase().replace(['_', '-'], " ");
    let words: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| {
            !matches!(
                *word,
                "" | "task" | "tasks" | "the" | "id" | "ids" | "issue"
            )
        })
        .collect();
    Some(match words.join(" ").as_str() {
        "predecessor"
        | "predecessors"
        | "upstream"
        | "blocker"
        | "blocking"
        | "prerequisite"
        | "prerequisites"
        | "vorgänger"
        | "prédécesseur"
        | "predecesor"
        | "predecessore"
        | "前置"
        | "先行"
        | "предшественник" => End::From(Says::Order),
        "from" | "source" | "before" | "first" | "provider" | "producer" | "von" | "de"
        | "origen" | "desde" => End::From(Says::Much),
        "successor"
        | "successors"
        | "downstream"
        | "dependent"
        | "blocked"
        | "nachfolger"
        | "successeur"
        | "sucesor"
        | "successore"
        | "後続"
        | "后续"
        | "последователь" => End::To(Says::Order),
        "to" | "target" | "after" | "then" | "next" | "consumer" | "nach" | "à" | "vers"
        | "destino" | "hasta" => End::To(Says::Much),
        "" if !name.trim().is_empty() => End::Name,
        "name" | "title" | "#" => End::Name,
        _ => return None,
    })
}

/// Whether a column beside the ends says what kind an edge is of, or why it is there.
pub(super) fn says_how(heading: &str) -> bool {
    let name = plain(heading).to_lowercase();
    let mut words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.all(|word| {
        matches!(
            word,
            "type"
                | "kind"
                | "reason"
                | "why"
                | "because"
                | "rationale"
                | "lag"
                | "lead"
                | "strength"
                | "note"
                | "notes"
                | "comment"
                | "comments"
                | "remark"
                | "remarks"
                | "description"
                | "dependency"
                | "dep"
                | "edge"
                | "relation"
                | "relationship"
                | "constraint"
                | "hard"
                | "soft"
                | "or"
                | "of"
                | "no"
                | "nr"
                | "art"
                | "typ"
                | "grund"
                | "warum"
                | "bemerkung"
                | "raison"
                | "pourquoi"
                | "remarque"
                | "tipo"
                | "razón"
                | "motivo"
                | "nota"
                | "notas"
                | "类型"
                | "原因"
                | "备注"
                | "理由"
                | "種類"
                | "備考"
                | "тип"
                | "причина"
                | "примечание"
        )
    })
}

/// Whether a heading, a line or a corner announces what has no direction, or what is about people: what can run beside what,
/// conflicts, reviewers.
pub(super) fn speaks_of_pairs(text: &str) -> bool {
    const STEMS: [&str; 34] = [
        "parallel",
        "concurren",
        "simultan",
        "conflict",
        "overlap",
        "collision",
        "contention",
        "compatib",
        "incompatib",
        "review",
        "shared",
        "sharing",
        "together",
        "similar",
        "pairs",
        "pairing",
        "communicat",
        "interact",
        "skill",
        "owner",
        "handover",
        "distance",
        "gleichzeitig",
        "konflikt",
        "überschneid",
        "gemeinsam",
        "conflit",
        "parallèle",
        "conflicto",
        "paralelo",
        "conflitt",
        "gelijktijdig",
        "конфликт",
        "параллел",
    ];
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| STEMS.iter().any(|stem| word.starts_with(stem)))
        || [
            "并行", "冲突", "同时", "重叠", "評審", "评审", "並行", "並列", "競合", "同時", "衝突",
            "병렬", "충돌", "동시",
        ]
        .iter()
        .any(|word| lower.contains(word))
}

/// Whether a cell beside an edge says how its ends follow on each other: `FS`, `soft`.
pub(super) fn is_type(cell: &str) -> bool {
    let lower = plain(cell).to_lowercase();
    let is_hard = matches!(
        lower.as_str(),
        "fs" | "hard"
            | "blocks"
            | "blocking"
            | "finish-start"
            | "finish to start"
            | "finish-to-start"
    );
    is_hard || matches!(lower.as_str(), "ss" | "ff" | "sf" | "soft")
}

/// Whether a cell beside an edge says that it is a wish, or that the later task need not wait for the end of the other.
pub(super) fn is_weak(cell: &str) -> bool {
    let lower = plain(cell).to_lowercase();
    matches!(
        lower.as_str(),
        "soft"
            | "weak"
            | "optional"
            | "nice to have"
            | "ss"
            | "ff"
            | "sf"
            | "start-start"
            | "start to start"
            | "finish to finish"
            | "finish-finish"
            | "should"
            | "preferred"
    )
}
