//! Remarks whose words stand behind the names: `（在 T3 之后）`, `T3完了後`, `(T3 이후)`.

use super::{Needs, begins_with_name};
use crate::dialect::waiting::{BEFORE_BEHIND, BEHIND};
use crate::dialect::wave_plan::known_names::KnownNames;

/// Finds such a remark, in a bracket or behind a comma.
pub(super) fn needs(line: &str, known: Option<&KnownNames>) -> Option<Needs> {
    if line.is_ascii() {
        return None;
    }
    let mut start = 0;
    let mut behind = 0;
    let ends = line
        .char_indices()
        .filter(|(_, c)| "(（)）[],，;；".contains(*c))
        .map(|(at, c)| (at, at + c.len_utf8()));
    for (at, next) in ends.chain([(line.len(), line.len())]) {
        let piece = behind..at;
        let opens = start;
        (start, behind) = (at, next);
        let Some(names) = names(&line[piece.clone()], known) else {
            continue;
        };
        let from = piece.start + names.start;
        // In a piece that begins otherwise the remark begins with its own word.
        let begins = match line[piece.start..from].trim() {
            "" => opens,
            before if BEFORE_BEHIND.contains(&before) => opens,
            _ => piece.start + own_start(&line[piece.start..from]),
        };
        let in_bracket = line[..at].rfind(['(', '（', '[']) > line[..at].rfind([')', '）', ']']);
        let closes = in_bracket
            .then(|| line[at..].find([')', '）', ']']).map(|close| at + close))
            .flatten();
        let rest = match closes {
            Some(close) => close + line[close..].chars().next().map_or(0, char::len_utf8),
            None => at,
        };
        return Some(Needs {
            start: begins,
            names: from..piece.start + names.end,
            inside: at..closes.unwrap_or(at),
            rest: rest..line.len(),
        });
    }
    None
}

/// Where the word before the names begins.
fn own_start(head: &str) -> usize {
    let bare = head.trim_end();
    let word = BEFORE_BEHIND.iter().find(|word| bare.ends_with(**word));
    bare.len() - word.map_or(0, |word| word.len())
}

/// The names in a piece that ends so.
fn names(piece: &str, known: Option<&KnownNames>) -> Option<std::ops::Range<usize>> {
    let bare = piece.trim_end_matches([' ', '*', '_', '。']);
    let body = BEHIND
        .iter()
        .find_map(|word| bare.strip_suffix(word))?
        .trim_end();
    // The last word before names, or the start of the piece.
    let starts = BEFORE_BEHIND
        .iter()
        .filter_map(|word| Some(body.rfind(word)? + word.len()));
    let start = starts.max().unwrap_or(0);
    // `2時間、T1`: what is no name may stand before a comma that joins names elsewhere.
    let commas = body[start..].match_indices('、');
    let commas = commas.map(|(at, comma)| start + at + comma.len());
    let mut all = std::iter::once(start).chain(commas).take(MOST_PARTS);
    all.find_map(|start| {
        let names = body[start..].trim_start();
        are_names(names, known).then(|| body.len() - names.len()..body.len())
    })
}

/// More parts than any list in earnest has.
const MOST_PARTS: usize = 16;

/// Whether a text is a list of names.
fn are_names(names: &str, known: Option<&KnownNames>) -> bool {
    let is_list = |c: char| c.is_ascii_alphanumeric() || " .-_#,&+、和与と～〜".contains(c);
    known.is_some_and(|known| known.names_at_start(names) == names.len() && !names.is_empty())
        || begins_with_name(names) && names.chars().all(is_list)
}
