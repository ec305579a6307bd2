//! Do the sections agree?
//!
//! Agreement is earned: a section that is missing agrees with nothing, so that leaving it out is never better than a
//! contradiction.

use std::collections::HashSet;

use super::fact::{FactKind, facts, file_name, names_path, words};
use super::rule::Judged;
use super::view::View;
use crate::Item;

pub(super) fn tests_meet_files(view: &View<'_>) -> Judged {
    let files = &view.spec.deliverables;
    let tests: Vec<&HashSet<&str>> = view.tests.iter().map(|test| &test.words).collect();
    let by_name = tests.iter().any(|words| view.names_work(words));
    if files.is_empty() {
        let share = if by_name { 500 } else { 0 };
        return Judged::new(share, "no file is delivered that the tests could name");
    }
    let mut unnamed = Vec::new();
    for file in files {
        if !tests.iter().any(|words| names_path(words, &file.path)) {
            unnamed.push(file);
        }
    }
    let named = (files.len() - unnamed.len()) as u64 * 1000;
    let unnamed_share = if by_name {
        unnamed.len() as u64 * 600
    } else {
        0
    };
    let message = match unnamed.first() {
        Some(file) => format!("no test names `{}`", file.path),
        None => String::new(),
    };
    Judged::new((named + unnamed_share) / files.len() as u64, message)
        .at(unnamed.iter().map(|file| file.location.clone()))
}

pub(super) fn boundaries_permit(view: &View<'_>) -> Judged {
    let boundaries = &view.spec.boundaries;
    let files = &view.spec.deliverables;
    if files.is_empty() {
        return Judged::new(0, "no file is delivered that a boundary could permit");
    }
    if boundaries.can.is_empty() && boundaries.cannot.is_empty() && boundaries.other.is_empty() {
        return Judged::new(0, "no boundary says what may change");
    }
    for file in files {
        let permits = |items: &[Item]| items.iter().any(|item| covers(&item.text, &file.path));
        let forbids = boundaries
            .cannot
            .iter()
            .find(|item| covers(&item.text, &file.path));
        if let Some(forbids) = forbids.filter(|_| !permits(&boundaries.can)) {
            return Judged::new(
                0,
                format!(
                    "`{}` is to be delivered, and a boundary forbids it",
                    file.path
                ),
            )
            .at([forbids.location.clone(), file.location.clone()]);
        }
    }
    let named = files.iter().any(|file| {
        boundaries
            .can
            .iter()
            .chain(&boundaries.other)
            .any(|item| covers(&item.text, &file.path))
    });
    let by_name = || {
        boundaries
            .can
            .iter()
            .any(|item| view.names_work(&words(&item.text)))
    };
    let share = if named || by_name() { 1000 } else { 500 };
    Judged::new(
        share,
        "what may change is not told by a path or a name of the deliverables",
    )
}

/// Whether a text names a path, or a folder that holds it.
fn covers(text: &str, path: &str) -> bool {
    facts(text)
        .iter()
        .filter(|fact| fact.kind == FactKind::Path)
        .any(|fact| {
            let named = fact.text.trim_end_matches('/');
            named == path
                || named == file_name(path)
                || path
                    .strip_prefix(named)
                    .is_some_and(|rest| rest.starts_with('/'))
                || named
                    .strip_suffix(path)
                    .is_some_and(|rest| rest.ends_with('/'))
        })
}

pub(super) fn criteria_meet_work(view: &View<'_>) -> Judged {
    let apart = view
        .criteria
        .iter()
        .filter(|criterion| !criterion.is_of_work);
    let places: Vec<_> = apart
        .map(|criterion| criterion.item.location.clone())
        .collect();
    let met = view.criteria.len() - places.len();
    // Two of three are enough: some criteria rightly speak of the surroundings.
    let share = (met as u64 * 1500)
        .checked_div(view.criteria.len() as u64)
        .unwrap_or(0);
    let message = match met {
        0 => "no criterion names what DELIVERABLES names",
        _ => "most criteria name nothing that DELIVERABLES names",
    };
    Judged::new(share, message).at(places)
}

pub(super) fn one_identity(view: &View<'_>) -> Judged {
    let number = number_of(&view.spec.id);
    let says = view.texts("TEST_RESULTS_FORMAT").any(|text| {
        words(text)
            .iter()
            .any(|word| *word == view.spec.id || (!number.is_empty() && number_of(word) == number))
    });
    Judged::new(
        if says { 1000 } else { 0 },
        format!("the result format does not name {}", view.spec.id),
    )
}

/// The digits at the end of an id, without leading zeros.
fn number_of(id: &str) -> &str {
    let head = id.trim_end_matches(|c: char| c.is_ascii_digit());
    id[head.len()..].trim_start_matches('0')
}

/// Half of the title's words are found again below the headings.
pub(super) fn title_comes_back(view: &View<'_>) -> Judged {
    let mut below = HashSet::new();
    for section in &view.spec.sections {
        terms(&section.text, &mut below);
    }
    let mut title = HashSet::new();
    terms(&view.spec.title, &mut title);
    let back = title.iter().filter(|term| below.contains(*term)).count();
    Judged::new(
        (back as u64 * 2000)
            .checked_div(title.len() as u64)
            .unwrap_or(0),
        "the title names other things than the text",
    )
    .at([view.spec.location.clone()])
}

/// The words of a text in lower case: runs of letters of at least three, and of scripts that do not part words, pairs of
/// signs.
fn terms(text: &str, found: &mut HashSet<String>) {
    for run in text.split(|c: char| !c.is_alphabetic()) {
        if run.chars().any(is_unparted) {
            let signs: Vec<char> = run.chars().collect();
            found.extend(signs.windows(2).map(|pair| pair.iter().collect::<String>()));
        } else if run.chars().nth(2).is_some() {
            found.insert(run.to_lowercase());
        }
    }
}

/// Whether a letter is of a script that is written without gaps between words.
fn is_unparted(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}
