//! What the cells of a table say.

use std::borrow::Cow;
use std::ops::Range;
use std::time::Duration;

use crate::Status;
use crate::duration::{parse_duration, without_struck};
use crate::ids::is_id;

/// A cell's text without emphasis, code marks, links and pictures around it.
pub(super) fn plain(cell: &str) -> Cow<'_, str> {
    let mut text = cell.trim();
    loop {
        let before = text;
        text = text
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | '~' | '\\'))
            .trim_start_matches(is_picture)
            .trim_end_matches(is_picture);
        if text == before {
            break;
        }
    }
    match without_links(text) {
        Some(text) => Cow::Owned(text.replace("**", "").replace('`', "")),
        None if text.contains("**") || text.contains('`') => {
            Cow::Owned(text.replace("**", "").replace('`', ""))
        }
        None => Cow::Borrowed(text),
    }
}

/// Emoji, check marks and the like.
pub(in crate::dialect) fn is_picture(c: char) -> bool {
    matches!(u32::from(c), 0x2190..=0x2BFF | 0xFE0F | 0x1F000..=0x1FAFF)
}

/// `[text](address)` becomes `text`.
fn without_links(text: &str) -> Option<String> {
    text.contains("](").then_some(())?;
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let link = rest[open..].find("](").map(|middle| open + middle);
        let end = link.and_then(|middle| rest[middle..].find(')').map(|end| middle + end));
        let (Some(middle), Some(end)) = (link, end) else {
            break;
        };
        out.push_str(&rest[..open]);
        out.push_str(&rest[open + 1..middle]);
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    Some(out)
}

/// Whether a cell says that there is nothing.
pub(in crate::dialect) fn is_nothing(cell: &str) -> bool {
    let text = cell.split('(').next().unwrap_or_default();
    let text = text
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    matches!(
        text.as_str(),
        "" | "none"
            | "nothing"
            | "no"
            | "n/a"
            | "na"
            | "nil"
            | "null"
            | "no dependencies"
            | "independent"
            | "tbd"
            | "not applicable"
            | "なし"
            | "無し"
            | "無"
            | "特になし"
            | "없음"
            | "无"
            | "无依赖"
            | "没有"
            | "无前置"
            | "해당 없음"
            | "해당없음"
            | "нет"
            | "ничего"
            | "отсутствует"
            | "отсутствуют"
            | "без зависимостей"
            | "kein"
            | "keine"
            | "keiner"
            | "keines"
            | "nichts"
            | "entfällt"
            | "keine abhängigkeiten"
            | "geen"
            | "niets"
            | "nvt"
            | "n.v.t"
            | "ninguna"
            | "ninguno"
            | "ningún"
            | "nada"
            | "sin dependencias"
            | "nenhum"
            | "nenhuma"
            | "sem dependências"
            | "nessuna"
            | "nessuno"
            | "niente"
            | "nulla"
            | "nessuna dipendenza"
            | "aucun"
            | "aucune"
            | "rien"
            | "néant"
            | "aucune dépendance"
            | "sans objet"
            | "no deps"
            | "no prerequisites"
            | "not blocked"
    )
}

/// An id at the start of a cell and the title after it: `CORE-001: Set up`, `1.2 Build`, `T1 - Test`. The id alone
/// has no title.
pub(super) fn leading_id(text: &str) -> Option<(&str, &str)> {
    if is_id(text) {
        return Some((text, ""));
    }
    let end =
        text.find(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '–' | '—' | '|'))?;
    let id = text[..end].trim_end_matches('.');
    let rest = text[end..].trim_start();
    let marked = rest.starts_with([':', '：', '–', '—', '|']) || rest.starts_with("- ");
    // Without a mark in between only a number or a word of capitals is an id: not `Neo4j setup`.
    let like_id = marked
        || id.starts_with(|c: char| c.is_ascii_digit())
        || !id.contains(|c: char| c.is_lowercase());
    let title = rest.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '–' | '—' | '|' | '-')
    });
    (is_id(id) && like_id && !title.is_empty()).then_some((id, title))
}

/// Numbers of issues in a text, with their `#`: `#242`.
pub(super) fn issue_numbers(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('#').filter_map(|(at, _)| {
        let digits = text[at + 1..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        (digits > 0).then(|| &text[at..at + 1 + digits])
    })
}

/// The issue that a cell is about: `#242` alone, never `Part of #236`.
pub(super) fn own_issue(cell: &str) -> Option<String> {
    let text = plain(cell);
    let number = text.strip_prefix('#').unwrap_or(&text);
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("#{number}"))
}

/// A duration; a bare number counts in `unit` seconds.
pub(super) fn estimate(cell: &str, unit: Option<u32>) -> Option<Duration> {
    let text = plain(without_struck(cell));
    if let Some(duration) = parse_duration(&text) {
        return Some(duration);
    }
    // `2,5` with a decimal comma.
    let text = text.trim_start_matches('~').replace(',', ".");
    let number: f64 = text.parse().ok()?;
    let seconds = number * f64::from(unit?);
    (0.0..1e11)
        .contains(&seconds)
        .then(|| Duration::from_millis((seconds * 1000.0).round() as u64))
}

/// How far a task is, by a word or, failing that, a sign.
pub(super) fn status(cell: &str) -> Option<Status> {
    let text = cell.to_lowercase();
    if let Some(share) = text.trim().strip_suffix('%') {
        let share: f64 = share.trim().replace(',', ".").parse().ok()?;
        return Some(match share {
            share if share >= 100.0 => Status::Done,
            share if share > 0.0 => Status::InProgress,
            _ => Status::Pending,
        });
    }
    // Pictures by their names, as boards write them.
    match text.trim() {
        ":white_check_mark:" | ":heavy_check_mark:" | ":ballot_box_with_check:" => {
            return Some(Status::Done);
        }
        ":x:" | ":white_large_square:" => return Some(Status::Pending),
        ":construction:" | ":hourglass:" | ":hourglass_flowing_sand:" => {
            return Some(Status::InProgress);
        }
        _ => {}
    }
    let word = text
        .trim_matches(|c: char| !c.is_alphanumeric())
        .replace(['_', '-'], " ");
    let by_word = match word.as_str() {
        "done" | "complete" | "completed" | "finished" | "merged" | "closed" | "x" | "完了"
        | "완료" | "完成" => Some(Status::Done),
        "in progress" | "started" | "active" | "wip" | "doing" | "ongoing" | "進行中"
        | "진행중" => Some(Status::InProgress),
        "deferred" | "postponed" | "on hold" | "parked" | "cancelled" | "canceled" | "skipped" => {
            Some(Status::Deferred)
        }
        "optional" | "nice to have" => Some(Status::Optional),
        "pending" | "todo" | "to do" | "open" | "planned" | "not started" | "ready" | "blocked"
        | "未着手" | "대기" => Some(Status::Pending),
        _ => None,
    };
    if by_word.is_some() {
        return by_word;
    }
    if ["✅", "✔", "☑", "🟢", "[x]"]
        .iter()
        .any(|sign| text.contains(sign))
    {
        return Some(Status::Done);
    }
    if ["🚧", "🔄", "🟡", "⏳"]
        .iter()
        .any(|sign| text.contains(sign))
    {
        return Some(Status::InProgress);
    }
    None
}

/// Whether a cell affirms what its column asks.
pub(super) fn is_yes(cell: &str) -> bool {
    let text = cell.trim().to_lowercase();
    ["✅", "✔", "☑", "✓"]
        .iter()
        .any(|sign| text.starts_with(sign))
        || matches!(
            text.trim_matches(|c: char| !c.is_alphanumeric()),
            "yes" | "y" | "true" | "x" | "p" | "parallel" | "はい" | "是" | "예"
        )
}

/// The pieces of a cell between commas, semicolons and line breaks, with their place; parentheses and braces stay whole.
pub(super) fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    let mut index = 0;
    while index < text.len() {
        let rest = &text[index..];
        let c = rest.chars().next().unwrap_or(' ');
        let mut length = c.len_utf8();
        let cuts = match c {
            '(' | '（' | '{' => {
                depth += 1;
                false
            }
            ')' | '）' | '}' => {
                depth = depth.saturating_sub(1);
                false
            }
            ',' | ';' | '、' | '，' | '；' | '\n' => depth == 0,
            '<' if rest.len() > 3 && rest.as_bytes()[1..3].eq_ignore_ascii_case(b"br") => {
                length = rest.find('>').map_or(1, |end| end + 1);
                true
            }
            _ => false,
        };
        if cuts {
            pieces.push(start..index);
            start = index + length;
        }
        index += length;
    }
    pieces.push(start..text.len());
    pieces.retain(|piece| !text[piece.clone()].trim().is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_of_cells() {
        for (cell, expected) in [
            ("**EVOLVE-001**", "EVOLVE-001"),
            ("`a`", "a"),
            ("[#12](https://e.org/12)", "#12"),
            ("✅ **Done** now", "Done now"),
            ("~~old~~", "old"),
            (" x ", "x"),
        ] {
            assert_eq!(plain(cell), expected, "{cell}");
        }
    }

    #[test]
    fn ids_before_titles() {
        for (text, expected) in [
            ("CORE-001: Set up", Some(("CORE-001", "Set up"))),
            ("1.2 Build", Some(("1.2", "Build"))),
            ("T1 - Test", Some(("T1", "Test"))),
            ("MAH-4A-003", Some(("MAH-4A-003", ""))),
            ("Neo4j Service Setup", None),
            ("Event System", None),
            ("OAuth2: login", Some(("OAuth2", "login"))),
        ] {
            assert_eq!(leading_id(text), expected, "{text}");
        }
    }

    #[test]
    fn issues() {
        assert_eq!(own_issue("#242").as_deref(), Some("#242"));
        assert_eq!(own_issue("[#7](u)").as_deref(), Some("#7"));
        assert_eq!(own_issue("Part of #236"), None);
        assert_eq!(
            issue_numbers("QA #242, #7 and # 8").collect::<Vec<_>>(),
            ["#242", "#7"]
        );
    }

    #[test]
    fn pieces_of_cells() {
        let text = "A (x, y), B;C<br/>D、E,";
        let found: Vec<&str> = pieces(text).into_iter().map(|p| text[p].trim()).collect();
        assert_eq!(found, ["A (x, y)", "B", "C", "D", "E"]);
    }

    #[test]
    fn nothing() {
        for cell in [
            "None",
            "-",
            "—",
            "",
            "Nothing (first phase)",
            "**None**",
            "N/A",
        ] {
            assert!(is_nothing(cell), "{cell}");
        }
        assert!(!is_nothing("None of the above works"));
    }
}
