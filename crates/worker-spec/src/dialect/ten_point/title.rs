//! The heading of a worker spec.

use crate::ids;

/// A worker's id and title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dialect) struct Title<'t> {
    pub(in crate::dialect) id: String,
    pub(in crate::dialect) title: &'t str,
}

/// Words that make an id of the number after them: `Worker 001` is `WORKER_001`.
const KINDS: [&str; 8] = [
    "worker", "task", "agent", "job", "story", "ticket", "issue", "item",
];

/// Reads `Worker 001: Title`, `WORKER_055: Title`, `CORE-001 - Title`, `Worker CORE-001: Title`.
///
/// `None` when the text before the first colon or dash is no id.
pub(super) fn parse_title(heading: &str) -> Option<Title<'_>> {
    let heading = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    let (lead, title) = split_lead(heading);
    let id = id_of(lead)?;
    Some(Title { id, title })
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
        (false, true) if is_number => Some(format!("{}_{number}", kind.to_uppercase())),
        (false, true) => Some(number.to_owned()),
        _ => None,
    }
}

/// The id at the start of a file's name: `WORKER_001_Some_Words.md` is `WORKER_001`.
pub(super) fn id_of_file(name: &str) -> Option<String> {
    let stem = name.rsplit(['/', '\\']).next()?.split('.').next()?;
    let letters = stem.find(|c: char| !c.is_alphabetic())?;
    let rest = &stem[letters..];
    let gap = rest.trim_start_matches(['_', '-']);
    let digits = gap.bytes().take_while(u8::is_ascii_digit).count();
    let end = stem.len() - gap.len() + digits;
    let ends = !stem[end..].starts_with(char::is_alphanumeric);
    (letters > 0 && digits > 0 && rest.len() - gap.len() <= 1 && ends)
        .then(|| stem[..end].to_owned())
}

fn split_lead(heading: &str) -> (&str, &str) {
    let colon = heading.find([':', '：']);
    let dash = [" - ", " – ", " — ", " | "]
        .iter()
        .filter_map(|dash| heading.find(dash))
        .min();
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
        check("[T001] Setup", None);
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
        for name in ["META_WORKER_000.md", "README.md", "2024-plan.md", ""] {
            assert_eq!(id_of_file(name), None, "{name}");
        }
    }
}
