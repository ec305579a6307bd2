//! Reading source text just far enough to tell code from comments and strings.

mod grammar;
mod language;
pub(crate) mod python;
mod scan;

pub(crate) use language::Language;
pub(crate) use scan::{Scan, scan};

/// The 1-based line of a byte offset, found by binary search.
pub(crate) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Lines {
        let after = text.match_indices('\n').map(|(index, _)| index + 1);
        Lines {
            starts: std::iter::once(0).chain(after).collect(),
        }
    }

    pub(crate) fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }
}

/// "line 3", "lines 3 and 7", "lines 1, 2, 3 and 4 more".
pub(crate) fn line_list(lines: &[usize]) -> String {
    match lines {
        [] => "no line".into(),
        [one] => format!("line {one}"),
        [one, two] => format!("lines {one} and {two}"),
        [first @ .., last] if lines.len() <= 6 => {
            let first: Vec<String> = first.iter().map(ToString::to_string).collect();
            format!("lines {} and {last}", first.join(", "))
        }
        _ => {
            let first: Vec<String> = lines[..5].iter().map(ToString::to_string).collect();
            format!("lines {} and {} more", first.join(", "), lines.len() - 5)
        }
    }
}

/// The text on one line, cut to a readable length, control characters shown as escapes.
pub(crate) fn excerpt(text: &str) -> String {
    const LENGTH: usize = 80;
    let text = text.trim();
    let line = text.split('\n').next().unwrap_or(text).trim_end();
    let mut shown: String = (line.chars().take(LENGTH))
        .flat_map(|c| {
            let hidden = c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
            let escape = hidden.then(|| c.escape_unicode());
            let plain = (!hidden).then_some(c);
            escape.into_iter().flatten().chain(plain)
        })
        .collect();
    if line.chars().nth(LENGTH).is_some() || line.len() < text.len() {
        shown.push('…');
    }
    shown
}
