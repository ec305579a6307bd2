//! What single commands look at.

use super::lower::Lowering;
use super::play::{Class, Play};
use super::snippet;
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
    fn is_fixed(&self) -> bool {
        matches!(self, Input::Fixed | Input::Text(_))
    }

    fn is_pipe(&self) -> bool {
        matches!(self, Input::Pipe | Input::Fixed)
    }
}

fn real() -> Play {
    Play::Atom(Class::Real, String::new())
}

fn atom(class: Class, why: impl Into<String>) -> Play {
    Play::Atom(class, why.into())
}

const SILENT: [&str; 16] = [
    "echo", "printf", "true", ":", "pwd", "date", "clear", "whoami", "hostname", "uname", "wait",
    "sleep", "jobs", "env", "history", "yes",
];

const SETUP: [&str; 26] = [
    "cd", "pushd", "popd", "mkdir", "export", "unset", "source", ".", "alias", "umask", "shopt",
    "trap", "readonly", "local", "declare", "typeset", "rm", "rmdir", "touch", "cp", "mv", "ln",
    "chmod", "chown", "mktemp", "kill",
];

/// Filters that accept any input: their status says nothing about what went in.
const FILTERS: [&str; 31] = [
    "wc",
    "cat",
    "tee",
    "head",
    "tail",
    "sort",
    "uniq",
    "tr",
    "cut",
    "nl",
    "column",
    "sed",
    "awk",
    "gawk",
    "jq",
    "yq",
    "less",
    "more",
    "fold",
    "fmt",
    "rev",
    "tac",
    "paste",
    "base64",
    "xxd",
    "hexdump",
    "od",
    "md5sum",
    "sha256sum",
    "json_pp",
    "bat",
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
        "exit" => Play::Exit(status(arguments)),
        "return" => Play::Return(status(arguments)),
        "test" => test(arguments),
        "[" => match arguments.split_last() {
            Some((last, inner)) if last.text == "]" => test(inner),
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
fn operands(arguments: &[Word]) -> impl Iterator<Item = &Word> {
    arguments
        .iter()
        .filter(|word| word.quoted || !word.text.starts_with('-') || word.text == "-")
}

fn is_about_itself(arguments: &[Word]) -> bool {
    const ABOUT: [&str; 6] = ["--version", "-V", "-v", "version", "--help", "-h"];
    arguments.len() == 1 && ABOUT.contains(&arguments[0].text.as_str())
}

fn status(arguments: &[Word]) -> Option<bool> {
    let word = arguments.first()?;
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

/// `[[ … ]]` and `(( … ))`.
pub(super) fn condition(text: &str) -> Play {
    if text.contains("$?") {
        return last_status(text);
    }
    let looks = text.contains(['$', '`']) || text.starts_with("((");
    let files = text.split_whitespace().any(is_file_operator);
    if looks || files {
        real()
    } else {
        atom(
            Class::Vacuous,
            "the condition holds no value that could change",
        )
    }
}

fn last_status(text: &str) -> Play {
    let turned = text.contains("-ne") || text.contains("!=") || text.contains("-gt");
    Play::Last(!turned)
}

fn is_file_operator(word: &str) -> bool {
    matches!(
        word,
        "-a" | "-b"
            | "-c"
            | "-d"
            | "-e"
            | "-f"
            | "-g"
            | "-h"
            | "-k"
            | "-p"
            | "-r"
            | "-s"
            | "-u"
            | "-w"
            | "-x"
            | "-L"
            | "-N"
            | "-O"
            | "-G"
            | "-S"
            | "-nt"
            | "-ot"
            | "-ef"
    )
}

fn test(arguments: &[Word]) -> Play {
    let joined: Vec<&str> = arguments.iter().map(|word| word.text.as_str()).collect();
    if joined.contains(&"$?") {
        return last_status(&joined.join(" "));
    }
    if arguments.iter().any(|word| word.expands) {
        return real();
    }
    let mut words = arguments;
    while words.first().is_some_and(|word| word.is("!")) {
        words = &words[1..];
    }
    let operator = words
        .first()
        .is_some_and(|word| is_file_operator(&word.text));
    let everywhere = words.get(1).is_some_and(|word| {
        matches!(
            word.text.trim_end_matches('/'),
            "" | "." | ".." | "/tmp" | "/usr" | "/bin" | "/etc" | "/dev/null"
        )
    });
    if operator && words.len() == 2 && everywhere {
        atom(
            Class::Vacuous,
            format!("`{}` is there on every machine", words[1].text),
        )
    } else if words.iter().any(|word| is_file_operator(&word.text)) {
        real()
    } else {
        atom(
            Class::Vacuous,
            "the condition holds no value that could change",
        )
    }
}

fn shell(arguments: &[Word], input: &Input<'_>, lowering: &mut Lowering) -> Result<Play, String> {
    let code = arguments.iter().position(|word| {
        word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains('c')
    });
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

fn curl(arguments: &[Word], input: &Input<'_>) -> Play {
    let fails = arguments.iter().any(|word| {
        let text = word.text.as_str();
        let short = text.starts_with('-') && !text.starts_with("--") && !word.quoted;
        text.starts_with("--fail")
            || short
                && text[1..]
                    .chars()
                    .take_while(char::is_ascii_alphabetic)
                    .any(|c| c == 'f')
    });
    let _ = input;
    if fails {
        real()
    } else {
        atom(
            Class::Indirect,
            "`curl` without `--fail` succeeds on HTTP errors too",
        )
    }
}

fn docker(name: &str, arguments: &[Word]) -> Play {
    // Options before the subcommand may take a value; the first known subcommand decides.
    const LISTS: [&str; 9] = [
        "ps", "logs", "images", "top", "stats", "info", "events", "port", "ls",
    ];
    const OTHERS: [&str; 14] = [
        "exec", "run", "build", "up", "down", "inspect", "start", "stop", "restart", "pull",
        "push", "config", "cp", "wait",
    ];
    let known = arguments.iter().map(|word| word.text.as_str());
    let mut known = known.filter(|word| LISTS.contains(word) || OTHERS.contains(word));
    match known.next() {
        Some(list) if LISTS.contains(&list) => atom(
            Class::Indirect,
            format!("`{name} … {list}` succeeds whatever state it lists"),
        ),
        _ => real(),
    }
}

fn git(arguments: &[Word]) -> Play {
    let command = operands(arguments)
        .next()
        .map_or("", |word| word.text.as_str());
    let decides = |flags: &[&str]| {
        arguments
            .iter()
            .any(|word| flags.contains(&word.text.as_str()))
    };
    match command {
        "status" | "log" | "branch" | "remote" | "stash" => atom(
            Class::Indirect,
            format!("`git {command}` succeeds whatever it shows"),
        ),
        "diff" if !decides(&["--exit-code", "--quiet", "--check", "--no-index"]) => atom(
            Class::Indirect,
            "`git diff` without `--exit-code` succeeds with differences too",
        ),
        "add" | "checkout" | "commit" | "fetch" | "pull" | "clone" | "init" | "config" => atom(
            Class::Setup,
            format!("`git {command}` prepares, it tests nothing"),
        ),
        _ => real(),
    }
}

fn find(arguments: &[Word]) -> Play {
    let decides = arguments
        .iter()
        .any(|word| matches!(word.text.as_str(), "-exec" | "-execdir"))
        && arguments.iter().any(|word| word.text == "+");
    if decides {
        real()
    } else {
        atom(
            Class::Indirect,
            "`find` succeeds whether or not it finds anything",
        )
    }
}

fn filter(name: &str, arguments: &[Word], input: &Input<'_>) -> Play {
    let flag = |flags: &[&str]| {
        arguments
            .iter()
            .any(|word| flags.contains(&word.text.as_str()))
    };
    let decides = match name {
        "jq" | "yq" => {
            flag(&["-e", "--exit-status"])
                || arguments.iter().any(|word| short_flag(&word.text, 'e'))
        }
        "sort" => flag(&["-c", "-C", "--check"]),
        "sha256sum" | "md5sum" => flag(&["-c", "--check"]),
        "awk" | "gawk" | "sed" => {
            let exits = |word: &Word| {
                word.text.contains("exit") || name == "sed" && word.text.contains('q')
            };
            arguments.iter().any(exits)
        }
        _ => false,
    };
    if decides {
        return reading(name, arguments, input);
    }
    match input {
        Input::Pipe => atom(
            Class::Masked,
            format!(
                "the pipeline ends in `{name}`, which accepts any input: end it in a check such as `grep -q`"
            ),
        ),
        Input::Fixed | Input::Text(_) => Play::Const(true, name.to_owned()),
        // With a file to read it fails when the file is missing.
        Input::Other => real(),
    }
}

fn short_flag(text: &str, flag: char) -> bool {
    text.len() > 1
        && text.starts_with('-')
        && !text.starts_with("--")
        && text[1..].chars().all(|c| c.is_ascii_alphabetic())
        && text.contains(flag)
}

fn is_interpreter(name: &str) -> bool {
    name.strip_prefix("python")
        .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        || matches!(name, "node" | "ruby" | "perl" | "php" | "deno" | "bun")
}

/// An interpreter with code on its command line or standard input.
fn interpreter(name: &str, arguments: &[Word], input: &Input<'_>) -> Play {
    let python = name.starts_with("python");
    let flags: &[&str] = match name {
        "php" => &["-r"],
        _ if python => &["-c"],
        _ => &["-e", "--eval", "-p"],
    };
    // `-ic`, `-Bc`: short flags may stand together.
    let found = arguments.iter().position(|word| {
        flags.contains(&word.text.as_str())
            || python && short_flag(&word.text, 'c') && word.text.ends_with('c')
    });
    let script = found.and_then(|index| arguments.get(index + 1));
    let stdin = || {
        operands(arguments)
            .next()
            .is_none_or(|word| word.text == "-")
    };
    let code = match (script, input) {
        (Some(script), _) if script.expands => return real(),
        (Some(script), _) => script.text.as_str(),
        (None, Input::Text(text)) if found.is_none() && stdin() => text,
        _ => return real(),
    };
    if input.is_pipe() && !input.is_fixed() {
        // The code may check what comes down the pipe.
        if snippet::reads_input(code) {
            return real();
        }
    }
    let why = if python {
        snippet::vacuous_python(code)
    } else {
        snippet::vacuous_script(code)
    };
    why.map_or_else(real, |why| atom(Class::Vacuous, why))
}

/// Any other program: it looks at the work, unless all it gets is fixed text.
fn reading(name: &str, arguments: &[Word], input: &Input<'_>) -> Play {
    let greps = matches!(
        name,
        "grep" | "egrep" | "fgrep" | "rg" | "jq" | "awk" | "sort" | "sed"
    );
    // A pattern alone means that the input is what is searched.
    let files = operands(arguments).count() > 1 || arguments.iter().any(|word| word.text == "-f");
    if greps && input.is_fixed() && !files {
        atom(
            Class::Vacuous,
            format!("`{name}` looks at text that the command itself prints"),
        )
    } else {
        real()
    }
}
