//! What to do about failures, by name or from a file.

use std::path::{Path, PathBuf};

use wavecrew_dag::Money;
use wavecrew_exec::{Bound, Policy, Target};

use crate::crew::{DECLINED, SplitBy};
use crate::plain_file::{read_anything, read_at_most};
use crate::provider_chain::ProviderSettings;

/// The policies that have a name.
pub const PRESETS: [&str; 2] = ["mitigation", "three-tries"];

/// The most that is read of a file, in bytes.
const LONGEST: u64 = 1 << 20;

/// Labels that failures of a run have.
const LABELS: [&str; 3] = [Policy::GUIDE, Policy::TESTS, DECLINED];

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Neither a name nor a file.
    #[error("there is no policy `{name}` and no such file; policies by name are {}", PRESETS.join(" and "))]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The file cannot be read.
    #[error("failed to read the policy `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file says something that is no policy.
    #[error("{}{}: {what}; {mend}", .path.display(), shown(*.place))]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Line and column, from 1, where they are known.
        place: Option<(usize, usize)>,
        /// What is wrong.
        what: String,
        /// What to do about it.
        mend: String,
    },
}

fn shown(place: Option<(usize, usize)>) -> String {
    place.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"))
}

/// What a policy is made for.
#[derive(Clone, Copy, Debug)]
pub struct PolicyOptions<'a> {
    /// Providers by name, first choice first: `mitigation` switches to the second where there is one.
    pub providers: &'a [String],
    /// How they are asked.
    pub settings: &'a ProviderSettings,
    /// Whether somebody named it, rather than a file that was found in the root. Only such a one may run a program that
    /// the run does not ask anyway.
    pub named: bool,
}

/// The policy of this name, or else in this file: JSON, as `docs/policies.md` describes it.
///
///
/// # Errors
///
/// [`PolicyError`] if there is no such policy, or the file has an error, with its place and its mend.
pub fn read_policy(name: &str, options: PolicyOptions<'_>) -> Result<Policy, PolicyError> {
    match name {
        "mitigation" => Ok(mitigation(options.providers.get(1))),
        "three-tries" => Ok(Policy::three_tries()),
        file => from_file(Path::new(file), options),
    }
}

/// The preset, without what it cannot do here, and without a ceiling of its own: what a run may cost is the budget's to say,
/// which another session may have more of.
fn mitigation(other: Option<&String>) -> Policy {
    let name = other.map_or("", String::as_str);
    let mut policy = Policy::mitigation_authority(name, Money::ZERO);
    if other.is_none() {
        let rules = policy.rules.iter_mut();
        for measure in rules.flat_map(|rule| &mut rule.measures) {
            measure.switch = None;
        }
    }
    let is_cost = |bound: &Bound| matches!(bound, Bound::Cost { .. });
    policy
        .thresholds
        .retain(|threshold| !is_cost(&threshold.bound));
    policy
}

fn from_file(path: &Path, options: PolicyOptions<'_>) -> Result<Policy, PolicyError> {
    let read = match options.named {
        true => read_anything(path, LONGEST),
        // What a file that was only found names may be a link to something that has no end, or never begins.
        false => read_at_most(path, LONGEST),
    };
    let text = match read {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(PolicyError::Unknown {
                name: path.display().to_string(),
            });
        }
        read => read.map_err(|source| PolicyError::Read {
            path: path.to_owned(),
            source,
        })?,
    };
    let file = File { path, text: &text };
    let policy: Policy = serde_json::from_str(&text).map_err(|error| {
        let said = error.to_string();
        let what = said
            .rsplit_once(" at line ")
            .map_or(&*said, |(what, _)| what);
        file.wrong(
            Some((error.line(), error.column())),
            what,
            "docs/policies.md has the form with an example",
        )
    })?;
    file.check(&policy, options)?;
    Ok(policy)
}

/// A file with its text, to find places in.
struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    /// Holds against the run what can be read but would never do anything.
    fn check(&self, policy: &Policy, options: PolicyOptions<'_>) -> Result<(), PolicyError> {
        let settings = options.settings;
        for name in policy.switches() {
            if !options.named && settings.is_command(&name) && !options.providers.contains(&name) {
                let what = format!(
                    "`{name}` would be run by a policy that a file in the root names, which was named by nobody"
                );
                let mend = "`--policy` names it, or `--provider` the program";
                return Err(self.wrong(self.place_of("switch", name.as_str()), &what, mend));
            }
            if settings.check_name(&name).is_err() {
                let mend = "name a provider as `--provider` does, or one of the configuration file";
                let what = format!("the policy switches to `{name}`, which is no provider");
                return Err(self.wrong(self.place_of("switch", name.as_str()), &what, mend));
            }
        }
        if let Some(word) = policy.split_by.as_deref()
            && let Err(what) = word.parse::<SplitBy>()
        {
            let mend = format!(
                "`split_by` is {}",
                SplitBy::WORDS.map(|word| format!("`{word}`")).join(" or ")
            );
            return Err(self.wrong(self.place_of("split_by", word), &what, &mend));
        }
        let of_rules = policy
            .rules
            .iter()
            .filter_map(|rule| rule.on.label.as_ref());
        let of_bounds = policy.thresholds.iter().filter_map(|one| match &one.bound {
            Bound::Share { of, .. } => of.label.as_ref(),
            _ => None,
        });
        for label in of_rules.chain(of_bounds) {
            if !LABELS.contains(&label.as_str()) {
                let what = format!("no failure of a run has the label `{label}`");
                let mend = format!(
                    "there are {}",
                    LABELS.map(|one| format!("`{one}`")).join(", ")
                );
                return Err(self.wrong(self.place_of("label", label.as_str()), &what, &mend));
            }
        }
        let mut shares = policy.thresholds.iter().filter_map(|one| match one.bound {
            Bound::Share { above, .. } if above >= 100 => Some(above),
            _ => None,
        });
        if let Some(share) = shares.next() {
            let what = format!("no share is ever above {share} per cent");
            let mend = "a bound that can be passed is below 100";
            return Err(self.wrong(self.place_of("above", share), &what, mend));
        }
        let mut parts = policy.targets.iter().filter_map(|one| match one {
            Target::FirstAttempt { at_least } | Target::Succeeded { at_least } => {
                Some(*at_least).filter(|share| *share > 100)
            }
            _ => None,
        });
        if let Some(share) = parts.next() {
            let what = format!("{share} per cent is more than can ever be");
            let mend = "a target that can be met is 100 at the most";
            return Err(self.wrong(self.place_of("at_least", share), &what, mend));
        }
        Ok(())
    }

    fn wrong(&self, place: Option<(usize, usize)>, what: &str, mend: &str) -> PolicyError {
        PolicyError::Wrong {
            path: self.path.to_owned(),
            place,
            what: what.to_owned(),
            mend: mend.to_owned(),
        }
    }

    /// Where the first entry of this name with this value stands, as far as both are written plainly: the line and the
    /// column of the value.
    fn place_of(&self, name: &str, value: impl Into<serde_json::Value>) -> Option<(usize, usize)> {
        let (name, value) = (format!("\"{name}\""), value.into().to_string());
        let found = self.text.match_indices(&name).find_map(|(at, _)| {
            let after = self.text[at + name.len()..].trim_start();
            let after = after.strip_prefix(':')?.trim_start();
            let rest = after.strip_prefix(&value)?;
            let is_whole = !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.');
            is_whole.then(|| self.text.len() - after.len())
        });
        let before = &self.text[..found?];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        Some((line, before[start..].chars().count() + 1))
    }
}
