//! How long a document says that each of its tasks takes.

use std::ops::Range;
use std::time::Duration;

use crate::dialect::wave_plan::group_heading::is_task_word;
use crate::duration::parse_duration;

/// "225 workers × 20 min each", "each task takes 20 min".
#[derive(Debug)]
pub(super) struct Each {
    /// How many tasks it says this of; `None` when it says it of all.
    pub(super) count: Option<usize>,
    pub(super) duration: Duration,
}

/// "225 workers × 20 min each", "20 min per task", "each task takes 20 min": the phrase, the number of tasks and the
/// duration of each.
pub(super) fn each(text: &str) -> Option<(Range<usize>, Each)> {
    let lower = text.to_ascii_lowercase();
    times(&lower).or_else(|| per_task(&lower))
}

/// `225 workers × 20 min`. The sign may be broken by a wrong decoding (`Ã—`).
fn times(text: &str) -> Option<(Range<usize>, Each)> {
    for sign in ["×", "Ã—", "Ã\u{97}", " x ", " * ", " at ", " @ "] {
        for (at, _) in text.match_indices(sign) {
            let before = text[..at].trim_end();
            let noun = before
                .rsplit(|c: char| !c.is_alphabetic())
                .next()
                .unwrap_or_default();
            let head = before[..before.len() - noun.len()].trim_end();
            let number = head
                .rsplit(|c: char| !c.is_ascii_digit() && c != ',')
                .next()
                .unwrap_or_default();
            let after = text[at + sign.len()..].trim_start();
            let from = text.len() - after.len();
            if let (true, Ok(count), Some(duration)) = (
                is_task_word(noun),
                number.replace(',', "").parse(),
                leading_duration(after),
            ) {
                let end = phrase_end(text, from);
                let start = head.len() - number.len();
                return Some((
                    start..end,
                    Each {
                        count: Some(count),
                        duration,
                    },
                ));
            }
        }
    }
    None
}

fn per_task(text: &str) -> Option<(Range<usize>, Each)> {
    for word in ["task", "worker", "agent"] {
        for lead in ["each ", "every ", "all "] {
            let phrase = format!("{lead}{word}");
            if let Some(at) = text.find(&phrase) {
                let rest = text[at + phrase.len()..].trim_start_matches('s');
                let verb = [
                    " takes ", " take ", " is ", " are ", ": ", " runs ", " needs ",
                ]
                .iter()
                .find_map(|verb| rest.strip_prefix(verb));
                if let Some(duration) = verb.and_then(leading_duration) {
                    let from = text.len() - verb.map_or(0, str::len);
                    return Some((
                        at..phrase_end(text, from),
                        Each {
                            count: None,
                            duration,
                        },
                    ));
                }
            }
        }
        for phrase in [
            format!(" per {word}"),
            format!(" each {word}"),
            format!("/{word}"),
        ] {
            let Some(at) = text.find(&phrase) else {
                continue;
            };
            let before = &text[..at];
            let start = before
                .char_indices()
                .rev()
                .take(16)
                .take_while(|(_, c)| !matches!(c, '(' | ',' | ':' | ';'))
                .filter(|(_, c)| c.is_ascii_digit())
                .last()
                .map(|(start, _)| start);
            if let Some(start) = start
                && let Some(duration) = whole_duration(&before[start..])
            {
                return Some((
                    start..at + phrase.len(),
                    Each {
                        count: None,
                        duration,
                    },
                ));
            }
        }
    }
    None
}

/// A duration at the start, in minutes or more: `0.6s interval` is no work.
pub(super) fn leading_duration(text: &str) -> Option<Duration> {
    parse_duration(text).filter(|duration| duration.as_secs() >= 60)
}

fn whole_duration(text: &str) -> Option<Duration> {
    let ends_in_unit = text.trim_end().ends_with(|c: char| c.is_alphabetic());
    leading_duration(text).filter(|_| ends_in_unit)
}

fn phrase_end(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let end = rest.find(['=', ',', ';', ')', '(']).unwrap_or(rest.len());
    from + rest[..end].trim_end().len()
}
