//! Where in a file something stands.

use super::clause::What;
use super::keys::key_line;
use crate::Candidate;
use crate::source::{Language, excerpt, scan};

/// The line on which a text stands as what it is to be.
pub(super) fn place(
    what: What,
    wanted: &str,
    file: &Candidate<'_>,
) -> Result<Option<usize>, String> {
    let numbered = || {
        file.content
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    };
    Ok(match what {
        What::Text => {
            whole(file.content, wanted).map(|at| 1 + file.content[..at].matches('\n').count())
        }
        What::Line => numbered()
            .find(|(_, line)| line.trim_end() == wanted.trim_end())
            .map(|(n, _)| n),
        What::LineStart => numbered()
            .find(|(_, line)| line.starts_with(wanted))
            .map(|(n, _)| n),
        What::Heading => headings(file)?
            .into_iter()
            .find(|(_, line)| {
                let wanted = wanted.trim();
                let title = line.trim_start_matches('#').trim();
                *line == wanted || !wanted.starts_with('#') && title == wanted
            })
            .map(|(n, _)| n),
        What::Key => key_line(wanted, file)?,
        What::Definition => definition(wanted, file)?,
        What::Column => column(wanted, file)?,
    })
}

/// Where a text stands that no word goes on from at either end.
pub(super) fn whole(text: &str, wanted: &str) -> Option<usize> {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (first, last) = (
        word(wanted.chars().next()),
        word(wanted.chars().next_back()),
    );
    text.match_indices(wanted).map(|(at, _)| at).find(|at| {
        let before = word(text[..*at].chars().next_back());
        let after = word(text[at + wanted.len()..].chars().next());
        !(first && before || last && after)
    })
}

/// The headings of a Markdown file, with their lines.
pub(super) fn headings<'a>(file: &Candidate<'a>) -> Result<Vec<(usize, &'a str)>, String> {
    if !is_markdown(file.path) {
        return Err(format!(
            "headings are read in Markdown only, not in `{}`",
            file.path
        ));
    }
    let lines = outside_fences(file.content);
    Ok(lines
        .into_iter()
        .filter(|(_, line)| {
            let marks = line.bytes().take_while(|b| *b == b'#').count();
            (1..=6).contains(&marks) && line[marks..].starts_with(' ')
        })
        .collect())
}

/// The trimmed lines outside fenced code, with their numbers.
pub(super) fn outside_fences(text: &str) -> Vec<(usize, &str)> {
    let mut fence: Option<(char, usize)> = None;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let mark = line.chars().next().filter(|c| "`~".contains(*c));
        let length = mark.map_or(0, |mark| line.chars().take_while(|c| *c == mark).count());
        match (fence, mark) {
            (Some((open, least)), Some(mark)) if open == mark && length >= least => fence = None,
            (None, Some(mark)) if length >= 3 => fence = Some((mark, length)),
            (Some(_), _) => {}
            _ => lines.push((index + 1, line)),
        }
    }
    lines
}

/// The line on which a name is defined, in code.
fn definition(name: &str, file: &Candidate<'_>) -> Result<Option<usize>, String> {
    let name = name.split('(').next().unwrap_or(name).trim();
    let name = name.rsplit(['.', ':', ' ']).next().unwrap_or(name);
    let identifier = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(identifier) {
        return Err(format!(
            "`{}` is no name that can be defined",
            excerpt(name)
        ));
    }
    let (language, words): (_, &[&str]) = match Language::of(file.path) {
        Some(language @ Language::Python) => (language, &["def", "class"]),
        Some(language @ Language::Shell) => (language, &["function", ""]),
        Some(language @ Language::Rust) => (
            language,
            &[
                "fn", "struct", "enum", "trait", "mod", "const", "static", "type",
            ],
        ),
        Some(language @ Language::Script) => (
            language,
            &[
                "function",
                "class",
                "const",
                "let",
                "interface",
                "type",
                "enum",
            ],
        ),
        Some(language @ Language::Go) => (language, &["func", "type"]),
        Some(language @ Language::Ruby) => (language, &["def", "class", "module"]),
        _ => return Err(format!("definitions are not read in `{}`", file.path)),
    };
    let code = scan(file.content, language).code(file.content);
    for (index, line) in code.lines().enumerate() {
        let Some(at) = whole(line, name) else {
            continue;
        };
        let before = line[..at].trim_end();
        let after = line[at + name.len()..].trim_start();
        let word = before
            .rsplit(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or_default();
        // A shell function is a name and `()`.
        let bare =
            language == Language::Shell && before.trim().is_empty() && after.starts_with("()");
        if bare || !word.is_empty() && words.contains(&word) {
            return Ok(Some(index + 1));
        }
    }
    Ok(None)
}

fn is_markdown(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(ending, "md" | "markdown" | "mdx")
}

/// The line of the header that has a column: of a Markdown table, or the first line of a CSV file.
fn column(name: &str, file: &Candidate<'_>) -> Result<Option<usize>, String> {
    let unquoted = |cell: &str| cell.trim().trim_matches(['"', '`', '*']).to_owned();
    if file.path.ends_with(".csv") || file.path.ends_with(".tsv") {
        let mark = if file.path.ends_with(".csv") {
            ','
        } else {
            '\t'
        };
        let header = file.content.lines().next().unwrap_or_default();
        return Ok(header
            .split(mark)
            .any(|cell| unquoted(cell) == name)
            .then_some(1));
    }
    if !is_markdown(file.path) {
        return Err(format!(
            "columns are read in Markdown and CSV only, not in `{}`",
            file.path
        ));
    }
    let lines = outside_fences(file.content);
    let header = lines.windows(2).find(|pair| {
        let rule = pair[1].1;
        let ruled = rule.contains('-') && rule.chars().all(|c| "|-: ".contains(c));
        ruled && pair[0].1.split('|').any(|cell| unquoted(cell) == name)
    });
    Ok(header.map(|pair| pair[0].0))
}
