//! Every page that explains a code keeps what it says: its example has the complaint, the mended one has not.

use std::collections::BTreeSet;
use std::fmt::Write;

use wavecrew::worker_spec::{
    Code, Diagnostic, Document, Fix, Severity, apply_fixes, read, unnamed_deliverables,
};
use wavecrew::{DeliverableMap, GraphOptions, audit, codes, rate_plan, refusal, unscored};

/// Pages without an example, each with the reason.
const WITHOUT_EXAMPLE: &[(Code, &str)] = &[
    (
        Code::NOT_TEXT,
        "a page is text, and the complaint is about bytes that are none",
    ),
    (
        codes::GRAPH,
        "no document leads to it: what it would say has codes of its own",
    ),
];

/// The score that the page about quality asks for.
const LEAST_QUALITY: u8 = 60;

/// A mend can bring another one to light, but a chain of more than these would be a circle.
const MAX_ROUNDS: usize = 16;

fn every_code() -> impl Iterator<Item = Code> {
    Code::ALL.iter().chain(codes::ALL).copied()
}

/// A page, cut into its parts.
struct Page {
    code: Code,
    text: &'static str,
    example: Vec<Document>,
    mended: Vec<Document>,
}

fn pages() -> impl Iterator<Item = Page> {
    let page = |code: Code| {
        let text = codes::explanation(code).unwrap_or_else(|| panic!("{code} has no page"));
        Page {
            code,
            text,
            example: documents(text, "## Example"),
            mended: documents(text, "## Mended"),
        }
    };
    every_code().map(page)
}

/// The documents in the fences under a heading. The info string of a fence is a language and, where it matters, the
/// name of the file.
fn documents(page: &str, heading: &str) -> Vec<Document> {
    let mut found = Vec::new();
    let mut lines = page.lines().skip_while(|line| *line != heading).skip(1);
    while let Some(line) = lines.next() {
        if line.starts_with("## ") {
            break;
        }
        let info = line.trim_start_matches('`');
        let marks = &line[..line.len() - info.len()];
        if marks.len() < 3 {
            continue;
        }
        let text: String = lines
            .by_ref()
            .take_while(|line| *line != marks)
            .flat_map(|line| [line, "\n"])
            .collect();
        let name = match info.split_once(' ') {
            Some((_, name)) => name.to_owned(),
            None => format!("example.{info}"),
        };
        found.push(Document::new(name, text));
    }
    found
}

/// What there is to say about documents for the page of a code. One that is named `deliverables.txt` is a mapping for
/// `wavecrew fix`; quality is asked for only where the page is about it.
fn diagnostics(documents: &[Document], code: Code) -> Vec<Diagnostic> {
    let (maps, documents): (Vec<Document>, Vec<Document>) = documents
        .iter()
        .cloned()
        .partition(|document| document.name() == "deliverables.txt");
    let parsed = read(&documents);
    let mut found = parsed.diagnostics;
    found.extend(audit(&parsed.value, GraphOptions::default()));
    if code == codes::NOT_SCORED {
        found.extend(unscored(&parsed.value));
    }
    if code == codes::LOW_QUALITY {
        let judgements = rate_plan(&parsed.value);
        found.extend(
            judgements
                .iter()
                .filter_map(|judged| refusal(judged, LEAST_QUALITY)),
        );
    }
    for map in &maps {
        let map = DeliverableMap::parse(map.text()).expect("the mapping of a page can be read");
        for entry in &map.entries {
            let task = parsed.value.task(&entry.id).expect("the page has the task");
            let spec = task.spec.as_deref().expect("the task has a worker spec");
            let document = documents
                .iter()
                .find(|document| *document.name() == *spec.location.file)
                .expect("the spec was read from one of the documents");
            found.extend(unnamed_deliverables(document, spec, &entry.paths));
        }
    }
    found
}

fn codes_of(diagnostics: &[Diagnostic]) -> BTreeSet<&'static str> {
    diagnostics
        .iter()
        .map(|found| found.code.as_str())
        .collect()
}

fn listed(diagnostics: &[Diagnostic]) -> String {
    diagnostics
        .iter()
        .fold(String::new(), |mut list, diagnostic| {
            let _ = writeln!(list, "    {diagnostic}");
            list
        })
}

/// Fails with all that is wrong, not only the first.
fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_page_begins_with_its_code_and_fits_a_terminal() {
    let mut wrong = Vec::new();
    for page in pages() {
        let code = page.code;
        if !page.text.starts_with(&format!("# {code}: ")) {
            wrong.push(format!("{code}: the first line is not its title"));
        }
        let count = page.text.lines().count();
        if !(10..=60).contains(&count) {
            wrong.push(format!("{code}: {count} lines"));
        }
        for (index, line) in page.text.lines().enumerate() {
            if line.chars().count() > 100 || line.ends_with(' ') {
                wrong.push(format!(
                    "{code}: line {} is too long or has blanks at its end",
                    index + 1
                ));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn an_example_has_the_complaint_and_the_mended_one_has_not() {
    let mut wrong = Vec::new();
    for page in pages() {
        let code = page.code;
        let excepted = WITHOUT_EXAMPLE.iter().any(|(without, _)| *without == code);
        if page.example.is_empty() || page.mended.is_empty() {
            if !excepted {
                wrong.push(format!("{code}: no example, or none that is mended"));
            }
            continue;
        }
        if excepted {
            wrong.push(format!("{code}: has an example, so it needs no exception"));
        }
        let before = diagnostics(&page.example, page.code);
        let after = diagnostics(&page.mended, page.code);
        if !before.iter().any(|found| found.code == code) {
            wrong.push(format!("{code}: its example yields\n{}", listed(&before)));
        }
        let more: Vec<Diagnostic> = after
            .into_iter()
            .filter(|found| {
                found.code == code
                    || found.severity == Severity::Error
                    || !codes_of(&before).contains(found.code.as_str())
            })
            .collect();
        if !more.is_empty() {
            wrong.push(format!("{code}: the mended one yields\n{}", listed(&more)));
        }
    }
    assert_none(&wrong);
}

#[test]
fn a_complaint_has_a_place_and_help() {
    let mut wrong = Vec::new();
    for page in pages() {
        let found = diagnostics(&page.example, page.code);
        for diagnostic in found.iter().filter(|found| found.code == page.code) {
            if diagnostic.help.is_none() {
                wrong.push(format!("no help: {diagnostic}"));
            }
            // All documents together have no place.
            if diagnostic.location.is_none() && page.code != Code::NO_TASKS_AT_ALL {
                wrong.push(format!("no place: {diagnostic}"));
            }
        }
    }
    assert_none(&wrong);
}

/// The documents after all fixes of one code, and how many there were.
fn mend(documents: &[Document], code: Code) -> (Vec<Document>, usize) {
    let mut documents = documents.to_vec();
    let mut count = 0;
    for _ in 0..MAX_ROUNDS {
        let found = diagnostics(&documents, code);
        let fixes: Vec<&Fix> = found
            .iter()
            .filter(|found| found.code == code)
            .filter_map(|found| found.fix.as_ref())
            .collect();
        if fixes.is_empty() {
            break;
        }
        count += fixes.len();
        documents = documents
            .iter()
            .map(|document| Document::new(document.name(), apply_fixes(document, &fixes).text))
            .collect();
    }
    (documents, count)
}

#[test]
fn a_fix_ends_the_complaint_and_brings_no_other() {
    let mut wrong = Vec::new();
    for page in pages() {
        let before = diagnostics(&page.example, page.code);
        let offers = before
            .iter()
            .filter(|found| found.code == page.code)
            .all(|found| found.fix.is_some());
        let (mended, count) = mend(&page.example, page.code);
        if count == 0 {
            continue;
        }
        let after = diagnostics(&mended, page.code);
        if offers && after.iter().any(|found| found.code == page.code) {
            wrong.push(format!("{}: still there after its fix", page.code));
        }
        if !codes_of(&after).is_subset(&codes_of(&before)) {
            wrong.push(format!("{}: its fix brings\n{}", page.code, listed(&after)));
        }
    }
    assert_none(&wrong);
}
