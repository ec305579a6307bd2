use super::draft::Draft;
use super::json::path_of;
use super::page::Page;
use super::text;
use super::wants::{What, is_number};

/// A YAML mapping in block style, edited line by line so that comments stay where they are.
pub(super) fn render(draft: &Draft) -> String {
    let mut page = Page::new(draft.existing.unwrap_or_default());
    for material in &draft.material {
        merge(&mut page, material);
    }
    for want in &draft.wants {
        apply(&mut page, &want.what, want.under.as_deref());
    }
    for want in &draft.wants {
        match &want.what {
            What::Line(text) if !page.has_line(text) => add_text(&mut page, text, true),
            What::Contains(text) if !page.contains(text) => add_text(&mut page, text, false),
            _ => {}
        }
    }
    text::finish(&mut page, draft);
    if page.is_empty() {
        page.push(&format!("# {}", draft.placeholder()));
    }
    page.text()
}

fn apply(page: &mut Page, what: &What, under: Option<&str>) {
    match what {
        What::Pair { key, value, .. } => {
            let path = path_of(under, key);
            let is_new = find(page, &path).is_none();
            match value {
                Some(value) => set(page, &path, &Node::Scalar(scalar(value))),
                None if is_new => set(page, &path, &Node::Scalar(String::new())),
                None => {}
            }
        }
        What::Items {
            key: Some(key),
            items,
            ..
        } => {
            set(page, &path_of(under, key), &Node::List(items.clone()));
        }
        What::Items {
            key: None, items, ..
        } => {
            let is_mapping = page.lines.iter().any(|line| key_at(line, 0).is_some());
            for item in items {
                let line = format!("- {}", scalar(item));
                if !is_mapping && !page.has_line(&line) {
                    page.push(&line);
                }
            }
        }
        _ => {}
    }
}

/// A literal that is a whole `key: value` becomes one; anything else a comment, if it need not be
/// a line of its own.
fn add_text(page: &mut Page, text: &str, is_line: bool) {
    let pair = text
        .split_once(':')
        .filter(|(key, value)| is_plain_key(key) && (value.is_empty() || value.starts_with(' ')));
    match pair {
        Some((key, value)) if !text.starts_with(' ') => {
            set(
                page,
                &[key.to_owned()],
                &Node::Scalar(value.trim().to_owned()),
            );
        }
        _ if text.trim_start().starts_with(['-', '#']) || text.contains('\n') => page.push(text),
        _ if is_line => {}
        _ => page.push(&format!("# {text}")),
    }
}

/// Takes over the top-level blocks of a text.
fn merge(page: &mut Page, material: &str) {
    if page.is_empty() {
        *page = Page::new(material);
        return;
    }
    let other = Page::new(material);
    let starts: Vec<usize> = (0..other.lines.len())
        .filter(|index| key_at(&other.lines[*index], 0).is_some())
        .collect();
    for (position, start) in starts.iter().enumerate() {
        let end = starts
            .get(position + 1)
            .copied()
            .unwrap_or(other.lines.len());
        let block = &other.lines[*start..end];
        let key = key_at(&block[0], 0)
            .expect("blocks start at keys")
            .to_owned();
        match find(page, &[key]) {
            Some((from, to)) => drop(page.lines.splice(from..to, block.iter().cloned())),
            None => page.lines.extend(block.iter().cloned()),
        }
    }
}

enum Node {
    Scalar(String),
    List(Vec<String>),
}

/// The lines of the entry at a path.
fn find(page: &Page, path: &[String]) -> Option<(usize, usize)> {
    let mut range = (0, page.lines.len());
    let mut indent = 0;
    for (depth, key) in path.iter().enumerate() {
        let entry = find_key(page, range, indent, key)?;
        if depth + 1 == path.len() {
            return Some(entry);
        }
        range = (entry.0 + 1, entry.1);
        indent = child_indent(page, range, indent);
    }
    None
}

fn set(page: &mut Page, path: &[String], node: &Node) {
    if path.is_empty() || !path.iter().all(|key| is_key(key)) {
        return;
    }
    let mut range = (0, page.lines.len());
    let mut indent = 0;
    for (depth, key) in path.iter().enumerate() {
        let Some(entry) = find_key(page, range, indent, key) else {
            let lines = written(&path[depth..], indent, node);
            let used = page.lines[range.0..range.1]
                .iter()
                .rposition(|line| !line.trim().is_empty());
            let end = used.map_or(range.0, |index| range.0 + index + 1);
            page.lines.splice(end..end, lines);
            return;
        };
        if depth + 1 == path.len() {
            let lines = written(&path[depth..], indent, node);
            if page.lines[entry.0..entry.1] != lines[..] {
                page.lines.splice(entry.0..entry.1, lines);
            }
            return;
        }
        drop_scalar(page, entry.0, key, indent);
        range = (entry.0 + 1, entry.1);
        indent = child_indent(page, range, indent);
    }
}

/// A parent holds a block, so a scalar on its own line goes.
fn drop_scalar(page: &mut Page, index: usize, key: &str, indent: usize) {
    let line = written(&[key.to_owned()], indent, &Node::Scalar(String::new())).remove(0);
    let text = page.lines[index].trim_start().trim_start_matches('"');
    let value = text[key.len()..].trim_start_matches(['"', ':', ' ']);
    if !value.is_empty() && !value.starts_with(['#', '&', '!']) {
        page.lines[index] = line;
    }
}

fn written(path: &[String], indent: usize, node: &Node) -> Vec<String> {
    let mut lines = Vec::new();
    for (depth, key) in path.iter().enumerate() {
        let margin = " ".repeat(indent + 2 * depth);
        let key = if is_plain_key(key) {
            key.clone()
        } else {
            format!("\"{key}\"")
        };
        let is_last = depth + 1 == path.len();
        match node {
            Node::Scalar(value) if is_last => {
                lines.push(format!("{margin}{key}: {value}").trim_end().to_owned());
            }
            Node::List(items) if is_last => {
                lines.push(format!("{margin}{key}:"));
                lines.extend(
                    items
                        .iter()
                        .map(|item| format!("{margin}  - {}", scalar(item))),
                );
            }
            _ => lines.push(format!("{margin}{key}:")),
        }
    }
    lines
}

fn find_key(
    page: &Page,
    range: (usize, usize),
    indent: usize,
    key: &str,
) -> Option<(usize, usize)> {
    let start =
        (range.0..range.1).find(|index| key_at(&page.lines[*index], indent) == Some(key))?;
    let rest = &page.lines[start + 1..range.1];
    let length = rest.iter().position(|line| {
        let own = line.len() - line.trim_start().len();
        let is_list = line.trim_start().starts_with("- ") && own == indent;
        !line.trim().is_empty() && own <= indent && !is_list
    });
    let end = length.map_or(range.1, |length| start + 1 + length);
    let used = page.lines[start..end]
        .iter()
        .rposition(|line| !line.trim().is_empty());
    Some((start, start + used.unwrap_or(0) + 1))
}

fn child_indent(page: &Page, range: (usize, usize), parent: usize) -> usize {
    let first = page.lines[range.0..range.1]
        .iter()
        .find(|line| !line.trim().is_empty());
    let own = first.map_or(0, |line| line.len() - line.trim_start().len());
    if own > parent { own } else { parent + 2 }
}

fn key_at(line: &str, indent: usize) -> Option<&str> {
    let rest = line.trim_start();
    if line.len() - rest.len() != indent || rest.starts_with(['#', '-']) {
        return None;
    }
    let (key, after) = match rest.strip_prefix('"') {
        Some(rest) => rest.split_once('"')?,
        None => {
            let end = rest
                .find(": ")
                .or_else(|| rest.strip_suffix(':').map(str::len))?;
            (&rest[..end], &rest[end..])
        }
    };
    let value = after.trim_start().strip_prefix(':')?;
    (value.is_empty() || value.starts_with(' ')).then_some(key)
}

fn is_plain_key(key: &str) -> bool {
    key.starts_with(|sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '.' | '/'))
        && key
            .chars()
            .all(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.' | '/'))
}

/// True if the key can be written, in quotes if need be.
fn is_key(key: &str) -> bool {
    !key.is_empty() && !key.contains(['"', '\\', '\n'])
}

/// A scalar as YAML reads it back: plain where that is safe, in double quotes otherwise.
fn scalar(raw: &str) -> String {
    let is_literal = raw.is_empty()
        || is_number(raw)
        || matches!(raw, "true" | "false" | "null" | "[]" | "{}")
        || raw.starts_with(['"', '\'', '[', '{', '|', '>']);
    let is_plain = !raw.starts_with([
        ' ', '-', '?', ':', ',', '#', '&', '*', '!', '%', '@', '`', ']', '}', '=', '~',
    ]) && !raw.contains(": ")
        && !raw.contains(" #")
        && !raw.ends_with([':', ' '])
        && !raw.contains('\n')
        && !matches!(
            raw.to_ascii_lowercase().as_str(),
            "yes" | "no" | "on" | "off" | "y" | "n"
        );
    match is_literal || is_plain {
        true => raw.to_owned(),
        false => format!(
            "\"{}\"",
            raw.replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n")
        ),
    }
}
