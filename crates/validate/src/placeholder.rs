use std::collections::HashSet;

use crate::source::{Language, Lines, excerpt, line_list, python, scan};
use crate::{Candidate, Report, Validator};

/// Fails a file in which something was left for later.
///
/// Looked for, in comments and prose only: the markers `TODO`, `FIXME` and `TBD`;
/// `<your … here>`, `[To be filled …]`, `[insert …]`; "rest of the code unchanged", "existing code …",
/// "omitted for brevity", "your code here", "implementation goes here"; comments that are an
/// ellipsis; lorem ipsum.
///
/// # Limits
///
/// Words that are data are left alone: strings and here-documents of programs, code spans, quoted
/// words and code blocks of Markdown, values of JSON. A marker counts where markers stand: at the
/// start of a comment, before a colon or a parenthesis, or as its last word; a comment that names
/// several different markers, or speaks of "TODO comments", is about them. Files whose name says
/// `todo` may hold the word. So `password = "TODO"` is not found. In a language that is not known
/// only lines that begin with a marker and a colon are found. A line that was there before the task does not count, unless
/// nothing was changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPlaceholder;

impl Validator<Candidate<'_>> for NoPlaceholder {
    fn validate(&self, file: &Candidate<'_>, report: &mut Report) {
        let language = Language::of(file.path);
        if language == Some(Language::Json) {
            return;
        }
        let subject = format!("placeholders in `{}`", file.path);
        let earlier: HashSet<&str> = (file.earlier())
            .map(|text| text.lines().map(str::trim).collect())
            .unwrap_or_default();
        let name = file.path.rsplit('/').next().unwrap_or(file.path);
        let about_markers = name.to_ascii_lowercase().contains("todo");
        let text: Vec<&str> = file.content.lines().collect();
        let mut found: Vec<(usize, &str)> = Vec::new();
        let remarks = match language {
            Some(language) => remarks(file.content, language),
            None => marked_lines(file.content),
        };
        for remark in remarks {
            let whole = text.get(remark.line - 1).map_or("", |line| line.trim());
            let known = earlier.contains(whole);
            let last = found.last().map(|(line, _)| *line);
            if known || last == Some(remark.line) {
                continue;
            }
            if fault(&remark, about_markers) {
                found.push((remark.line, whole));
            }
        }
        match found.first() {
            None => report.pass(subject, "none in comments or prose"),
            Some((_, text)) => {
                let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
                report.fail(
                    subject,
                    format!("{}: `{}`", line_list(&lines), excerpt(text)),
                );
            }
        }
    }
}

/// One line of a comment or of prose.
struct Remark {
    line: usize,
    text: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Comment,
    Docstring,
    Prose,
    /// Code, of which only a bare ellipsis is looked for.
    Code,
}

fn remarks(content: &str, language: Language) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let lines = Lines::new(content);
    let found = scan(content, language);
    for range in found.comments() {
        let first = lines.number(range.start);
        let comment = &content[range];
        let kind = if is_documentation(comment, language) {
            Kind::Docstring
        } else {
            Kind::Comment
        };
        for (index, line) in comment.lines().enumerate() {
            let text = strip_comment(line).to_owned();
            remarks.push(Remark {
                line: first + index,
                text,
                kind,
            });
        }
    }
    match language {
        Language::Python => {
            for statement in python::read(content).statements {
                if !statement.is_string() {
                    continue;
                }
                for (index, line) in statement.source.lines().enumerate() {
                    let text = line.trim().trim_matches(['"', '\'']).to_owned();
                    let line = statement.line + index;
                    remarks.push(Remark {
                        line,
                        text,
                        kind: Kind::Docstring,
                    });
                }
            }
        }
        Language::Prose | Language::Markup => prose(content, language, &mut remarks),
        // Elsewhere three dots may end a list of parameters.
        Language::Script | Language::Go => {
            for (index, line) in found.code(content).lines().enumerate() {
                if matches!(line.trim(), "..." | "\u{2026}") {
                    let text = line.trim().to_owned();
                    remarks.push(Remark {
                        line: index + 1,
                        text,
                        kind: Kind::Code,
                    });
                }
            }
        }
        _ => {}
    }
    remarks.sort_by_key(|remark| remark.line);
    remarks
}

/// Documentation may show code, with comments and ellipses of its own.
fn is_documentation(comment: &str, language: Language) -> bool {
    let lines = ["///", "//!"].iter().any(|mark| comment.starts_with(mark));
    let block = ["/**", "/*!"].iter().any(|mark| comment.starts_with(mark));
    lines && language == Language::Rust || block && comment.contains('\n')
}

/// In a language that is not known, the lines that begin with a marker and a colon.
fn marked_lines(content: &str) -> Vec<Remark> {
    let lines = content.lines().enumerate().map(|(index, line)| Remark {
        line: index + 1,
        text: strip_comment(line).to_owned(),
        kind: Kind::Comment,
    });
    let marked = |remark: &Remark| {
        let rest = MARKERS
            .iter()
            .find_map(|marker| remark.text.strip_prefix(marker));
        rest.is_some_and(|rest| rest.starts_with(':'))
    };
    lines.filter(marked).collect()
}

fn strip_comment(line: &str) -> &str {
    let line = line.trim();
    let line = line.strip_prefix("<!--").unwrap_or(line);
    let line = line.strip_suffix("-->").unwrap_or(line);
    let line = line.strip_suffix("*/").unwrap_or(line);
    line.trim_start_matches(['#', '/', '*', '-', ';', '!', ' ', '\t'])
        .trim_end()
}

/// The lines of a prose file outside fenced code, code spans taken out.
fn prose(content: &str, language: Language, remarks: &mut Vec<Remark>) {
    let mut fence: Option<(char, usize)> = None;
    for (index, line) in content.lines().enumerate() {
        let shown = line.trim();
        let mark = shown.chars().next().filter(|c| "`~".contains(*c));
        let length = mark.map_or(0, |mark| shown.chars().take_while(|c| *c == mark).count());
        match (fence, mark) {
            (Some((open, least)), Some(mark)) if open == mark && length >= least => fence = None,
            (Some(_), _) => {}
            (None, Some(mark)) if length >= 3 => fence = Some((mark, length)),
            _ => {
                let text: String = if language == Language::Prose {
                    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
                } else {
                    line.to_owned()
                };
                remarks.push(Remark {
                    line: index + 1,
                    text: text.trim().to_owned(),
                    kind: Kind::Prose,
                });
            }
        }
    }
}

fn fault(remark: &Remark, about_markers: bool) -> bool {
    let text = remark.text.as_str();
    match remark.kind {
        Kind::Code => return true,
        Kind::Comment if matches!(text, "..." | "\u{2026}" | "[...]" | "(...)") => return true,
        _ => {}
    }
    let unquoted = without_quoted(text);
    let lower = unquoted.to_lowercase();
    slot(&unquoted, '<', '>')
        || slot(&unquoted, '[', ']')
        || lower.contains("lorem ipsum dolor")
        || remark.kind == Kind::Comment && left_out(&lower)
        || remark.kind != Kind::Comment && left_out_of_prose(&lower)
        || !about_markers && marked(&unquoted, remark.kind)
}

/// Quoted and backticked words are mentioned, not meant.
fn without_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['`', '"', '\u{201c}', '\'']) {
        let mark = rest[at..].chars().next().expect("a character was found");
        let close = if mark == '\u{201c}' { '\u{201d}' } else { mark };
        let after = &rest[at + mark.len_utf8()..];
        // An apostrophe within a word opens nothing.
        let within = mark == '\'' && rest[..at].ends_with(char::is_alphanumeric);
        out.push_str(&rest[..at]);
        match after.find(close).filter(|_| !within) {
            Some(end) => {
                out.push('_');
                rest = &after[end + close.len_utf8()..];
            }
            None => {
                out.push(mark);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `<your name here>`, `[To be filled after execution]`, `[TBD]`.
fn slot(text: &str, open: char, close: char) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find(open) {
        let after = &rest[at + 1..];
        // A slot is short; a far closer belongs to something else.
        let near = after
            .char_indices()
            .nth(100)
            .map_or(after, |(end, _)| &after[..end]);
        let Some(end) = near.find(close) else {
            rest = after;
            continue;
        };
        let inner = after[..end].trim().to_lowercase();
        let link = open == '[' && after[end + 1..].starts_with(['(', '[', ':']);
        let several = inner.contains(' ') && inner.len() <= 80;
        let starts = |words: &[&str]| words.iter().any(|word| inner.starts_with(word));
        let filled = starts(&[
            "to be filled",
            "to be completed",
            "to be determined",
            "to be added",
            "fill in ",
        ]);
        let told = [
            "your ",
            "insert ",
            "enter your ",
            "add your ",
            "write ",
            "put ",
        ];
        let asked = several && (starts(&told) || open == '<' && inner.ends_with(" here"));
        let marker = matches!(inner.as_str(), "tbd" | "todo") || starts(&["todo:", "tbd:"]);
        if !link && (filled || asked || marker) {
            return true;
        }
        rest = after;
    }
    false
}

/// Says that code was left out or is still to be written.
fn left_out(lower: &str) -> bool {
    const ALWAYS: [&str; 14] = [
        "omitted for brevity",
        "truncated for brevity",
        "removed for brevity",
        "shortened for brevity",
        "your code here",
        "your code goes here",
        "your logic here",
        "your implementation here",
        "implementation goes here",
        "implementation here",
        "code goes here",
        "logic goes here",
        "add code here",
        "add logic here",
    ];
    // These may begin a sentence that means something else, and are then longer.
    const SHORT: [&str; 4] = [
        "implement this",
        "implement me",
        "add implementation",
        "implement later",
    ];
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .collect();
    let dots = lower.contains("...") || lower.contains('\u{2026}');
    let spaced = words.join(" ");
    let within = |phrase: &&str| format!(" {spaced} ").contains(&format!(" {phrase} "));
    let slot = words.first() == Some(&"your") && words.last() == Some(&"here") && words.len() <= 6;
    slot || ALWAYS.iter().any(&within)
        || words.len() <= 4 && SHORT.iter().any(&within)
        || matches!(
            spaced.as_str(),
            "not implemented"
                | "not yet implemented"
                | "not implemented yet"
                | "to be implemented"
                | "stub"
                | "placeholder"
        )
        || unchanged(&words, dots)
}

/// "rest of the code unchanged", "… existing code …", "other methods remain the same".
fn unchanged(words: &[&str], dots: bool) -> bool {
    const PARTS: [&str; 22] = [
        "code",
        "file",
        "class",
        "function",
        "functions",
        "method",
        "methods",
        "implementation",
        "module",
        "script",
        "document",
        "section",
        "sections",
        "content",
        "contents",
        "imports",
        "tests",
        "logic",
        "lines",
        "fields",
        "tasks",
        "configuration",
    ];
    const ENDS: [&str; 7] = [
        "unchanged",
        "omitted",
        "elided",
        "same",
        "remains",
        "remain",
        "here",
    ];
    let position = words.iter().enumerate().position(|(index, word)| {
        let rest = matches!(*word, "rest" | "remainder") && words.get(index + 1) == Some(&"of");
        let existing = matches!(*word, "existing" | "previous" | "other" | "remaining");
        let follows = |from: usize| {
            words[from..]
                .iter()
                .take(3)
                .any(|word| PARTS.contains(word))
        };
        rest && follows(index + 2) || existing && follows(index + 1)
    });
    let Some(position) = position else {
        return false;
    };
    let after = &words[position..];
    let as_before = matches!(after, [.., "as", "before" | "is" | "above"]);
    let same = after.last().is_some_and(|word| ENDS.contains(word));
    // A longer sentence speaks of something; a remark that stands for code is short.
    words.len() <= 9 && (dots || as_before || same)
}

/// In prose only what cannot be meant otherwise.
fn left_out_of_prose(lower: &str) -> bool {
    let words: Vec<&str> = lower.split_whitespace().collect();
    let short = words.len() <= 9;
    let bracketed = lower.starts_with(['[', '(', '<']) || lower.starts_with("...");
    short && bracketed && left_out(lower)
}

const MARKERS: [&str; 3] = ["TODO", "FIXME", "TBD"];

/// Words that follow or precede a marker which is spoken of.
const ABOUT_AFTER: [&str; 16] = [
    "comment", "comments", "marker", "markers", "list", "lists", "item", "items", "tag", "tags",
    "file", "entries", "lines", "line", "app", "notes",
];
const ABOUT_BEFORE: [&str; 18] = [
    "as", "like", "a", "an", "the", "e.g.", "word", "every", "each", "any", "no", "with", "or",
    "and", "of", "for", "find", "finds",
];

fn marked(text: &str, kind: Kind) -> bool {
    let heading = kind == Kind::Prose && text.starts_with('#');
    if kind == Kind::Prose && text.contains('|') {
        let cell = text.split('|').any(|cell| MARKERS.contains(&cell.trim()));
        if cell {
            return true;
        }
    }
    let text = text.trim_start_matches(['#', '*', '-', '>', '+', ' ', '@', '\t']);
    let text = text.strip_prefix("[ ] ").unwrap_or(text);
    let text = text.trim_matches(['*', '_']);
    let different = MARKERS
        .iter()
        .filter(|marker| text.contains(**marker))
        .count();
    if different != 1 {
        return false;
    }
    MARKERS.iter().any(|marker| {
        text.match_indices(marker)
            .any(|(at, _)| stands_as_marker(&text[..at], &text[at + marker.len()..], heading))
    })
}

fn stands_as_marker(before: &str, after: &str, heading: bool) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if before.ends_with(word) || after.starts_with(word) {
        return false;
    }
    let preceding = before
        .split_whitespace()
        .next_back()
        .unwrap_or_default()
        .to_lowercase();
    let following = after.split_whitespace().next().unwrap_or_default();
    let following = following
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    let spoken_of =
        ABOUT_AFTER.contains(&following.as_str()) || ABOUT_BEFORE.contains(&preceding.as_str());
    if spoken_of {
        return false;
    }
    let before = before.trim_end();
    let rest = after.trim_start();
    let punctuated = after.starts_with([':', '(']);
    // A line of prose may begin with "TBD" in a sentence about it; a comment that begins with
    // "TODO" is one.
    let starts = before.is_empty() && !heading;
    let ends = rest
        .trim_end_matches(['.', ')', '*', '_', ']', '!'])
        .is_empty()
        && (before.ends_with(['-', '\u{2013}', '\u{2014}', ':', ';', ',', '(', '.']));
    starts || punctuated && !heading || ends
}
