//! Words around names that change nothing: "both T1 and T2 are done".

use std::ops::Range;

use super::super::super::numbered::kind_of;
use super::super::names::Node;

/// Whether a word around names changes nothing.
pub(super) fn is_word_of_filling(word: &str) -> bool {
    const WORDS: [&str; 165] = [
        "darf",
        "dürfen",
        "soll",
        "neither",
        "nor",
        "none",
        "weder",
        "noch",
        "that",
        "land",
        "lands",
        "landed",
        "do",
        "ends",
        "open",
        "merge",
        "ship",
        "deploy",
        "launch",
        "last",
        "end",
        "at",
        "beginnt",
        "startet",
        "läuft",
        "laufen",
        "commence",
        "commencent",
        "empieza",
        "empiezan",
        "comienza",
        "começa",
        "inizia",
        "begint",
        "начинается",
        "first",
        "finally",
        "next",
        "afterwards",
        "in",
        "parallel",
        "concurrently",
        "simultaneously",
        "together",
        "zuerst",
        "zuletzt",
        "primero",
        "sequentially",
        "blocked",
        "waits",
        "wait",
        "und",
        "et",
        "y",
        "и",
        "dann",
        "可以",
        "开始",
        "可以开始",
        "才能开始",
        "即可开始",
        "を開始",
        "を開始する",
        "begin",
        "begins",
        "shall",
        "finish",
        "finishes",
        "kann",
        "können",
        "muss",
        "beginnen",
        "starten",
        "peut",
        "peuvent",
        "commencer",
        "démarrer",
        "puede",
        "pueden",
        "empezar",
        "comenzar",
        "pode",
        "começar",
        "может",
        "начать",
        "also",
        "and",
        "the",
        "both",
        "all",
        "of",
        "only",
        "must",
        "can",
        "may",
        "should",
        "then",
        "is",
        "are",
        "be",
        "start",
        "starts",
        "run",
        "runs",
        "come",
        "comes",
        "itself",
        "work",
        "completion",
        "finished",
        "done",
        "complete",
        "completed",
        "ready",
        "merged",
        "delivered",
        "over",
        "has",
        "have",
        "had",
        "to",
        "been",
        "will",
        "cannot",
        "needs",
        "currently",
        "always",
        "required",
        "needed",
        "deployed",
        "tested",
        "reviewed",
        "built",
        "released",
        "shipped",
        "approved",
        "accepted",
        "published",
        "implemented",
        "opened",
        "closed",
        "live",
        "kan",
        "kunnen",
        "mag",
        "moet",
        "può",
        "deve",
        "devono",
        "doit",
        "doivent",
        "debe",
        "deben",
        "être",
        "sein",
        "werden",
        "essere",
        "ser",
        "terminé",
        "terminée",
        "fini",
        "finie",
        "fertig",
        "terminado",
        "terminada",
    ];
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) || kind_of(word).is_some()
}

/// Whether a text is nothing but the names in it and words that change nothing.
pub(super) fn is_filling(text: &str, base: usize, names: &Node) -> bool {
    let mut rest = text.to_owned();
    let mut spans: Vec<&Range<usize>> = names.spans().collect();
    // The same place may name several: a range.
    spans.dedup();
    for span in spans {
        let blank = " ".repeat(span.len());
        rest.replace_range(span.start - base..span.end - base, &blank);
    }
    rest.split(|c: char| !c.is_alphanumeric())
        .all(|word| word.is_empty() || is_word_of_filling(word))
}

/// A text without words at its start that change nothing.
pub(in super::super) fn without_filling(text: &str) -> &str {
    let mut text = text.trim_start_matches([' ', ':', '*', '_', '\n']);
    loop {
        let end = text
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(text.len());
        // "Task 4" is a name.
        if end == 0 || !is_word_of_filling(&text[..end]) || kind_of(&text[..end]).is_some() {
            return text;
        }
        text = text[end..].trim_start();
    }
}
