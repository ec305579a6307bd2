//! What follows the name of a task on its line: `Lexer (1h) [done] - depends on A-1`.

mod doers;
mod estimate;
mod needs;

use std::borrow::Cow;
use std::ops::Range;
use std::time::Duration;

use self::doers::doer;
use super::cells::is_picture;
use super::known_names::KnownNames;
use crate::Status;
use crate::duration::whole_duration;
use crate::marks::parts;
use crate::points::story_points;

/// What a line says about a task after its name.
#[derive(Debug, Default, PartialEq)]
pub(in crate::dialect) struct Tail {
    pub(in crate::dialect) title: String,
    pub(in crate::dialect) estimate: Option<Duration>,
    /// How much work it is, where that is no time: `3 SP`.
    pub(in crate::dialect) points: Option<String>,
    /// Who does it: the `bob` of `(2h) @bob`.
    pub(in crate::dialect) agent: Option<String>,
    pub(in crate::dialect) status: Option<Status>,
    pub(in crate::dialect) parallel: bool,
    /// What it depends on, as a span of the line.
    pub(in crate::dialect) needs: Option<Range<usize>>,
}

/// Bytes of a sentence that is read.
const LONGEST_SENTENCE: usize = 300;

/// Bytes of a line that is read; a longer one is all title.
const LONGEST: usize = 2048;

impl Tail {
    /// Reads what stands after a name.
    pub(in crate::dialect) fn new(line: &str) -> Tail {
        Tail::read(line, None)
    }

    /// Reads it among tasks whose names are known: what it waits for may be named by a title (`after Login endpoint`),
    /// and be a part of the sentence.
    pub(in crate::dialect) fn among(line: &str, known: &KnownNames) -> Tail {
        Tail::read(line, Some(known))
    }

    /// A title without what may be a remark about what comes first, for who has to know the titles before the remarks.
    pub(in crate::dialect) fn title_of_head(line: &str) -> String {
        let mut tail = Tail::default();
        if line.len() <= LONGEST {
            tail.title(needs::head(line));
        }
        tail.title
    }

    /// What a sentence below a task names as what comes first, when it says nothing but that.
    pub(in crate::dialect) fn needs_of_sentence(
        sentence: &str,
        known: &KnownNames,
    ) -> Option<Range<usize>> {
        (sentence.len() <= LONGEST_SENTENCE)
            .then(|| needs::of_sentence(sentence, known))
            .flatten()
    }

    fn read(line: &str, known: Option<&KnownNames>) -> Tail {
        let mut tail = Tail::default();
        if line.len() > LONGEST {
            tail.title = line.trim().to_owned();
            return tail;
        }
        let (text, needs) = match needs::needs(line.trim_end(), known) {
            Some(found) => {
                let rest = found.rest.clone();
                let object = &line[found.names.clone()];
                tail.status = object
                    .split([',', ';'])
                    .find_map(|part| status(part.trim()));
                let head = &line[..found.start];
                let head = match open_bracket(head) {
                    // "(2h; needs B-3)"
                    Some(at) => {
                        tail.marks(&head[at..]);
                        &head[..at]
                    }
                    None => head,
                };
                tail.marks(&line[found.inside]);
                let text = format!("{}{}", head.trim_end(), &line[rest]);
                (text, Some(found.names))
            }
            None => (line.trim_end().to_owned(), None),
        };
        tail.needs = needs;
        tail.title(&text);
        tail
    }

    /// Takes up the marks in a bracket that holds more: `(2h; needs B-3, low risk)`; and beside an estimate who does it.
    fn marks(&mut self, text: &str) {
        let mut people = Vec::new();
        for mark in parts(text, &[';', ',', '(', '[', '{', '（', '，', '、']).map(str::trim) {
            if !self.mark(mark) {
                people.extend(doer(mark));
            }
        }
        if self.estimate.is_some() && !people.is_empty() {
            self.agent.get_or_insert_with(|| people.join(", "));
        }
    }

    /// Takes marks off both ends of a title; those at the end come in any order.
    fn title(&mut self, text: &str) {
        let begin = text.trim_start_matches(|c: char| c.is_whitespace() || is_picture(c));
        self.status = self
            .status
            .or(status_of_pictures(&text[..text.len() - begin.len()]));
        let text = without_struck_amount(text);
        let text = self.marks_between_dots(&text);
        let title = self.marks_at_end(&text);
        let title = match estimate::in_brackets(title).filter(|_| self.estimate.is_none()) {
            Some((found, place)) => {
                self.estimate = Some(found);
                let (before, after) = (title[..place.start].trim_end(), &title[place.end..]);
                Cow::from(format!("{before}{after}"))
            }
            None => Cow::from(title),
        };
        let title = match estimate::behind_picture(&title).filter(|_| self.estimate.is_none()) {
            Some((found, place)) => {
                self.estimate = Some(found);
                let (before, after) = (title[..place.start].trim_end(), &title[place.end..]);
                Cow::from(format!("{before} {after}"))
            }
            None => title,
        };
        let mut title = &*title;
        loop {
            title = title.trim_start();
            let mark = title
                .strip_prefix(['[', '('])
                .and_then(|inner| Some((inner, inner.find([']', ')'])?)));
            let Some((inner, end)) = mark.filter(|(inner, end)| self.mark(&inner[..*end])) else {
                break;
            };
            title = &inner[end + 1..];
        }
        // Struck out, from its name to here or from here to the end; a remark may follow.
        if let (1, Some(at)) | (2, Some(at @ 0)) = (title.matches("~~").count(), title.find("~~")) {
            self.status = self.status.or(Some(Status::Deferred));
            title = match at {
                0 => title[2..].split("~~").next().unwrap_or_default(),
                _ => &title[..at],
            };
        }
        let title = title.trim_matches(|c: char| {
            c.is_whitespace() || is_picture(c) || matches!(c, '*' | '~' | ':')
        });
        let title = without_emphasis(title);
        // `#17 (Unit tests)`
        let inner = title
            .strip_prefix('(')
            .and_then(|title| title.strip_suffix(')'));
        let title = inner
            .filter(|inner| !inner.contains(['(', ')', ':']))
            .unwrap_or(title);
        self.title = title.replace("**", "").replace('`', "");
    }

    /// Takes marks out of `Login page · 3h · Ana`, and who does it, when there is a mark.
    fn marks_between_dots<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        let Some(dot) = [" · ", " | ", " • "]
            .into_iter()
            .find(|dot| text.contains(dot))
        else {
            return Cow::Borrowed(text);
        };
        let mut parts = text.split(dot);
        let mut kept: Vec<&str> = parts.next().into_iter().collect();
        let mut others: Vec<&str> = parts.map(str::trim).collect();
        let before = others.len();
        others.retain(|part| !self.mark(part.trim_matches(['*', '`'])));
        if others.len() == before {
            return Cow::Borrowed(text);
        }
        if let Some(at) = others
            .iter()
            .position(|part| is_person(part.trim_start_matches('@')))
        {
            let person = others.remove(at).trim_start_matches('@');
            self.agent.get_or_insert_with(|| person.to_owned());
        }
        kept.append(&mut others);
        Cow::Owned(kept.join(dot))
    }

    /// Takes marks off the end of a title, in any order.
    fn marks_at_end<'t>(&mut self, mut title: &'t str) -> &'t str {
        loop {
            let whole = title;
            title = title.trim_end_matches(|c: char| {
                c.is_whitespace()
                    || is_picture(c)
                    || matches!(c, '-' | '–' | '—' | ',' | ';' | '·' | '|')
            });
            self.status = self.status.or(status_of_pictures(&whole[title.len()..]));
            if let Some((before, status)) = last_status(title) {
                self.status = self.status.or(Some(status));
                title = before;
            } else if let Some((before, mark)) = last_mark(title)
                && self.mark(mark)
            {
                title = before;
            } else if self.estimate.is_none()
                && let Some((found, at)) = estimate::at_end(title)
            {
                self.estimate = Some(found);
                title = &title[..at];
            } else if self.points.is_none()
                && let Some((found, at)) = estimate::points_at_end(title)
            {
                self.points = Some(found.to_owned());
                title = &title[..at];
            } else if self.agent.is_none()
                && let Some((before, handle)) = last_handle(title, self.estimate.is_some())
            {
                self.agent = Some(handle.to_owned());
                title = before;
            } else if self.agent.is_none()
                && self.estimate.is_none()
                && let Some((before, person)) = last_mark(title).filter(|(_, mark)| is_person(mark))
                && estimate::at_end(before.trim_end()).is_some()
            {
                self.agent = Some(person.to_owned());
                title = before;
            } else {
                return title;
            }
        }
    }

    /// Takes up a mark such as `2h`, `done`, `P` or `Sam, 2h`; whether it is one.
    fn mark(&mut self, mark: &str) -> bool {
        self.one_mark(mark) || self.doer_and_marks(mark)
    }

    fn one_mark(&mut self, mark: &str) -> bool {
        if let Some(estimate) = estimate::estimate(mark) {
            self.estimate = self.estimate.or(Some(estimate));
        } else if let Some(points) = story_points(mark) {
            self.points.get_or_insert_with(|| points.to_owned());
        } else if let Some(status) = status(mark) {
            self.status = self.status.or(Some(status));
        } else if matches!(mark.to_lowercase().as_str(), "p" | "parallel") {
            self.parallel = true;
        } else {
            return false;
        }
        true
    }
}

/// A title without an amount that is struck out before another one: `Draw ~~6h~~ 4h`.
fn without_struck_amount(text: &str) -> Cow<'_, str> {
    let struck = text.find("~~").and_then(|open| {
        let inner = &text[open + 2..];
        let close = inner.find("~~")?;
        let rest = &inner[close + 2..];
        let is_amount = whole_duration(&inner[..close]).is_some();
        (is_amount && !rest.trim().is_empty())
            .then(|| format!("{}{}", &text[..open], rest.trim_start()))
    });
    struck.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Whether a remark is a mark such as `2h` or `done`.
fn is_mark(remark: &str) -> bool {
    Tail::default().mark(remark)
}

/// Where a bracket opens that does not close.
fn open_bracket(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '（' => open.push(at),
            ')' | ']' | '}' | '）' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.first().copied()
}

/// Whether a remark is the name of a person: `Alice`, `Ana Lima`.
fn is_person(remark: &str) -> bool {
    let words = remark.split(' ');
    words.clone().count() <= 2
        && words.clone().all(|word| {
            word.starts_with(char::is_uppercase)
                && word.len() > 2
                && word.chars().skip(1).all(|c| c.is_lowercase() || c == '-')
        })
}

/// The handle that a text ends with behind a mark, `(2h) @bob` or `- @bob`, and what stands before it.
fn last_handle(text: &str, is_behind_mark: bool) -> Option<(&str, &str)> {
    let (before, handle) = text.rsplit_once('@')?;
    let is_handle = !handle.is_empty()
        && handle
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    let before = before.trim_end();
    let behind_mark = is_behind_mark
        || last_mark(before).is_some_and(|(_, mark)| is_mark(mark))
        || before.ends_with([',', ';', '·', '|', '—', '–'])
        || before.ends_with(" -");
    (is_handle && behind_mark).then_some((before, handle))
}

/// The mark that a text ends with, `(…)`, `[…]` or `*…*`, and what stands before it.
fn last_mark(text: &str) -> Option<(&str, &str)> {
    for (open, close) in [('(', ')'), ('[', ']'), ('{', '}'), ('（', '）'), ('*', '*')] {
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

/// A title without underlines around it; those of `__init__` are part of the word.
fn without_emphasis(title: &str) -> &str {
    let is_name = |word: Option<&str>| {
        word.is_some_and(|word| word.len() > 4 && word.starts_with("__") && word.ends_with("__"))
    };
    let alone = |c: char| c == '_' || c.is_whitespace();
    let title = match is_name(title.split_whitespace().next()) {
        true => title,
        false => title.trim_start_matches(alone),
    };
    match is_name(title.split_whitespace().next_back()) {
        true => title,
        false => title.trim_end_matches(alone),
    }
}

/// What a tick beside a title says of the task.
pub(super) fn status_of_pictures(marks: &str) -> Option<Status> {
    if marks.contains(['✅', '✔', '☑']) {
        Some(Status::Done)
    } else {
        marks.contains(['🚧', '🔄']).then_some(Status::InProgress)
    }
}

/// The status that a title ends with behind a picture or a dash, `✅ COMPLETED` or `— done`, and what stands before it.
fn last_status(title: &str) -> Option<(&str, Status)> {
    let bare = title.trim_end_matches('*');
    let at = bare
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric() || *c == ' ')
        .last()
        .map(|(at, _)| at)?;
    let before = bare[..at].trim_end_matches(['*', ' ']);
    let behind_mark =
        before.ends_with(is_picture) || before.ends_with(['—', '–']) || before.ends_with(" -");
    let status = status(&bare[at..]).filter(|_| behind_mark)?;
    matches!(status, Status::Done | Status::InProgress).then_some((before, status))
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
            Some(30),
            Some("A-1, A-2"),
        );
        check(
            "Lexer (depends on A-1) in src/l.rs",
            "Lexer in src/l.rs",
            None,
            Some("A-1"),
        );
        check("Print (2h; needs B-3)", "Print", Some(120), Some("B-3"));
        check(
            "Load (45 min), depends on nothing",
            "Load",
            Some(45),
            Some("nothing"),
        );
        check(
            "Store - requires Redis",
            "Store - requires Redis",
            None,
            None,
        );
        check("Read `a.rs`", "Read a.rs", None, None);
        let tail = check("Web~~ later", "Web", None, None);
        assert_eq!(tail.status, Some(Status::Deferred));
        let tail = check(
            "[Optional] Sound - after A-3, nice to have",
            "Sound",
            None,
            Some("A-3, nice to have"),
        );
        assert_eq!(tail.status, Some(Status::Optional));
        check("Eat (after lunch)", "Eat (after lunch)", None, None);
        check("Sampler** 🔧", "Sampler", None, None);
        check("Registry (HIGH)", "Registry (HIGH)", None, None);
        let tail = check("Cards (1h)   [done]", "Cards", Some(60), None);
        assert_eq!(tail.status, Some(Status::Done));
        for line in [
            "Cards ✅",
            "✅ Cards",
            "Cards ✅ **COMPLETED**",
            "Cards ✔ done",
            "Cards — Done",
            "Cards - complete",
        ] {
            let tail = check(line, "Cards", None, None);
            assert_eq!(tail.status, Some(Status::Done), "{line}");
        }
        let tail = check("Cards 🚧", "Cards", None, None);
        assert_eq!(tail.status, Some(Status::InProgress));
        check("Split `__init__`", "Split __init__", None, None);
        check("__init__ first", "__init__ first", None, None);
        check("_Draw it_", "Draw it", None, None);
        let tail = check("Mark what is done", "Mark what is done", None, None);
        assert_eq!(tail.status, None);
        let tail = check("Forecast (6h) *optional*", "Forecast", Some(360), None);
        assert_eq!(tail.status, Some(Status::Optional));
        check("Draw [3h] after T1", "Draw", Some(180), Some("T1"));
        check(
            "Pots (2h) · owns src/pots/",
            "Pots · owns src/pots/",
            Some(120),
            None,
        );
        check(
            "Fire (est. 2h, depends on T1)",
            "Fire",
            Some(120),
            Some("T1"),
        );
        check(
            "Glaze (2-3h), depends on T1",
            "Glaze",
            Some(180),
            Some("T1"),
        );
        check("Kiln ~30 min", "Kiln", Some(30), None);
        check("Kiln ~30 - 40 min", "Kiln", Some(40), None);
        check("Sell - ~2h - after T8", "Sell", Some(120), Some("T8"));
        check("Sell: est. 2h", "Sell", Some(120), None);
        check("Sell — 45 min (done)", "Sell", Some(45), None);
        check("Sell ⏱️ 2h", "Sell", Some(120), None);
        check("Sell (S, 2h)", "Sell", Some(120), None);
        check(
            "Count (est: 1 day) in src/c.rs",
            "Count in src/c.rs",
            Some(480),
            None,
        );
        for line in [
            "Cache rows (5 min) in src/c.rs",
            "Expire after ~5 min",
            "Rotate keys (every 2h)",
            "Retry for up to (30 min) - then fail",
            "Wait (30s) - then fail",
            "Sizes (2 - 3) of pots",
        ] {
            check(line, line, None, None);
        }
        assert!(check("[P] Do it", "Do it", None, None).parallel);
    }
}
