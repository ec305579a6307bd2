//! What a dependency cell says: ids, ranges of ids, groups, or names in words.

mod behind_remarks;
mod relation;

use std::borrow::Cow;
use std::ops::Range;

use self::behind_remarks::behind_remarks;
pub(in crate::dialect) use self::relation::Relation;
use self::relation::relation;
use super::super::asserted::{Asserted, asserted};
use super::super::waiting::{is_joint, is_over, joint_length};
use super::cells::{is_nothing, pieces, plain};
use super::known_names::KnownNames;
use super::numbered::{behind_number_word, is_all, numbered};
use crate::groups::find_groups;
use crate::ids::{find_ids, is_id, number_ranges, split_number};
use crate::span::trimmed;
use crate::{EdgeKind, GroupDependency, Reference};

/// One thing that a cell names.
#[derive(Debug, PartialEq)]
pub(in crate::dialect) enum Named {
    /// A task, by id or in words.
    Task {
        name: String,
        reference: Reference,
        kind: EdgeKind,
    },
    /// A group, by its name: `phase 4.1`, or all tasks: `all`, `all previous`.
    Group(String),
    /// A range of ids that counts nowhere.
    BadRange(String),
    /// How two tasks are bound, where that is more or less than an order.
    Relation(Relation),
}

impl Named {
    /// What it is called, for comparing.
    fn key(&self) -> Option<String> {
        match self {
            Named::Task { name, .. } | Named::Group(name) => Some(name.to_lowercase()),
            Named::BadRange(_) | Named::Relation(_) => None,
        }
    }
}

/// What a cell names, each with its place in the cell.
pub(in crate::dialect) fn read_cell(cell: &str, known: &KnownNames) -> Vec<(Range<usize>, Named)> {
    if is_nothing(cell) {
        return Vec::new();
    }
    let asserted = asserted_in(cell, known);
    let mut found = read_pieces(&asserted.text, known);
    if !asserted.except.is_empty() {
        let except = asserted.except.into_iter();
        let gone: Vec<Named> = except
            .flat_map(|range| read_pieces(&cell[range], known))
            .map(|(_, named)| named)
            .collect();
        let keys: Vec<String> = gone.iter().filter_map(Named::key).collect();
        found.retain(|(_, named)| named.key().is_none_or(|key| !keys.contains(&key)));
        let tasks = gone.into_iter().filter_map(|named| match named {
            Named::Task { name, .. } => Some(name),
            _ => None,
        });
        let tasks: Vec<String> = tasks.collect();
        // "all but T7"
        for (_, named) in &mut found {
            if let Named::Group(name) = named
                && !tasks.is_empty()
            {
                *name = GroupDependency::name_without(name, &tasks);
            }
        }
    }
    found
}

/// A list behind a comma of which a cell leaves open whether it counts: the `T3` of "T1, not T2, T3".
pub(in crate::dialect) fn doubt(cell: &str, known: &KnownNames) -> Option<Range<usize>> {
    asserted_in(cell, known).doubtful
}

/// What a cell asserts. Words such as "not" in the title of a task are part of the title.
fn asserted_in<'c>(cell: &'c str, known: &KnownNames) -> Asserted<'c> {
    let names = |piece: &str| names_any(piece, known);
    let found = asserted(cell, &[], names);
    if matches!(found.text, Cow::Borrowed(_)) {
        return found;
    }
    let mut titles = pieces(cell);
    titles.retain(|piece| {
        let written = &cell[piece.clone()];
        let is_one_word = written.is_ascii() && !written.trim().contains(' ');
        !is_one_word && !written.contains('~') && is_title(&plain(written), known)
    });
    match titles.is_empty() {
        true => found,
        false => asserted(cell, &titles, names),
    }
}

/// Whether a text is the title of a task, with its id beside it or without.
fn is_title(text: &str, known: &KnownNames) -> bool {
    if known.holds(text) {
        return true;
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, ':' | '：' | '-' | '–' | '—' | '(' | ')');
    let bare = text.trim_matches(ends);
    let around = [bare.split_once(ends), bare.rsplit_once(ends)];
    let parts = around.into_iter().flatten();
    parts
        .flat_map(|(first, last)| [(first, last), (last, first)])
        .any(|(id, title)| {
            let title = title.trim_matches(ends);
            find_ids(id).any(|found| found.span() == (0..id.len()))
                && known.holds(id)
                && !title.is_empty()
                && !is_id(title)
                && known.holds(title)
        })
}

/// Whether a piece of a text names a task or a group, behind any words.
fn names_any(piece: &str, known: &KnownNames) -> bool {
    const MOST_WORDS: usize = 12;
    let is_known = |id: &str| known.holds(id) || known.has_series_of(id);
    let mut words = piece
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '[' | '~'))
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS);
    find_ids(piece).any(|range| is_known(range.first))
        || find_groups(piece).next().is_some()
        || words.any(|word| {
            let at = word.as_ptr() as usize - piece.as_ptr() as usize;
            known.names_at_start(&piece[at..]) > 0
                || known.by_letter(word).is_some()
                || word.starts_with(|c: char| c.is_ascii_digit()) && known.by_number(word).is_some()
        })
}

fn read_pieces(cell: &str, known: &KnownNames) -> Vec<(Range<usize>, Named)> {
    let mut found = Vec::new();
    // "Agents 1, 2 and 5": the kind goes on holding in the next pieces.
    let mut kind: Option<String> = None;
    for piece in pieces(cell) {
        for piece in behind_remarks(cell, piece, known) {
            let written = &cell[piece.clone()];
            let is_task = |name: &str| known.holds(name) || known.by_number(name).is_some();
            let piece = match relation(written, is_task) {
                Some((name, relation)) => {
                    let start = piece.start + (name.as_ptr() as usize - written.as_ptr() as usize);
                    let is_order = relation.is_order;
                    if relation.is_told() {
                        found.push((trimmed(cell, piece), Named::Relation(relation)));
                    }
                    if !is_order {
                        continue;
                    }
                    start..start + name.len()
                }
                None => piece,
            };
            // "Phase 2A, 2B"
            let group = match found.last() {
                Some((_, Named::Group(group))) => group_beside(group, &cell[piece.clone()], known),
                _ => None,
            };
            if let Some(group) = group {
                found.push((trimmed(cell, piece), Named::Group(group)));
                continue;
            }
            kind = read_piece(cell, piece, known, kind, &mut found);
        }
    }
    found
}

/// The group that a number alone means behind another group of a list, when it is no task: the `2B` of "Phase 2A, 2B".
fn group_beside(before: &str, piece: &str, known: &KnownNames) -> Option<String> {
    let (kind, _) = before.split_once(' ')?;
    let name = plain(without_remark(piece.trim()));
    let name = without_filler(&name);
    let number = name
        .strip_suffix(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(name);
    let is_number = number.len() < 4
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_free = !known.holds(name) && known.by_number(name).is_none();
    (is_number && is_free && is_all(before).is_none())
        .then(|| format!("{kind} {}", name.to_lowercase()))
}

fn read_piece(
    cell: &str,
    piece: Range<usize>,
    known: &KnownNames,
    carried: Option<String>,
    found: &mut Vec<(Range<usize>, Named)>,
) -> Option<String> {
    let piece = trimmed(cell, piece);
    let written = &cell[piece.clone()];
    if is_nothing(written) {
        return None;
    }
    let kind = if is_soft(written) {
        EdgeKind::Soft
    } else {
        EdgeKind::Hard
    };
    let bare = without_remark(written);
    let name = plain(bare);
    let name = without_filler(&name);
    let task = |name: &str, reference| Named::Task {
        name: name.to_owned(),
        reference,
        kind,
    };
    let name = match without_kind(name) {
        Some(number) if !known.holds(name) => number,
        _ => name,
    };
    if let Some(all) = is_all(name) {
        found.push((piece, Named::Group(all.to_owned())));
        return None;
    }
    if known.holds(name) && carried.is_none() {
        // `#1` of a plan that writes its ids without the mark.
        let name = match known.written(name) {
            Some(written) if name.starts_with('#') => written,
            _ => name,
        };
        found.push((piece, task(name, Reference::Words)));
        return known.kind_of(name);
    }
    // The `A` of plans whose headings are `Track A`, `Track B`.
    if let Some(id) = known.by_letter(name) {
        found.push((piece, task(id, Reference::Words)));
        return None;
    }
    if let Some(letters) = letters(name, known) {
        found.extend(
            letters.map(|letter| (piece.clone(), task(&letter.to_string(), Reference::Id))),
        );
        return None;
    }
    if let Some(epics) = epics(name).filter(|_| carried.is_none()) {
        let groups = epics.into_iter();
        found.extend(groups.map(|epic| (piece.clone(), Named::Group(format!("epic {epic}")))));
        return None;
    }
    let before = found.len();
    let kind_word = numbered(bare, known, carried, |span, name| {
        let span = piece.start + span.start..piece.start + span.end;
        let named = match name {
            Ok(name) => task(&name, Reference::Id),
            Err(range) => Named::BadRange(range),
        };
        found.push((span, named));
    });
    if found.len() > before {
        return kind_word;
    }
    ids(bare, &piece, kind, known, found);
    if found.len() > before {
        return None;
    }
    for group in find_groups(bare) {
        let span = piece.start + group.start..piece.start + group.end;
        found.extend(group.names().map(|name| (span.clone(), Named::Group(name))));
    }
    if found.len() > before {
        return None;
    }
    if numbers(name, &piece, kind, known, found) {
        return None;
    }
    let parts = joined_parts(bare);
    let meant = |part: &str| {
        let whole = plain(part);
        let name = match known.holds(&whole) {
            true => &*whole,
            false => without_filler(&whole),
        };
        known.by_letter(name).unwrap_or(name).to_owned()
    };
    if parts.len() > 1
        && parts
            .iter()
            .any(|part| known.holds(&meant(&bare[part.clone()])))
    {
        for part in parts {
            let part = trimmed(bare, part);
            let span = piece.start + part.start..piece.start + part.end;
            found.push((span, task(&meant(&bare[part]), Reference::Words)));
        }
        return None;
    }
    found.push((piece, task(name, Reference::Words)));
    None
}

/// The numbers of `Epic 1`, `Epics 1-3`, `Epic 1 & 2`, when a name is that and nothing else. Their stories are `1.1`, `1.2`.
fn epics(name: &str) -> Option<Vec<String>> {
    let (word, numbers) = name.split_once(' ')?;
    let is_epic = ["epic", "epics", "épic", "épics", "epik", "epica", "épica"]
        .iter()
        .any(|known| word.to_lowercase() == *known);
    let all = |c: char| c.is_ascii_digit() || " -–&+".contains(c);
    let fits =
        is_epic && numbers.starts_with(|c: char| c.is_ascii_digit()) && numbers.chars().all(all);
    let found: Vec<String> = match fits {
        true => number_ranges(numbers)
            .flat_map(|range| range.ids())
            .collect(),
        false => Vec::new(),
    };
    (!found.is_empty()).then_some(found)
}

/// Ids in a piece that are known, or look like nothing else.
fn ids(
    bare: &str,
    piece: &Range<usize>,
    kind: EdgeKind,
    known: &KnownNames,
    found: &mut Vec<(Range<usize>, Named)>,
) {
    for range in find_ids(bare) {
        let series = split_number(range.first).map_or(range.first, |(series, _)| series);
        let is_one = known.holds(range.first)
            || known.has_series_of(range.first)
            || (!series.contains(|c: char| c.is_lowercase()) && !series.is_empty())
            || series.ends_with(['-', '_']);
        if !is_one {
            continue;
        }
        let span = piece.start + range.start..piece.start + range.end;
        if range.len().is_none() {
            found.push((span, Named::BadRange(bare[range.span()].to_owned())));
            continue;
        }
        found.extend(range.ids().map(|name| {
            (
                span.clone(),
                Named::Task {
                    name,
                    reference: Reference::Id,
                    kind,
                },
            )
        }));
    }
}

/// `A–C`, `A to C`: a range of ids that are letters.
fn letters(name: &str, known: &KnownNames) -> Option<std::ops::RangeInclusive<char>> {
    let mut chars = name.chars();
    let (first, last) = (chars.next()?, chars.next_back()?);
    let between = chars.as_str().trim();
    let is_range = matches!(
        between,
        "-" | "–" | "—" | ".." | "..." | "to" | "through" | "bis"
    );
    let counts = first < last
        && first.is_ascii_alphabetic()
        && first.is_ascii_uppercase() == last.is_ascii_uppercase()
        && last.is_ascii_alphabetic();
    let mut buffers = ([0; 4], [0; 4]);
    let both = known.holds(first.encode_utf8(&mut buffers.0))
        && known.holds(last.encode_utf8(&mut buffers.1));
    (is_range && counts && both).then_some(first..=last)
}

/// `1, 3-5`, `1.2`, `#12`, `Task 4`: ids that are numbers.
fn numbers(
    name: &str,
    piece: &Range<usize>,
    kind: EdgeKind,
    known: &KnownNames,
    found: &mut Vec<(Range<usize>, Named)>,
) -> bool {
    let task = |name: String| Named::Task {
        name: known.by_number(&name).unwrap_or(name),
        reference: Reference::Id,
        kind,
    };
    if is_id(name) && name.starts_with('#') {
        // `#6` beside `T1`, `T2`, … is an issue of somewhere else.
        found.push((
            piece.clone(),
            Named::Task {
                name: name.to_owned(),
                reference: Reference::Id,
                kind,
            },
        ));
        return true;
    }
    if is_id(name) && !name.starts_with(char::is_alphabetic) && !name.contains('-') {
        found.push((piece.clone(), task(name.to_owned())));
        return true;
    }
    let lower = name.to_lowercase();
    let mut words = lower.split(|c: char| c.is_ascii_digit() || " -–—#…&+".contains(c));
    if !words.all(|word| matches!(word, "" | "through" | "to") || is_joint(word)) {
        return false;
    }
    let before = found.len();
    for range in number_ranges(name) {
        if range.len().is_none() {
            found.push((piece.clone(), Named::BadRange(name.to_owned())));
        }
        found.extend(range.ids().map(|name| (piece.clone(), task(name))));
    }
    found.len() > before
}

/// A piece without what stands in parentheses at its end.
fn without_remark(piece: &str) -> &str {
    match piece.find(['(', '（']) {
        Some(at) if at > 0 => piece[..at].trim_end(),
        _ => piece.trim_matches(['(', ')']),
    }
}

/// The number behind a word for a task in a language that puts no space between words: `步骤1`.
fn without_kind(name: &str) -> Option<&str> {
    const KINDS: [&str; 8] = [
        "步骤",
        "任务",
        "タスク",
        "ステップ",
        "手順",
        "작업",
        "단계",
        "第",
    ];
    let number = KINDS
        .iter()
        .find_map(|kind| name.strip_prefix(kind))?
        .trim_start();
    let number = number.strip_suffix(['步', '項']).unwrap_or(number);
    number
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some(number)
}

/// A name without words around it that say nothing: "Task 4", "T3 complete", "after the schema".
fn without_filler(name: &str) -> &str {
    let mut name = name.trim().trim_end_matches('.').trim_end();
    for word in [
        "after ",
        "all of ",
        "completion of ",
        "tasks ",
        "task ",
        "needs ",
        "requires ",
        "the ",
    ] {
        if let Some(head) = name.get(..word.len())
            && head.eq_ignore_ascii_case(word)
        {
            name = name[word.len()..].trim_start();
        }
    }
    while let Some((head, word)) = name.rsplit_once(' ')
        && (is_over(word) || is_demand(word))
    {
        name = head.trim_end();
    }
    behind_number_word(name)
}

/// Words that ask for what stands before them: "the crane must stand first", "the API needs to be done".
fn is_demand(word: &str) -> bool {
    const WORDS: [&str; 9] = [
        "must", "should", "needs", "need", "to", "muss", "müssen", "doit", "doivent",
    ];
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether a piece of a text says of what it names that it must be over: "the crane must stand first", "schema done".
pub(super) fn says_over(piece: &str) -> bool {
    const WEAK: [&str; 10] = [
        "only", "both", "fully", "first", "is", "are", "be", "been", "has", "have",
    ];
    let bare = without_remark(piece.trim()).trim_end_matches('.');
    let is_weak = |word: &&str| WEAK.iter().any(|weak| word.eq_ignore_ascii_case(weak));
    let mut words = bare.rsplit(' ').filter(|word| !word.is_empty());
    let last = words.find(|word| !is_weak(word));
    let says_so = last.is_some_and(is_over);
    says_so && !is_nothing(without_filler(bare))
}

/// Whether a piece is only a wish, or about a part: "CORE-001 (types only)", "API at 50%".
fn is_soft(piece: &str) -> bool {
    let remark = piece.find(['(', '（']).map(|at| &piece[at..]);
    remark.is_some_and(is_soft_remark)
        || piece
            .split(|c: char| !c.is_alphanumeric() && c != '%')
            .any(|word| word.ends_with('%') && word.len() > 1)
}

/// Whether a remark about an edge makes it a wish, or one about a part: "nice to have", "types only", "型のみ".
pub(super) fn is_soft_remark(remark: &str) -> bool {
    const WISHES: [&str; 12] = [
        "optional",
        "soft",
        "partial",
        "partially",
        "recommended",
        "preferred",
        "types",
        "nice",
        "helpful",
        "useful",
        "desirable",
        "ideally",
    ];
    let lower = remark.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let ends_with_only = lower.split([',', ';', '、', '，']).any(|part| {
        part.trim_end_matches(|c: char| !c.is_alphanumeric())
            .ends_with(" only")
    });
    words.iter().any(|word| WISHES.contains(word))
        || ends_with_only
        || ["のみ", "だけ", "任意", "可选", "仅", "선택"]
            .iter()
            .any(|word| lower.contains(word))
}

/// The parts of a piece between "and", `&`, `+` and `/`.
fn joined_parts(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.char_indices() {
        let rest = &text[at..];
        let marks = ["&", "+"].into_iter();
        let mut marks = marks.filter_map(|mark| rest.starts_with(mark).then_some(mark.len()));
        let joint = match text[..at].ends_with(' ') {
            true if rest.starts_with("/ ") => 1,
            true => joint_length(rest),
            false => 0,
        };
        let length = marks.next().unwrap_or(joint);
        if at >= start && length > 0 {
            parts.push(start..at);
            start = at + length;
        }
    }
    parts.push(start..text.len());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: &[&str]) {
        let mut known = KnownNames::default();
        for name in [
            "CORE-001",
            "Event System",
            "MCP Service",
            "Neo4j Setup",
            "T7",
        ] {
            known.add(name);
        }
        let found: Vec<String> = read_cell(cell, &known)
            .into_iter()
            .map(|(_, named)| match named {
                Named::Task {
                    name,
                    reference,
                    kind,
                } => {
                    let soft = if kind == EdgeKind::Soft { "~" } else { "" };
                    match reference {
                        Reference::Words => format!("{soft}\"{name}\""),
                        _ => format!("{soft}{name}"),
                    }
                }
                Named::Group(name) => format!("[{name}]"),
                Named::BadRange(text) => format!("!{text}"),
                Named::Relation(_) => "?".to_owned(),
            })
            .collect();
        assert_eq!(found, expected, "{cell}");
    }

    #[test]
    fn cells() {
        check("None", &[]);
        check("CORE-001, AUTH-002", &["\"CORE-001\"", "AUTH-002"]);
        check(
            "Event System, MCP Service",
            &["\"Event System\"", "\"MCP Service\""],
        );
        check(
            "Event System and MCP Service",
            &["\"Event System\"", "\"MCP Service\""],
        );
        check("Neo4j setup", &["\"Neo4j setup\""]);
        check("Neo4j cluster", &["\"Neo4j cluster\""]);
        check("Wave 1 complete", &["[wave 1]"]);
        check("Phase 1-2, T3 done", &["[phase 1]", "[phase 2]", "T3"]);
        check("T1-T3", &["T1", "T2", "T3"]);
        check("1, 3-5, 7.2", &["1", "3", "4", "5", "7.2"]);
        check("1 и 2", &["1", "2"]);
        check("2SS, 3FS+2d", &["?", "?", "3"]);
        check("#12", &["#12"]);
        check("Tasks 1-2 complete", &["1", "2"]);
        check("T7 (types only)", &["~\"T7\""]);
        check("CORE-009..CORE-001", &["!CORE-009..CORE-001"]);
        check("-", &[]);
    }
}
