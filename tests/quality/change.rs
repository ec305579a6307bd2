//! Small changes to the text of a worker spec: some spoil it, some help.
//!
//! Every change is general: it looks only at the form of a spec, so that it can be made to any.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::ops::Range;
use std::path::PathBuf;

use wavecrew::rate_spec;
use wavecrew::worker_spec::quality::Quality;
use wavecrew::worker_spec::{Document, WorkerSpec, read};

/// The folder of real worker specs.
pub(crate) fn folder() -> PathBuf {
    let shared = std::env::var_os("WAVECREW_SHARED")
        .expect("WAVECREW_SHARED names the folder of test documents");
    PathBuf::from(shared).join("wingman-workers")
}

/// The spec of a text; `None` for one that is not read as a worker spec at all.
pub(crate) fn spec_of(text: &str) -> Option<WorkerSpec> {
    let plan = read(&[Document::new("spec.md", text)]).value;
    plan.tasks.first()?.spec.as_deref().cloned()
}

/// The score of a text.
pub(crate) fn rated(text: &str) -> Option<Quality> {
    spec_of(text).as_ref().map(rate_spec)
}

/// A section of a text, as offsets.
struct Found {
    heading: usize,
    body: Range<usize>,
}

/// The section of a name: a heading of level two outside fences, to the next one.
fn section(text: &str, name: &str) -> Option<Found> {
    let mut found: Option<(usize, usize)> = None;
    let (mut fenced, mut at) = (false, 0);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if let Some(heading) = line.strip_prefix("## ").filter(|_| !fenced) {
            if let Some((heading, body)) = found {
                let body = body..at;
                return Some(Found { heading, body });
            }
            let number = heading.trim_start_matches(|c: char| c.is_ascii_digit());
            let heading = number.strip_prefix('.').unwrap_or(heading).trim();
            if heading == name {
                found = Some((at, at + line.len()));
            }
        }
        at += line.len();
    }
    let (heading, body) = found?;
    let body = body..text.len();
    Some(Found { heading, body })
}

fn put(text: &str, range: Range<usize>, new: &str) -> String {
    format!("{}{new}{}", &text[..range.start], &text[range.end..])
}

/// Leaves a section out.
pub(crate) fn drop_section(text: &str, name: &str) -> Option<String> {
    let found = section(text, name)?;
    Some(put(text, found.heading..found.body.end, ""))
}

/// Puts another body under a heading.
pub(crate) fn replace_body(text: &str, name: &str, body: &str) -> Option<String> {
    let found = section(text, name)?;
    let body = match body {
        "" => "\n".to_owned(),
        body => format!("\n{body}\n\n"),
    };
    Some(put(text, found.body, &body))
}

/// Replaces ranges that do not overlap.
fn put_all(
    text: &str,
    mut ranges: Vec<Range<usize>>,
    new: impl Fn(&str) -> String,
) -> Option<String> {
    ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
    ranges.dedup();
    let mut changed = text.to_owned();
    for range in ranges {
        changed = put(&changed, range.clone(), &new(&text[range]));
    }
    (changed != text).then_some(changed)
}

/// The sections of the ten-point form, and the notes.
pub(crate) const SECTIONS: [&str; 11] = [
    "DELIVERABLES",
    "SUCCESS_CRITERIA",
    "BOUNDARIES",
    "DEPENDENCIES",
    "MITIGATION",
    "TEST_PROCESS",
    "TEST_RESULTS_FORMAT",
    "TASK_CLASSIFICATION",
    "RETROSPECTIVE",
    "PERFORMANCE_REQUIREMENTS",
    "IMPLEMENTATION NOTES",
];

/// One way to spoil a spec: the new text, or nothing where there is nothing of that kind to spoil.
pub(crate) type Spoil = (&'static str, fn(&str) -> Option<String>);

pub(crate) const SPOILS: &[Spoil] = &[
    ("tests that always pass", |text| {
        replace_body(text, "TEST_PROCESS", "```bash\necho ok\n```")
    }),
    ("tests as prose", |text| {
        replace_body(
            text,
            "TEST_PROCESS",
            "Have a look at it. If it seems fine, the work is done.",
        )
    }),
    ("tests of another file", |text| {
        let tests = "```bash\ntest -f tools/tide_table.py\npython3 -c \"from tools.tide_table import TideTable; assert TideTable().high == 4\"\n```";
        replace_body(text, "TEST_PROCESS", tests)
    }),
    ("hidden failures", |text| {
        let spec = spec_of(text)?;
        let ends = spec.test_commands().map(|command| {
            let end = command.location.span.end;
            end..end
        });
        put_all(text, ends.collect(), |_| " || true".to_owned())
    }),
    ("wishes as criteria", |text| {
        let wishes = "- [ ] It works well\n- [ ] Edge cases are handled in a sensible way\n- [ ] Everybody is happy";
        replace_body(text, "SUCCESS_CRITERIA", wishes)
    }),
    ("criteria of another task", |text| {
        let other = "- [ ] `infra/tides.toml` holds 14 harbours\n- [ ] `tides --check infra/tides.toml` exits with 0\n- [ ] No harbour is older than 30 days";
        replace_body(text, "SUCCESS_CRITERIA", other)
    }),
    ("wishes as deliverables", |text| {
        let wishes =
            "- [ ] Set it up as discussed\n- [ ] Change what has to be changed\n- [ ] etc.";
        replace_body(text, "DELIVERABLES", wishes)
    }),
    ("a boundary that forbids the work", |text| {
        let spec = spec_of(text)?;
        let files: Vec<String> = spec
            .deliverables
            .iter()
            .map(|file| format!("- **CANNOT modify:** `{}`", file.path))
            .collect();
        let body = format!(
            "- **CAN modify:** `tools/tide_table.py` only\n{}",
            files.join("\n")
        );
        (!files.is_empty()).then(|| replace_body(text, "BOUNDARIES", &body))?
    }),
    ("no file is named", |text| {
        let spec = spec_of(text)?;
        let mut changed = text.to_owned();
        for file in &spec.deliverables {
            let name = file.path.rsplit('/').next()?;
            for known in [&file.path, name] {
                changed = changed
                    .replace(&format!("`{known}`"), "the right module")
                    .replace(known, "MODULE");
            }
        }
        (changed != text).then_some(changed)
    }),
    ("numbers become words", |text| {
        let spec = spec_of(text)?;
        let items = spec.criteria.iter().map(|item| item.location.span.clone());
        put_all(text, items.collect(), |item| {
            let letters = item.chars().map(|c| {
                if c.is_numeric() || "<>=→≤≥`\"'".contains(c) {
                    ' '
                } else {
                    c
                }
            });
            letters.collect()
        })
    }),
    ("the heading of another worker", |text| {
        let end = text.find('\n')?;
        text.starts_with("# ").then(|| {
            put(
                text,
                0..end,
                "# Worker 9139: Tide Tables Of Northern Harbours",
            )
        })
    }),
    ("half of it is cut off", |text| {
        let lines = text.lines().count() / 2;
        Some(text.split_inclusive('\n').take(lines).collect())
    }),
];

/// A line that helps a spec and belongs to a section, if it can be told what would help this one.
pub(crate) type Help = (
    &'static str,
    &'static str,
    fn(&WorkerSpec) -> Option<String>,
);

fn first_file(spec: &WorkerSpec) -> Option<&str> {
    spec.deliverables.first().map(|file| file.path.as_str())
}

pub(crate) const HELPS: &[Help] = &[
    ("a criterion of the work", "SUCCESS_CRITERIA", |spec| {
        Some(format!("- [ ] `{}` holds 12 entries", first_file(spec)?))
    }),
    ("a criterion with values", "SUCCESS_CRITERIA", |_| {
        Some("- [ ] 59 is refused, 60 is not".to_owned())
    }),
    ("what to make, exactly", "DELIVERABLES", |_| {
        Some("- `tide_of(day: int) -> float`, 0.0 for day 0".to_owned())
    }),
    ("a boundary that permits", "BOUNDARIES", |spec| {
        Some(format!("- **CAN modify:** `{}`", first_file(spec)?))
    }),
    ("a boundary that protects", "BOUNDARIES", |_| {
        Some("- **CANNOT modify:** `assets/logo.svg`".to_owned())
    }),
    ("a way back", "MITIGATION", |spec| {
        Some(format!(
            "- **Rollback:** `git checkout {}`",
            first_file(spec)?
        ))
    }),
    ("a test of the work", "TEST_PROCESS", |spec| {
        let file = first_file(spec)?;
        Some(format!(
            "```bash\ntest \"$(grep -c return {file})\" -ge 1\n```"
        ))
    }),
    ("a test of the whole project", "TEST_PROCESS", |_| {
        Some("```bash\ncargo test\n```".to_owned())
    }),
    ("a dependency", "DEPENDENCIES", |_| {
        Some("- Python 3.9 or later".to_owned())
    }),
    ("a measure", "PERFORMANCE_REQUIREMENTS", |_| {
        Some("- below 20 ms a call".to_owned())
    }),
    ("a question to look back", "RETROSPECTIVE", |_| {
        Some("- What took longer than 20 minutes?".to_owned())
    }),
    ("an example", "IMPLEMENTATION NOTES", |_| {
        Some("```python\ndef tide_of(day):\n    return 0.0\n```".to_owned())
    }),
];

/// Puts a line first into a section; the section is made if there is none.
pub(crate) fn add(text: &str, name: &str, line: &str) -> String {
    match section(text, name) {
        Some(found) => put(
            text,
            found.body.start..found.body.start,
            &format!("\n{line}\n\n"),
        ),
        None => format!("{}\n\n## {name}\n\n{line}\n", text.trim_end()),
    }
}
