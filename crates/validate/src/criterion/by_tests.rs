use super::Judged;
use super::words::Token;
use crate::shell::{Join, Node, Simple, parse};
use crate::source::excerpt;
use crate::{TestRun, Verdict, judge_test, strength};

/// Judges a criterion by the tests that were run; `why` is why the files could not decide it.
pub(super) fn judge(tokens: &[Token], tests: &[TestRun], why: String) -> Judged {
    let rules = [all_pass, command_passes, executable, named];
    let judged = rules.into_iter().find_map(|rule| rule(tokens, tests));
    judged.unwrap_or(Judged::Unknown(why))
}

fn words(tokens: &[Token]) -> Vec<&str> {
    let words = tokens.iter().filter_map(|token| match token {
        Token::Word(word) => Some(word.as_str()),
        _ => None,
    });
    words.collect()
}

fn codes(tokens: &[Token]) -> Vec<&str> {
    let codes = tokens.iter().filter_map(|token| match token {
        Token::Code(code) => Some(code.as_str()),
        _ => None,
    });
    codes.collect()
}

/// The tests that passed and could have failed.
fn passed(tests: &[TestRun]) -> impl Iterator<Item = &TestRun> {
    tests
        .iter()
        .filter(|run| run.after.passed() && strength(&run.command).is_real())
}

/// "All tests pass", "Tests pass".
fn all_pass(tokens: &[Token], tests: &[TestRun]) -> Option<Judged> {
    const KNOWN: [&str; 12] = [
        "all", "every", "of", "tests", "test", "commands", "pass", "passes", "passed", "succeed",
        "listed", "below",
    ];
    let words = words(tokens);
    let about = words
        .iter()
        .any(|word| matches!(*word, "tests" | "commands" | "test"))
        && words
            .iter()
            .any(|word| word.starts_with("pass") || *word == "succeed")
        && words.iter().all(|word| KNOWN.contains(word));
    if !about || words.len() != tokens.len() {
        return None;
    }
    let checks: Vec<_> = tests.iter().map(judge_test).collect();
    let of = |verdict| checks.iter().find(|check| check.verdict == verdict);
    Some(if let Some(failed) = of(Verdict::Fail) {
        Judged::Fail(format!("{}: {}", failed.subject, failed.evidence))
    } else if let Some(open) = of(Verdict::NotChecked) {
        Judged::Unknown(format!("{}: {}", open.subject, open.evidence))
    } else {
        match passed(tests).count() {
            0 => Judged::Unknown("no test was run that could fail".into()),
            1 => Judged::Pass("the one test that could fail passed".into()),
            count => Judged::Pass(format!("{count} tests passed that could fail")),
        }
    })
}

/// "`pytest tests/` passes", "`make check` exits with status 0".
fn command_passes(tokens: &[Token], tests: &[TestRun]) -> Option<Judged> {
    const KNOWN: [&str; 20] = [
        "passes",
        "pass",
        "succeeds",
        "returns",
        "exits",
        "exit",
        "code",
        "status",
        "with",
        "runs",
        "successfully",
        "without",
        "error",
        "errors",
        "command",
        "script",
        "running",
        "test",
        "executes",
        "completes",
    ];
    let [command] = codes(tokens)[..] else {
        return None;
    };
    let words = words(tokens);
    let ends = words.iter().any(|word| {
        matches!(
            *word,
            "passes"
                | "pass"
                | "succeeds"
                | "returns"
                | "exits"
                | "runs"
                | "executes"
                | "completes"
        )
    });
    let covered = tokens.iter().all(|token| match token {
        Token::Word(word) => KNOWN.contains(&word.as_str()),
        Token::Number(number) => *number == 0,
        Token::Code(_) => true,
        Token::Mark(_) => false,
    });
    // "returns" and "exits" say what only with a 0.
    let status = words
        .iter()
        .any(|word| matches!(*word, "returns" | "exits"));
    let zero = tokens.contains(&Token::Number(0));
    if !ends || !covered || status && !zero {
        return None;
    }
    let wanted: Vec<&str> = command.split_whitespace().collect();
    let same =
        |run: &&TestRun| run.command.trim() == command.trim() || decides(&run.command, &wanted);
    let matching: Vec<&TestRun> = tests.iter().filter(same).collect();
    if matching.is_empty() {
        return None;
    }
    let judged = matching.into_iter().map(|run| {
        let check = judge_test(run);
        let said = format!("{}: {}", check.subject, check.evidence);
        match check.verdict {
            Verdict::Pass if strength(&run.command).is_real() => Judged::Pass(said),
            Verdict::Fail => Judged::Fail(said),
            _ => Judged::Unknown(said),
        }
    });
    Some(Judged::all(judged.collect()))
}

const INTERPRETERS: [&str; 10] = [
    "sh", "bash", "dash", "zsh", "python", "python3", "node", "ruby", "perl", "env",
];

/// Whether a command of these words decides the status of a test.
fn decides(test: &str, wanted: &[&str]) -> bool {
    let Ok(node) = parse(test) else {
        return false;
    };
    let mut commands = Vec::new();
    decisive(&node, &mut commands);
    commands.iter().any(|command| {
        let words: Vec<&str> = command
            .words
            .iter()
            .map(|word| word.text.as_str())
            .collect();
        match wanted {
            [program] => is_run(program, &words),
            // More options may say the same louder; more arguments narrow what is run.
            _ => words
                .strip_prefix(wanted)
                .is_some_and(|more| more.iter().all(|word| is_louder(word))),
        }
    })
}

/// Whether these words run a program: by its name, its path, or through an interpreter.
fn is_run(program: &str, words: &[&str]) -> bool {
    if INTERPRETERS.contains(&program) {
        return false;
    }
    let clean = |word: &str| word.strip_prefix("./").unwrap_or(word).to_owned();
    let through = words
        .first()
        .is_some_and(|word| INTERPRETERS.contains(word));
    let Some((run, more)) = words
        .get(usize::from(through)..)
        .and_then(<[_]>::split_first)
    else {
        return false;
    };
    clean(run) == clean(program) && more.iter().all(|word| is_louder(word) || is_all(word))
}

/// Whether an argument stands for all that there is to be run, as a folder of tests does.
fn is_all(argument: &str) -> bool {
    matches!(argument, "." | "./..." | "test" | "tests" | "spec") || argument.ends_with('/')
}

fn is_louder(option: &str) -> bool {
    let long = [
        "--verbose",
        "--quiet",
        "--tb=",
        "--color",
        "--no-header",
        "--durations",
    ];
    matches!(option, "-v" | "-vv" | "-q" | "-s" | "-x" | "-ra" | "-rA")
        || long.iter().any(|name| option.starts_with(name))
}

/// The commands that must succeed for the whole to succeed.
fn decisive<'a>(node: &'a Node, commands: &mut Vec<&'a Simple>) {
    match node {
        Node::Simple(simple) => commands.push(simple),
        Node::Chain(first, more) if more.iter().all(|(join, _)| *join == Join::And) => {
            decisive(first, commands);
            more.iter().for_each(|(_, node)| decisive(node, commands));
        }
        Node::Seq(items) => {
            if let Some(last) = items.last() {
                decisive(last, commands);
            }
        }
        Node::Pipeline {
            negated: false,
            stages,
        } => {
            if let Some(last) = stages.last() {
                decisive(last, commands);
            }
        }
        Node::Subshell(body) | Node::Group(body) => decisive(body, commands),
        _ => {}
    }
}

/// "`a.sh` is executable", by a test that asks for it.
fn executable(tokens: &[Token], tests: &[TestRun]) -> Option<Judged> {
    let [path] = codes(tokens)[..] else {
        return None;
    };
    let words = words(tokens);
    let known = words
        .iter()
        .all(|word| matches!(*word, "is" | "executable" | "script" | "file" | "made"));
    if !words.contains(&"executable") || !known || words.len() + 1 != tokens.len() {
        return None;
    }
    let asks = |run: &&TestRun| {
        let mut commands = Vec::new();
        let Ok(node) = parse(&run.command) else {
            return false;
        };
        decisive(&node, &mut commands);
        commands.iter().any(|command| {
            let words: Vec<&str> = command
                .words
                .iter()
                .map(|word| word.text.as_str())
                .collect();
            let test = words
                .first()
                .is_some_and(|word| matches!(*word, "test" | "["));
            test && words[1..].starts_with(&["-x", path]) && words.len() <= 4
        })
    };
    Some(match passed(tests).find(asks) {
        Some(run) => Judged::Pass(format!("`{}` passed", excerpt(&run.command))),
        None => {
            Judged::Unknown("the mode of a file is seen by a test such as `test -x` only".into())
        }
    })
}

/// Words of criteria that say no more than that something is there and can be used.
const COVERED: [&str; 57] = [
    "class",
    "function",
    "method",
    "module",
    "package",
    "constructor",
    "parameter",
    "parameters",
    "argument",
    "arguments",
    "attribute",
    "constant",
    "command",
    "option",
    "flag",
    "type",
    "field",
    "exists",
    "exist",
    "is",
    "are",
    "be",
    "can",
    "has",
    "have",
    "defined",
    "importable",
    "callable",
    "imported",
    "imports",
    "import",
    "instantiates",
    "instantiated",
    "instantiate",
    "called",
    "call",
    "accepts",
    "accept",
    "takes",
    "take",
    "provides",
    "exposes",
    "exports",
    "with",
    "without",
    "error",
    "errors",
    "exception",
    "exceptions",
    "successfully",
    "succeeds",
    "and",
    "of",
    "in",
    "from",
    "implemented",
    "available",
];

/// Words that say what comes out: the operands must all be in backticks.
const OUTCOMES: [&str; 8] = [
    "returns", "return", "raises", "raise", "equals", "yields", "gives", "prints",
];

/// Everything in backticks stands in one test that passed and could have failed.
fn named(tokens: &[Token], tests: &[TestRun]) -> Option<Judged> {
    let codes = codes(tokens);
    let words = words(tokens);
    let known = |token: &&Token| match token {
        Token::Word(word) => COVERED.contains(&word.as_str()) || OUTCOMES.contains(&word.as_str()),
        Token::Code(_) => true,
        Token::Mark(mark) => ",:()".contains(*mark),
        Token::Number(_) => false,
    };
    // A path is no name: that a test runs a file says nothing about what is claimed of it.
    if codes.iter().all(|code| code.contains('/')) {
        return None;
    }
    if !tokens.iter().all(|token| known(&token)) {
        return None;
    }
    // "without errors" is what a test that passed shows; "without `x`" is not.
    let mut pairs = tokens.windows(2);
    let error = |token: &Token| {
        ["error", "errors", "exception", "exceptions"]
            .iter()
            .any(|word| token.is(word))
    };
    if pairs.any(|pair| pair[0].is("without") && !error(&pair[1])) {
        return None;
    }
    let outcome = words.iter().any(|word| OUTCOMES.contains(word));
    if outcome && codes.len() < 2 {
        let why = "what comes out is not in backticks";
        return Some(Judged::Unknown(why.into()));
    }
    let made = words
        .iter()
        .any(|word| word.starts_with("instantiate") || word.starts_with("call"));
    let fits = |run: &&TestRun| {
        let test = run.command.as_str();
        let raises = words.iter().any(|word| word.starts_with("raise"));
        let checks = !outcome || compares(test) && (!raises || test.contains("raises"));
        let called = !made
            || codes
                .iter()
                .any(|code| test.contains(&format!("{}(", code.split('(').next().unwrap_or(code))));
        checks && called && !may_deny(test) && codes.iter().all(|code| mentions(test, code))
    };
    Some(match passed(tests).find(fits) {
        Some(run) => Judged::Pass(format!(
            "named by a test that passed: `{}`",
            excerpt(&run.command)
        )),
        None => Judged::Unknown("no test that passed and could fail names all of it".into()),
    })
}

/// Whether a test may pass because what it names is *not* so, or names it only in a remark: then that
/// it passed is no evidence. That something "is not None" is no denial.
fn may_deny(test: &str) -> bool {
    let test = test.replace("is not None", "");
    let marks = ["!=", "<>", "#", " -ne ", " -z ", "except"];
    let words = [
        "not",
        "!",
        "unless",
        "assertNotEqual",
        "assertFalse",
        "assertRaises",
    ];
    let mut said = test.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '!'));
    marks.iter().any(|mark| test.contains(mark)) || said.any(|word| words.contains(&word))
}

/// Whether a test compares something.
fn compares(test: &str) -> bool {
    [
        "assert", "==", "!=", "grep ", "test ", "[ ", "diff ", "cmp ", "raises", "except",
    ]
    .iter()
    .any(|mark| test.contains(mark))
}

/// Whether a test holds a name as a whole word, or an expression whatever its spacing.
fn mentions(test: &str, code: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    // Spaces between two words stay, others mean nothing.
    let squeeze = |text: &str| {
        let mut out = String::with_capacity(text.len());
        for part in text.split_whitespace() {
            if out.ends_with(word) && part.starts_with(word) {
                out.push(' ');
            }
            out.push_str(part);
        }
        out
    };
    // `name()` is called in the test, with whatever arguments.
    let code = code
        .strip_suffix("()")
        .map_or_else(|| code.to_owned(), |name| format!("{name}("));
    let simple = code.chars().all(word);
    let (test, code) = if simple {
        (test.to_owned(), code)
    } else {
        (squeeze(test), squeeze(&code))
    };
    let (first, last) = (code.starts_with(word), code.ends_with(word));
    test.match_indices(code.as_str()).any(|(at, _)| {
        let before = test[..at].ends_with(word);
        let after = test[at + code.len()..].starts_with(word);
        !(first && before || last && after)
    })
}
