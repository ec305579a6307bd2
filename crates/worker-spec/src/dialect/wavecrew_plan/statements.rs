//! What a plan says about itself: `- critical path: 34h`, `- total duration of wave-2: 2h`.

use std::ops::Range;

use super::value;
use crate::markdown::BlockKind;
use crate::plan_form::SUBJECTS;
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
            Some((at, group, value)) => statements.push(Statement {
                subject: SUBJECTS[at].1,
                value,
                group,
                location,
            }),
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

/// The subject's place in the table, the group, and the value.
fn statement(line: &str) -> Option<(usize, Option<String>, String)> {
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
    let (at, name) = SUBJECTS
        .iter()
        .enumerate()
        .map(|(at, (name, _))| (at, *name))
        .filter(|(_, name)| begins(name))
        .max_by_key(|(_, name)| name.len())?;
    let rest = &line[name.len()..];
    if let Some(value) = rest.strip_prefix(':') {
        return Some((at, None, value::text(value, 0).text));
    }
    let rest = rest.strip_prefix(" of ")?.trim_start();
    let end = match unquote(rest) {
        Some((_, length)) => length,
        None => rest.find(':')?,
    };
    let value = rest[end..].trim_start().strip_prefix(':')?;
    let group = value::text(&rest[..end], 0).text;
    Some((at, Some(group), value::text(value, 0).text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements() {
        for (line, expected) in [
            ("critical path: 34h", Some(("critical path", None, "34h"))),
            ("Task_Count: 12", Some(("task count", None, "12"))),
            (
                "tokens of wave-1: 15K",
                Some(("tokens", Some("wave-1"), "15K")),
            ),
            ("work of \"a: b\": \"\"", Some(("work", Some("a: b"), ""))),
            ("critical: 34h", None),
            ("work", None),
        ] {
            let found = statement(line);
            let found = found
                .as_ref()
                .map(|(at, group, value)| (SUBJECTS[*at].0, group.as_deref(), value.as_str()));
            assert_eq!(found, expected, "{line}");
        }
    }
}
