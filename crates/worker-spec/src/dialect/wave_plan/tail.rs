//! What follows the name of a task on its line: `Lexer (1h) [done] - depends on A-1`.

use std::ops::Range;
use std::time::Duration;

use super::cells::is_picture;
use crate::Status;
use crate::duration::parse_duration;

/// What a line says about a task after its name.
#[derive(Debug, Default, PartialEq)]
pub(in crate::dialect) struct Tail {
    pub(in crate::dialect) title: String,
    pub(in crate::dialect) estimate: Option<Duration>,
    pub(in crate::dialect) status: Option<Status>,
    pub(in crate::dialect) parallel: bool,
    /// What it depends on, as a span of the line.
    pub(in crate::dialect) needs: Option<Range<usize>>,
}

/// Phrases after which a line names what comes first.
const NEEDS: [&str; 10] = [
    "depends on",
    "depend on",
    "depends:",
    "deps:",
    "blocked by",
    "waits for",
    "wait for",
    "after",
    "requires",
    "needs",
];

impl Tail {
    /// Reads what stands after a name.
    pub(in crate::dialect) fn new(line: &str) -> Tail {
        let mut tail = Tail::default();
        let mut title = line.trim_end();
        if let Some((start, needs)) = needs(title) {
            tail.needs = Some(needs);
            title = &title[..start];
        }
        // Marks at the end come in any order.
        loop {
            title = title.trim_end_matches(|c: char| {
                c.is_whitespace() || is_picture(c) || matches!(c, '-' | '–' | '—' | '`' | ',')
            });
            let Some((before, mark)) = last_mark(title) else {
                break;
            };
            if let Some(estimate) = parse_duration(mark).filter(|_| mark.len() < 40) {
                tail.estimate = tail.estimate.or(Some(estimate));
            } else if let Some(status) = status(mark) {
                tail.status = tail.status.or(Some(status));
            } else if matches!(mark.to_lowercase().as_str(), "p" | "parallel") {
                tail.parallel = true;
            } else {
                break;
            }
            title = before;
        }
        while let Some(rest) = ["[P]", "(P)", "[p]"]
            .iter()
            .find_map(|mark| title.trim_start().strip_prefix(mark))
        {
            tail.parallel = true;
            title = rest;
        }
        if title.trim().starts_with("~~") || title.ends_with("~~") {
            tail.status = tail.status.or(Some(Status::Deferred));
        }
        let title = title.trim_matches(|c: char| {
            c.is_whitespace() || is_picture(c) || matches!(c, '*' | '~' | '_' | ':')
        });
        tail.title = title.replace("**", "");
        tail
    }
}

/// The mark that a text ends with, `(…)`, `[…]` or `*…*`, and what stands before it.
fn last_mark(text: &str) -> Option<(&str, &str)> {
    for (open, close) in [('(', ')'), ('[', ']'), ('（', '）'), ('*', '*')] {
        if let Some(inner) = text.strip_suffix(close)
            && let Some(at) = inner.rfind(open)
            && !inner.ends_with('*')
        {
            let mark = inner[at + open.len_utf8()..].trim();
            return (!mark.is_empty()).then(|| (&text[..at], mark));
        }
    }
    None
}

fn status(mark: &str) -> Option<Status> {
    let word = mark.to_lowercase();
    Some(match word.trim() {
        "done" | "complete" | "completed" | "x" | "完了" | "完成" | "완료" => Status::Done,
        "in progress" | "wip" | "started" => Status::InProgress,
        "optional" | "nice to have" | "if time" | "任意" => Status::Optional,
        "deferred" | "postponed" | "dropped" | "cancelled" | "withdrawn" | "skipped" => {
            Status::Deferred
        }
        _ => return None,
    })
}

/// Where a remark about what comes first begins, and the names in it.
fn needs(line: &str) -> Option<(usize, Range<usize>)> {
    let lower = line.to_ascii_lowercase();
    let mut first: Option<(usize, Range<usize>)> = None;
    for phrase in NEEDS {
        for (at, _) in lower.match_indices(phrase) {
            let before = line[..at].trim_end_matches(['*', '_', ' ']);
            let opens = before.chars().next_back();
            let joined = line[..at].len() > before.len();
            let in_brackets = matches!(opens, Some('(' | '[' | '（'));
            let after_dash = matches!(opens, Some('-' | '–' | '—' | ';' | '|' | '←')) && joined;
            let end = at + phrase.len();
            let whole = phrase.ends_with(':')
                || !lower[end..].starts_with(|c: char| c.is_alphanumeric() || c == '-');
            if !(in_brackets || after_dash) || !whole {
                continue;
            }
            let object = line[end..].trim_start_matches(['*', '_', ':', ' ']);
            let from = line.len() - object.len();
            let to = if in_brackets {
                closing(object).map_or(line.len(), |at| from + at)
            } else {
                line.len()
            };
            // "(after lunch)" names nothing: a name has a number, or a capital.
            let names =
                object[..to - from].contains(|c: char| c.is_ascii_digit() || c.is_uppercase());
            if names
                && first
                    .as_ref()
                    .is_none_or(|(known, _)| before.len() < *known)
            {
                let start = before.len() - opens.map_or(0, char::len_utf8);
                first = Some((start, from..to));
            }
        }
    }
    first
}

/// Where the bracket around a text closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '（' => depth += 1,
            ')' | ']' | '）' if depth == 0 => return Some(at),
            ')' | ']' | '）' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails() {
        let check = |line: &str, title: &str, minutes: Option<u64>, needs: Option<&str>| {
            let tail = Tail::new(line);
            let found = (
                tail.title.as_str(),
                tail.estimate.map(|estimate| estimate.as_secs() / 60),
                tail.needs.clone().map(|needs| &line[needs]),
            );
            assert_eq!(found, (title, minutes, needs), "{line}");
            tail
        };
        check("Lexer (1h)", "Lexer", Some(60), None);
        check(
            "Lexer (1h) - depends on A-1",
            "Lexer",
            Some(60),
            Some("A-1"),
        );
        check(
            "Lexer (depends on A-1, A-2) (30 min)",
            "Lexer",
            None,
            Some("A-1, A-2"),
        );
        check("Eat (after lunch)", "Eat (after lunch)", None, None);
        check("Sampler** 🔧", "Sampler", None, None);
        check("Registry (HIGH)", "Registry (HIGH)", None, None);
        let tail = check("Cards (1h)   [done]", "Cards", Some(60), None);
        assert_eq!(tail.status, Some(Status::Done));
        let tail = check("Forecast (6h) *optional*", "Forecast", Some(360), None);
        assert_eq!(tail.status, Some(Status::Optional));
        assert!(check("[P] Do it", "Do it", None, None).parallel);
    }
}
