//! Where two sections of a spec cannot both hold.
//!
//! A gap can be filled by asking; a contradiction sends the worker the wrong way. So it takes a part of all that the spec
//! earns, and costs more than leaving one of its sides out. Only what is beyond doubt is called one.

use serde::Serialize;

use super::boundary::{forbidden, forbids};
use super::coherence::number_of;
use super::view::{FOREIGN_CRITERIA, View};
use crate::Location;

/// One kind of contradiction, and what it costs.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Contradiction {
    /// The stable name: `forbidden-deliverable`.
    pub name: &'static str,
    /// The canonical name of the section to mend first.
    pub section: &'static str,
    /// How much of the overall score and of coherence it takes, in hundredths of what is left of them.
    pub takes: u32,
    /// What contradicts what.
    pub between: &'static str,
    /// How to mend it.
    pub help: &'static str,
    #[serde(skip)]
    pub(super) find: fn(&View<'_>) -> Option<Found>,
}

/// What was found in one spec.
pub(super) struct Found {
    pub(super) message: String,
    /// Both sides.
    pub(super) places: Vec<Location>,
}

/// Every kind, the most costly first.
pub const CONTRADICTIONS: &[Contradiction] = &[
    Contradiction {
        name: "forbidden-deliverable",
        section: "BOUNDARIES",
        takes: 50,
        between: "a file is to be delivered, and a boundary forbids it",
        help: "permit the file in BOUNDARIES, or leave it out of DELIVERABLES",
        find: forbidden_deliverable,
    },
    Contradiction {
        name: "foreign-criteria",
        section: "SUCCESS_CRITERIA",
        takes: 40,
        between: "the criteria name no delivered thing, and most of them files of which nothing else is said",
        help: "state results of what DELIVERABLES names",
        find: foreign_criteria,
    },
    Contradiction {
        name: "two-identities",
        section: "TEST_RESULTS_FORMAT",
        takes: 35,
        between: "the result format reports for another worker than the heading names",
        help: "name the worker of the heading in the result format",
        find: two_identities,
    },
    Contradiction {
        name: "foreign-tests",
        section: "TEST_PROCESS",
        takes: 25,
        between: "no test depends on the work, and files are checked of which nothing else is said",
        help: "test what is delivered, or say what the other files have to do with it",
        find: foreign_tests,
    },
];

fn forbidden_deliverable(view: &View<'_>) -> Option<Found> {
    let (file, item) = forbidden(view)?;
    Some(Found {
        message: forbids(file),
        places: vec![item.location.clone(), file.location.clone()],
    })
}

fn foreign_criteria(view: &View<'_>) -> Option<Found> {
    view.criteria_are_foreign.then(|| Found {
        message: FOREIGN_CRITERIA.to_owned(),
        places: view
            .criteria
            .iter()
            .map(|criterion| criterion.item.location.clone())
            .collect(),
    })
}

fn foreign_tests(view: &View<'_>) -> Option<Found> {
    view.tests_are_foreign().then(|| Found {
        message:
            "the tests check files of which nothing else is said, and nothing that is delivered"
                .to_owned(),
        places: view
            .tests
            .iter()
            .map(|test| test.location.clone())
            .collect(),
    })
}

fn two_identities(view: &View<'_>) -> Option<Found> {
    let id = view.spec.id.as_str();
    if number_of(id).is_empty() || super::coherence::names_itself(view) {
        return None;
    }
    let other = view
        .texts("TEST_RESULTS_FORMAT")
        .flat_map(|text| text.split([',', '{', '}', '\n']))
        .filter_map(|pair| pair.split_once(':'))
        .find_map(|(key, value)| reports_for(key, value, id))?;
    Some(Found {
        message: format!("the result format is that of {other}, and the heading names {id}"),
        places: vec![
            view.place("TEST_RESULTS_FORMAT"),
            view.spec.location.clone(),
        ],
    })
}

/// The worker that a field reports for, if that is another one.
fn reports_for<'t>(key: &str, value: &'t str, id: &str) -> Option<&'t str> {
    let key: String = key.chars().filter(|c| c.is_alphabetic()).collect();
    let is_id = ["workerid", "taskid"].contains(&key.to_lowercase().as_str());
    let value = value.trim_matches(|c: char| !c.is_alphanumeric());
    let number = number_of(value);
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphabetic());
        letters.flat_map(char::to_lowercase).collect()
    };
    let name = letters(value);
    // A number of zeros only stands for any.
    let is_other = is_id
        && !number.is_empty()
        && number != number_of(id)
        && (name.is_empty() || name == letters(id));
    is_other.then_some(value)
}
