//! What the columns of a table mean, by their names.

mod amounts;
mod foreign;

use amounts::estimate;
pub(super) use amounts::may_be_estimate;
use foreign::foreign;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// An id.
    Id,
    /// An id or a name.
    Task,
    /// A name or a description.
    Title,
    /// The number of an issue.
    Issue,
    /// A running number beside an id.
    Number,
    /// The agent that does it, by which a row may be called.
    Agent,
    /// Who does it.
    Owner,
    /// Whether it may run beside others.
    Parallel,
    /// A model or tier.
    Model,
    /// Paths.
    Claims,
    /// An amount of tokens.
    Tokens,
    /// A duration; a bare number counts in the unit that the heading names, in seconds.
    Estimate(Option<u32>),
    /// What must come first.
    Dependencies,
    /// What comes after.
    Blocks,
    /// How hard it is, or how long it takes.
    Complexity,
    /// How long it may take, or what it may cost.
    Budget,
    /// How far it is.
    Status,
    /// The group it runs in.
    Group,
    /// The number of the group of this kind that it runs in.
    GroupOf(&'static str),
    /// How much work it is in story points, which are no time.
    Points,
    /// Remarks.
    Notes,
    /// Ids of other rows, of which the heading does not say whether they come first.
    Unclear,
    /// Something else.
    Other,
}

/// The meanings of the columns of a table. Of two that hold ids (`#` and `ID`) the running number is not the id.
pub(super) fn columns<'t>(headings: impl Iterator<Item = &'t str>) -> Vec<Column> {
    let headings: Vec<&str> = headings.collect();
    let mut columns: Vec<Column> = headings.iter().map(|heading| column(heading)).collect();
    let is_number = |heading: &str| {
        matches!(
            words(heading).as_str(),
            "#" | "no" | "nr" | "番号" | "序号" | "번호" | "№" | "nº" | "n°" | "núm"
        )
    };
    let named = columns
        .iter()
        .zip(&headings)
        .any(|(column, heading)| *column == Column::Id && !is_number(heading));
    if named {
        for (column, heading) in columns.iter_mut().zip(&headings) {
            if *column == Column::Id && is_number(heading) {
                *column = Column::Number;
            }
        }
    }
    let has = |columns: &[Column], wanted: &[Column]| {
        columns.iter().any(|column| wanted.contains(column))
    };
    // "Package" holds paths, unless nothing else says what a row is about.
    if !has(&columns, &[Column::Task, Column::Title]) {
        let package = headings
            .iter()
            .position(|heading| matches!(words(heading).as_str(), "package" | "packages"));
        if let Some(at) = package {
            columns[at] = Column::Task;
        }
    }
    // "What | Needs": a description names the row when nothing else does.
    if !has(
        &columns,
        &[Column::Id, Column::Task, Column::Issue, Column::Agent],
    ) && has(&columns, &[Column::Dependencies])
        && let Some(title) = columns.iter_mut().find(|column| **column == Column::Title)
    {
        *title = Column::Task;
    }
    // "Work | Needs | Days": a table of what waits for what, and how long it takes, is one of tasks whatever they are
    // called.
    let is_weighed = columns.iter().any(|column| is_weight(*column));
    if !has(&columns, &NAMES)
        && !has(&columns, &[Column::Title, Column::Agent])
        && has(&columns, &[Column::Dependencies])
        && is_weighed
        && let Some(name) = columns
            .iter_mut()
            .zip(&headings)
            .find(|(column, heading)| **column == Column::Other && names_rows(heading))
    {
        *name.0 = Column::Task;
    }
    columns
}

/// Columns by which a row is called.
const NAMES: [Column; 3] = [Column::Id, Column::Task, Column::Issue];

/// Whether a column may hold the names of the rows, and no date, number or rate.
pub(super) fn names_rows(heading: &str) -> bool {
    let name = words(heading);
    !name.is_empty()
        && !matches!(
            name.as_str(),
            "wk" | "week"
                | "day"
                | "date"
                | "start"
                | "end"
                | "due"
                | "priority"
                | "prio"
                | "cost"
                | "risk"
                | "%"
                | "rank"
                | "team"
                | "role"
        )
}

/// Whether a heading calls what stands below it tasks, and not names, items or steps, which anything has.
pub(super) fn is_word_for_tasks(heading: &str) -> bool {
    const WORDS: [&str; 19] = [
        "task",
        "task name",
        "work item",
        "work package",
        "タスク",
        "タスク名",
        "작업",
        "작업명",
        "任务",
        "任务名称",
        "任務",
        "задача",
        "aufgabe",
        "arbeitspaket",
        "tarea",
        "tâche",
        "tarefa",
        "attività",
        "taak",
    ];
    WORDS.contains(&words(heading).as_str())
}

/// Whether a column says how much work a row is.
fn is_weight(column: Column) -> bool {
    matches!(
        column,
        Column::Estimate(_) | Column::Tokens | Column::Points | Column::Budget
    )
}

/// The meaning of a column, or of a field, by its name.
pub(super) fn column(heading: &str) -> Column {
    let name = words(heading);
    match name.as_str() {
        "id" | "task id" | "task #" | "task no" | "#" | "no" | "nr" | "key" | "worker"
        | "worker id" | "work item id" | "item id" | "story id" | "ticket id" | "ref" | "wbs"
        | "wbs id" | "wbs code" | "wbs no" | "wbs #" | "wbs number" | "psp" | "psp-code"
        | "编码" | "番号" | "编号" | "序号" | "任务编号" | "任务id" | "タスクid" | "タスク番号"
        | "번호" | "작업 id" | "номер" | "№" | "nº" | "n°" | "núm" => Column::Id,
        "task" | "name" | "task name" | "work item" | "item" | "story" | "work package"
        | "activity" | "step" | "deliverable" | "タスク" | "タスク名" | "作業" | "작업"
        | "작업명" | "任务" | "任务名称" | "задача" | "arbeitspaket" | "aufgabe" | "tätigkeit"
        | "schritt" | "vorgang" | "tarea" | "actividad" | "tâche" | "tarefa" | "atividade"
        | "attività" => Column::Task,
        "title" | "description" | "summary" | "task description" | "task title" | "what"
        | "goal" | "scope" | "objective" | "details" | "responsibility" | "responsibilities"
        | "タイトル" | "説明" | "内容" | "描述" | "说明" | "제목" | "설명" | "описание" => {
            Column::Title
        }
        "issue" | "issues" | "issue #" | "github issue" | "ticket" | "gh issue" => Column::Issue,
        "model" | "llm" | "recommended model" | "model tier" | "tier" | "ai model" => Column::Model,
        "package/files"
        | "package"
        | "packages"
        | "files"
        | "file"
        | "path"
        | "paths"
        | "directory"
        | "directories"
        | "owns"
        | "owned files"
        | "owned paths"
        | "files owned"
        | "file ownership"
        | "target files"
        | "files touched"
        | "touches"
        | "files to modify"
        | "key files"
        | "file paths"
        | "files to create"
        | "files to create/modify"
        | "files to modify/create"
        | "files modified"
        | "files assigned"
        | "assigned files"
        | "working files"
        | "work files"
        | "creates"
        | "modifies"
        | "owned by agent"
        | "exclusive files"
        | "ownership"
        | "output files"
        | "文件"
        | "相关文件"
        | "ファイル"
        | "担当ファイル"
        | "新規ファイル"
        | "変更ファイル"
        | "対象ファイル"
        | "변경 파일"
        | "파일"
        | "файлы"
        | "файл"
        | "fichiers"
        | "fichier"
        | "dateien"
        | "datei"
        | "archivos"
        | "archivo"
        | "ficheros"
        | "arquivos"
        | "arquivo"
        | "ficheiros"
        | "bestanden" => Column::Claims,
        "tokens" | "est tokens" | "estimated tokens" | "token estimate" | "tokens est"
        | "token budget" => Column::Tokens,
        "dependencies"
        | "dependency"
        | "depends on"
        | "depends"
        | "deps"
        | "dep"
        | "dependent on"
        | "task dependencies"
        | "direct dependencies"
        | "hard dependencies"
        | "blocked by"
        | "blocked on"
        | "is blocked by"
        | "blockers"
        | "prerequisites"
        | "prerequisite"
        | "prereqs"
        | "prereq"
        | "pre-reqs"
        | "pre-req"
        | "pre-requisite"
        | "pre-requisites"
        | "pred"
        | "preds"
        | "predecessor id"
        | "predecessor ids"
        | "predecessor tasks"
        | "prior task"
        | "prior tasks"
        | "prior steps"
        | "preceding task"
        | "preceding tasks"
        | "preceded by"
        | "previous tasks"
        | "depends-on"
        | "dependson"
        | "dependency id"
        | "dependency ids"
        | "task dependency"
        | "relies on"
        | "gated by"
        | "gated on"
        | "blocked-by"
        | "blockedby"
        | "only after"
        | "comes after"
        | "runs after"
        | "run after"
        | "awaits"
        | "after task"
        | "after tasks"
        | "requires"
        | "needs"
        | "predecessors"
        | "predecessor"
        | "after"
        | "must follow"
        | "follows"
        | "upstream"
        | "waits for"
        | "wait for"
        | "waits on"
        | "waiting for"
        | "waiting on"
        | "starts after"
        | "start after"
        | "needs first"
        | "依存"
        | "依存関係"
        | "依存タスク"
        | "依存先"
        | "前提"
        | "前提条件"
        | "前提タスク"
        | "先行タスク"
        | "의존성"
        | "의존"
        | "선행"
        | "선행 조건"
        | "의존 관계"
        | "선행 작업"
        | "依赖"
        | "依赖项"
        | "依赖任务"
        | "依赖关系"
        | "前置"
        | "前置条件"
        | "前置任务"
        | "зависимости"
        | "зависит от"
        | "vorgänger"
        | "abhängigkeit"
        | "abhängigkeiten"
        | "abhängig von"
        | "hängt ab von"
        | "voraussetzung"
        | "voraussetzungen"
        | "depende de"
        | "dependencia"
        | "dependencias"
        | "dependências"
        | "predecesor"
        | "predecesores"
        | "predecessores"
        | "requiere"
        | "dépend de"
        | "dépendances"
        | "prérequis"
        | "dipende da"
        | "dipendenze"
        | "dipendenza"
        | "dépendance"
        | "dépend"
        | "dependência"
        | "hangt af van"
        | "afhankelijk van"
        | "afhankelijkheden"
        | "preconditions"
        | "precondition"
        | "зависимость" => Column::Dependencies,
        "blocks" | "unblocks" | "enables" | "successors" | "successor" | "required by"
        | "needed by" | "before" | "blocking" | "downstream" | "dependents" | "dependent tasks"
        | "feeds" | "prerequisite for" | "後続" | "後続タスク" | "ブロック" | "阻塞"
        | "后续任务" | "후속" | "блокирует" => Column::Blocks,
        "agent"
        | "agents"
        | "agent id"
        | "agent type"
        | "subagent"
        | "subagent type"
        | "assigned agent"
        | "エージェント"
        | "担当エージェント"
        | "에이전트"
        | "智能体" => Column::Agent,
        "owner"
        | "assignee"
        | "assigned to"
        | "assigned"
        | "responsible"
        | "team"
        | "who"
        | "担当"
        | "担当者"
        | "负责人"
        | "담당"
        | "담당자"
        | "исполнитель"
        | "verantwortlich"
        | "zuständig"
        | "wer"
        | "responsable"
        | "responsável" => Column::Owner,
        "parallel"
        | "parallel?"
        | "parallelizable"
        | "parallelisable"
        | "can run in parallel"
        | "[p]"
        | "p?"
        | "並列"
        | "並列可能"
        | "并行" => Column::Parallel,
        "complexity" | "difficulty" | "size" => Column::Complexity,
        "budget" | "time budget" => Column::Budget,
        "status" | "state" | "done" | "progress" | "% complete" | "% done" | "percent complete"
        | "complete" | "completion" | "状態" | "상태" | "状态" | "статус" | "stand" | "estado"
        | "statut" => Column::Status,
        "wave" | "batch" | "phase" | "sprint" | "stage" | "milestone" | "track" | "フェーズ" => {
            Column::Group
        }
        "points" | "story points" | "sp" | "pts" => Column::Points,
        "linked issues" | "links" | "notes" | "note" | "remarks" | "remark" | "comment"
        | "comments" | "備考" | "备注" | "비고" | "bemerkung" | "bemerkungen" | "notas" => {
            Column::Notes
        }
        _ if names_written_files(&name) => Column::Claims,
        _ => foreign(&name)
            .or_else(|| estimate(&name))
            .or_else(|| of_order(&name))
            .unwrap_or(Column::Other),
    }
}

/// "New files", "Files changed", "Files to be created or modified": files, and besides only words that say that they are
/// written.
fn names_written_files(name: &str) -> bool {
    const SAID_OF_FILES: [&str; 33] = [
        "file", "files", "path", "paths", "new", "modified", "changed", "created", "touched",
        "affected", "added", "updated", "edited", "deleted", "involved", "target", "test", "key",
        "main", "primary", "to", "be", "and", "or", "create", "modify", "change", "touch", "edit",
        "add", "update", "delete", "write",
    ];
    let mut words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    (name.contains("file") || name.contains("path"))
        && words
            .clone()
            .any(|word| matches!(word, "file" | "files" | "paths"))
        && words.all(|word| SAID_OF_FILES.contains(&word))
}

/// A heading without what a bracket adds that changes nothing: "Predecessor(s)", "Blocked by (IDs)".
fn without_plain_bracket(name: &str) -> Option<&str> {
    const PLAIN: [&str; 24] = [
        "s",
        "es",
        "ies",
        "a",
        "as",
        "en",
        "r",
        "id",
        "ids",
        "task id",
        "task ids",
        "task",
        "tasks",
        "step",
        "steps",
        "#",
        "no",
        "nr",
        "if any",
        "wbs",
        "fs",
        "finish-to-start",
        "keys",
        "и",
    ];
    let (bare, inside) = name.split_once(['(', '（'])?;
    let inside = inside.trim_end().strip_suffix([')', '）'])?;
    PLAIN.contains(&inside.trim()).then_some(bare.trim())
}

/// What a column says about order whose heading has more in it than the name: "Predecessor(s)", "Predecesor/a".
fn of_order(name: &str) -> Option<Column> {
    let bare = without_plain_bracket(name)
        .or_else(|| name.split_once('/').map(|(bare, _)| bare.trim()))
        .or_else(|| {
            // "Dépendances upstream", "dépendances amont"
            let directions = [" upstream", " amont", " en amont"];
            directions.iter().find_map(|end| name.strip_suffix(end))
        })?;
    let column = column(bare);
    matches!(column, Column::Dependencies | Column::Blocks).then_some(column)
}

/// A heading in lower case without emphasis, dots and colons.
fn words(heading: &str) -> String {
    let kept: String = heading
        .chars()
        .filter(|c| !matches!(c, '*' | '`' | '.' | ':' | '~'))
        .collect();
    // `depends_on` is "depends on"; an arrow or another picture says nothing.
    let kept = kept.replace('_', " ");
    let words: Vec<&str> = kept
        .split_whitespace()
        .filter(|word| !word.chars().all(super::is_picture))
        .collect();
    words.join(" ").to_lowercase()
}

/// Whether the columns are those of a table of tasks, one a row. In the section of a group, a name and anything
/// that says something about a task will do; elsewhere it must be something that only tasks have, or an estimate below a
/// heading that speaks of a plan.
pub(super) fn are_of_tasks(columns: &[Column], in_group: bool, in_plan: bool) -> bool {
    let has = |wanted: fn(&Column) -> bool| columns.iter().any(wanted);
    let has_issue_and_title = has(|c| *c == Column::Issue) && has(|c| *c == Column::Title);
    let by_agent = has(|c| *c == Column::Agent) && has(|c| *c == Column::Dependencies);
    let has_weighed_issue = has(|c| *c == Column::Issue) && has(|c| *c == Column::Points);
    let named = has(|c| matches!(c, Column::Id | Column::Task))
        || has_issue_and_title
        || has_weighed_issue
        || by_agent;
    let has_id = has(|c| *c == Column::Id);
    let ordered = has(|c| matches!(c, Column::Dependencies | Column::Blocks));
    let weighed = has(|c| matches!(c, Column::Estimate(_) | Column::Tokens | Column::Points));
    let described = has(|c| {
        matches!(
            c,
            Column::Title
                | Column::Budget
                | Column::Issue
                | Column::Model
                | Column::Claims
                | Column::Complexity
                | Column::Status
                | Column::Agent
                | Column::Owner
        )
    });
    if in_group {
        named && (ordered || weighed || described)
    } else {
        let has_task = has(|c| *c == Column::Task);
        named
            && (ordered
                || (weighed && (has_id || described || in_plan && has_task))
                || (has_id && has_task && described))
    }
}

/// Whether the columns say something about tasks that are defined elsewhere: `Task | Hours`.
pub(super) fn are_about_tasks(columns: &[Column]) -> bool {
    let has = |wanted: fn(&Column) -> bool| columns.iter().any(wanted);
    has(|c| matches!(c, Column::Id | Column::Task))
        && has(|c| {
            matches!(
                c,
                Column::Estimate(_)
                    | Column::Tokens
                    | Column::Budget
                    | Column::Agent
                    | Column::Owner
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_by_name() {
        for (heading, expected) in [
            ("**Task ID**", Column::Id),
            ("Est. Tokens", Column::Tokens),
            ("Depends On", Column::Dependencies),
            ("Package/Files", Column::Claims),
            ("Duration (h)", Column::Estimate(Some(3600))),
            ("Est. Hours", Column::Estimate(Some(3600))),
            ("Duration", Column::Estimate(None)),
            ("推定時間", Column::Estimate(None)),
            ("依存", Column::Dependencies),
            ("Agent ID", Column::Agent),
            ("Parallel Slots", Column::Other),
            ("Tasks", Column::Other),
            ("Avg Tokens", Column::Other),
            ("Total Tokens", Column::Other),
        ] {
            assert_eq!(column(heading), expected, "{heading}");
        }
    }

    fn of_tasks(headings: &str, in_group: bool) -> bool {
        let columns: Vec<Column> = headings.split('|').map(column).collect();
        are_of_tasks(&columns, in_group, false)
    }

    #[test]
    fn tables_of_tasks() {
        assert!(of_tasks("Task|Title|Model|Package/Files|Est. Tokens", true));
        assert!(of_tasks(
            "Agent ID|Task|Duration|Dependencies|Parallel Slots",
            true
        ));
        assert!(of_tasks("ID|Task|Depends On", false));
        for headings in [
            "Component|Technical|Integration|Testing|Total|Risk Level",
            "Risk|Probability|Impact|Mitigation",
            "Model|Tasks|Avg Tokens|Total Tokens|Est. Cost",
            "Series|Count|Complexity|Recommended Model",
            "Metric|Human Teams|Agent Parallelism",
            "Category|Subagent Type|Model|Rationale",
        ] {
            assert!(!of_tasks(headings, false), "{headings}");
            assert!(!of_tasks(headings, true), "{headings}");
        }
    }
}
