use super::python::{Spoken, spoken_names};

/// Names that test commands use. Strings, numbers and the commands themselves never get here.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TestNames {
    /// What Python code in the commands imports and calls.
    pub(super) python: Vec<Spoken>,
    /// Test functions that are asked for by id: file and name.
    pub(super) node_ids: Vec<(String, String)>,
    /// Python files that the commands name.
    files: Vec<String>,
}

impl TestNames {
    pub(super) fn of(commands: &[String]) -> TestNames {
        let mut names = TestNames::default();
        for command in commands {
            names.read(command);
        }
        names
    }

    /// True if a command names this file, from the root or from a folder below it.
    pub(super) fn runs(&self, path: &str) -> bool {
        self.files
            .iter()
            .any(|file| path == file || path.ends_with(&format!("/{file}")))
    }

    fn read(&mut self, command: &str) {
        let (shell, scripts) = without_heredocs(command);
        let Some(words) = words(&shell) else { return };
        for script in scripts {
            self.python.extend(spoken_names(&script));
        }
        let runs_pytest = words
            .iter()
            .any(|word| word.text.rsplit('/').next() == Some("pytest"));
        for (index, word) in words.iter().enumerate() {
            let is_code = index >= 2
                && words[index - 1].text == "-c"
                && words[..index - 1]
                    .iter()
                    .rev()
                    .take(3)
                    .any(|word| is_python(&word.text));
            if is_code && word.is_literal {
                self.python.extend(spoken_names(&word.text));
            } else if word.is_plain {
                let path = word.text.split("::").next().unwrap_or_default();
                if path.ends_with(".py") {
                    self.files.push(path.to_owned());
                }
                if runs_pytest {
                    self.node_ids.extend(node_id(&word.text));
                }
            }
        }
    }
}

/// `tests/test_a.py::TestB::test_c[x]` without what stands in brackets.
fn node_id(word: &str) -> Option<(String, String)> {
    let word = word.split('[').next()?;
    let (path, rest) = word.split_once("::")?;
    let name = rest.rsplit("::").next()?;
    let is_name = name.starts_with("test")
        && name
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
    is_name.then(|| (path.to_owned(), name.to_owned()))
}

fn is_python(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    name.strip_prefix("python").is_some_and(|version| {
        version
            .chars()
            .all(|sign| sign.is_ascii_digit() || sign == '.')
    })
}

/// Takes the here-documents that Python reads out of a command.
fn without_heredocs(command: &str) -> (String, Vec<String>) {
    let mut shell = String::new();
    let mut scripts = Vec::new();
    let mut lines = command.lines();
    while let Some(line) = lines.next() {
        let Some((before, mark)) = heredoc(line) else {
            shell.push_str(line);
            shell.push('\n');
            continue;
        };
        shell.push_str(before);
        shell.push('\n');
        let body: Vec<&str> = lines
            .by_ref()
            .take_while(|line| line.trim() != mark)
            .collect();
        if before.split_whitespace().any(is_python) {
            scripts.push(body.join("\n"));
        }
    }
    (shell, scripts)
}

fn heredoc(line: &str) -> Option<(&str, &str)> {
    let (before, after) = line.split_once("<<")?;
    let quotes = before.matches(['"', '\'']).count();
    let mark = after.trim_start_matches('-').split_whitespace().next()?;
    let mark = mark.trim_matches(['\'', '"', '\\']);
    let is_mark = !mark.is_empty()
        && mark
            .chars()
            .all(|sign| sign.is_alphanumeric() || sign == '_');
    (quotes % 2 == 0 && is_mark).then_some((before, mark))
}

struct Word {
    text: String,
    /// Nothing in it was quoted.
    is_plain: bool,
    /// Its text is what the program gets: nothing is expanded.
    is_literal: bool,
}

/// The words of a command line, quotes taken off; `None` if a quote is not closed.
fn words(command: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut current: Option<Word> = None;
    let mut signs = command.chars().peekable();
    while let Some(sign) = signs.next() {
        let fresh = || Word {
            text: String::new(),
            is_plain: true,
            is_literal: true,
        };
        match sign {
            '\'' => {
                let word = current.get_or_insert_with(fresh);
                word.is_plain = false;
                loop {
                    match signs.next()? {
                        '\'' => break,
                        sign => word.text.push(sign),
                    }
                }
            }
            '"' => {
                let word = current.get_or_insert_with(fresh);
                word.is_plain = false;
                loop {
                    match signs.next()? {
                        '"' => break,
                        '\\' => match signs.next()? {
                            '\n' => {}
                            sign @ ('"' | '\\' | '$' | '`') => word.text.push(sign),
                            sign => {
                                word.text.push('\\');
                                word.text.push(sign);
                            }
                        },
                        sign => {
                            word.is_literal &= !matches!(sign, '$' | '`');
                            word.text.push(sign);
                        }
                    }
                }
            }
            '\\' => match signs.next()? {
                '\n' => {}
                sign => current.get_or_insert_with(fresh).text.push(sign),
            },
            '#' if current.is_none() => while signs.next_if(|sign| *sign != '\n').is_some() {},
            _ if sign.is_whitespace()
                || matches!(sign, ';' | '&' | '|' | '(' | ')' | '<' | '>') =>
            {
                words.extend(current.take());
            }
            _ => {
                let word = current.get_or_insert_with(fresh);
                word.is_literal &= !matches!(sign, '$' | '`');
                word.text.push(sign);
            }
        }
    }
    words.extend(current.take());
    Some(words)
}
