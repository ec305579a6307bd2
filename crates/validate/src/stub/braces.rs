//! Languages with braces: a stub is found by what it says, in code position.

use std::collections::HashMap;
use std::ops::Range;

use super::Stub;
use crate::source::{Language, Lines, scan};

pub(super) fn stubs(content: &str, language: Language) -> Vec<Stub> {
    let scan = scan(content, language);
    let code = scan.code(content);
    let file = File {
        content,
        code: &code,
        lines: Lines::new(content),
        strings: scan.strings().collect(),
        ends: ends(&code),
    };
    let mut stubs = match language {
        Language::Rust => file.rust(),
        Language::Script => file.script(),
        _ => file.others(),
    };
    stubs.sort_by_key(|stub| stub.line);
    stubs.dedup_by_key(|stub| stub.line);
    stubs
}

struct File<'a> {
    content: &'a str,
    /// The same length as the content.
    code: &'a str,
    lines: Lines,
    strings: Vec<Range<usize>>,
    /// Where the bracket that opens at a place closes.
    ends: HashMap<usize, usize>,
}

impl File<'_> {
    fn rust(&self) -> Vec<Stub> {
        let mut stubs = Vec::new();
        for name in ["todo", "unimplemented"] {
            for at in self.words(name) {
                let after = &self.code[at + name.len()..];
                if after.starts_with("!(") || after.starts_with("!{") || after.starts_with("![") {
                    stubs.push(self.stub(at, &format!("`{name}!`")));
                }
            }
        }
        stubs.extend(self.called("panic!", says_not_implemented));
        for at in self.code.match_indices("#[test]").map(|(at, _)| at) {
            let after = &self.code[at..];
            let body = after.find('{').map(|open| after[open + 1..].trim_start());
            if body.is_some_and(|body| body.starts_with('}')) {
                stubs.push(self.stub(at, "an empty test"));
            }
        }
        stubs
    }

    fn script(&self) -> Vec<Stub> {
        let mut stubs = self.called("Error", says_not_implemented);
        stubs.extend(self.called("NotImplementedError", |_| true));
        for name in ["it", "test"] {
            for at in self.words(name) {
                let after = &self.code[at + name.len()..];
                if after.starts_with(".todo(") {
                    stubs.push(self.stub(at, &format!("`{name}.todo`")));
                } else if after.starts_with('(') && self.empty_test(at + name.len()) {
                    stubs.push(self.stub(at, "a test without a claim"));
                }
            }
        }
        stubs
    }

    /// Whether the callback of the call whose parenthesis is here claims nothing.
    fn empty_test(&self, open: usize) -> bool {
        let Some(end) = self.ends.get(&open) else {
            return false;
        };
        let call = &self.code[open + 1..*end];
        let body = match (call.find("=>"), call.find("function")) {
            (Some(arrow), _) => &call[arrow + 2..],
            (None, Some(function)) => &call[function..],
            (None, None) => return false,
        };
        let (Some(start), Some(end)) = (body.find('{'), body.rfind('}')) else {
            return false;
        };
        let body: String = body[start + 1..end].split_whitespace().collect();
        matches!(
            body.as_str(),
            "" | "expect(true).toBe(true);" | "expect(true).toBe(true)" | "assert(true);"
        )
    }

    fn others(&self) -> Vec<Stub> {
        let mut stubs = self.called("panic", says_not_implemented);
        stubs.extend(self.called("fatalError", says_not_implemented));
        for name in [
            "NotImplementedException",
            "NotImplementedError",
            "UnimplementedError",
        ] {
            stubs.extend(self.called(name, |_| true));
        }
        // Collections that are read-only throw this one by design, without a word or with theirs.
        stubs.extend(self.called("UnsupportedOperationException", says_not_implemented));
        for at in self.words("TODO") {
            if self.code[at + 4..].starts_with('(') {
                stubs.push(self.stub(at, "`TODO()`"));
            }
        }
        stubs
    }

    /// Calls of `name` that are thrown or stand alone, whose text satisfies `says`.
    fn called(&self, name: &str, says: fn(&str) -> bool) -> Vec<Stub> {
        let mut stubs = Vec::new();
        for at in self.words(name) {
            let open = at + name.len();
            if !self.code[open..].starts_with('(') {
                continue;
            }
            let before = self.code[..at].trim_end();
            let raised = ["throw new", "throw", "raise"]
                .iter()
                .any(|word| before.ends_with(word));
            let alone = matches!(name, "panic" | "panic!" | "fatalError");
            let end = self.ends.get(&open).copied().unwrap_or(self.code.len());
            let first = self.strings.partition_point(|range| range.start < open);
            let text: String = (self.strings[first..].iter())
                .take_while(|range| range.end <= end)
                .take(3)
                .map(|range| &self.content[range.clone()])
                .collect();
            if (raised || alone) && says(&text) {
                stubs.push(self.stub(at, &format!("`{name}(…)`")));
            }
        }
        stubs
    }

    /// Where `name` stands in code as a whole word.
    fn words(&self, name: &str) -> Vec<usize> {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        (self.code.match_indices(name))
            .filter(|(at, _)| {
                let after = self.code[at + name.len()..].chars().next();
                !self.code[..*at].ends_with(word)
                    && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
            .map(|(at, _)| at)
            .take(LOOKED_AT)
            .collect()
    }

    fn stub(&self, at: usize, body: &str) -> Stub {
        Stub {
            line: self.lines.number(at),
            name: self.enclosing(at),
            body: body.to_owned(),
        }
    }

    /// The nearest function name before the place, else the line.
    fn enclosing(&self, at: usize) -> String {
        let before = &self.code[..at];
        let named = ["fn ", "function ", "func ", "fun ", "def "]
            .iter()
            .filter_map(|word| {
                let start = before.rfind(word)? + word.len();
                let name: String = (before[start..].chars())
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                (!name.is_empty()).then_some((start, name))
            });
        let nearest = named.max_by_key(|(start, _)| *start).map(|(_, name)| name);
        nearest.unwrap_or_else(|| {
            let start = self.content[..at].rfind('\n').map_or(0, |index| index + 1);
            self.content[start..]
                .lines()
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned()
        })
    }
}

/// No more places than these are looked at for one word; bounds the time.
const LOOKED_AT: usize = 1000;

/// Where each bracket closes.
fn ends(code: &str) -> HashMap<usize, usize> {
    let mut open = Vec::new();
    let mut ends = HashMap::new();
    for (index, byte) in code.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => open.push(index),
            b')' | b']' | b'}' => {
                if let Some(start) = open.pop() {
                    ends.insert(start, index);
                }
            }
            _ => {}
        }
    }
    ends
}

fn says_not_implemented(text: &str) -> bool {
    let lower = text.to_lowercase();
    let said = [
        "not implemented",
        "not yet implemented",
        "unimplemented",
        "implement me",
        "notimplemented",
    ];
    said.iter().any(|phrase| lower.contains(phrase))
        || lower.trim_matches(['"', '\'', '`']).starts_with("todo")
}
