//! A spec as the rules look at it: sections by name, exact things found once.

use std::collections::HashSet;

use super::checks::checks;
use super::evidence::{Evidence, TestWorth};
use super::fact::{Fact, FactKind, facts, file_name, names_of_file, words};
use crate::{Item, Location, WorkerSpec};

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
    pub(super) criteria: Vec<Criterion<'s>>,
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
        let is_of_work = facts
            .iter()
            .filter(|fact| fact.kind != FactKind::Relation)
            .any(|fact| {
                work.contains(fact.text) || words(fact.text).iter().any(|word| work.contains(word))
            });
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
    /// How sure it is that its success depends on the work, in thousandths.
    pub(super) aim: u64,
    /// The comparisons in it.
    pub(super) checks: u64,
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
            criteria,
            tests: Vec::new(),
        };
        view.tests = view.tests_of(evidence);
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

    /// How sure it is that code of these words looks at the work.
    fn aim(&self, words: &HashSet<&str>) -> u64 {
        if self.is_of_work(words) {
            return 1000;
        }
        if words.iter().any(|word| self.further.contains(word)) {
            return 500;
        }
        // A test of the whole project names nothing; one that names other things is about those.
        let other = words.iter().any(|word| word.contains(['_', '/']));
        if other { 0 } else { 500 }
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
    sections
        .flat_map(|section| facts(&section.text))
        .filter(|fact| !files.contains(fact.text) && !files.contains(file_name(fact.text)))
        .collect()
}
