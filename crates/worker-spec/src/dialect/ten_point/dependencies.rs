//! What a worker waits for: other workers and groups, named in running text.

mod mentions;
mod sense;

use std::collections::HashSet;
use std::ops::Range;

use self::mentions::{Mention, mentions};
pub(super) use self::sense::Sense;
use self::sense::{is_trouble, phrase_before, said_of_this, says_none, sense_of, softens};
use super::super::asserted::{Asserted, asserted_of_numbers};
use super::entry::{Entry, EntryKind};
use crate::groups::find_groups;
use crate::ids::split_number;
use crate::label::{bold_label, split_label};
use crate::{
    Code, Diagnostic, Document, EdgeKind, EdgeMention, EdgeSource, GroupDependency, Reference,
};

/// What a dependency field says, as far as it names workers and groups.
#[derive(Debug, Default)]
pub(super) struct Dependencies {
    pub(super) edges: Vec<EdgeMention>,
    pub(super) groups: Vec<GroupDependency>,
}

/// Gathers dependencies of one worker.
pub(super) struct Gatherer<'d> {
    document: &'d Document,
    /// The worker's own id and its series: `WORKER_`.
    id: &'d str,
    series: &'d str,
    pub(super) found: Dependencies,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The groups found so far, once they are many.
    groups: HashSet<String>,
    /// The ids that the line at hand takes out of its ranges, in lower case.
    except: HashSet<String>,
    /// How many more ids and groups ranges may expand to, so that a short text cannot become a huge plan.
    budget: u64,
}

const BUDGET: u64 = 100_000;

impl<'d> Gatherer<'d> {
    pub(super) fn new(document: &'d Document, id: &'d str) -> Self {
        // An id that begins with its number (`07-parser`) has no series.
        let series = match split_number(id) {
            _ if id.starts_with(|c: char| c.is_ascii_digit()) => "",
            Some((series, _)) => series,
            None => id,
        };
        Gatherer {
            document,
            id,
            series,
            found: Dependencies::default(),
            diagnostics: Vec::new(),
            groups: HashSet::new(),
            except: HashSet::new(),
            budget: BUDGET,
        }
    }

    /// Reads a header field's value at a place of the document. Words that name no id and no group are taken for
    /// titles of tasks.
    pub(super) fn field(&mut self, value: Range<usize>, sense: Sense) {
        let text = &self.document.text()[value.clone()];
        let groups = self.found.groups.len();
        let named = self.line(value.clone(), sense, EdgeSource::Header);
        if !named && self.found.groups.len() == groups && sense != Sense::Nothing {
            self.titles(text, value.start, sense);
        }
    }

    /// Reads the lines of the DEPENDENCIES section; its fences hold commands, not dependencies.
    pub(super) fn section(&mut self, heading: &str, entries: &[Entry<'_>]) {
        let by_heading = sense_of(heading).unwrap_or(Sense::Needs);
        let mut under = by_heading;
        for entry in entries {
            let label = match entry.kind {
                EntryKind::Heading => Some((entry.text, "")),
                EntryKind::Line => bold_label(entry.text),
                EntryKind::Item | EntryKind::Cell => split_label(entry.text),
            };
            let heads = matches!(entry.kind, EntryKind::Heading | EntryKind::Line);
            let sense = match label {
                Some((label, "")) if heads => {
                    under = sense_of(label).unwrap_or(by_heading);
                    continue;
                }
                Some((label, _)) => sense_of(label).unwrap_or(under),
                None => under,
            };
            self.line(entry.span.clone(), sense, EdgeSource::Section);
        }
    }

    /// Reads a line; whether it names any id, or says that there is none.
    fn line(&mut self, span: Range<usize>, sense: Sense, source: EdgeSource) -> bool {
        let text = &self.document.text()[span.clone()];
        if sense == Sense::Nothing || says_none(text) {
            return true;
        }
        // Workers and groups have numbers.
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return false;
        }
        // A number alone is no name: "without v2 headers", "while Python 3 is supported".
        let series = self.series;
        let names = |piece: &str| {
            !mentions(piece, series).is_empty() || find_groups(piece).next().is_some()
        };
        let asserted = asserted_of_numbers(text, names);
        if let Some(doubtful) = &asserted.doubtful {
            let place = span.start + doubtful.start..span.start + doubtful.end;
            let complaint = Asserted::complaint(&text[doubtful.clone()]);
            self.diagnostics
                .push(complaint.at(self.document.location(place)));
        }
        self.except.clear();
        for range in &asserted.except {
            for mention in mentions(&text[range.clone()], self.series) {
                let series = if mention.numbers { self.series } else { "" };
                let most = mention.range.len().unwrap_or(0).min(BUDGET);
                let ids = mention.range.ids().take(most as usize);
                let ids = ids.map(|id| format!("{series}{id}").to_lowercase());
                self.except.extend(ids);
            }
        }
        let text = &*asserted.text;
        let named = mentions(text, self.series);
        if !named.is_empty() {
            self.mentions(text, &named, span.start, sense, source);
        }
        if sense == Sense::Needs {
            self.groups(text, span.start);
        }
        !named.is_empty()
    }

    fn mentions(
        &mut self,
        text: &str,
        named: &[Mention<'_>],
        start: usize,
        sense: Sense,
        source: EdgeSource,
    ) {
        let lower = text.to_ascii_lowercase();
        let mut marks = Marks::default();
        let mut now = sense;
        let mut from = 0;
        for (at, mention) in named.iter().enumerate() {
            let span = mention.range.span();
            let lead = &lower[from.min(span.start)..span.start];
            from = span.end;
            marks.advance(text, span.start);
            let clause = match lead.rfind(';').max(lead.rfind(". ")) {
                Some(end) => {
                    now = sense;
                    &lead[end..]
                }
                None => lead,
            };
            let next = named
                .get(at + 1)
                .map_or(text.len(), |next| next.range.start);
            let behind = &lower[span.end..next.max(span.end)];
            if is_trouble(clause, behind) {
                continue;
            }
            let before = phrase_before(clause);
            now = before.unwrap_or(now);
            if marks.is_struck() || now == Sense::Nothing {
                continue;
            }
            let told = match before {
                None => said_of_this(behind),
                Some(_) => None,
            };
            if let Some(turned) = told {
                self.edges(mention, start, turned, source);
                continue;
            }
            let soft = now == Sense::Needs && softens(behind);
            let sense = if soft { Sense::Likes } else { now };
            self.edges(mention, start, sense, source);
        }
    }

    fn groups(&mut self, text: &str, start: usize) {
        let mut marks = Marks::default();
        let mut lower = None;
        let (mut now, mut from) = (Sense::Needs, 0);
        for group in find_groups(text) {
            marks.advance(text, group.start);
            if marks.in_code() || marks.is_struck() {
                continue;
            }
            if marks.in_parentheses() && !stands_alone(text, group.span()) {
                continue;
            }
            let lower = lower.get_or_insert_with(|| text.to_ascii_lowercase());
            now = phrase_before(&lower[from..group.start]).unwrap_or(now);
            from = group.end;
            if matches!(now, Sense::Nothing | Sense::Blocks) {
                continue;
            }
            let names = group.names();
            if !self.spend(names.len() as u64) {
                return;
            }
            let location = self
                .document
                .location(start + group.start..start + group.end);
            for name in names {
                if self.is_new_group(&name) {
                    let location = location.clone();
                    self.found.groups.push(GroupDependency {
                        name,
                        groups: Vec::new(),
                        location,
                    });
                }
            }
        }
    }

    /// Whether a group that is now found was not found before.
    fn is_new_group(&mut self, name: &str) -> bool {
        /// So many names are looked through sooner than one is hashed.
        const FEW: usize = 8;
        let mut found = self.found.groups.iter().map(|group| &group.name);
        if found.len() < FEW {
            return found.all(|other| other != name);
        }
        if self.groups.is_empty() {
            self.groups = found.cloned().collect();
        }
        self.groups.insert(name.to_owned())
    }

    /// A field in words: `the lexer, token table complete`.
    fn titles(&mut self, text: &str, start: usize, sense: Sense) {
        const MOST: usize = 20;
        let mut at = 0;
        for part in text.split([',', ';', '、']).take(MOST) {
            let from = at;
            at += part.len()
                + text[at + part.len()..]
                    .chars()
                    .next()
                    .map_or(0, char::len_utf8);
            let name = part.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '('));
            let name = without_done(name);
            let struck = part.trim_start().starts_with("~~");
            if name.is_empty() || struck || name.len() > 100 || is_version(name) {
                continue;
            }
            let offset = from + part.find(name).unwrap_or(0);
            let span = start + offset..start + offset + name.len();
            self.add(
                std::iter::once(name.to_owned()),
                span,
                Reference::Words,
                sense,
                EdgeSource::Header,
            );
        }
    }

    fn spend(&mut self, count: u64) -> bool {
        let left = self.budget.checked_sub(count);
        self.budget = left.unwrap_or(0);
        left.is_some()
    }

    fn edges(&mut self, mention: &Mention<'_>, start: usize, sense: Sense, source: EdgeSource) {
        let range = &mention.range;
        let span = start + range.start..start + range.end;
        let spent = range.len().is_some_and(|length| self.spend(length));
        if !spent {
            let written = &self.document.text()[span.clone()];
            self.diagnostics.push(
                Diagnostic::error(Code::BAD_RANGE, format!("`{written}` is no range of ids"))
                    .at(self.document.location(span))
                    .help("a range counts up within one series, such as `WORKER_001-018`"),
            );
            return;
        }
        if mention.numbers {
            let series = self.series;
            let ids = range.ids().map(|number| [series, &number].concat());
            self.add(ids, span, mention.reference, sense, source);
        } else {
            self.add(range.ids(), span, mention.reference, sense, source);
        }
    }

    fn add(
        &mut self,
        ids: impl Iterator<Item = String>,
        span: Range<usize>,
        reference: Reference,
        sense: Sense,
        source: EdgeSource,
    ) {
        let location = self.document.location(span);
        for other in ids.filter(|other| !other.eq_ignore_ascii_case(self.id)) {
            if !self.except.is_empty() && self.except.contains(&other.to_lowercase()) {
                continue;
            }
            let (from, to) = match sense {
                Sense::Blocks => (self.id.to_owned(), other),
                _ => (other, self.id.to_owned()),
            };
            let kind = if sense == Sense::Likes {
                EdgeKind::Soft
            } else {
                EdgeKind::Hard
            };
            let location = location.clone();
            self.found.edges.push(EdgeMention {
                from,
                to,
                reference,
                kind,
                stated_in: source,
                location,
            });
        }
    }
}

/// A name without the word for "done" behind it.
fn without_done(name: &str) -> &str {
    let Some((head, last)) = name.rsplit_once(char::is_whitespace) else {
        return name;
    };
    let done = [
        "complete",
        "completed",
        "done",
        "finished",
        "ready",
        "merged",
    ];
    if done.iter().any(|done| done.eq_ignore_ascii_case(last)) {
        head.trim_end()
    } else {
        name
    }
}

/// `v1.0`: what is out already is waited for by nobody.
fn is_version(name: &str) -> bool {
    let number = name.trim_start_matches(['v', 'V']);
    number.starts_with(|c: char| c.is_ascii_digit())
        && number.contains('.')
        && number.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// How many parentheses, backticks and strokes are open at a place of a text; moves forward only.
#[derive(Debug, Default)]
struct Marks {
    at: usize,
    open: usize,
    backticks: usize,
    strokes: usize,
}

impl Marks {
    fn advance(&mut self, text: &str, to: usize) {
        let mut before = 0;
        for byte in text[self.at.min(to)..to].bytes() {
            match byte {
                b'(' => self.open += 1,
                b')' => self.open = self.open.saturating_sub(1),
                b'`' => self.backticks += 1,
                b'~' if before == b'~' => self.strokes += 1,
                _ => {}
            }
            before = if byte == before && byte == b'~' {
                0
            } else {
                byte
            };
        }
        self.at = to;
    }

    fn in_code(&self) -> bool {
        self.backticks % 2 == 1
    }

    /// What is struck through is withdrawn.
    fn is_struck(&self) -> bool {
        self.strokes % 2 == 1
    }

    /// What is in parentheses is mostly a remark on something else.
    fn in_parentheses(&self) -> bool {
        self.open > 0
    }
}

/// Whether a mention is all that its parentheses hold, such as `(Phase 4.8)`.
fn stands_alone(text: &str, span: Range<usize>) -> bool {
    text[..span.start].trim_end_matches(' ').ends_with('(')
        && text[span.end..].trim_start_matches(' ').starts_with(')')
}
