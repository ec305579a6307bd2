//! Trees drawn with characters: what a line hangs on.

use std::ops::Range;

/// A line of a tree with a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Branch {
    /// The text, without the lines before it and an arrow at its start.
    pub(super) text: Range<usize>,
    /// The line that it hangs on, by its index.
    pub(super) parent: Option<usize>,
    /// Whether an arrow points at it.
    pub(super) pointed: bool,
}

/// Whether a line of a text begins as the branch of a tree does.
pub(super) fn is_tree(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        line.starts_with(['├', '└', '╰', '┣', '┗'])
            || line.starts_with("|--")
            || line.starts_with("+--")
            || line.starts_with("`--")
            || line.starts_with("\\--")
    }) && !text.contains(['┬', '┼', '┐', '┘'])
        && !text.contains("--+")
}

/// The branches of a tree, in the order of its lines.
pub(super) fn branches(text: &str) -> Vec<Branch> {
    let mut branches: Vec<Branch> = Vec::new();
    // The branches that a later line may hang on, with the column of their text, innermost last.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        let marks = line.find(|c: char| !is_mark(c)).unwrap_or(line.len());
        if line[marks..].is_empty() {
            // A blank line ends a tree, a bar goes on with it.
            if line.trim().is_empty() {
                open.clear();
            }
            continue;
        }
        // Where the mark that it hangs by stands, or its text when it has none.
        let hangs = line[..marks].find(['├', '└', '╰', '┣', '┗', '+', '`', '\\']);
        let hangs = hangs.or_else(|| line[..marks].rfind("|-"));
        let column = line[..hangs.unwrap_or(marks)].chars().count();
        // A line without a mark begins a tree of its own.
        let ends = |outer: usize| outer > column || hangs.is_none() && outer >= column;
        while open.last().is_some_and(|(outer, _)| ends(*outer)) {
            open.pop();
        }
        let parent = hangs.and(open.last().map(|(_, branch)| *branch));
        let pointed = line[..marks].contains(['→', '>', '▶', '►']);
        open.push((line[..marks].chars().count(), branches.len()));
        branches.push(Branch {
            text: start + marks..start + line.len(),
            parent,
            pointed,
        });
    }
    branches
}

fn is_mark(c: char) -> bool {
    c.is_whitespace() || "│├└╰┣┗┃─━|+`\\->→▶►".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let all = branches(text);
        let found: Vec<String> = all
            .iter()
            .map(|branch| {
                let parent = branch.parent.map_or("", |at| &text[all[at].text.clone()]);
                format!("{parent}>{}", &text[branch.text.clone()])
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn trees() {
        check(
            "A\n├── B\n│   ├── C\n│   └── D\n│       └── E\n└── F\n    └── G\n",
            &[">A", "A>B", "B>C", "B>D", "D>E", "A>F", "F>G"],
        );
        check(
            "A\n  └─→ B\n        ├─→ C\n        └─→ D\n\nE\n  └─→ F\n",
            &[">A", "A>B", "B>C", "B>D", ">E", "E>F"],
        );
        check("A\n|-- B\n|   `-- C\n`-- D\n", &[">A", "A>B", "B>C", "A>D"]);
        check("A\n+-- B\n+-- C\nD\n", &[">A", "A>B", "A>C", ">D"]);
    }
}
