//! What a sentence states about order: who waits for whom, however many phrases it has.
//!
//! Most sentences begin with their subject: "T4 needs T2 and blocks T5", "T2 needs T1, T3 needs T2". Others begin with a phrase,
//! and the subject comes behind what is waited for: "Once T3 is complete, T4 can start". Where names on both sides of a comma
//! leave open where one side ends, only what both readings share is stated, and the rest is in doubt.

mod cut;
mod words;

use std::ops::Range;

use self::words::{
    first_word, is_auxiliary, is_relative, joints_list, last_joint, last_word, trimmed,
};
use super::denial::is_permitted;
use super::{
    BEFORE_BEHIND, BEHIND, Direction, Phrase, Strength, in_lower_case, is_denied, is_negator,
    phrases,
};

/// More phrases than a sentence in earnest has.
const MOST_PHRASES: usize = 16;

/// Bytes behind a phrase within which a name has to come, for phrases that also say other things.
const NEAR: usize = 80;

/// One statement of a sentence, with places in the sentence.
#[derive(Debug)]
pub(in crate::dialect) struct Statement {
    pub(in crate::dialect) direction: Direction,
    /// What it is about; nothing where that is what the statement before it is about.
    pub(in crate::dialect) subject: Option<Range<usize>>,
    pub(in crate::dialect) object: Range<usize>,
    /// Whether it is denied: "does not depend on".
    pub(in crate::dialect) is_denied: bool,
    /// What may be on either side.
    pub(in crate::dialect) doubtful: Option<Range<usize>>,
}

/// The statements of a sentence or clause, in its order. `names` tells whether a piece of it names a task or a group.
pub(in crate::dialect) fn statements(text: &str, names: &dyn Fn(&str) -> bool) -> Vec<Statement> {
    let lower = in_lower_case(text);
    let sentence = Sentence {
        text,
        lower: &lower,
        names,
        phrases: told(text, &lower, names),
    };
    let mut found = sentence.read();
    if found.is_empty() {
        found.extend(sentence.behind());
    }
    found
}

/// The phrases of a text that say something about names.
fn told(text: &str, lower: &str, names: &dyn Fn(&str) -> bool) -> Vec<Phrase> {
    let mut all = phrases(lower);
    all.retain(|phrase| {
        let end = phrase.span.end;
        let near = &text[end..text.floor_char_boundary(end + NEAR)];
        phrase.strength == Strength::Order || names(near)
    });
    all.truncate(MOST_PHRASES);
    if let Some(until) = opening_until(lower) {
        all.insert(0, until);
    }
    all
}

/// "Until T1 is done, T2 is blocked": only of what cannot go on yet.
fn opening_until(lower: &str) -> Option<Phrase> {
    const UNTIL: [&str; 5] = ["until", "till", "unless", "bis", "hasta"];
    const HOLDING: [&str; 10] = [
        "blocked",
        "waits",
        "wait",
        "waiting",
        "stuck",
        "paused",
        "held",
        "holds",
        "blockiert",
        "wartet",
    ];
    let bare = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let start = lower.len() - bare.len();
    let word = first_word(bare);
    let mut others = bare.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')));
    let holds =
        UNTIL.contains(&word) && others.any(|word| is_negator(word) || HOLDING.contains(&word));
    holds.then(|| Phrase {
        span: start..start + word.len(),
        direction: Direction::Needs,
        strength: Strength::Perhaps,
    })
}

struct Sentence<'s> {
    text: &'s str,
    lower: &'s str,
    names: &'s dyn Fn(&str) -> bool,
    phrases: Vec<Phrase>,
}

/// What a phrase behind another one is about.
enum Subject {
    /// The same as the phrase before.
    Same,
    /// A part of what stands between the two.
    Own(Range<usize>),
    /// All that the phrase before names.
    Object,
}

impl Sentence<'_> {
    fn names(&self, range: Range<usize>) -> bool {
        (self.names)(&self.text[range])
    }

    fn read(&self) -> Vec<Statement> {
        let mut found: Vec<Statement> = Vec::new();
        let mut next = 0;
        // Where the text begins that belongs to no phrase yet.
        let mut from = 0;
        while let Some(phrase) = self.phrases.get(next) {
            let between = from..phrase.span.start;
            let last = next.checked_sub(1).and_then(|last| self.phrases.get(last));
            let opens = match found.last() {
                None => !self.names(between.clone()),
                Some(_) => self.text[between.clone()].trim_end().ends_with([',', '，']),
            };
            let is_sure = !found.is_empty();
            if opens && let Some(cut) = self.cut(phrase, is_sure) {
                if let Some(last) = found.last_mut() {
                    last.object.end = between.end;
                }
                let (joint, doubtful) = (cut.joint, cut.doubtful);
                let inside = self.phrases[next..]
                    .iter()
                    .take_while(|phrase| phrase.span.start < joint.start);
                let count = inside.count();
                let end = self.start_of(next + count);
                for at in next..next + count {
                    let to = self.start_of(at + 1).min(joint.start);
                    found.push(self.statement(at, Some(joint.end..end), to, doubtful.clone()));
                }
                (next, from) = (next + count, joint.end);
                // What comes next is about the subject at hand.
                if let Some(phrase) = self.phrases.get(next) {
                    let to = self.text.len();
                    found.push(self.statement(next, Some(from..phrase.span.start), to, None));
                    (next, from) = (next + 1, phrase.span.end);
                }
                continue;
            }
            let subject = match (found.last_mut(), last) {
                (Some(statement), Some(last)) => {
                    let (end, subject) = self.split(between.clone(), last, phrase);
                    statement.object.end = end;
                    match subject {
                        Subject::Same => None,
                        Subject::Own(own) => Some(own),
                        Subject::Object => Some(statement.object.clone()),
                    }
                }
                _ => self.names(between.clone()).then_some(between),
            };
            found.push(self.statement(next, subject, self.text.len(), None));
            (next, from) = (next + 1, phrase.span.end);
        }
        if let Some(last) = found.last_mut() {
            self.end_at_then(last);
        }
        let shortened = found.last().and_then(|last| self.shortened(last));
        if let (Some(next), Some(last)) = (shortened, found.last_mut()) {
            last.object.end = next
                .subject
                .as_ref()
                .map_or(last.object.end, |own| own.start);
            found.push(next);
        }
        found
    }

    /// The "T3 on T2" of "T2 depends on T1, T3 on T2".
    fn shortened(&self, last: &Statement) -> Option<Statement> {
        let phrase = self.lower[..last.object.start].trim_end();
        let word = last_word(phrase);
        let is_of_phrase = matches!(
            word,
            "on" | "for" | "by" | "von" | "auf" | "de" | "da" | "от"
        );
        let object = &self.lower[last.object.clone()];
        let again = format!(" {word} ");
        let at = last.object.start + object.find(&again).filter(|_| is_of_phrase)?;
        let comma = last.object.start + self.lower[last.object.start..at].rfind(',')?;
        let (own, behind) = (comma + 1..at, at + again.len()..last.object.end);
        let is_whole = self.names(own.clone()) && self.names(behind.clone());
        (is_whole && self.is_subject(own.clone())).then_some(Statement {
            direction: last.direction,
            subject: Some(own),
            object: behind,
            is_denied: last.is_denied,
            doubtful: None,
        })
    }

    /// Where a phrase begins, or the end of the text.
    fn start_of(&self, phrase: usize) -> usize {
        let phrase = self.phrases.get(phrase);
        phrase.map_or(self.text.len(), |phrase| phrase.span.start)
    }

    fn statement(
        &self,
        phrase: usize,
        subject: Option<Range<usize>>,
        to: usize,
        doubtful: Option<Range<usize>>,
    ) -> Statement {
        let phrase = &self.phrases[phrase];
        Statement {
            direction: phrase.direction,
            subject,
            object: phrase.span.end..to.max(phrase.span.end),
            is_denied: self.is_denied(phrase),
            doubtful,
        }
    }

    fn is_denied(&self, phrase: &Phrase) -> bool {
        let before = &self.text[..phrase.span.start];
        is_denied(before) || is_permitted(before, &self.lower[phrase.span.clone()])
    }

    /// What stands between two phrases: where what the first one names ends, and what the second one is about.
    fn split(&self, between: Range<usize>, last: &Phrase, this: &Phrase) -> (usize, Subject) {
        let all = between.end;
        let text = &self.text[between.clone()];
        let is_aside = self.is_adverb(this) && !self.is_adverb(last);
        let comma = text
            .rfind([',', '，'])
            .map(|at| (at, at + text[at..].chars().next().map_or(1, char::len_utf8)));
        let and = last_joint(&self.lower[between.clone()]);
        for (joint, is_comma) in [(comma, true), (and, false)] {
            let Some((start, end)) = joint else { continue };
            let own = between.start + end..between.end;
            if self.names(own.clone()) && self.is_subject(own.clone()) {
                // "T5 waits for T3 and T4 before T6"
                if is_aside && !is_comma {
                    return (all, Subject::Same);
                }
                if self.names(between.start..between.start + start) {
                    return (between.start + start, Subject::Own(own));
                }
            }
        }
        let goes_on = last.direction == this.direction
            && !is_aside
            && self.is_adverb(last) == self.is_adverb(this);
        let is_joined = joints_list(text) || text.contains([',', '，', ';']);
        if goes_on && !is_joined && self.names(between.clone()) && self.is_subject(between.clone())
            || is_relative(self.lower[between.clone()].trim_end())
        {
            return (all, Subject::Object);
        }
        (all, Subject::Same)
    }

    fn is_adverb(&self, phrase: &Phrase) -> bool {
        words::is_adverb(&self.lower[phrase.span.clone()])
    }

    /// Whether a text that names something ends with a name, and words such as "can start".
    fn is_subject(&self, range: Range<usize>) -> bool {
        let mut end = range.end;
        loop {
            let head =
                self.lower[range.start..end].trim_end_matches(|c: char| !c.is_alphanumeric());
            let word = last_word(head);
            if word.is_empty() || !is_auxiliary(word) {
                return self.ends_in_name(range.start..range.start + head.len());
            }
            end = range.start + head.len() - word.len();
        }
    }

    /// Whether the last word of a text belongs to a name.
    fn ends_in_name(&self, range: Range<usize>) -> bool {
        let text = self.text[range.clone()].trim_end_matches(|c: char| !c.is_alphanumeric());
        let word = last_word(text);
        word.contains(|c: char| c.is_ascii_digit())
            || (self.names)(word)
            || (self.names)(text) && !(self.names)(&text[..text.len() - word.len()])
    }

    /// "T3 follows T1, then T2" does not say after which of them T2 comes.
    fn end_at_then(&self, statement: &mut Statement) {
        let object = statement.object.clone();
        for then in [
            ", then ",
            " then ",
            ", dann ",
            "，然后",
            ", puis ",
            ", luego ",
            ", затем ",
        ] {
            let Some(at) = self.lower[object.clone()].find(then) else {
                continue;
            };
            let from = object.start + at + then.len();
            if self.names(from..object.end) {
                statement.object.end = object.start + at;
                statement.doubtful = Some(trimmed(self.text, from..object.end));
            }
            return;
        }
    }

    /// `T3 完成后，T4 可以开始`, `T3完了後、T4を開始`, `T4 在 T3 之后`.
    fn behind(&self) -> Option<Statement> {
        if self.text.is_ascii() {
            return None;
        }
        let places = BEHIND
            .iter()
            .filter_map(|word| Some((self.text.find(word)?, word.len())));
        let (at, length) = places.min_by_key(|(at, length)| (*at, usize::MAX - length))?;
        let before = &self.text[..at];
        let split = BEFORE_BEHIND.iter().filter_map(|word| {
            let found = before.rfind(word)?;
            Some((found, found + word.len()))
        });
        let (own, object) = match split.max_by_key(|(_, end)| *end) {
            Some((start, end)) if self.names(0..start) => (0..start, end..at),
            split => {
                let rest = &self.text[at + length..];
                let skipped = rest.len()
                    - rest
                        .trim_start_matches(['，', '、', ',', ' ', 'に', 'は'])
                        .len();
                (
                    at + length + skipped..self.text.len(),
                    split.map_or(0, |(_, end)| end)..at,
                )
            }
        };
        let is_whole = self.names(own.clone()) && self.names(object.clone());
        is_whole.then_some(Statement {
            direction: Direction::Needs,
            subject: Some(own),
            object,
            is_denied: false,
            doubtful: None,
        })
    }
}
