//! The rules: one table of plain sentences with weights.

use serde::Serialize;

use super::score::Aspect;
use super::view::View;
use super::{boundary, clarity, coherence, completeness, testability};
use crate::{Location, SpecForm, WorkerSpec};

/// One rule of the score: what a good spec does, and how much it counts.
///
/// The weights of the rules of one aspect add up to 100.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rule {
    /// The stable name: `names-file`.
    pub name: &'static str,
    /// The aspect that it belongs to.
    pub aspect: Aspect,
    /// The canonical name of the section that it looks at first.
    pub section: &'static str,
    /// How many of the aspect's 100 points it gives.
    pub weight: u32,
    /// What earns the points.
    pub earns: &'static str,
    /// Whether it is asked of every form of spec. The others are about sections of the ten-point form that other forms
    /// do without.
    pub is_general: bool,
    #[serde(skip)]
    pub(super) judge: fn(&View<'_>) -> Judged,
}

/// What a rule says of one spec.
pub(super) struct Judged {
    /// The part of the weight that is earned, in thousandths.
    pub(super) share: u64,
    /// Why not all of it.
    pub(super) message: String,
    /// Where; the section or the spec where it is empty.
    pub(super) places: Vec<Location>,
}

impl Judged {
    pub(super) fn new(share: u64, message: impl Into<String>) -> Judged {
        Judged {
            share: share.min(1000),
            message: message.into(),
            places: Vec::new(),
        }
    }

    pub(super) fn at(mut self, places: impl IntoIterator<Item = Location>) -> Judged {
        self.places.extend(places);
        self
    }
}

const fn rule(
    name: &'static str,
    aspect: Aspect,
    section: &'static str,
    weight: u32,
    earns: &'static str,
    judge: fn(&View<'_>) -> Judged,
) -> Rule {
    Rule {
        name,
        aspect,
        section,
        weight,
        earns,
        is_general: true,
        judge,
    }
}

/// A rule of the ten-point form alone.
const fn of_ten_points(rule: Rule) -> Rule {
    Rule {
        is_general: false,
        ..rule
    }
}

impl Rule {
    /// Whether a spec is held to it. One without any section, which comes from data, is not of the ten-point form.
    pub fn is_asked_of(&self, spec: &WorkerSpec) -> bool {
        self.is_general || (spec.form == SpecForm::TenPoint && !spec.sections.is_empty())
    }
}

/// Every rule, aspect by aspect.
pub const RULES: &[Rule] = &[
    rule(
        "names-file",
        Aspect::Clarity,
        "DELIVERABLES",
        20,
        "names the file to deliver by its path",
        clarity::file,
    ),
    rule(
        "names-what",
        Aspect::Clarity,
        "DELIVERABLES",
        35,
        "names what to make in exact words: functions, classes, keys, values (six count in full)",
        clarity::what,
    ),
    rule(
        "exact-criteria",
        Aspect::Clarity,
        "SUCCESS_CRITERIA",
        30,
        "adds exact names and values to what is asked for (six count in full)",
        clarity::criteria,
    ),
    rule(
        "shows-form",
        Aspect::Clarity,
        "IMPLEMENTATION NOTES",
        15,
        "shows the form of the work in code",
        clarity::example,
    ),
    rule(
        "says-deliverables",
        Aspect::Completeness,
        "DELIVERABLES",
        10,
        "says something",
        completeness::deliverables,
    ),
    rule(
        "says-criteria",
        Aspect::Completeness,
        "SUCCESS_CRITERIA",
        10,
        "says something",
        completeness::criteria,
    ),
    rule(
        "says-boundaries",
        Aspect::Completeness,
        "BOUNDARIES",
        10,
        "says something, half of it for naming something of the work",
        completeness::boundaries,
    ),
    of_ten_points(rule(
        "says-dependencies",
        Aspect::Completeness,
        "DEPENDENCIES",
        10,
        "says something",
        completeness::dependencies,
    )),
    of_ten_points(rule(
        "says-mitigation",
        Aspect::Completeness,
        "MITIGATION",
        10,
        "says something, half of it for naming something of the work",
        completeness::mitigation,
    )),
    rule(
        "says-tests",
        Aspect::Completeness,
        "TEST_PROCESS",
        10,
        "says something",
        completeness::tests,
    ),
    of_ten_points(rule(
        "says-format",
        Aspect::Completeness,
        "TEST_RESULTS_FORMAT",
        10,
        "says something",
        completeness::format,
    )),
    of_ten_points(rule(
        "says-classification",
        Aspect::Completeness,
        "TASK_CLASSIFICATION",
        10,
        "says something",
        completeness::classification,
    )),
    of_ten_points(rule(
        "says-retrospective",
        Aspect::Completeness,
        "RETROSPECTIVE",
        10,
        "says something",
        completeness::retrospective,
    )),
    of_ten_points(rule(
        "says-performance",
        Aspect::Completeness,
        "PERFORMANCE_REQUIREMENTS",
        10,
        "says something",
        completeness::performance,
    )),
    rule(
        "tests-meet-files",
        Aspect::Coherence,
        "TEST_PROCESS",
        30,
        "names every file that is delivered, or what is made in it",
        coherence::tests_meet_files,
    ),
    rule(
        "boundaries-permit",
        Aspect::Coherence,
        "BOUNDARIES",
        30,
        "permits the deliverables",
        boundary::permits,
    ),
    rule(
        "criteria-meet-work",
        Aspect::Coherence,
        "SUCCESS_CRITERIA",
        20,
        "speaks of the same things as the deliverables",
        coherence::criteria_meet_work,
    ),
    of_ten_points(rule(
        "one-identity",
        Aspect::Coherence,
        "TEST_RESULTS_FORMAT",
        10,
        "names the worker of the heading",
        coherence::one_identity,
    )),
    rule(
        "title-comes-back",
        Aspect::Coherence,
        "DELIVERABLES",
        10,
        "speaks of what the title names, as the spec does as a whole",
        coherence::title_comes_back,
    ),
    rule(
        "tests-fail",
        Aspect::Testability,
        "TEST_PROCESS",
        25,
        "can fail: the mean worth of the test commands",
        testability::can_fail,
    ),
    rule(
        "tests-aim",
        Aspect::Testability,
        "TEST_PROCESS",
        30,
        "depends on the work: each test command names a delivered file or something that is made",
        testability::aim,
    ),
    rule(
        "tests-check",
        Aspect::Testability,
        "TEST_PROCESS",
        20,
        "compares results: assertions and conditions in the test commands (four count in full)",
        testability::check,
    ),
    rule(
        "criteria-results",
        Aspect::Testability,
        "SUCCESS_CRITERIA",
        25,
        "states results: every criterion names a value or an exact thing (three at least)",
        testability::criteria,
    ),
];
