//! What the line above a list says that it holds: `Risks:`, `Tasks of this wave:`.

use std::collections::HashSet;

use super::super::outline::{speaks_of_other, speaks_of_work};
use crate::Document;
use crate::markdown::BlockKind;

/// Where the items begin that stand below a line which announces something else than work.
pub(super) fn items_of_other(document: &Document) -> HashSet<usize> {
    let text = document.text();
    let mut found = HashSet::new();
    let mut is_other = false;
    for block in &document.markdown().blocks {
        match &block.kind {
            BlockKind::Item(item) if is_other => {
                found.insert(item.text.start);
            }
            BlockKind::Item(_) => {}
            BlockKind::Paragraph { text: span } => {
                let last = text[span.clone()].lines().last().unwrap_or_default();
                is_other = announces_other(last);
            }
            _ => is_other = false,
        }
    }
    found
}

/// Whether a line ends in a colon and speaks of something else than work. Others may say who does it, where or when: `Backend:`,
/// "Once the first wave is merged:".
fn announces_other(line: &str) -> bool {
    let bare = line.trim_end_matches(['*', '_', ' ']);
    let Some(lead) = bare.strip_suffix([':', '：']) else {
        return false;
    };
    let lead = lead.rsplit(['.', '。', '!']).next().unwrap_or(lead);
    if speaks_of_work(lead) || speaks_of_doing(lead) {
        return false;
    }
    speaks_of_other(lead) || speaks_of_remarks(lead)
}

/// "We build:", "Steps:".
fn speaks_of_doing(lead: &str) -> bool {
    const WORDS: [&str; 34] = [
        "work",
        "steps",
        "step",
        "todo",
        "do",
        "build",
        "implement",
        "implementation",
        "deliver",
        "deliverables",
        "ship",
        "items",
        "parts",
        "pieces",
        "changes",
        "activities",
        "actions",
        "parallel",
        "following",
        "stories",
        "features",
        "aufgaben",
        "schritte",
        "arbeiten",
        "tâches",
        "étapes",
        "travaux",
        "tareas",
        "pasos",
        "tarefas",
        "passos",
        "attività",
        "задачи",
        "шаги",
    ];
    let lower = lead.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.contains(&word))
        || ["步骤", "工作", "作業", "手順", "단계"]
            .iter()
            .any(|word| lower.contains(word))
}

/// "Assumptions", "Buffer", "Risiken".
fn speaks_of_remarks(lead: &str) -> bool {
    const WORDS: [&str; 59] = [
        "delay",
        "delayed",
        "wrong",
        "concerns",
        "worries",
        "unknowns",
        "blockers",
        "watch",
        "remember",
        "assumption",
        "availability",
        "buffer",
        "buffers",
        "budget",
        "caveats",
        "constraint",
        "constraints",
        "context",
        "deadlines",
        "delays",
        "dependencies",
        "events",
        "example",
        "examples",
        "exit",
        "goal",
        "holidays",
        "impact",
        "limits",
        "meetings",
        "milestones",
        "note",
        "objectives",
        "outages",
        "reminder",
        "remarks",
        "risk",
        "rollback",
        "scope",
        "slo",
        "timeouts",
        "windows",
        "annahmen",
        "hinweise",
        "puffer",
        "risiken",
        "termine",
        "ziele",
        "hypothèses",
        "objectifs",
        "remarques",
        "risques",
        "objetivos",
        "riesgos",
        "supuestos",
        "riscos",
        "риски",
        "цели",
        "допущения",
    ];
    let lower = lead.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.contains(&word))
        || [
            "风险",
            "假设",
            "目标",
            "备注",
            "リスク",
            "前提",
            "目標",
            "備考",
            "위험",
        ]
        .iter()
        .any(|word| lower.contains(word))
}
