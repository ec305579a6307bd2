//! Do the sections agree?
//!
//! Agreement is earned: a section that is missing agrees with nothing, so that leaving it out is never better than a
//! contradiction.

use std::collections::{HashMap, HashSet};

use super::fact::{FactKind, facts, file_name, names_of_file, stem, tested, words};
use super::rule::Judged;
use super::view::View;
use crate::{Boundaries, Deliverable, Item};

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

pub(super) fn boundaries_permit(view: &View<'_>) -> Judged {
    let Boundaries {
        can, cannot, other, ..
    } = &view.spec.boundaries;
    let files = &view.spec.deliverables;
    if files.is_empty() {
        return Judged::new(0, "no file is delivered that a boundary could permit");
    }
    if can.is_empty() && cannot.is_empty() && other.is_empty() {
        return Judged::new(0, "no boundary says what may change");
    }
    let (permitted, forbidden, beside) = (Paths::new(can), Paths::new(cannot), Paths::new(other));
    for file in files {
        if let Some(item) = forbidden.covers(&file.path)
            && permitted.covers(&file.path).is_none()
        {
            let message = format!(
                "`{}` is to be delivered, and a boundary forbids it",
                file.path
            );
            return Judged::new(0, message).at([item.location.clone(), file.location.clone()]);
        }
    }
    let by_path = files
        .iter()
        .any(|file| permitted.covers(&file.path).is_some() || beside.covers(&file.path).is_some());
    let by_name = || can.iter().any(|item| view.names_work(&words(&item.text)));
    let share = if by_path || by_name() { 1000 } else { 500 };
    let message = "what may change is not told by a path or a name of the deliverables";
    Judged::new(share, message)
}

/// The paths that items name, each with the item.
struct Paths<'s>(HashMap<&'s str, &'s Item>);

impl<'s> Paths<'s> {
    fn new(items: &'s [Item]) -> Paths<'s> {
        let mut paths = HashMap::new();
        for item in items {
            let facts = facts(&item.text).into_iter();
            for fact in facts.filter(|fact| fact.kind == FactKind::Path) {
                let path = fact.text.trim_end_matches('/');
                paths.entry(path).or_insert(item);
                // An absolute path ends in one below the root, wherever that is.
                if let Some(rest) = path.strip_prefix('/') {
                    let ends = rest.match_indices('/').map(|(at, _)| &rest[at + 1..]);
                    for end in ends.take(MOST_FOLDERS) {
                        paths.entry(end).or_insert(item);
                    }
                }
            }
        }
        Paths(paths)
    }

    /// The item that names a path, its file name, or a folder that holds it.
    fn covers(&self, path: &str) -> Option<&'s Item> {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        [path, file_name(path)]
            .into_iter()
            .chain(folders.take(MOST_FOLDERS))
            .find_map(|name| self.0.get(name).copied())
    }
}

/// So many folders of a path are looked at.
const MOST_FOLDERS: usize = 32;

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
