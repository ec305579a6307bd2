//! Task lists in YAML: files of them, the to-dos in the front matter of a plan that an editor keeps, and lists of tasks in code
//! fences.
//!
//! They are read as the same lists in JSON are. In a file and in front matter they are the plan. In fences they are where nothing else in
//! the document is, for a plan may show in YAML what it says in tables; and only where they say how the work is done, or the
//! document says that it is a plan, for a design shows the answers of a service in the same form.

use super::json::{
    keys::{Key, key_of},
    lists::Lists,
    tasks,
};
use super::wave_plan;
use crate::json::{Json, Kind, Problem, Value};
use crate::markdown::BlockKind;
use crate::{Confidence, Dialect, Document, Fragment, Parsed, yaml};

/// A Markdown document whose front matter holds a list of tasks.
#[derive(Debug)]
pub(super) struct TaskYaml;

/// A document that is called `*.yaml` or `*.yml` and holds a list of tasks.
#[derive(Debug)]
pub(super) struct TaskYamlFile;

/// A Markdown document with lists of tasks in fences. It comes last of all dialects, since it looks into every fence.
#[derive(Debug)]
pub(super) struct TaskFences;

impl Dialect for TaskYamlFile {
    fn name(&self) -> &'static str {
        "tasks in a YAML file"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        match whole_file(document) {
            Some(_) => Confidence::Whole,
            None => Confidence::No,
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        let json = whole_file(document);
        json.map_or_else(Parsed::default, |json| tasks::read_lists(document, &json))
    }

    fn reads_markdown(&self) -> bool {
        false
    }
}

impl Dialect for TaskYaml {
    fn name(&self) -> &'static str {
        "tasks in YAML"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        match front_matter(document) {
            Some(_) => Confidence::Whole,
            None => Confidence::No,
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        read(document, front_matter(document))
    }
}

impl Dialect for TaskFences {
    fn name(&self) -> &'static str {
        "tasks in fences"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        match fences(document) {
            Some(_) => Confidence::Weak,
            None => Confidence::No,
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        read(document, fences(document))
    }
}

fn read(document: &Document, json: Option<Json>) -> Parsed<Fragment> {
    let mut parsed = json.map_or_else(Parsed::default, |json| tasks::read_lists(document, &json));
    wave_plan::read_around(document, &mut parsed.value, &mut parsed.diagnostics);
    parsed
}

/// Whether fences of the document hold lists of tasks.
pub(super) fn in_fences(document: &Document) -> bool {
    fences(document).is_some()
}

/// The whole of a YAML file, where it holds a list of tasks.
fn whole_file(document: &Document) -> Option<Json> {
    let (_, ending) = document.name().rsplit_once('.')?;
    if !ending.eq_ignore_ascii_case("yaml") && !ending.eq_ignore_ascii_case("yml") {
        return None;
    }
    let text = document.text();
    let mut problems = Vec::new();
    let root = yaml::read(yaml::lines(text, 0..text.len()), &mut problems)?;
    of_tasks(vec![root], problems)
}

/// The front matter, where it holds a list of tasks.
fn front_matter(document: &Document) -> Option<Json> {
    let span = document.markdown().front_matter.clone()?;
    let text = document.text();
    let names_list = |line: &str| {
        let line = line.split(" #").next().unwrap_or_default().trim_end();
        line.strip_suffix(':')
            .is_some_and(|key| matches!(key, "todos" | "tasks" | "issues" | "stories" | "items"))
    };
    if !text[span.clone()]
        .lines()
        .any(|line| names_list(line.trim_end()))
    {
        return None;
    }
    let mut problems = Vec::new();
    let root = yaml::read(yaml::lines(text, span), &mut problems)?;
    of_tasks(vec![root], problems)
}

/// The lists of tasks in fences.
fn fences(document: &Document) -> Option<Json> {
    let text = document.text();
    let mut roots = Vec::new();
    let mut problems = Vec::new();
    let mut is_plan = false;
    // The line right above.
    let mut above = "";
    let mut is_example = false;
    for block in &document.markdown().blocks {
        let fence = match &block.kind {
            BlockKind::Fence(fence) => fence,
            BlockKind::Heading { text: heading, .. } => {
                let heading = &text[heading.clone()];
                is_plan |= wave_plan::speaks_of_plan(heading);
                is_example = shows_form(heading);
                above = "";
                continue;
            }
            BlockKind::Paragraph { text: lines } => {
                above = text[lines.clone()].lines().last().unwrap_or_default();
                continue;
            }
            _ => continue,
        };
        if is_example || shows_form(std::mem::take(&mut above)) {
            continue;
        }
        let language = text[fence.info.clone()].trim();
        let pieces = document.markdown().code_stretches(text, fence);
        if language.eq_ignore_ascii_case("yaml") || language.eq_ignore_ascii_case("yml") {
            let lines = pieces
                .iter()
                .flat_map(|piece| yaml::lines(text, piece.clone()));
            roots.extend(yaml::read(lines, &mut problems));
        } else if let (true, [piece]) = (language.eq_ignore_ascii_case("json"), &*pieces) {
            let json = Json::read(&text[piece.clone()]);
            if json.problems.is_empty() {
                roots.extend(json.roots.into_iter().map(|root| moved(root, piece.start)));
            }
        }
    }
    if roots.is_empty() {
        return None;
    }
    // One fence that holds a plan as a file does: phases of tasks, or a plan around them.
    if let [root] = roots.as_slice()
        && root.is_object()
    {
        let whole = Json { roots, problems };
        if Lists::find(&whole).is_some_and(|lists| is_whole_plan(&lists, is_plan)) {
            return Some(whole);
        }
        Json { roots, problems } = whole;
    }
    // Each list in a fence of its own, or each task.
    let entries: Vec<Value> = roots.into_iter().flat_map(entries).collect();
    if !is_plan && !entries.iter().any(says_how) {
        return None;
    }
    of_tasks(entries, problems).filter(|json| json.roots.len() > 1)
}

/// Whether lists are a plan and no answer of a service: they stand in groups, in a document that is a plan, or say how the work is
/// done.
fn is_whole_plan(lists: &Lists<'_>, is_plan: bool) -> bool {
    let mut entries = lists.lists.iter().flat_map(|list| &list.entries);
    let says_so = is_plan || !lists.groups.is_empty() || entries.any(|entry| says_how(entry.value));
    lists.tasks() > 1 && says_so
}

/// Whether a task says how long it takes, what comes before or behind it, what it writes, or who does it.
fn says_how(task: &Value) -> bool {
    task.members().iter().any(|member| {
        matches!(
            key_of(&member.key),
            Some(
                Key::After { .. }
                    | Key::Before
                    | Key::Estimate(_)
                    | Key::Tokens
                    | Key::Model(_)
                    | Key::Complexity
                    | Key::Claims
                    | Key::SubTasks
            )
        )
    })
}

/// Whether a heading or a line announces a form of data and not data: "Example answer:", "`GET /tasks` gives".
fn shows_form(line: &str) -> bool {
    const WORDS: [&str; 28] = [
        "answers",
        "returns",
        "replies",
        "reply",
        "output",
        "outputs",
        "example",
        "examples",
        "sample",
        "samples",
        "response",
        "responses",
        "request",
        "requests",
        "answer",
        "payload",
        "schema",
        "syntax",
        "template",
        "format",
        "fixture",
        "mock",
        "beispiel",
        "antwort",
        "ejemplo",
        "respuesta",
        "exemple",
        "пример",
    ];
    let mut words = line.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        matches!(word, "GET" | "POST" | "PUT" | "PATCH" | "DELETE")
            || WORDS.contains(&word.to_lowercase().as_str())
    }) || [
        "示例",
        "例：",
        "例:",
        "レスポンス",
        "サンプル",
        "响应",
        "예시",
        "응답",
    ]
    .iter()
    .any(|word| line.contains(word))
}

/// The tasks of a list, or the one task.
fn entries(root: Value) -> Vec<Value> {
    match root.kind {
        Kind::Array(items) => items,
        Kind::Object(members)
            if members.iter().any(|member| {
                member.key.eq_ignore_ascii_case("tasks") && member.value.is_array()
            }) =>
        {
            let tasks = members
                .into_iter()
                .filter(|member| member.key.eq_ignore_ascii_case("tasks"));
            tasks
                .flat_map(|member| match member.value.kind {
                    Kind::Array(items) => items,
                    _ => Vec::new(),
                })
                .collect()
        }
        Kind::Object(members)
            if members
                .iter()
                .any(|member| matches!(key_of(&member.key), Some(Key::Id(_)))) =>
        {
            vec![Value {
                kind: Kind::Object(members),
                span: root.span,
            }]
        }
        _ => Vec::new(),
    }
}

fn of_tasks(roots: Vec<Value>, problems: Vec<Problem>) -> Option<Json> {
    let json = Json { roots, problems };
    Lists::find(&json).is_some().then_some(json)
}

/// A value whose places count from the start of the document.
fn moved(mut value: Value, by: usize) -> Value {
    let mut open = vec![&mut value];
    while let Some(value) = open.pop() {
        value.span = value.span.start + by..value.span.end + by;
        match &mut value.kind {
            Kind::Array(items) => open.extend(items),
            Kind::Object(members) => {
                for member in members {
                    member.key_span = member.key_span.start + by..member.key_span.end + by;
                    open.push(&mut member.value);
                }
            }
            _ => {}
        }
    }
    value
}
