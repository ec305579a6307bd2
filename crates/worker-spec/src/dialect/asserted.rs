//! What a text about order asserts, and what it names only to say that it is not waited for.
//!
//! "After T1, in parallel with T2", "T1–T6 except T4", "needs T1 but not T2", "none, but see T5", `~~T1~~ T2`: such words take
//! the names behind them out of what is waited for, up to the end of the clause or a word that speaks of waiting again
//! ("not T2, only T1"). In Chinese, Japanese and Korean most of them stand behind the names. Where it is left open how far
//! such a word reaches, it reaches on, and what it may not reach is told: only what all readings share is planned with.

mod closers;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use self::words::{Opener, Take, joins_on, opener, resumes};
use super::waiting::{self, Direction, Strength, in_lower_case};
use crate::{Code, Diagnostic};

/// A text with what it does not assert taken out.
#[derive(Debug)]
pub(super) struct Asserted<'t> {
    /// The text; what is taken out is spaces, so that all places stay.
    pub(super) text: Cow<'t, str>,
    /// What is taken out of a range or a list too: the `T4` of "T1–T6 except T4".
    pub(super) except: Vec<Range<usize>>,
    /// A list behind a comma that may also be asserted: the `T3` of "T1, not T2, T3" and of "T1, parallel with T2, T3".
    pub(super) doubtful: Option<Range<usize>>,
}

impl Asserted<'_> {
    /// The complaint about what is left open.
    pub(super) fn complaint(doubtful: &str) -> Diagnostic {
        let doubtful = doubtful.escape_debug();
        let message = format!("`{doubtful}` may be waited for, or be part of what is not");
        Diagnostic::warning(Code::AMBIGUOUS_ORDER, message)
            .help("put what is not waited for last, or between brackets")
    }
}

/// Longer texts than any that states an order.
const LONGEST: usize = 4096;

/// Bytes behind a phrase of waiting within which a name has to come.
const NEAR: usize = 40;

/// More such words than a text in earnest has.
const MOST: usize = 64;

/// Takes out what a text does not assert. `names` tells whether a piece of it names a task or a group. Words inside `titles` are
/// parts of names.
pub(super) fn asserted<'t>(
    text: &'t str,
    titles: &[Range<usize>],
    names: impl Fn(&str) -> bool,
) -> Asserted<'t> {
    asserted_until(text, text.len(), titles, names)
}

/// The same where every name holds a digit, as ids and groups do: words behind the last digit need not be looked at.
pub(super) fn asserted_of_numbers<'t>(text: &'t str, names: impl Fn(&str) -> bool) -> Asserted<'t> {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let last = text.bytes().rposition(is_digit).unwrap_or(0);
    let names = |piece: &str| piece.bytes().any(is_digit) && names(piece);
    asserted_until(text, last, &[], names)
}

/// The same where nothing behind `last` is named.
fn asserted_until<'t>(
    text: &'t str,
    last: usize,
    titles: &[Range<usize>],
    names: impl Fn(&str) -> bool,
) -> Asserted<'t> {
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut except = Vec::new();
    let mut doubtful = None;
    if text.len() <= LONGEST {
        let lower = in_lower_case(text);
        let is_word = |at: usize| !titles.iter().any(|title| title.contains(&at));
        struck(text, &mut taken);
        let texts = Texts {
            text,
            lower: &lower,
            last,
        };
        doubtful = behind_words(&texts, is_word, &names, &mut taken, &mut except);
        behind_names(&texts, is_word, &names, &mut taken, &mut except);
        without_spaces(text, is_word, &names, &mut taken, &mut except);
    }
    let text = match taken.is_empty() {
        true => Cow::Borrowed(text),
        false => Cow::Owned(blanked(text, &taken)),
    };
    Asserted {
        text,
        except,
        doubtful,
    }
}

/// What is looked at for words.
struct Texts<'t> {
    text: &'t str,
    lower: &'t str,
    /// Behind this place nothing is named.
    last: usize,
}

/// The length of a word at the start of a text that takes out what follows, with what stands before it: ", but not".
pub(super) fn word_that_takes_out(text: &str) -> Option<usize> {
    let lower = in_lower_case(text);
    let mut at = 0;
    loop {
        let start = next_word(&lower, at)?;
        let is_joined = lower[at..start]
            .chars()
            .all(|c| matches!(c, ' ' | ',' | '，' | '('));
        if let Some(opener) = opener(&lower, start).filter(|_| is_joined) {
            return Some(opener.end);
        }
        at = start + word_length(&lower[start..]);
        if !is_joined || !words::is_filling(&lower[start..at]) {
            return None;
        }
    }
}

/// A text with spaces in place of some parts of it.
fn blanked(text: &str, parts: &[Range<usize>]) -> String {
    let mut left = text.to_owned();
    for part in parts {
        let blank = " ".repeat(part.len());
        left.replace_range(part.clone(), &blank);
    }
    left
}

/// `~~T1~~ T2`, `~T1~ T2`.
fn struck(text: &str, taken: &mut Vec<Range<usize>>) {
    if memchr::memchr(b'~', text.as_bytes()).is_none() {
        return;
    }
    for mark in ["~~", "~"] {
        let mut from = 0;
        while let Some(open) = text[from..].find(mark).map(|at| from + at) {
            let inner = open + mark.len();
            let Some(close) = text[inner..].find(mark).map(|at| inner + at) else {
                break;
            };
            let body = &text[inner..close];
            // `T1~T3` is a range, `~ 2h` an amount.
            let is_tight = !text[..open].ends_with(|c: char| c.is_alphanumeric() || c == '~')
                && !text[close + mark.len()..].starts_with(|c: char| c.is_alphanumeric())
                && !body.starts_with([' ', '~'])
                && !body.ends_with(' ')
                && !body.is_empty();
            if is_tight {
                taken.push(open..close + mark.len());
                from = close + mark.len();
            } else {
                from = inner;
            }
            if taken.len() > MOST {
                return;
            }
        }
    }
}

/// Names behind words: "parallel with T2", "except T4", "not T2".
fn behind_words(
    texts: &Texts<'_>,
    is_word: impl Fn(usize) -> bool,
    names: &impl Fn(&str) -> bool,
    taken: &mut Vec<Range<usize>>,
    except: &mut Vec<Range<usize>>,
) -> Option<Range<usize>> {
    let &Texts { text, lower, last } = texts;
    let mut doubtful = None;
    let mut at = 0;
    while let Some(start) = next_word(lower, at).filter(|start| *start <= last) {
        at = start + word_length(&lower[start..]);
        let Some(opener) = opener(lower, start).filter(|_| is_word(start)) else {
            continue;
        };
        let end = clause_end(lower, &opener, names);
        let object = &text[opener.end..end];
        let comma = object.find([',', '，', '、']).unwrap_or(object.len());
        let first = &object[..comma];
        let is_near = opener.reach.is_none_or(|reach| {
            let near = first.split_whitespace().take(reach);
            near.fold(0, |_, word| word.as_ptr() as usize + word.len())
                .checked_sub(first.as_ptr() as usize)
                .is_some_and(|length| names(&first[..length]))
        });
        if !is_near || !names(first) {
            continue;
        }
        // Where something is waited for before, what stands behind a comma may go on with that.
        let rest = opener.end + comma..end;
        if doubtful.is_none() && names(&text[rest.clone()]) {
            let around = around(text, start);
            let is_outside = around.len() == start;
            let is_open = names(around) || opener.take == Take::Pointed && is_outside;
            doubtful = is_open.then(|| trimmed(text, rest));
        }
        if opener.take == Take::Except {
            except.push(opener.end..end);
        }
        taken.push(with_filling(lower, start)..end);
        at = end;
        if taken.len() > MOST {
            break;
        }
    }
    doubtful
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let bare = text[range.clone()].trim_start_matches([',', ' ', '，', '、']);
    range.end - bare.len()..range.start + text[range.clone()].trim_end().len()
}

/// Names before words: "T1, T2 can run in parallel", "T2 must not run at the same time", "T2 not needed".
fn behind_names(
    texts: &Texts<'_>,
    is_word: impl Fn(usize) -> bool,
    names: &impl Fn(&str) -> bool,
    taken: &mut Vec<Range<usize>>,
    except: &mut Vec<Range<usize>>,
) {
    let &Texts { text, lower, last } = texts;
    for piece in pieces(lower).take_while(|piece| piece.start <= last) {
        if taken.len() > MOST {
            return;
        }
        let words = &lower[piece.clone()];
        if let Some((at, take)) = closers::closer(words)
            && is_word(piece.start + at)
            && names(&text[piece.start..piece.start + at])
        {
            if take == Take::Except {
                except.push(piece.clone());
            }
            taken.push(piece);
        }
    }
}

/// Words of languages that put no spaces between them: `与 1.2 并行`, `T4を除く`, `T2와 병렬`.
fn without_spaces(
    text: &str,
    is_word: impl Fn(usize) -> bool,
    names: &impl Fn(&str) -> bool,
    taken: &mut Vec<Range<usize>>,
    except: &mut Vec<Range<usize>>,
) {
    if text.is_ascii() {
        return;
    }
    for piece in pieces(text) {
        if taken.len() > MOST {
            return;
        }
        let is_word = |at: usize| is_word(piece.start + at);
        if let Some((range, take)) = closers::without_spaces(&text[piece.clone()], is_word) {
            let range = piece.start + range.start..piece.start + range.end;
            if names(&text[range.clone()]) {
                if take == Take::Except {
                    except.push(range.clone());
                }
                taken.push(range);
            }
        }
    }
}

/// The pieces of a text between commas, semicolons, brackets and sentences.
fn pieces(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    let mut ends = text
        .char_indices()
        .filter(|(at, c)| match c {
            ',' | ';' | '(' | ')' | '[' | ']' | '\n' => true,
            '、' | '，' | '；' | '。' | '（' | '）' => true,
            '.' => text[at + 1..].starts_with(' '),
            _ => false,
        })
        .map(|(at, c)| (at, at + c.len_utf8()))
        .chain([(text.len(), text.len())]);
    std::iter::from_fn(move || {
        let (end, next) = ends.next()?;
        let piece = start..end;
        start = next;
        Some(piece)
    })
}

/// Where the next word begins behind the end of one.
fn next_word(text: &str, from: usize) -> Option<usize> {
    text[from..]
        .find(|c: char| c.is_alphanumeric() || c == '∥')
        .map(|at| from + at)
}

fn word_length(text: &str) -> usize {
    let first = text.chars().next().map_or(0, char::len_utf8);
    text[first..]
        .find(|c: char| !c.is_alphanumeric())
        .map_or(text.len(), |at| first + at)
}

/// What stands before a place, inside the bracket around it.
fn around(text: &str, at: usize) -> &str {
    let mut depth = 0_usize;
    for (place, c) in text[..at].char_indices().rev() {
        match c {
            ')' | ']' | '）' => depth += 1,
            '(' | '[' | '（' if depth == 0 => return &text[place + c.len_utf8()..at],
            '(' | '[' | '（' => depth -= 1,
            _ => {}
        }
    }
    &text[..at]
}

/// Where what a word takes out ends: with the clause, or where the text speaks of waiting again.
fn clause_end(lower: &str, opener: &Opener, names: &impl Fn(&str) -> bool) -> usize {
    let from = opener.end;
    let mut depth = 0_usize;
    let mut begins = false;
    for (at, c) in lower[from..].char_indices() {
        let at = from + at;
        let rest = &lower[at + c.len_utf8()..];
        match c {
            '(' | '[' | '（' => depth += 1,
            ')' | ']' | '）' if depth == 0 => return at,
            ')' | ']' | '）' => depth -= 1,
            ';' | '；' | '。' | '\n' | '|' if depth == 0 => return at,
            '<' if rest.starts_with("br") => return at,
            '.' if depth == 0 && rest.starts_with(' ') => return at,
            '-' | '–' | '—'
                if depth == 0 && lower[..at].ends_with(' ') && rest.starts_with(' ') =>
            {
                // "T4 - T6" is a range.
                let next = rest.split_whitespace().next().unwrap_or_default();
                if !names(next) {
                    return at;
                }
            }
            _ if c.is_alphanumeric() && begins && goes_on(lower, at, opener, names) => return at,
            _ => {}
        }
        begins = !c.is_alphanumeric();
    }
    lower.len()
}

/// Whether a text speaks of what is waited for again at a place behind a word that takes out: "parallel with T2, after T3".
fn goes_on(lower: &str, at: usize, opener: &Opener, names: &impl Fn(&str) -> bool) -> bool {
    let text = &lower[at..];
    // "not blocked by T2" denies the phrase.
    let has_object = || names(&lower[opener.end..at]);
    resumes(text)
        || joins_on(text) && has_object()
        || waiting::phrase_at(lower, at).is_some_and(|phrase| {
            let behind = &lower[phrase.span.end..];
            let near = &behind[..behind.floor_char_boundary(NEAR)];
            phrase.direction == Direction::Needs
                && (phrase.strength == Strength::Order || names(near))
                && (opener.take != Take::Except || has_object())
        })
}

/// Where a word begins with those before it that say nothing by themselves: "but can run".
fn with_filling(lower: &str, start: usize) -> usize {
    let mut from = start;
    loop {
        let before = lower[..from].trim_end_matches([' ', '*', '_']);
        let word = before
            .rfind(|c: char| !c.is_alphanumeric())
            .map_or(0, |at| {
                at + before[at..].chars().next().map_or(1, char::len_utf8)
            });
        if word == before.len() || !words::is_filling(&before[word..]) {
            return from;
        }
        from = word;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words with digits that a text asserts, then those that it takes out of ranges.
    fn read(text: &str) -> String {
        let names = |text: &str| -> String {
            let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-–.".contains(c)));
            let named = words.filter(|word| word.contains(|c: char| c.is_ascii_digit()));
            named.collect::<Vec<_>>().join(" ")
        };
        let found = asserted(text, &[], |piece| !names(piece).is_empty());
        let mut out = names(&found.text);
        for range in &found.except {
            out.push_str(&format!(" -{}", names(&text[range.clone()])));
        }
        if found.doubtful.is_some() {
            out.push('?');
        }
        out.trim().to_owned()
    }

    #[test]
    fn what_is_waited_for() {
        for (text, expected) in [
            ("T1, in parallel with T3", "T1"),
            ("T1 (parallel with T2)", "T1"),
            ("T1 (can run in parallel with T2), T4", "T1 T4"),
            ("T1, parallel to T2 and T3", "T1"),
            ("T1, concurrently with T2", "T1"),
            ("T1, simultaneously with T2", "T1"),
            ("T1, alongside T2", "T1"),
            ("T1, at the same time as T2", "T1"),
            ("T1, can run with T3", "T1"),
            ("T1, together with T3", "T1"),
            ("T1 while T2 runs", "T1"),
            ("T1 ∥ T2", "T1"),
            ("T1, independent of T2", "T1"),
            ("T1, independently of T2", "T1"),
            ("independent of T2", ""),
            ("T1 regardless of T2", "T1"),
            ("T1, not T2", "T1 -T2"),
            ("T1 but not T2", "T1 -T2"),
            ("not T2, only T1", "T1 -T2"),
            ("T1, unlike T2", "T1"),
            ("none, but see T5", ""),
            ("T1 (see T5)", "T1"),
            ("T1-T6 except T4", "T1-T6 -T4"),
            ("T1–T6 (except for T4 and T5)", "T1–T6 -T4 T5"),
            ("T1-T6 excluding T4; T9", "T1-T6 T9 -T4"),
            ("T1-T6 without T4", "T1-T6 -T4"),
            ("T1-T6 apart from T4", "T1-T6 -T4"),
            ("T1 instead of T2", "T1 -T2"),
            ("T1, not T2, T3", "T1 -T2 T3?"),
            ("T1, parallel with T2, after T3", "T1 T3"),
            ("T1, parallel with T2 - T3 too - quick", "T1"),
            ("~~T1~~ T2", "T2"),
            ("~T1~ T2", "T2"),
            ("T1~T3", "T1 T3"),
            ("T1, before T5", "T1"),
            ("T1, blocks T9", "T1"),
            ("T1, T2 can run in parallel", "T1"),
            ("T1, T2 not needed", "T1 -T2"),
            ("T2 must not run at the same time", ""),
            ("T1, does not wait for T2", "T1 -T2"),
            ("T1, doesn't need T2", "T1 -T2"),
            ("T1, no dependency on T2", "T1 -T2"),
            ("T1, no need for T2", "T1 -T2"),
            // Nothing is taken out.
            ("T1, T2", "T1 T2"),
            ("T1 (not started), T2", "T1 T2"),
            ("T1, not started yet, T2", "T1 T2"),
            ("not only T1 but also T2", "T1 T2"),
            ("T1, cannot start without T2", "T1 T2"),
            ("T1, not independent of T2", "T1 T2"),
            ("T1, not before T2", "T1 T2"),
            ("T1, must not start until T2 is done", "T1 T2"),
            ("T1 and T2 in parallel", "T1 T2"),
            ("T1 along with T2", "T1 T2"),
            ("the page with 404 errors of T2", "404 T2"),
            // German, French, Spanish, Portuguese, Italian, Dutch, Russian.
            ("T1, parallel zu T2", "T1"),
            ("T1, gleichzeitig mit T2", "T1"),
            ("T1, unabhängig von T2", "T1"),
            ("T1–T6 außer T4", "T1–T6 -T4"),
            ("T1, nicht T2", "T1 -T2"),
            ("T1 (siehe T5)", "T1"),
            ("T1, en parallèle avec T2", "T1"),
            ("T1-T6 sauf T4", "T1-T6 -T4"),
            ("T1, pas T2", "T1 -T2"),
            ("T1, indépendant de T2", "T1"),
            ("T1, en paralelo con T2", "T1"),
            ("T1-T6 excepto T4", "T1-T6 -T4"),
            ("T1, no T2", "T1 -T2"),
            ("T1, em paralelo com T2", "T1"),
            ("T1-T6 exceto T4", "T1-T6 -T4"),
            ("T1, não T2", "T1 -T2"),
            ("T1, in parallelo con T2", "T1"),
            ("T1-T6 tranne T4", "T1-T6 -T4"),
            ("T1, parallel met T2", "T1"),
            ("T1-T6 behalve T4", "T1-T6 -T4"),
            ("T1, niet T2", "T1 -T2"),
            ("T1, параллельно с T2", "T1"),
            ("T1-T6 кроме T4", "T1-T6 -T4"),
            ("T1, не T2", "T1 -T2"),
            ("T1, независимо от T2", "T1"),
            // Chinese, Japanese, Korean.
            ("1.1，与 1.2 并行", "1.1"),
            ("1.1，和1.2同时进行", "1.1"),
            ("T1-T6，除T4外", "T1-T6 -T4"),
            ("T1，不依赖 T2", "T1 -T2"),
            ("T1（参见 T5）", "T1"),
            ("T1、T2と並行", "T1"),
            ("T1-T6（T4を除く）", "T1-T6 -T4"),
            ("T4以外のT1-T6", "T1-T6 -T4"),
            ("T1、T2は不要", "T1 -T2"),
            ("T1, T2와 병렬", "T1"),
            ("T1-T6 (T4 제외)", "T1-T6 -T4"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
