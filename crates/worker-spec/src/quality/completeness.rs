//! Does every section say something?

use super::fact::words;
use super::rule::Judged;
use super::view::View;

pub(super) fn deliverables(view: &View<'_>) -> Judged {
    says(view, "DELIVERABLES")
}

pub(super) fn criteria(view: &View<'_>) -> Judged {
    says(view, "SUCCESS_CRITERIA")
}

pub(super) fn boundaries(view: &View<'_>) -> Judged {
    says_of_work(view, "BOUNDARIES")
}

pub(super) fn dependencies(view: &View<'_>) -> Judged {
    says(view, "DEPENDENCIES")
}

pub(super) fn mitigation(view: &View<'_>) -> Judged {
    says_of_work(view, "MITIGATION")
}

pub(super) fn tests(view: &View<'_>) -> Judged {
    says(view, "TEST_PROCESS")
}

pub(super) fn format(view: &View<'_>) -> Judged {
    says(view, "TEST_RESULTS_FORMAT")
}

pub(super) fn classification(view: &View<'_>) -> Judged {
    if view.spec.classification.is_some() {
        return Judged::new(1000, "");
    }
    says(view, "TASK_CLASSIFICATION")
}

pub(super) fn retrospective(view: &View<'_>) -> Judged {
    says(view, "RETROSPECTIVE")
}

pub(super) fn performance(view: &View<'_>) -> Judged {
    says(view, "PERFORMANCE_REQUIREMENTS")
}

fn says(view: &View<'_>, section: &'static str) -> Judged {
    let said = view.texts(section).any(is_said) || is_stated(view, section);
    Judged::new(if said { 1000 } else { 0 }, missing(view, section))
}

fn says_of_work(view: &View<'_>, section: &'static str) -> Judged {
    let own = is_stated(view, section);
    if !own && !view.texts(section).any(is_said) {
        return Judged::new(0, missing(view, section));
    }
    let own = own
        || view
            .texts(section)
            .any(|text| view.is_of_work(&words(text)));
    Judged::new(
        if own { 1000 } else { 500 },
        format!("{section} names nothing of this task"),
    )
}

/// Whether a spec that has no texts, since it comes from data, states what a section would say.
fn is_stated(view: &View<'_>, section: &str) -> bool {
    let spec = view.spec;
    spec.sections.is_empty()
        && match section {
            "DELIVERABLES" => !spec.deliverables.is_empty() || !spec.deliverable_notes.is_empty(),
            "SUCCESS_CRITERIA" => !spec.criteria.is_empty(),
            "BOUNDARIES" => {
                let boundaries = &spec.boundaries;
                !boundaries.can.is_empty() || !boundaries.cannot.is_empty()
            }
            "TEST_PROCESS" => spec.test_commands().next().is_some(),
            _ => false,
        }
}

fn missing(view: &View<'_>, section: &str) -> String {
    match view.spec.section(section) {
        None => format!("{section} is missing"),
        Some(_) => format!("{section} holds nothing, or only announces something"),
    }
}

/// Whether a text says something: more than a placeholder or an announcement in brackets.
fn is_said(text: &str) -> bool {
    const PLACEHOLDERS: [&str; 9] = [
        "TBD", "TODO", "TBC", "FIXME", "N/A", "NA", "WIP", "NONE", "XXX",
    ];
    let lines = text.lines().map(str::trim);
    let mut lines = lines
        .filter(|line| !line.starts_with("```") && !line.starts_with("~~~"))
        .map(|line| line.trim_start_matches("- [ ]"))
        .map(|line| {
            line.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '[' | ']' | '{' | '}'))
        });
    lines.any(|line| {
        let announced = line.starts_with('[') && line.ends_with(']');
        let first = line
            .split(|c: char| !(c.is_alphanumeric() || c == '/'))
            .next()
            .unwrap_or("");
        let placeholder = PLACEHOLDERS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(first))
            && (first.len() == line.len() || first == first.to_uppercase());
        !line.is_empty() && !announced && !placeholder && line.contains(char::is_alphanumeric)
    })
}
