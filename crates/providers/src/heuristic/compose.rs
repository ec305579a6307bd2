use super::brief::{Brief, BriefFile, Material};
use super::cues::is_content;
use super::draft::{Draft, UNDETERMINED};
use super::kind::{Kind, base_name};
use super::names::TestNames;
use super::statement::{Clause, Scope, Statement};
use super::wants::{Want, What, wants};
use super::{json, keyed, makefile, markdown, python, shell, text, yaml};

/// The files that the brief asks for, in its order: path and content.
pub(super) fn compose(brief: &Brief) -> Vec<(String, String)> {
    let names = TestNames::of(&brief.tests);
    let mut files: Vec<&BriefFile> = Vec::new();
    for file in &brief.deliverables {
        if !files.iter().any(|own| own.path == file.path) {
            files.push(file);
        }
    }
    let board = Board::new(brief, &files);
    let drafts = files
        .iter()
        .enumerate()
        .map(|(index, file)| board.draft(index, file, &names));
    drafts
        .map(|draft| (draft.path.to_owned(), render(&draft)))
        .collect()
}

fn render(draft: &Draft) -> String {
    match draft.kind {
        Kind::Python => python::render(draft),
        Kind::Pytest => python::render_tests(draft),
        Kind::Shell => shell::render(draft),
        Kind::Markdown => markdown::render(draft),
        Kind::Json => json::render(draft),
        Kind::Yaml => yaml::render(draft),
        Kind::Toml | Kind::Ini | Kind::Properties | Kind::Env => keyed::render(draft),
        Kind::Makefile => makefile::render(draft),
        Kind::Text | Kind::Csv | Kind::Other => text::render(draft),
    }
}

/// The brief, sorted by file.
struct Board<'a> {
    brief: &'a Brief,
    files: Vec<&'a BriefFile>,
    kinds: Vec<Kind>,
    paths: Vec<&'a str>,
}

impl<'a> Board<'a> {
    fn new(brief: &'a Brief, files: &[&'a BriefFile]) -> Self {
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let kinds = paths.iter().map(|path| Kind::of(path)).collect();
        Board {
            brief,
            files: files.to_vec(),
            kinds,
            paths,
        }
    }

    fn draft(&self, index: usize, file: &'a BriefFile, names: &'a TestNames) -> Draft<'a> {
        let kind = self.kinds[index];
        let existing = file
            .existing
            .as_deref()
            .filter(|text| !text.trim().is_empty() && !is_unwritten(&file.path, text));
        Draft {
            brief: self.brief,
            path: &file.path,
            kind,
            existing,
            material: self.material(index),
            wants: self.wants(index),
            statements: if kind.is_python() {
                self.statements(index, names)
            } else {
                Vec::new()
            },
            names,
        }
    }

    /// The fences that name the file, or that only this file can take.
    fn material(&self, index: usize) -> Vec<&'a str> {
        let belongs = |material: &&Material| match &material.path {
            Some(path) => self.index_of(path) == Some(index),
            None => self.only_taker(material) == Some(index),
        };
        let material = self.brief.material.iter().filter(belongs);
        material
            .map(|material| material.text.as_str())
            .filter(|text| !text.trim().is_empty())
            .collect()
    }

    fn index_of(&self, path: &str) -> Option<usize> {
        let path = path.strip_prefix("./").unwrap_or(path);
        let exact = self.paths.iter().position(|own| *own == path);
        exact.or_else(|| {
            let mut same = (0..self.paths.len()).filter(|index| {
                let own = self.paths[*index];
                base_name(own) == path
                    || own.ends_with(&format!("/{path}"))
                    || path.ends_with(&format!("/{own}"))
            });
            match (same.next(), same.next()) {
                (Some(index), None) => Some(index),
                _ => None,
            }
        })
    }

    fn only_taker(&self, material: &Material) -> Option<usize> {
        let speaks =
            |index: &usize| self.kinds[*index].speaks(&material.language, self.paths[*index]);
        let takers: Vec<usize> = (0..self.files.len()).filter(speaks).collect();
        match takers.as_slice() {
            [only] => Some(*only),
            _ => {
                let is_test = is_test_code(&material.text);
                let mut fits = takers.into_iter().filter(|index| match self.kinds[*index] {
                    Kind::Pytest => is_test,
                    Kind::Python => !is_test,
                    _ => false,
                });
                match (fits.next(), fits.next()) {
                    (Some(index), None) => Some(index),
                    _ => None,
                }
            }
        }
    }

    fn wants(&self, index: usize) -> Vec<Want> {
        let mut found = Vec::new();
        for text in self.brief.notes.iter().chain(&self.brief.criteria) {
            for clause in self.clauses(&Statement::read_quoted(text)) {
                if self.applies(&clause, index) {
                    found.extend(wants(&clause, self.kinds[index]));
                }
            }
        }
        for text in &self.brief.boundaries {
            for clause in self.clauses(&Statement::read_quoted(text)) {
                if self.applies(&clause, index) {
                    let all = wants(&clause, self.kinds[index]).into_iter();
                    found.extend(all.filter(|want| matches!(want.what, What::Absent(_))));
                }
            }
        }
        without_contradictions(found)
    }

    fn clauses(&self, statement: &Statement) -> Vec<Clause> {
        statement.clauses(&self.paths, is_content)
    }

    /// A clause that names no file is about the only file that can hold what it states.
    fn applies(&self, clause: &Clause, index: usize) -> bool {
        match &clause.scope {
            Scope::All => true,
            Scope::Foreign => false,
            Scope::Files(files) => files.contains(&index),
            Scope::Open if self.files.len() == 1 => true,
            Scope::Open => {
                let particular = |index: &usize| {
                    wants(clause, self.kinds[*index])
                        .iter()
                        .any(|want| want.what.is_particular(self.kinds[*index]))
                };
                let mut takers = (0..self.files.len()).filter(particular);
                takers.next() == Some(index) && takers.next().is_none()
            }
        }
    }

    /// The statements about a Python file. One that names no file is about the only module, or
    /// about the only test file if it speaks of tests.
    fn statements(&self, index: usize, names: &TestNames) -> Vec<(&'a str, Vec<Clause>)> {
        let kind = self.kinds[index];
        let is_chosen = match kind {
            Kind::Pytest => self.chosen_test(names) == Some(index),
            _ => self.kinds.iter().filter(|own| **own == kind).count() == 1,
        };
        let others = self.kinds.iter().any(|own| own.is_python() && *own != kind);
        let takes_open = |text: &str| {
            let is_about_tests = text.contains("test_") || text.contains("Test");
            let fits = !others || is_about_tests == (kind == Kind::Pytest);
            is_chosen && fits
        };
        let read = |text: &'a String| {
            let statement = Statement::read(text);
            let clauses = statement.clauses(&self.paths, |_| false).into_iter();
            let own = clauses.filter(|clause| match &clause.scope {
                Scope::All => true,
                Scope::Foreign => false,
                Scope::Files(files) => files.contains(&index),
                Scope::Open => takes_open(text),
            });
            (text.as_str(), own.collect::<Vec<_>>())
        };
        let texts = self.brief.notes.iter().chain(&self.brief.criteria);
        texts
            .map(read)
            .filter(|(_, clauses)| !clauses.is_empty())
            .collect()
    }

    /// Of several test files the one that the commands run, else the first.
    fn chosen_test(&self, names: &TestNames) -> Option<usize> {
        let is_test = |index: &usize| self.kinds[*index] == Kind::Pytest;
        let mut tests = (0..self.files.len()).filter(is_test);
        let run = tests.clone().find(|index| names.runs(self.paths[*index]));
        run.or_else(|| tests.next())
    }
}

/// What is not to be in a file is not written, whatever else is stated.
fn without_contradictions(mut wants: Vec<Want>) -> Vec<Want> {
    let absent = wants.iter().filter_map(|want| match &want.what {
        What::Absent(text) => Some(text.clone()),
        _ => None,
    });
    let absent: Vec<String> = absent.collect();
    wants.retain(|want| !absent.iter().any(|text| want.writes(text)));
    wants
}

/// True if the text is what is composed here when nothing is stated.
fn is_unwritten(path: &str, text: &str) -> bool {
    let title = match text.split_once(UNDETERMINED) {
        Some((_, rest)) => rest.lines().next().and_then(|line| {
            let (_, rest) = line.split_once('(')?;
            rest.rsplit_once(')').map(|(title, _)| title)
        }),
        None => text
            .lines()
            .next()
            .map(|line| line.trim_matches('"').trim_end_matches('.')),
    };
    let brief = Brief {
        title: title.unwrap_or_default().to_owned(),
        deliverables: vec![BriefFile::new(path)],
        ..Brief::default()
    };
    let mark = text.contains(UNDETERMINED) || text.contains(python::UNWRITTEN_TEST);
    mark && compose(&brief)
        .first()
        .is_some_and(|(_, empty)| empty == text)
}

fn is_test_code(text: &str) -> bool {
    text.lines().any(|line| {
        line.starts_with("def test_")
            || line.starts_with("class Test")
            || line.contains("import pytest")
    })
}
