//! Estimates in sprints, where the document says how long one is: "One sprint is two weeks".

use std::time::Duration;

use crate::duration::parse_duration;
use crate::points::story_points;

/// How long a sprint is, by the first sentence of a document that says it.
pub(super) fn length_of_sprint(text: &str) -> Option<Duration> {
    let places = memchr::memmem::find_iter(text.as_bytes(), "print");
    places.take(MOST_PLACES).find_map(|at| {
        let start = at.checked_sub(1)?;
        let is_word = text.get(start..)?.starts_with(['s', 'S'])
            && !text[..start].ends_with(|c: char| c.is_alphanumeric());
        let behind = text[at + "print".len()..]
            .lines()
            .next()
            .unwrap_or_default();
        let behind = behind.strip_prefix('s').unwrap_or(behind);
        is_word.then(|| behind_word(behind).or_else(|| before_word(&text[..start])))?
    })
}

/// More mentions of sprints than are looked at.
const MOST_PLACES: usize = 500;

/// " is two weeks", "-Länge: 2 Wochen", " = 10 days".
fn behind_word(rest: &str) -> Option<Duration> {
    const SAID: [&str; 22] = [
        "length",
        "duration",
        "is",
        "are",
        "lasts",
        "last",
        "takes",
        "länge",
        "dauer",
        "dauert",
        "ist",
        "dure",
        "durée",
        "est",
        "dura",
        "duración",
        "es",
        "é",
        "dauern",
        "duurt",
        "длится",
        "always",
    ];
    let mut rest = rest;
    let mut says = false;
    loop {
        let bare = rest.trim_start_matches([' ', '-', '*', '_']);
        if let Some(behind) = bare.strip_prefix([':', '=', '(']) {
            (rest, says) = (behind, true);
            continue;
        }
        let end = bare
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(bare.len());
        if !SAID.contains(&bare[..end].to_lowercase().as_str()) {
            // "sprints two weeks later"
            return says.then(|| parse_duration(bare)).flatten();
        }
        (rest, says) = (&bare[end..], true);
    }
}

/// "two-week sprints", "2 week sprint".
fn before_word(text: &str) -> Option<Duration> {
    let head = text.trim_end_matches(' ');
    let start = head.len().saturating_sub(20);
    let head = &head[head.ceil_char_boundary(start)..];
    if !["week", "day"].iter().any(|unit| head.ends_with(unit)) {
        return None;
    }
    let words = head.rsplit(|c: char| c.is_whitespace() || "(,".contains(c));
    let starts = words.map(|word| word.as_ptr() as usize - head.as_ptr() as usize);
    let mut found = starts.take(2).map(|at| head[at..].replacen('-', " ", 1));
    found.find_map(|text| parse_duration(&text))
}

/// The time of `2 sprints`, `1.5 sprints`, `1 sprint`.
pub(super) fn in_sprints(text: &str, sprint: Duration) -> Option<Duration> {
    const MOST: f64 = 100.0;
    let text = text.trim().trim_start_matches(['~', '≈']);
    let lower = text.to_lowercase();
    let number = ["sprints", "sprint"]
        .iter()
        .find_map(|unit| lower.strip_suffix(unit))?;
    let number: f64 = match number.trim_end_matches([' ', '-']) {
        "one" | "a" | "ein" | "un" => 1.0,
        "half a" | "½" => 0.5,
        "two" | "zwei" | "deux" | "dos" => 2.0,
        number => number.replace(',', ".").parse().ok()?,
    };
    (0.0..=MOST)
        .contains(&number)
        .then(|| sprint.mul_f64(number))
}

/// What a title in front of `— 8 points, 1 sprint` says.
pub(super) struct InSprints {
    pub(super) title: String,
    pub(super) estimate: Duration,
    pub(super) points: Option<String>,
}

/// Takes amounts in points and sprints off the end of a title.
pub(super) fn off_title(title: &str, sprint: Duration) -> Option<InSprints> {
    let mut rest = title.trim_end();
    let (mut estimate, mut points) = (None, None);
    while let Some((head, remark)) = last_remark(rest) {
        let (mut time, mut more) = (estimate, points);
        for part in remark.split([',', ';', '·']) {
            match (in_sprints(part, sprint), story_points(part)) {
                (Some(found), _) => time = Some(found),
                (None, Some(found)) => more = Some(found),
                (None, None) => return finished(rest, estimate, points),
            }
        }
        (rest, estimate, points) = (head, time, more);
    }
    finished(rest, estimate, points)
}

fn finished(title: &str, estimate: Option<Duration>, points: Option<&str>) -> Option<InSprints> {
    Some(InSprints {
        title: title.to_owned(),
        estimate: estimate?,
        points: points.map(|points| points.trim().to_owned()),
    })
}

/// The bracket at the end of a title, or what stands behind its last dash.
fn last_remark(title: &str) -> Option<(&str, &str)> {
    let bracket = title
        .strip_suffix(')')
        .and_then(|inner| inner.rsplit_once('('));
    let dash = || {
        let at = title.rfind(['—', '–'])?;
        let dash = title[at..].chars().next().map_or(1, char::len_utf8);
        Some((&title[..at], &title[at + dash..]))
    };
    let (head, remark) = bracket.or_else(dash)?;
    let head = head.trim_end();
    (!head.is_empty()).then_some((head, remark))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: Duration = Duration::from_secs(40 * 3600);

    #[test]
    fn lengths_of_sprints() {
        for (text, weeks) in [
            ("# P\n\nOne sprint is two weeks.", Some(2)),
            ("Sprint length: 1 week", Some(1)),
            ("**Sprint duration:** 3 weeks", Some(3)),
            ("We work in two-week sprints.", Some(2)),
            ("1 Sprint = 2 Wochen", Some(2)),
            ("Ein Sprint dauert 2 Wochen.", Some(2)),
            ("## Sprint 1 (2 weeks)", None),
            ("Sprints two weeks later", None),
            ("Blueprint length: 2 weeks", None),
            ("", None),
        ] {
            assert_eq!(
                length_of_sprint(text),
                weeks.map(|weeks| WEEK * weeks),
                "{text}"
            );
        }
    }

    #[test]
    fn titles_with_sprints() {
        let read = |title: &str| {
            let found = off_title(title, 2 * WEEK)?;
            Some((found.title, found.estimate.as_secs() / 3600, found.points))
        };
        let points = |text: &str| Some(text.to_owned());
        assert_eq!(
            read("Schema — 8 points, 1 sprint"),
            Some(("Schema".to_owned(), 80, points("8 points")))
        );
        assert_eq!(
            read("Retire — 3 points— 2 sprints"),
            Some(("Retire".to_owned(), 160, points("3 points")))
        );
        assert_eq!(read("Draw (½ sprint)"), Some(("Draw".to_owned(), 40, None)));
        assert_eq!(read("Plan the next sprint"), None);
        assert_eq!(read("Review — of the sprint"), None);
        assert_eq!(read(""), None);
    }
}
