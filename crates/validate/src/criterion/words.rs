use std::fmt;

/// A criterion as rules read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Text in backticks or double quotes, letter for letter.
    Code(String),
    /// A word in lower case.
    Word(String),
    Number(u64),
    /// Any other mark.
    Mark(char),
}

impl Token {
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Token::Word(own) if own == word)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Code(text) | Token::Word(text) => f.write_str(text),
            Token::Number(number) => number.fmt(f),
            Token::Mark(mark) => mark.fmt(f),
        }
    }
}

const NUMBERS: [(&str, u64); 12] = [
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
];

/// Words that change nothing.
const FILLERS: [&str; 11] = [
    "the", "a", "an", "its", "it's", "must", "should", "shall", "also", "both", "still",
];

/// Splits a criterion. Checkboxes, list marks, leading symbols, articles and the full stop at the
/// end are dropped.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut text = text.trim();
    for lead in ["- ", "* ", "[ ] ", "[x] ", "[X] "] {
        text = text.strip_prefix(lead).unwrap_or(text).trim_start();
    }
    let mut tokens = Vec::new();
    let mut rest =
        text.trim_start_matches(|c: char| !c.is_alphanumeric() && !"`\"\u{201c}<>#".contains(c));
    while let Some(c) = rest.chars().next() {
        if let Some((code, length)) = quoted(rest) {
            tokens.push(Token::Code(code.to_owned()));
            rest = &rest[length..];
        } else if c.is_alphanumeric() {
            let length = word_length(rest);
            push_word(&rest[..length], &mut tokens);
            rest = &rest[length..];
        } else {
            rest = &rest[c.len_utf8()..];
            if !c.is_whitespace() {
                tokens.push(Token::Mark(c));
            }
        }
    }
    if matches!(tokens.last(), Some(Token::Mark('.' | ';'))) {
        tokens.pop();
    }
    tokens
}

fn push_word(word: &str, tokens: &mut Vec<Token>) {
    let word = word.trim_end_matches(['.', '-']);
    let plain = word.replace(',', "");
    if let Ok(number) = plain.parse() {
        tokens.push(Token::Number(number));
        return;
    }
    let word = word
        .trim_end_matches(',')
        .to_lowercase()
        .replace('\u{2019}', "'");
    if let Some((_, number)) = NUMBERS.iter().find(|(name, _)| *name == word) {
        tokens.push(Token::Number(*number));
    } else if !FILLERS.contains(&word.as_str()) {
        tokens.push(Token::Word(word));
    }
}

fn word_length(text: &str) -> usize {
    let mut length = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((index, c)) = chars.next() {
        let next = chars.peek().is_some_and(|(_, c)| c.is_alphanumeric());
        let joins = "-_'\u{2019}".contains(c) || c == '.' && next;
        let groups = c == ',' && next && text[..index].bytes().all(|b| b.is_ascii_digit());
        if !(c.is_alphanumeric() || joins || groups) {
            break;
        }
        length = index + c.len_utf8();
    }
    length
}

/// The text in quotes that `text` begins with, and the length with the quotes.
fn quoted(text: &str) -> Option<(&str, usize)> {
    if text.starts_with('`') {
        // A run of backticks is closed by a run as long.
        let run = text.bytes().take_while(|b| *b == b'`').count();
        let mark = &text[..run];
        let end = text[run..].find(mark)?;
        let inner = &text[run..run + end];
        let inner = if run > 1 { inner.trim() } else { inner };
        return (!inner.is_empty()).then_some((inner, end + 2 * run));
    }
    for (open, close) in [('"', '"'), ('\u{201c}', '\u{201d}')] {
        if let Some(rest) = text.strip_prefix(open) {
            let end = rest.find(close)?;
            let length = open.len_utf8() + end + close.len_utf8();
            return (end > 0).then_some((&rest[..end], length));
        }
    }
    None
}
