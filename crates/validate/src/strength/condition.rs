//! Conditions: `test`, `[`, `[[ … ]]`, `(( … ))`.

use super::command::{atom, real};
use super::lower::Lowering;
use super::play::{Class, Play};
use crate::shell::Word;

/// `[[ … ]]` and `(( … ))`.
pub(super) fn condition(text: &str, lowering: &Lowering) -> Play {
    if text.contains("$?") {
        return last_status(text);
    }
    let bare = |word: &str| word.trim_matches(['"', '(', ')', '[', ']']).to_owned();
    if let Some(known) = text
        .split_whitespace()
        .find_map(|word| lowering.status(&bare(word)))
    {
        return kept_status(known, text);
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
    Play::Last(!turns(text))
}

/// The same of a status that a variable holds.
fn kept_status(is_success: bool, text: &str) -> Play {
    let holds = is_success != turns(text);
    Play::Const(holds, text.to_owned())
}

/// Whether a condition about a status holds where it is failure.
fn turns(text: &str) -> bool {
    text.contains("-ne") || text.contains("!=") || text.contains("-gt")
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

pub(super) fn test(arguments: &[Word], lowering: &Lowering) -> Play {
    let joined: Vec<&str> = arguments.iter().map(|word| word.text.as_str()).collect();
    if joined.contains(&"$?") {
        return last_status(&joined.join(" "));
    }
    if let Some(known) = joined.iter().find_map(|word| lowering.status(word)) {
        return kept_status(known, &joined.join(" "));
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
