//! Relations between tasks as project managers write them: `3FS`, `3FS+4w`, `2SS`, `5FF-1d`, `T1 (SS)`, `2EA+3 Tage`.

use crate::duration::whole_duration;
use crate::{Code, Diagnostic};

/// How two tasks are bound to each other.
#[derive(Debug, PartialEq)]
pub(in crate::dialect) struct Relation {
    /// As it is written.
    written: String,
    /// Whether the one has to end before the other starts.
    pub(super) is_order: bool,
    /// The time between, as it is written.
    lag: Option<String>,
}

impl Relation {
    /// Whether something about it is not planned with.
    pub(super) fn is_told(&self) -> bool {
        !self.is_order || self.lag.is_some()
    }

    /// What is told of it, without its place.
    pub(in crate::dialect) fn complaint(&self) -> Diagnostic {
        let written = self.written.escape_debug();
        match &self.lag {
            Some(lag) if self.is_order => Diagnostic::note(
                Code::OTHER_RELATION,
                format!("`{written}`: the time between, {}, is not planned with", lag.escape_debug()),
            )
            .help("make the time between a task of its own, when it has to be planned"),
            _ => Diagnostic::warning(
                Code::OTHER_RELATION,
                format!("`{written}` does not say that one task ends before the other starts; it is left out"),
            )
            .help("name the part that has to be done first as a task of its own, and depend on that"),
        }
    }
}

/// The name in a piece of a cell that says with it how the tasks are bound, and how. `is_task` tells what names a task.
pub(super) fn relation(piece: &str, is_task: impl Fn(&str) -> bool) -> Option<(&str, Relation)> {
    const LONGEST: usize = 64;
    let bare = piece.trim();
    if bare.len() > LONGEST || is_task(bare) {
        return None;
    }
    let open = bare.strip_suffix([')', ']']).and_then(|inner| {
        let at = inner.rfind(['(', '['])?;
        Some((&inner[..at], &inner[at + 1..]))
    });
    if let Some((name, inside)) = open {
        let (is_order, lag) = code_and_lag(inside.trim())?;
        return Some((name.trim_end(), of(bare, is_order, lag)));
    }
    let ends = bare.match_indices(['+', '-', '–', '−']).map(|(at, _)| at);
    ends.chain([bare.len()]).find_map(|end| {
        let head = bare[..end].trim_end();
        let lag = lag(&bare[end..])?;
        let (code, is_order) = CODES.iter().find(|(code, _)| head.ends_with(code))?;
        let name = head[..head.len() - code.len()].trim_end_matches([' ', ':', '-', '/']);
        let known = is_task(name);
        let looks = name.ends_with(|c: char| c.is_ascii_digit()) && ENGLISH.contains(code);
        (known || looks).then(|| (name, of(bare, *is_order, lag)))
    })
}

fn of(written: &str, is_order: bool, lag: Option<&str>) -> Relation {
    Relation {
        written: written.to_owned(),
        is_order,
        lag: lag.map(str::to_owned),
    }
}

/// What a bracket behind a name says: `SS`, `FS+2d`, `start-to-start`.
fn code_and_lag(inside: &str) -> Option<(bool, Option<&str>)> {
    let spelt: String = inside.to_lowercase().replace([' ', '‑'], "-");
    match spelt.as_str() {
        "finish-to-start" | "finish-start" => return Some((true, None)),
        "start-to-start" | "start-start" | "finish-to-finish" | "finish-finish"
        | "start-to-finish" | "start-finish" => return Some((false, None)),
        _ => {}
    }
    let (code, is_order, rest) = CODES
        .iter()
        .find_map(|(code, is_order)| Some((*code, *is_order, inside.strip_prefix(code)?)))?;
    let lag = lag(rest)?;
    // Alone in a bracket the codes of other languages are also teams and kinds of work: `T1 (BE)`, `T2 (IT)`.
    (ENGLISH.contains(&code) || lag.is_some()).then_some((is_order, lag))
}

/// The time between, `+2 days` or `-10%`; nothing where none is written.
#[expect(clippy::option_option, reason = "no lag is not a bad lag")]
fn lag(text: &str) -> Option<Option<&str>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    let amount = text.strip_prefix(['+', '-', '–', '−'])?.trim_start();
    let number = amount.strip_suffix('%').unwrap_or(amount).trim_end();
    let is_amount = whole_duration(amount).is_some()
        // "+1 mon", "+5 edays": elapsed time.
        || whole_duration(&amount.replacen('e', "", 1)).is_some()
        || number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty();
    is_amount.then_some(Some(text))
}

const ENGLISH: [&str; 4] = ["FS", "SS", "FF", "SF"];

/// The abbreviations of English, German, Dutch, French, Spanish, Portuguese, Italian and Russian programs, and whether the first
/// task has to end before the second starts.
const CODES: [(&str, bool); 24] = [
    ("FS", true),
    ("SS", false),
    ("FF", false),
    ("SF", false),
    ("EA", true),
    ("AA", false),
    ("EE", false),
    ("AE", false),
    ("EB", true),
    ("BB", false),
    ("BE", false),
    ("FD", true),
    ("DD", false),
    ("DF", false),
    ("FC", true),
    ("CC", false),
    ("CF", false),
    ("TI", true),
    ("II", false),
    ("TT", false),
    ("IT", false),
    ("FI", true),
    ("ОН", true),
    ("НН", false),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations() {
        let is_task = |name: &str| matches!(name, "3" | "T1" | "A");
        for (piece, expected) in [
            ("3FS", Some(("3", true, None))),
            ("3FS+4w", Some(("3", true, Some("+4w")))),
            ("2SS", Some(("2", false, None))),
            ("2FS+2 days", Some(("2", true, Some("+2 days")))),
            ("5FF-1d", Some(("5", false, Some("-1d")))),
            ("3 FS + 50%", Some(("3", true, Some("+ 50%")))),
            ("T1 (SS)", Some(("T1", false, None))),
            ("T1 (finish-to-start)", Some(("T1", true, None))),
            ("A:FS", Some(("A", true, None))),
            ("3EA+2 Tage", Some(("3", true, Some("+2 Tage")))),
            ("T1", None),
            ("CSS", None),
            ("BOSS", None),
            ("T1 (SSO)", None),
            ("T1 (BE)", None),
            ("T1 (IT)", None),
            ("T1 (BE+2d)", Some(("T1", false, Some("+2d")))),
            ("IT-3", None),
            ("", None),
        ] {
            let found = relation(piece, is_task);
            let found = found
                .as_ref()
                .map(|(name, relation)| (*name, relation.is_order, relation.lag.as_deref()));
            assert_eq!(found, expected, "{piece}");
        }
    }
}
