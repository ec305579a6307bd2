//! How much a test command's success says.

mod command;
mod condition;
mod lower;
mod play;
mod programs;
mod snippet;
mod unmasked;

use std::fmt;

use serde::{Deserialize, Serialize};

use play::{Class, Play};

pub use unmasked::unmasked;

/// What the success of a command says about the work.
///
/// The order of the variants is by weakness: of several reasons, the one nearest to
/// [`Real`](Strength::Real) is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "strength")]
pub enum Strength {
    /// The command can fail because of the work, and passes only if what it checks is so.
    Real,
    /// The status is that of a filter at the end of a pipeline, which accepts any input.
    Masked {
        /// Which filter, and what would mend it.
        why: String,
    },
    /// The command can fail, but not because of what was delivered; or it could not be read.
    Indirect {
        /// What the status is about.
        why: String,
    },
    /// The command holds whatever the worker did.
    Vacuous {
        /// Why it holds.
        why: String,
    },
    /// The command prepares tests (`cd`, `mkdir`, `export`) and is none itself.
    Setup {
        /// What it does.
        why: String,
    },
    /// The status is always 0.
    NeverFails {
        /// What swallows the failure.
        why: String,
    },
}

impl Strength {
    /// Whether success says something about the work.
    pub fn is_real(&self) -> bool {
        *self == Strength::Real
    }

    /// Whether the command is a preparation, and no test at all.
    pub fn is_setup(&self) -> bool {
        matches!(self, Strength::Setup { .. })
    }

    /// Why success says little; nothing for a real test.
    pub fn why(&self) -> Option<&str> {
        match self {
            Strength::Real => None,
            Strength::Masked { why }
            | Strength::Indirect { why }
            | Strength::Vacuous { why }
            | Strength::Setup { why }
            | Strength::NeverFails { why } => Some(why),
        }
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, why) = match self {
            Strength::Real => return f.write_str("real"),
            Strength::Masked { why } => ("masked", why),
            Strength::Indirect { why } => ("indirect", why),
            Strength::Vacuous { why } => ("vacuous", why),
            Strength::Setup { why } => ("set-up", why),
            Strength::NeverFails { why } => ("never fails", why),
        };
        write!(f, "{name}: {why}")
    }
}

/// Reads a test command and says what its success is worth.
///
/// The command is read as a shell would: lists (`&&`, `||`, `;`, lines), pipelines, groups,
/// subshells, `if`, `case`, loops, functions, here-documents, `sh -c '…'`, and the code of
/// `python -c '…'`. It counts as [`Real`](Strength::Real) if it cannot succeed unless some part
/// of it that looks at the work succeeds, whatever all other parts do. A program that the reader
/// does not know counts as looking at the work: when in doubt the command is real, and a run before
/// the work tells more (see [`tells_apart`](crate::tells_apart)).
///
/// A command that cannot be read (a quote is not closed, nesting deeper than 48) is
/// [`Indirect`](Strength::Indirect).
///
/// ```
/// use wavecrew_validate::strength;
///
/// assert!(strength("cd app && pytest tests/").is_real());
/// assert!(!strength("pytest tests/ && echo PASS || echo FAIL").is_real());
/// assert!(strength("cd app").is_setup());
/// ```
///
/// # Complexity
///
/// Linear in the length of the command; a function of the shell is read anew for each call, up to
/// 100,000 commands in all.
pub fn strength(command: &str) -> Strength {
    match lower::lower(command) {
        Ok(play) => judge(&play),
        Err(message) => Strength::Indirect {
            why: format!("the command could not be read: {message}"),
        },
    }
}

fn judge(play: &Play) -> Strength {
    // The last line of a script that is run line by line.
    if play.only_ends() {
        let why = "`exit` ends the script, it tests nothing".into();
        return Strength::Setup { why };
    }
    let classes = [
        Class::Real,
        Class::Masked,
        Class::Indirect,
        Class::Vacuous,
        Class::Setup,
    ];
    let Some(class) = classes.into_iter().find(|class| play.can_fail(*class)) else {
        let why = play.swallowed();
        return Strength::NeverFails { why };
    };
    // A test whose status is lost to a preparation is no preparation.
    let lost = classes
        .into_iter()
        .take(4)
        .find_map(|stronger| play.why(stronger));
    if class == Class::Setup && lost.is_some() {
        let why = "the status is that of a part that prepares, not of the one that tests".into();
        return Strength::NeverFails { why };
    }
    let why = play.why(class).unwrap_or_default();
    match class {
        Class::Real => Strength::Real,
        Class::Masked => Strength::Masked { why },
        Class::Indirect => Strength::Indirect { why },
        Class::Vacuous => Strength::Vacuous { why },
        Class::Setup => Strength::Setup { why },
    }
}
