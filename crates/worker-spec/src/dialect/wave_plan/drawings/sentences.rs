//! Sentences that state an order: "KIT-09 also needs KIT-06", "Batch 4 depends on Batch 2 and Batch 3".
//!
//! A sentence counts when it says nothing but that: names, a phrase of order, and names ("T3 needs T2"), or a phrase, names, and
//! the names that it is about ("Once T2 is done, T3 can start"). "If T3 needs T2" and "the panel that T3 needs" state nothing.

use std::collections::HashSet;
use std::ops::Range;

use super::super::numbered::kind_of;
use super::super::outline::{Outline, heading};
use super::names::Node;
use super::{Reader, chain};
use crate::dialect::asserted::{Asserted, asserted};
use crate::dialect::waiting::{Direction, in_lower_case, is_negator, statements, states_nothing};
use crate::markdown::BlockKind;
use crate::{Code, Diagnostic, Document, EdgeSource};

/// Bytes of a sentence that is told when no order is read from it.
const SHORT: usize = 300;

/// Names of such a sentence that are looked at.
const MOST_NAMES: usize = 16;

/// Bytes of a sentence that is read.
const LONGEST: usize = 1024;

/// Reads the sentences of paragraphs and items.
pub(super) fn read(
    document: &Document,
    outline: &Outline,
    blocks: &[usize],
    reader: &mut Reader<'_>,
) {
    let text = document.text();
    let mut listed = Steps::default();
    for &at in blocks {
        let place = &outline.places[at];
        let block = &document.markdown().blocks[at];
        let span = match &block.kind {
            BlockKind::Paragraph { text } => text.clone(),
            BlockKind::Item(item) => item.text.clone(),
            _ => continue,
        };
        if place.example || place.deferred {
            continue;
        }
        let heading = heading(document, *place);
        if matches!(block.kind, BlockKind::Item(_))
            && reader.entry(&text[span.clone()], span.start, heading)
        {
            continue;
        }
        if orders(heading) && is_numbered(&text[block.span.start..span.start]) {
            listed.take(reader, at, &text[span.clone()], span.start);
        }
        let mut before = None;
        if reader.is_full() {
            break;
        }
        for sentence in sentences(&text[span.clone()]) {
            let asks = text[span.start + sentence.end..].starts_with(['?', '？']);
            let at = span.start + sentence.start;
            let sentence = &text[at..span.start + sentence.end];
            if sentence.len() > LONGEST || asks || states_nothing(sentence) {
                before = None;
            } else if chain(sentence).len() == 1 {
                let edges = reader.edges;
                reader.sentence(sentence, at);
                if reader.edges == edges {
                    reader.inverted(sentence, at);
                }
                before = reader.steps(sentence, at, before);
                let should = orders(heading) || tells_dependencies(heading);
                if should && before.is_none() && reader.edges == edges {
                    reader.leave_unread(sentence, at);
                }
            }
        }
    }
    listed.end(reader);
}

/// Whether the heading of a list says that the list is an order: "Execution order", "Sequence".
fn orders(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    const ORDER: [&str; 8] = [
        "order",
        "sequence",
        "sequencing",
        "reihenfolge",
        "ordre",
        "orden",
        "ordem",
        "порядок",
    ];
    let is_order = words.len() <= 4 && words.iter().any(|word| ORDER.contains(word));
    let is_other = words
        .iter()
        .any(|word| matches!(*word, "merge" | "merging" | "review" | "reading"));
    is_order && !is_other
        || lower.contains("顺序")
        || lower.contains("順序")
        || lower.contains("순서")
}

/// Whether the heading of a list says that it tells dependencies.
fn tells_dependencies(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        [
            "depend",
            "prerequisite",
            "abhängig",
            "dépend",
            "dipend",
            "afhankelijk",
            "зависи",
        ]
        .iter()
        .any(|start| word.starts_with(start))
    }) || ["依存", "依赖", "의존"]
        .iter()
        .any(|word| lower.contains(word))
}

fn is_numbered(bullet: &str) -> bool {
    bullet
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit())
}

/// A numbered list whose every item is nothing but names: the steps of an order.
#[derive(Default)]
struct Steps {
    nodes: Vec<Node>,
    last: Option<usize>,
    /// Whether an item says something else.
    mixed: bool,
}

impl Steps {
    fn take(&mut self, reader: &mut Reader<'_>, block: usize, text: &str, base: usize) {
        if self.last.is_some_and(|last| last + 1 != block) {
            self.end(reader);
        }
        self.last = Some(block);
        match reader.only_names(text, base) {
            Some(node) => self.nodes.push(node),
            None => self.mixed = true,
        }
    }

    fn end(&mut self, reader: &mut Reader<'_>) {
        let steps = std::mem::take(self);
        if !steps.mixed {
            for pair in steps.nodes.windows(2) {
                reader.join(&pair[0], &pair[1], EdgeSource::List);
            }
        }
    }
}

/// The sentences of a text: up to a full stop, a semicolon, or a line that begins anew.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let ends = match c {
            '.' | '!' | '?' => rest.is_empty() || rest.starts_with(char::is_whitespace),
            ';' | '。' | '；' => true,
            _ => false,
        };
        if ends {
            found.push(start..at);
            start = at + c.len_utf8();
        }
    }
    found.push(start..text.len());
    found.retain(|sentence| !text[sentence.clone()].trim().is_empty());
    found
}

impl Reader<'_> {
    /// "T1 and T2 in parallel, then T3. Then T4": every part is nothing but names, and comes before the next one. `before` is
    /// what the sentence before this one ends with, and the answer what this one ends with.
    fn steps(&mut self, sentence: &str, base: usize, before: Option<Node>) -> Option<Node> {
        let lower = in_lower_case(sentence);
        let opening = OPENING.iter().find(|word| {
            let rest = lower.trim_start().strip_prefix(**word);
            rest.is_some_and(|rest| rest.starts_with([' ', ',']))
        });
        let start =
            sentence.len() - sentence.trim_start().len() + opening.map_or(0, |word| word.len());
        let is_last = AT_LAST.iter().any(|end| lower.trim_end().ends_with(end));
        let mut nodes: Vec<Node> = before
            .filter(|_| opening.is_some() || is_last)
            .into_iter()
            .collect();
        for part in parts(&lower[start..]) {
            let part = start + part.start..start + part.end;
            nodes.push(self.only_names(&sentence[part.clone()], base + part.start)?);
        }
        for pair in nodes.windows(2) {
            self.join(&pair[0], &pair[1], EdgeSource::List);
        }
        nodes.pop()
    }

    /// "Before T4, finish T2", "Do not start T4 before T2", "The dependencies of T4 are T2 and T3", "T4 setzt T2 voraus".
    fn inverted(&mut self, sentence: &str, base: usize) {
        let lower = in_lower_case(sentence);
        let bare = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
        let bare = bare.trim_end_matches(['.', '!', ' ', '\n']);
        let start = bare.as_ptr() as usize - lower.as_ptr() as usize;
        for form in INVERTED {
            let Some(rest) = bare.strip_prefix(form.opening) else {
                continue;
            };
            let Some(rest) = rest.strip_suffix(form.closing) else {
                continue;
            };
            let from = start + form.opening.len();
            for mark in form.between {
                let Some(at) = rest.find(mark) else { continue };
                let (one, other) = (from..from + at, from + at + mark.len()..from + rest.len());
                // "After T1, T2" may be a list of what comes first.
                let behind = sentence[other.clone()].trim_start();
                if *mark == ", " && without_filling(behind).len() == behind.len() {
                    continue;
                }
                let one = self.only_names(&sentence[one.clone()], base + one.start);
                let other = self.only_names(&sentence[other.clone()], base + other.start);
                if let (Some(one), Some(other)) = (one, other) {
                    match form.direction {
                        Direction::Needs => self.join(&other, &one, EdgeSource::List),
                        Direction::Feeds => self.join(&one, &other, EdgeSource::List),
                    }
                    return;
                }
            }
        }
    }

    /// Keeps a sentence that names several tasks and denies nothing.
    fn leave_unread(&mut self, sentence: &str, base: usize) {
        const NO_ORDER: [&str; 12] = [
            "parallel",
            "independent",
            "independently",
            "concurrently",
            "together",
            "simultaneously",
            "any",
            "either",
            "or",
            "unabhängig",
            "both",
            "critical",
        ];
        let lower = in_lower_case(sentence);
        let mut words = lower.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')));
        let orders_nothing = words.any(|word| NO_ORDER.contains(&word) || is_negator(word));
        if orders_nothing || sentence.len() > SHORT {
            return;
        }
        let mut node = self.names.all(sentence, base);
        // "Story 4" and the ids of a range are no names that an order would be told with.
        let text = self.document.text();
        node.tasks
            .retain(|(name, place)| text[place.clone()] == **name);
        let names = |piece: &str| !self.names.all(piece, 0).is_empty();
        let denied = statements(sentence, &names).iter().any(|it| it.is_denied);
        if node.tasks.len() > 1 && !denied {
            self.unread.push(node);
        }
    }

    /// Tells of the sentences from whose names no edge leads to another one of them.
    pub(super) fn tell_unread(&mut self) {
        if self.unread.is_empty() {
            return;
        }
        let edges = self.fragment.edges.iter();
        let stated: HashSet<(&str, &str)> = edges
            .map(|edge| (edge.from.as_str(), edge.to.as_str()))
            .collect();
        let is_stated =
            |one: &String, other: &String| stated.contains(&(one.as_str(), other.as_str()));
        for node in &self.unread {
            let names = || node.tasks.iter().map(|(name, _)| name).take(MOST_NAMES);
            let any = names().any(|one| names().any(|other| is_stated(one, other)));
            let [(first, at), .., (last, end)] = node.tasks.as_slice() else {
                continue;
            };
            if any || first == last {
                continue;
            }
            let message = format!("this names {first} and {last}, and no order is read from it");
            self.diagnostics.push(
                Diagnostic::note(Code::UNREAD_ORDER, message)
                    .at(self.document.location(at.start..end.end.max(at.end)))
                    .help(format!(
                        "write what waits for what, as in `{last} needs {first}`"
                    )),
            );
        }
    }

    /// What a text names that says nothing else.
    fn only_names(&self, text: &str, base: usize) -> Option<Node> {
        let node = self.names.all(text, base);
        (!node.is_empty() && is_filling(text, base, &node)).then_some(node)
    }

    /// `- T4: T2, T3` below "Dependencies": what stands behind the colon comes first. Whether the item is such a one.
    fn entry(&mut self, text: &str, base: usize, heading: &str) -> bool {
        let colon = text
            .find([':', '：'])
            .filter(|_| tells_dependencies(heading));
        let Some(colon) = colon else { return false };
        let mark = text[colon..].chars().next().map_or(1, char::len_utf8);
        let (own, others) = (&text[..colon], &text[colon + mark..]);
        let bare = own.trim_matches(['*', '`', ' ']);
        let own = self
            .only_names(own, base)
            .filter(|own| own.tasks.len() == 1 && bare.split_whitespace().count() < 3);
        let others = self.only_names(others, base + colon + mark);
        match (own, others) {
            (Some(own), Some(others)) if !others.tasks.is_empty() => {
                self.join(&others, &own, EdgeSource::List);
                true
            }
            _ => false,
        }
    }

    fn sentence(&mut self, sentence: &str, base: usize) {
        let known = self.names;
        let numbers = |text: &str, base| known.numbers_among(text, base, is_word_of_filling);
        let names = |piece: &str| !known.all(piece, 0).is_empty() || !numbers(piece, 0).is_empty();
        let mut subject = Node::default();
        for statement in statements(sentence, &names) {
            if let Some(place) = statement.subject {
                let text = &sentence[place.clone()];
                subject = known.all(text, base + place.start);
                if subject.is_empty() {
                    subject = numbers(text, base + place.start);
                }
                if !statement.is_denied && !is_filling(text, base + place.start, &subject) {
                    return;
                }
            }
            let object = &sentence[statement.object.clone()];
            let from = statement.object.end - without_filling(object).len();
            let object = &sentence[from..statement.object.end];
            let mut other = known.leading(object, base + from);
            if other.is_empty() {
                other = numbers(object, base + from);
            }
            if statement.is_denied {
                continue;
            }
            if subject.is_empty() || other.is_empty() {
                return;
            }
            match statement.direction {
                Direction::Needs => self.join(&other, &subject, EdgeSource::List),
                Direction::Feeds => self.join(&subject, &other, EdgeSource::List),
            }
            let doubtful = statement.doubtful.or_else(|| {
                let doubtful = asserted(object, &[], names).doubtful?;
                Some(from + doubtful.start..from + doubtful.end)
            });
            if let Some(doubtful) = doubtful {
                let place = base + doubtful.start..base + doubtful.end;
                let complaint = Asserted::complaint(&sentence[doubtful]);
                let location = self.document.location(place);
                self.diagnostics.push(complaint.at(location));
            }
        }
    }
}

/// Words that stand between one step and the next: "T1 and T2 in parallel, then T3".
const THEN: [&str; 11] = [
    ", and then ",
    ", then ",
    " and then ",
    " then ",
    ", followed by ",
    " followed by ",
    ", dann ",
    ", puis ",
    ", luego ",
    "，然后",
    ", затем ",
];

/// A sentence whose names stand in another order than "T4 needs T2".
struct Inverted {
    opening: &'static str,
    between: &'static [&'static str],
    closing: &'static str,
    /// Whether the first name needs the second one, or comes before it.
    direction: Direction,
}

const fn inverted(
    opening: &'static str,
    between: &'static [&'static str],
    closing: &'static str,
    direction: Direction,
) -> Inverted {
    Inverted {
        opening,
        between,
        closing,
        direction,
    }
}

const UNTIL: &[&str] = &[" before ", " until ", " unless "];

const INVERTED: [Inverted; 9] = [
    inverted("before ", &[", "], "", Direction::Needs),
    inverted("after ", &[", "], "", Direction::Feeds),
    inverted("do not ", UNTIL, "", Direction::Needs),
    inverted("don't ", UNTIL, "", Direction::Needs),
    inverted("never ", UNTIL, "", Direction::Needs),
    inverted(
        "the dependencies of ",
        &[" are ", ": "],
        "",
        Direction::Needs,
    ),
    inverted(
        "the prerequisites of ",
        &[" are ", ": "],
        "",
        Direction::Needs,
    ),
    inverted(
        "the prerequisites for ",
        &[" are ", ": "],
        "",
        Direction::Needs,
    ),
    inverted("", &[" setzt ", " setzen "], " voraus", Direction::Needs),
];

/// Words at the start of a sentence that goes on where the one before it ends.
const OPENING: [&str; 14] = [
    "after that",
    "afterwards",
    "then",
    "next",
    "finally",
    "lastly",
    "dann",
    "danach",
    "zuletzt",
    "puis",
    "ensuite",
    "luego",
    "después",
    "затем",
];

/// Words at the end of a sentence about what comes last.
const AT_LAST: [&str; 6] = [
    " last",
    " at the end",
    " zuletzt",
    " en dernier",
    " al final",
    " last of all",
];

/// The parts of a text in lower case between words such as "then".
fn parts(lower: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some((at, length)) = THEN
        .iter()
        .filter_map(|then| Some((start + lower[start..].find(then)?, then.len())))
        .min_by_key(|(at, length)| (*at, usize::MAX - length))
    {
        parts.push(start..at);
        start = at + length;
    }
    parts.push(start..lower.len());
    parts
}

/// Words around names that change nothing.
fn is_word_of_filling(word: &str) -> bool {
    const WORDS: [&str; 118] = [
        "land",
        "lands",
        "landed",
        "do",
        "ends",
        "open",
        "merge",
        "ship",
        "deploy",
        "launch",
        "last",
        "end",
        "at",
        "beginnt",
        "startet",
        "läuft",
        "laufen",
        "commence",
        "commencent",
        "empieza",
        "empiezan",
        "comienza",
        "começa",
        "inizia",
        "begint",
        "начинается",
        "first",
        "finally",
        "next",
        "afterwards",
        "in",
        "parallel",
        "concurrently",
        "simultaneously",
        "together",
        "zuerst",
        "zuletzt",
        "primero",
        "sequentially",
        "blocked",
        "waits",
        "wait",
        "und",
        "et",
        "y",
        "и",
        "dann",
        "可以",
        "开始",
        "可以开始",
        "才能开始",
        "即可开始",
        "を開始",
        "を開始する",
        "begin",
        "begins",
        "shall",
        "finish",
        "finishes",
        "kann",
        "können",
        "muss",
        "beginnen",
        "starten",
        "peut",
        "peuvent",
        "commencer",
        "démarrer",
        "puede",
        "pueden",
        "empezar",
        "comenzar",
        "pode",
        "começar",
        "может",
        "начать",
        "also",
        "and",
        "the",
        "both",
        "all",
        "of",
        "only",
        "must",
        "can",
        "may",
        "should",
        "then",
        "is",
        "are",
        "be",
        "start",
        "starts",
        "run",
        "runs",
        "come",
        "comes",
        "itself",
        "work",
        "completion",
        "finished",
        "done",
        "complete",
        "completed",
        "ready",
        "merged",
        "delivered",
        "over",
        "has",
        "have",
        "had",
        "to",
        "been",
        "will",
        "cannot",
        "needs",
        "currently",
        "always",
    ];
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) || kind_of(word).is_some()
}

/// Whether a text is nothing but the names in it and words that change nothing.
fn is_filling(text: &str, base: usize, names: &Node) -> bool {
    let mut rest = text.to_owned();
    let mut spans: Vec<&Range<usize>> = names.spans().collect();
    // The same place may name several: a range.
    spans.dedup();
    for span in spans {
        let blank = " ".repeat(span.len());
        rest.replace_range(span.start - base..span.end - base, &blank);
    }
    rest.split(|c: char| !c.is_alphanumeric())
        .all(|word| word.is_empty() || is_word_of_filling(word))
}

/// A text without words at its start that change nothing.
pub(super) fn without_filling(text: &str) -> &str {
    let mut text = text.trim_start_matches([' ', ':', '*', '_', '\n']);
    loop {
        let end = text
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(text.len());
        // "Task 4" is a name.
        if end == 0 || !is_word_of_filling(&text[..end]) || kind_of(&text[..end]).is_some() {
            return text;
        }
        text = text[end..].trim_start();
    }
}
