#[cfg(any(feature = "json", feature = "toml"))]
use crate::source::excerpt;
use crate::source::{Language, python};
use crate::{Candidate, Report, Validator};

/// Checks the syntax of files as far as that is certain.
///
/// | file | what is checked |
/// |---|---|
/// | `.json`, `.jsonl`, `.ndjson`, `.ipynb`, `.geojson` | all of it (feature `json`) |
/// | `.toml` | all of it (feature `toml`) |
/// | `.py`, `.pyi` | that strings and brackets close, and that blocks are indented as they must be |
/// | others | nothing: no check is added |
///
/// Files that are JSON with comments by custom (`tsconfig.json`, `.jsonc`, those below `.vscode/`) are
/// not checked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Syntax;

impl Validator<Candidate<'_>> for Syntax {
    fn validate(&self, file: &Candidate<'_>, report: &mut Report) {
        match Language::of(file.path) {
            Some(Language::Json) => json(file, report),
            Some(Language::Toml) => toml(file, report),
            Some(Language::Python) => shape(file, report),
            _ => {}
        }
    }
}

fn json(file: &Candidate<'_>, report: &mut Report) {
    let name = file.path.rsplit('/').next().unwrap_or(file.path);
    let commented = name.ends_with(".jsonc")
        || name.starts_with("tsconfig")
        || name.starts_with("jsconfig")
        || file.path.split('/').any(|part| part == ".vscode");
    if commented {
        return;
    }
    let subject = format!("JSON syntax of `{}`", file.path);
    let lines = name.ends_with(".jsonl") || name.ends_with(".ndjson");
    match json_error(file.content, lines) {
        None => report.not_checked(subject, "built without the feature `json`"),
        Some(Ok(evidence)) => report.pass(subject, evidence),
        Some(Err(message)) => report.fail(subject, message),
    }
}

/// Whether a text is JSON: what was read, or what is wrong; nothing without the feature.
#[cfg(feature = "json")]
pub(crate) fn json_error(text: &str, lines: bool) -> Option<Result<String, String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parse = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text);
    if !lines {
        return Some(match parse(text) {
            Ok(_) => Ok("parsed to the end".into()),
            Err(error) => Err(excerpt(&error.to_string())),
        });
    }
    let mut count = 0;
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        if let Err(error) = parse(line) {
            return Some(Err(format!(
                "line {}: {}",
                index + 1,
                excerpt(&error.to_string())
            )));
        }
        count += 1;
    }
    Some(Ok(format!("{count} lines parsed")))
}

#[cfg(not(feature = "json"))]
pub(crate) fn json_error(_: &str, _: bool) -> Option<Result<String, String>> {
    None
}

fn toml(file: &Candidate<'_>, report: &mut Report) {
    let subject = format!("TOML syntax of `{}`", file.path);
    match toml_error(file.content) {
        None => report.not_checked(subject, "built without the feature `toml`"),
        Some(Ok(evidence)) => report.pass(subject, evidence),
        Some(Err(message)) => report.fail(subject, message),
    }
}

/// The same for TOML.
#[cfg(feature = "toml")]
pub(crate) fn toml_error(text: &str) -> Option<Result<String, String>> {
    Some(match text.parse::<toml::Table>() {
        Ok(_) => Ok("parsed to the end".into()),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = 1 + text.as_bytes()[..at]
                .iter()
                .filter(|b| **b == b'\n')
                .count();
            Err(format!("line {line}: {}", excerpt(error.message())))
        }
    })
}

#[cfg(not(feature = "toml"))]
pub(crate) fn toml_error(_: &str) -> Option<Result<String, String>> {
    None
}

fn shape(file: &Candidate<'_>, report: &mut Report) {
    let subject = format!("brackets, strings and indentation of `{}`", file.path);
    let module = python::read(file.content);
    let flaw = module
        .flaw
        .or_else(|| indentation(file.content, &module.statements));
    match flaw {
        Some(flaw) => report.fail(subject, format!("line {}: {}", flaw.line, flaw.message)),
        None => report.pass(subject, "all close, and every block is indented"),
    }
}

/// Blocks as Python demands them. Files that mix tabs and spaces are left alone.
fn indentation(text: &str, statements: &[python::Statement]) -> Option<python::Flaw> {
    let tabs = text
        .lines()
        .any(|line| line.trim_start_matches(' ').starts_with('\t'));
    let spaces = text.lines().any(|line| line.starts_with(' '));
    if tabs && spaces {
        return None;
    }
    let flaw = |line, message: &str| {
        Some(python::Flaw {
            line,
            message: message.into(),
        })
    };
    let mut levels = vec![0];
    let mut opened: Option<usize> = None;
    for (index, statement) in statements.iter().enumerate() {
        if !statement.first {
            continue;
        }
        let level = *levels.last().expect("the outermost level stays");
        match opened.take() {
            Some(_) if statement.indent > level => levels.push(statement.indent),
            Some(line) => return flaw(line, "the block that begins here has no body"),
            None if statement.indent > level => {
                return flaw(statement.line, "unexpected indentation");
            }
            None => {
                while levels.last().is_some_and(|level| *level > statement.indent) {
                    levels.pop();
                }
                if levels.last() != Some(&statement.indent) {
                    return flaw(statement.line, "the indentation matches no earlier line");
                }
            }
        }
        let inline = statements.get(index + 1).is_some_and(|next| !next.first);
        opened = (statement.is_header() && !inline).then_some(statement.line);
    }
    opened.and_then(|line| flaw(line, "the block that begins here has no body"))
}
