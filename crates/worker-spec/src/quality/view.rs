//! A spec as the rules look at it: sections by name, exact things found once.

use std::collections::HashSet;

use super::checks::checks;
use super::evidence::{Evidence, TestWorth};
use super::fact::{Fact, FactKind, facts, file_name, names_of_file, stem, tested, words};
use crate::{Item, Location, WorkerSpec};

/// What is said of criteria that are another task's.
pub(super) const FOREIGN_CRITERIA: &str =
    "the criteria name nothing that is delivered, and files of which nothing else is said";

pub(super) struct View<'s> {
    pub(super) spec: &'s WorkerSpec,
    /// What DELIVERABLES names besides the delivered and the result files.
    pub(super) asked: Vec<Fact<'s>>,
    /// The names among those.
    names: HashSet<&'s str>,
    /// The words by which the delivered files are known.
    files: HashSet<&'s str>,
    /// Names that only criteria of the work and the code of the notes hold.
    further: HashSet<&'s str>,
    /// The stems of the delivered files, telling or not: `test_sum.py` tests `sum.py`.
    stems: HashSet<&'s str>,
    pub(super) criteria: Vec<Criterion<'s>>,
    /// Whether the criteria are those of another task: none names the work, and most name files of which the spec says
    /// nothing else.
    pub(super) criteria_are_foreign: bool,
    /// The commands that test, without those that prepare.
    pub(super) tests: Vec<Test<'s>>,
}

pub(super) struct Criterion<'s> {
    pub(super) item: &'s Item,
    pub(super) facts: Vec<Fact<'s>>,
    /// Whether it names something that DELIVERABLES names.
    pub(super) is_of_work: bool,
}

impl<'s> Criterion<'s> {
    fn new(item: &'s Item, work: &HashSet<&str>) -> Criterion<'s> {
        let facts = facts(&item.text);
        // A number may be the same by chance.
        let tells = |word: &str| work.contains(word) && word.contains(char::is_alphabetic);
        let is_of_work = facts
            .iter()
            .filter(|fact| fact.kind != FactKind::Relation)
            .any(|fact| tells(fact.text) || words(fact.text).into_iter().any(tells));
        Criterion {
            item,
            facts,
            is_of_work,
        }
    }
}

pub(super) struct Test<'s> {
    pub(super) location: &'s Location,
    pub(super) words: HashSet<&'s str>,
    /// The part of a test that it is, in thousandths.
    pub(super) worth: u64,
    pub(super) aim: Aim,
    /// The comparisons in it.
    pub(super) checks: u64,
}

impl Test<'_> {
    /// Whether and how surely it can fail because of the work, in thousandths.
    pub(super) fn strength(&self) -> u64 {
        match self.aim {
            Aim::Elsewhere => 0,
            _ => self.worth,
        }
    }

    /// How sure it is that its success depends on the work, in thousandths.
    pub(super) fn soundness(&self) -> u64 {
        let aimed = match self.aim {
            Aim::Work => 1000,
            Aim::Near | Aim::Project => 500,
            Aim::Elsewhere => 0,
        };
        self.worth.min(aimed)
    }
}

/// What a test looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// A delivered file, or something that DELIVERABLES asks for by name.
    Work,
    /// Something that only the criteria or the notes name.
    Near,
    /// The whole project: it names nothing.
    Project,
    /// Other things.
    Elsewhere,
}

impl<'s> View<'s> {
    pub(super) fn new(spec: &'s WorkerSpec, evidence: &Evidence) -> View<'s> {
        let asked = asked(spec);
        // Other files count too: "add a route to `server.py`".
        let names: HashSet<&str> = asked
            .iter()
            .filter(|fact| matches!(fact.kind, FactKind::Name | FactKind::Path))
            .map(|fact| fact.text)
            .collect();
        let delivered = spec.deliverables.iter();
        let files = delivered
            .flat_map(|file| names_of_file(&file.path))
            .collect();
        let stems = spec
            .deliverables
            .iter()
            .map(|file| stem(file_name(&file.path)));
        let stems = stems.collect();
        let mut work: HashSet<&str> = asked.iter().map(|fact| fact.text).collect();
        for file in &spec.deliverables {
            work.extend(words(&file.path));
        }
        // A single sign is shared by chance.
        work.retain(|word| word.len() > 1);
        let criteria: Vec<Criterion<'_>> = spec
            .criteria
            .iter()
            .map(|item| Criterion::new(item, &work))
            .collect();
        let mut further: HashSet<&str> = criteria
            .iter()
            .filter(|criterion| criterion.is_of_work)
            .flat_map(|criterion| &criterion.facts)
            .filter(|fact| fact.kind == FactKind::Name)
            .map(|fact| fact.text)
            .collect();
        for fence in &spec.notes {
            let names = words(&fence.text).into_iter();
            further.extend(names.filter(|word| word.contains('_')));
        }
        let mut view = View {
            spec,
            asked,
            names,
            files,
            further,
            stems,
            criteria,
            criteria_are_foreign: false,
            tests: Vec::new(),
        };
        view.tests = view.tests_of(evidence);
        view.criteria_are_foreign = view.has_foreign_criteria();
        view
    }

    fn tests_of(&self, evidence: &Evidence) -> Vec<Test<'s>> {
        let worths = evidence
            .tests
            .iter()
            .copied()
            .chain(std::iter::repeat(TestWorth::Unknown));
        let commands = self.spec.test_commands().zip(worths);
        commands
            .filter_map(|(command, worth)| {
                let words = words(&command.text);
                Some(Test {
                    location: &command.location,
                    worth: worth.share()?,
                    aim: self.aim(&words),
                    checks: checks(&command.text),
                    words,
                })
            })
            .collect()
    }

    fn has_foreign_criteria(&self) -> bool {
        // Where nothing is asked for by name, nothing is foreign to it.
        let is_known = !self.files.is_empty() || !self.names.is_empty();
        if !is_known || self.criteria.iter().any(|criterion| criterion.is_of_work) {
            return false;
        }
        let paths = |criterion: &Criterion<'s>| {
            let facts = criterion.facts.iter();
            let paths = facts.filter(|fact| fact.kind == FactKind::Path);
            paths.map(|fact| fact.text).collect::<Vec<&str>>()
        };
        let paths: Vec<Vec<&str>> = self.criteria.iter().map(paths).collect();
        if paths.iter().all(Vec::is_empty) {
            return false;
        }
        let others = self.spec.sections.iter();
        let others = others.filter(|section| section.name != "SUCCESS_CRITERIA");
        let known: HashSet<&str> = others.flat_map(|section| words(&section.text)).collect();
        let is_foreign = |path: &&str| !known.contains(path) && !known.contains(file_name(path));
        let foreign = paths.iter().filter(|paths| paths.iter().any(is_foreign));
        foreign.count() * 2 > self.criteria.len()
    }

    /// What code of these words looks at.
    fn aim(&self, words: &HashSet<&str>) -> Aim {
        if self.is_of_work(words) || self.tests_a_file(words) {
            Aim::Work
        } else if words.iter().any(|word| self.further.contains(word)) {
            Aim::Near
        } else if words.iter().any(|word| word.contains(['_', '/'])) {
            Aim::Elsewhere
        } else {
            Aim::Project
        }
    }

    /// Whether the words name a file of tests of a delivered file.
    fn tests_a_file(&self, words: &HashSet<&str>) -> bool {
        let mut tested = words.iter().filter_map(|word| tested(word));
        tested.any(|stem| self.stems.contains(stem))
    }

    /// Whether the words name something that DELIVERABLES asks for by name.
    pub(super) fn names_work(&self, words: &HashSet<&str>) -> bool {
        words.iter().any(|word| self.names.contains(word))
    }

    /// Whether the words name a delivered file, or something that DELIVERABLES asks for by name.
    pub(super) fn is_of_work(&self, words: &HashSet<&str>) -> bool {
        words.iter().any(|word| self.files.contains(word)) || self.names_work(words)
    }

    /// The heading of a section; that of the spec when there is none.
    pub(super) fn place(&self, section: &str) -> Location {
        self.spec.section(section).map_or_else(
            || self.spec.location.clone(),
            |section| section.location.clone(),
        )
    }

    /// The texts of all sections of a name.
    pub(super) fn texts(&self, section: &'s str) -> impl Iterator<Item = &'s str> {
        self.spec
            .sections
            .iter()
            .filter(move |found| found.name == section)
            .map(|section| section.text.as_str())
    }
}

fn asked(spec: &WorkerSpec) -> Vec<Fact<'_>> {
    let files: HashSet<&str> = spec
        .deliverables
        .iter()
        .map(|file| file.path.as_str())
        .chain(spec.result_files.iter().map(|file| file.path.as_str()))
        .collect();
    let sections = spec
        .sections
        .iter()
        .filter(|section| section.name == "DELIVERABLES");
    let texts = sections.map(|section| section.text.as_str());
    // A spec that comes from data may have no texts.
    let notes = spec.deliverable_notes.iter().map(|item| item.text.as_str());
    let notes = notes.filter(|_| spec.sections.is_empty());
    texts
        .chain(notes)
        .flat_map(facts)
        .filter(|fact| !files.contains(fact.text) && !files.contains(file_name(fact.text)))
        .collect()
}
