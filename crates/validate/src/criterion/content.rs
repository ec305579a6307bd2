use super::clause::{Bound, Claim, Clause, Files, Format, Unit, What};
use super::grammar::clauses;
use super::keys::value_of;
use super::place::{headings, outside_fences, place};
use super::words::Token;
use super::{Judged, no_rule};
use crate::Candidate;
use crate::empty::is_blank;
use crate::source::{Language, excerpt};
use crate::syntax::{json_error, toml_error};

/// Judges a criterion by what the files hold.
pub(super) fn judge(tokens: &[Token], files: &[Candidate<'_>]) -> Judged {
    let is_file = |code: &str| find(code, files).is_some() || looks_like_path(code);
    let clauses = match clauses(tokens, &is_file) {
        Ok(clauses) => clauses,
        Err(at) => return Judged::Unknown(no_rule(tokens.get(at))),
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
        Files::The if matches!(clause.claim, Claim::Exists) => files.iter().collect(),
        Files::The | Files::Unsaid => match files {
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
    let judged = chosen
        .into_iter()
        .map(|file| judge_file(&clause.claim, file));
    let judged = Judged::all(judged.collect());
    let definition = matches!(
        &clause.claim,
        Claim::Has {
            what: What::Definition,
            ..
        }
    );
    match judged {
        // "Class `A` exists" does not say where.
        Judged::Fail(why) if definition && clause.files == Files::Unsaid => Judged::Unknown(why),
        judged => judged,
    }
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
            What::Column => "column ",
        };
        Judged::Fail(format!(
            "`{path}` has no {noun}{}",
            quoted(&missing, "and no")
        ))
    }
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
    let name = if count == 1 {
        name.trim_end_matches('s')
    } else {
        name
    };
    let said = format!("`{}` has {count} {name}", file.path);
    if holds {
        Judged::Pass(said)
    } else {
        Judged::Fail(said)
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
