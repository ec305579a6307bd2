//! GSD roadmaps: phases with goals, what they depend on, and their plans as a list of boxes.
//!
//! A plan in the list (`- [x] 01-02-PLAN.md -- words`) is a task; its phase is its group, and what the phase depends on
//! the plan waits for. A phase whose plans are not written yet ("Plans: TBD") is a group without tasks; where another phase
//! waits for it, or no phase has plans yet, it is one task itself, since its work is there all the same. The overview of
//! phases and the table of progress say how far phases are; they add no tasks. Success criteria and requirements are no
//! tasks.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::groups::{find_groups, group_id};
use crate::label::split_label;
use crate::markdown::{BlockKind, Item};
use crate::status_words::status_of;
use crate::{
    Code, Confidence, Diagnostic, Dialect, Document, EdgeKind, EdgeMention, EdgeSource, Fragment,
    Group, GroupDependency, Parsed, Reference, Status, TaskMention, TaskMentionKind,
};

use super::gsd_plan::{is_plan_id, is_plan_number, leading_plan_id, plan_name, short_number};
use super::wave_plan::Tail;

/// More phases than any other one waits for in earnest.
const MOST_DEPENDENCIES: usize = 64;

/// More waits of plans for phases than any roadmap in earnest: a short range makes many of them.
const MOST_WAITS: usize = 100_000;

/// A roadmap of phases and their plans.
#[derive(Debug)]
pub(super) struct GsdRoadmap;

impl Dialect for GsdRoadmap {
    fn name(&self) -> &'static str {
        "GSD roadmap"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        let phases = phases(document);
        let sure = phases
            .iter()
            .any(|phase| phase.goal && phase.depends.is_some())
            && phases
                .iter()
                .any(|phase| phase.speaks_of_plans || !phase.plans.is_empty());
        if sure {
            Confidence::Whole
        } else {
            Confidence::No
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        let mut parsed = Parsed::<Fragment>::default();
        parsed.value.title = document.markdown().blocks.iter().find_map(|block| {
            let BlockKind::Heading { level: 1, text } = &block.kind else {
                return None;
            };
            Some(document.text()[text.clone()].to_owned())
        });
        let states = states(document);
        let mut unplanned = HashSet::new();
        let mut waits = 0;
        let phases = phases(document);
        let planned: HashSet<&str> = phases
            .iter()
            .filter(|phase| !phase.plans.is_empty())
            .map(|phase| phase.number.as_str())
            .collect();
        let afters: Vec<Vec<GroupDependency>> = phases
            .iter()
            .map(|phase| depends_on(document, phase, &mut parsed.diagnostics))
            .collect();
        let waited_for: HashSet<String> = afters
            .iter()
            .flatten()
            .map(|dependency| dependency.name.clone())
            .collect();
        for (phase, mut after) in phases.iter().zip(afters) {
            let state = states.get(&phase.number).copied();
            let before = waits;
            waits += after.len() * (phase.plans.len() + 1);
            if waits > MOST_WAITS {
                after.clear();
                if before <= MOST_WAITS {
                    parsed.diagnostics.push(too_many_waits(document, phase));
                }
            }
            let fragment = &mut parsed.value;
            let id = group_id("phase", &phase.number);
            for plan in &phase.plans {
                let place = document.location(plan.span.clone());
                let mut task = TaskMention::new(&plan.id, TaskMentionKind::Mention, place);
                task.title = Some(plan.title.clone()).filter(|title| !title.is_empty());
                task.status = match (plan.done, state) {
                    (true, _) => Some(Status::Done),
                    (false, Some(Status::Deferred)) => Some(Status::Deferred),
                    _ => plan.state,
                };
                task.groups.push(id.clone());
                task.depends_on_groups.clone_from(&after);
                fragment.tasks.push(task);
                for (from, span) in &plan.needs {
                    fragment.edges.push(EdgeMention {
                        from: from.clone(),
                        to: plan.id.clone(),
                        reference: Reference::Id,
                        kind: EdgeKind::Hard,
                        stated_in: EdgeSource::List,
                        location: document.location(span.clone()),
                    });
                }
            }
            let stands_for_its_plans =
                planned.is_empty() || waited_for.contains(&format!("phase {}", phase.number));
            if stands_for_its_plans
                && !planned.contains(phase.number.as_str())
                && unplanned.insert(phase.number.as_str())
            {
                let place = document.location(phase.span.clone());
                let mut task = TaskMention::new(&id, TaskMentionKind::Mention, place);
                task.title = Some(phase.title.clone());
                task.status = state;
                task.groups.push(id.clone());
                task.depends_on_groups.clone_from(&after);
                fragment.tasks.push(task);
            }
            let named = after.into_iter().map(|dependency| dependency.name);
            fragment.groups.push(Group {
                title: phase.title.clone(),
                stated_tasks: phase.stated_plans,
                prerequisites: named.collect(),
                ..Group::new(id, document.location(phase.span.clone()))
            });
        }
        parsed
    }
}

struct Phase {
    /// Without leading zeros: `2.1`.
    number: String,
    title: String,
    span: Range<usize>,
    goal: bool,
    depends: Option<Range<usize>>,
    speaks_of_plans: bool,
    stated_plans: Option<usize>,
    plans: Vec<Plan>,
}

struct Plan {
    id: String,
    title: String,
    done: bool,
    state: Option<Status>,
    span: Range<usize>,
    /// The plans that it waits for, with their places.
    needs: Vec<(String, Range<usize>)>,
}

/// The headings that are phases, with what stands below each.
fn phases(document: &Document) -> Vec<Phase> {
    let text = document.text();
    let mut phases: Vec<Phase> = Vec::new();
    let mut level = None;
    for block in &document.markdown().blocks {
        match &block.kind {
            BlockKind::Heading {
                level: this,
                text: heading,
            } => {
                if let Some((number, title)) = phase_heading(&text[heading.clone()]) {
                    level = Some(*this);
                    phases.push(Phase {
                        number,
                        title,
                        span: heading.clone(),
                        goal: false,
                        depends: None,
                        speaks_of_plans: false,
                        stated_plans: None,
                        plans: Vec::new(),
                    });
                } else if level.is_some_and(|level| *this <= level) {
                    level = None;
                }
            }
            BlockKind::Paragraph { text: span } if level.is_some() => {
                if let Some(phase) = phases.last_mut() {
                    fields(text, span.clone(), phase);
                }
            }
            BlockKind::Item(item) if level.is_some() => {
                if let Some(phase) = phases.last_mut() {
                    match plan(text, item, &phase.number) {
                        Some(plan) => phase.plans.push(plan),
                        None => fields(text, item.text.clone(), phase),
                    }
                }
            }
            _ => {}
        }
    }
    phases
}

/// The number and the title of `Phase 2.1: Words (INSERTED)`; marks of state before it are passed over.
fn phase_heading(heading: &str) -> Option<(String, String)> {
    let plain = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    // Nearly all headings of all documents come by here.
    plain
        .get(.."phase".len())
        .filter(|word| word.eq_ignore_ascii_case("phase"))?;
    let group = find_groups(plain).next()?;
    let alone = group.kind == "phase" && group.start == 0 && group.last.is_none();
    alone.then(|| (short_number(group.first), plain.trim().to_owned()))
}

/// Reads the labelled lines of a paragraph.
fn fields(text: &str, span: Range<usize>, phase: &mut Phase) {
    let mut at = span.start;
    for line in text[span].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((name, value)) = split_label(line.trim()) else {
            continue;
        };
        // The value is the end of the line.
        let value_start = start + line.trim_end().len() - value.len();
        match name.trim().to_lowercase().as_str() {
            "goal" => phase.goal = true,
            "depends on" | "dependencies" | "depends" if phase.depends.is_none() => {
                phase.depends = Some(value_start..value_start + value.len());
            }
            "plans" | "plan" => {
                phase.speaks_of_plans = true;
                phase.stated_plans = phase.stated_plans.or_else(|| stated_plans(value));
            }
            _ => {}
        }
    }
}

/// `3 plans`, `2/3 plans complete`.
fn stated_plans(value: &str) -> Option<usize> {
    let (number, rest) = value.trim().split_once(' ')?;
    let number = number.rsplit('/').next()?;
    rest.trim_start()
        .starts_with("plan")
        .then(|| number.parse().ok())
        .flatten()
}

/// A list item that is a plan: `01-02-PLAN.md -- words`, `**01-02**: words`, `` `01-02` words ``.
///
/// In some sets plans are counted anew in every phase: `02-PLAN.md` of phase 1 is `1-02`.
fn plan(text: &str, item: &Item, phase: &str) -> Option<Plan> {
    let written = &text[item.text.clone()];
    let struck = written.starts_with("~~");
    let marks = ['*', '`', '_', '~', '[', ' '];
    let body = written.trim_start_matches(marks);
    let start = item.text.start + (written.len() - body.len());
    let end = body
        .find(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | ':' | ']' | '~' | '—' | '–'))
        .unwrap_or(body.len());
    let name = &body[..end];
    let id = plan_name(name);
    let named_as_file = id.len() < name.len();
    if item.checkbox.is_none() && !named_as_file {
        return None;
    }
    let id = if named_as_file && is_plan_number(id) {
        format!("{phase}-{id}")
    } else if named_as_file {
        leading_plan_id(id)?.to_owned()
    } else if is_plan_id(id) {
        id.to_owned()
    } else {
        return None;
    };
    let rest = body[end..].lines().next().unwrap_or_default();
    // The target of a link belongs to the name.
    let rest = rest
        .strip_prefix("](")
        .and_then(|link| link.split_once(')'))
        .map_or(rest, |(_, rest)| rest);
    let title = rest
        .trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '*' | '`' | ':' | '-' | '–' | '—' | '~' | ']')
        })
        .trim_end_matches(|c: char| c.is_whitespace() || c == '~');
    let tail = Tail::new(title);
    let base = title.as_ptr() as usize - text.as_ptr() as usize;
    let needs = tail.needs.clone().unwrap_or_default();
    let needs = plans_named(text, base + needs.start..base + needs.end);
    Some(Plan {
        id,
        title: if needs.is_empty() {
            title.to_owned()
        } else {
            tail.title
        },
        needs,
        done: item.checkbox == Some(true),
        state: struck.then_some(Status::Deferred),
        span: start..start + end,
    })
}

/// The ids of plans that a part of the text names.
fn plans_named(text: &str, span: Range<usize>) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = span.start;
    for word in text[span].split([' ', ',', ';', '(', ')', '`', '*']) {
        let id = plan_name(word);
        if is_plan_id(id) {
            found.push((id.to_owned(), at..at + word.len()));
        }
        at += word.len() + 1;
    }
    found
}

/// How far phases are, by the overview's boxes and the table of progress; the table wins.
fn states(document: &Document) -> HashMap<String, Status> {
    let text = document.text();
    let markdown = document.markdown();
    let mut states = HashMap::new();
    for block in &markdown.blocks {
        if let BlockKind::Item(item) = &block.kind
            && let Some(done) = item.checkbox
            && let Some((number, _)) = phase_heading(&text[item.text.clone()])
            && done
        {
            states.insert(number, Status::Done);
        }
    }
    for block in &markdown.blocks {
        let BlockKind::Table(table) = &block.kind else {
            continue;
        };
        let mut rows = markdown.rows(table);
        let Some(head) = rows.next() else { continue };
        let column = |name: &str| {
            let mut cells = head.cells.iter();
            cells.position(|cell| text[cell.clone()].trim().eq_ignore_ascii_case(name))
        };
        let (Some(phase), Some(state)) = (column("phase"), column("status")) else {
            continue;
        };
        for row in rows {
            let (Some(phase), Some(state)) = (row.cells.get(phase), row.cells.get(state)) else {
                continue;
            };
            let name = text[phase.clone()].trim_start_matches(['*', '~', ' ']);
            let number = phase_heading(name).map(|(number, _)| number).or_else(|| {
                let end = name.find(|c: char| !c.is_ascii_digit() && c != '.')?;
                let number = name[..end].trim_end_matches('.');
                (!number.is_empty() && number.len() <= 12).then(|| short_number(number))
            });
            if let (Some(number), Some(state)) = (number, status_of(&text[state.clone()])) {
                states.insert(number, state);
            }
        }
    }
    states
}

fn too_many_waits(document: &Document, phase: &Phase) -> Diagnostic {
    Diagnostic::error(
        Code::BAD_RANGE,
        format!(
            "the plans of this roadmap wait for phases more than {MOST_WAITS} times; what phase {} and \
             those after it depend on is left out",
            phase.number
        ),
    )
    .at(document.location(phase.span.clone()))
    .help("name the last phases only, which wait for the others")
}

/// The phases that a phase waits for. What names neither a phase nor nothing is told.
fn depends_on(
    document: &Document,
    phase: &Phase,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<GroupDependency> {
    let Some(span) = phase.depends.clone() else {
        return Vec::new();
    };
    let text = &document.text()[span.clone()];
    let lower = text.trim_matches(['*', ' ', '.']).to_lowercase();
    let nothing = ["nothing", "none", "n/a", "-", "–", "—"];
    let says_nothing = lower.is_empty()
        || nothing.iter().any(|word| {
            lower
                .strip_prefix(word)
                .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        });
    if says_nothing {
        return Vec::new();
    }
    // A remark in brackets says why, not what.
    let end = text.find('(').unwrap_or(text.len());
    let mut named: Vec<GroupDependency> = Vec::new();
    for group in find_groups(&text[..end]).filter(|group| group.kind == "phase") {
        let place = span.start + group.start..span.start + group.end;
        for number in group.numbers() {
            let number = short_number(&number.to_lowercase());
            let name = format!("phase {number}");
            let enough = named.len() > MOST_DEPENDENCIES;
            if !enough && number != phase.number && !named.iter().any(|known| known.name == name) {
                named.push(GroupDependency {
                    name,
                    groups: Vec::new(),
                    location: document.location(place.clone()),
                });
            }
        }
    }
    if named.len() > MOST_DEPENDENCIES {
        named.truncate(MOST_DEPENDENCIES);
        diagnostics.push(
            Diagnostic::error(
                Code::BAD_RANGE,
                format!(
                    "phase {} depends on more than {MOST_DEPENDENCIES} phases; the first ones count",
                    phase.number
                ),
            )
            .at(document.location(span.clone()))
            .help("name the last phases only, which wait for the others"),
        );
    }
    if named.is_empty() {
        diagnostics.push(
            Diagnostic::warning(
                Code::UNRESOLVED_DEPENDENCY,
                format!(
                    "phase {} depends on `{}`, which names no other phase",
                    phase.number,
                    text.trim().escape_debug()
                ),
            )
            .at(document.location(span))
            .help("write `Phase 1`, or `Nothing`"),
        );
    }
    named
}
