use crate::source::{Language, Lines, excerpt, line_list, scan};
use crate::{Candidate, Report, Validator};

/// Fails a program that is a text about a program: steps to follow, remarks to the reader, or code
/// inside a Markdown fence.
///
/// Only what stands where code should stand counts: comments, strings and here-documents are the
/// author's to fill. Prose files (Markdown, plain text) may be guides, and data files (JSON, YAML) are
/// left to [`Syntax`](crate::Syntax).
///
/// A file fails with a line that is certainly no code (a Markdown fence, "Step 1:", "Here is the
/// code", "You can now run …"), with two or more sentences of prose, or if it consists of comments
/// alone and those count steps.
#[derive(Clone, Copy, Debug, Default)]
pub struct NotAGuide;

impl Validator<Candidate<'_>> for NotAGuide {
    fn validate(&self, file: &Candidate<'_>, report: &mut Report) {
        let Some(language) = Language::of(file.path).filter(|language| language.is_code()) else {
            return;
        };
        let subject = format!("`{}` is a file, not a guide", file.path);
        let found = read(file.content, language);
        if let Some((line, text)) = found.certain.first() {
            let lines: Vec<usize> = found.certain.iter().map(|(line, _)| *line).collect();
            let _ = line;
            report.fail(
                subject,
                format!("{}: `{}`", line_list(&lines), excerpt(text)),
            );
        } else if found.sentences.len() >= 2 {
            let lines: Vec<usize> = found.sentences.iter().map(|(line, _)| *line).collect();
            let text = excerpt(&found.sentences[0].1);
            report.fail(subject, format!("prose on {}: `{text}`", line_list(&lines)));
        } else if let Some(line) = found.steps_only {
            report.fail(
                subject,
                format!("there is no code, and the comments count steps (line {line})"),
            );
        } else {
            report.pass(subject, "no line of prose where code should stand");
        }
    }
}

/// Whether a whole reply reads as prose rather than as a file of this language.
pub(crate) fn reads_as_prose(text: &str, language: Language) -> bool {
    let found = read(text, language);
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    !found.certain.is_empty()
        || found.sentences.len() >= 2
        || lines <= 2 && found.sentences.len() == lines
}

/// Whether a reply without a block begins by talking to the reader: an announcement, a report of what was done, a refusal.
pub(crate) fn is_chatter(reply: &str) -> bool {
    const OPENINGS: [&str; 23] = [
        "all done",
        "done!",
        "done.",
        "here is",
        "here's",
        "here are",
        "sure,",
        "sure!",
        "certainly",
        "of course",
        "i added the ",
        "i created the ",
        "i updated the ",
        "i wrote the ",
        "i've ",
        "i have ",
        "i can't",
        "i cannot",
        "i'm sorry",
        "i am sorry",
        "i'm unable",
        "as an ai",
        "sorry,",
    ];
    let start: String = reply.trim_start().chars().take(20).collect();
    let lower = start.to_lowercase().replace('\u{2019}', "'");
    OPENINGS.iter().any(|opening| lower.starts_with(opening))
}

struct Found {
    certain: Vec<(usize, String)>,
    sentences: Vec<(usize, String)>,
    /// The first step, if the file is nothing but comments.
    steps_only: Option<usize>,
}

fn read(text: &str, language: Language) -> Found {
    let scan = scan(text, language);
    let code = scan.code(text);
    let mut found = Found {
        certain: Vec::new(),
        sentences: Vec::new(),
        steps_only: None,
    };
    // Apostrophes in prose open strings, so that what follows looks like one: a line is judged as
    // written if its first word stands in code.
    let strings: Vec<_> = scan.strings().collect();
    let lines = Lines::new(text);
    let mut offset = 0;
    let mut next_string = 0;
    let mut leading = true;
    for line in text.split_inclusive('\n') {
        let start = offset + (line.len() - line.trim_start().len());
        offset += line.len();
        let shown = line.trim();
        if shown.is_empty() {
            continue;
        }
        while strings
            .get(next_string)
            .is_some_and(|range| range.end <= start)
        {
            next_string += 1;
        }
        let in_string = strings
            .get(next_string)
            .is_some_and(|range| range.start <= start);
        let in_code = code
            .as_bytes()
            .get(start)
            .is_some_and(|b| !b.is_ascii_whitespace());
        // A template literal that a Markdown fence opens is the fence.
        // Markup may stand among JavaScript, with prose in it: there only what comes first counts.
        if language == Language::Script && in_code && !in_string && !is_prose(shown) {
            leading = false;
        }
        let fence = shown.starts_with("```") || shown.starts_with("~~~");
        let opens = strings
            .get(next_string)
            .is_some_and(|range| range.start == start);
        if fence && (opens || in_code && !in_string) {
            found.certain.push((lines.number(start), shown.to_owned()));
        } else if in_code && !in_string && leading {
            if is_guide_line(shown) {
                found.certain.push((lines.number(start), shown.to_owned()));
            } else if is_sentence(shown) {
                found
                    .sentences
                    .push((lines.number(start), shown.to_owned()));
            }
        }
    }
    if code.trim().is_empty() {
        let step = scan.comments().find(|range| {
            let comment = text[range.clone()].trim_start_matches(['#', '/', '*', '-', ' ']);
            is_step(comment)
        });
        found.steps_only = step.map(|range| lines.number(range.start));
    }
    found
}

fn is_prose(line: &str) -> bool {
    is_guide_line(line) || is_sentence(line)
}

/// "Step 1:", "Step 2 -", "1. Create a file".
fn is_step(text: &str) -> bool {
    let lower = text
        .trim_start_matches(['*', '#', ' '])
        .to_ascii_lowercase();
    lower.strip_prefix("step ").is_some_and(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0
            && rest[digits..]
                .trim_start()
                .starts_with([':', '.', '-', ')', '*'])
    })
}

/// A line that no program holds in code position.
fn is_guide_line(line: &str) -> bool {
    const OPENINGS: [&str; 22] = [
        "here is the ",
        "here's the ",
        "here is a ",
        "here's a ",
        "here is an ",
        "here's an ",
        "here are the ",
        "first, ",
        "next, ",
        "then, ",
        "finally, ",
        "you can now ",
        "you can then ",
        "you will need ",
        "you should ",
        "to run this",
        "to use this",
        "to create this",
        "this script will ",
        "this code ",
        "below is ",
        "sure! ",
    ];
    let bare = line.trim_start_matches(['#', '*', '>', '-', ' ']);
    let lower = bare.to_lowercase().replace('\u{2019}', "'");
    let words = bare.split_whitespace().count();
    let opening = OPENINGS.iter().any(|opening| lower.starts_with(opening));
    is_step(line) || opening && words >= 4 && looks_like_prose(bare) || numbered(line)
}

/// "1. Create a new file named …".
fn numbered(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0
        && line[digits..].starts_with(['.', ')'])
        && line[digits + 1..].starts_with(' ')
        && line[digits + 1..]
            .trim_start()
            .starts_with(|c: char| c.is_uppercase() || c == '*')
        && line.split_whitespace().count() >= 4
}

/// Words and their punctuation, without the marks that code is made of.
fn looks_like_prose(line: &str) -> bool {
    let outside: String = line.split('`').step_by(2).collect();
    let words: Vec<&str> = outside.split_whitespace().collect();
    let plain = |word: &&&str| {
        let word = word.trim_matches(|c: char| ".,;:!?()\"'*".contains(c));
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_alphabetic() || "'\u{2019}-".contains(c))
    };
    let count = words.iter().filter(plain).count();
    let marks = outside.contains(['=', '{', '}', '[', ']', '<', '>', '$', '|', '&', '@', '\\']);
    !marks && words.len() >= 3 && count * 10 >= words.len() * 8
}

/// A capital, at least five plain words, and the end of a sentence.
fn is_sentence(line: &str) -> bool {
    line.starts_with(|c: char| c.is_uppercase())
        && line.ends_with(['.', ':', '!', '?'])
        && line.split_whitespace().count() >= 5
        && looks_like_prose(line)
}
