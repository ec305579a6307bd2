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

/// Whether what follows a phrase speaks of something that goes wrong: "T1 fails", "T1 is down".
pub(in crate::dialect) fn speaks_of_trouble(lower: &str) -> bool {
    const WORDS: [&str; 73] = [
        "fail",
        "fails",
        "failed",
        "failing",
        "failure",
        "error",
        "errors",
        "crash",
        "crashes",
        "crashed",
        "break",
        "breaks",
        "broken",
        "down",
        "offline",
        "missing",
        "unavailable",
        "unreachable",
        "slips",
        "slipped",
        "late",
        "delayed",
        "red",
        "flaky",
        "slow",
        "empty",
        "absent",
        "invalid",
        "stale",
        "rejects",
        "rejected",
        "refuses",
        "timeout",
        "times",
        "timed",
        "throws",
        "hangs",
        "stalls",
        "lost",
        "wrong",
        "fehlschlägt",
        "fehlt",
        "scheitert",
        "ausfällt",
        "abstürzt",
        "fehlerhaft",
        "kaputt",
        "rot",
        "échoue",
        "plante",
        "manque",
        "falla",
        "fallan",
        "falta",
        "cae",
        "roto",
        "rota",
        "falha",
        "falham",
        "falhar",
        "quebra",
        "fallisce",
        "manca",
        "rotto",
        "mislukt",
        "faalt",
        "ontbreekt",
        "упал",
        "упала",
        "падает",
        "сломан",
        "сломана",
        "недоступен",
    ];
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.contains(&word))
}

/// Whether what stands before a phrase, in its clause, makes a question of it: "Explain why T1", "a bug where T1 runs".
pub(in crate::dialect) fn is_asked(before: &str) -> bool {
    const WORDS: [&str; 26] = [
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
        "comment",
        "où",
        "dónde",
        "cómo",
        "cuándo",
        "onde",
        "dove",
        "perché",
        "waarom",
        "hoe",
        "waar",
        "почему",
        "как",
        "где",
        "ли",
    ];
    let clause = before.rsplit([',', ';', '(', '[', ':', '—']).next();
    let lower = clause.unwrap_or_default().to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.contains(&word))
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
    const FURTHER: [&str; 44] = [
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
