//! What the line of a checkbox says: `[x] T012 [P] [US1] Write the parser in src/parse.rs (depends on T011)`.

use std::ops::Range;
use std::time::Duration;

use super::super::wave_plan::{KnownNames, Tail, is_part_of_a_phase};
use crate::Status;
use crate::ids::{find_ids, is_id};

/// A checkbox.
#[derive(Debug)]
pub(super) struct Entry<'d> {
    pub(super) name: Name,
    /// What it is about, without id, markers and what it depends on.
    pub(super) title: String,
    /// All lines of its own, after the checkbox.
    pub(super) text: &'d str,
    /// Where `text` begins in the document.
    pub(super) start: usize,
    pub(super) status: Option<Status>,
    /// The duration that its first line ends with: `Build it (2h)`.
    pub(super) estimate: Option<Duration>,
    /// How much work it is, where that is no time: `3 SP`.
    pub(super) points: Option<String>,
    /// Who does it: the `bob` of `(2h) @bob`.
    pub(super) agent: Option<String>,
    /// What its first line says about what comes first, where it names tasks by more than their ids.
    pub(super) needs: Option<Range<usize>>,
    /// What stands after its id and the markers, and where that begins in the document.
    tail: (&'d str, usize),
    /// Whether a marker says that it may run beside others: `[P]`.
    pub(super) parallel: bool,
    /// The numbers of the stories that markers such as `[US1]` name.
    pub(super) stories: Vec<String>,
    /// The id, or the title when there is none.
    pub(super) span: Range<usize>,
    /// Whether it begins with several ids or a range of them.
    pub(super) names_several: bool,
}

/// How a checkbox is named.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// `T012`, `CORE-3`.
    Series(String),
    /// `1`, `1.2`.
    Number(String),
    None,
}

impl<'d> Entry<'d> {
    /// Reads what follows a bullet. `done` is what the checkbox says when Markdown takes it for one; others, such as
    /// `[ ]*` and `[~]`, stand in the text.
    pub(super) fn new(text: &'d str, done: Option<bool>, start: usize) -> Option<Entry<'d>> {
        let (mark, rest) = match done {
            Some(done) => (if done { 'x' } else { ' ' }, text),
            None => {
                let mut chars = text.strip_prefix('[')?.chars();
                let mark = chars.next()?;
                let rest = chars.as_str().strip_prefix(']')?;
                (" xX-~/>!".contains(mark) && rest.starts_with([' ', '*', '\t'])).then_some(())?;
                (mark, rest)
            }
        };
        let (starred, rest) = match rest.strip_prefix('*') {
            Some(after) if after.starts_with([' ', '\t']) => (true, after),
            _ => (false, rest),
        };
        let own = rest.trim_start();
        let first = without_comment(own.split('\n').next().unwrap_or(own).trim_end());
        let (name, id, after) = name(first);
        let (stories, parallel, title) = markers(after);
        let title = without_label(title);
        let tail = Tail::new(title);
        let offset = |part: &str| start + (part.as_ptr() as usize - text.as_ptr() as usize);
        let span = if id.is_empty() { first.trim_end() } else { id };
        let names_several =
            matches!(name, Name::Series(_)) && goes_on(&first[first.len() - after.len()..]);
        let ranged = find_ids(first.trim_start_matches(['*', '`', '[']))
            .next()
            .is_some_and(|range| range.start == 0 && range.last.is_some());
        Some(Entry {
            status: status(mark, starred, first, title).or(tail.status),
            title: tail.title,
            estimate: tail.estimate,
            points: tail.points,
            agent: tail.agent,
            needs: tail
                .needs
                .map(|needs| offset(title) + needs.start..offset(title) + needs.end),
            tail: (title, offset(title)),
            parallel: parallel || tail.parallel,
            stories,
            start: offset(own),
            span: offset(span)..offset(span) + span.len(),
            text: own,
            name,
            names_several: names_several || ranged,
        })
    }

    /// Takes up what it waits for among tasks whose names are known.
    pub(super) fn read_among(&mut self, known: &KnownNames) {
        let (text, start) = self.tail;
        if self.needs.is_some() {
            return;
        }
        let tail = Tail::among(text, known);
        if let Some(needs) = tail.needs {
            self.needs = Some(start + needs.start..start + needs.end);
            self.title = tail.title;
            self.estimate = tail.estimate;
            self.points = tail.points;
            self.agent = tail.agent;
            self.status = self.status.or(tail.status);
        }
    }

    /// Takes its first word for a word of its title after all: `UTF-8 names` is about names in UTF-8.
    pub(super) fn drop_name(&mut self) {
        let first = self.text.split('\n').next().unwrap_or_default();
        let first = without_comment(first.trim_end());
        let title = without_label(markers(first).2);
        let at = self.start + (title.as_ptr() as usize - self.text.as_ptr() as usize);
        let tail = Tail::new(title);
        self.name = Name::None;
        self.title = tail.title;
        self.needs = tail.needs.map(|needs| at + needs.start..at + needs.end);
        self.tail = (title, at);
        self.span = self.start..self.start + first.len();
    }

    /// A first word in capitals that is no id by itself, but may be where others call it so: `P1`, `UI-LOGIN`, `AUTH:`.
    pub(super) fn may_be_called(&self) -> Option<&'d str> {
        if self.name != Name::None {
            return None;
        }
        let bare = self.text.trim_start_matches(['*', '`', '[']);
        let end =
            bare.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')))?;
        let id = bare[..end].trim_end_matches(['.', '-', '_']);
        let is_code = id.len() > 1
            && id.starts_with(|c: char| c.is_ascii_uppercase())
            && !id.contains(|c: char| c.is_ascii_lowercase());
        let is_joined = id.contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'));
        let is_marked = bare[id.len()..].starts_with([':', ')', ']', '*', '`']);
        (is_code && (is_joined || is_marked)).then_some(id)
    }

    /// Takes its first word for its id after all.
    pub(super) fn take_name(&mut self, id: &'d str) {
        let first = self.text.split('\n').next().unwrap_or_default();
        let first = without_comment(first.trim_end());
        let Some(behind) = first.find(id).map(|at| at + id.len()) else {
            return;
        };
        let title = without_label(markers(&first[behind..]).2);
        let place =
            |part: &str| self.start + (part.as_ptr() as usize - self.text.as_ptr() as usize);
        let (at, span) = (place(title), place(id));
        let tail = Tail::new(title);
        self.name = Name::Series(id.to_owned());
        self.title = tail.title;
        self.needs = tail.needs.map(|needs| at + needs.start..at + needs.end);
        self.tail = (title, at);
        self.span = span..span + id.len();
    }

    /// Its title without what may be a remark about what comes first.
    pub(super) fn title_of_head(&self) -> String {
        Tail::title_of_head(self.tail.0)
    }

    /// Whether it says how long it takes or what comes first.
    pub(super) fn is_weighed(&self) -> bool {
        self.estimate.is_some() || self.needs.is_some()
    }

    pub(super) fn id(&self) -> Option<&str> {
        match &self.name {
            Name::Series(id) | Name::Number(id) => Some(id),
            Name::None => None,
        }
    }
}

/// A line without the comment that it ends with: `Draw it <!-- a2d47a8 -->`.
fn without_comment(line: &str) -> &str {
    match line.strip_suffix("-->").and_then(|line| line.rfind("<!--")) {
        Some(at) if at > 0 => line[..at].trim_end(),
        _ => line,
    }
}

/// A title without the word for what it is: `Task: Draw it`.
fn without_label(title: &str) -> &str {
    let label = title
        .get(..5)
        .filter(|label| label.eq_ignore_ascii_case("task:"));
    let rest = label.map(|_| title[5..].trim_start());
    rest.filter(|rest| !rest.is_empty()).unwrap_or(title)
}

/// Words that stand before numbers without making ids of them.
const NO_SERIES: [&str; 14] = [
    "step", "phase", "wave", "batch", "sprint", "stage", "day", "week", "v", "q", "p", "us", "ac",
    "fr",
];

/// The id at the start of a line, as named and as written, and what follows it.
fn name(line: &str) -> (Name, &str, &str) {
    let bare = line.trim_start_matches(|c: char| {
        matches!(c, '*' | '`' | '~' | '[' | '_')
            || super::super::wave_plan::is_picture(c)
            || c.is_whitespace()
    });
    let bare = match bare.get(..5) {
        Some(word) if word.eq_ignore_ascii_case("task ") => &bare[5..],
        _ => bare,
    };
    let end = bare
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')))
        .unwrap_or(bare.len());
    let id = bare[..end].trim_end_matches(['.', '-', '_']);
    let after = &bare[id.len()..];
    let none = (Name::None, "", line);
    if id.is_empty() || !is_id(id) {
        return none;
    }
    let bracketed = after.starts_with([']', '*', '`', ':', ')', '：']);
    if id.starts_with(|c: char| c.is_ascii_digit()) {
        return match number(id, after) {
            true => (Name::Number(id.to_owned()), id, after),
            false => none,
        };
    }
    let letters: String = id.chars().take_while(char::is_ascii_alphabetic).collect();
    let upper = letters.chars().all(|c| c.is_ascii_uppercase());
    // `T012`, `T7.1`, `CORE-3`, `T1a`, never `OAuth2`, `UTF-8-encoded` or `ES2020-target`.
    let tail = id[letters.len()..].trim_start_matches(['-', '_']);
    let tail = without_kind(tail);
    let tail = tail.rsplit(['-', '_']).next().unwrap_or(tail);
    let counted = tail.starts_with(|c: char| c.is_ascii_digit())
        && tail
            .trim_end_matches(|c: char| c.is_ascii_lowercase())
            .len()
            + 1
            >= tail.len();
    let is_one = counted
        && (upper || bracketed)
        && (!NO_SERIES.contains(&letters.to_lowercase().as_str()) || is_part_of_a_phase(id))
        && after.starts_with([' ', '\t', ']', '*', '`', ':', ')', '：', ',', '.', '~'])
        || (counted && upper && after.is_empty());
    if is_one {
        (Name::Series(id.to_owned()), id, after)
    } else {
        none
    }
}

/// A number without what tells it from another one: `005` of `005-TEST`, `3` of `3-a`; never of `2020-target`.
fn without_kind(number: &str) -> &str {
    let Some((digits, kind)) = number.split_once('-') else {
        return number;
    };
    let is_number = !digits.is_empty()
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_code = kind.starts_with(|c: char| c.is_ascii_uppercase())
        && kind
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let is_letter = kind.len() == 1 && kind.bytes().all(|byte| byte.is_ascii_lowercase());
    match is_number && (is_code || is_letter) {
        true => digits,
        false => number,
    }
}

/// Whether digits and dots at the start of a line number it: `1. `, `1.2 `, `3) `, `12: `, not `3 retries`, not
/// `01-02`.
fn number(id: &str, after: &str) -> bool {
    let plain = id.chars().all(|c| c.is_ascii_digit() || c == '.') && !id.contains("..");
    let lettered = id.rsplit_once('.').is_some_and(|(numbers, letter)| {
        let counts = numbers.chars().all(|c| c.is_ascii_digit() || c == '.');
        counts && letter.len() == 1 && letter.starts_with(|c: char| c.is_ascii_lowercase())
    });
    let short = id.len() <= 16
        && id
            .split('.')
            .all(|part| !part.is_empty() && part.len() <= 4);
    // Nothing need stand behind a full-width colon.
    let marked = after.starts_with('：')
        || after
            .strip_prefix(['.', ')', ':'])
            .is_some_and(|rest| rest.starts_with([' ', '\t', '*']));
    let spaced = id.contains('.') && after.starts_with([' ', '\t', '*']);
    (plain || lettered) && short && (marked || spaced)
}

/// Whether ids go on after the first one: `, T002`.
fn goes_on(after: &str) -> bool {
    let rest = after.trim_start_matches(['`', '*', ' ']);
    let Some(rest) = rest.strip_prefix([',', '&', '+']) else {
        return false;
    };
    find_ids(rest.trim_start())
        .next()
        .is_some_and(|id| id.start == 0)
}

/// The stories that markers name, whether one says "parallel", and the line without the markers.
fn markers(after: &str) -> (Vec<String>, bool, &str) {
    let mut stories = Vec::new();
    let mut parallel = false;
    let mut rest = after;
    loop {
        rest = rest.trim_start_matches(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    ']' | ')' | ':' | '：' | '.' | '-' | '–' | '—' | '*' | '`'
                )
        });
        let close = match rest.chars().next() {
            Some('[') => ']',
            Some('(') => ')',
            _ => break,
        };
        let Some(end) = rest.find(close).filter(|end| *end <= 24) else {
            break;
        };
        let inside = &rest[1..end];
        let parts = inside
            .split([',', '/', '&', ' '])
            .filter(|part| !part.is_empty());
        let all: Vec<&str> = parts.collect();
        let is_marker = !all.is_empty()
            && all.iter().all(|part| {
                part.eq_ignore_ascii_case("p")
                    || part.eq_ignore_ascii_case("p?")
                    || part.eq_ignore_ascii_case("parallel")
                    || story_number(part).is_some()
            });
        if !is_marker {
            break;
        }
        stories.extend(
            all.iter()
                .filter_map(|part| story_number(part))
                .map(str::to_owned),
        );
        parallel |= all
            .iter()
            .any(|part| part.eq_ignore_ascii_case("p") || part.eq_ignore_ascii_case("parallel"));
        rest = &rest[end + 1..];
    }
    (stories, parallel, rest)
}

/// The number of `US1`, `us-1`, `Story1`.
pub(super) fn story_number(word: &str) -> Option<&str> {
    let lower = word.to_ascii_lowercase();
    let head = ["us", "story"]
        .iter()
        .find(|head| lower.starts_with(**head))?;
    let number = word[head.len()..].trim_start_matches(['-', '_']);
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (digits && number.len() <= 4).then_some(number)
}

/// Words in brackets that say that work is not done after all.
const DROPPED: [&str; 8] = [
    "dropped",
    "deferred",
    "postponed",
    "skipped",
    "cancelled",
    "canceled",
    "withdrawn",
    "won't do",
];

fn status(mark: char, starred: bool, line: &str, title: &str) -> Option<Status> {
    let lower = title.to_lowercase();
    let says = |word: &str| {
        [('(', ')'), ('[', ']'), ('（', '）')]
            .iter()
            .any(|(open, close)| lower.contains(&format!("{open}{word}{close}")))
            || lower
                .trim_start_matches(['*', '_'])
                .starts_with(&format!("{word}:"))
    };
    Some(match mark {
        'x' | 'X' => Status::Done,
        '-' | '~' if DROPPED.iter().any(|word| says(word)) => Status::Deferred,
        '-' | '~' | '/' => Status::InProgress,
        '>' => Status::Deferred,
        _ if line.trim().starts_with("~~") || line.trim().ends_with("~~") => Status::Deferred,
        _ if says("deferred") || says("postponed") || says("skipped") || says("cancelled") => {
            Status::Deferred
        }
        _ if starred || says("optional") || says("任意") || says("オプション") => {
            Status::Optional
        }
        _ if says("in progress") || says("wip") || lower.contains("🚧") => Status::InProgress,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str, &[&str])>) {
        let entry = Entry::new(text, Some(false), 0).expect("a checkbox");
        let found = entry.id().map(|id| {
            let stories: Vec<&str> = entry.stories.iter().map(String::as_str).collect();
            (id.to_owned(), entry.title.clone(), stories)
        });
        let expected = expected
            .map(|(id, title, stories)| (id.to_owned(), title.to_owned(), stories.to_vec()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn names_and_markers() {
        check("T012 [P] [US1] Do it", Some(("T012", "Do it", &["1"])));
        check("**T012** [US1, US2] Do", Some(("T012", "Do", &["1", "2"])));
        check("[T3] Do (depends on T2)", Some(("T3", "Do", &[])));
        check("1. Base", Some(("1", "Base", &[])));
        check("1.1 (P) Base (v2)", Some(("1.1", "Base (v2)", &[])));
        check("CORE-3: Do", Some(("CORE-3", "Do", &[])));
        check("T007.1 Do", Some(("T007.1", "Do", &[])));
        check("T007-TEST [P] Do", Some(("T007-TEST", "Do", &[])));
        check("T7-a Do", Some(("T7-a", "Do", &[])));
        check("Task 2.1: Do", Some(("2.1", "Do", &[])));
        check("3.4.a Do", Some(("3.4.a", "Do", &[])));
        for text in [
            "3 retries",
            "01-02 Plan",
            "OAuth2 login",
            "ES2020-target x",
            "UTF-8-encoded x",
            "US1 works",
            "Phase 1: x",
            "1.5x faster",
            "",
            "é1 x",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn states() {
        for (text, expected) in [
            ("[ ]* 2.3 Test", Some(Status::Optional)),
            ("[~] T1 x", Some(Status::InProgress)),
            ("[-] 1. x", Some(Status::InProgress)),
            ("[ ] T1 ~~x~~", Some(Status::Deferred)),
            ("[ ] T1 x (deferred)", Some(Status::Deferred)),
            ("[x] T1 x (optional)", Some(Status::Done)),
            ("[ ] T1 x", None),
        ] {
            assert_eq!(
                Entry::new(text, None, 0).expect(text).status,
                expected,
                "{text}"
            );
        }
        for text in ["[a] x", "[link](x)", "[x](y)", "x", "[", "[ ]x"] {
            assert!(Entry::new(text, None, 0).is_none(), "{text}");
        }
    }
}
