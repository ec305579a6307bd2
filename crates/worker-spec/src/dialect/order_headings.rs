//! What a heading, or a line that announces something, says about order. One vocabulary for the sections of task lists, numbered
//! lists, lists of dependencies, arrows, trees and tables of edges.

/// How much of a heading speaks of something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Share {
    #[default]
    No,
    /// It is named: "Order of the shelves", "External dependencies".
    Part,
    /// There is nothing else: "Build order", "Order of work", "Task dependencies".
    Whole,
}

/// What a heading says about order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OfOrder {
    /// That something is done one after the other.
    sequence: Share,
    /// That something waits for something else.
    dependencies: Share,
    /// A word for pairs of an order that does not say which one waits: "Edges", "What blocks what".
    relates: bool,
    /// A word that may be about order: "flow", "path", "after".
    hints: bool,
    /// Whether what is in order is the reading or the merging, not the work.
    is_of_other: bool,
    /// How many words it has.
    words: usize,
}

impl OfOrder {
    /// Whether the items of a numbered list come one after the other.
    pub(super) fn is_sequence(self) -> bool {
        self.sequence == Share::Whole && !self.is_of_other
    }

    /// Whether what stands behind the colon of `- T4: T2, T3` comes first.
    pub(super) fn tells_dependencies(self) -> bool {
        self.dependencies > Share::No
    }

    /// Whether a section of a task list holds no work but states an order.
    pub(super) fn is_section(self) -> bool {
        self.sequence == Share::Whole
            || self.dependencies > Share::No && self.words <= MOST_WORDS_OF_SECTION
    }

    /// Whether a table of two columns with tasks may be one of edges.
    pub(super) fn announces_edges(self) -> bool {
        self.sequence > Share::No || self.dependencies > Share::No || self.relates
    }

    /// Whether arrows and trees below it, or in it, are an order.
    pub(super) fn announces_arrows(self) -> bool {
        self.announces_edges() || self.hints
    }
}

/// More words than a heading about dependencies has that is about nothing else.
const MOST_WORDS_OF_SECTION: usize = 4;

/// More signs than a heading in earnest has in a script without spaces, when it is about nothing but an order.
const MOST_UNSPACED: usize = 12;

/// Reads a heading, or a line.
pub(super) fn of_order(text: &str) -> OfOrder {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = OfOrder {
        words: words.len(),
        ..OfOrder::default()
    };
    let mut is_whole = true;
    for (at, word) in words.iter().enumerate() {
        let last = at.checked_sub(1).map_or("", |last| words[last]);
        let next = words.get(at + 1).copied().unwrap_or_default();
        if is_sequence(word) && !is_of_a_feature(last, word, next) {
            found.sequence = Share::Part;
        } else if is_dependency(word) {
            found.dependencies = Share::Part;
        } else if RELATED.contains(word) {
            found.relates = true;
        } else if HINTS.contains(word) {
            found.hints = true;
            is_whole = false;
        } else if OTHERS.contains(word) {
            found.is_of_other = true;
        } else {
            let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
            is_whole &= is_number || OF_WORK.contains(word) || BETWEEN.contains(word);
        }
    }
    if WAITING.iter().any(|words| lower.contains(words)) {
        found.dependencies = Share::Part;
    }
    found.relates |= lower.contains("blocks what");
    if !lower.is_ascii() {
        let has = |list: &[&str]| list.iter().any(|word| lower.contains(word));
        if has(&UNSPACED_SEQUENCES) && !has(&UNSPACED_FEATURES) {
            found.sequence = Share::Part;
            is_whole |= lower.chars().count() <= MOST_UNSPACED;
        }
        if has(&UNSPACED_DEPENDENCIES) {
            found.dependencies = Share::Part;
        }
    }
    if is_whole {
        for share in [&mut found.sequence, &mut found.dependencies] {
            if *share == Share::Part {
                *share = Share::Whole;
            }
        }
    }
    found
}

fn is_sequence(word: &str) -> bool {
    const WORDS: [&str; 20] = [
        "order",
        "ordering",
        "sequence",
        "sequences",
        "sequencing",
        "abfolge",
        "ordre",
        "séquence",
        "enchaînement",
        "orden",
        "secuencia",
        "ordem",
        "sequência",
        "ordine",
        "sequenza",
        "порядок",
        "последовательность",
        "очередность",
        "tartib",
        "ketma",
    ];
    // "Umsetzungsreihenfolge", "uitvoeringsvolgorde"
    const ENDS: [&str; 2] = ["reihenfolge", "volgorde"];
    const FEATURES: [&str; 7] = [
        "sort", "anzeige", "tab", "lade", "prior", "weergave", "laad",
    ];
    WORDS.contains(&word)
        || ENDS.iter().any(|end| word.ends_with(end))
            && !FEATURES.iter().any(|start| word.starts_with(start))
}

/// Whether a word for an order belongs to what is built, or to what is bought: "Sort order", "Purchase order", "Order service".
fn is_of_a_feature(last: &str, word: &str, next: &str) -> bool {
    const BEFORE: [&str; 26] = [
        "sort",
        "sorting",
        "sorted",
        "priority",
        "importance",
        "display",
        "alphabetical",
        "alphabetic",
        "demo",
        "tab",
        "column",
        "field",
        "byte",
        "stacking",
        "render",
        "cut",
        "purchase",
        "sales",
        "shipping",
        "customer",
        "repair",
        "back",
        "boot",
        "load",
        "animation",
        "z",
    ];
    const BEHIND: [&str; 23] = [
        "service",
        "form",
        "page",
        "book",
        "management",
        "mail",
        "mails",
        "system",
        "processing",
        "history",
        "api",
        "model",
        "status",
        "number",
        "numbers",
        "entry",
        "intake",
        "confirmation",
        "diagram",
        "diagrams",
        "table",
        "items",
        "summary",
    ];
    BEFORE.contains(&last) || (last, word) == ("work", "order") || BEHIND.contains(&next)
}

fn is_dependency(word: &str) -> bool {
    const WORDS: [&str; 4] = ["deps", "prereqs", "blockers", "blocker"];
    const STARTS: [&str; 26] = [
        "depend",
        "dépend",
        "dipend",
        "abhängig",
        "afhankelijk",
        "завис",
        "prerequisit",
        "prérequis",
        "prerrequisito",
        "predecessor",
        "prédécesseur",
        "predecesor",
        "predecessore",
        "vorgänger",
        "voraussetzung",
        "vorbedingung",
        "voorganger",
        "préalable",
        "предшеств",
        "dependênc",
        "depênd",
        "requisit",
        "prerekvizit",
        "závislost",
        "zależnoś",
        "bağlılı",
    ];
    WORDS.contains(&word)
        || !word.starts_with("dependab") && STARTS.iter().any(|start| word.starts_with(start))
}

/// Words for pairs of an order that do not say which one waits.
const RELATED: [&str; 8] = [
    "edges",
    "dag",
    "graph",
    "precedence",
    "blocks",
    "links",
    "successors",
    "successor",
];

/// Words that may be about order.
const HINTS: [&str; 9] = [
    "waits", "wait", "chain", "chains", "unblocks", "before", "after", "flow", "path",
];

/// Words for an order that is not that of the work.
const OTHERS: [&str; 7] = [
    "merge",
    "merging",
    "review",
    "reviews",
    "reviewing",
    "reading",
    "lecture",
];

/// Phrases of what waits for what.
const WAITING: [&str; 3] = ["waits for", "depends on", "wartet auf"];

/// Words of scripts without spaces for an order.
const UNSPACED_SEQUENCES: [&str; 6] = ["顺序", "順序", "順番", "次序", "순서", "実行順"];

/// Orders in such scripts that are of what is built: of display, of sorting, of priority.
const UNSPACED_FEATURES: [&str; 9] = [
    "显示", "顯示", "表示", "排序", "并び", "並び", "优先", "優先", "정렬",
];

/// Words of such scripts for what waits for what.
const UNSPACED_DEPENDENCIES: [&str; 8] = [
    "依存", "依赖", "依賴", "의존", "선행", "前置", "先行", "前提",
];

/// Words for the work that is in order.
const OF_WORK: [&str; 76] = [
    "build",
    "building",
    "execution",
    "executing",
    "implementation",
    "implementing",
    "delivery",
    "deployment",
    "release",
    "rollout",
    "task",
    "tasks",
    "work",
    "development",
    "phase",
    "phases",
    "wave",
    "waves",
    "batch",
    "batches",
    "stage",
    "stages",
    "step",
    "steps",
    "sprint",
    "sprints",
    "story",
    "stories",
    "issue",
    "issues",
    "worker",
    "workers",
    "agent",
    "agents",
    "commit",
    "migration",
    "dependency",
    "topological",
    "suggested",
    "recommended",
    "proposed",
    "planned",
    "preferred",
    "intended",
    "strict",
    "required",
    "correct",
    "right",
    "overall",
    "final",
    "start",
    "run",
    "plan",
    "matrix",
    "overview",
    "map",
    "aufgaben",
    "arbeiten",
    "umsetzung",
    "ausführung",
    "tâches",
    "exécution",
    "réalisation",
    "tareas",
    "ejecución",
    "implementación",
    "tarefas",
    "execução",
    "implementação",
    "attività",
    "esecuzione",
    "taken",
    "выполнения",
    "работ",
    "задач",
    "реализации",
];

/// Words that join others.
const BETWEEN: [&str; 38] = [
    "the", "a", "of", "for", "in", "and", "between", "our", "what", "is", "by", "with", "der",
    "die", "das", "und", "zwischen", "von", "de", "des", "du", "la", "le", "les", "d", "l", "et",
    "entre", "y", "e", "do", "da", "das", "di", "dei", "van", "en", "и",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// What a numbered list, `- T4: T2`, a section of a task list, a table and arrows make of a heading.
    fn read(heading: &str) -> String {
        let of = of_order(heading);
        let mark = |is: bool, mark: char| if is { mark } else { '-' };
        [
            mark(of.is_sequence(), 'n'),
            mark(of.tells_dependencies(), 'd'),
            mark(of.is_section(), 's'),
            mark(of.announces_edges(), 'e'),
            mark(of.announces_arrows(), 'a'),
        ]
        .iter()
        .collect()
    }

    #[test]
    fn headings_about_order() {
        for (headings, expected) in [
            (
                "Order|Execution order|Build Order|Sequence|Sequencing|Ordering|3. Delivery order|Order of work|Order of execution|\
                 Recommended implementation order|Phase order|Reihenfolge|Umsetzungsreihenfolge|Ordre|Ordre des tâches|Orden|\
                 Orden de ejecución|Ordem|Ordine|Volgorde|Порядок|Порядок работ|順序|執行順序|実行順序|顺序|순서",
                "n-sea",
            ),
            (
                "Dependencies|Task dependencies|Dependency graph|Prerequisites|Abhängigkeiten|Dépendances|Dipendenze|Dependencias|\
                 Dependências|Afhankelijkheden|Зависимости|Voraussetzungen|What waits for what|Blockers|依存関係|依赖关系|의존성|前置",
                "-dsea",
            ),
            ("Order and dependencies|Dependency order", "ndsea"),
            ("Merge order|Review order|Reading order", "--sea"),
            ("What blocks what|Edges|DAG", "---ea"),
            ("Order of the shelves|Shop order", "---ea"),
            (
                "Data flow|Critical path|Before the launch|What comes after",
                "----a",
            ),
            (
                "Sort order|Priority order|Display order|Demo order|Cut order|Purchase order|Work order|Order service|Order form|\
                 Boot sequence|Sequence diagram|Sortierreihenfolge|显示顺序|優先順序|Dependabot|Catalogue|Orderly shutdown|Borders",
                "-----",
            ),
        ] {
            for heading in headings.split('|') {
                assert_eq!(read(heading), expected, "{heading}");
            }
        }
    }
}
