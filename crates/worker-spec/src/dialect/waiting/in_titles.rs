//! What tells a phrase about order from a part of a title: "Draw the roof after T3" waits, "When T3 fails, show a banner", "Fix a bug
//! where T1 runs before T3" and "Add code block T1" do not.

use super::statements::{is_adverb, is_auxiliary};

/// Whether a phrase is a common word of a language other than the one in which it speaks of order: Portuguese and Polish "na",
/// English "attend" and "block". It counts only where it is set off, with nothing but names behind it.
pub(in crate::dialect) fn is_common_elsewhere(phrase: &str) -> bool {
    const WORDS: [&str; 6] = ["na", "attend", "attende", "bloque", "block", "voor"];
    WORDS.contains(&phrase)
}

/// Whether what follows a phrase that is set off must be nothing but names: German "nach T1" waits, "nach T1 benannt" does not.
pub(in crate::dialect) fn wants_names_alone(phrase: &str) -> bool {
    is_common_elsewhere(phrase) || matches!(phrase, "nach" | "vor" | "tras" | "need" | "require")
}

/// Whether a phrase may begin a title that says something else: "When T1 …", "After T1 …", "Block T1 …".
pub(in crate::dialect) fn begins_sentences(phrase: &str) -> bool {
    const COMMANDS: [&str; 4] = ["require", "need", "unblock", "precede"];
    is_adverb(phrase) || is_common_elsewhere(phrase) || COMMANDS.contains(&phrase)
}

/// Whether a phrase also begins conditions: "when T1 fails".
pub(in crate::dialect) fn is_condition(phrase: &str) -> bool {
    const WORDS: [&str; 22] = [
        "when",
        "once",
        "as soon as",
        "start when",
        "starts when",
        "start once",
        "starts once",
        "begins once",
        "wenn",
        "sobald",
        "cuando",
        "una vez",
        "quando",
        "una volta",
        "lorsque",
        "quand",
        "une fois",
        "dès que",
        "когда",
        "unless",
        "until",
        "till",
    ];
    WORDS.contains(&phrase)
}

/// Whether what follows a phrase speaks of something that goes wrong with what it names: "T1 fails", "T1 is down", and neither "T1
/// finds the missing rows" nor "T1 is merged, and watch for errors".
pub(in crate::dialect) fn speaks_of_trouble(lower: &str) -> bool {
    /// What a name does, within a few words behind it.
    const VERBS: [&str; 49] = [
        "fail",
        "fails",
        "failed",
        "failing",
        "crash",
        "crashes",
        "crashed",
        "break",
        "breaks",
        "errors",
        "slip",
        "slips",
        "slipped",
        "rejects",
        "rejected",
        "refuses",
        "timeout",
        "times",
        "timed",
        "throws",
        "hangs",
        "stalls",
        "fehlschlägt",
        "fehlt",
        "scheitert",
        "ausfällt",
        "abstürzt",
        "échoue",
        "échouent",
        "plante",
        "manque",
        "falla",
        "fallan",
        "falta",
        "cae",
        "falha",
        "falham",
        "falhar",
        "quebra",
        "fallisce",
        "manca",
        "mislukt",
        "faalt",
        "ontbreekt",
        "упал",
        "упала",
        "падает",
        "сломан",
        "сломана",
    ];
    /// What a name is.
    const STATES: [&str; 28] = [
        "failure",
        "error",
        "broken",
        "down",
        "offline",
        "missing",
        "unavailable",
        "unreachable",
        "late",
        "delayed",
        "red",
        "flaky",
        "slow",
        "empty",
        "absent",
        "invalid",
        "stale",
        "lost",
        "wrong",
        "fehlerhaft",
        "kaputt",
        "rot",
        "roto",
        "rota",
        "rotto",
        "en panne",
        "недоступен",
        "недоступна",
    ];
    const BEING: [&str; 24] = [
        "is", "are", "was", "were", "be", "been", "being", "goes", "go", "gets", "get", "runs",
        "comes", "become", "becomes", "ist", "sind", "wird", "est", "sont", "es", "está", "è",
        "still",
    ];
    /// What may stand behind a state that is said of a name, and not behind one that belongs to a noun: "T1 down for a day", "T1 error
    /// page".
    const BEHIND: [&str; 14] = [
        "for", "at", "in", "on", "or", "and", "again", "during", "with", "because", "since",
        "twice", "too", "by",
    ];
    const DENYING: [&str; 9] = [
        "no", "not", "without", "the", "a", "an", "any", "never", "kein",
    ];
    let clause = lower
        .split([',', ';', ':', '，', '；', '：', '—'])
        .next()
        .unwrap_or_default();
    let clause = clause.trim_start_matches(['(', '[', '`', '*', ' ']);
    let clause = clause
        .split(['(', ')', '（', '）', ']'])
        .next()
        .unwrap_or_default();
    let words: Vec<&str> = clause
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let is_name = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    // Behind the last name; a text without one may begin behind it, or with a title.
    let name = words.iter().rposition(|word| is_name(word));
    let from = name.map_or(0, |name| name + 1);
    let before = |at: usize| at.checked_sub(1).map_or("", |last| words[last]);
    (from..words.len()).any(|at| {
        let (word, last) = (words[at], before(at));
        let ends = words.get(at + 1).is_none_or(|next| BEHIND.contains(next));
        let is_verb = VERBS.contains(&word) && at - from < MOST_BEFORE_VERB;
        let is_state = STATES.contains(&word)
            && (BEING.contains(&last) || ends && (at == from || name.is_none() && at == 1));
        (is_verb || is_state) && !DENYING.contains(&last)
    })
}

/// Words between a name and its verb: "T1 and its tests fail".
const MOST_BEFORE_VERB: usize = 4;

/// Whether what stands before a phrase, in its clause, makes a question of it: "Explain why T1", "a bug where T1 runs". Words of
/// one language that are others in English count only before a phrase of another one: "Add comment form after T1".
pub(in crate::dialect) fn is_asked(before: &str, phrase: &str) -> bool {
    const WORDS: [&str; 23] = [
        "why",
        "how",
        "whether",
        "where",
        "if",
        "warum",
        "wieso",
        "wie",
        "wo",
        "ob",
        "pourquoi",
        "où",
        "dónde",
        "cómo",
        "cuándo",
        "onde",
        "perché",
        "waarom",
        "waar",
        "почему",
        "как",
        "где",
        "ли",
    ];
    const OTHER_IN_ENGLISH: [&str; 3] = ["comment", "dove", "hoe"];
    // "the where clause" is about a word.
    const ARTICLES: [&str; 4] = ["the", "a", "an", "this"];
    let clause = before.rsplit([',', ';', '(', '[', ':', '—']).next();
    let lower = clause.unwrap_or_default().to_lowercase();
    let mut last = "";
    lower
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .any(|word| {
            let before = match word.is_empty() {
                true => return false,
                false => std::mem::replace(&mut last, word),
            };
            WORDS.contains(&word) && !ARTICLES.contains(&before)
                || OTHER_IN_ENGLISH.contains(&word) && !is_english(phrase)
        })
}

/// Whether a phrase is English.
fn is_english(phrase: &str) -> bool {
    const WORDS: [&str; 18] = [
        "after",
        "before",
        "once",
        "when",
        "need",
        "needs",
        "require",
        "requires",
        "follows",
        "following",
        "awaits",
        "until",
        "till",
        "unless",
        "blocks",
        "block",
        "unblocks",
        "enables",
    ];
    const PARTS: [&str; 6] = [" on", " for", " by", " after", " when", " once"];
    let bare = phrase.trim_end_matches([':', ' ']);
    WORDS.contains(&bare) || PARTS.iter().any(|part| bare.ends_with(part))
}

/// The name right before a phrase, which then is about that one: the `T1` of "a bug in which T1 runs before T3".
pub(in crate::dialect) fn name_before(before: &str) -> Option<&str> {
    let mut words = before.rsplit(char::is_whitespace);
    let name = words.find(|word| {
        let bare = word.trim_matches(['*', '_', '`']);
        !bare.is_empty() && !is_auxiliary(&bare.to_lowercase())
    })?;
    let bare = name.trim_matches(['*', '_', '`']);
    bare.contains(|c: char| c.is_ascii_digit()).then_some(bare)
}

/// Whether nothing stands behind a name but words which say that it has to be over: "is done", "both have landed".
pub(in crate::dialect) fn says_no_more(rest: &str) -> bool {
    const FURTHER: [&str; 60] = [
        "fully",
        "completely",
        "successfully",
        "finally",
        "already",
        "each",
        "now",
        "by",
        "then",
        "accepted",
        "published",
        "tested",
        "reviewed",
        "implemented",
        "built",
        "signed",
        "both",
        "all",
        "to",
        "have",
        "will",
        "must",
        "live",
        "deployed",
        "released",
        "shipped",
        "approved",
        "over",
        "in",
        "place",
        "available",
        "passed",
        "green",
        "closed",
        "delivered",
        "verified",
        "up",
        "out",
        "end",
        "ends",
        "erledigt",
        "abgeschlossen",
        "sind",
        "terminé",
        "terminée",
        "terminées",
        "est",
        "sont",
        "fini",
        "finie",
        "terminada",
        "terminado",
        "esté",
        "está",
        "termine",
        "pronto",
        "concluída",
        "klaar",
        "готово",
        "завершена",
    ];
    let is_further = |word: &str| FURTHER.iter().any(|known| known.eq_ignore_ascii_case(word));
    rest.split(|c: char| !c.is_alphanumeric())
        .all(|word| word.is_empty() || is_over(word) || is_further(word))
}

/// Whether a word behind a name only says that the task has to be over: the `merged` of "T3 is merged".
pub(in crate::dialect) fn is_over(word: &str) -> bool {
    const WORDS: [&str; 66] = [
        "is",
        "are",
        "be",
        "been",
        "has",
        "have",
        "complete",
        "completes",
        "completed",
        "done",
        "finish",
        "finished",
        "finishes",
        "merge",
        "merged",
        "merges",
        "land",
        "lands",
        "landed",
        "ready",
        "work",
        "works",
        "working",
        "first",
        "pass",
        "passes",
        "passed",
        "exist",
        "exists",
        "only",
        "delivered",
        "deployed",
        "shipped",
        "tested",
        "reviewed",
        "implemented",
        "built",
        "accepted",
        "published",
        "fully",
        "both",
        "fertig",
        "ist",
        "sind",
        "abgeschlossen",
        "erledigt",
        "completada",
        "completado",
        "terminada",
        "terminado",
        "livré",
        "livrée",
        "livrés",
        "livrées",
        "terminé",
        "terminée",
        "terminés",
        "terminées",
        "fini",
        "finie",
        "complet",
        "complète",
        "completato",
        "completata",
        "concluído",
        "concluída",
    ];
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}
