//! Do the sections agree?
//!
//! Agreement is earned: a section that is missing agrees with nothing. What sections deny is in [`super::contradiction`].

use std::collections::HashSet;

use super::fact::{file_name, names_of_file, stem, tested, words};
use super::rule::Judged;
use super::view::View;
use crate::Deliverable;

pub(super) fn tests_meet_files(view: &View<'_>) -> Judged {
    let files = &view.spec.deliverables;
    let tests = view.tests.iter().flat_map(|test| test.words.iter());
    let tests: HashSet<&str> = tests.copied().collect();
    let by_name = view.names_work(&tests);
    if files.is_empty() {
        let share = if by_name { 500 } else { 0 };
        return Judged::new(share, "no file is delivered that the tests could name");
    }
    let stems: HashSet<&str> = tests.iter().filter_map(|word| tested(word)).collect();
    let is_named = |file: &Deliverable| {
        names_of_file(&file.path).any(|name| tests.contains(name))
            || stems.contains(stem(file_name(&file.path)))
    };
    let unnamed: Vec<&Deliverable> = files.iter().filter(|file| !is_named(file)).collect();
    let named = (files.len() - unnamed.len()) as u64 * 1000;
    // What is made in a file may be named instead of the file.
    let instead = if by_name {
        unnamed.len() as u64 * 600
    } else {
        0
    };
    let message = match unnamed.first() {
        Some(file) => format!("no test names `{}`", file.path),
        None => String::new(),
    };
    Judged::new((named + instead) / files.len() as u64, message)
        .at(unnamed.iter().map(|file| file.location.clone()))
}

/// So many criteria tie the work to its tests.
const ENOUGH_CRITERIA: u64 = 3;

pub(super) fn criteria_meet_work(view: &View<'_>) -> Judged {
    let apart = view
        .criteria
        .iter()
        .filter(|criterion| !criterion.is_of_work);
    let places: Vec<_> = apart
        .map(|criterion| criterion.item.location.clone())
        .collect();
    let met = view.criteria.len() - places.len();
    let message = match met {
        0 => "no criterion names what DELIVERABLES names",
        _ => "hardly a criterion names what DELIVERABLES names",
    };
    // Counted, not weighed against the others: some criteria rightly speak of the surroundings.
    let share = met as u64 * 1000 / ENOUGH_CRITERIA;
    Judged::new(share, message).at(places)
}

pub(super) fn one_identity(view: &View<'_>) -> Judged {
    let share = if names_itself(view) { 1000 } else { 0 };
    Judged::new(
        share,
        format!("the result format does not name {}", view.spec.id),
    )
}

/// Whether the result format names the worker, by its id or its number.
pub(super) fn names_itself(view: &View<'_>) -> bool {
    let number = number_of(&view.spec.id);
    view.texts("TEST_RESULTS_FORMAT").any(|text| {
        words(text)
            .iter()
            .any(|word| *word == view.spec.id || (!number.is_empty() && number_of(word) == number))
    })
}

/// The digits at the end of an id, without leading zeros.
pub(super) fn number_of(id: &str) -> &str {
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
