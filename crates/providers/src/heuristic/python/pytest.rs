use super::blocks::{Block, BlockKind};
use super::facts::is_module;
use super::function::not_determined;
use super::module::Module;
use super::read_facts;
use super::signature::is_identifier;
use crate::heuristic::draft::Draft;
use crate::heuristic::kind::base_name;

/// A pytest file: its material, and a function for every test that is named.
///
/// A test asserts only what is stated as an expression. A test without one fails, for a test that
/// passes and checks nothing would be a claim.
pub(in crate::heuristic) fn render(draft: &Draft) -> String {
    let mut module = Module::read(draft.existing.unwrap_or_default());
    for material in &draft.material {
        module.take_over(material, None);
    }
    if draft.existing.is_none() && !draft.forbids(&draft.title()) {
        module.set_docstring(&draft.title());
    }
    let facts = read_facts(draft);
    for import in facts.imports.iter().filter(|line| is_import(line)) {
        module.upsert(Block::new(BlockKind::Import, None, import.clone()), false);
    }
    let mut tests = Tests::default();
    for (name, condition) in &facts.asserts {
        tests.add(name, None).conditions.push(condition.clone());
    }
    for (path, name) in &draft.names.node_ids {
        if base_name(path) == base_name(draft.path) {
            tests.add(name, None);
        }
    }
    for (text, clauses) in &draft.statements {
        for span in clauses.iter().flat_map(|clause| &clause.spans) {
            let name = span.text.trim().trim_end_matches("()");
            if name.starts_with("test_") && is_identifier(name) {
                tests.add(name, None);
            }
        }
        tests.read_numbered(text);
    }
    for test in tests.found {
        let block = Block::new(BlockKind::Def, Some(&test.name), test.code());
        module.upsert(block, !test.conditions.is_empty());
    }
    if module.says_nothing() && draft.existing.is_none() {
        let test = Test {
            name: UNWRITTEN_TEST.to_owned(),
            ..Test::default()
        };
        module.push(Block::new(BlockKind::Def, Some(&test.name), test.code()));
    }
    module.finish()
}

/// The test that stands in a file of which nothing is stated.
pub(in crate::heuristic) const UNWRITTEN_TEST: &str = "test_not_written";

#[derive(Default)]
struct Tests {
    found: Vec<Test>,
}

#[derive(Default)]
struct Test {
    name: String,
    number: Option<u32>,
    about: Option<String>,
    conditions: Vec<String>,
}

impl Tests {
    fn add(&mut self, name: &str, about: Option<String>) -> &mut Test {
        let index = self
            .found
            .iter()
            .position(|test| test.name == name)
            .unwrap_or_else(|| {
                self.found.push(Test {
                    name: name.to_owned(),
                    about,
                    ..Test::default()
                });
                self.found.len() - 1
            });
        &mut self.found[index]
    }

    /// "Test 162: Empty inputs", "Tests 1-4: Clarity (high/moderate/low/vague)", "Tests 162-163".
    fn read_numbered(&mut self, text: &str) {
        let text = text.trim().replace('*', "");
        let Some(at) = text.find("Test ").or_else(|| text.find("Tests ")) else {
            return;
        };
        let rest = text[at..].split_once(' ').map_or("", |(_, rest)| rest);
        let numbers: String = rest
            .chars()
            .take_while(|sign| sign.is_ascii_digit() || *sign == '-')
            .collect();
        let Some((first, last)) = range(&numbers) else {
            return;
        };
        let about = rest[numbers.len()..]
            .trim_start()
            .strip_prefix(':')
            .unwrap_or("")
            .trim();
        let parts = parts(about, (last - first + 1) as usize);
        for (index, number) in (first..=last).enumerate() {
            let about = parts.get(index).map_or(about, |part| part);
            if about.is_empty() && self.found.iter().any(|test| test.number == Some(number)) {
                continue;
            }
            self.add_numbered(number, about);
        }
    }

    fn add_numbered(&mut self, number: u32, about: &str) {
        let name = match slug(about).as_str() {
            "" => format!("test_{number}"),
            slug => format!("test_{number}_{slug}"),
        };
        if !about.is_empty() {
            self.found
                .retain(|test| test.number != Some(number) || test.about.is_some());
        }
        let about = (!about.is_empty()).then(|| format!("Test {number}: {about}"));
        self.add(&name, about).number = Some(number);
    }
}

impl Test {
    fn code(&self) -> String {
        let mut code = format!("def {}() -> None:", self.name);
        if let Some(about) = &self.about {
            let about = about.replace('\\', "\\\\").replace('"', "'");
            code.push_str(&format!(
                "\n    \"\"\"{}.\"\"\"",
                about.trim_end_matches('.')
            ));
        }
        if self.conditions.is_empty() {
            code.push_str("\n    ");
            code.push_str(&not_determined(&self.name));
        }
        for condition in &self.conditions {
            code.push_str(&format!("\n    assert {condition}"));
        }
        code
    }
}

fn is_import(line: &str) -> bool {
    let module = line.split_whitespace().nth(1);
    module.is_some_and(is_module)
}

/// The numbers of `4` or `1-4`; at most two hundred.
fn range(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last && last - first < 200).then_some((first, last))
}

/// The parts of `about (a/b/c)` if there is one for each test.
fn parts(about: &str, count: usize) -> Vec<&str> {
    let inner = about
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    let parts: Vec<&str> = inner
        .map_or("", |(inner, _)| inner)
        .split('/')
        .map(str::trim)
        .collect();
    if count > 1 && parts.len() == count {
        parts
    } else {
        Vec::new()
    }
}

fn slug(text: &str) -> String {
    let mut slug = String::new();
    for word in text.split(|sign: char| !sign.is_ascii_alphanumeric()) {
        if !word.is_empty() && slug.len() + word.len() < 50 {
            if !slug.is_empty() {
                slug.push('_');
            }
            slug.push_str(&word.to_ascii_lowercase());
        }
    }
    slug
}
