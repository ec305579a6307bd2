//! The heading of a worker spec.

use crate::ids::{self, split_number};

/// A worker's id and title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dialect) struct Title<'t> {
    pub(in crate::dialect) id: String,
    pub(in crate::dialect) title: &'t str,
    /// Whether the id says that this is a piece of work: `Worker 7`, `TASK-7`.
    pub(in crate::dialect) says_worker: bool,
}

/// Words that make an id of the number after them: `Worker 001` is `WORKER_001`.
pub(super) const KINDS: [&str; 8] = [
    "worker", "task", "agent", "job", "story", "ticket", "issue", "item",
];

/// Reads `Worker 001: Title`, `CORE-001 - Title`, `Worker CORE-001: Title`, `TASK-7 Title`, `[TASK-7] Title`,
/// `Title (TASK-7)`.
///
/// `None` when no id stands where one is looked for.
pub(super) fn parse_title(heading: &str) -> Option<Title<'_>> {
    let heading = heading
        .trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[')
        .trim_end_matches(['*', '_', ' ']);
    let (id, title) = in_brackets(heading)
        .or_else(|| {
            let (lead, title) = split_lead(heading);
            Some((id_of(lead)?, title))
        })
        .or_else(|| by_first_words(heading))
        .or_else(|| at_the_end(heading))?;
    let series = split_number(&id).map_or(id.as_str(), |(series, _)| series);
    let kind = series.trim_end_matches(['_', '-']);
    let kinds = || KINDS.iter();
    let says_worker = kinds().any(|known| known.eq_ignore_ascii_case(kind))
        || heading
            .split(|c: char| !c.is_alphabetic())
            .find(|word| !word.is_empty())
            .is_some_and(|word| kinds().any(|known| known.eq_ignore_ascii_case(word)));
    Some(Title {
        id,
        title,
        says_worker,
    })
}

/// `[TASK-7] Title`, `[TASK-7](link): Title`.
fn in_brackets(heading: &str) -> Option<(String, &str)> {
    let (inside, rest) = heading.strip_prefix('[')?.split_once(']')?;
    let rest = match rest.strip_prefix('(') {
        Some(link) => link.split_once(')')?.1,
        None => rest,
    };
    Some((id_of(inside)?, without_mark(rest)))
}

/// `TASK-7 Title`, `Worker 7 Title`.
fn by_first_words(heading: &str) -> Option<(String, &str)> {
    let (first, rest) = heading.split_once(char::is_whitespace)?;
    let word = first.trim_matches(['`', '*', '.']);
    if is_clear_id(word) {
        return Some((word.to_owned(), without_mark(rest)));
    }
    let (number, title) = rest
        .trim_start()
        .split_once(char::is_whitespace)
        .unwrap_or((rest.trim(), ""));
    let digits = number.trim_start_matches('#');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // "Task 3 of 5" counts tasks.
    (is_number && !title.trim_start().starts_with("of "))
        .then(|| {
            Some((
                id_of(
                    &heading
                        [..first.len() + 1 + (rest.len() - rest.trim_start().len()) + number.len()],
                )?,
                without_mark(title),
            ))
        })
        .flatten()
}

/// `Title (TASK-7)`, `Title [TASK-7]`.
fn at_the_end(heading: &str) -> Option<(String, &str)> {
    let inside = heading
        .strip_suffix(')')
        .map(|head| (head, '('))
        .or_else(|| heading.strip_suffix(']').map(|head| (head, '[')));
    let (head, open) = inside?;
    let (title, name) = head.rsplit_once(open)?;
    let name = name.trim();
    let id = if is_clear_id(name) || name.contains(' ') {
        id_of(name)?
    } else {
        return None;
    };
    Some((id, title.trim_end()))
}

/// Whether a word is an id beyond doubt: letters, a dash and a number, or capitals and a number (`T001`).
fn is_clear_id(word: &str) -> bool {
    if !ids::is_id(word) || !word.starts_with(char::is_alphabetic) {
        return false;
    }
    split_number(word).is_some_and(|(series, number)| {
        let capitals = series.bytes().all(|byte| byte.is_ascii_uppercase());
        series.ends_with(['-', '_']) || capitals && series.len() <= 3 && number.len() >= 2
    })
}

fn without_mark(title: &str) -> &str {
    title
        .trim()
        .trim_start_matches([':', '：', '-', '–', '—', '|', '*'])
        .trim_start()
}

/// The id that a name means: `Worker 1` is `WORKER_1`, and an id is itself.
pub(super) fn id_of(name: &str) -> Option<String> {
    let name = name.trim_matches(|c: char| c.is_whitespace() || "`*[]()".contains(c));
    let (kind, number) = match name.split_once(char::is_whitespace) {
        None => ("", name),
        Some((kind, number)) => (kind, number.trim_start_matches([' ', '#'])),
    };
    if !ids::is_id(number) {
        return None;
    }
    let is_number = number.starts_with(|c: char| c.is_ascii_digit());
    let known_kind = KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind));
    match (kind.is_empty(), known_kind) {
        (true, _) if !is_number && !number.starts_with('#') => Some(number.to_owned()),
        (false, true) if is_number => Some([&*kind.to_uppercase(), "_", number].concat()),
        (false, true) => Some(number.to_owned()),
        _ => None,
    }
}

/// The id in a file's name: `WORKER_001_Some_Words.md` is `WORKER_001`, `07-parser.md` is `07-parser`.
pub(super) fn id_of_file(name: &str) -> Option<String> {
    let stem = name.rsplit(['/', '\\']).next()?.split('.').next()?;
    if stem.starts_with(|c: char| c.is_ascii_digit()) {
        return numbered(stem);
    }
    let letters = stem.find(|c: char| !c.is_alphabetic())?;
    let rest = &stem[letters..];
    let gap = rest.trim_start_matches(['_', '-']);
    let digits = gap.bytes().take_while(u8::is_ascii_digit).count();
    let end = stem.len() - gap.len() + digits;
    let ends = !stem[end..].starts_with(char::is_alphanumeric);
    (letters > 0 && digits > 0 && rest.len() - gap.len() <= 1 && ends)
        .then(|| stem[..end].to_owned())
}

/// `07-parser`: a number and words. A date is no number of a task.
fn numbered(stem: &str) -> Option<String> {
    let words = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = stem.len() - words.len();
    let is_words = words.starts_with(['-', '_']) && words[1..].starts_with(char::is_alphabetic);
    (number <= 3 && is_words && ids::is_id(stem)).then(|| stem.to_owned())
}

fn split_lead(heading: &str) -> (&str, &str) {
    let colon = heading.find([':', '：']);
    let dashes = [" - ", " – ", " — ", " | "];
    let begins = |at: &usize| dashes.iter().any(|dash| heading[*at..].starts_with(dash));
    let dash = memchr::memchr_iter(b' ', heading.as_bytes()).find(begins);
    match (colon, dash) {
        (Some(colon), dash) if dash.is_none_or(|dash| colon < dash) => {
            let width = heading[colon..].chars().next().map_or(1, char::len_utf8);
            (&heading[..colon], heading[colon + width..].trim())
        }
        (_, Some(dash)) => {
            let rest = heading[dash..].trim_start();
            let width = rest.chars().next().map_or(1, char::len_utf8);
            (&heading[..dash], rest[width..].trim())
        }
        _ => (heading, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(heading: &str, expected: Option<(&str, &str)>) {
        let found = parse_title(heading);
        let found = found.as_ref().map(|title| (title.id.as_str(), title.title));
        assert_eq!(found, expected, "{heading}");
    }

    #[test]
    fn titles() {
        check(
            "Worker 001: Class - Skeleton",
            Some(("WORKER_001", "Class - Skeleton")),
        );
        check("WORKER_055: Method()", Some(("WORKER_055", "Method()")));
        check(
            "🔧 CORE-001 — Parser: first",
            Some(("CORE-001", "Parser: first")),
        );
        check("Task T001: Setup", Some(("T001", "Setup")));
        check("[T001] Setup", Some(("T001", "Setup")));
        check("[TASK-7](tasks/7.md): Setup", Some(("TASK-7", "Setup")));
        check("TASK-7 Setup", Some(("TASK-7", "Setup")));
        check("Worker 7 Setup", Some(("WORKER_7", "Setup")));
        check("Worker 7 — Setup", Some(("WORKER_7", "Setup")));
        check("Setup (TASK-7)", Some(("TASK-7", "Setup")));
        check("Setup [Task 7]", Some(("TASK_7", "Setup")));
        check("**TASK-7: Setup**", Some(("TASK-7", "Setup")));
        check("Task #12: Setup", Some(("TASK_12", "Setup")));
        check("`T001`", Some(("T001", "")));
        for heading in [
            "Phase 1: x",
            "Overview",
            "Step 1: x",
            "META_WORKER: Rewrite 000",
            "",
            "1.2: x",
            "Worker: x",
            "Task 3 of 5",
            "Setup (v2)",
            "Setup (part 2)",
            "Setup [2024]",
            "Python3 client",
            "[draft] Setup",
        ] {
            check(heading, None);
        }
    }

    #[test]
    fn ids_of_files() {
        assert_eq!(
            id_of_file("a/WORKER_001_Some_Words.md").as_deref(),
            Some("WORKER_001")
        );
        assert_eq!(id_of_file("T12.md").as_deref(), Some("T12"));
        assert_eq!(id_of_file("07-parser.md").as_deref(), Some("07-parser"));
        for name in ["META_WORKER_000.md", "README.md", "2024-plan.md", ""] {
            assert_eq!(id_of_file(name), None, "{name}");
        }
    }
}
