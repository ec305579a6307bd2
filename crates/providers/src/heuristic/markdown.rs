use super::draft::Draft;
use super::page::Page;
use super::text;
use super::wants::{Style, Want, What};

/// A document: a title, the stated headings in their order, and under them what is stated there.
pub(super) fn render(draft: &Draft) -> String {
    let mut page = Page::new(&draft.base_text());
    if page.is_empty() && has_no_title(draft) {
        let title = format!("# {}", draft.title());
        if draft.may_say(&title) {
            page.push(&title);
        }
    }
    let before = page.lines.len();
    for want in &draft.wants {
        apply(&mut page, want);
    }
    let has_edges = draft
        .wants
        .iter()
        .any(|want| matches!(want.what, What::Title(_) | What::First(_) | What::Last(_)));
    let is_new = draft.existing.is_none() && draft.material.is_empty();
    if page.lines.len() == before && is_new && !has_edges {
        let end = page.lines.len();
        insert_block(&mut page, end, &[draft.placeholder()]);
    }
    finish(&mut page, draft);
    page.text()
}

fn has_no_title(draft: &Draft) -> bool {
    !draft.wants.iter().any(|want| match &want.what {
        What::Title(_) => true,
        What::Heading(text) => text.starts_with("# "),
        _ => false,
    })
}

fn finish(page: &mut Page, draft: &Draft) {
    for want in &draft.wants {
        if let What::Title(text) = &want.what {
            let title = if text.starts_with('#') {
                text.clone()
            } else {
                format!("# {text}")
            };
            if !page.has_line(&title) {
                page.lines.splice(0..0, [title, String::new()]);
            }
        }
    }
    let heads: Vec<String> = page.lines.iter().take(1).cloned().collect();
    text::finish(page, draft);
    let grew = page.lines.first() != heads.first() && page.lines.len() > 1;
    if grew && page.lines[0].starts_with('#') && !page.lines[1].is_empty() {
        page.lines.insert(1, String::new());
    }
}

fn apply(page: &mut Page, want: &Want) {
    let under = want.under.as_deref();
    match &want.what {
        What::Heading(text) => drop(ensure_heading(page, text)),
        What::Line(text) if !page.has_line(text) => add(page, under, text),
        What::Contains(text) if !page.contains(text) => match text.starts_with('#') {
            true => drop(ensure_heading(page, text)),
            false => add(page, under, text),
        },
        What::Items { items, style, .. } => {
            for item in items {
                if !has_item(page, item) {
                    let end = end_of(page, under);
                    insert_item(page, end, item, *style);
                }
            }
        }
        What::Columns(cells) => {
            let header = row(cells);
            if !page.has_line(&header) {
                let rule = row(&vec!["---".to_owned(); cells.len()]);
                let end = end_of(page, under);
                insert_block(page, end, &[header, rule]);
            }
        }
        What::Row(cells) if !page.has_line(&row(cells)) => insert_row(page, under, &row(cells)),
        What::Block { language, text } if !page.contains(text) => {
            let mut block = vec![format!("```{language}")];
            block.extend(text.lines().map(str::to_owned));
            block.push("```".to_owned());
            let end = end_of(page, under);
            insert_block(page, end, &block);
        }
        _ => {}
    }
}

fn add(page: &mut Page, under: Option<&str>, text: &str) {
    let end = end_of(page, under);
    let block: Vec<String> = text.lines().map(str::to_owned).collect();
    insert_block(page, end, &block);
}

/// Where the part under a heading ends; the end of the page without one.
fn end_of(page: &mut Page, under: Option<&str>) -> usize {
    let Some(heading) = under else {
        return page.lines.len();
    };
    let start = ensure_heading(page, heading);
    let next = headings(page).into_iter().find(|index| *index > start);
    next.unwrap_or(page.lines.len())
}

/// The line of the heading, which is added at the end when it is missing.
fn ensure_heading(page: &mut Page, text: &str) -> usize {
    let wanted = text.trim_start_matches('#').trim();
    let level = text.len() - text.trim_start_matches('#').len();
    let found = headings(page).into_iter().find(|index| {
        let line = &page.lines[*index];
        let own = line.len() - line.trim_start_matches('#').len();
        line.trim_start_matches('#').trim() == wanted && (level == 0 || level == own)
    });
    found.unwrap_or_else(|| {
        let marks = if level == 0 {
            "##".to_owned()
        } else {
            "#".repeat(level)
        };
        let end = page.lines.len();
        insert_block(page, end, &[format!("{marks} {wanted}")]);
        page.lines.len() - 1
    })
}

/// The indices of all heading lines outside fences.
fn headings(page: &Page) -> Vec<usize> {
    let mut fence: Option<String> = None;
    let mut found = Vec::new();
    for (index, line) in page.lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let marks: String = trimmed
            .chars()
            .take_while(|sign| matches!(sign, '`' | '~'))
            .collect();
        match &fence {
            Some(open) if trimmed.trim_end() == marks && marks.starts_with(open.as_str()) => {
                fence = None;
            }
            None if marks.len() >= 3 => fence = Some(marks),
            None if is_heading(line) => found.push(index),
            _ => {}
        }
    }
    found
}

fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    (1..=6).contains(&(line.len() - rest.len())) && rest.starts_with(' ')
}

/// Inserts a block with a blank line on each side.
fn insert_block(page: &mut Page, at: usize, block: &[String]) {
    let mut at = at;
    while at > 0 && page.lines[at - 1].trim().is_empty() {
        at -= 1;
        page.lines.remove(at);
    }
    let mut lines = Vec::new();
    if at > 0 {
        lines.push(String::new());
    }
    lines.extend(block.iter().cloned());
    if at < page.lines.len() && !page.lines[at].trim().is_empty() {
        lines.push(String::new());
    }
    page.lines.splice(at..at, lines);
}

fn insert_item(page: &mut Page, at: usize, item: &str, style: Style) {
    let mut end = at;
    while end > 0 && page.lines[end - 1].trim().is_empty() {
        end -= 1;
    }
    let last = end
        .checked_sub(1)
        .map(|index| page.lines[index].clone())
        .unwrap_or_default();
    let continues = is_item(&last, style);
    let line = match style {
        Style::Bullet => format!("- {item}"),
        Style::Check => format!("- [ ] {item}"),
        Style::Numbered => {
            let number = last
                .split_once(". ")
                .and_then(|(number, _)| number.parse::<usize>().ok());
            format!("{}. {item}", number.filter(|_| continues).unwrap_or(0) + 1)
        }
    };
    match continues {
        true => page.lines.insert(end, line),
        false => insert_block(page, at, &[line]),
    }
}

fn is_item(line: &str, style: Style) -> bool {
    match style {
        Style::Bullet => line.starts_with("- ") && !line.starts_with("- ["),
        Style::Check => line.starts_with("- ["),
        Style::Numbered => line.split_once(". ").is_some_and(|(number, _)| {
            !number.is_empty() && number.chars().all(|sign| sign.is_ascii_digit())
        }),
    }
}

fn has_item(page: &Page, item: &str) -> bool {
    page.lines.iter().any(|line| {
        let line = line.trim();
        let text = line
            .strip_prefix("- [ ] ")
            .or_else(|| line.strip_prefix("- [x] "));
        let text = text
            .or_else(|| line.strip_prefix("- "))
            .or_else(|| line.strip_prefix("* "));
        let text = text.or_else(|| {
            let (number, text) = line.split_once(". ")?;
            number
                .chars()
                .all(|sign| sign.is_ascii_digit())
                .then_some(text)
        });
        text.is_some_and(|text| text == item || text.trim_matches('`') == item)
    })
}

fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |", cells.join(" | "))
}

/// Adds a row to the last table of the part, or as a block of its own.
fn insert_row(page: &mut Page, under: Option<&str>, row: &str) {
    let end = end_of(page, under);
    let last = page.lines[..end]
        .iter()
        .rposition(|line| line.trim_start().starts_with('|'));
    match last {
        Some(index) => page.lines.insert(index + 1, row.to_owned()),
        None => insert_block(page, end, &[row.to_owned()]),
    }
}
