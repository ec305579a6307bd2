//! What a worker waits for: other workers and groups, named in running text.

use std::collections::HashSet;
use std::ops::Range;

use super::entry::{Entry, EntryKind};
use crate::groups::find_groups;
use crate::ids::{IdRange, find_ids, number_ranges, split_number};
use crate::label::{bold_label, has_word, split_label};
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
    groups: HashSet<String>,
    /// How many more ids and groups ranges may expand to, so that a short text cannot become a huge plan.
    budget: u64,
}

const BUDGET: u64 = 100_000;

/// What a line's label says about the ids after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sense {
    Needs,
    /// Helps, but need not be there.
    Likes,
    /// Waits for this worker.
    Blocks,
    /// Says nothing about order.
    Nothing,
}

impl<'d> Gatherer<'d> {
    pub(super) fn new(document: &'d Document, id: &'d str) -> Self {
        let series = split_number(id).map_or(id, |(series, _)| series);
        Gatherer {
            document,
            id,
            series,
            found: Dependencies::default(),
            diagnostics: Vec::new(),
            groups: HashSet::new(),
            budget: BUDGET,
        }
    }

    /// Reads a header field's value at a place of the document.
    pub(super) fn field(&mut self, value: Range<usize>) {
        self.line(value, Sense::Needs, EdgeSource::Header);
    }

    /// Reads the lines of the DEPENDENCIES section; its fences hold commands, not dependencies.
    pub(super) fn section(&mut self, entries: &[Entry<'_>]) {
        let mut under = Sense::Needs;
        for entry in entries {
            let label = match entry.kind {
                EntryKind::Heading => Some((entry.text, "")),
                EntryKind::Line => bold_label(entry.text),
                EntryKind::Item | EntryKind::Cell => split_label(entry.text),
            };
            let heads = matches!(entry.kind, EntryKind::Heading | EntryKind::Line);
            let sense = match label {
                Some((label, "")) if heads => {
                    under = sense_of(label).unwrap_or(Sense::Needs);
                    continue;
                }
                Some((label, _)) => sense_of(label).unwrap_or(under),
                None => under,
            };
            self.line(entry.span.clone(), sense, EdgeSource::Section);
        }
    }

    fn line(&mut self, span: Range<usize>, sense: Sense, source: EdgeSource) {
        let text = &self.document.text()[span.clone()];
        if sense == Sense::Nothing || says_none(text) {
            return;
        }
        for range in find_ids(text) {
            let file = is_part_of_path(text, range.span());
            if !file && let Some(reference) = self.reference(&range) {
                self.edges(&range, span.start, reference, sense, source);
            }
        }
        self.numbers_after_kind(text, span.start, sense, source);
        if sense == Sense::Needs {
            self.groups(text, span.start);
        }
    }

    fn groups(&mut self, text: &str, start: usize) {
        let mut marks = Marks::default();
        for group in find_groups(text) {
            marks.advance(text, group.start);
            if marks.in_code() || (marks.in_parentheses() && !stands_alone(text, group.span())) {
                continue;
            }
            let numbers = group.numbers();
            if !self.spend(numbers.len() as u64) {
                return;
            }
            let location = self
                .document
                .location(start + group.start..start + group.end);
            for name in group.names() {
                if self.groups.insert(name.clone()) {
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

    fn spend(&mut self, count: u64) -> bool {
        let left = self.budget.checked_sub(count);
        self.budget = left.unwrap_or(0);
        left.is_some()
    }

    /// An id of the worker's own series is one; another word of that shape may be one.
    fn reference(&self, range: &IdRange<'_>) -> Option<Reference> {
        let (series, _) = split_number(range.first)?;
        if series.eq_ignore_ascii_case(self.series) {
            return Some(Reference::Id);
        }
        let capitals = !series.contains(|c: char| c.is_lowercase());
        (capitals || series.ends_with(['-', '_'])).then_some(Reference::Perhaps)
    }

    /// `Workers 001-003, 007`: numbers after the word that the worker's own id begins with.
    fn numbers_after_kind(&mut self, text: &str, start: usize, sense: Sense, source: EdgeSource) {
        let kind = self.series.trim_end_matches(['_', '-']);
        if kind.is_empty() || kind.len() == self.series.len() {
            return;
        }
        let mut at = 0;
        while let Some(word) = find_word(text, kind, &mut at) {
            let rest = &text[word..];
            let gap = rest.len() - rest.trim_start_matches([' ', '#']).len();
            let list = rest[gap..].find(|c: char| !(c.is_ascii_digit() || " ,-–&".contains(c)));
            let list = &rest[gap..gap + list.unwrap_or(rest.len() - gap)];
            if gap == 0 || !list.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            for range in number_ranges(list) {
                let series = self.series;
                let span = start + word + gap + range.start..start + word + gap + range.end;
                let ids: Vec<String> = range
                    .ids()
                    .map(|number| format!("{series}{number}"))
                    .collect();
                self.add(ids.into_iter(), span, Reference::Id, sense, source);
            }
        }
    }

    fn edges(
        &mut self,
        range: &IdRange<'_>,
        start: usize,
        reference: Reference,
        sense: Sense,
        source: EdgeSource,
    ) {
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
        self.add(range.ids(), span, reference, sense, source);
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

fn sense_of(label: &str) -> Option<Sense> {
    let any = |words: &[&str]| words.iter().any(|word| has_word(label, word));
    if any(&[
        "blocks",
        "unblocks",
        "enables",
        "downstream",
        "dependents",
        "successors",
        "next",
        "followers",
    ]) || label.eq_ignore_ascii_case("required by")
    {
        Some(Sense::Blocks)
    } else if any(&[
        "parallel",
        "related",
        "independent",
        "see",
        "reference",
        "references",
        "template",
        "original",
    ]) {
        Some(Sense::Nothing)
    } else if any(&["optional", "soft", "recommended"]) {
        Some(Sense::Likes)
    } else if any(&[
        "required",
        "previous",
        "depends",
        "prerequisites",
        "needs",
        "requires",
        "hard",
    ]) {
        Some(Sense::Needs)
    } else {
        None
    }
}

/// Whether a line denies a dependency: "None", "No prior workers: …", "Not dependent on …".
fn says_none(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let word = text
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    ["no", "none", "not", "nothing", "independent"]
        .iter()
        .any(|none| none.eq_ignore_ascii_case(word))
}

/// How many parentheses and backticks are open at a place of a text; moves forward only.
#[derive(Debug, Default)]
struct Marks {
    at: usize,
    open: usize,
    backticks: usize,
}

impl Marks {
    fn advance(&mut self, text: &str, to: usize) {
        for byte in text[self.at..to].bytes() {
            match byte {
                b'(' => self.open += 1,
                b')' => self.open = self.open.saturating_sub(1),
                b'`' => self.backticks += 1,
                _ => {}
            }
        }
        self.at = to;
    }

    fn in_code(&self) -> bool {
        self.backticks % 2 == 1
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

/// Whether an id is a piece of a path or of a file's name.
fn is_part_of_path(text: &str, span: Range<usize>) -> bool {
    text[..span.start].ends_with(['/', '\\', '.', '$'])
        || text[span.end..].starts_with(['/', '\\', '_'])
}

/// The end of the next whole word `kind` or its plural, without regard to case.
fn find_word(text: &str, kind: &str, at: &mut usize) -> Option<usize> {
    while *at < text.len() {
        let start = *at + text[*at..].find(char::is_alphabetic)?;
        let length = text[start..]
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(text.len() - start);
        *at = start + length;
        let word = &text[start..*at];
        let singular = word.strip_suffix(['s', 'S']).unwrap_or(word);
        if word.eq_ignore_ascii_case(kind) || singular.eq_ignore_ascii_case(kind) {
            return Some(*at);
        }
    }
    None
}
