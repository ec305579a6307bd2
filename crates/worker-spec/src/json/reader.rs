//! Values inside values, without recursion.

use std::ops::Range;

use super::open::{Inside, Open};
use super::{Json, Kind, MOST_DEPTH, Member, Problem, Value, literals, strings};

/// More problems than anybody mends at once.
const MOST_PROBLEMS: usize = 100;

pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
    roots: Vec<Value>,
    problems: Vec<Problem>,
    /// How many more there are than are kept.
    more: usize,
    open: Vec<Open>,
}

/// Why a value is not read to its end.
enum Stop {
    /// What stands here is no JSON; another line may be.
    Garbage,
    /// Values are nested too deep.
    Deep,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Reader {
            text,
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            roots: Vec::new(),
            problems: Vec::new(),
            more: 0,
            open: Vec::new(),
        }
    }

    pub(super) fn read(mut self) -> Json {
        let mut last_end = None;
        loop {
            self.skip_blank();
            if self.at >= self.text.len() {
                break;
            }
            let start = self.at;
            if let Some(end) = last_end
                && !self.text[end..start].contains(['\n', '\r'])
            {
                let end = start + self.line().len();
                let message = "something follows the end of the value";
                let help = "JSON is one value; JSON Lines are one value on each line";
                self.problems
                    .push(Problem::syntax(start..end, message, help));
                self.at = end;
                continue;
            }
            last_end = match self.root() {
                Ok(()) => Some(self.at),
                Err(Stop::Garbage) if self.next_line_with_object(start) => None,
                Err(_) => break,
            };
        }
        self.tell_of_more();
        Json {
            roots: self.roots,
            problems: self.problems,
        }
    }

    /// Reads one value with all that is in it.
    fn root(&mut self) -> Result<(), Stop> {
        let ended = loop {
            self.skip_blank();
            match self.step() {
                Ok(true) => self.bound_problems(),
                Ok(false) => return Ok(()),
                Err(stop) => break stop,
            }
        };
        while let Some(open) = self.open.pop() {
            let value = open.close(self.at, &mut self.problems);
            self.place(value);
        }
        Err(ended)
    }

    /// Reads one sign or one scalar. Whether the value goes on after it.
    fn step(&mut self) -> Result<bool, Stop> {
        let byte = self.text.as_bytes().get(self.at).copied();
        let Some(open) = self.open.last_mut() else {
            return match byte {
                Some(b']' | b'}' | b',' | b':') => {
                    let message =
                        format!("`{}` belongs to nothing", char::from(byte.unwrap_or(b' ')));
                    self.problems.push(Problem::syntax(
                        self.at..self.at + 1,
                        message,
                        "leave it out",
                    ));
                    self.at += 1;
                    Ok(false)
                }
                _ => self.value(),
            };
        };
        match byte {
            None => Err(self.unclosed()),
            Some(b',') => {
                if !open.after_value {
                    let span = self.at..self.at + 1;
                    let problem = Problem::syntax(span.clone(), "a comma too many", "leave it out");
                    self.problems.push(problem.fix(span, ""));
                }
                open.after_value = false;
                open.comma = Some(self.at);
                self.at += 1;
                Ok(true)
            }
            Some(close @ (b']' | b'}')) => Ok(self.close(close)),
            Some(b':') => {
                let help = "a `:` stands between a key and its value in an object `{…}`";
                self.problems.push(Problem::syntax(
                    self.at..self.at + 1,
                    "`:` has no key before it",
                    help,
                ));
                self.at += 1;
                Ok(true)
            }
            Some(_) => {
                let missing = open.after_value;
                open.after_value = false;
                let object = matches!(open.inside, Inside::Object { .. });
                let begins = self.at;
                let goes_on = if object { self.member() } else { self.value() }?;
                if missing {
                    self.comma_missing(begins);
                }
                Ok(goes_on)
            }
        }
    }

    /// Reads a key, its colon, and its value or the beginning of it.
    fn member(&mut self) -> Result<bool, Stop> {
        let (key, span) = self.key()?;
        self.skip_blank();
        if self.text[self.at..].starts_with(':') {
            self.at += 1;
            self.skip_blank();
        } else {
            let message = format!("no `:` follows the key `{}`", key.escape_debug());
            self.problems.push(Problem::syntax(
                span.clone(),
                message,
                "write \"key\": value",
            ));
        }
        let empty = self.text[self.at..].starts_with([',', '}', ']']);
        if let Some(Open {
            inside: Inside::Object { key: slot, .. },
            ..
        }) = self.open.last_mut()
        {
            *slot = Some((key.into(), span.clone()));
        }
        if empty {
            let message = "this key has no value";
            self.problems.push(Problem::syntax(
                span,
                message,
                "write a value after the `:`, or leave the key out",
            ));
            self.place(Value {
                kind: Kind::Null,
                span: self.at..self.at,
            });
            return Ok(true);
        }
        self.value()
    }

    fn key(&mut self) -> Result<(String, Range<usize>), Stop> {
        if self.text[self.at..].starts_with(['"', '\'']) {
            let string = strings::string(self.text, &mut self.at, &mut self.problems);
            return Ok((string.text, string.span));
        }
        let Some(span) = literals::word_span(self.text, self.at) else {
            return Err(self.garbage());
        };
        self.at = span.end;
        let word = &self.text[span.clone()];
        let message = "a key stands without quotes";
        self.problems.push(
            Problem::syntax(span.clone(), message, "put the key in double quotes")
                .fix(span.clone(), format!("\"{word}\"")),
        );
        Ok((word.to_owned(), span))
    }

    /// Reads a scalar, or the beginning of an array or an object.
    fn value(&mut self) -> Result<bool, Stop> {
        let start = self.at;
        let value = match self.text.as_bytes().get(start) {
            Some(&open @ (b'[' | b'{')) => {
                if self.open.len() == MOST_DEPTH {
                    let message = format!("values are nested more than {MOST_DEPTH} deep");
                    let help = "no task list nests so deep; the rest is not read";
                    self.problems
                        .push(Problem::syntax(start..start + 1, message, help));
                    return Err(Stop::Deep);
                }
                self.at += 1;
                let inside = if open == b'[' {
                    Inside::Array(Vec::new())
                } else {
                    Inside::Object {
                        members: Vec::new(),
                        key: None,
                    }
                };
                self.open.push(Open {
                    start,
                    inside,
                    after_value: false,
                    comma: None,
                });
                return Ok(true);
            }
            Some(b'"' | b'\'') => {
                let string = strings::string(self.text, &mut self.at, &mut self.problems);
                Value {
                    kind: Kind::String(string.text.into()),
                    span: string.span,
                }
            }
            _ => match literals::word(self.text, &mut self.at, &mut self.problems) {
                Some(value) => value,
                None => return Err(self.garbage()),
            },
        };
        Ok(self.place(value))
    }

    /// Puts a whole value where it belongs. Whether something is still open.
    fn place(&mut self, value: Value) -> bool {
        let Some(open) = self.open.last_mut() else {
            self.roots.push(value);
            return false;
        };
        open.after_value = true;
        match &mut open.inside {
            Inside::Array(items) => items.push(value),
            Inside::Object { members, key } => {
                if let Some((key, key_span)) = key.take() {
                    members.push(Member {
                        key,
                        key_span,
                        value,
                    });
                }
            }
        }
        true
    }

    /// Closes by a bracket. Whether something is still open.
    fn close(&mut self, bracket: u8) -> bool {
        let here = self.at..self.at + 1;
        let fits = |open: &Open| open.bracket() == bracket;
        let Some(depth) = self.open.iter().rposition(fits) else {
            let message = format!("`{}` closes nothing", char::from(bracket));
            self.problems
                .push(Problem::syntax(here, message, "leave it out"));
            self.at += 1;
            return true;
        };
        let mut goes_on = true;
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { break };
            if self.open.len() > depth {
                let message = format!("a `{}` is missing before this", char::from(open.bracket()));
                let problem =
                    Problem::syntax(here.clone(), message, "close what was opened last first");
                self.problems
                    .push(problem.related(open.start..open.start + 1, "opened here"));
            } else {
                self.at += 1;
            }
            let value = open.close(self.at, &mut self.problems);
            goes_on = self.place(value);
        }
        goes_on
    }

    /// White space and comments.
    fn skip_blank(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let plain = rest
                .bytes()
                .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
            self.at += plain.count();
            let rest = &self.text[self.at..];
            let end = if rest.starts_with("//") || rest.starts_with('#') {
                rest.find('\n').unwrap_or(rest.len())
            } else if let Some(inside) = rest.strip_prefix("/*") {
                inside.find("*/").map_or(rest.len(), |end| end + 4)
            } else if let Some(c) = rest.chars().next().filter(|c| is_odd_blank(*c)) {
                let span = self.at..self.at + c.len_utf8();
                let message = format!(
                    "U+{:04X}, which looks like a space and is none in JSON",
                    u32::from(c)
                );
                self.problems.push(
                    Problem::syntax(span.clone(), message, "use plain spaces").fix(span, " "),
                );
                self.at += c.len_utf8();
                continue;
            } else {
                return;
            };
            let span = self.at..self.at + rest[..end].trim_end().len();
            let problem = Problem::syntax(span.clone(), "JSON has no comments", "leave it out");
            self.problems.push(problem.fix(span, ""));
            self.at += end;
        }
    }

    fn comma_missing(&mut self, before: usize) {
        let width = self.text[before..].chars().next().map_or(0, char::len_utf8);
        let message = "a comma is missing before this";
        let problem = Problem::syntax(before..before + width, message, "put a `,` between the two");
        let at = self.text[..before].trim_end().len();
        self.problems.push(problem.fix(at..at, ","));
    }

    fn unclosed(&mut self) -> Stop {
        if let Some(open) = self.open.last() {
            let (begins, ends) = match open.inside {
                Inside::Array(_) => ('[', ']'),
                Inside::Object { .. } => ('{', '}'),
            };
            let message = format!("this `{begins}` is never closed");
            let help = format!("add a `{ends}` where it ends");
            self.problems
                .push(Problem::syntax(open.start..open.start + 1, message, help));
        }
        Stop::Garbage
    }

    fn garbage(&mut self) -> Stop {
        let rest = &self.text[self.at..];
        let merged = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"];
        let quotes = ['“', '”', '„', '‘', '’'];
        let here = self.at..self.at + self.width();
        let problem = if merged.iter().any(|mark| rest.starts_with(mark)) {
            let here = self.at..self.at + self.line().len();
            let message = "a conflict of a merge was left here";
            Problem::syntax(here, message, "keep one of the two versions")
        } else if rest.is_empty() {
            Problem::syntax(
                here,
                "the text ends where a value is expected",
                "write a value",
            )
        } else if rest.starts_with(['{', '[']) {
            Problem::syntax(
                here,
                "a key is expected here",
                "close the object before it with a `}`",
            )
        } else {
            let message = format!(
                "`{}` can begin no value and no key",
                rest[..here.len()].escape_debug()
            );
            let help = if rest.starts_with(quotes) {
                "use plain double quotes"
            } else {
                "close what was opened before, or leave this out; what follows is not read"
            };
            Problem::syntax(here, message, help)
        };
        self.problems.push(match self.open.last() {
            Some(open) => problem.related(open.start..open.start + 1, "this is still open"),
            None => problem,
        });
        Stop::Garbage
    }

    /// Goes on at the next line that begins with an object, as in JSON Lines. Whether there is one.
    fn next_line_with_object(&mut self, start: usize) -> bool {
        let alone = self.text[..start]
            .trim_end_matches(' ')
            .ends_with(['\n', '\r', '\u{feff}'])
            || start == 0;
        if !alone || !self.text[start..].starts_with('{') {
            return false;
        }
        let from = self.at.max(start + 1) - 1;
        match memchr::memmem::find(&self.text.as_bytes()[from..], b"\n{") {
            Some(found) => {
                self.at = from + found + 1;
                true
            }
            None => false,
        }
    }

    /// The rest of the line.
    fn line(&self) -> &'t str {
        let rest = &self.text[self.at..];
        rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())].trim_end()
    }

    /// The length of the character here.
    fn width(&self) -> usize {
        self.text[self.at..]
            .chars()
            .next()
            .map_or(0, char::len_utf8)
    }

    /// Keeps the first problems only, and counts the others.
    fn bound_problems(&mut self) {
        self.more += self.problems.len().saturating_sub(MOST_PROBLEMS);
        self.problems.truncate(MOST_PROBLEMS);
    }

    fn tell_of_more(&mut self) {
        self.bound_problems();
        self.problems.sort_by_key(|problem| problem.span.start);
        if self.more > 0
            && let Some(last) = self.problems.last()
        {
            let message = format!("{} more places after this are no JSON", self.more);
            let help = "mend the first ones and look again";
            self.problems
                .push(Problem::syntax(last.span.clone(), message, help));
        }
    }
}

/// White space and marks of no width that editors put in.
fn is_odd_blank(c: char) -> bool {
    !c.is_ascii_graphic()
        && (c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}'))
}
