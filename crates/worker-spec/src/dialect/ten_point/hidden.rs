//! Characters of a command that its reader does not see.

use crate::path::is_hidden;
use crate::{Code, Diagnostic, Document, Location};

/// Tells of characters in a command that are not seen or that change the direction of what is seen.
///
/// Those that join the letters of a script or the parts of an emoji belong to its text.
pub(super) fn hidden_in_command(document: &Document, command: &Location) -> Option<Diagnostic> {
    let text = &document.text()[command.span.clone()];
    if text.is_ascii() {
        return None;
    }
    let hidden: Vec<(usize, char)> = text
        .char_indices()
        .filter(|&(at, c)| is_hidden(c) && !joins_letters(text, at, c))
        .collect();
    let (first, character) = *hidden.first()?;
    let message = format!(
        "hidden or direction-changing characters in the command `{}`",
        text.escape_debug()
    );
    let diagnostic = Diagnostic::warning(Code::HIDDEN_CHARACTERS, message).at(command.clone());
    if !hidden.iter().all(|&(at, c)| is_left_over(text, at, c)) {
        return Some(diagnostic.help(format!(
            "look closely at the command from {} on, and type it anew",
            name(character)
        )));
    }
    let last = hidden
        .last()
        .map_or(first, |(at, character)| at + character.len_utf8());
    let start = command.span.start;
    let seen: String = text[first..last]
        .chars()
        .filter(|c| !is_hidden(*c) || matches!(c, '\u{200c}' | '\u{200d}'))
        .collect();
    Some(
        diagnostic
            .help(format!("remove them; the first one is {}", name(character)))
            .fix(document.location(start + first..start + last), seen),
    )
}

/// Whether a joiner stands between two characters of a script that has joiners, or of an emoji.
fn joins_letters(text: &str, at: usize, c: char) -> bool {
    let foreign = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !is_hidden(c));
    matches!(c, '\u{200c}' | '\u{200d}')
        && foreign(text[..at].chars().next_back())
        && foreign(text[at + c.len_utf8()..].chars().next())
}

/// Whether a character has no width and no effect, as copying from a page leaves it behind. What changes the direction
/// was perhaps meant to mislead, and one that stands alone in quotes is perhaps what the command looks for.
fn is_left_over(text: &str, at: usize, c: char) -> bool {
    let quoted = |c: Option<char>| c.is_some_and(|c| "\"'`/[".contains(c));
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
        && !quoted(text[..at].chars().next_back())
}

fn name(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(command: &str) -> Option<(String, Option<String>)> {
        let document = Document::new("a.md", command);
        let found = hidden_in_command(&document, &document.location(0..command.len()))?;
        let fixed = found.fix.as_ref().map(|fix| {
            let edited = crate::apply_fixes(&document, &[fix]);
            edited.text
        });
        Some((found.help.expect("there is always help"), fixed))
    }

    #[test]
    fn what_copying_leaves_behind_is_removed() {
        let (help, fixed) = told("make\u{200b} te\u{ad}st | grep \u{fc}ber").expect("it is told");
        assert_eq!(help, "remove them; the first one is U+200B");
        assert_eq!(fixed.as_deref(), Some("make test | grep \u{fc}ber"));
    }

    #[test]
    fn what_misleads_or_is_looked_for_is_only_told() {
        for command in [
            "rm \u{202e}txt.a",
            "! grep -q '\u{200b}' page.md",
            "grep [\u{200b}] page.md",
            "a\u{200d}b",
        ] {
            let (help, fixed) = told(command).expect("it is told");
            assert!(help.starts_with("look closely"), "{command:?} {help}");
            assert_eq!(fixed, None, "{command:?}");
        }
    }

    #[test]
    fn joiners_in_emoji_and_in_words_of_other_scripts_are_text() {
        for command in [
            "grep -q '\u{1f469}\u{200d}\u{1f4bb}' a",
            "grep -q \u{645}\u{6cc}\u{200c}\u{62e} a",
            "grep -q \u{fc}ber a",
            "true",
        ] {
            assert_eq!(told(command), None, "{command:?}");
        }
    }
}
