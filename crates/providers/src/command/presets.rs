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
}

/// The result object of Claude Code, which other programs took over.
const RESULT: Option<(&str, &str)> = Some(("/type", "result"));

const RESULT_OBJECT: &[Rule] = &[
    Rule {
        when: RESULT,
        is: Part::Ended,
        at: "/subtype",
    },
    Rule {
        when: RESULT,
        is: Part::Text,
        at: "/result",
    },
    Rule {
        when: RESULT,
        is: Part::Failed,
        at: "/is_error",
    },
    Rule {
        when: RESULT,
        is: Part::Error,
        at: "/error/message",
    },
    Rule {
        when: RESULT,
        is: Part::Error,
        at: "/errors/0",
    },
    Rule {
        when: RESULT,
        is: Part::Id,
        at: "/session_id",
    },
    Rule {
        when: RESULT,
        is: Part::InputTokens,
        at: "/usage/input_tokens",
    },
    Rule {
        when: RESULT,
        is: Part::InputTokens,
        at: "/usage/cache_creation_input_tokens",
    },
    Rule {
        when: RESULT,
        is: Part::CachedTokens,
        at: "/usage/cache_read_input_tokens",
    },
    Rule {
        when: RESULT,
        is: Part::OutputTokens,
        at: "/usage/output_tokens",
    },
    Rule {
        when: RESULT,
        is: Part::CostUsd,
        at: "/total_cost_usd",
    },
];

/// The result object of Qwen Code, which counts what a cache held among the input.
const QWEN_RESULT: &[Rule] = &[
    Rule {
        when: RESULT,
        is: Part::Ended,
        at: "/subtype",
    },
    Rule {
        when: RESULT,
        is: Part::Text,
        at: "/result",
    },
    Rule {
        when: RESULT,
        is: Part::Failed,
        at: "/is_error",
    },
    Rule {
        when: RESULT,
        is: Part::Error,
        at: "/error/message",
    },
    Rule {
        when: RESULT,
        is: Part::Id,
        at: "/session_id",
    },
    Rule {
        when: RESULT,
        is: Part::InputTokens,
        at: "/usage/input_tokens",
    },
    Rule {
        when: RESULT,
        is: Part::CachedInput,
        at: "/usage/cache_read_input_tokens",
    },
    Rule {
        when: RESULT,
        is: Part::OutputTokens,
        at: "/usage/output_tokens",
    },
];

const CODEX_EVENTS: &[Rule] = &[
    Rule {
        when: Some(("/type", "thread.started")),
        is: Part::Id,
        at: "/thread_id",
    },
    Rule {
        when: Some(("/item/type", "agent_message")),
        is: Part::Text,
        at: "/item/text",
    },
    Rule {
        when: Some(("/type", "turn.completed")),
        is: Part::Ended,
        at: "/type",
    },
    Rule {
        when: Some(("/type", "turn.completed")),
        is: Part::InputTokens,
        at: "/usage/input_tokens",
    },
    Rule {
        when: Some(("/type", "turn.completed")),
        is: Part::CachedInput,
        at: "/usage/cached_input_tokens",
    },
    Rule {
        when: Some(("/type", "turn.completed")),
        is: Part::OutputTokens,
        at: "/usage/output_tokens",
    },
    Rule {
        when: Some(("/type", "turn.failed")),
        is: Part::Error,
        at: "/error/message",
    },
];

const GEMINI_OBJECT: &[Rule] = &[
    Rule {
        when: None,
        is: Part::Text,
        at: "/response",
    },
    Rule {
        when: None,
        is: Part::Error,
        at: "/error/message",
    },
    Rule {
        when: None,
        is: Part::Id,
        at: "/session_id",
    },
    Rule {
        when: None,
        is: Part::InputTokens,
        at: "/stats/models/*/tokens/prompt",
    },
    Rule {
        when: None,
        is: Part::CachedInput,
        at: "/stats/models/*/tokens/cached",
    },
    Rule {
        when: None,
        is: Part::OutputTokens,
        at: "/stats/models/*/tokens/candidates",
    },
    Rule {
        when: None,
        is: Part::OutputTokens,
        at: "/stats/models/*/tokens/thoughts",
    },
];

const OPENCODE_EVENTS: &[Rule] = &[
    Rule {
        when: None,
        is: Part::Id,
        at: "/sessionID",
    },
    Rule {
        when: Some(("/type", "text")),
        is: Part::Piece,
        at: "/part/text",
    },
    Rule {
        when: Some(("/part/reason", "stop")),
        is: Part::Ended,
        at: "/type",
    },
    Rule {
        when: Some(("/type", "step_finish")),
        is: Part::InputTokens,
        at: "/part/tokens/input",
    },
    Rule {
        when: Some(("/type", "step_finish")),
        is: Part::InputTokens,
        at: "/part/tokens/cache/write",
    },
    Rule {
        when: Some(("/type", "step_finish")),
        is: Part::CachedTokens,
        at: "/part/tokens/cache/read",
    },
    Rule {
        when: Some(("/type", "step_finish")),
        is: Part::OutputTokens,
        at: "/part/tokens/output",
    },
    Rule {
        when: Some(("/type", "step_finish")),
        is: Part::OutputTokens,
        at: "/part/tokens/reasoning",
    },
    Rule {
        when: Some(("/type", "step_finish")),
        is: Part::CostUsd,
        at: "/part/cost",
    },
    Rule {
        when: Some(("/type", "error")),
        is: Part::Error,
        at: "/error/name",
    },
    Rule {
        when: Some(("/type", "error")),
        is: Part::Error,
        at: "/message",
    },
    Rule {
        when: Some(("/type", "error")),
        is: Part::Error,
        at: "/error/data/message",
    },
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
    },
    Preset {
        name: "opencode",
        program: "opencode",
        arguments: &[&["run"], &["--format", "json"], &["--model", "{model}"]],
        stdin: true,
        output: Output::Json(OPENCODE_EVENTS),
        exit_codes: &[],
    },
    Preset {
        name: "qwen",
        program: "qwen",
        arguments: &[&["--output-format", "json"], &["--model", "{model}"]],
        stdin: true,
        output: Output::Json(QWEN_RESULT),
        exit_codes: &[(53, ErrorKind::Incomplete)],
    },
];
