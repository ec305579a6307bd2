//! Which groups come before one, as its heading and the sentences below it say: `Phase 2 (after Phase 1)`, "Starts after Wave 1 is
//! complete."

use crate::dialect::asserted::asserted;
use crate::dialect::waiting::{Direction, in_lower_case, phrases, says_no_more, statements};
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
        // "after Phase 1, parallel with Phase 9"
        let object = asserted(&text[statement.object], &[], names);
        for id in groups(&object.text, own) {
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
    let (kind, number) = own.split_once('-').unwrap_or((own, ""));
    let pieces = text.split([',', ';', '，', '、']);
    // A piece that says something else ends the list: "after 1, 2 people".
    let pieces = pieces.map_while(|piece| alone(piece, own, is_letter(number)));
    let found = pieces.flatten();
    found.map(|name| group_id(kind, &name)).collect()
}

/// The numbers of a text that is nothing but numbers, or letters where groups are called by letters, and words that say no more:
/// "1 and 2 are done". "3 days", "3/9", "15.03." and "A/B test" are none.
fn alone(piece: &str, own: &str, with_letters: bool) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    let mut last: Option<(u32, usize)> = None;
    for word in piece.split(|c: char| !(c.is_alphanumeric() || c == '.')) {
        let start = word.as_ptr() as usize - piece.as_ptr() as usize;
        let end = start + word.len();
        let word = word.trim_end_matches('.');
        if word.is_empty() {
            continue;
        }
        let marks = |c: char| matches!(c, '/' | '%' | ':' | '$' | '€' | '#' | '+');
        let is_marked = piece[..start].ends_with(marks) || piece[end..].starts_with(marks);
        let is_number = is_number(word) && (own.contains('.') || !word.contains('.'));
        if is_number && !is_marked {
            let number = word.parse::<u32>().ok();
            // "1-3"
            if let (Some((first, before)), Some(number)) = (last, number)
                && matches!(piece[before..start].trim(), "-" | "–" | "to")
                && (first..first + MOST_OF_RANGE).contains(&number)
            {
                found.extend((first + 1..number).map(|number| number.to_string()));
            }
            found.push(word.to_owned());
            last = number.map(|number| (number, end));
        } else if with_letters && is_letter(word) && word != word.to_lowercase() && !is_marked {
            found.push(word.to_owned());
            last = None;
        } else if !(is_joint_or_state(word)
            || says_no_more(word)
            || is_about_itself(&word.to_lowercase(), own))
        {
            return None;
        }
    }
    Some(found)
}

/// More groups than a range in earnest names.
const MOST_OF_RANGE: u32 = 64;

/// `3`, `2.1`, and no `03`.
fn is_number(word: &str) -> bool {
    word.len() < 6
        && word.split('.').all(|part| {
            let is_digits = part.bytes().all(|byte| byte.is_ascii_digit());
            is_digits && !part.is_empty() && (part == "0" || !part.starts_with('0'))
        })
}

fn is_letter(word: &str) -> bool {
    word.len() == 1 && word.as_bytes()[0].is_ascii_alphabetic()
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
        check(
            "Phase 4 (after 1-3)",
            "phase-4",
            &["phase-1", "phase-2", "phase-3"],
        );
        check("Phase 4 (after 2, 3 people)", "phase-4", &["phase-2"]);
        check("Phase 2.2 (after 2.1)", "phase-2.2", &["phase-2.1"]);
        check("Phase 1 (before Phase 2)", "phase-1", &[]);
        check("Phase 2 (in parallel with Phase 1)", "phase-2", &[]);
        check("Phase 2 (does not depend on Phase 1)", "phase-2", &[]);
        check("Phase 2: Clean up after Phase 1", "phase-2", &[]);
    }

    #[test]
    fn what_is_not_waited_for() {
        let waits = &["phase-1"];
        check(
            "Phase 2: UI (after Phase 1, parallel with Phase 9)",
            "phase-2",
            waits,
        );
        check("Phase 2: UI (after Phase 1, not Phase 9)", "phase-2", waits);
        check("Phase 2: UI (after 1, not 9)", "phase-2", waits);
        check("Phase 2: UI (after 3/9)", "phase-2", &[]);
        check("Phase 2: UI (nach 15.03.)", "phase-2", &[]);
        check("Phase 2: UI (after 50% of the tests)", "phase-2", &[]);
        check("Phase 2: Rollout (after A/B test)", "phase-2", &[]);
        check("Phase 2: Rollout (starts after I approve)", "phase-2", &[]);
        check("Wave B: Rollout (after A/B test)", "wave-b", &[]);
        check("Wave C (after A and B)", "wave-c", &["wave-a", "wave-b"]);
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
        check(
            "Can start after Wave 2, in parallel with Wave 9",
            &["wave-2"],
        );
        check(
            "This wave starts once Wave 1 and Wave 2 are tested",
            &["wave-1", "wave-2"],
        );
        check("The parser starts after Wave 2", &[]);
        check("T7 needs Wave 2", &[]);
        check("Runs in parallel with Wave 2", &[]);
        check("Takes 2 days after review", &[]);
    }
}
