//! What single commands look at.

use super::condition::test;
use super::lower::Lowering;
use super::play::{Class, Play};
use super::programs::{
    FILTERS, curl, docker, filter, find, git, interpreter, is_interpreter, reading,
};
use crate::shell::Word;

/// What a command reads on its standard input.
#[derive(Clone, Copy, Debug)]
pub(super) enum Input<'a> {
    /// Nothing, or something unknown.
    Other,
    /// The output of earlier stages of a pipeline.
    Pipe,
    /// The same from a pipeline, whatever the work is like.
    Fixed,
    /// A here-document or here-string without expansions.
    Text(&'a str),
}

impl Input<'_> {
    pub(super) fn is_fixed(&self) -> bool {
        matches!(self, Input::Fixed | Input::Text(_))
    }

    pub(super) fn is_pipe(&self) -> bool {
        matches!(self, Input::Pipe | Input::Fixed)
    }
}

pub(super) fn real() -> Play {
    Play::Atom(Class::Real, String::new())
}

pub(super) fn atom(class: Class, why: impl Into<String>) -> Play {
    Play::Atom(class, why.into())
}

const SILENT: [&str; 16] = [
    "echo", "printf", "true", ":", "pwd", "date", "clear", "whoami", "hostname", "uname", "wait",
    "sleep", "jobs", "env", "history", "yes",
];

const SETUP: [&str; 27] = [
    "exec", "cd", "pushd", "popd", "mkdir", "export", "unset", "source", ".", "alias", "umask",
    "shopt", "trap", "readonly", "local", "declare", "typeset", "rm", "rmdir", "touch", "cp", "mv",
    "ln", "chmod", "chown", "mktemp", "kill",
];

/// Commands that run the rest of their words, with the options of theirs that take a value.
const WRAPPERS: [(&str, &[&str]); 13] = [
    ("time", &[]),
    ("nice", &["-n"]),
    ("nohup", &[]),
    ("exec", &[]),
    ("sudo", &["-u", "-g"]),
    ("env", &["-u", "-C"]),
    ("stdbuf", &["-o", "-e", "-i"]),
    ("command", &[]),
    ("builtin", &[]),
    ("timeout", &["-k", "-s", "--signal", "--kill-after"]),
    ("setsid", &[]),
    ("xargs", &["-n", "-I", "-P", "-d", "-L", "-s", "-a"]),
    ("busybox", &[]),
];

/// Tools whose own version or help says nothing about the work.
const TOOLS: [&str; 24] = [
    "python", "python3", "pip", "pip3", "pytest", "node", "npm", "npx", "yarn", "pnpm", "deno",
    "bun", "cargo", "rustc", "go", "java", "javac", "ruby", "docker", "git", "make", "gcc", "bash",
    "kubectl",
];

/// What the words, of which there is at least one, look at.
pub(super) fn classify(
    words: &[Word],
    input: &Input<'_>,
    lowering: &mut Lowering,
) -> Result<Play, String> {
    let (first, arguments) = words.split_first().expect("a command has a name");
    if first.expands {
        return Ok(real());
    }
    let name = first.text.rsplit('/').next().unwrap_or(&first.text);
    let own = first.text.contains('/') && !is_system(&first.text);
    if own {
        return Ok(real());
    }
    if let Some(play) = wrapped(name, arguments, input, lowering)? {
        return Ok(play);
    }
    if SILENT.contains(&name) {
        return Ok(Play::Const(true, name.to_owned()));
    }
    if SETUP.contains(&name) {
        return Ok(atom(
            Class::Setup,
            format!("`{name}` prepares, it tests nothing"),
        ));
    }
    if TOOLS.contains(&name) && is_about_itself(arguments) {
        let why = format!("it tells about the installed `{name}`, not about the work");
        return Ok(atom(Class::Indirect, why));
    }
    Ok(match name {
        "false" => Play::Const(false, "false".into()),
        "exit" => Play::Exit(status(arguments, lowering)),
        "return" => Play::Return(status(arguments, lowering)),
        "test" => test(arguments, lowering),
        "[" => match arguments.split_last() {
            Some((last, inner)) if last.text == "]" => test(inner, lowering),
            _ => Play::Const(false, "[".into()),
        },
        "sh" | "bash" | "dash" | "zsh" | "ksh" => shell(arguments, input, lowering)?,
        "eval" if arguments.iter().all(|word| !word.expands) => {
            let script: Vec<&str> = arguments.iter().map(|word| word.text.as_str()).collect();
            lowering.script(&script.join(" "))?
        }
        "read" => atom(Class::Setup, "`read` reads, it tests nothing"),
        "curl" => curl(arguments, input),
        "docker" | "docker-compose" | "podman" => docker(name, arguments),
        "git" => git(arguments),
        "find" => find(arguments),
        "which" | "type" | "hash" => atom(
            Class::Indirect,
            format!("`{name}` tells whether a program is installed, not about the work"),
        ),
        "ls" if operands(arguments).next().is_none() => atom(
            Class::Vacuous,
            "`ls` of the current directory always succeeds",
        ),
        "pip" | "pip3" | "apt" | "apt-get" | "brew" | "apk" | "dnf" | "yum"
            if operands(arguments)
                .next()
                .is_some_and(|word| word.text == "install") =>
        {
            atom(
                Class::Setup,
                format!("`{name} install` prepares, it tests nothing"),
            )
        }
        _ if FILTERS.contains(&name) => filter(name, arguments, input),
        _ if is_interpreter(name) => interpreter(name, arguments, input),
        _ => reading(name, arguments, input),
    })
}

/// The programs of the system lie here; anything else with a `/` is the work's own.
fn is_system(path: &str) -> bool {
    [
        "/bin/",
        "/usr/bin/",
        "/usr/local/bin/",
        "/sbin/",
        "/usr/sbin/",
    ]
    .iter()
    .any(|folder| path.starts_with(folder))
}

/// Arguments that are not options.
pub(super) fn operands(arguments: &[Word]) -> impl Iterator<Item = &Word> {
    arguments
        .iter()
        .filter(|word| word.quoted || !word.text.starts_with('-') || word.text == "-")
}

fn is_about_itself(arguments: &[Word]) -> bool {
    const ABOUT: [&str; 6] = ["--version", "-V", "-v", "version", "--help", "-h"];
    arguments.len() == 1 && ABOUT.contains(&arguments[0].text.as_str())
}

fn status(arguments: &[Word], lowering: &Lowering) -> Option<bool> {
    let word = arguments.first()?;
    if let Some(known) = lowering.status(&word.text) {
        return Some(known);
    }
    // `exit $?` passes the last status on; so does `exit $status` in all likelihood.
    (!word.expands).then(|| word.text.trim_start_matches('0').is_empty())
}

fn wrapped(
    name: &str,
    arguments: &[Word],
    input: &Input<'_>,
    lowering: &mut Lowering,
) -> Result<Option<Play>, String> {
    let runners = matches!(
        (name, arguments.first().map(|word| word.text.as_str())),
        (
            "poetry" | "uv" | "pipenv" | "pdm" | "hatch" | "bundle",
            Some("run" | "exec")
        )
    );
    if runners {
        return inner(&arguments[1..], input, lowering);
    }
    let Some((_, valued)) = WRAPPERS.iter().find(|(wrapper, _)| *wrapper == name) else {
        return Ok(None);
    };
    if name == "command"
        && arguments
            .first()
            .is_some_and(|word| word.text == "-v" || word.text == "-V")
    {
        let why = "`command -v` tells whether a program is installed, not about the work";
        return Ok(Some(atom(Class::Indirect, why)));
    }
    let mut rest = arguments;
    while let Some((word, after)) = rest.split_first() {
        let option = word.text.starts_with('-') && word.text.len() > 1;
        let assigned = name == "env" && word.text.contains('=');
        if !option && !assigned {
            break;
        }
        let value = valued.contains(&word.text.as_str());
        rest = if value && !after.is_empty() {
            &after[1..]
        } else {
            after
        };
    }
    if name == "timeout" && !rest.is_empty() {
        rest = &rest[1..];
    }
    inner(rest, input, lowering)
}

fn inner(
    words: &[Word],
    input: &Input<'_>,
    lowering: &mut Lowering,
) -> Result<Option<Play>, String> {
    if words.is_empty() {
        return Ok(None);
    }
    classify(words, input, lowering).map(Some)
}

fn shell(arguments: &[Word], input: &Input<'_>, lowering: &mut Lowering) -> Result<Play, String> {
    // Options end at the first operand; what follows a script's name is the script's own.
    let mut code = None;
    let mut index = 0;
    while let Some(word) = arguments.get(index) {
        let option = word.text.starts_with(['-', '+']) && word.text.len() > 1;
        if !option {
            break;
        }
        if !word.text.starts_with("--") && word.text.contains('c') {
            code = Some(index);
            break;
        }
        index += if word.text.ends_with('o') { 2 } else { 1 };
    }
    match code.map(|index| (index, arguments.get(index + 1))) {
        Some((index, Some(script))) if !script.expands => {
            let mut options: Vec<String> = Vec::new();
            for word in &arguments[..=index] {
                let flags: String = word.text.chars().filter(|c| *c != 'c').collect();
                if flags.len() > 1 {
                    options.push(flags);
                }
            }
            let set = if options.is_empty() {
                String::new()
            } else {
                format!("set {}\n", options.join(" "))
            };
            Ok(Play::Subshell(Box::new(
                lowering.script(&format!("{set}{}", script.text))?,
            )))
        }
        Some(_) => Ok(real()),
        None => match input {
            Input::Text(text)
                if operands(arguments)
                    .next()
                    .is_none_or(|word| word.text == "-") =>
            {
                Ok(Play::Subshell(Box::new(lowering.script(text)?)))
            }
            _ => Ok(real()),
        },
    }
}
