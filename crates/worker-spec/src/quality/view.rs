//! A spec as the rules look at it: sections by name, exact things found once.

use std::collections::HashSet;

use super::boundary::MOST_FOLDERS;
use super::checks::checks;
use super::evidence::{Evidence, TestWorth};
use super::fact::{
    Fact, FactKind, facts, file_name, is_common, names_of_file, stem, tested, words,
};
use crate::{Item, Location, WorkerSpec};

/// What is said of criteria that are another task's.
pub(super) const FOREIGN_CRITERIA: &str =
    "the criteria name nothing that is delivered, and files of which nothing else is said";
/// So many criteria of other files are not there by chance.
const LEAST_FOREIGN: usize = 2;

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
            .any(|fact| {
                tells(fact.text)
                    || words(fact.text).into_iter().any(tells)
                    || folders(fact.text).any(tells)
            });
        Criterion {
            item,
            facts,
            is_of_work,
        }
    }
}

/// The folders that hold a path, written as folders: `src/`, `src/parts/`.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| &path[..=at]);
    ends.take(MOST_FOLDERS)
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
            .filter(|name| !is_common(name))
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
            .filter(|name| !is_common(name))
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
        // Where no file is delivered by its path, the criteria may be the only place that names one.
        if self.files.is_empty() || self.criteria.iter().any(|criterion| criterion.is_of_work) {
            return false;
        }
        let mut known = self.words_of_the_rest();
        // Tests that look elsewhere may be of the same other task.
        let own = self.tests.iter().filter(|test| test.aim == Aim::Work);
        known.extend(own.flat_map(|test| &test.words));
        let is_foreign = |criterion: &&Criterion<'s>| {
            let paths = criterion.facts.iter();
            let mut paths = paths.filter(|fact| fact.kind == FactKind::Path);
            paths.any(|path| is_unknown(path.text, &known))
        };
        let foreign = self.criteria.iter().filter(is_foreign).count();
        foreign >= LEAST_FOREIGN && foreign * 2 > self.criteria.len()
    }

    /// Whether the tests are those of another task: every one looks elsewhere, and they name files, other than files of
    /// tests, of which the spec says nothing else.
    pub(super) fn tests_are_foreign(&self) -> bool {
        let tests = || self.tests.iter().filter(|test| test.worth > 0);
        let is_near = tests().any(|test| test.aim != Aim::Elsewhere);
        if self.files.is_empty() || is_near {
            return false;
        }
        let mut known = self.words_of_the_rest();
        let own = self
            .criteria
            .iter()
            .filter(|criterion| criterion.is_of_work);
        known.extend(own.flat_map(|criterion| words(&criterion.item.text)));
        let names = tests().filter(|test| test.checks > 0);
        let mut names = names.flat_map(|test| test.words.iter().copied());
        names.any(|word| {
            let is_file = word.contains('/') && file_name(word).contains('.');
            is_file && !word.contains("test") && is_unknown(word, &known)
        })
    }

    /// The words of all sections but the criteria and the tests.
    fn words_of_the_rest(&self) -> HashSet<&'s str> {
        let rest = self.spec.sections.iter();
        let rest =
            rest.filter(|section| !["SUCCESS_CRITERIA", "TEST_PROCESS"].contains(&&*section.name));
        rest.flat_map(|section| words(&section.text)).collect()
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

/// Whether words name neither a path nor its file.
fn is_unknown(path: &str, known: &HashSet<&str>) -> bool {
    !known.contains(path) && !known.contains(file_name(path))
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
