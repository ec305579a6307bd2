//! A worker spec: sections below the task, or, where these would be read otherwise, a fence that holds it.

use super::task::heading;
use super::value::fence;
use crate::dialect::wavecrew_plan::WavecrewPlan;
use crate::markdown::BlockKind;
use crate::places::Places;
use crate::plan_form::{KEY, SPEC_FENCE, TASKS, VERSION};
use crate::{
    Action, Dialect, Document, Fence, Item, Location, Section, Task, TaskMention, WorkerSpec,
};

/// A worker spec as it is written.
pub(super) struct Written {
    pub(super) text: String,
    /// The classification, when nothing in `text` tells it.
    pub(super) classification: Option<String>,
}

/// Writes the spec of a task, and looks whether it is read back as it is.
pub(super) fn written(task: &Task, spec: &WorkerSpec) -> Written {
    if spec.sections.is_empty() {
        return Written {
            text: sections("####", &made_up(spec), &[]),
            classification: spec.classification.clone(),
        };
    }
    let name = heading(&task.id, &task.title);
    let before = before_sections(&name, spec);
    let below = |guarded: &[bool]| {
        let sections = sections("####", &spec.sections, guarded);
        format!("{}{sections}", head(spec, before))
    };
    let (text, found) = match settled(&name, spec, below) {
        (text, Some(found)) if says_the_same(&found, spec) => (text, Some(found)),
        _ => settled(&name, spec, |guarded| in_fence(spec, before, guarded)),
    };
    Written {
        classification: found.and_then(|found| left_out(&found, spec)),
        text,
    }
}

/// The text of a spec, and what is read from it, with a guard behind each section that would lose its last rule.
///
/// Which sections these are depends on what stands open before the rule, such as a comment without an end: what looks
/// alike in the section alone is tried, and where reading tells otherwise, turned round.
fn settled(
    name: &str,
    spec: &WorkerSpec,
    text: impl Fn(&[bool]) -> String,
) -> (String, Option<WorkerSpec>) {
    let mut guarded = guards(spec);
    let first = text(&guarded);
    let found = read_back(name, &first);
    let mut turned = false;
    if let Some(found) = &found
        && found.sections.len() == spec.sections.len()
    {
        let pairs = found.sections.iter().zip(&spec.sections);
        for (guarded, (found, meant)) in guarded.iter_mut().zip(pairs) {
            if found.text != meant.text {
                *guarded = !*guarded;
                turned = true;
            }
        }
    }
    if !turned {
        return (first, found);
    }
    let second = text(&guarded);
    let found = read_back(name, &second);
    (second, found)
}

/// Which sections end with a rule that reading would take for the end of the section.
fn guards(spec: &WorkerSpec) -> Vec<bool> {
    let sections = spec.sections.iter();
    sections
        .map(|section| ends_with_rule(&section.text))
        .collect()
}

/// The notes that stand before all sections; only reading the sections tells which are in these.
fn before_sections<'s>(name: &str, spec: &'s WorkerSpec) -> &'s [Fence] {
    if spec.notes.is_empty() {
        return &[];
    }
    let found = read_back(name, &in_fence(spec, &[], &guards(spec)));
    let within = found.map_or(spec.notes.len(), |found| found.notes.len());
    &spec.notes[..spec.notes.len().saturating_sub(within)]
}

/// The whole spec in a fence, under a heading of its own and with its headings at the levels that they had.
fn in_fence(spec: &WorkerSpec, before: &[Fence], guarded: &[bool]) -> String {
    let inner = format!(
        "# {}\n{}{}",
        heading(&spec.id, &spec.title),
        head(spec, before),
        sections("##", &spec.sections, guarded)
    );
    format!("\n{}", fence(SPEC_FENCE, &inner))
}

fn left_out(found: &WorkerSpec, spec: &WorkerSpec) -> Option<String> {
    let stated = &spec.classification;
    stated.clone().filter(|_| found.classification != *stated)
}

/// A task behind the one that is read back.
const BEHIND: &str = "BEHIND-1";

/// The spec that is read from a task of this name with this text below; `None` when what comes after it is not read
/// as it should be.
fn read_back(name: &str, text: &str) -> Option<WorkerSpec> {
    let whole =
        format!("---\n{KEY}: {VERSION}\n---\n\n## {TASKS}\n\n### {name}\n{text}\n### {BEHIND}\n");
    let tasks = WavecrewPlan.read(&Document::new("", whole)).value.tasks;
    let last = |task: &TaskMention| task.id == BEHIND && task.spec.is_none();
    match tasks.as_slice() {
        [_, mention, after] if last(after) => mention.spec.as_deref().cloned(),
        _ => None,
    }
}

/// Whether two specs say the same but for what comes from all documents together: where files are.
fn says_the_same(found: &WorkerSpec, spec: &WorkerSpec) -> bool {
    let bare = |spec: &WorkerSpec| {
        let mut spec = spec.clone();
        spec.deliverables.clear();
        spec.result_files.clear();
        spec.boundaries.writable.clear();
        spec.classification = None;
        spec.places(&mut |location| {
            *location = Location {
                file: "".into(),
                span: 0..0,
                line: 1,
                column: 1,
            };
        });
        spec
    };
    bare(found) == bare(spec)
}

/// What stands before the sections: the header's lines, and code.
fn head(spec: &WorkerSpec, before: &[Fence]) -> String {
    let mut out = String::new();
    for field in &spec.header {
        out.push_str(&format!("\n**{}:** {}\n", field.name, field.value));
    }
    for note in before {
        // A path that the info string does not name stood on the line before.
        if let Some(path) = &note.path
            && !note.info.contains(path.as_str())
        {
            out.push_str(&format!("\n`{path}`\n"));
        }
        out.push_str(&format!("\n{}", fence(&note.info, &note.text)));
    }
    out
}

fn sections(marks: &str, sections: &[Section], guarded: &[bool]) -> String {
    let mut out = String::new();
    for (index, section) in sections.iter().enumerate() {
        out.push_str(&heading_line(marks, &section.heading));
        if !section.text.is_empty() {
            out.push_str(&format!("\n{}\n", section.text));
        }
        // A rule at the end of a section is no part of it, so one that is one needs another behind it.
        if guarded.get(index).is_some_and(|guarded| *guarded) {
            out.push_str("\n---\n");
        }
    }
    out
}

/// A heading; one of several lines is underlined, and must not begin as another block does.
fn heading_line(marks: &str, heading: &str) -> String {
    if !heading.contains('\n') {
        return format!("\n{marks} {heading}\n");
    }
    let underlined = format!("\n{heading}\n---\n");
    let document = Document::new("", underlined.as_str());
    match document.markdown().blocks.as_slice() {
        [block] if matches!(&block.kind, BlockKind::Heading { text, .. } if underlined[text.clone()] == *heading) => {
            underlined
        }
        _ => format!("\n\\{heading}\n---\n"),
    }
}

fn ends_with_rule(text: &str) -> bool {
    let last = text.lines().next_back().unwrap_or_default();
    if last.is_empty() || !last.chars().all(|c| "-*_ \t>".contains(c)) {
        return false;
    }
    // Not at the very top, where it would be read as front matter.
    let document = Document::new("", format!("\n{text}"));
    let last = document.markdown().blocks.last();
    last.is_some_and(|block| matches!(block.kind, BlockKind::Rule))
}

/// Sections for a spec that has none: what its parts say, in the words that the reader knows.
fn made_up(spec: &WorkerSpec) -> Vec<Section> {
    let files = spec.deliverables.iter().map(|file| {
        let verb = match file.action {
            Action::Create => "Create file",
            Action::Modify => "Modify file",
            Action::CreateOrModify => "Create/update file",
        };
        format!("- [ ] {verb}: `{}`\n", file.path)
    });
    let results = spec
        .result_files
        .iter()
        .map(|file| format!("- Results file: `{}`\n", file.path));
    let deliverables: String = files
        .chain(spec.deliverable_notes.iter().map(checkbox))
        .chain(results)
        .collect();
    let side = |verb: &'static str, items: &[Item]| -> String {
        let lines = items
            .iter()
            .map(|item| format!("- **{verb}:** {}\n", one_line(&item.text)));
        lines.collect()
    };
    let boundaries = side("CAN", &spec.boundaries.can)
        + &side("CANNOT", &spec.boundaries.cannot)
        + &spec.boundaries.other.iter().map(bullet).collect::<String>();
    let tests: Vec<String> = spec
        .tests
        .iter()
        .map(|test| {
            let commands = test
                .commands
                .iter()
                .map(|command| format!("{}\n", command.text));
            fence(&test.language, &commands.collect::<String>())
        })
        .collect();
    let format = spec
        .test_results_format
        .as_ref()
        .map(|format| fence(&format.info, &format.text));
    let notes: Vec<String> = spec
        .notes
        .iter()
        .map(|note| fence(&note.info, &note.text))
        .collect();
    [
        ("Deliverables", deliverables),
        (
            "Success criteria",
            spec.criteria.iter().map(checkbox).collect(),
        ),
        ("Boundaries", boundaries),
        ("Mitigation", spec.mitigation.iter().map(bullet).collect()),
        ("Test process", tests.join("\n")),
        ("Test results format", format.unwrap_or_default()),
        ("Notes", notes.join("\n")),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(heading, text)| Section {
        name: String::new(),
        heading: heading.to_owned(),
        text: text.trim_end().to_owned(),
        location: spec.location.clone(),
    })
    .collect()
}

fn checkbox(item: &Item) -> String {
    let mark = if item.done { 'x' } else { ' ' };
    format!("- [{mark}] {}\n", one_line(&item.text))
}

fn bullet(item: &Item) -> String {
    format!("- {}\n", one_line(&item.text))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
