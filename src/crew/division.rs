//! How the work of a task is divided among smaller ones, and what of a model's word about it counts.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// The longest id, title and description of a piece, in characters.
const ID: usize = 40;
const TITLE: usize = 120;
const WORK: usize = 4_000;

/// One of the pieces that a task's work is divided into. A piece comes after those that it waits for, and the last one
/// waits for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// What it delivers: each file of the task is in one piece.
    pub(super) files: Vec<String>,
    /// What it is called, and what is to be done in it, if anybody has said so.
    pub(super) said: Option<(String, String)>,
    /// Earlier pieces that it waits for, by their places, sorted.
    pub(super) after: Vec<usize>,
}

/// A piece for each file.
pub(super) fn by_file(files: &[String]) -> Vec<Piece> {
    let pieces = files.iter().map(|file| Piece {
        files: vec![file.clone()],
        ..Piece::default()
    });
    ended(pieces.collect())
}

/// The files of all pieces before this one that it waits for, itself or through others.
pub(super) fn files_before(pieces: &[Piece], place: usize) -> Vec<String> {
    let mut before = BTreeSet::new();
    let mut open = pieces[place].after.clone();
    while let Some(next) = open.pop() {
        if before.insert(next) {
            open.extend(&pieces[next].after);
        }
    }
    let files = before.into_iter().flat_map(|place| &pieces[place].files);
    files.cloned().collect()
}

/// Lets the last piece wait for all others.
fn ended(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let before = pieces.len().saturating_sub(1);
    if let Some(last) = pieces.last_mut() {
        last.after = (0..before).collect();
    }
    pieces
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    task: String,
    parts: Vec<AnswerPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerPart {
    id: String,
    title: String,
    work: String,
    files: Vec<String>,
    after: Vec<String>,
}

/// The division that an answer states: one JSON object, in which every file of the task is in exactly one of at least two
/// parts.
///
/// # Errors
///
/// What is wrong with it, as half a sentence.
///
/// # Complexity
///
/// O((parts + order + files) × log).
pub(super) fn read(text: &str, task: &str, files: &[String]) -> Result<Vec<Piece>, String> {
    let answer: Answer = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if answer.task != task {
        return Err(format!("it does not divide {task}"));
    }
    if answer.parts.len() < 2 {
        return Err("it has fewer than two parts".to_owned());
    }
    let mut places = BTreeMap::new();
    for (place, part) in answer.parts.iter().enumerate() {
        is_id(&part.id)?;
        if places.insert(part.id.as_str(), place).is_some() {
            return Err(format!("two parts are called `{}`", part.id));
        }
    }
    check_files(&answer.parts, files)?;
    let mut waits = Vec::with_capacity(answer.parts.len());
    for part in &answer.parts {
        let mut after = BTreeSet::new();
        for other in &part.after {
            match places.get(other.as_str()) {
                Some(place) => after.insert(*place),
                None => {
                    return Err(format!(
                        "`{}` comes after a part that there is not",
                        part.id
                    ));
                }
            };
        }
        waits.push(after);
    }
    let order = order(&waits).ok_or("its parts wait for each other in a circle")?;
    let mut new_places = vec![0; order.len()];
    for (new, old) in order.iter().enumerate() {
        new_places[*old] = new;
    }
    let mut pieces = Vec::with_capacity(order.len());
    for old in order {
        let part = &answer.parts[old];
        let mut after: Vec<usize> = waits[old].iter().map(|old| new_places[*old]).collect();
        after.sort_unstable();
        pieces.push(Piece {
            files: part.files.clone(),
            said: Some((
                line(&part.title, TITLE, &part.id)?,
                words(&part.work, &part.id)?,
            )),
            after,
        });
    }
    Ok(ended(pieces))
}

fn is_id(id: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match !id.is_empty() && id.len() <= ID && id.chars().all(plain) {
        true => Ok(()),
        false => {
            Err("the id of a part is not made of a few letters, digits, `-`, `_` and `.`".into())
        }
    }
}

/// Every file in exactly one part, and no part without any.
fn check_files(parts: &[AnswerPart], files: &[String]) -> Result<(), String> {
    let mut left: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    let all = left.clone();
    for part in parts {
        if part.files.is_empty() {
            return Err(format!("`{}` delivers nothing", part.id));
        }
        for file in &part.files {
            if !all.contains(file.as_str()) {
                return Err(format!("`{}` has a file that is not the task's", part.id));
            }
            if !left.remove(file.as_str()) {
                return Err(format!("`{file}` is there twice"));
            }
        }
    }
    match left.first() {
        Some(file) => Err(format!("`{file}` is in no part")),
        None => Ok(()),
    }
}

/// The parts in an order in which each comes after those that it waits for, those that are stated first as early as
/// may be; `None` if there is no such order.
fn order(waits: &[BTreeSet<usize>]) -> Option<Vec<usize>> {
    let mut missing: Vec<usize> = waits.iter().map(BTreeSet::len).collect();
    let mut followers = vec![Vec::new(); waits.len()];
    for (place, after) in waits.iter().enumerate() {
        for other in after {
            followers[*other].push(place);
        }
    }
    let free = (0..waits.len()).filter(|place| missing[*place] == 0);
    let mut free: BTreeSet<usize> = free.collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(next) = free.pop_first() {
        order.push(next);
        for follower in &followers[next] {
            missing[*follower] -= 1;
            if missing[*follower] == 0 {
                free.insert(*follower);
            }
        }
    }
    (order.len() == waits.len()).then_some(order)
}

/// Text on one line, without what is no text.
fn line(text: &str, most: usize, part: &str) -> Result<String, String> {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    stated(words.join(" "), most, part)
}

/// Text of several lines, without what is no text.
fn words(text: &str, part: &str) -> Result<String, String> {
    let plain = text.chars().filter(|c| *c == '\n' || !c.is_control());
    let plain: String = plain.collect();
    stated(plain.trim().to_owned(), WORK, part)
}

fn stated(text: String, most: usize, part: &str) -> Result<String, String> {
    match text.chars().count() {
        0 => Err(format!("`{part}` does not say what is to be done")),
        count if count > most => Err(format!("`{part}` says more than {most} characters")),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn files(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    fn part(id: &str, files: &[&str], after: &[&str]) -> Value {
        json!({ "id": id, "title": format!("Part {id}"), "work": "Write it.", "files": files, "after": after })
    }

    fn answer(parts: &[Value]) -> String {
        json!({ "task": "A-1", "parts": parts }).to_string()
    }

    #[test]
    fn pieces_are_in_an_order_that_can_be_worked_through() {
        let text = answer(&[
            part("front", &["c", "d"], &["api"]),
            part("api", &["b"], &["base"]),
            part("base", &["a"], &[]),
        ]);
        let pieces = read(&text, "A-1", &files(&["a", "b", "c", "d"])).expect("a division");
        let seen: Vec<(&[String], &[usize])> = pieces
            .iter()
            .map(|piece| (&piece.files[..], &piece.after[..]))
            .collect();
        assert_eq!(
            seen,
            [
                (&files(&["a"])[..], &[][..]),
                (&files(&["b"]), &[0]),
                (&files(&["c", "d"]), &[0, 1]),
            ]
        );
        assert_eq!(files_before(&pieces, 1), ["a"]);
    }

    #[test]
    fn what_is_no_division_is_refused() {
        let two = ["a", "b"];
        let good = [part("1", &["a"], &[]), part("2", &["b"], &[])];
        assert!(read(&answer(&good), "A-1", &files(&two)).is_ok());
        let with = |key: &str, value: Value| {
            let mut part = part("1", &["a"], &[]);
            part[key] = value;
            answer(&[part, good[1].clone()])
        };
        for (text, told) in [
            ("No.".to_owned(), "expected"),
            (format!("{} {}", answer(&good), answer(&good)), "trailing"),
            (
                json!({ "task": "A-2", "parts": good }).to_string(),
                "does not divide A-1",
            ),
            (
                json!({ "task": "A-1", "parts": good, "x": 1 }).to_string(),
                "unknown field",
            ),
            (answer(&[part("1", &two, &[])]), "fewer than two"),
            (answer(&[]), "fewer than two"),
            (
                answer(&[part("1", &["a"], &[]), part("1", &["b"], &[])]),
                "two parts are called",
            ),
            (
                answer(&[part("1", &["a"], &[]), part("2", &["a"], &[])]),
                "there twice",
            ),
            (
                answer(&[part("1", &["a", "a"], &[]), part("2", &["b"], &[])]),
                "there twice",
            ),
            (
                answer(&[part("1", &["a"], &[]), part("2", &["c"], &[])]),
                "not the task's",
            ),
            (
                answer(&[part("1", &["a"], &[]), part("2", &["./b"], &[])]),
                "not the task's",
            ),
            (
                answer(&[part("1", &two, &[]), part("2", &[], &[])]),
                "delivers nothing",
            ),
            (
                answer(&[part("1", &["a"], &["2"]), part("2", &["b"], &["1"])]),
                "circle",
            ),
            (with("after", json!(["1"])), "circle"),
            (with("after", json!(["3"])), "that there is not"),
            (with("id", json!("")), "the id of a part"),
            (with("id", json!("a b")), "the id of a part"),
            (with("id", json!("../x")), "the id of a part"),
            (with("title", json!(" \u{7} ")), "does not say"),
            (with("work", json!("")), "does not say"),
            (with("work", json!("x".repeat(5000))), "more than 4000"),
            (with("model", json!("x")), "unknown field"),
        ] {
            let refused = read(&text, "A-1", &files(&two)).expect_err(&text);
            assert!(refused.contains(told), "{text}: {refused}");
        }
        let left = read(&answer(&good), "A-1", &files(&["a", "b", "c"]));
        assert_eq!(left, Err("`c` is in no part".to_owned()));
    }

    /// All ways to give three files to three parts, with all orders among these that can be stated.
    #[test]
    fn whatever_is_accepted_divides_all_files_and_can_be_worked_through() {
        let names = files(&["f0", "f1", "f2"]);
        let pairs: Vec<(usize, usize)> = (0..3)
            .flat_map(|part| (0..3).map(move |other| (part, other)))
            .filter(|(part, other)| part != other)
            .collect();
        let mut accepted = 0;
        for (owners, edges) in
            (0..27_usize).flat_map(|owners| (0..64_u32).map(move |edges| (owners, edges)))
        {
            let owner = |file: usize| owners / 3_usize.pow(file as u32) % 3;
            let parts = (0..3).map(|place| {
                let own = names
                    .iter()
                    .enumerate()
                    .filter(|(file, _)| owner(*file) == place);
                let own: Vec<&str> = own.map(|(_, name)| name.as_str()).collect();
                let stated = pairs.iter().enumerate();
                let stated =
                    stated.filter(|(bit, (part, _))| *part == place && edges >> bit & 1 == 1);
                let after: Vec<String> = stated.map(|(_, (_, other))| other.to_string()).collect();
                let after: Vec<&str> = after.iter().map(String::as_str).collect();
                part(&place.to_string(), &own, &after)
            });
            let parts: Vec<Value> = parts.collect();
            let Ok(pieces) = read(&answer(&parts), "A-1", &names) else {
                continue;
            };
            accepted += 1;
            let mut all: Vec<&String> = pieces.iter().flat_map(|piece| &piece.files).collect();
            all.sort();
            assert_eq!(all, names.iter().collect::<Vec<_>>());
            for (place, piece) in pieces.iter().enumerate() {
                assert!(piece.after.iter().all(|other| *other < place));
            }
            assert_eq!(files_before(&pieces, 2).len(), 2);
        }
        // Six ways to give each a file, and 25 orders of three that have no circle.
        assert_eq!(accepted, 6 * 25);
    }
}
