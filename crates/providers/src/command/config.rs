//! Settings of [`Command`](super::Command).

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::output::Output;
use super::presets::PRESETS;
use super::template::Argument;
use crate::ErrorKind;

/// Settings of [`Command`](crate::Command). The values of variables are never shown.
///
/// ```
/// use std::time::Duration;
/// use wavecrew_providers::{Command, CommandConfig, CommandOutput};
///
/// let agent = CommandConfig::preset("claude").unwrap().deadline(Duration::from_secs(300));
/// let own = CommandConfig::new("my-agent").arg("--quiet").args_if_known(["--model", "{model}"]).model("small");
/// let own = Command::new(own.output(CommandOutput::Text))?;
/// # Ok::<(), wavecrew_providers::ProviderError>(())
/// ```
#[derive(Clone)]
pub struct CommandConfig {
    pub(super) name: String,
    pub(super) program: String,
    pub(super) launcher: Vec<String>,
    pub(super) arguments: Vec<Argument>,
    pub(super) stdin: bool,
    pub(super) output: Output,
    pub(super) exit_codes: Vec<(i32, ErrorKind)>,
    pub(super) directory: Option<PathBuf>,
    pub(super) private_directory: bool,
    pub(super) may_be_silent: bool,
    pub(super) variables: Vec<(String, SecretString)>,
    pub(super) clear_variables: bool,
    pub(super) without: Vec<String>,
    pub(super) secrets: Vec<SecretString>,
    pub(super) keys: &'static [&'static str],
    pub(super) model: Option<String>,
    pub(super) deadline: Duration,
    pub(super) max_output_bytes: usize,
}

impl CommandConfig {
    /// This program, without arguments: the prompt by its standard input, the text from its standard output, within 20
    /// minutes and 16 MiB.
    pub fn new(program: impl Into<String>) -> Self {
        let program = program.into();
        Self {
            name: program.rsplit('/').next().unwrap_or_default().to_owned(),
            program,
            launcher: Vec::new(),
            arguments: Vec::new(),
            stdin: true,
            output: Output::Text,
            exit_codes: Vec::new(),
            directory: None,
            private_directory: false,
            may_be_silent: false,
            variables: Vec::new(),
            clear_variables: false,
            without: Vec::new(),
            secrets: Vec::new(),
            keys: &[],
            model: None,
            deadline: Duration::from_secs(1_200),
            max_output_bytes: 16 << 20,
        }
    }

    /// A well-known agent program, asked without a terminal; `None` when the name is none of [`CommandConfig::presets`].
    ///
    /// The program keeps its own settings: what it may do to files and which tools it may use is not changed here.
    pub fn preset(name: &str) -> Option<Self> {
        let preset = PRESETS.iter().find(|preset| preset.name == name)?;
        let arguments = preset.arguments.iter().map(|together| match together {
            [one] => Argument::Always((*one).to_owned()),
            texts => Argument::Together(texts.iter().map(|text| (*text).to_owned()).collect()),
        });
        Some(Self {
            arguments: arguments.collect(),
            stdin: preset.stdin,
            output: preset.output,
            exit_codes: preset.exit_codes.to_vec(),
            keys: preset.keys,
            name: preset.name.to_owned(),
            ..Self::new(preset.program)
        })
    }

    /// The names that [`CommandConfig::preset`] knows, in order.
    pub fn presets() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|preset| preset.name)
    }

    /// Calls the provider something other than its program, in errors and reports.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The program that is started.
    pub fn get_program(&self) -> &str {
        &self.program
    }

    /// Starts this program instead, a path or a name to look up in `PATH`.
    #[must_use]
    pub fn program(mut self, program: impl Into<String>) -> Self {
        self.program = program.into();
        self
    }

    /// Starts the program by another one, which is given the program and its arguments behind these words: one that
    /// confines it, for example.
    #[must_use]
    pub fn launched_by<T: Into<String>>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.launcher = words.into_iter().map(Into::into).collect();
        self
    }

    /// Adds an argument. In it `{prompt}`, `{prompt_file}` (a file that holds the prompt), `{system}` (the instructions
    /// alone), `{model}`, `{max_tokens}`, `{answer_file}` and `{directory}` stand for what they name. A place that has
    /// nothing to hold is an error when the program is to be started. An argument that uses `{prompt}` or
    /// `{prompt_file}` is how the program gets the prompt: its standard input is empty then.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(Argument::Always(argument.into()));
        self
    }

    /// Adds arguments that are left out together when one of their places has nothing to hold.
    #[must_use]
    pub fn args_if_known<T: Into<String>>(
        mut self,
        arguments: impl IntoIterator<Item = T>,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        self.arguments.push(Argument::Together(arguments));
        self
    }

    /// Reads the answer so.
    #[must_use]
    pub fn output(mut self, output: Output) -> Self {
        self.output = output;
        self
    }

    /// Takes this exit code for a failure of this kind. One that means that nothing was done yet, such as
    /// [`ErrorKind::Overloaded`], is a passing one.
    #[must_use]
    pub fn exit_code(mut self, code: i32, kind: ErrorKind) -> Self {
        self.exit_codes.insert(0, (code, kind));
        self
    }

    /// Starts the program in this directory instead of the current one.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self.private_directory = false;
        self
    }

    /// Starts the program in a new folder of its own for every request, which is removed afterwards. What it writes there
    /// is no part of the answer.
    #[must_use]
    pub fn private_directory(mut self) -> Self {
        self.directory = None;
        self.private_directory = true;
        self
    }

    /// Takes an empty text for an answer, where the program ends well: it may have written files instead. Without this it is
    /// [`ErrorKind::BadResponse`].
    #[must_use]
    pub fn may_be_silent(mut self) -> Self {
        self.may_be_silent = true;
        self
    }

    /// Sets a variable. Its value counts as a secret: it is shown nowhere, and taken out of answers and errors. Only where its
    /// name says that it is a plain setting (`CODEX_HOME`, `ANTHROPIC_MODEL`, `GIT_AUTHOR_NAME`) answers keep it.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let value = SecretString::from(value.into());
        self.variables.push((name.into(), value));
        self
    }

    /// Passes on none of this process's variables but `PATH`: only those that [`variable`](Self::variable) sets.
    /// Agent programs find their own settings and keys in the others.
    #[must_use]
    pub fn clear_variables(mut self) -> Self {
        self.clear_variables = true;
        self
    }

    /// Does not pass this variable on.
    #[must_use]
    pub fn without_variable(mut self, name: impl Into<String>) -> Self {
        self.without.push(name.into());
        self
    }

    /// Takes this text out of answers and errors, as if it were the value of a [`variable`](Self::variable).
    #[must_use]
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secrets.push(SecretString::from(secret.into()));
        self
    }

    /// The variables in which a [preset](Self::preset) looks for the keys of those whose models it asks.
    pub fn keys(&self) -> &'static [&'static str] {
        self.keys
    }

    /// Names this model where a request names none.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// Ends the program, and all that it started, after this time.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Ends the program when it has written more than this.
    #[must_use]
    pub fn max_output_bytes(mut self, bytes: usize) -> Self {
        self.max_output_bytes = bytes;
        self
    }
}

impl fmt::Debug for CommandConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variables: Vec<&str> = self
            .variables
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        f.debug_struct("CommandConfig")
            .field("name", &self.name)
            .field("program", &self.program)
            .field("arguments", &self.arguments)
            .field("directory", &self.directory)
            .field("variables", &variables)
            .field("model", &self.model)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
