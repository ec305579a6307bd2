//! Which groups come before one, as its heading and the sentences below it say: `Phase 2 (after Phase 1)`, "Starts after Wave 1 is
//! complete."

use crate::dialect::waiting::{Direction, in_lower_case, phrases, statements};
use crate::groups::{find_groups, group_id};

/// The groups that a heading names in a remark as those before its own, whose id is `own`: `Wave B (after A)`.
pub(super) fn in_heading(heading: &str, own: &str) -> Vec<String> {
    let mut found = Vec::new();
    for remark in remarks(heading) {
        before(remark, own, &mut found);
    }
    found
}

/// The groups that a sentence below the heading of a group says to come before that: it speaks of nothing else.
pub(super) fn in_sentence(sentence: &str, own: &str) -> Vec<String> {
    let lower = in_lower_case(sentence);
    let Some(first) = phrases(&lower).into_iter().next() else {
        return Vec::new();
    };
    let mut words = words(&lower[..first.span.start]);
    let mut found = Vec::new();
    if words.all(|word| is_about_itself(word, own)) {
        before(sentence, own, &mut found);
    }
    found
}

/// What stands in brackets, and behind a dash or a bar.
fn remarks(heading: &str) -> impl Iterator<Item = &str> {
    let brackets = heading.split(['(', '[', '（']).skip(1);
    let brackets = brackets.map(|part| part.split([')', ']', '）']).next().unwrap_or_default());
    let behind = [" - ", " – ", " — ", " | ", " · "]
        .iter()
        .flat_map(|mark| heading.split(mark).skip(1))
        .filter(|part| {
            let lower = in_lower_case(part.trim_start());
            phrases(&lower)
                .first()
                .is_some_and(|phrase| phrase.span.start == 0)
        });
    brackets.chain(behind)
}

fn before(text: &str, own: &str, found: &mut Vec<String>) {
    let names = |piece: &str| !groups(piece, own).is_empty();
    for statement in statements(text, &names) {
        let needs = statement.direction == Direction::Needs && !statement.is_denied;
        let subject = statement.subject.map(|place| groups(&text[place], own));
        if !needs || subject.is_some_and(|subject| subject.iter().any(|id| id != own)) {
            continue;
        }
        for id in groups(&text[statement.object], own) {
            if id != own && !found.contains(&id) {
                found.push(id);
            }
        }
    }
}

/// The groups that a text names; numbers and letters alone are of the kind of `own`: "after A and B".
fn groups(text: &str, own: &str) -> Vec<String> {
    let named = find_groups(text).flat_map(|group| {
        let numbers = group.numbers().into_iter();
        numbers.map(move |number| group_id(group.kind, &number))
    });
    let named: Vec<String> = named.collect();
    if !named.is_empty() {
        return named;
    }
    let kind = own.split('-').next().unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    let mut amount = false;
    for word in words(text) {
        let is_letter = word.len() == 1 && word.as_bytes()[0].is_ascii_uppercase();
        let is_number = word.len() < 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        if is_letter || is_number {
            found.push(group_id(kind, word));
        } else if !is_joint_or_state(word) && !is_about_itself(&word.to_lowercase(), own) {
            // "after 3 days"
            if amount {
                found.pop();
            }
            break;
        }
        amount = is_number;
    }
    found
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn is_joint_or_state(word: &str) -> bool {
    const WORDS: [&str; 20] = [
        "and",
        "und",
        "et",
        "y",
        "e",
        "и",
        "both",
        "is",
        "are",
        "has",
        "have",
        "been",
        "complete",
        "completed",
        "completes",
        "done",
        "finished",
        "finishes",
        "passed",
        "merged",
    ];
    WORDS.contains(&word)
}

/// Words of a sentence that only point at the group below whose heading it stands: "This wave can start …".
fn is_about_itself(word: &str, own: &str) -> bool {
    const WORDS: [&str; 38] = [
        "this", "these", "it", "the", "all", "tasks", "task", "work", "here", "can", "may", "must",
        "should", "will", "only", "be", "is", "are", "start", "starts", "started", "begin",
        "begins", "run", "runs", "launch", "launched", "executed", "diese", "dieser", "beginnt",
        "startet", "erst", "kann", "cette", "commence", "esta", "empieza",
    ];
    let mut own = own.split('-');
    let kind = own.next().unwrap_or_default();
    word == kind
        || word.strip_suffix('s') == Some(kind)
        || own
            .next()
            .is_some_and(|number| number.eq_ignore_ascii_case(word))
        || WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(heading: &str, own: &str, expected: &[&str]) {
        assert_eq!(in_heading(heading, own), expected, "{heading}");
    }

    #[test]
    fn remarks_of_headings() {
        check("Phase 2 (after Phase 1)", "phase-2", &["phase-1"]);
        check(
            "Wave 3 (depends on Waves 1 and 2)",
            "wave-3",
            &["wave-1", "wave-2"],
        );
        check("Wave B (after A)", "wave-b", &["wave-a"]);
        check(
            "Phase 3: Polish [needs Phase 1, Phase 2]",
            "phase-3",
            &["phase-1", "phase-2"],
        );
        check(
            "Phase 2: API (3 days, after phase 1)",
            "phase-2",
            &["phase-1"],
        );
        check("Phase 2 – nach Phase 1", "phase-2", &["phase-1"]);
        check("Phase 2: API - requires Phase 1", "phase-2", &["phase-1"]);
        check("Wave C – needs Wave B, 2 people", "wave-c", &["wave-b"]);
        check("Phase 2 (after 3 days)", "phase-2", &[]);
        check("Phase 1 (before Phase 2)", "phase-1", &[]);
        check("Phase 2 (in parallel with Phase 1)", "phase-2", &[]);
        check("Phase 2 (does not depend on Phase 1)", "phase-2", &[]);
        check("Phase 2: Clean up after Phase 1", "phase-2", &[]);
    }

    #[test]
    fn sentences_below() {
        let check = |sentence: &str, expected: &[&str]| {
            assert_eq!(in_sentence(sentence, "wave-3"), expected, "{sentence}");
        };
        check("Starts after Wave 2 is complete", &["wave-2"]);
        check(
            "This wave can only begin once Wave 1 and Wave 2 are done",
            &["wave-1", "wave-2"],
        );
        check("Wave 3 depends on Wave 2", &["wave-2"]);
        check("After Wave 2, all tasks can start", &["wave-2"]);
        check("The parser starts after Wave 2", &[]);
        check("T7 needs Wave 2", &[]);
        check("Runs in parallel with Wave 2", &[]);
        check("Takes 2 days after review", &[]);
    }
}
