//! Remarks on the line of a task about what comes first: `(needs T3)`, `- after #6`, `, needs Login endpoint`, `← T3`.

mod postposed;
mod sentence;

use std::ops::Range;

use super::super::super::waiting::{
    Direction, Phrase, Strength, begins_sentences, in_lower_case, is_asked, is_common_elsewhere,
    is_condition, is_denied, is_unspaced, joint_length, name_before, phrases_at, says_no_more,
    speaks_of_trouble, wants_names_alone,
};
use super::super::cells::{is_nothing, is_picture};
use super::super::known_names::KnownNames;
use super::super::numbered::{is_all, kind_of};
use super::super::task_names::task_name;
use super::{estimate, is_mark, last_mark};
use crate::groups::find_groups;
use crate::ids::{find_ids, is_id};
use crate::marks::{is_between_digits, parts};
pub(super) use sentence::of_sentence;

/// A remark about what comes first.
#[derive(Debug, PartialEq)]
pub(super) struct Needs {
    /// Where the remark begins, with the bracket or dash before it.
    pub(super) start: usize,
    pub(super) names: Range<usize>,
    /// What stands after the names in the bracket around them.
    pub(super) inside: Range<usize>,
    /// What stands after all of it.
    pub(super) rest: Range<usize>,
}

/// More phrases than a line in earnest has.
const MOST_CANDIDATES: usize = 16;

/// Bytes that are looked at to tell whether a name begins.
const LONGEST_NAME: usize = 80;

/// What sets a remark off from the title before it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Setting {
    Bracket,
    /// A dash, a comma, the end of a sentence, or a mark such as `[3h]`.
    Mark,
    /// The start of the line, behind the name of its task.
    Start,
    /// Nothing: the remark is a part of the sentence.
    Prose,
}

/// Finds the first remark of a line. What is no id and no number counts only where `known` has it, if it is there; then
/// a remark may also be a part of the sentence (`Draw the roof after T3`).
pub(super) fn needs(line: &str, known: Option<&KnownNames>) -> Option<Needs> {
    candidates(line)
        .into_iter()
        .find_map(|candidate| candidate.read(line, known))
        .or_else(|| postposed::needs(line, known))
}

/// The part of a line before what may be a remark that is set off.
pub(super) fn head(line: &str) -> &str {
    let mut candidates = candidates(line).into_iter();
    candidates
        .find(|candidate| candidate.setting != Setting::Prose)
        .map_or(line, |candidate| &line[..candidate.start])
}

/// A place where a phrase stands.
struct Candidate {
    strength: Strength,
    setting: Setting,
    /// Where the remark begins.
    start: usize,
    /// Where the phrase begins.
    at: usize,
    /// Where the phrase ends.
    end: usize,
}

/// All places of phrases, in the order of the line; of several that begin at one place the longest first.
fn candidates(line: &str) -> Vec<Candidate> {
    let lower = in_lower_case(line);
    let mut found = Vec::new();
    for at in openings(line) {
        let mut here: Vec<Candidate> = phrases_at(&lower, at)
            .filter(|phrase| phrase.direction == Direction::Needs)
            .filter_map(|phrase| candidate(line, &phrase))
            .collect();
        here.sort_by_key(|candidate| usize::MAX - candidate.end);
        found.append(&mut here);
        if found.len() >= MOST_CANDIDATES {
            break;
        }
    }
    found
}

/// Where a phrase may begin: at the start of a line, and after what [`setting`] takes for the end of what is before.
fn openings(line: &str) -> impl Iterator<Item = usize> {
    let inner = line.char_indices().filter_map(|(at, c)| {
        matches!(
            c,
            ' ' | '*' | '_' | '(' | '[' | '{' | '（' | '）' | '，' | '、' | '；' | '。'
        )
        .then_some(at + c.len_utf8())
    });
    std::iter::once(0).chain(inner)
}

/// The place of a phrase, if it stands where a remark may.
fn candidate(line: &str, phrase: &Phrase) -> Option<Candidate> {
    let Phrase { span, strength, .. } = phrase;
    if is_denied(&line[..span.start]) {
        return None;
    }
    let whole = with_adverb(line, span.start).and_then(|at| setting(line, at, *strength));
    let whole = whole.filter(|(setting, _)| *setting != Setting::Prose);
    let (setting, start) = match whole {
        Some(whole) => whole,
        None => setting(line, span.start, *strength)?,
    };
    let word = in_lower_case(&line[span.clone()]);
    let is_first = !line[..span.start].contains(char::is_alphanumeric);
    let setting = match setting {
        // "When T1 fails, show a banner" is a title.
        Setting::Mark if is_first && *strength == Strength::Perhaps && begins_sentences(&word) => {
            Setting::Start
        }
        Setting::Prose if is_asked(&line[..span.start], &word) || is_common_elsewhere(&word) => {
            return None;
        }
        setting => setting,
    };
    Some(Candidate {
        strength: *strength,
        setting,
        start,
        at: span.start,
        end: span.end,
    })
}

/// Where a remark begins whose phrase has an adverb before it that changes nothing: "only after 9", "nur nach T1".
fn with_adverb(line: &str, at: usize) -> Option<usize> {
    const ADVERBS: [&str; 20] = [
        "only",
        "strictly",
        "directly",
        "immediately",
        "right",
        "nur",
        "erst",
        "direkt",
        "seulement",
        "uniquement",
        "solo",
        "sólo",
        "só",
        "apenas",
        "somente",
        "soltanto",
        "pas",
        "alleen",
        "только",
        "сразу",
    ];
    let head = line[..at].strip_suffix(' ')?;
    let start = head
        .rfind([' ', '(', '[', '{'])
        .map_or(0, |before| before + 1);
    let word = head[start..].to_lowercase();
    ADVERBS.contains(&word.as_str()).then_some(start)
}

/// What stands before a phrase, and where the remark with it begins.
fn setting(line: &str, at: usize, strength: Strength) -> Option<(Setting, usize)> {
    let before = line[..at].trim_end_matches(['*', '_', ' ']);
    let Some(last) = before.chars().next_back() else {
        // The line is nothing but the remark.
        return Some((Setting::Mark, 0));
    };
    let joined = line[..at].len() > before.len();
    let with_last = before.len() - last.len_utf8();
    match last {
        '(' | '[' | '{' | '（' => Some((Setting::Bracket, with_last)),
        // Marks of their full width have their space in them.
        '，' | '、' | '；' | '。' => Some((Setting::Mark, with_last)),
        '）' => Some((Setting::Mark, before.len())),
        '-' | '–' | '—' | ';' | '|' | '←' | '→' | '·' | ',' | '.' | ':' if joined => {
            Some((Setting::Mark, with_last))
        }
        _ if strength == Strength::Arrow => joined.then_some((Setting::Mark, before.len())),
        _ if !joined => None,
        // "Draw [3h] after T1": a mark ends the title as a dash does.
        _ if last_mark(before).is_some_and(|(_, mark)| is_mark(mark)) => {
            Some((Setting::Mark, before.len()))
        }
        _ => Some((Setting::Prose, before.len())),
    }
}

impl Candidate {
    /// Whether the phrase has a name before it that it is about: "a bug, T1 runs before T3".
    fn is_of_other(&self, line: &str, known: Option<&KnownNames>) -> bool {
        let before = name_before(&line[..self.at]);
        before.is_some_and(|name| known.is_some_and(|known| known.holds(name)))
    }

    fn read(&self, line: &str, known: Option<&KnownNames>) -> Option<Needs> {
        let object = line[self.end..].trim_start_matches(['*', '_', ':', '：', ' ', '\u{fe0f}']);
        let from = line.len() - object.len();
        let is_label =
            line[self.end..from].contains([':', '：']) || line[..self.end].ends_with([':', '：']);
        let closed = closing(object).map(|at| from + at);
        let end = closed.unwrap_or(line.len());
        let to = from + object_end(&line[from..end]);
        let to = match self.setting {
            Setting::Start if !is_label => from + first_clause(&line[from..to], known),
            _ => to,
        };
        let names = line[from..to].trim_end();
        let covered = known.map_or(0, |known| known.names_at_start(names));
        let is_told = self.strength == Strength::Order || is_label;
        let word = in_lower_case(&line[self.at..self.end]);
        let is_name = match self.setting {
            Setting::Prose => {
                covered > 0 && says_no_more(&names[covered..]) && !self.is_of_other(line, known)
            }
            Setting::Start if !is_label => are_names_alone(names, known),
            _ if !is_told && wants_names_alone(&word) => are_names_alone(names, known),
            _ if !is_told && is_condition(&word) && speaks_of_trouble(&in_lower_case(names)) => {
                false
            }
            _ if is_told => {
                is_nothing(names)
                    || known.is_some()
                    || names.contains(|c: char| c.is_ascii_digit() || c.is_uppercase())
            }
            _ if is_about_things(&word) && names_a_thing(names, known) => false,
            // "(after lunch)" names nothing.
            _ => covered > 0 || begins_with_name(names) || is_all(names) == Some("all previous"),
        };
        if names.is_empty() || !is_name {
            return None;
        }
        // "after #6 is merged": what follows the names says no more.
        let names = match covered > 0 && says_no_more(&names[covered..]) {
            true => &names[..covered],
            false => names,
        };
        let rest = match closed {
            Some(at) => at + line[at..].chars().next().map_or(0, char::len_utf8)..line.len(),
            None if self.setting == Setting::Start => {
                let rest = line[to..].trim_start_matches([' ', ',', '，', ':', '：']);
                line.len() - rest.len()..line.len()
            }
            None => to..line.len(),
        };
        Some(Needs {
            start: self.start,
            names: from..from + names.len(),
            inside: to..closed.unwrap_or(to),
            rest,
        })
    }
}

/// Whether a phrase also says what a task is made of: "needs S3 buckets".
fn is_about_things(phrase: &str) -> bool {
    const WORDS: [&str; 12] = [
        "needs",
        "need",
        "requires",
        "require",
        "build on",
        "builds on",
        "relies on",
        "rely on",
        "benötigt",
        "braucht",
        "requiere",
        "nécessite",
    ];
    WORDS.contains(&phrase)
}

/// Whether a text begins with what looks like an id, of a series that no task has, and is a thing: "S3 buckets". Where the tasks are
/// not known yet, every such text may be one, and is read again when they are.
fn names_a_thing(names: &str, known: Option<&KnownNames>) -> bool {
    if known.is_some_and(|known| known.names_at_start(names) > 0) {
        return false;
    }
    let Some(id) = find_ids(names)
        .next()
        .filter(|id| id.start == 0 && id.last.is_none())
    else {
        return false;
    };
    let letters = id.first.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &id.first[letters.len()..];
    let letters = letters.trim_end_matches(['-', '_']);
    let is_short = letters.chars().count() < 4 && letters.chars().all(char::is_alphabetic);
    // "T-1" of a plan with T1 and T2 is a slip.
    let is_of_plan = known.is_some_and(|known| {
        let mut marks = ["", "-", "_", " "].iter();
        marks.any(|mark| known.has_series_of(&format!("{letters}{mark}{number}")))
    });
    let behind = names[id.end..].trim_start();
    let goes_on = behind.starts_with(char::is_alphabetic)
        && joint_length(behind) == 0
        && !says_no_more(behind.split([',', ';', '(']).next().unwrap_or_default());
    is_short && !is_of_plan && goes_on
}

/// Where the names at the start of a sentence end: "After T1, T2 draw the roof" waits for two.
fn first_clause(object: &str, known: Option<&KnownNames>) -> usize {
    let mut end = 0;
    for piece in object.split_inclusive([',', ':', '，', '：']) {
        let bare = piece.trim_end_matches([',', ':', '，', '：']);
        if end > 0 && !are_names_alone(bare, known) {
            break;
        }
        end += piece.len();
    }
    let taken = &object[..end];
    taken.trim_end_matches([',', ':', '，', '：', ' ']).len()
}

/// Whether a text is names, and words that say no more.
fn are_names_alone(text: &str, known: Option<&KnownNames>) -> bool {
    let text = text.trim();
    let covered = known.map_or(0, |known| known.names_at_start(text));
    if covered > 0 && says_no_more(&text[covered..]) || is_all(text) == Some("all previous") {
        return true;
    }
    let joins = |word: &str| matches!(word, "and" | "und" | "et" | "y" | "e" | "en" | "и");
    let numbers = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    let mut words = text
        .split(|c: char| c.is_whitespace() || ",;&+()[]`*".contains(c))
        .filter(|word| !word.is_empty());
    begins_with_name(text)
        && words.all(|word| {
            numbers(word) || joins(word) || kind_of(word).is_some() || says_no_more(word)
        })
}

/// Where what a phrase names ends: at a dash, a bar, a sentence, or a mark such as `2h`.
fn object_end(object: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in object.char_indices() {
        let after = &object[at + c.len_utf8()..];
        match c {
            '(' | '[' | '（' if depth == 0 && at > 0 && begins_with_estimate(after) => return at,
            '(' | '[' | '{' | '（' => depth += 1,
            ')' | ']' | '}' | '）' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '·' | '|' => return at,
            _ if is_picture(c) && at > 0 && object[..at].ends_with(' ') => return at,
            // "A1 – A3" is a range.
            '-' | '–' | '—'
                if object[..at].ends_with(' ')
                    && after.starts_with(' ')
                    && !begins_with_name(after.trim_start()) =>
            {
                return at;
            }
            '.' if after.starts_with(' ') => return at,
            ',' if is_between_digits(object, at) => {}
            ',' | ';' => {
                let piece = parts(after, &[',', ';']).next().unwrap_or_default();
                if estimate::estimate(piece.trim()).is_some() {
                    return at;
                }
            }
            _ => {}
        }
    }
    object.len()
}

/// Whether the bracket before a text holds an estimate.
fn begins_with_estimate(inside: &str) -> bool {
    let inside = inside.split([')', ']', '）']).next().unwrap_or_default();
    estimate::estimate(inside.trim()).is_some()
}

/// Whether a text begins with what looks like the name of a task or a group: `T3`, `#7`, `1.2`, `Task 4`, `phase 1`.
fn begins_with_name(text: &str) -> bool {
    let text = text.trim_start_matches(['`', '*', '[']);
    let text = &text[..text.floor_char_boundary(LONGEST_NAME)];
    let starts = |at: Option<usize>| at == Some(0);
    begins_with_number(text)
        || starts(find_ids(text).next().map(|id| id.start))
        || starts(find_groups(text).next().map(|group| group.start))
        || task_name(text).is_some()
        || text.split_once(' ').is_some_and(|(word, rest)| {
            kind_of(word).is_some()
                && rest
                    .trim_start_matches('#')
                    .starts_with(|c: char| c.is_ascii_digit())
        })
}

/// `#7`, `1.2`, `3, 4 and 5`, `1-3`, never `5 minutes`.
fn begins_with_number(text: &str) -> bool {
    let end = text
        .find(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    ',' | ';' | ')' | ']' | '-' | '–' | '&' | '+' | '/' | '`' | '*' | '，' | '、'
                )
        })
        .unwrap_or(text.len());
    let number = text[..end].trim_end_matches(['.', ':']);
    let first = number.strip_prefix('#').unwrap_or(number);
    let next = text[end..].trim_start_matches([' ', '`', '*', ']']);
    is_id(number)
        && first.starts_with(|c: char| c.is_ascii_digit())
        && (number.starts_with('#')
            || !next.starts_with(|c: char| c.is_alphabetic() && !is_unspaced(c))
            || ["to ", "through ", "or ", "oder ", "ou ", "bis "]
                .iter()
                .any(|joint| next.starts_with(joint))
            || joint_length(next) > 0
            || says_no_more(next.split([',', ';', '(']).next().unwrap_or_default()))
}

/// Where the bracket around a text closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '（' => depth += 1,
            ')' | ']' | '}' | '）' if depth == 0 => return Some(at),
            ')' | ']' | '}' | '）' => depth -= 1,
            _ => {}
        }
    }
    None
}
