use super::draft::Draft;
use super::page::Page;
use super::text;
use super::wants::{Want, What, When};

/// A makefile: variables, then each stated target with its sources and commands.
pub(super) fn render(draft: &Draft) -> String {
    let mut page = Page::new(&draft.base_text());
    for want in &draft.wants {
        apply(&mut page, want);
    }
    text::finish(&mut page, draft);
    if page.is_empty() {
        page.push(&format!("# {}", draft.placeholder()));
    }
    page.text()
}

fn apply(page: &mut Page, want: &Want) {
    match (&want.what, &want.when) {
        (What::Target(name), _) if is_word(name) => drop(ensure_target(page, name)),
        (What::Needs { target, sources }, _) if is_word(target) => {
            add_sources(page, target, sources)
        }
        (What::Runs(command), When::Inside(target)) if is_word(target) => {
            add_command(page, target, command)
        }
        (
            What::Pair {
                key,
                value: Some(value),
                ..
            },
            _,
        ) if is_word(key) => {
            let line = format!("{key} = {value}");
            if !page.has_line(&line) {
                page.lines.insert(0, line);
            }
        }
        (What::Line(text), _) if !page.has_line(text) => page.push(text),
        (What::Contains(text), _) if !page.contains(text) => page.push(text),
        _ => {}
    }
}

fn ensure_target(page: &mut Page, name: &str) -> usize {
    let is_it = |line: &String| {
        line.split_once(':')
            .is_some_and(|(target, _)| target.trim() == name)
            && !line.starts_with('\t')
    };
    page.lines.iter().position(is_it).unwrap_or_else(|| {
        if !page.is_empty() {
            page.lines.push(String::new());
        }
        page.push(&format!("{name}:"));
        page.lines.len() - 1
    })
}

fn add_sources(page: &mut Page, target: &str, sources: &[String]) {
    let index = ensure_target(page, target);
    for source in sources.iter().filter(|source| is_word(source)) {
        let known = page.lines[index]
            .split_once(':')
            .is_some_and(|(_, own)| own.split_whitespace().any(|own| own == source));
        if !known {
            page.lines[index].push(' ');
            page.lines[index].push_str(source);
        }
    }
}

fn add_command(page: &mut Page, target: &str, command: &str) {
    let start = ensure_target(page, target) + 1;
    let length = page.lines[start..]
        .iter()
        .take_while(|line| line.starts_with('\t'))
        .count();
    let line = format!("\t{command}");
    if !page.lines[start..start + length].contains(&line) {
        page.lines.insert(start + length, line);
    }
}

/// True for what make reads as one name.
fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains([' ', '\t', '\n', ':', '#', '=', '\\', '$', '|', ';'])
}
