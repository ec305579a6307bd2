//! Agent programs, run once for every request.

mod config;
mod output;
mod presets;
mod run;
mod template;
mod tree;

use std::path::Path;
use std::time::Instant;
use std::{fmt, io};

use async_trait::async_trait;

pub use config::CommandConfig;
pub use output::{Output as CommandOutput, Part as CommandPart, Rule as CommandRule};

use crate::excerpt::escaped;
use crate::probe::TIMEOUT;
use crate::prompt::prompt;
use crate::redact::{Redactor, names_a_setting};
use crate::{ErrorKind, Health, Probe, Provider, ProviderError, Request, Response, Role};
use output::{Findings, Output, kind_in_words};
use run::{End, Finished};
use template::{Places, filled, uses};

/// The longest version that is kept, in characters.
const MAX_VERSION_CHARS: usize = 200;

/// A provider that runs a program for every request: an agent such as Claude Code or Codex, or any that takes a prompt
/// and writes a text.
///
/// It must be used within a tokio runtime that has time and I/O enabled.
///
/// - The program gets the whole conversation as one prompt, by its standard input unless its arguments say otherwise.
/// - It has a deadline, and its output a bound. At either, and when the call is dropped, the program is ended with all
///   that it started. What it still has running when it ends by itself is ended too.
/// - It is never asked twice: a program may have changed files before it failed. Only what it says of a passing cause, a
///   rate limit say, makes its error transient.
/// - It runs with the rights of this process. Nothing here confines it.
///
/// # Errors
///
/// [`ErrorKind::Configuration`] when the program cannot be started. What it says of its failure decides the kind where
/// an exit code does not; [`ErrorKind::Server`], not transient, where neither tells. [`ErrorKind::Timeout`] at the
/// deadline, with the text so far. [`ErrorKind::Incomplete`] when it ended well without saying that it is done, where it
/// uses to say so. [`ErrorKind::BadResponse`] without a text.
pub struct Command {
    config: CommandConfig,
    redactor: Redactor,
}

impl Command {
    /// Makes a provider of these settings. Nothing is started yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: no program is named; the answer is to be read from a file that no argument names.
    pub fn new(config: CommandConfig) -> Result<Self, ProviderError> {
        let wrong = |message| ProviderError::new(ErrorKind::Configuration, &config.name, message);
        if config.program.trim().is_empty() {
            return Err(wrong("no program is named"));
        }
        if config.output == Output::AnswerFile && !uses(&config.arguments, "answer_file") {
            return Err(wrong("no argument names the {answer_file} to read"));
        }
        let variables = config.variables.iter();
        let variables = variables.map(|(name, value)| {
            // A value that may be a secret is one: `DATABASE_URL` holds a password.
            let name = match names_a_setting(name) {
                true => name.as_str(),
                false => "secret",
            };
            (name, value.clone())
        });
        let secrets = config.secrets.iter();
        let secrets = secrets.map(|secret| ("secret", secret.clone()));
        let redactor = Redactor::new(variables.chain(secrets));
        Ok(Self { config, redactor })
    }

    /// A text that the program wrote elsewhere, without the secrets that are known.
    pub fn without_secrets(&self, text: &str) -> String {
        self.redactor.clean_answer(text)
    }

    async fn run(&self, request: &Request) -> Result<Finished, ProviderError> {
        let config = &self.config;
        let wrong = |message: &str| {
            let message = self.redactor.clean(message);
            ProviderError::new(ErrorKind::Configuration, &config.name, message)
        };
        let question = prompt(request);
        let files = run::Files::make(config, &question)
            .map_err(|error| wrong(&format!("no temporary folder: {error}")))?;
        let system: Vec<&str> = request
            .messages
            .iter()
            .filter(|message| message.role == Role::System)
            .map(|message| message.content.as_str())
            .collect();
        let system = system.join("\n\n");
        let max_tokens = request.max_output_tokens.map(|tokens| tokens.to_string());
        let directory = files.directory.as_deref().or(config.directory.as_deref());
        let places = Places {
            prompt: Some(&question),
            prompt_file: files.prompt.as_deref(),
            system: Some(system.as_str()).filter(|system| !system.is_empty()),
            model: request.model.as_deref().or(config.model.as_deref()),
            max_tokens: max_tokens.as_deref(),
            answer_file: files.answer.as_deref(),
            directory: directory.and_then(Path::to_str),
        };
        let arguments = filled(&config.arguments, places).map_err(|fault| wrong(&fault))?;
        let given = ["prompt", "prompt_file"]
            .iter()
            .any(|place| uses(&config.arguments, place));
        let stdin = (config.stdin && !given).then_some(question.as_bytes());
        let deadline = run::deadline(config.deadline, request.limits.deadline);
        let mut finished = run::run(config, directory, &arguments, stdin, deadline)
            .await
            .map_err(|error| self.not_started(&error))?;
        if let Some(file) = &files.answer {
            let answer = run::read_file(file, config.max_output_bytes);
            let ended_well = matches!(finished.end, End::Exited(Some(0)));
            if ended_well && matches!(answer, Some((_, true))) {
                finished.end = End::TooMuch;
            }
            finished.answer = answer.map(|(text, _)| text);
        }
        Ok(finished)
    }

    fn not_started(&self, error: &io::Error) -> ProviderError {
        let kind = match error.kind() {
            io::ErrorKind::ArgumentListTooLong => ErrorKind::RequestTooLarge,
            _ => ErrorKind::Configuration,
        };
        let message = format!("`{}` could not be started: {error}", self.config.program);
        let message = self.redactor.clean(&message);
        ProviderError::new(kind, &self.config.name, message).with_attempts(0)
    }

    /// What a program that ended, or was ended, has said.
    fn read(&self, finished: &Finished) -> Result<Response, ProviderError> {
        let stdout = String::from_utf8_lossy(&finished.stdout);
        let findings = match self.config.output {
            Output::Text => Findings {
                text: Some(stdout.trim().to_owned()),
                ended: true,
                ..Findings::default()
            },
            Output::AnswerFile => Findings {
                text: finished.answer.clone(),
                ended: true,
                ..Findings::default()
            },
            Output::Json(rules) => output::read(&stdout, rules),
        };
        let response = self.response(&findings);
        let code = match &finished.end {
            End::Exited(code) => *code,
            End::Late(after) => {
                let message = format!("the program was ended after {after:?}");
                let error = self.error(ErrorKind::Timeout, &message, finished);
                let phase = crate::TimeoutPhase::Total;
                return Err(error.with_timeout_phase(phase).with_partial(response));
            }
            End::TooMuch => {
                let limit = self.config.max_output_bytes;
                let message = format!("the program wrote more than {limit} bytes");
                let error = self.error(ErrorKind::BadResponse, &message, finished);
                return Err(error.with_transient(false).with_partial(response));
            }
        };
        let has_text = !response.text.trim().is_empty();
        let failed = findings.failed || (findings.error.is_some() && !(has_text && findings.ended));
        if code != Some(0) || failed {
            return Err(self
                .failure(code, &findings, finished)
                .with_partial(response));
        }
        if !findings.ended {
            let message = "the program ended before its answer did";
            let error = self.error(ErrorKind::Incomplete, message, finished);
            return Err(error.with_partial(response));
        }
        let silent = self.config.may_be_silent
            && (findings.values > 0 || !matches!(self.config.output, Output::Json(_)));
        if !has_text && !silent {
            let message = match (self.config.output, findings.values) {
                (Output::Json(_), 0) => "the program wrote no JSON",
                _ => "the program wrote no text",
            };
            let error = self.error(ErrorKind::BadResponse, message, finished);
            return Err(error.with_partial(response));
        }
        Ok(response)
    }

    fn failure(
        &self,
        code: Option<i32>,
        findings: &Findings,
        finished: &Finished,
    ) -> ProviderError {
        let stderr = String::from_utf8_lossy(&finished.stderr);
        let said = findings.error.clone();
        let said = said.or_else(|| findings.text.clone().filter(|_| findings.failed));
        let said = said.filter(|words| !words.trim().is_empty());
        let known = |(stated, _): &&(i32, ErrorKind)| Some(*stated) == code;
        let by_code = self
            .config
            .exit_codes
            .iter()
            .find(known)
            .map(|(_, kind)| *kind);
        let told = said.as_deref().and_then(kind_in_words);
        let told = told.or_else(|| kind_in_words(&stderr));
        let kind = by_code.or(told).unwrap_or(ErrorKind::Server);
        let ended = match code {
            Some(code) => format!("exit code {code}"),
            None => "a signal ended it".to_owned(),
        };
        let message = match said {
            Some(words) => format!("{words} ({ended})"),
            None => format!("the program failed: {ended}"),
        };
        // A code says so too, where it means that nothing was done.
        let refused = by_code.is_some() && !kind.may_have_cost();
        let passing = kind.is_transient() && (told == Some(kind) || refused);
        self.error(kind, &message, finished).with_transient(passing)
    }

    fn error(&self, kind: ErrorKind, message: &str, finished: &Finished) -> ProviderError {
        let error = ProviderError::new(kind, &self.config.name, self.redactor.clean(message));
        // What it says of itself last is most likely why.
        let shown = match finished.stderr.trim_ascii().is_empty() {
            true => &finished.stdout,
            false => &finished.stderr,
        };
        let shown = String::from_utf8_lossy(shown);
        let shown = self.redactor.clean(&shown);
        // It may have changed files before it failed.
        let error = error.with_transient(false);
        match shown.trim().is_empty() {
            true => error,
            false => error.with_excerpt(shown),
        }
    }

    fn response(&self, findings: &Findings) -> Response {
        let text = findings.text.as_deref().unwrap_or_default().trim();
        let mut response = Response::new(&self.config.name, self.redactor.clean_answer(text))
            .finish_reason(crate::FinishReason::Unstated);
        response.usage.input_tokens = findings.input_tokens;
        response.usage.output_tokens = findings.output_tokens;
        response.usage.cached_tokens = findings.cached_tokens;
        response.cost = findings.cost;
        response.model = findings.model.clone();
        response.id = findings
            .id
            .as_deref()
            .map(|id| self.redactor.clean_name(id));
        response
    }
}

#[async_trait]
impl Provider for Command {
    fn name(&self) -> &str {
        &self.config.name
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        self.read(&self.run(request).await?)
    }
}

#[async_trait]
impl Probe for Command {
    /// Asks the program for its version, `--version`, which starts no model.
    async fn probe(&self) -> Result<Health, ProviderError> {
        let config = &self.config;
        let started = Instant::now();
        let deadline = run::deadline(TIMEOUT.min(config.deadline), None);
        let arguments = ["--version".to_owned()];
        let finished = run::run(
            config,
            config.directory.as_deref(),
            &arguments,
            None,
            deadline,
        )
        .await;
        let finished = finished.map_err(|error| self.not_started(&error))?;
        match finished.end {
            End::Exited(Some(0)) => {}
            End::Exited(code) => return Err(self.failure(code, &Findings::default(), &finished)),
            _ => {
                return Err(self.error(
                    ErrorKind::Timeout,
                    "it does not tell its version",
                    &finished,
                ));
            }
        }
        let mut health = Health::new(&config.name, &config.program);
        health.latency = started.elapsed();
        let said = String::from_utf8_lossy(&finished.stdout);
        let line = said.lines().map(str::trim).find(|line| !line.is_empty());
        health.version = line.map(|line| escaped(&self.redactor.clean(line), MAX_VERSION_CHARS));
        Ok(health)
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Command").field(&self.config).finish()
    }
}
