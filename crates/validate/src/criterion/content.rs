use super::grammar::{Bound, Claim, Clause, Files, Format, Unit, What, clauses};
use super::words::Token;
use super::{Judged, NO_RULE};
use crate::Candidate;
use crate::empty::is_blank;
use crate::source::{Language, excerpt, scan};
use crate::syntax::{json_error, toml_error};

/// Judges a criterion by what the files hold.
pub(super) fn judge(tokens: &[Token], files: &[Candidate<'_>]) -> Judged {
    let is_file = |code: &str| find(code, files).is_some() || looks_like_path(code);
    let Some(clauses) = clauses(tokens, &is_file) else {
        return Judged::Unknown(NO_RULE.into());
    };
    Judged::all(
        clauses
            .iter()
            .map(|clause| judge_clause(clause, files))
            .collect(),
    )
}

/// The delivered file that a path, or its unambiguous end, stands for.
fn find<'a>(path: &str, files: &'a [Candidate<'a>]) -> Option<&'a Candidate<'a>> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let clean = |file: &Candidate<'a>| file.path.strip_prefix("./").unwrap_or(file.path);
    if let Some(file) = files.iter().find(|file| clean(file) == path) {
        return Some(file);
    }
    let ends = |file: &&Candidate<'a>| {
        clean(file)
            .strip_suffix(path)
            .is_some_and(|rest| rest.ends_with('/'))
    };
    let mut ending = files.iter().filter(ends);
    match (ending.next(), ending.next()) {
        (Some(file), None) => Some(file),
        _ => None,
    }
}

fn looks_like_path(code: &str) -> bool {
    let plain = code
        .chars()
        .all(|c| c.is_alphanumeric() || "._-/".contains(c));
    plain
        && !code.ends_with('/')
        && (code.contains('/') && code.len() > 1 || Language::of(code).is_some())
}

fn judge_clause(clause: &Clause, files: &[Candidate<'_>]) -> Judged {
    let chosen: Vec<&Candidate<'_>> = match &clause.files {
        Files::Named(paths) => {
            let mut chosen = Vec::new();
            for path in paths {
                match find(path, files) {
                    Some(file) => chosen.push(file),
                    None => {
                        let why =
                            format!("`{}` is no file that this task delivered", excerpt(path));
                        return Judged::Unknown(why);
                    }
                }
            }
            chosen
        }
        Files::Every => files.iter().collect(),
        // That "the file" was created can be said of several.
        Files::Only if matches!(clause.claim, Claim::Exists) => files.iter().collect(),
        Files::Only => match files {
            [only] => vec![only],
            _ => {
                let count = files.len();
                return Judged::Unknown(format!(
                    "it names no file, and the task delivered {count}"
                ));
            }
        },
    };
    if chosen.is_empty() {
        return Judged::Unknown("the task delivered no file".into());
    }
    Judged::all(
        chosen
            .into_iter()
            .map(|file| judge_file(&clause.claim, file))
            .collect(),
    )
}

fn judge_file(claim: &Claim, file: &Candidate<'_>) -> Judged {
    let path = file.path;
    let text = file.content;
    let decide = |holds: bool, yes: String, no: String| {
        if holds {
            Judged::Pass(yes)
        } else {
            Judged::Fail(no)
        }
    };
    match claim {
        Claim::Exists => Judged::Pass(format!("`{path}` is there ({} bytes)", text.len())),
        Claim::NotEmpty => decide(
            !is_blank(text),
            format!("`{path}` holds {} bytes", text.len()),
            format!("`{path}` is empty"),
        ),
        Claim::Has { what, texts, any } => has(*what, texts, *any, file),
        Claim::Lacks(texts) => {
            let found = texts
                .iter()
                .find_map(|wanted| Some((wanted, text.find(wanted.as_str())?)));
            match found {
                Some((wanted, at)) => {
                    let line = 1 + text[..at].matches('\n').count();
                    Judged::Fail(format!(
                        "`{path}` line {line} contains `{}`",
                        excerpt(wanted)
                    ))
                }
                None => Judged::Pass(format!(
                    "`{path}` contains {} nowhere",
                    quoted(texts, "nor")
                )),
            }
        }
        Claim::Count {
            unit,
            bound,
            number,
        } => count(*unit, *bound, *number, file),
        Claim::FirstLine(line) => same_line("first", text.lines().next(), line, path),
        Claim::LastLine(line) => same_line("last", text.lines().last(), line, path),
        Claim::StartsWith(start) => decide(
            text.starts_with(start.as_str()),
            format!("`{path}` starts with `{}`", excerpt(start)),
            format!("`{path}` starts with `{}`", excerpt(text)),
        ),
        Claim::EndsWith(end) => decide(
            text.trim_end_matches(['\n', '\r']).ends_with(end.as_str()),
            format!("`{path}` ends with `{}`", excerpt(end)),
            format!(
                "`{path}` ends with `{}`",
                excerpt(text.lines().last().unwrap_or_default())
            ),
        ),
        Claim::Shebang(line) => {
            let first = text.lines().next().unwrap_or_default();
            let holds = first.starts_with("#!") && line.as_ref().is_none_or(|line| line == first);
            let said = format!("first line of `{path}`: `{}`", excerpt(first));
            decide(holds, said.clone(), said)
        }
        Claim::FinalNewline => decide(
            text.ends_with('\n'),
            format!("`{path}` ends with a newline"),
            format!("`{path}` does not end with a newline"),
        ),
        Claim::Valid(format) => valid(*format, file),
        Claim::KeyIs(key, value) => key_is(key, value, file),
    }
}

fn same_line(which: &str, found: Option<&str>, wanted: &str, path: &str) -> Judged {
    let found = found.unwrap_or_default();
    let said = format!("{which} line of `{path}`: `{}`", excerpt(found));
    if found.trim_end() == wanted.trim_end() {
        Judged::Pass(said)
    } else {
        Judged::Fail(said)
    }
}

fn quoted(texts: &[String], join: &str) -> String {
    let texts: Vec<String> = texts
        .iter()
        .map(|text| format!("`{}`", excerpt(text)))
        .collect();
    texts.join(&format!(" {join} "))
}

fn valid(format: Format, file: &Candidate<'_>) -> Judged {
    let lines = file.path.ends_with(".jsonl") || file.path.ends_with(".ndjson");
    let (name, result) = match format {
        Format::Json => ("JSON", json_error(file.content, lines)),
        Format::Toml => ("TOML", toml_error(file.content)),
    };
    match result {
        None => Judged::Unknown(format!("built without the feature for {name}")),
        Some(Ok(said)) => Judged::Pass(format!("`{}` as {name}: {said}", file.path)),
        Some(Err(error)) => Judged::Fail(format!("`{}` is no {name}: {error}", file.path)),
    }
}

fn has(what: What, texts: &[String], any: bool, file: &Candidate<'_>) -> Judged {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for text in texts {
        match place(what, text, file) {
            Err(why) => return Judged::Unknown(why),
            Ok(Some(line)) => found.push((text, line)),
            Ok(None) => missing.push(text.clone()),
        }
    }
    let said = |(text, line): &(&String, usize)| format!("`{}` on line {line}", excerpt(text));
    let path = file.path;
    if missing.is_empty() || any && !found.is_empty() {
        let said: Vec<String> = found.iter().map(said).collect();
        Judged::Pass(format!("`{path}`: {}", said.join(", ")))
    } else {
        let noun = match what {
            What::Text => "",
            What::Line => "line ",
            What::LineStart => "line that starts with ",
            What::Heading => "heading ",
            What::Key => "key ",
            What::Definition => "definition of ",
        };
        Judged::Fail(format!(
            "`{path}` has no {noun}{}",
            quoted(&missing, "and no")
        ))
    }
}

/// The line on which a text stands as what it is to be.
fn place(what: What, wanted: &str, file: &Candidate<'_>) -> Result<Option<usize>, String> {
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
    })
}

/// Where a text stands that no word goes on from at either end.
fn whole(text: &str, wanted: &str) -> Option<usize> {
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
fn headings<'a>(file: &Candidate<'a>) -> Result<Vec<(usize, &'a str)>, String> {
    if Language::of(file.path) != Some(Language::Prose) {
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
fn outside_fences(text: &str) -> Vec<(usize, &str)> {
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

fn count(unit: Unit, bound: Bound, number: u64, file: &Candidate<'_>) -> Judged {
    let text = file.content;
    let (count, name) = match unit {
        Unit::Lines => (text.lines().count(), "lines"),
        Unit::FilledLines => (
            text.lines().filter(|line| !line.trim().is_empty()).count(),
            "non-blank lines",
        ),
        Unit::Words => (text.split_whitespace().count(), "words"),
        Unit::Characters => (text.chars().count(), "characters"),
        Unit::Bytes => (text.len(), "bytes"),
        Unit::Headings => match headings(file) {
            Ok(headings) => (headings.len(), "headings"),
            Err(why) => return Judged::Unknown(why),
        },
        Unit::Bullets => {
            let bullet = |line: &str| ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark));
            (
                outside_fences(text)
                    .iter()
                    .filter(|(_, line)| bullet(line))
                    .count(),
                "list items",
            )
        }
    };
    let count = count as u64;
    let holds = match bound {
        Bound::AtLeast => count >= number,
        Bound::AtMost => count <= number,
        Bound::Exactly => count == number,
        Bound::MoreThan => count > number,
        Bound::FewerThan => count < number,
    };
    let said = format!("`{}` has {count} {name}", file.path);
    if holds {
        Judged::Pass(said)
    } else {
        Judged::Fail(said)
    }
}

/// The line of a key; JSON and TOML are read as such, dots lead into tables.
fn key_line(key: &str, file: &Candidate<'_>) -> Result<Option<usize>, String> {
    match Language::of(file.path) {
        Some(Language::Json | Language::Toml) => {
            Ok(value_of(key, file)?.map(|_| line_of_key(key, file.content)))
        }
        Some(Language::Yaml) => Ok(key_at_line(key, ':', file)),
        Some(Language::Config) => Ok(key_at_line(key, '=', file)),
        _ => Err(format!("keys are not read in `{}`", file.path)),
    }
}

fn line_of_key(key: &str, text: &str) -> usize {
    let last = key.rsplit('.').next().unwrap_or(key);
    whole(text, last).map_or(1, |at| 1 + text[..at].matches('\n').count())
}

fn key_at_line(key: &str, mark: char, file: &Candidate<'_>) -> Option<usize> {
    let lines = file.content.lines().enumerate();
    let mut lines = lines.filter(|(_, line)| {
        let rest = line.trim_start().trim_start_matches("- ").strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with(mark))
    });
    lines.next().map(|(index, _)| index + 1)
}

/// The value of a key as text: a string without quotes, anything else as JSON or TOML writes it.
#[cfg_attr(
    not(any(feature = "json", feature = "toml")),
    expect(
        unused_variables,
        reason = "only the readers of JSON and TOML look at the key"
    )
)]
fn value_of(key: &str, file: &Candidate<'_>) -> Result<Option<String>, String> {
    match Language::of(file.path) {
        #[cfg(feature = "json")]
        Some(Language::Json) => {
            let Ok(root) = serde_json::from_str::<serde_json::Value>(file.content) else {
                return Ok(None);
            };
            let mut value = root.get(key);
            if value.is_none() {
                value = key
                    .split('.')
                    .try_fold(&root, |value, part| value.get(part));
            }
            Ok(value.map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            }))
        }
        #[cfg(feature = "toml")]
        Some(Language::Toml) => {
            let Ok(root) = file.content.parse::<toml::Table>() else {
                return Ok(None);
            };
            let root = toml::Value::Table(root);
            let mut value = root.get(key);
            if value.is_none() {
                value = key
                    .split('.')
                    .try_fold(&root, |value, part| value.get(part));
            }
            Ok(value.map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            }))
        }
        #[cfg(not(feature = "json"))]
        Some(Language::Json) => Err(format!("built without `json`, which reads `{}`", file.path)),
        #[cfg(not(feature = "toml"))]
        Some(Language::Toml) => Err(format!("built without `toml`, which reads `{}`", file.path)),
        _ => Err(format!("values of keys are not read in `{}`", file.path)),
    }
}

fn key_is(key: &str, wanted: &str, file: &Candidate<'_>) -> Judged {
    match value_of(key, file) {
        Err(why) => Judged::Unknown(why),
        Ok(None) => Judged::Fail(format!("`{}` has no key `{}`", file.path, excerpt(key))),
        Ok(Some(value)) => {
            let said = format!(
                "`{}`: `{}` is `{}`",
                file.path,
                excerpt(key),
                excerpt(&value)
            );
            let wanted = wanted.trim_matches(['"', '\'']);
            if value == wanted {
                Judged::Pass(said)
            } else {
                Judged::Fail(said)
            }
        }
    }
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
