//! From documents to a plan.

use std::ops::Range;

use crate::about_specs::speaks_of_writing_specs;
use crate::details;
use crate::dialect::{is_plan_for_want_of_better, read_only_story, recipe};
use crate::fragment::join;
use crate::markdown::BlockKind;
use crate::{
    Code, Confidence, Diagnostic, Dialect, Document, Fragment, Parsed, Plan, TaskMentionKind,
    dialects, merge,
};

/// Reads one document with every dialect that recognises it.
///
/// A document that holds no task gives a warning: it is not part of the plan. A code fence that is never closed is
/// an error at the line that opens it, since all that follows is taken for code.
pub fn parse(document: &Document) -> Parsed<Fragment> {
    let mut parsed = Parsed::<Fragment>::default();
    let found = find_readers(document, |dialect| dialect.read_whole(document));
    let (is_read, as_markdown) = match &found {
        Ok((reader, _)) => (true, reader.reads_markdown()),
        Err(readers) => (
            !readers.is_empty(),
            readers.is_empty() || readers.iter().any(|dialect| dialect.reads_markdown()),
        ),
    };
    let json = document.json().filter(|_| !is_read);
    if let Some(json) = json {
        json.report(document, &mut parsed.diagnostics);
        parsed.diagnostics.push(no_task_list(document));
    } else if as_markdown {
        unclosed_fence(document, &mut parsed.diagnostics);
    }
    let add_details = |reader: &dyn Dialect, part: &mut Fragment| {
        if reader.tells_in_prose() {
            details::add(document, &mut part.tasks);
        }
    };
    match found {
        Ok((reader, mut whole)) => {
            add_details(reader, &mut whole.value);
            parsed.value = whole.value;
            join(&mut parsed.diagnostics, whole.diagnostics);
        }
        Err(readers) => {
            for reader in readers {
                let mut part = reader.read(document);
                add_details(reader, &mut part.value);
                parsed.value.append(part.value);
                join(&mut parsed.diagnostics, part.diagnostics);
            }
        }
    }
    let told = parsed
        .diagnostics
        .iter()
        .any(|diagnostic| diagnostic.code == Code::NO_TASK);
    if parsed.value.tasks.is_empty() && !told {
        parsed.diagnostics.push(
            Diagnostic::warning(Code::NO_TASK, "no task and no worker spec in this document")
                .at(document.location(0..0))
                .help("leave it out, or list its tasks in a table, with checkboxes or in a Mermaid flowchart"),
        );
    }
    parsed
}

/// The first dialect that claims the whole of a document, with what `claim` makes of that; if none does, those that are
/// surest of a part.
fn find_readers<T>(
    document: &Document,
    claim: impl Fn(&'static dyn Dialect) -> Result<T, Confidence>,
) -> Result<(&'static dyn Dialect, T), Vec<&'static dyn Dialect>> {
    let mut readers: Vec<&'static dyn Dialect> = Vec::new();
    let mut most = Confidence::Weak;
    let is_json = document.json().is_some();
    for dialect in dialects() {
        if is_json && dialect.reads_markdown() {
            continue;
        }
        let confidence = match claim(*dialect) {
            Ok(claimed) => return Ok((*dialect, claimed)),
            Err(confidence) => confidence,
        };
        if confidence > most {
            most = confidence;
            readers.clear();
        }
        if confidence == most {
            readers.push(*dialect);
        }
    }
    Err(readers)
}

/// Whether any dialect reads a document.
fn is_recognised(document: &Document) -> bool {
    let claim = |dialect: &dyn Dialect| match dialect.recognise(document) {
        Confidence::Whole => Ok(()),
        confidence => Err(confidence),
    };
    find_readers(document, claim).map_or_else(|readers| !readers.is_empty(), |_| true)
}

/// Whether each document is of a form that this crate reads, alone or with the others of its folder.
///
/// For who searches folders: a JSON file that is of no form is a configuration or a result, and no part of a plan.
pub fn recognised(documents: &[Document]) -> Vec<bool> {
    let mut recognised: Vec<bool> = documents.iter().map(is_recognised).collect();
    for place in recipe::folders(documents)
        .iter()
        .flat_map(recipe::Folder::documents)
    {
        recognised[place] = true;
    }
    recognised
}

/// Reads every document; those of a recipe together, in the place of the first.
fn parse_all(documents: &[Document]) -> Vec<Parsed<Fragment>> {
    let mut parsed: Vec<Option<Parsed<Fragment>>> = documents.iter().map(|_| None).collect();
    for folder in recipe::folders(documents) {
        let mut whole = Some(recipe::read(documents, &folder));
        let mut places: Vec<usize> = folder.documents().collect();
        places.sort_unstable();
        for place in places {
            parsed[place] = Some(whole.take().unwrap_or_default());
        }
    }
    let documents = documents.iter().zip(parsed);
    documents
        .map(|(document, parsed)| parsed.unwrap_or_else(|| parse(document)))
        .collect()
}

/// Reads documents and merges them into one plan.
///
/// `requirements.md`, `design.md` and `dependencies.json` of one folder are one recipe, which is one task.
///
///
/// Beside worker specs, a document about the *writing* of worker specs ("all 54 worker instruction files created") is no
/// plan, although it lists the same workers: a warning says so, and it is left out. Given without worker specs it is read
/// like any other.
///
/// One story with checkboxes below "Tasks" is one task beside others; alone, its checkboxes are the tasks.
///
/// Beside documents that are plans, one that has checkboxes and nothing else of a plan, such as the README with its
/// roadmap, is none: a warning says so.
///
/// The diagnostics of all documents come first, in the order of the documents, then those of the whole plan. That
/// no document holds a task is an error.
pub fn read(documents: &[Document]) -> Parsed<Plan> {
    let mut parsed = parse_all(documents);
    take_up_only_story(documents, &mut parsed);
    let beside = boxes_beside_plans(documents, &parsed);
    let any_spec = parsed.iter().any(|parsed| holds_spec(&parsed.value));
    let mut diagnostics = Vec::new();
    let mut fragments = Vec::with_capacity(documents.len());
    for (at, (document, parsed)) in documents.iter().zip(parsed).enumerate() {
        if beside.contains(&at) {
            diagnostics.push(no_plan_beside_others(document, &parsed.value));
            continue;
        }
        let about = if any_spec && document.json().is_none() && !holds_spec(&parsed.value) {
            speaks_of_writing_specs(document)
        } else {
            None
        };
        match about {
            Some(place) if !parsed.value.tasks.is_empty() => {
                diagnostics.push(no_plan(document, place))
            }
            _ => {
                diagnostics.extend(parsed.diagnostics);
                fragments.push(parsed.value);
            }
        }
    }
    let merged = merge(fragments);
    diagnostics.extend(merged.diagnostics);
    Parsed {
        value: merged.value,
        diagnostics,
    }
}

/// Where all there is to do is one story, its checkboxes are the tasks.
fn take_up_only_story(documents: &[Document], parsed: &mut [Parsed<Fragment>]) {
    let mut holding = (0..parsed.len()).filter(|at| !parsed[*at].value.tasks.is_empty());
    let (Some(at), None) = (holding.next(), holding.next()) else {
        return;
    };
    if let [task] = &*parsed[at].value.tasks
        && task.spec.is_none()
        && let Some(mut story) = read_only_story(&documents[at])
    {
        details::add(&documents[at], &mut story.value.tasks);
        parsed[at].value = story.value;
    }
}

/// The documents whose checkboxes are tasks only where no other document holds any.
fn boxes_beside_plans(documents: &[Document], parsed: &[Parsed<Fragment>]) -> Vec<usize> {
    let mut holding: Vec<usize> = (0..parsed.len())
        .filter(|at| !parsed[*at].value.tasks.is_empty())
        .collect();
    if holding.len() < 2 {
        return Vec::new();
    }
    let all = holding.len();
    // Tasks of such lists are called by their places, so that few documents have to be asked.
    let is_one = |at: &usize| {
        let mut tasks = parsed[*at].value.tasks.iter();
        tasks.next().is_some_and(|task| task.id.ends_with("-1"))
            && is_plan_for_want_of_better(&documents[*at])
    };
    holding.retain(is_one);
    if holding.len() == all {
        holding.clear();
    }
    holding
}

fn no_plan_beside_others(document: &Document, fragment: &Fragment) -> Diagnostic {
    let place = fragment
        .tasks
        .first()
        .map_or(0..0, |task| task.location.span.clone());
    let message = "nothing but checkboxes says that this document is a plan, so beside others it is not taken for one";
    Diagnostic::warning(Code::NO_TASK, message)
        .at(document.location(place))
        .help("leave it out, or give its tasks ids")
}

fn holds_spec(fragment: &Fragment) -> bool {
    fragment
        .tasks
        .iter()
        .any(|task| task.kind == TaskMentionKind::Spec)
}

fn no_plan(document: &Document, place: Range<usize>) -> Diagnostic {
    let message =
        "this document is about the writing of worker specs, so its lists are not taken for tasks";
    Diagnostic::warning(Code::NO_TASK, message)
        .at(document.location(place))
        .help("leave it out; a plan says how the work is run, not how its specs are written")
}

fn no_task_list(document: &Document) -> Diagnostic {
    let message = "this JSON is no list of tasks";
    let help = "a list of tasks is an array of objects, each with an `id`, a `title` and `depends_on`, alone or as `tasks` of an object";
    Diagnostic::error(Code::NO_TASK, message)
        .at(document.location(0..0))
        .help(help)
}

fn unclosed_fence(document: &Document, diagnostics: &mut Vec<Diagnostic>) {
    for block in &document.markdown().blocks {
        if let BlockKind::Fence(fence) = &block.kind
            && !fence.closed
        {
            let text = document.text();
            let line = text[block.span.clone()].lines().next().unwrap_or_default();
            let marks = line
                .trim_start()
                .chars()
                .take_while(|c| matches!(c, '`' | '~'))
                .count();
            let mark = &line.trim_start()[..marks];
            diagnostics.push(
                Diagnostic::error(Code::UNCLOSED_FENCE, "this code fence is never closed")
                    .at(document.location(block.span.start..block.span.start + line.len()))
                    .help(format!("add a line `{mark}` where the code ends")),
            );
        }
    }
}
