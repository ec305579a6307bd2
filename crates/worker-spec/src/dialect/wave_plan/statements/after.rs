//! Tasks that a fence draws below a line which says after whom they come: `Phase 1 (After A-2 completes):`.

use std::ops::Range;

use crate::ids::find_ids;

/// A task and those that are to come after it, with the place of each.
#[derive(Debug, PartialEq)]
pub(super) struct After {
    pub(super) names: Vec<String>,
    pub(super) places: Vec<Range<usize>>,
    pub(super) span: Range<usize>,
}

/// The lists of a fence that a line of this kind stands above.
pub(super) fn after(text: &str, span: Range<usize>) -> Vec<After> {
    let mut found: Vec<After> = Vec::new();
    let mut open = false;
    let mut start = span.start;
    for line in text[span].split_inclusive('\n') {
        let at = start;
        start += line.len();
        if let Some(name) = head(line) {
            found.push(After {
                places: std::iter::once(at + name.start..at + name.end).collect(),
                names: vec![line[name].to_owned()],
                span: at..at + line.trim_end().len(),
            });
            open = true;
        } else if let (true, Some(after), Some(name)) = (open, found.last_mut(), branch(line)) {
            after.names.push(line[name.clone()].to_owned());
            after.places.push(at + name.start..at + name.end);
        } else {
            open = false;
        }
    }
    found.retain(|after| after.names.len() > 1);
    found
}

/// The one id that a line says must be complete before what stands below it.
fn head(line: &str) -> Option<Range<usize>> {
    let trimmed = line.trim_end();
    trimmed.ends_with([':', '：']).then_some(())?;
    let lower = trimmed.to_ascii_lowercase();
    let at = lower.find("after ")? + "after ".len();
    let mut ids = find_ids(&trimmed[at..]);
    let id = ids.next().filter(|id| id.start == 0 && id.last.is_none())?;
    let rest = lower[at + id.end..].trim_start();
    let ends = [
        "complete",
        "is complete",
        "is done",
        "done",
        "finishes",
        "is finished",
    ]
    .iter()
    .any(|word| rest.starts_with(word));
    (ends && ids.next().is_none()).then_some(at + id.start..at + id.end)
}

/// The id that a branch of a tree begins with.
fn branch(line: &str) -> Option<Range<usize>> {
    let bare = line.trim_start_matches([' ', '\t']);
    let name = bare.trim_start_matches(['├', '└', '│', '─', '-', '*', '+', '|', '`', ' ']);
    (name.len() < bare.len()).then_some(())?;
    let id = find_ids(name)
        .next()
        .filter(|id| id.start == 0 && id.last.is_none())?;
    let at = line.len() - name.len();
    Some(at..at + id.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_below_a_line() {
        let text = "Phase 1 (After A-2 completes):\n├── B-1 ──┐\n├── B-2 ──┼── both (2h)\n\nOther:\n├── B-3\n";
        let found = after(text, 0..text.len());
        let [one] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(one.names, ["A-2", "B-1", "B-2"]);
        assert_eq!(&text[one.places[2].clone()], "B-2");
    }

    #[test]
    fn what_says_nothing_of_the_kind() {
        for text in [
            "After lunch:\n- A-1\n",
            "After A-1 and A-2 complete:\n- A-3\n",
            "After A-1 completes\n- A-3\n",
            "",
        ] {
            assert_eq!(after(text, 0..text.len()), [], "{text}");
        }
    }
}
