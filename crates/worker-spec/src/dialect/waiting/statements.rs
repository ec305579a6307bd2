//! What a sentence states about order: who waits for whom, however many phrases it has.
//!
//! Most sentences begin with their subject: "T4 needs T2 and blocks T5", "T2 needs T1, T3 needs T2". Others begin with a phrase,
//! and the subject comes behind what is waited for: "Once T3 is complete, T4 can start". Where names on both sides of a comma
//! leave open where one side ends, only what both readings share is stated, and the rest is in doubt.

mod cut;
mod words;

use std::ops::Range;

pub(super) use self::words::is_adverb;
pub(in crate::dialect) use self::words::is_auxiliary;
use self::words::{first_word, is_relative, joints, joints_list, last_joint, last_word, trimmed};
use super::denial::{has_denied_subject, is_denied_or_permitted, is_earlier, is_supposed};
use super::{
    BEFORE_BEHIND, BEHIND, Direction, Phrase, Strength, in_lower_case, is_common_elsewhere,
    is_condition, is_denied, is_negator, is_over, is_unspaced, phrases, says_no_more,
    speaks_of_trouble,
};

/// More phrases than a sentence in earnest has.
const MOST_PHRASES: usize = 16;

/// More words than the names before a verb.
const MOST_WORDS_OF_NAMES: usize = 6;

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
    if is_of_trouble(&lower) {
        return Vec::new();
    }
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

/// Whether a sentence in lower case says what is to be done when something goes wrong: "When T1 fails, T2 needs T3".
fn is_of_trouble(lower: &str) -> bool {
    const IF: [&str; 5] = ["if", "falls", "si", "se", "если"];
    let bare = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let word = first_word(bare);
    (is_condition(word) || IF.contains(&word)) && speaks_of_trouble(&bare[word.len()..])
}

/// The phrases of a text that say something about names.
fn told(text: &str, lower: &str, names: &dyn Fn(&str) -> bool) -> Vec<Phrase> {
    let mut all = phrases(lower);
    let starts: Vec<usize> = all.iter().map(|phrase| phrase.span.start).collect();
    let mut next = starts.into_iter().skip(1).chain([text.len()]);
    all.retain(|phrase| {
        let next = next.next().unwrap_or(text.len());
        let end = phrase.span.end;
        let near = end..text.floor_char_boundary(end + NEAR).min(next.max(end));
        phrase.strength == Strength::Order || is_about_names(phrase, text, lower, near, names)
    });
    all.truncate(MOST_PHRASES);
    if let Some(until) = opening_until(lower) {
        all.insert(0, until);
    }
    all
}

/// Whether a phrase that also says other things is about names: "after T1", and neither "before noon, T1", "when T1 fails", "blocks
/// T1's reviewer" nor "Attend T1".
fn is_about_names(
    phrase: &Phrase,
    text: &str,
    lower: &str,
    near: Range<usize>,
    names: &dyn Fn(&str) -> bool,
) -> bool {
    let word = &lower[phrase.span.clone()];
    let object = text[near.clone()].trim_start_matches([' ', ':', '：', ',', '*', '_']);
    let clause = object.split([',', '，', ';']).next().unwrap_or_default();
    if !names(clause) {
        return false;
    }
    if (is_condition(word) || is_adverb(word)) && speaks_of_trouble(&in_lower_case(clause)) {
        return false;
    }
    // "T4 After T1 users sign in, greet them": a title begins.
    let before = &text[..phrase.span.start];
    let is_title = text[phrase.span.start..].starts_with(char::is_uppercase) && names(before);
    // "T4: After T1", "T4 - Requires T1"; "T4 - After T1 users sign in" goes on with a title.
    let end = before.trim_end();
    let is_verb = !is_adverb(word) && !is_condition(word);
    let is_set_off = end.ends_with([':', '：']) || is_verb && end.ends_with(['-', '–', '—', '|']);
    if is_title && !is_set_off && !are_names(clause, names) {
        return false;
    }
    if is_common_elsewhere(word) {
        let before = last_word(text[..phrase.span.start].trim_end());
        let follows = before.is_empty() || names(before) || is_auxiliary(&before.to_lowercase());
        let first = clause.split_whitespace().next().unwrap_or_default();
        return follows && names(first) && says_no_more(&clause[first.len()..]);
    }
    !is_of_a_thing(word, clause, names)
}

/// Whether a text is nothing but names and words that say no more.
fn are_names(text: &str, names: &dyn Fn(&str) -> bool) -> bool {
    let mut words = text
        .split(|c: char| c.is_whitespace() || matches!(c, '+' | '&' | '(' | ')'))
        .filter(|word| !word.is_empty());
    words.all(|word| {
        let joins = matches!(word, "and" | "und" | "et" | "y" | "e" | "en" | "и");
        joins || names(word) || says_no_more(word)
    })
}

/// "T2 blocks T4's reviewer", "T4 follows T1's naming scheme": of a task, but not of its end.
fn is_of_a_thing(word: &str, clause: &str, names: &dyn Fn(&str) -> bool) -> bool {
    const VERBS: [&str; 8] = [
        "follows",
        "following",
        "blocks",
        "block",
        "unblocks",
        "unblock",
        "enables",
        "blockiert",
    ];
    const ENDS: [&str; 10] = [
        "completion",
        "completing",
        "end",
        "merge",
        "release",
        "delivery",
        "work",
        "start",
        "launch",
        "rollout",
    ];
    let possessive = ["'s ", "’s "]
        .iter()
        .find_map(|mark| clause.split_once(*mark));
    let Some((name, thing)) = possessive.filter(|_| VERBS.contains(&word)) else {
        return false;
    };
    names(name) && !ENDS.contains(&first_word(thing.trim_start()))
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

/// Words behind names that are parts of other words too: `の後` of `の後半`, `다음` of `다음날`, `完成后` of `完成后端`.
const CONTINUED: [&str; 8] = [
    "以后",
    "之后",
    "完成后",
    "完了後",
    "の後",
    "のあと",
    "이후",
    "다음",
];

/// Whether a text ends here, or goes on with a mark, a name or a word that is set off.
fn ends_or_names(rest: &str, names: &dyn Fn(&str) -> bool) -> bool {
    let Some(first) = rest.chars().next() else {
        return true;
    };
    let particle = [
        "に", "は", "で", "から", "才", "再", "可", "就", "即", "能", "开始", "进行", "方", "执行",
        "启动",
    ];
    !first.is_alphanumeric()
        || particle.iter().any(|particle| rest.starts_with(particle))
        || first.is_ascii_alphanumeric()
            && names(
                rest.split([' ', '，', ',', '、'])
                    .next()
                    .unwrap_or_default(),
            )
}

/// Whether what a phrase is about is a clause: "requires that T1 is done".
fn opens_clause(object: &str) -> bool {
    const THAT: [&str; 7] = ["that", "dass", "daß", "que", "che", "dat", "чтобы"];
    THAT.contains(&first_word(object.trim_start()))
}

/// Whether a verb and what stands behind it are about all the names before it: the "are tested" of "once T1 and T2 are tested".
/// Behind one name "is" begins another clause, unless it says that something is over, and so does what tells names apart: "after
/// T1, T2 and T3 are independent".
fn is_of_all(verb: &str, rest: &str) -> bool {
    const OF_MANY: [&str; 9] = [
        "are", "were", "have", "sind", "haben", "sont", "son", "están", "sono",
    ];
    const OF_ONE: [&str; 9] = ["is", "was", "has", "ist", "hat", "est", "es", "está", "è"];
    const APART: [&str; 21] = [
        "independent",
        "independently",
        "optional",
        "unrelated",
        "separate",
        "separately",
        "free",
        "parallel",
        "unaffected",
        "blocked",
        "waiting",
        "next",
        "later",
        "started",
        "unabhängig",
        "parallèles",
        "indépendantes",
        "independientes",
        "able",
        "allowed",
        "possible",
    ];
    // Words between a verb and what it says.
    const BETWEEN: [&str; 12] = [
        "fully",
        "completely",
        "successfully",
        "all",
        "both",
        "each",
        "also",
        "been",
        "already",
        "finally",
        "properly",
        "now",
    ];
    if says_no_more(rest) {
        return true;
    }
    let lower = in_lower_case(rest);
    let mut words = lower
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
        .filter(|word| !word.is_empty());
    if words
        .clone()
        .any(|word| APART.contains(&word) || is_negator(word))
    {
        return false;
    }
    let said = words.find(|word| *word != verb && !BETWEEN.contains(word));
    OF_MANY.contains(&verb)
        || OF_ONE.contains(&verb) && said.is_some_and(|word| word.ends_with("ed") || is_over(word))
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
        for statement in &mut found {
            self.end_at_clause(statement);
            self.begin_behind_clause(statement);
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
        let own = phrase;
        let phrase = &self.phrases[own];
        let (direction, is_denied) = self.sense(own);
        let object = phrase.span.end..to.max(phrase.span.end);
        // "requires that T1 is not open"
        let said = &self.lower[object.clone()];
        let is_not = opens_clause(said)
            && words::has_negator(said.split([',', '，']).next().unwrap_or_default());
        Statement {
            direction,
            subject,
            object,
            is_denied: is_denied || is_not,
            doubtful,
        }
    }

    /// Which side of a phrase comes first as its clause says, and whether the clause denies it. "Neither T2 nor T3 can start before
    /// T1" says that T1 comes first, "T2 need not be done before T1" says nothing.
    fn sense(&self, at: usize) -> (Direction, bool) {
        let phrase = &self.phrases[at];
        let before = &self.text[..phrase.span.start];
        let last = at
            .checked_sub(1)
            .map_or(0, |last| self.phrases[last].span.end);
        let own = &self.text[last.min(phrase.span.start)..phrase.span.start];
        let clause = own
            .rsplit([',', '，', ';', ':', '：', '—'])
            .next()
            .unwrap_or_default();
        let word = &self.lower[phrase.span.clone()];
        let is_supposed = is_supposed(clause);
        match (is_earlier(word), has_denied_subject(own)) {
            (true, true) => (Direction::Needs, is_supposed || is_denied(before)),
            (_, has_denied) => {
                let is_denied = is_supposed || is_denied_or_permitted(before, word);
                (phrase.direction, is_denied || has_denied)
            }
        }
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

    /// "T2 depends on T1 and T3 is independent", "T5 needs T4 only if T3 slips": what is waited for ends before the next clause.
    fn end_at_clause(&self, statement: &mut Statement) {
        const CONDITIONS: [&str; 12] = [
            " if ",
            " in case ",
            " unless ",
            " falls ",
            " wenn ",
            " si ",
            " se ",
            " als ",
            " если ",
            " whenever ",
            " though ",
            " while ",
        ];
        const VERBS: [&str; 34] = [
            "is",
            "are",
            "was",
            "were",
            "can",
            "may",
            "must",
            "has",
            "have",
            "will",
            "should",
            "could",
            "does",
            "do",
            "cannot",
            "runs",
            "starts",
            "needs",
            "stays",
            "ist",
            "sind",
            "kann",
            "muss",
            "hat",
            "est",
            "sont",
            "peut",
            "es",
            "son",
            "está",
            "puede",
            "è",
            "можно",
            "может",
        ];
        let object = statement.object.clone();
        for condition in CONDITIONS {
            let Some(at) = self.lower[object.clone()].find(condition) else {
                continue;
            };
            let at = object.start + at;
            if at < statement.object.end && self.names(object.start..at) {
                statement.object.end = at;
            }
        }
        let object = statement.object.clone();
        // "once T1 and T3 are merged"
        let is_adverb = opens_clause(&self.lower[object.clone()])
            || self.phrases.iter().any(|phrase| {
                let word = last_word(&self.lower[phrase.span.clone()]);
                phrase.span.end == object.start && (self.is_adverb(phrase) || is_adverb(word))
            });
        for joint in joints(&self.lower[object.clone()]) {
            let (start, end) = (object.start + joint.start, object.start + joint.end);
            // "T3 is", "the T3 can"
            let mut words = self.lower[end..object.end].split_whitespace();
            let verb = words
                .by_ref()
                .take(MOST_WORDS_OF_NAMES)
                .find(|word| VERBS.contains(word));
            let Some(verb) = verb else { continue };
            let at = verb.as_ptr() as usize - self.lower.as_ptr() as usize;
            let rest = &self.text[at..object.end];
            let is_end = is_adverb && is_of_all(verb, rest);
            if !is_end && self.names(object.start..start) && self.ends_in_name(end..at) {
                statement.object.end = start;
                return;
            }
        }
    }

    /// "T1 must be merged before noon, T2 after T3": what a phrase is about begins behind the clause that says something else.
    fn begin_behind_clause(&self, statement: &mut Statement) {
        let Some(subject) = &mut statement.subject else {
            return;
        };
        let text = &self.text[subject.clone()];
        let Some(comma) = text.rfind([',', '，']) else {
            return;
        };
        let behind = subject.start + comma + text[comma..].chars().next().map_or(1, char::len_utf8);
        let is_list = self.ends_in_name(subject.start..subject.start + comma);
        if !is_list && self.names(behind..subject.end) && self.is_subject(behind..subject.end) {
            subject.start = behind;
        }
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

    /// Where a word that stands behind names does: `T3 后，` and `T3 后 T4`, and neither `T3 是后端` nor `T3 最后`.
    fn find_behind(&self, word: &str) -> Option<usize> {
        let mut all = self.text.match_indices(word).map(|(at, _)| at);
        all.find(|at| {
            let rest = &self.text[at + word.len()..];
            let ends = ends_or_names(rest, self.names);
            match word {
                "后" => {
                    ends && self.ends_in_name(0..*at) && !self.text[..*at].ends_with(is_unspaced)
                }
                _ => ends || !CONTINUED.contains(&word),
            }
        })
    }

    /// `T3 完成后，T4 可以开始`, `T3完了後、T4を開始`, `T4 在 T3 之后`.
    fn behind(&self) -> Option<Statement> {
        if self.text.is_ascii() {
            return None;
        }
        let places = BEHIND
            .iter()
            .filter_map(|word| Some((self.find_behind(word)?, word.len())));
        let (at, length) = places.min_by_key(|(at, length)| (*at, usize::MAX - length))?;
        let before = &self.text[..at];
        let split = BEFORE_BEHIND.iter().filter_map(|word| {
            let found = before.rfind(word)?;
            Some((found, found + word.len()))
        });
        let split = split.max_by_key(|(_, end)| *end);
        let (own, object) = match split {
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
        // `T2 不需要在 T1 之后`
        let denied = is_denied(&self.text[..object.start])
            || split.is_some_and(|(start, _)| is_denied(&self.text[..start]));
        is_whole.then_some(Statement {
            direction: Direction::Needs,
            subject: Some(own),
            object,
            is_denied: denied,
            doubtful: None,
        })
    }
}
