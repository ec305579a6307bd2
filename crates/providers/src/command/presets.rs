//! Well-known agent programs, as data.
//!
//! What stands here was read in the programs' own documentation and sources; each is tried against a fake program of the
//! same interface.

use super::output::{Output, Part, Rule};
use crate::ErrorKind;

/// How one agent program is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Preset {
    pub(super) name: &'static str,
    pub(super) program: &'static str,
    pub(super) arguments: &'static [&'static [&'static str]],
    /// By standard input; else by the arguments.
    pub(super) stdin: bool,
    pub(super) output: Output,
    /// What exit codes mean where they mean more than failure.
    pub(super) exit_codes: &'static [(i32, ErrorKind)],
    /// Variables in which it looks for a key of the vendor whose models it asks.
    pub(super) keys: &'static [&'static str],
}

/// Where the value says so, the part is at this place.
const fn rule(when: Option<(&'static str, &'static str)>, is: Part, at: &'static str) -> Rule {
    Rule { when, is, at }
}

/// The result object of Claude Code, which other programs took over.
const RESULT: Option<(&str, &str)> = Some(("/type", "result"));

const RESULT_OBJECT: &[Rule] = &[
    rule(RESULT, Part::Ended, "/subtype"),
    rule(RESULT, Part::Text, "/result"),
    rule(RESULT, Part::Failed, "/is_error"),
    rule(RESULT, Part::Error, "/error/message"),
    rule(RESULT, Part::Error, "/errors/0"),
    rule(RESULT, Part::Id, "/session_id"),
    rule(RESULT, Part::InputTokens, "/usage/input_tokens"),
    rule(
        RESULT,
        Part::InputTokens,
        "/usage/cache_creation_input_tokens",
    ),
    rule(RESULT, Part::CachedTokens, "/usage/cache_read_input_tokens"),
    rule(RESULT, Part::OutputTokens, "/usage/output_tokens"),
    rule(RESULT, Part::CostUsd, "/total_cost_usd"),
];

/// The result object of Qwen Code, which counts what a cache held among the input.
const QWEN_RESULT: &[Rule] = &[
    rule(RESULT, Part::Ended, "/subtype"),
    rule(RESULT, Part::Text, "/result"),
    rule(RESULT, Part::Failed, "/is_error"),
    rule(RESULT, Part::Error, "/error/message"),
    rule(RESULT, Part::Id, "/session_id"),
    rule(RESULT, Part::InputTokens, "/usage/input_tokens"),
    rule(RESULT, Part::CachedInput, "/usage/cache_read_input_tokens"),
    rule(RESULT, Part::OutputTokens, "/usage/output_tokens"),
];

const CODEX_EVENTS: &[Rule] = &[
    rule(Some(("/type", "thread.started")), Part::Id, "/thread_id"),
    rule(
        Some(("/item/type", "agent_message")),
        Part::Text,
        "/item/text",
    ),
    rule(Some(("/type", "turn.completed")), Part::Ended, "/type"),
    rule(
        Some(("/type", "turn.completed")),
        Part::InputTokens,
        "/usage/input_tokens",
    ),
    rule(
        Some(("/type", "turn.completed")),
        Part::CachedInput,
        "/usage/cached_input_tokens",
    ),
    rule(
        Some(("/type", "turn.completed")),
        Part::OutputTokens,
        "/usage/output_tokens",
    ),
    rule(
        Some(("/type", "turn.failed")),
        Part::Error,
        "/error/message",
    ),
];

const GEMINI_OBJECT: &[Rule] = &[
    rule(None, Part::Text, "/response"),
    rule(None, Part::Error, "/error/message"),
    rule(None, Part::Id, "/session_id"),
    rule(None, Part::InputTokens, "/stats/models/*/tokens/prompt"),
    rule(None, Part::CachedInput, "/stats/models/*/tokens/cached"),
    rule(
        None,
        Part::OutputTokens,
        "/stats/models/*/tokens/candidates",
    ),
    rule(None, Part::OutputTokens, "/stats/models/*/tokens/thoughts"),
];

const OPENCODE_EVENTS: &[Rule] = &[
    rule(None, Part::Id, "/sessionID"),
    rule(Some(("/type", "text")), Part::Piece, "/part/text"),
    rule(Some(("/part/reason", "stop")), Part::Ended, "/type"),
    rule(
        Some(("/type", "step_finish")),
        Part::InputTokens,
        "/part/tokens/input",
    ),
    rule(
        Some(("/type", "step_finish")),
        Part::InputTokens,
        "/part/tokens/cache/write",
    ),
    rule(
        Some(("/type", "step_finish")),
        Part::CachedTokens,
        "/part/tokens/cache/read",
    ),
    rule(
        Some(("/type", "step_finish")),
        Part::OutputTokens,
        "/part/tokens/output",
    ),
    rule(
        Some(("/type", "step_finish")),
        Part::OutputTokens,
        "/part/tokens/reasoning",
    ),
    rule(Some(("/type", "step_finish")), Part::CostUsd, "/part/cost"),
    rule(Some(("/type", "error")), Part::Error, "/error/name"),
    rule(Some(("/type", "error")), Part::Error, "/message"),
    rule(Some(("/type", "error")), Part::Error, "/error/data/message"),
];

/// In the order of their names.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        name: "aider",
        program: "aider",
        arguments: &[
            &["--message-file", "{prompt_file}"],
            &["--yes-always"],
            &["--no-stream"],
            &["--no-pretty"],
            &["--no-auto-commits"],
            &["--no-check-update"],
            &["--no-show-release-notes"],
            &["--model", "{model}"],
        ],
        stdin: false,
        output: Output::Text,
        exit_codes: &[],
        keys: &["ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY"],
    },
    Preset {
        name: "claude",
        program: "claude",
        arguments: &[
            &["--print"],
            &["--output-format", "json"],
            &["--model", "{model}"],
        ],
        stdin: true,
        output: Output::Json(RESULT_OBJECT),
        exit_codes: &[],
        keys: &[
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_AUTH_TOKEN",
            "CLAUDE_CODE_OAUTH_TOKEN",
        ],
    },
    Preset {
        name: "codex",
        program: "codex",
        arguments: &[
            &["exec"],
            &["--json"],
            &["--skip-git-repo-check"],
            &["--model", "{model}"],
            &["-"],
        ],
        stdin: true,
        output: Output::Json(CODEX_EVENTS),
        exit_codes: &[],
        keys: &["CODEX_API_KEY", "OPENAI_API_KEY"],
    },
    Preset {
        name: "cursor-agent",
        program: "cursor-agent",
        arguments: &[
            &["--print"],
            &["--output-format", "json"],
            &["--model", "{model}"],
        ],
        stdin: true,
        output: Output::Json(RESULT_OBJECT),
        exit_codes: &[],
        keys: &["CURSOR_API_KEY"],
    },
    Preset {
        name: "gemini",
        program: "gemini",
        arguments: &[&["--output-format", "json"], &["--model", "{model}"]],
        stdin: true,
        output: Output::Json(GEMINI_OBJECT),
        exit_codes: &[
            (41, ErrorKind::Authentication),
            (42, ErrorKind::BadRequest),
            (52, ErrorKind::Configuration),
            (53, ErrorKind::Incomplete),
        ],
        keys: &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    },
    Preset {
        name: "opencode",
        program: "opencode",
        arguments: &[&["run"], &["--format", "json"], &["--model", "{model}"]],
        stdin: true,
        output: Output::Json(OPENCODE_EVENTS),
        exit_codes: &[],
        keys: &["ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY"],
    },
    Preset {
        name: "qwen",
        program: "qwen",
        arguments: &[&["--output-format", "json"], &["--model", "{model}"]],
        stdin: true,
        output: Output::Json(QWEN_RESULT),
        exit_codes: &[(53, ErrorKind::Incomplete)],
        keys: &["OPENAI_API_KEY"],
    },
];
