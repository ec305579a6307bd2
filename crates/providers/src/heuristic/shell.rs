use super::draft::Draft;
use super::page::Page;
use super::text;
use super::wants::{Want, What, When};

/// A POSIX shell script: what is stated that it takes, prints, runs and exits with.
///
/// A script of which nothing that it does is stated says so and exits with status 1.
pub(super) fn render(draft: &Draft) -> String {
    let script = Script::of(draft);
    let mut page = base(draft);
    if page.is_empty() {
        script.write(&mut page, draft);
    } else {
        script.extend(&mut page);
    }
    lines(&mut page, draft);
    text::finish(&mut page, draft);
    page.text()
}

/// A material that starts with a shebang is a whole script and takes the place of what is there.
fn base(draft: &Draft) -> Page {
    let whole = draft
        .material
        .iter()
        .rfind(|material| material.starts_with("#!"));
    match whole {
        Some(script) => Page::new(script),
        None => Page::new(&draft.base_text()),
    }
}

/// Lines and literals that are stated as such.
fn lines(page: &mut Page, draft: &Draft) {
    for want in &draft.wants {
        match &want.what {
            What::Line(text) if !page.has_line(text) => insert_before_exit(page, text),
            What::Contains(text) if !page.contains(text) => {
                let line = if is_command(text) {
                    text.clone()
                } else {
                    format!("# {text}")
                };
                insert_before_exit(page, &line);
            }
            _ => {}
        }
    }
}

/// What a script does, sorted by when it does it.
struct Script<'a> {
    arguments: Vec<&'a str>,
    variables: Vec<(&'a str, &'a str, bool)>,
    functions: Vec<&'a str>,
    wants: &'a [Want],
}

impl<'a> Script<'a> {
    fn of(draft: &'a Draft) -> Script<'a> {
        let mut script = Script {
            arguments: vec![],
            variables: vec![],
            functions: vec![],
            wants: &draft.wants,
        };
        for want in &draft.wants {
            match &want.what {
                What::Takes(name) if !script.arguments.contains(&name.as_str()) => {
                    script.arguments.push(name);
                }
                What::Function(name) if !script.functions.contains(&name.as_str()) => {
                    script.functions.push(name);
                }
                What::Pair {
                    key,
                    value: Some(value),
                    exported,
                } if is_name(key) => {
                    script.variables.push((key, value, *exported));
                }
                _ => {}
            }
        }
        script
    }

    fn write(&self, page: &mut Page, draft: &Draft) {
        if !has_other_first_line(self.wants) {
            page.push(&shebang(draft));
        }
        let title = format!("# {}", draft.title());
        if draft.title() != "" && !draft.forbids(&title) {
            page.push(&title);
        }
        let set = "set -eu";
        if !draft.forbids(set) {
            page.push(set);
        }
        for block in self.blocks() {
            page.lines.push(String::new());
            page.push(&block);
        }
        if !self.does_something() && !draft.wants.iter().any(|want| is_code_line(&want.what)) {
            page.lines.push(String::new());
            page.push(&unwritten(draft));
        }
    }

    /// Adds what is not there: guards behind the head, the rest before a last `exit`.
    fn extend(&self, page: &mut Page) {
        if !page.lines[0].starts_with("#!") && !has_other_first_line(self.wants) {
            page.lines.insert(0, "#!/bin/sh".to_owned());
        }
        let head = self.head_blocks();
        let known = page.text();
        let is_new = |block: &String| !known.contains(block.as_str());
        let mut at = end_of_head(page);
        for block in head.into_iter().filter(is_new) {
            let mut lines: Vec<String> = vec![String::new()];
            lines.extend(block.lines().map(str::to_owned));
            let length = lines.len();
            page.lines.splice(at..at, lines);
            at += length;
        }
        for line in self.body_lines().into_iter().filter(is_new) {
            insert_before_exit(page, &line);
        }
    }

    fn blocks(&self) -> Vec<String> {
        let mut blocks = self.head_blocks();
        let body = self.body_lines();
        if !body.is_empty() {
            blocks.push(body.join("\n"));
        }
        blocks
    }

    fn head_blocks(&self) -> Vec<String> {
        let mut blocks = Vec::new();
        if !self.variables.is_empty() {
            let lines: Vec<String> = self.variables.iter().map(assignment).collect();
            blocks.push(lines.join("\n"));
        }
        blocks.extend(self.functions.iter().map(|name| self.function(name)));
        let guard = self.steps(&When::NoArgument);
        if !guard.is_empty() {
            let test = format!("if [ \"$#\" -lt {} ]; then", self.arguments.len().max(1));
            blocks.push(format!("{test}\n{}\nfi", indented(&guard, 4)));
        }
        let cases = self.cases();
        if !cases.is_empty() {
            blocks.push(format!("case \"${{1:-}}\" in\n{}\nesac", cases.join("\n")));
        }
        if self.is_argument_used() {
            let lines: Vec<String> = self
                .arguments
                .iter()
                .enumerate()
                .map(|(index, name)| format!("{}=${{{}:-}}", variable(name), index + 1))
                .collect();
            blocks.push(lines.join("\n"));
        }
        blocks
    }

    fn body_lines(&self) -> Vec<String> {
        self.steps(&When::Always)
    }

    fn function(&self, name: &str) -> String {
        let steps = self.steps(&When::Inside(name.to_owned()));
        let steps = match steps.is_empty() {
            true => vec![
                format!("printf '%s\\n' 'not implemented: {name}' >&2"),
                "return 1".to_owned(),
            ],
            false => steps,
        };
        format!("{name}() {{\n{}\n}}", indented(&steps, 4))
    }

    fn cases(&self) -> Vec<String> {
        let mut values: Vec<&str> = Vec::new();
        for want in self.wants {
            if let When::Argument(value) = &want.when
                && self.line(want).is_some()
                && !values.contains(&value.as_str())
            {
                values.push(value);
            }
        }
        values.into_iter().map(|value| self.case(value)).collect()
    }

    fn case(&self, value: &str) -> String {
        let mut steps = self.steps(&When::Argument(value.to_owned()));
        if !steps.last().is_some_and(|step| step.starts_with("exit ")) {
            steps.push("exit 0".to_owned());
        }
        format!("{})\n{}\n    ;;", pattern(value), indented(&steps, 4))
    }

    fn steps(&self, when: &When) -> Vec<String> {
        let mut steps = Vec::new();
        let mut exit = None;
        for want in self.wants.iter().filter(|want| want.when == *when) {
            match self.line(want) {
                Some(line) if line.starts_with("exit ") => exit = Some(line),
                Some(line) if !steps.contains(&line) => steps.push(line),
                _ => {}
            }
        }
        steps.extend(exit);
        steps
    }

    fn line(&self, want: &Want) -> Option<String> {
        match &want.what {
            What::Prints { text, to_stderr } => {
                let redirect = if *to_stderr { " >&2" } else { "" };
                let word = match want.when == When::Always && !is_usage(text) {
                    true => self.quoted(text),
                    false => single_quoted(text),
                };
                Some(format!("printf '%s\\n' {word}{redirect}"))
            }
            What::Exits(status) => Some(format!("exit {status}")),
            What::Runs(command) => Some(command.clone()),
            _ => None,
        }
    }

    /// A text as one shell word; the names of arguments in it stand for their values.
    fn quoted(&self, text: &str) -> String {
        let mut parts = vec![(text.to_owned(), false)];
        let mut names = self.arguments.clone();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        for name in names {
            parts = parts
                .into_iter()
                .flat_map(|part| split_at_name(part, name))
                .collect();
        }
        if parts.iter().all(|(_, is_name)| !is_name) {
            return single_quoted(text);
        }
        let inner: String = parts
            .iter()
            .map(|(text, is_name)| match is_name {
                true => format!("${{{}}}", variable(text)),
                false => escaped(text),
            })
            .collect();
        format!("\"{inner}\"")
    }

    fn is_argument_used(&self) -> bool {
        let uses = |want: &Want| match &want.what {
            What::Prints { text, .. } => {
                want.when == When::Always && !is_usage(text) && self.quoted(text).contains("${")
            }
            What::Runs(command) => self
                .arguments
                .iter()
                .any(|name| command.contains(&format!("${}", variable(name)))),
            _ => false,
        };
        !self.arguments.is_empty() && self.wants.iter().any(uses)
    }

    fn does_something(&self) -> bool {
        !self.functions.is_empty() || self.wants.iter().any(|want| self.line(want).is_some())
    }
}

/// A line that tells how to call the script names its arguments, it does not hold their values.
fn is_usage(text: &str) -> bool {
    text.to_ascii_lowercase().starts_with("usage")
}

fn has_other_first_line(wants: &[Want]) -> bool {
    wants
        .iter()
        .any(|want| matches!(&want.what, What::First(text) if !text.starts_with("#!")))
}

fn shebang(draft: &Draft) -> String {
    let stated = draft.wants.iter().find_map(|want| match &want.what {
        What::First(text) | What::Line(text) | What::Contains(text) if text.starts_with("#!") => {
            Some(text.clone())
        }
        _ => None,
    });
    let usual = if draft.path.ends_with(".bash") {
        "#!/usr/bin/env bash"
    } else {
        "#!/bin/sh"
    };
    stated.unwrap_or_else(|| usual.to_owned())
}

fn unwritten(draft: &Draft) -> String {
    let text = format!("not implemented: {}", draft.title());
    let remark = draft.placeholder();
    format!(
        "# {remark}\nprintf '%s\\n' {} >&2\nexit 1",
        single_quoted(&text)
    )
}

fn is_code_line(what: &What) -> bool {
    match what {
        What::Line(text) | What::Contains(text) | What::Last(text) => {
            !text.starts_with('#') && !text.starts_with("set ") && is_command(text)
        }
        _ => false,
    }
}

/// True if a literal can stand in a script as a line of its own.
fn is_command(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    text.starts_with('#')
        || first.contains('=')
        || text.contains(' ')
            && first.chars().all(|sign| {
                sign.is_ascii_lowercase() || sign.is_ascii_digit() || "_-./[:".contains(sign)
            })
}

/// The line after the shebang, the comments and the `set` that open a script.
fn end_of_head(page: &Page) -> usize {
    let is_head = |line: &String| line.starts_with('#') || line.starts_with("set ");
    page.lines.iter().take_while(|line| is_head(line)).count()
}

fn insert_before_exit(page: &mut Page, line: &str) {
    let last = page
        .lines
        .last()
        .is_some_and(|last| last.starts_with("exit"));
    let at = if last {
        page.lines.len() - 1
    } else {
        page.lines.len()
    };
    let lines: Vec<String> = line.lines().map(str::to_owned).collect();
    page.lines.splice(at..at, lines);
}

fn indented(lines: &[String], width: usize) -> String {
    let margin = " ".repeat(width);
    let lines: Vec<String> = lines.iter().map(|line| format!("{margin}{line}")).collect();
    lines.join("\n")
}

fn assignment(variable: &(&str, &str, bool)) -> String {
    let (name, value, exported) = variable;
    let inner = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    let word = match inner {
        Some(inner) => format!("\"{inner}\""),
        None if value
            .chars()
            .all(|sign| sign.is_alphanumeric() || "_-./".contains(sign)) =>
        {
            (*value).to_owned()
        }
        None => single_quoted(value),
    };
    let export = if *exported { "export " } else { "" };
    format!("{export}{name}={word}")
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for sign in text.chars() {
        if matches!(sign, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(sign);
    }
    out
}

fn pattern(value: &str) -> String {
    let is_plain = value
        .chars()
        .all(|sign| sign.is_alphanumeric() || "_-./=".contains(sign));
    if is_plain {
        value.to_owned()
    } else {
        single_quoted(value)
    }
}

fn variable(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

fn is_name(text: &str) -> bool {
    text.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_')
        && text
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
}

/// Cuts `Hello, <NAME>!` or `Hello, NAME!` at the name of the argument.
fn split_at_name(part: (String, bool), name: &str) -> Vec<(String, bool)> {
    let (text, is_name) = part;
    if is_name {
        return vec![(text, is_name)];
    }
    let forms = [
        format!("<{name}>"),
        format!("{{{name}}}"),
        format!("${name}"),
        name.to_owned(),
    ];
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    while let Some((at, form)) = forms
        .iter()
        .find_map(|form| Some((find_word(rest, form)?, form)))
    {
        parts.push((rest[..at].to_owned(), false));
        parts.push((name.to_owned(), true));
        rest = &rest[at + form.len()..];
    }
    parts.push((rest.to_owned(), false));
    parts.retain(|(text, is_name)| *is_name || !text.is_empty());
    parts
}

fn find_word(text: &str, word: &str) -> Option<usize> {
    let is_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    let starts_as_word = word.starts_with(is_word);
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !starts_as_word || !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
