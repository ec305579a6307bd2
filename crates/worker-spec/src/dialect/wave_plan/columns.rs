//! What the columns of a table mean, by their names.

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
    /// How hard it is.
    Complexity,
    /// How far it is.
    Status,
    /// The group it runs in.
    Group,
    /// Something else.
    Other,
}

/// The meaning of a column by its heading.
pub(super) fn column(heading: &str) -> Column {
    let name = plain(heading);
    match name.as_str() {
        "id" | "task id" | "task #" | "task no" | "#" | "no" | "nr" | "key" | "worker"
        | "worker id" | "work item id" | "item id" | "story id" | "ticket id" | "ref" | "番号" => {
            Column::Id
        }
        "task" | "name" | "task name" | "work item" | "item" | "story" | "work package"
        | "activity" | "step" | "deliverable" | "タスク" | "작업" | "任务" | "задача" => {
            Column::Task
        }
        "title" | "description" | "summary" | "task description" | "task title" | "what"
        | "goal" | "scope" | "objective" | "details" | "タイトル" | "説明" | "内容" => {
            Column::Title
        }
        "issue" | "issues" | "issue #" | "github issue" | "ticket" | "gh issue" => Column::Issue,
        "model" | "llm" | "recommended model" | "model tier" | "tier" | "ai model" => Column::Model,
        "package/files" | "package" | "packages" | "files" | "file" | "path" | "paths"
        | "directory" | "directories" | "owns" | "owned files" | "owned paths" | "files owned"
        | "file ownership" | "target files" | "files touched" | "touches" | "files to modify"
        | "key files" | "ファイル" => Column::Claims,
        "tokens" | "est tokens" | "estimated tokens" | "token estimate" | "tokens est"
        | "token budget" => Column::Tokens,
        "dependencies"
        | "dependency"
        | "depends on"
        | "depends"
        | "deps"
        | "dep"
        | "blocked by"
        | "prerequisites"
        | "prerequisite"
        | "requires"
        | "needs"
        | "predecessors"
        | "predecessor"
        | "after"
        | "依存"
        | "依存関係"
        | "依存タスク"
        | "前提"
        | "의존성"
        | "依赖"
        | "зависимости" => Column::Dependencies,
        "blocks" | "unblocks" | "enables" | "successors" | "required by" => Column::Blocks,
        "complexity" | "difficulty" | "size" => Column::Complexity,
        "status" | "state" | "done" | "progress" | "状態" | "상태" | "状态" | "статус" => {
            Column::Status
        }
        "wave" | "batch" | "phase" | "sprint" | "stage" | "milestone" | "track" | "フェーズ" => {
            Column::Group
        }
        _ => estimate(&name).unwrap_or(Column::Other),
    }
}

fn estimate(name: &str) -> Option<Column> {
    let (words, unit) = match name.split_once('(') {
        Some((words, unit)) => (words.trim(), unit.trim_end_matches(')').trim()),
        None => (name, ""),
    };
    let unit_of = |word: &str| match word {
        "h" | "hr" | "hrs" | "hour" | "hours" | "時間" => Some(3600),
        "m" | "min" | "mins" | "minutes" | "分" => Some(60),
        "d" | "day" | "days" | "日" => Some(8 * 3600),
        "w" | "weeks" => Some(5 * 8 * 3600),
        _ => None,
    };
    match words {
        "duration" | "estimate" | "est" | "time" | "effort" | "estimated time" | "est time"
        | "time estimate" | "estimated duration" | "est duration" | "estimated effort"
        | "est effort" | "effort estimate" | "time est" | "推定時間" | "所要時間" | "見積"
        | "見積もり" | "예상 시간" | "时长" => Some(Column::Estimate(unit_of(unit))),
        "est hours" | "estimated hours" | "est minutes" | "est days" | "estimated days"
        | "hours" | "minutes" | "days" | "時間" => {
            let last = words.rsplit(' ').next().unwrap_or_default();
            Some(Column::Estimate(unit_of(last)))
        }
        _ => None,
    }
}

/// A heading in lower case without emphasis, dots and colons.
fn plain(heading: &str) -> String {
    let kept: String = heading
        .chars()
        .filter(|c| !matches!(c, '*' | '`' | '.' | ':' | '~'))
        .collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    words.join(" ").trim_matches('_').to_lowercase()
}

/// Whether the columns are those of a table of tasks, one a row. In the section of a group, a name and anything
/// that says something about a task will do; elsewhere it must be something that only tasks have.
pub(super) fn are_of_tasks(columns: &[Column], in_group: bool) -> bool {
    let has = |wanted: fn(&Column) -> bool| columns.iter().any(wanted);
    let has_issue_and_title = has(|c| *c == Column::Issue) && has(|c| *c == Column::Title);
    let named = has(|c| matches!(c, Column::Id | Column::Task)) || has_issue_and_title;
    let has_id = has(|c| *c == Column::Id);
    let ordered = has(|c| matches!(c, Column::Dependencies | Column::Blocks));
    let weighed = has(|c| matches!(c, Column::Estimate(_) | Column::Tokens));
    let described = has(|c| {
        matches!(
            c,
            Column::Title
                | Column::Issue
                | Column::Model
                | Column::Claims
                | Column::Complexity
                | Column::Status
        )
    });
    if in_group {
        named && (ordered || weighed || described)
    } else {
        let has_task = has(|c| *c == Column::Task);
        named
            && (ordered || (weighed && (has_id || described)) || (has_id && has_task && described))
    }
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
            ("Agent ID", Column::Other),
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
        are_of_tasks(&columns, in_group)
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
