//! What YAML below a task's heading says about order: `wait_for:` and a list of names.

use std::ops::Range;

use super::super::columns::Column;
use super::fields::field;

/// The fields of order in a fence of YAML, each with the place of what it names. The configuration of a program, whose services
/// and jobs depend on each other, says nothing about tasks.
pub(super) fn of_yaml(text: &str, span: Range<usize>) -> Vec<(Column, Range<usize>)> {
    const OF_PROGRAMS: [&str; 7] = [
        "services",
        "jobs",
        "apiversion",
        "version",
        "steps",
        "stages",
        "resources",
    ];
    let mut found = Vec::new();
    let mut open: Option<Column> = None;
    let mut at = span.start;
    for line in text[span].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let place = |part: &str| {
            let from = start + (part.as_ptr() as usize - line.as_ptr() as usize);
            from..from + part.len()
        };
        if let Some(item) = bare.strip_prefix("- ") {
            let item = item.trim().trim_matches(['"', '\'']);
            found.extend(open.map(|column| (column, place(item))));
            continue;
        }
        open = None;
        let Some((key, value)) = bare.split_once(':') else {
            continue;
        };
        if OF_PROGRAMS.contains(&key.trim().to_lowercase().as_str()) {
            return Vec::new();
        }
        let order = |column: &Column| matches!(column, Column::Dependencies | Column::Blocks);
        let Some(column) = field(key).filter(order) else {
            continue;
        };
        let value = value.trim().trim_matches(['[', ']', '"', '\'']);
        match value.is_empty() {
            true => open = Some(column),
            false => found.push((column, place(value))),
        }
    }
    found
}
