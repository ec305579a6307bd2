use super::draft::Draft;
use super::kind::{Kind, comment_marks};
use super::page::Page;
use super::wants::What;

/// Plain text, comma-separated values and files of a language without a renderer: what is stated,
/// line by line, in its order.
pub(super) fn render(draft: &Draft) -> String {
    let mut page = Page::new(&draft.base_text());
    for want in &draft.wants {
        apply(&mut page, &want.what, draft);
    }
    finish(&mut page, draft);
    if page.is_empty() {
        page.push(&placeholder(draft));
    }
    page.text()
}

fn apply(page: &mut Page, what: &What, draft: &Draft) {
    match what {
        What::Line(text) if !page.has_line(text) => page.push(text),
        What::Contains(text) if !page.contains(text) => page.push(text),
        What::Heading(text) if !page.has_line(text) => page.push(text),
        What::Items { items, .. } => {
            for item in items
                .iter()
                .filter(|item| !has_entry(page, item))
                .collect::<Vec<_>>()
            {
                page.push(item);
            }
        }
        What::Columns(cells) => {
            let header = join_cells(cells, draft);
            if !page.has_line(&header) {
                page.first(&header);
            }
        }
        What::Row(cells) => {
            let row = join_cells(cells, draft);
            if !page.has_line(&row) {
                page.push(&row);
            }
        }
        What::Block { text, .. } if !page.contains(text) => page.push(text),
        _ => {}
    }
}

fn has_entry(page: &Page, item: &str) -> bool {
    page.has_line(item)
        || page
            .lines
            .iter()
            .any(|line| line.trim_start_matches("- ") == item)
}

fn join_cells(cells: &[String], draft: &Draft) -> String {
    let separator = if draft.path.ends_with(".tsv") {
        "\t"
    } else {
        ","
    };
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| quote_cell(cell, separator))
        .collect();
    cells.join(separator)
}

fn quote_cell(cell: &str, separator: &str) -> String {
    match cell.contains(separator) || cell.contains('"') {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

/// What concerns the whole page: first and last line, order, lines that are to go.
pub(super) fn finish(page: &mut Page, draft: &Draft) {
    for want in &draft.wants {
        match &want.what {
            What::Remove(text) => page.remove_lines(|line| line.trim_end() == text.trim_end()),
            What::Absent(text) => {
                page.remove_lines(|line| line.contains(text.as_str()) && !is_kept(line, draft));
            }
            _ => {}
        }
    }
    let sorted =
        draft.wants.iter().any(|want| want.what == What::Sorted) && draft.kind == Kind::Text;
    if sorted {
        page.lines.sort();
    }
    let titles = draft.wants.iter().filter_map(|want| match &want.what {
        What::Title(text) if draft.kind != Kind::Markdown => Some(text.as_str()),
        What::First(text) => Some(text.as_str()),
        _ => None,
    });
    if let Some(first) = titles.reduce(|own, next| if own.starts_with(next) { own } else { next }) {
        take_up(page, sorted, first);
        page.first(first);
    }
    let ends = draft.wants.iter().filter_map(|want| match &want.what {
        What::Last(text) => Some(text.as_str()),
        _ => None,
    });
    if let Some(last) = ends.reduce(|own, next| if own.ends_with(next) { own } else { next }) {
        take_up(page, sorted, last);
        page.last(last);
    }
    for want in &draft.wants {
        if let What::Bare(Some(count)) = &want.what {
            page.squeeze_to(*count);
        }
    }
}

/// Takes a stated first or last line out of where sorting has put it.
fn take_up(page: &mut Page, sorted: bool, line: &str) {
    let place = page.lines.iter().position(|own| own == line);
    if let Some(place) = place.filter(|_| sorted) {
        page.lines.remove(place);
    }
}

/// Lines of code that are there are not taken out one by one.
fn is_kept(line: &str, draft: &Draft) -> bool {
    let is_code = matches!(draft.kind, Kind::Shell | Kind::Makefile | Kind::Other);
    is_code
        && draft
            .existing
            .is_some_and(|text| text.lines().any(|own| own == line))
}

/// A comment that says that the file is not written.
pub(super) fn placeholder(draft: &Draft) -> String {
    let (open, close) = match draft.kind {
        Kind::Text | Kind::Markdown | Kind::Csv => ("", ""),
        _ => comment_marks(draft.path),
    };
    format!("{open}{}{close}", draft.placeholder())
}
