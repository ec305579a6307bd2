//! Which programs a plan's test commands may start.

use std::collections::BTreeSet;

/// Programs that act outside the root, on the machine or on other people's systems. A plan's test
/// must not start them unasked: the test is then *not checked*, never passed.
const OUTSIDE: &[&str] = &[
    "docker",
    "docker-compose",
    "podman",
    "kubectl",
    "helm",
    "terraform",
    "ansible",
    "vagrant",
    "sudo",
    "su",
    "doas",
    "ssh",
    "scp",
    "sftp",
    "rsync",
    "systemctl",
    "service",
    "launchctl",
    "shutdown",
    "reboot",
    "halt",
    "poweroff",
    "mount",
    "umount",
    "mkfs",
    "dd",
    "iptables",
    "crontab",
    "at",
    "apt",
    "apt-get",
    "yum",
    "dnf",
    "brew",
    "psql",
    "mysql",
    "mongo",
    "redis-cli",
    "aws",
    "gcloud",
    "az",
    "gh",
];

/// Sub-commands that publish or push, of programs that are harmless otherwise.
const PUBLISHING: &[(&str, &str)] = &[
    ("git", "push"),
    ("cargo", "publish"),
    ("npm", "publish"),
    ("twine", "upload"),
];

/// What a plan's test commands may start.
#[derive(Clone, Debug, Default)]
pub struct Permit {
    allowed: BTreeSet<String>,
}

impl Permit {
    /// The default: nothing that acts outside the root.
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows a program by name although it acts outside the root.
    #[must_use]
    pub fn allow(mut self, program: impl Into<String>) -> Self {
        self.allowed.insert(program.into());
        self
    }

    /// The first program in `command` that may not be started.
    ///
    /// This is a courtesy to the user, not a wall: a shell can hide a program's name in a thousand
    /// ways. The wall is the sandbox's isolation.
    pub fn refused<'a>(&self, command: &'a str) -> Option<&'a str> {
        simple_commands(command).into_iter().find_map(|words| {
            let words = without_prefixes(&words);
            let program = words.first()?;
            let name = program.rsplit('/').next().unwrap_or(program);
            if self.allowed.contains(name) {
                return None;
            }
            let publishes = words[1..]
                .iter()
                .any(|word| PUBLISHING.contains(&(name, word)));
            (OUTSIDE.contains(&name) || publishes).then_some(*program)
        })
    }
}

/// The program of every simple command in a shell text.
pub(super) fn programs(command: &str) -> Vec<&str> {
    let commands = simple_commands(command);
    commands
        .iter()
        .filter_map(|words| without_prefixes(words).first().copied())
        .collect()
}

/// A simple command from its program on: without keywords, redirections, and programs that only
/// start another one.
fn without_prefixes<'w, 'c>(words: &'w [&'c str]) -> &'w [&'c str] {
    const PREFIXES: [&str; 17] = [
        "if", "then", "elif", "else", "while", "until", "do", "!", "time", "env", "timeout",
        "nohup", "nice", "exec", "command", "xargs", "setsid",
    ];
    let mut rest = words;
    let mut prefixed = false;
    while let [first, others @ ..] = rest {
        let redirects = first.contains(['<', '>']);
        let prefix = PREFIXES.contains(first);
        // What stands between a program that starts another one and that one: options, limits,
        // settings.
        let option = prefixed
            && (first.starts_with('-')
                || first.contains('=')
                || first.starts_with(|c: char| c.is_ascii_digit()));
        if !(redirects || prefix || option) {
            break;
        }
        prefixed |= prefix;
        // `> file` has its file in a word of its own.
        let bare = redirects && first.ends_with(['<', '>']) && !others.is_empty();
        rest = if bare { &others[1..] } else { others };
    }
    rest
}

/// Words of every simple command in a shell text: what stands between operators, quotes respected,
/// with leading assignments left out.
fn simple_commands(command: &str) -> Vec<Vec<&str>> {
    let mut commands = vec![Vec::new()];
    let mut start = None;
    let mut quote = None;
    let mut escaped = false;
    let finish = |start: &mut Option<usize>, end: usize, commands: &mut Vec<Vec<_>>| {
        if let Some(begin) = start.take() {
            let word = command[begin..end].trim_matches(['"', '\'']);
            let words = commands.last_mut().expect("one command is always open");
            let assignment =
                words.is_empty() && word.split('=').count() > 1 && !word.starts_with('=');
            if !assignment && !word.is_empty() {
                words.push(word);
            }
        }
    };
    for (index, character) in command.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, character) {
            (None | Some('"'), '\\') => {
                escaped = true;
                start.get_or_insert(index);
            }
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => {
                quote = Some(character);
                start.get_or_insert(index);
            }
            (None, ';' | '|' | '&' | '(' | ')' | '\n' | '`') => {
                finish(&mut start, index, &mut commands);
                commands.push(Vec::new());
            }
            // A brace groups commands as a word of its own; in `${NAME}` and `{a,b}` it is a part of one.
            (None, '{' | '}') if start.is_none() && is_alone(&command[index + 1..]) => {
                commands.push(Vec::new());
            }
            (None, _) if character.is_whitespace() => finish(&mut start, index, &mut commands),
            (None, _) => drop(start.get_or_insert(index)),
        }
    }
    finish(&mut start, command.len(), &mut commands);
    commands
}

fn is_alone(rest: &str) -> bool {
    let next = rest.chars().next();
    next.is_none_or(|next| next.is_whitespace() || ";|&)".contains(next))
}

#[cfg(test)]
mod unit {
    use super::*;

    fn check(command: &str, refused: Option<&str>) {
        assert_eq!(Permit::new().refused(command), refused, "{command}");
    }

    #[test]
    fn programs_that_act_outside_the_root_are_refused_wherever_they_stand() {
        check("docker compose ps", Some("docker"));
        check("cd a && sudo rm x", Some("sudo"));
        check("A=1 /usr/bin/ssh host true", Some("/usr/bin/ssh"));
        check("echo $(kubectl get pods)", Some("kubectl"));
        check("true | psql -c 'select 1'", Some("psql"));
        check("git push origin main", Some("git"));
        check("git -C . push", Some("git"));
        check("if sudo -n true; then echo yes; fi", Some("sudo"));
        check("! ssh host true", Some("ssh"));
        check("env A=1 docker ps", Some("docker"));
        check("timeout 5 docker ps", Some("docker"));
        check("> out.txt docker ps", Some("docker"));
    }

    #[test]
    fn a_name_that_is_only_text_is_not_a_program() {
        check("grep -q docker notes.md", None);
        check("echo 'a; docker ps'", None);
        check("test \"$(cat mode)\" = \"sudo\"", None);
        check("git status --porcelain", None);
    }

    #[test]
    fn braces_of_a_word_begin_no_command() {
        for (command, expected) in [
            ("./greet ${NAME} | grep -q x", &["./greet", "grep"][..]),
            ("test \"${A:-none}\" = ${B}", &["test"]),
            ("cp {a,b}.txt out/", &["cp"]),
            ("awk '{ print $1 }' f", &["awk"]),
            ("{ make; make test; } > log", &["make", "make"]),
            ("f() { make; }; f", &["f", "make", "f"]),
            ("${PYTHON} -m x", &["${PYTHON}"]),
            ("true && { false; }", &["true", "false"]),
        ] {
            assert_eq!(programs(command), expected, "{command}");
        }
    }

    #[test]
    fn a_program_may_be_allowed_by_name() {
        assert_eq!(Permit::new().allow("docker").refused("docker ps"), None);
    }
}
