//! Telling others what happens: a command, or a web address.

use std::fmt;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use wavecrew_exec::{Event, EventKind};

/// How long one delivery may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many messages may wait; a hook that is slower than that misses some, and this is told.
const WAITING: usize = 1024;

/// How long the end of a run waits for messages that are still under way.
const LAST_PATIENCE: Duration = Duration::from_secs(20);

/// Who is told.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hook {
    /// A command for `sh -c`: the message is one line of JSON on its standard input, and its kind is in
    /// `WAVECREW_EVENT`. What it prints is dropped.
    Command(String),
    /// An address to which the message is posted as JSON. It follows no redirect.
    Webhook(String),
}

/// Messages that did not arrive, or that their reader did not take. A run goes on without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookError {
    /// Which hook: `command` or `webhook`. Neither is shown whole, for it may hold a secret.
    pub hook: &'static str,
    /// How many messages.
    pub messages: u64,
    /// Why the last of them did not.
    pub reason: String,
}

/// Tells hooks of ended tasks and failed attempts, in order, without holding up the run.
#[derive(Debug)]
pub struct Hooks {
    messages: Option<Sender<Value>>,
    teller: Option<JoinHandle<Vec<HookError>>>,
    missed: u64,
}

impl Hooks {
    /// Starts telling; within a tokio runtime, unless there are no hooks.
    pub fn start(hooks: Vec<Hook>) -> Self {
        if hooks.is_empty() {
            return Self {
                messages: None,
                teller: None,
                missed: 0,
            };
        }
        let (messages, waiting) = channel(WAITING);
        Self {
            messages: Some(messages),
            teller: Some(tokio::spawn(tell(hooks, waiting))),
            missed: 0,
        }
    }

    /// Tells of an event if it is the end of a task in this session or a failed attempt; `json` gives
    /// the message.
    pub fn note(&mut self, event: &Event, json: impl FnOnce() -> Value) {
        let notable = match &event.kind {
            EventKind::Succeeded { replayed, .. } => !replayed,
            EventKind::Failed { .. } | EventKind::Asked { .. } => true,
            kind => kind.is_final(),
        };
        if notable && self.messages.is_some() {
            self.send(json());
        }
    }

    /// Tells something else, such as how the run ended.
    pub fn send(&mut self, message: Value) {
        let Some(messages) = &self.messages else {
            return;
        };
        if let Err(TrySendError::Full(_)) = messages.try_send(message) {
            self.missed += 1;
        }
    }

    /// Waits, but not for ever, until everything is told; gives what was not.
    pub async fn finish(mut self) -> Vec<HookError> {
        drop(self.messages.take());
        let Some(teller) = self.teller.take() else {
            return Vec::new();
        };
        let stop = teller.abort_handle();
        let mut errors = match timeout(LAST_PATIENCE, teller).await {
            Ok(Ok(errors)) => errors,
            Ok(Err(error)) => vec![failed("hooks", error.to_string())],
            Err(_) => {
                stop.abort();
                vec![failed("hooks", format!("no end after {LAST_PATIENCE:?}"))]
            }
        };
        if self.missed > 0 {
            errors.push(HookError {
                hook: "hooks",
                messages: self.missed,
                reason: format!("more than {WAITING} messages waited"),
            });
        }
        errors
    }
}

impl Drop for Hooks {
    fn drop(&mut self) {
        if let Some(teller) = &self.teller {
            teller.abort();
        }
    }
}

async fn tell(hooks: Vec<Hook>, mut waiting: Receiver<Value>) -> Vec<HookError> {
    let mut errors: Vec<Option<HookError>> = vec![None; hooks.len()];
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build();
    while let Some(message) = waiting.recv().await {
        for (hook, error) in hooks.iter().zip(&mut errors) {
            let delivery = async {
                match hook {
                    Hook::Command(command) => run(command, &message).await,
                    Hook::Webhook(url) => match &client {
                        Ok(client) => post(client, url, &message).await,
                        Err(error) => Err(cause(error)),
                    },
                }
            };
            let delivered = timeout(PATIENCE, delivery).await;
            let reason = match delivered {
                Ok(Ok(())) => continue,
                Ok(Err(reason)) => reason,
                Err(_) => format!("no end after {PATIENCE:?}"),
            };
            let messages = error.as_ref().map_or(0, |error| error.messages) + 1;
            *error = Some(HookError {
                hook: hook.name(),
                messages,
                reason,
            });
        }
    }
    errors.into_iter().flatten().collect()
}

async fn run(command: &str, message: &Value) -> Result<(), String> {
    let kind = message["kind"].as_str().unwrap_or_default();
    let mut child = Command::new("sh")
        .args(["-c", command])
        .env("WAVECREW_EVENT", kind)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("failed to start `sh`: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        // A command that does not read has what it wants.
        let _ = input.write_all(format!("{message}\n").as_bytes()).await;
    }
    let status = child.wait().await.map_err(|error| error.to_string())?;
    match status.success() {
        true => Ok(()),
        false => Err(status.to_string()),
    }
}

async fn post(client: &reqwest::Client, url: &str, message: &Value) -> Result<(), String> {
    let answer = client
        .post(url)
        .header("content-type", "application/json")
        .body(message.to_string())
        .send()
        .await
        .map_err(|error| cause(&error.without_url()))?;
    let status = answer.status();
    match status.is_success() {
        true => Ok(()),
        false => Err(format!("it answered {status}")),
    }
}

fn failed(hook: &'static str, reason: String) -> HookError {
    HookError {
        hook,
        messages: 1,
        reason,
    }
}

/// An error with its causes, in one line.
fn cause(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

impl Hook {
    fn name(&self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Webhook(_) => "webhook",
        }
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl fmt::Display for HookError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            hook,
            messages,
            reason,
        } = self;
        let messages = match messages {
            1 => "1 message was".to_owned(),
            more => format!("{more} messages were"),
        };
        write!(out, "{hook}: {messages} not taken: {reason}")
    }
}
