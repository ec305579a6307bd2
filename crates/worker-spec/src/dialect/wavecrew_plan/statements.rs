//! What a plan says about itself: `- critical path: 34h`, `- work of wave-2 (at best): 2h`.

use std::ops::Range;

use super::value;
use crate::dialect::wave_plan::{amount_of, tasks_of};
use crate::markdown::BlockKind;
use crate::plan_form::{OR_WHOLE, SUBJECTS};
use crate::quoted::unquote;
use crate::{Code, Diagnostic, Document, Statement};

/// Reads the list below the heading.
pub(super) fn read(
    document: &Document,
    blocks: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Statement> {
    let text = document.text();
    let mut statements = Vec::new();
    for block in &document.markdown().blocks[blocks] {
        let BlockKind::Item(item) = &block.kind else {
            continue;
        };
        let end = text[item.text.end..].find(['\n', '\r']);
        let end = end.map_or(text.len(), |end| item.text.end + end);
        let span = item.text.start..end;
        let location = document.location(span.clone());
        match statement(&text[span]) {
            Some(stated) => {
                let subject = SUBJECTS[stated.subject].1;
                statements.push(Statement {
                    subject,
                    amount: amount_of(subject, &stated.value),
                    tasks: tasks_of(subject, &stated.value),
                    places: Vec::new(),
                    value: stated.value,
                    case: stated.case,
                    group: stated.group,
                    or_whole: stated.or_whole,
                    location,
                });
            }
            None => {
                let names: Vec<&str> = SUBJECTS.iter().map(|(name, _)| *name).collect();
                diagnostics.push(
                    Diagnostic::warning(Code::BAD_STATEMENT, "this is no statement about the plan")
                        .at(location)
                        .help(format!(
                            "write `- critical path: 34h`, or `- work of wave-1: 8h`; a plan may state {}",
                            names.join(", ")
                        )),
                );
            }
        }
    }
    statements
}

/// A statement taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Stated {
    /// The subject's place in the table.
    subject: usize,
    group: Option<String>,
    or_whole: bool,
    case: Option<String>,
    value: String,
}

/// `subject of group (case): value`, `subject of group or the plan: value`.
fn statement(line: &str) -> Option<Stated> {
    let plain = |c: char| {
        if c == '_' {
            ' '
        } else {
            c.to_ascii_lowercase()
        }
    };
    let begins = |name: &str| {
        line.get(..name.len())
            .is_some_and(|head| head.chars().map(plain).eq(name.chars()))
    };
    let (subject, name) = SUBJECTS
        .iter()
        .enumerate()
        .map(|(at, (name, _))| (at, *name))
        .filter(|(_, name)| begins(name))
        .max_by_key(|(_, name)| name.len())?;
    let rest = &line[name.len()..];
    let (group, rest) = match rest.strip_prefix(" of ") {
        Some(rest) => {
            let plain = rest.split([':', '(']).next().unwrap_or(rest);
            match plain.trim_end().strip_suffix(OR_WHOLE) {
                Some(group) if unquote(rest.trim_start()).is_none() => {
                    let group_of = value::text(group, 0).text;
                    (Some(group_of), &rest[group.len()..])
                }
                _ => {
                    let (group, rest) = name_before(rest, [':', '('])?;
                    (Some(group), rest)
                }
            }
        }
        None => (None, rest),
    };
    let (or_whole, rest) = match rest.trim_start().strip_prefix(OR_WHOLE) {
        Some(rest) if group.is_some() => (true, rest),
        _ => (false, rest),
    };
    let (case, rest) = match rest.trim_start().strip_prefix('(') {
        Some(rest) => {
            let (case, rest) = name_before(rest, [')', ')'])?;
            (Some(case), rest.strip_prefix(')')?)
        }
        None => (None, rest),
    };
    let value = rest.trim_start().strip_prefix(':')?;
    Some(Stated {
        subject,
        group,
        or_whole,
        case,
        value: value::text(value, 0).text,
    })
}

/// The name that ends before one of some characters, and what follows; in quotes it may hold them.
fn name_before(text: &str, ends: [char; 2]) -> Option<(String, &str)> {
    let text = text.trim_start();
    let end = match unquote(text) {
        Some((_, length)) => length,
        None => text.find(ends)?,
    };
    Some((value::text(&text[..end], 0).text, text[end..].trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements() {
        for (line, expected) in [
            ("critical path: 34h", Some(["critical path", "", "", "34h"])),
            ("Task_Count: 12", Some(["task count", "", "", "12"])),
            (
                "tokens of wave-1: 15K",
                Some(["tokens", "wave-1", "", "15K"]),
            ),
            (
                "work of \"a: b\" (\")\"): \"\"",
                Some(["work", "a: b", ")", ""]),
            ),
            (
                "speed-up (at best): 3x",
                Some(["speed-up", "", "at best", "3x"]),
            ),
            ("critical: 34h", None),
            ("work", None),
            ("work (a: b", None),
        ] {
            let found = statement(line);
            let found = found.as_ref().map(|stated| {
                let group = stated.group.as_deref().unwrap_or_default();
                let case = stated.case.as_deref().unwrap_or_default();
                [
                    SUBJECTS[stated.subject].0,
                    group,
                    case,
                    stated.value.as_str(),
                ]
            });
            assert_eq!(found, expected, "{line}");
        }
    }
}
