//! GSD plan sets: one file a plan (`01-02-PLAN.md`), with front matter.
//!
//! The plan is the task: its front matter states phase, plan, wave, what it waits for (`depends_on`) and the files that
//! it changes, which it claims. `<task>` elements within are the steps of one worker, done in order in one go, so they
//! are no tasks. The id is phase and plan, `01-02`. A plan is in the group of its wave within its phase
//! (`phase-1.wave-2`) and in its phase: waves are counted anew in every phase. A summary (`01-02-SUMMARY.md`) is
//! written when a plan has been carried out, and says that it is done.
//!
//! A quick task is a plan without a phase, and each is written a little otherwise: `quick: 013`, `quick_id: 260101-abc`, or
//! `type: quick` with a number. What it is says its name: `013-PLAN.md`, `013-SUMMARY.md`.

use crate::details;
use crate::duration::parse_duration;
use crate::front_matter::{FrontMatter, Scalar};
use crate::groups::{find_groups, group_id};
use crate::path::{PathFault, normal_path};
use crate::status_words::status_of;
use crate::{
    Code, Confidence, Diagnostic, Dialect, Document, EdgeKind, EdgeMention, EdgeSource, Fragment,
    Group, GroupDependency, Location, Parsed, Reference, Status, TaskMention, TaskMentionKind,
};

/// A file with the front matter of one plan.
#[derive(Debug)]
pub(super) struct GsdPlan;

const WAITS: [&str; 3] = ["depends_on", "dependencies", "depends"];
const FILES: [&str; 2] = ["files_modified", "files"];

/// More lines than any title takes to begin.
const OBJECTIVE_WITHIN: usize = 200;

impl Dialect for GsdPlan {
    fn name(&self) -> &'static str {
        "GSD plan"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        match FrontMatter::read(document) {
            Some(front_matter)
                if is_plan(&front_matter)
                    || is_summary(&front_matter)
                    || quick(document, &front_matter).is_some() =>
            {
                Confidence::Whole
            }
            _ => Confidence::No,
        }
    }

    fn reads_markdown(&self) -> bool {
        // Code fences within elements such as `<action>` are closed for the worker who reads them, not for Markdown.
        false
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        let mut parsed = Parsed::<Fragment>::default();
        let Some(mut front_matter) = FrontMatter::read(document) else {
            return parsed;
        };
        parsed.diagnostics.append(&mut front_matter.diagnostics);
        let whole = is_plan(&front_matter) || is_summary(&front_matter);
        let quick = quick(document, &front_matter).filter(|_| !whole);
        let (phase, plan, summary) = match &quick {
            Some(quick) => (QUICK, quick.number, quick.is_summary),
            None => match (front_matter.text(&["phase"]), front_matter.text(&["plan"])) {
                (Some(phase), Some(plan)) => (phase.text.as_str(), plan, is_summary(&front_matter)),
                _ => return parsed,
            },
        };
        let place = document.location(plan.span.clone());
        let id = match phase {
            QUICK => id_of(
                phase,
                plan.text.strip_prefix("quick-").unwrap_or(&plan.text),
            ),
            _ => id_of(phase, &plan.text),
        };
        let kind = if summary {
            TaskMentionKind::Mention
        } else {
            TaskMentionKind::Definition
        };
        let mut task = TaskMention::new(&id, kind, place.clone());
        if summary {
            task.status = Some(Status::Done);
        } else {
            read_plan(document, &front_matter, phase, &mut task, &mut parsed);
        }
        if let Some(number) = phase_number(phase) {
            groups_of(
                document,
                &front_matter,
                number,
                &mut task,
                &mut parsed.value,
            );
        }
        parsed.value.tasks.push(task);
        parsed
    }
}

fn is_plan(front_matter: &FrontMatter) -> bool {
    let ordered = ["wave", "depends_on", "files_modified"];
    let also = [
        "wave",
        "depends_on",
        "files_modified",
        "autonomous",
        "must_haves",
        "gap_closure",
    ];
    is_of_a_plan(front_matter)
        && !says_summary(front_matter)
        && front_matter.has(&ordered)
        && count(front_matter, &also) >= 2
}

/// A summary has phase and plan too, and says what came of it.
fn is_summary(front_matter: &FrontMatter) -> bool {
    let also = [
        "completed",
        "provides",
        "subsystem",
        "key_files",
        "duration",
        "dependency_graph",
        "tech_stack",
        "self_check",
    ];
    is_of_a_plan(front_matter)
        && !is_plan(front_matter)
        && (says_summary(front_matter) || count(front_matter, &also) >= 2)
}

/// What stands for the phase of a quick task.
const QUICK: &str = "quick";

/// A quick task, or the summary of one.
struct Quick<'f> {
    number: &'f Scalar,
    is_summary: bool,
}

fn quick<'f>(document: &Document, front_matter: &'f FrontMatter) -> Option<Quick<'f>> {
    let is_summary = match named_for(document.name())? {
        "PLAN" => false,
        "SUMMARY" => true,
        _ => return None,
    };
    let says_quick = ["type", "mode", "phase"].iter().any(|key| {
        let said = front_matter.text(&[key]);
        said.is_some_and(|said| said.text.eq_ignore_ascii_case(QUICK))
    });
    let number = front_matter
        .text(&["quick_id", "quick", "quick_task"])
        .or_else(|| {
            let number = front_matter.text(&["plan", "id"]);
            number.filter(|_| says_quick)
        })?;
    let is_one = !number.text.is_empty() && !number.text.contains(char::is_whitespace);
    is_one.then_some(Quick { number, is_summary })
}

/// The last word of a file's name: `PLAN` of `x/013-PLAN.md`.
fn named_for(name: &str) -> Option<&str> {
    let file = name.rsplit(['/', '\\']).next()?.strip_suffix(".md")?;
    file.rsplit('-').next()
}

fn is_of_a_plan(front_matter: &FrontMatter) -> bool {
    front_matter.text(&["phase"]).is_some() && front_matter.text(&["plan"]).is_some()
}

fn says_summary(front_matter: &FrontMatter) -> bool {
    let kind = front_matter.text(&["type"]);
    kind.is_some_and(|kind| kind.text.eq_ignore_ascii_case("summary"))
}

fn count(front_matter: &FrontMatter, keys: &[&str]) -> usize {
    keys.iter().filter(|key| front_matter.has(&[key])).count()
}

fn read_plan(
    document: &Document,
    front_matter: &FrontMatter,
    phase: &str,
    task: &mut TaskMention,
    parsed: &mut Parsed<Fragment>,
) {
    let diagnostics = &mut parsed.diagnostics;
    task.title = front_matter
        .text(&["title", "name"])
        .map(|title| title.text.clone())
        .or_else(|| objective(document))
        .or_else(|| {
            let description = front_matter.text(&["description"]);
            description.map(|description| description.text.clone())
        });
    task.details = details::body(document);
    task.status = front_matter
        .text(&["status"])
        .and_then(|status| status_of(&status.text));
    task.estimate = front_matter
        .text(&["estimate", "estimated_time", "estimated_duration"])
        .and_then(|estimate| parse_duration(&estimate.text));
    task.model = front_matter
        .text(&["model"])
        .map(|model| model.text.clone());
    for file in front_matter.list(&FILES, document, diagnostics) {
        match normal_path(file.text.trim()) {
            Ok(path) => {
                task.claims.push(path);
                task.claimed_at.push(document.location(file.span.clone()));
            }
            Err(fault) => {
                diagnostics.push(bad_path(&file, fault, document.location(file.span.clone())))
            }
        }
    }
    for name in front_matter.list(&WAITS, document, diagnostics) {
        let location = document.location(name.span.clone());
        match waits_for(phase, &name.text) {
            Waits::Nothing => {}
            Waits::Plan(from) => parsed.value.edges.push(EdgeMention {
                from,
                to: task.id.clone(),
                reference: Reference::Id,
                kind: EdgeKind::Hard,
                stated_in: EdgeSource::Header,
                location,
            }),
            Waits::Phases(names) => {
                task.depends_on_groups
                    .extend(names.into_iter().map(|name| GroupDependency {
                        name,
                        groups: Vec::new(),
                        location: location.clone(),
                    }));
            }
        }
    }
}

fn bad_path(file: &Scalar, fault: PathFault, location: Location) -> Diagnostic {
    Diagnostic::warning(
        Code::FORBIDDEN_PATH,
        format!(
            "`{}` {}, so it is not claimed",
            file.text.escape_debug(),
            fault.why()
        ),
    )
    .at(location)
    .help("name files by their path from the root of the repository")
}

fn groups_of(
    document: &Document,
    front_matter: &FrontMatter,
    number: &str,
    task: &mut TaskMention,
    fragment: &mut Fragment,
) {
    let phase = group_id("phase", &short_number(number));
    let mut groups = Vec::new();
    let field = front_matter.span(&["phase"]).unwrap_or_default();
    groups.push((phase.clone(), String::new(), field));
    if let Some(wave) = front_matter.text(&["wave"]) {
        let known = !wave.text.is_empty() && wave.text.chars().all(|c| c.is_alphanumeric());
        if known && wave.text.len() <= 8 {
            let wave_id = wave.text.to_lowercase();
            let title = format!("Phase {}, wave {wave_id}", short_number(number));
            groups.push((format!("{phase}.wave-{wave_id}"), title, wave.span.clone()));
        }
    }
    // The wave is the group that the plan runs in, so it comes first.
    task.groups = groups.iter().rev().map(|(id, ..)| id.clone()).collect();
    fragment
        .groups
        .extend(groups.into_iter().map(|(id, title, span)| Group {
            title,
            ..Group::new(id, document.location(span))
        }));
}

/// What one name of `depends_on` means.
enum Waits {
    Nothing,
    Plan(String),
    Phases(Vec<String>),
}

fn waits_for(phase: &str, name: &str) -> Waits {
    let name = plan_name(name);
    if name.is_empty()
        || ["none", "nothing", "-", "n/a"]
            .iter()
            .any(|no| name.eq_ignore_ascii_case(no))
    {
        return Waits::Nothing;
    }
    if let Some(id) = leading_plan_id(name) {
        return Waits::Plan(id.to_owned());
    }
    // `03` is a plan of the same phase.
    let is_number = name.len() <= 4 && is_plan_number(name);
    if is_number {
        return Waits::Plan(id_of(phase, name));
    }
    let named: Vec<String> = find_groups(name)
        .filter(|group| group.kind == "phase")
        .flat_map(|group| group.names())
        .collect();
    if !named.is_empty() {
        return Waits::Phases(named);
    }
    // `01-foundation` is a phase, `01-foundation-02` a plan of it.
    if let Some(number) = phase_number(name) {
        return match name.rsplit_once('-') {
            Some((_, last)) if last.len() == 1 => Waits::Plan(name.to_owned()),
            Some((_, last)) if is_plan_number(last) => Waits::Plan(format!("{number}-{last}")),
            _ if name.len() > number.len() => {
                Waits::Phases(vec![format!("phase {}", short_number(number))])
            }
            _ => Waits::Plan(name.to_owned()),
        };
    }
    Waits::Plan(name.to_owned())
}

/// A plan's name without folder and file ending: `x/01-02-PLAN.md` is `01-02`.
pub(super) fn plan_name(name: &str) -> &str {
    let name = name.trim().rsplit('/').next().unwrap_or_default();
    let name = name.strip_suffix(".md").unwrap_or(name);
    ["-PLAN", "-plan", "-SUMMARY", "_PLAN"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name)
}

/// The id that a plan's name is or begins with: `01-06` of `01-06-skill`.
pub(super) fn leading_plan_id(name: &str) -> Option<&str> {
    let (first, rest) = name.split_once('-')?;
    let second = rest.split('-').next()?;
    let id = &name[..first.len() + 1 + second.len()];
    is_plan_id(id).then_some(id)
}

/// Whether a name is a plan's id: `01-02`, `02.1-01`, `07-01a`.
pub(super) fn is_plan_id(name: &str) -> bool {
    name.split_once('-').is_some_and(|(phase, plan)| {
        phase.len() <= 12
            && phase.starts_with(|c: char| c.is_ascii_digit())
            && phase_number(phase) == Some(phase)
            && is_plan_number(plan)
    })
}

pub(super) fn is_plan_number(plan: &str) -> bool {
    let digits = plan.trim_end_matches(|c: char| c.is_ascii_lowercase());
    plan.len() - digits.len() <= 1
        && (1..=4).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn id_of(phase: &str, plan: &str) -> String {
    let plan = plan_name(plan);
    // `01-D` of phase 1 has the phase in it.
    let whole = plan
        .split_once('-')
        .is_some_and(|(head, _)| phase_number(phase).map(short_number) == Some(short_number(head)));
    if is_plan_id(plan) || whole {
        return plan.to_owned();
    }
    format!("{}-{plan}", phase_number(phase).unwrap_or(phase))
}

/// The number at the start of a phase's name: `02.1` of `02.1-hotfix`, `3` of `Phase 3`.
pub(super) fn phase_number(phase: &str) -> Option<&str> {
    let phase = phase.trim();
    let head = phase
        .get(..5)
        .filter(|head| head.eq_ignore_ascii_case("phase"));
    let number = phase[head.map_or(0, str::len)..].trim_start_matches([' ', '-', '_']);
    let end = number
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(number.len());
    let digits = number[..end].trim_end_matches('.');
    // `05a-sync`: a phase put in later.
    let letter = number[digits.len()..].starts_with(|c: char| c.is_ascii_lowercase());
    let with_letter = &number[..digits.len() + usize::from(letter)];
    let follows = |head: &str| number[head.len()..].starts_with(char::is_alphanumeric);
    let digits = if follows(with_letter) {
        digits
    } else {
        with_letter
    };
    (digits.starts_with(|c: char| c.is_ascii_digit()) && digits.len() <= 12 && !follows(digits))
        .then_some(digits)
}

/// A phase's number without leading zeros: `02.1` is `2.1`.
pub(super) fn short_number(number: &str) -> String {
    let short = number.trim_start_matches('0');
    if short.is_empty() || short.starts_with('.') {
        format!("0{short}")
    } else {
        short.to_owned()
    }
}

/// The first sentence of the `<objective>`.
fn objective(document: &Document) -> Option<String> {
    let text = document.text();
    let from = document.markdown().front_matter.as_ref()?.end;
    let mut lines = text[from..].lines().take(OBJECTIVE_WITHIN).map(str::trim);
    let opening = lines.find_map(|line| line.strip_prefix("<objective>"))?;
    let line = std::iter::once(opening.trim())
        .chain(lines)
        .find(|line| !line.is_empty())?;
    let line = line.split("</objective>").next().unwrap_or(line).trim();
    let end = line.find(". ").unwrap_or(line.len());
    let sentence = line[..end].trim_end_matches('.').trim();
    (!sentence.is_empty() && !sentence.starts_with('<')).then(|| sentence.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_plans() {
        for (name, expected) in [
            ("01-02-PLAN.md", "01-02"),
            ("x/02.1-01-PLAN.md", "02.1-01"),
            ("07-01a", "07-01a"),
        ] {
            assert_eq!(plan_name(name), expected);
            assert!(is_plan_id(plan_name(name)), "{name}");
        }
        for name in [
            "2026-02-03",
            "01",
            "a-1",
            "01-foundation",
            "1.-2",
            "01-",
            "",
        ] {
            assert!(!is_plan_id(name), "{name}");
        }
    }

    #[test]
    fn ids() {
        for (phase, plan, expected) in [
            ("01-foundation", "01", "01-01"),
            ("02.1-hotfix", "1", "02.1-1"),
            ("Phase 3", "2", "3-2"),
            ("3", "03-02", "03-02"),
            ("auth", "2", "auth-2"),
            ("05a-sync", "01", "05a-01"),
            ("1", "01-D", "01-D"),
            ("2abc", "1", "2abc-1"),
        ] {
            assert_eq!(id_of(phase, plan), expected);
        }
        assert_eq!(
            [
                short_number("02.1"),
                short_number("00"),
                short_number("0.1")
            ],
            ["2.1", "0", "0.1"]
        );
    }
}
