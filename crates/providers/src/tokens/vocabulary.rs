//! The vocabularies of OpenAI's models, by the names of the models.

use bpe_openai::{Tokenizer, cl100k_base, o200k_base};

/// Unpacked when it is first asked for.
type Vocabulary = fn() -> &'static Tokenizer;

/// How the names begin of models that share a vocabulary; `-` ends a name that others only begin with. As in tiktoken
/// 0.12 (`tiktoken/model.py`).
const FAMILIES: [(&str, Vocabulary); 16] = [
    ("o1", o200k_base),
    ("o3", o200k_base),
    ("o4-mini", o200k_base),
    ("gpt-5", o200k_base),
    ("gpt-4.5", o200k_base),
    ("gpt-4.1", o200k_base),
    ("gpt-4o", o200k_base),
    ("chatgpt-4o", o200k_base),
    // Its own vocabulary adds only marks, which text is never read as.
    ("gpt-oss", o200k_base),
    ("codex-mini", o200k_base),
    ("gpt-4", cl100k_base),
    ("gpt-3.5", cl100k_base),
    // Azure's name for it.
    ("gpt-35", cl100k_base),
    ("text-embedding-3", cl100k_base),
    ("text-embedding-ada-002", cl100k_base),
    ("davinci-002", cl100k_base),
];

/// The tokens of the text to the model; `None` for a model whose vocabulary is not here. Marks such as `<|endoftext|>`
/// are text like any other.
///
/// # Complexity
///
/// O(n) for a text of n bytes, whatever it is. The first text of a vocabulary waits until that is read from the program.
pub(super) fn count(model: &str, text: &str) -> Option<u64> {
    tokenizer(model).map(|tokenizer| tokenizer.count(text) as u64)
}

fn tokenizer(model: &str) -> Option<&'static Tokenizer> {
    let bare = model.rsplit('/').next().unwrap_or_default();
    // A model that was tuned keeps the vocabulary: `ft:gpt-4o-mini-2024-07-18:my-org::id`.
    let bare = bare.strip_prefix("ft:").unwrap_or(bare);
    let family = FAMILIES.iter().find(|(family, _)| begins(bare, family));
    family.map(|(_, tokenizer)| tokenizer())
}

/// Whether the name is the family's or goes on from there: `gpt-4` and `gpt-4-turbo`, `gpt-5` and `gpt-5.1`, not `o10`.
fn begins(name: &str, family: &str) -> bool {
    let Some((beginning, rest)) = name.split_at_checked(family.len()) else {
        return false;
    };
    beginning.eq_ignore_ascii_case(family)
        && rest
            .bytes()
            .next()
            .is_none_or(|next| !next.is_ascii_alphanumeric())
}
