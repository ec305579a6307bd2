//! Names of providers, as flags and files write them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What starts the name of an agent program.
pub(super) const COMMAND: &str = "command:";

/// The names that every run knows. `command:` stands for the many that start so.
pub const PROVIDER_NAMES: [&str; 6] = [
    "openai",
    "anthropic",
    "ollama",
    "generate",
    COMMAND,
    "heuristic",
];

/// Whether a provider may be called this without a configuration file that says who it is.
pub fn is_provider_name(name: &str) -> bool {
    match name.strip_prefix(COMMAND) {
        Some(program) => !program.trim().is_empty(),
        None => PROVIDER_NAMES.contains(&name),
    }
}

/// Whether this is a program that is run.
pub(crate) fn is_command_name(name: &str) -> bool {
    name.trim_start().starts_with(COMMAND)
}

/// Whether this is a program that is named by its path, rather than looked up in `PATH`.
pub(crate) fn is_program_by_path(name: &str) -> bool {
    is_command_name(name) && name.contains(std::path::is_separator)
}

/// A provider to ask, and perhaps for which part of the requests: `openai` or `openai=90`.
///
/// ```
/// use wavecrew::Choice;
///
/// let choice: Choice = "openai=90".parse()?;
/// assert_eq!((choice.name.as_str(), choice.weight), ("openai", Some(90)));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Its part beside the weights of the others.
    pub weight: Option<u32>,
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, weight) = match text.split_once('=') {
            None => (text, None),
            Some((name, weight)) => {
                let weight = weight.trim().parse().map_err(|_| {
                    format!("`{weight}` is no weight; a whole number is meant, as in `{name}=90`")
                })?;
                (name, Some(weight))
            }
        };
        let name = name.trim();
        if name.is_empty() || name == COMMAND {
            return Err("no provider is named".to_owned());
        }
        Ok(Self {
            name: name.to_owned(),
            weight,
        })
    }
}

impl TryFrom<String> for Choice {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Choice> for String {
    fn from(choice: Choice) -> Self {
        choice.to_string()
    }
}

/// As in `openai=90`, which is read back.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.weight {
            Some(weight) => write!(f, "{}={weight}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Choice;

    #[test]
    fn a_choice_is_a_name_and_perhaps_a_weight() {
        let read = |text: &str| text.parse::<Choice>().map(|read| (read.name, read.weight));
        assert_eq!(read("ollama"), Ok(("ollama".to_owned(), None)));
        assert_eq!(read(" ollama = 10 "), Ok(("ollama".to_owned(), Some(10))));
        assert_eq!(read("command:x=0"), Ok(("command:x".to_owned(), Some(0))));
        for wrong in ["", "=1", "a=", "a=-1", "a=1.5", "a=b", "command:"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
