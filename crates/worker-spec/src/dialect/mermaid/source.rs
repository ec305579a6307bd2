//! The text of a diagram as Mermaid's own parser gets to see it, with the way back to the document.
//!
//! Mermaid edits the text before it parses it: line ends, HTML attributes, front matter, directives, comments and
//! entity codes. The same edits are made here on characters that remember where they stood.

use std::ops::Range;

/// The edited text. Positions are indices of characters.
#[derive(Debug)]
pub(super) struct Source {
    chars: Vec<char>,
    /// For each character its byte in the document, and one entry for the end.
    at: Vec<usize>,
    /// For each character the first one at or after it that is no space.
    after_space: Vec<usize>,
}

/// A character and its byte in the document.
type Unit = (char, usize);

impl Source {
    /// The text that `pieces` of `text` make up together.
    pub(super) fn new(text: &str, pieces: &[Range<usize>]) -> Source {
        let end = pieces.last().map_or(0, |piece| piece.end);
        let mut units: Vec<Unit> = Vec::with_capacity(pieces.iter().map(|p| p.len()).sum());
        for piece in pieces {
            let inner = text.get(piece.clone()).unwrap_or_default();
            units.extend(inner.char_indices().map(|(at, c)| (c, piece.start + at)));
        }
        let units = one_kind_of_line_end(units);
        let units = single_quoted_attributes(units);
        let units = without_front_matter(units);
        let units = without_directives(units);
        let units = without_comments(units);
        let mut units = with_entities_marked(units);
        units.push(('\n', end));
        Source::from_units(without_space_after_braces(&units), end)
    }

    fn from_units(units: Vec<Unit>, end: usize) -> Source {
        let chars: Vec<char> = units.iter().map(|unit| unit.0).collect();
        let at = units.iter().map(|unit| unit.1).chain([end]).collect();
        let mut after_space = vec![chars.len(); chars.len() + 1];
        for index in (0..chars.len()).rev() {
            after_space[index] = if is_space(chars[index]) {
                after_space[index + 1]
            } else {
                index
            };
        }
        Source {
            chars,
            at,
            after_space,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<char> {
        self.chars.get(index).copied()
    }

    pub(super) fn starts_with(&self, index: usize, text: &str) -> bool {
        text.chars()
            .enumerate()
            .all(|(offset, c)| self.get(index + offset) == Some(c))
    }

    pub(super) fn text(&self, range: Range<usize>) -> String {
        self.chars[range].iter().collect()
    }

    /// The first character at or after `index` that is no space.
    pub(super) fn after_space(&self, index: usize) -> usize {
        self.after_space[index.min(self.chars.len())]
    }

    /// The first line end at or after `index`.
    pub(super) fn line_end(&self, index: usize) -> usize {
        (index..self.len())
            .find(|&i| self.chars[i] == '\n')
            .unwrap_or(self.len())
    }

    /// The bytes of the document that a range of characters stands for.
    pub(super) fn span(&self, range: Range<usize>) -> Range<usize> {
        let start = self.at[range.start.min(self.len())];
        let end = match range.end.checked_sub(1) {
            Some(last) if range.end > range.start && last < self.len() => {
                self.at[last] + self.width(last)
            }
            _ => start,
        };
        start..end.max(start)
    }

    /// How many bytes a character stands for: one that came from an edit stands for all that it replaced.
    fn width(&self, index: usize) -> usize {
        let own = self.chars[index].len_utf8();
        let next = self.at[index + 1];
        own.min(next.saturating_sub(self.at[index]))
    }
}

/// What `\s` means to Mermaid's lexer.
pub(super) fn is_space(c: char) -> bool {
    c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}')
}

/// What `\w` means to Mermaid's lexer.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn one_kind_of_line_end(units: Vec<Unit>) -> Vec<Unit> {
    let mut out = Vec::with_capacity(units.len());
    for (index, &(c, at)) in units.iter().enumerate() {
        match c {
            '\r' if units.get(index + 1).is_some_and(|next| next.0 == '\n') => {}
            '\r' => out.push(('\n', at)),
            _ => out.push((c, at)),
        }
    }
    out
}

/// `<a href="x">` becomes `<a href='x'>`, for a double quote has a meaning of its own.
fn single_quoted_attributes(mut units: Vec<Unit>) -> Vec<Unit> {
    let mut index = 0;
    let mut close = 0;
    while index < units.len() {
        let opens = units[index].0 == '<' && units.get(index + 1).is_some_and(|u| is_word(u.0));
        if !opens {
            index += 1;
            continue;
        }
        close = close.max(index);
        match (close..units.len()).find(|&i| units[i].0 == '>') {
            None => break,
            Some(found) => close = found,
        }
        single_quote(&mut units[index..close]);
        index = close + 1;
    }
    units
}

fn single_quote(tag: &mut [Unit]) {
    let mut index = 0;
    while index + 1 < tag.len() {
        if tag[index].0 == '=' && tag[index + 1].0 == '"' {
            let Some(end) = (index + 2..tag.len()).find(|&i| tag[i].0 == '"') else {
                return;
            };
            tag[index + 1].0 = '\'';
            tag[end].0 = '\'';
            index = end;
        }
        index += 1;
    }
}

fn starts(units: &[Unit], index: usize, text: &str) -> bool {
    text.chars()
        .enumerate()
        .all(|(offset, c)| units.get(index + offset).is_some_and(|unit| unit.0 == c))
}

/// The first index at or after `index` whose character is no space, and whether a line end was passed.
fn pass_space(units: &[Unit], mut index: usize) -> (usize, bool) {
    let mut line_end = false;
    while let Some(&(c, _)) = units.get(index)
        && is_space(c)
    {
        line_end |= c == '\n';
        index += 1;
    }
    (index, line_end)
}

fn without_front_matter(units: Vec<Unit>) -> Vec<Unit> {
    if !starts(&units, 0, "---") {
        return units;
    }
    let (body, opened) = pass_space(&units, 3);
    if !opened {
        return units;
    }
    let first_line_end = (3..body).find(|&i| units[i].0 == '\n').unwrap_or(body);
    let close = (first_line_end + 1..units.len()).find_map(|index| {
        if units[index].0 != '\n' || !starts(&units, index + 1, "---") {
            return None;
        }
        let (after, closed) = pass_space(&units, index + 4);
        closed.then_some(after)
    });
    match close {
        Some(after) => units[after..].to_vec(),
        None => units,
    }
}

/// Without `%%{init: …}%%`.
fn without_directives(units: Vec<Unit>) -> Vec<Unit> {
    let mut out = Vec::with_capacity(units.len());
    let mut index = 0;
    while index < units.len() {
        match starts(&units, index, "%%{").then(|| directive_end(&units, index + 3)) {
            Some(Some(end)) => index = end,
            _ => {
                out.push(units[index]);
                index += 1;
            }
        }
    }
    out
}

fn directive_end(units: &[Unit], start: usize) -> Option<usize> {
    let pass_word = |mut index: usize| {
        while units.get(index).is_some_and(|unit| is_word(unit.0)) {
            index += 1;
        }
        index
    };
    let (name, _) = pass_space(units, start);
    let mut index = pass_word(name);
    if index == name {
        return None;
    }
    let (colon, _) = pass_space(units, index);
    if starts(units, colon, ":") {
        index = colon + 1;
    }
    (index, _) = pass_space(units, index);
    let value = pass_word(index);
    if value > index {
        index = value;
    } else {
        while index < units.len() && !starts(units, index, "}%%") {
            index += 1;
        }
    }
    let (close, _) = pass_space(units, index);
    Some(if starts(units, close, "}%%") {
        close + 3
    } else {
        close
    })
}

/// Without lines that are comments, the blank lines before each, and the space at the start.
fn without_comments(units: Vec<Unit>) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::with_capacity(units.len());
    // Where the blank lines at the end of `out` begin.
    let mut blank = 0;
    for line in units.split_inclusive(|unit| unit.0 == '\n') {
        let (text, _) = pass_space(line, 0);
        let is_comment = starts(line, text, "%%")
            && !starts(line, text, "%%{")
            && line.get(text + 2).is_some_and(|unit| unit.0 != '\n');
        if is_comment {
            out.truncate(blank);
            continue;
        }
        out.extend_from_slice(line);
        if text < line.len() {
            blank = out.len();
        }
    }
    let (start, _) = pass_space(&out, 0);
    out.drain(..start);
    out
}

/// What an entity code such as `#quot;` is marked with while the text is read: characters that may stand in a text
/// but not in an id.
pub(super) const ENTITY: &str = "ﬂ°";
/// One more of these after [`ENTITY`] when the code is a number.
pub(super) const ENTITY_NUMBER: char = '°';
/// What ends a marked entity code.
pub(super) const ENTITY_END: &str = "¶ß";

fn with_entities_marked(units: Vec<Unit>) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::with_capacity(units.len());
    for line in units.split_inclusive(|unit| unit.0 == '\n') {
        let mut line = line.to_vec();
        drop_style_semicolon(&mut line, "style");
        drop_style_semicolon(&mut line, "classDef");
        mark_entities(&line, &mut out);
    }
    out
}

/// The last `;` of a style with a colour (`fill:#fff;`) would make it look like an entity code.
fn drop_style_semicolon(line: &mut Vec<Unit>, keyword: &str) {
    let Some(found) = (0..line.len()).find(|&i| starts(line, i, keyword)) else {
        return;
    };
    let Some(last) = line.iter().rposition(|unit| unit.0 == ';') else {
        return;
    };
    let mut after_colon = false;
    for index in found + keyword.len()..last {
        match line[index].0 {
            ':' => after_colon = true,
            '#' if after_colon => {
                line.remove(last);
                return;
            }
            c if is_space(c) => after_colon = false,
            _ => {}
        }
    }
}

fn mark_entities(line: &[Unit], out: &mut Vec<Unit>) {
    let mut index = 0;
    while index < line.len() {
        let (c, at) = line[index];
        let end = match c {
            '#' => (index + 1..line.len()).find(|&i| !is_word(line[i].0)),
            _ => None,
        };
        let Some(end) = end.filter(|&end| end > index + 1 && line[end].0 == ';') else {
            out.push((c, at));
            index += 1;
            continue;
        };
        let code = &line[index + 1..end];
        out.extend(ENTITY.chars().map(|c| (c, at)));
        if code.iter().all(|unit| unit.0.is_ascii_digit()) {
            out.push((ENTITY_NUMBER, at));
        }
        out.extend_from_slice(code);
        out.extend(ENTITY_END.chars().map(|c| (c, line[end].1)));
        index = end + 1;
    }
}

/// `}` and the space up to the last line end after it become `}` and one line end.
fn without_space_after_braces(units: &[Unit]) -> Vec<Unit> {
    let mut out = Vec::with_capacity(units.len());
    let mut index = 0;
    while index < units.len() {
        out.push(units[index]);
        index += 1;
        if units[index - 1].0 == '}' {
            let (end, _) = pass_space(units, index);
            if let Some(last) = (index..end).rev().find(|&i| units[i].0 == '\n') {
                out.push(units[last]);
                index = last + 1;
            }
        }
    }
    out
}
