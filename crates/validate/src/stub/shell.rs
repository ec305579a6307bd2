use super::{MANY, Stub};
use crate::shell::{Node, Simple, parse};
use crate::source::{Language, Lines, scan};

/// The stubs of a shell script.
///
/// A script that the reader cannot read is left to the shell.
pub(super) fn stubs(content: &str) -> Vec<Stub> {
    let Ok(script) = parse(content) else {
        return Vec::new();
    };
    let mut functions = Vec::new();
    collect(&script, &mut functions);
    let code = scan(content, Language::Shell).code(content);
    let lines = Lines::new(content);
    let mut stubs: Vec<Stub> = (functions.iter())
        .filter_map(|(name, body)| {
            let said = nothing(body)?;
            let line = line_of(&code, &lines, name);
            Some(Stub {
                line,
                name: (*name).to_owned(),
                body: said,
            })
        })
        .take(MANY)
        .collect();
    if !content.trim().is_empty() && empty(&script) {
        stubs.push(Stub {
            line: 1,
            name: "script".into(),
            body: "comments and settings, without a command".into(),
        });
    }
    if let Some(said) = only_a_message(&script) {
        stubs.push(Stub {
            line: 1,
            name: "script".into(),
            body: said,
        });
    }
    stubs.sort_by_key(|stub| stub.line);
    stubs
}

/// A script that says that it is not written, and ends.
fn only_a_message(script: &Node) -> Option<String> {
    let commands = simple_commands(script)?;
    let told = commands.iter().any(|command| says_not_implemented(command));
    let rest = commands.iter().all(|command| {
        let set = matches!(text(command, 0), "set" | "shopt");
        says_not_implemented(command) || is_ending(command) || is_idle(command) || set
    });
    (told && rest).then(|| MESSAGE.into())
}

const MESSAGE: &str = "a message that it is not implemented";

fn collect<'a>(node: &'a Node, functions: &mut Vec<(&'a str, &'a Node)>) {
    match node {
        Node::Function(name, body) => {
            functions.push((name, body));
            collect(body, functions);
        }
        Node::Seq(items)
        | Node::Pipeline { stages: items, .. }
        | Node::Case { arms: items, .. } => {
            items.iter().for_each(|item| collect(item, functions));
        }
        Node::Chain(first, more) => {
            collect(first, functions);
            more.iter().for_each(|(_, node)| collect(node, functions));
        }
        Node::While(condition, body) => {
            collect(condition, functions);
            collect(body, functions);
        }
        Node::Group(body) | Node::Subshell(body) | Node::Background(body) | Node::For(body) => {
            collect(body, functions);
        }
        Node::If { arms, otherwise } => {
            for (condition, body) in arms {
                collect(condition, functions);
                collect(body, functions);
            }
            otherwise.iter().for_each(|body| collect(body, functions));
        }
        Node::Simple(_) | Node::Condition(_) => {}
    }
}

/// What a body that does nothing consists of.
fn nothing(body: &Node) -> Option<String> {
    let commands: Vec<&Simple> = match body {
        Node::Group(inner) | Node::Subshell(inner) => simple_commands(inner)?,
        _ => return None,
    };
    let idle = commands.iter().all(|command| is_idle(command));
    let told = commands.iter().any(|command| says_not_implemented(command));
    let rest_ends = (commands.iter())
        .all(|command| is_idle(command) || says_not_implemented(command) || is_ending(command));
    let names = || {
        let words = commands.iter().filter_map(|command| command.words.first());
        let words: Vec<&str> = words.map(|word| word.text.as_str()).collect();
        format!("`{}`", words.join("`, `"))
    };
    if commands.is_empty() || idle {
        Some(names())
    } else if told && rest_ends {
        Some(MESSAGE.into())
    } else {
        None
    }
}

fn simple_commands(node: &Node) -> Option<Vec<&Simple>> {
    match node {
        Node::Simple(simple) => Some(vec![simple]),
        Node::Seq(items) => {
            let each = items.iter().map(|item| match item {
                Node::Simple(simple) => Some(simple),
                _ => None,
            });
            each.collect()
        }
        _ => None,
    }
}

fn text(command: &Simple, index: usize) -> &str {
    command
        .words
        .get(index)
        .map_or("", |word| word.text.as_str())
}

fn is_idle(command: &Simple) -> bool {
    match text(command, 0) {
        ":" | "true" => command.redirects.is_empty(),
        "return" => matches!(text(command, 1), "" | "0"),
        _ => false,
    }
}

fn is_ending(command: &Simple) -> bool {
    matches!(text(command, 0), "exit" | "return" | "false")
}

fn says_not_implemented(command: &Simple) -> bool {
    let says = matches!(text(command, 0), "echo" | "printf");
    let said: Vec<String> = command
        .words
        .iter()
        .map(|word| word.text.to_lowercase())
        .collect();
    let said = said.join(" ");
    says && (said.contains("not implemented")
        || said.contains("not yet implemented")
        || said.contains("todo:"))
}

/// Whether a script does nothing at all.
fn empty(script: &Node) -> bool {
    match script {
        Node::Seq(items) => items.iter().all(empty),
        Node::Simple(simple) => {
            simple
                .words
                .first()
                .is_none_or(|word| word.is("set") || word.is(":") || word.is("shopt"))
                && simple.assigns.iter().all(|word| word.scripts.is_empty())
                && simple.redirects.is_empty()
                && (!simple.words.is_empty() || simple.assigns.is_empty())
        }
        _ => false,
    }
}

/// Where a function is defined.
fn line_of(code: &str, lines: &Lines, name: &str) -> usize {
    let found = code.match_indices(name).find(|(at, _)| {
        let before = code[..*at].rsplit('\n').next().unwrap_or_default().trim();
        let after = code[at + name.len()..].trim_start();
        matches!(before, "" | "function") && (after.starts_with('(') || before == "function")
    });
    found.map_or(1, |(at, _)| lines.number(at))
}
