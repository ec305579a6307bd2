//! Keys that are known, and agent programs: no program is given a key that it does not need, and none gets past what it says.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use wavecrew_providers::{CommandConfig, REDACTED};

use crate::plain_file::read_at_most;

use super::back_end::{Vars, names, set};
use super::settings::{BackEndSettings, ProviderSettings};

/// Kinds of providers that have keys.
const VENDORS: [&str; 4] = ["openai", "anthropic", "ollama", "generate"];
/// The most of a key file that is looked at, in bytes.
const LONGEST: u64 = 64 << 10;
/// A shorter key is left alone in files, in bytes: it may well be a word of them.
const SHORTEST: usize = 12;

/// The variables in which vendors' interfaces and agent programs look for keys.
fn variables() -> BTreeSet<&'static str> {
    let vendors = VENDORS.iter().filter_map(|kind| names(kind));
    let vendors = vendors.flat_map(|names| names.keys);
    let programs = CommandConfig::presets().filter_map(CommandConfig::preset);
    let programs = programs.flat_map(|program| program.keys());
    vendors.chain(programs).copied().collect()
}

/// The program without the keys that it does not need, and with all keys that are known taken out of what it says.
pub(super) fn kept_from(
    config: CommandConfig,
    own: &BackEndSettings,
    settings: &ProviderSettings,
    vars: Vars<'_>,
) -> CommandConfig {
    let mut config = config;
    for variable in variables() {
        let is_needed = config.keys().contains(&variable);
        if !is_needed && !own.pass_env.iter().any(|name| name == variable) {
            config = config.without_variable(variable);
        }
    }
    let known = KnownKeys::of(settings, vars);
    known
        .0
        .iter()
        .fold(config, |config, key| config.secret(key))
}

/// The keys of the run, longest first: those in variables of vendors and agent programs, those that a file hands to programs,
/// and those in key files.
#[derive(Clone, Default)]
pub struct KnownKeys(Arc<[String]>);

impl fmt::Debug for KnownKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KnownKeys({} keys)", self.0.len())
    }
}

impl KnownKeys {
    pub(super) fn of(settings: &ProviderSettings, vars: Vars<'_>) -> Self {
        let own = || settings.back_ends.values();
        let passed = own().flat_map(|own| &own.pass_env).map(String::as_str);
        let of_variables = variables().into_iter().chain(passed);
        let of_variables = of_variables.filter_map(|variable| set(&vars, variable));
        let files = own().filter_map(|own| own.api_key_file.as_deref());
        let keys = of_variables.chain(files.filter_map(in_file));
        let keys: BTreeSet<String> = keys.map(|key| key.trim().to_owned()).collect();
        let mut keys: Vec<String> = keys.into_iter().collect();
        // One that holds another one is looked for first.
        keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
        Self(keys.into())
    }

    /// The new content of a file with the keys that stood in it before and were taken out of the answer: a file of one's own
    /// is not to lose them, nor to have the mark in their place. Each comes back where the same words go before it on its line; the
    /// only one of a file wherever it was taken out. `None` if nothing is to be put back.
    ///
    /// # Errors
    ///
    /// A key was taken out, and it is not known which one.
    pub(crate) fn put_back(
        &self,
        previous: &str,
        content: &str,
    ) -> Result<Option<String>, WhichKey> {
        let keys = self.0.iter().map(String::as_str);
        let held: Vec<&str> = keys
            .filter(|key| key.len() >= SHORTEST && previous.contains(key))
            .collect();
        if held.is_empty() || !content.contains(REDACTED) {
            return Ok(None);
        }
        // What only looks so stood there as well.
        let tokens: Vec<&str> = held.iter().copied().chain([REDACTED]).collect();
        let mut before: HashMap<&str, Option<&str>> = HashMap::new();
        for (context, token) in places(previous, &tokens).map(|place| (place.context, place.token))
        {
            let known = before.entry(context).or_insert(Some(token));
            *known = known.filter(|known| *known == token);
        }
        let marks: Vec<Place<'_>> = places(content, &[REDACTED]).collect();
        let known = |place: &Place<'_>| before.get(place.context).copied().flatten();
        let mut found: Vec<Option<&str>> = marks.iter().map(known).collect();
        if found.contains(&None) {
            let is_missing = |key: &&str| !found.contains(&Some(*key));
            match held.as_slice() {
                // A file that never had the mark has no use for it.
                [only] if !previous.contains(REDACTED) => {
                    let open = found.iter_mut().filter(|found| found.is_none());
                    open.for_each(|found| *found = Some(*only));
                }
                _ if !previous.contains(REDACTED) || held.iter().any(is_missing) => {
                    return Err(WhichKey);
                }
                // It stands there as a word of its own.
                _ => {}
            }
        }
        let (mut whole, mut end) = (String::with_capacity(content.len()), 0);
        for (place, found) in marks.iter().zip(found) {
            whole.push_str(&content[end..place.at]);
            whole.push_str(found.unwrap_or(REDACTED));
            end = place.at + REDACTED.len();
        }
        whole.push_str(&content[end..]);
        Ok((whole != content).then_some(whole))
    }
}

/// A key was taken out of a file, and it is not known which one of those that stood in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WhichKey;

/// One of some words in a text.
struct Place<'t> {
    at: usize,
    token: &'t str,
    /// What goes before it on its line, after the one before.
    context: &'t str,
}

/// Where these words are in a text, in order; none begins within another one.
fn places<'t>(text: &'t str, tokens: &[&str]) -> impl Iterator<Item = Place<'t>> + use<'t> {
    let all = tokens.iter().flat_map(|token| text.match_indices(token));
    let mut all: Vec<(usize, &str)> = all.collect();
    all.sort_by_key(|(at, token)| (*at, std::cmp::Reverse(token.len())));
    let mut end = 0;
    all.into_iter().filter_map(move |(at, token)| {
        let between = text.get(end..at)?;
        let line = between.rfind('\n').map_or(0, |line_end| line_end + 1);
        end = at + token.len();
        Some(Place {
            at,
            token,
            context: between[line..].trim_start(),
        })
    })
}

/// What a key file holds. One that cannot be read is told where it is needed.
fn in_file(path: &Path) -> Option<String> {
    read_at_most(path, LONGEST).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_taken_out_of_a_file_comes_back_where_it_stood() {
        let keys = [
            "first-0123456789",
            "second-0123456789",
            "first-0123456789-and-more",
        ];
        let known = KnownKeys(keys.map(str::to_owned).into());
        let put_back = |previous: &str, content: &str| known.put_back(previous, content);
        let is = |text: &str| Ok(Some(text.to_owned()));
        let env = "A=first-0123456789\nB=second-0123456789\n";
        assert_eq!(
            put_back(env, "# keys\nB=[redacted]\nPORT=1\n  A=[redacted]\n"),
            is("# keys\nB=second-0123456789\nPORT=1\n  A=first-0123456789\n"),
        );
        let one = "{\n  \"key\": \"first-0123456789\"\n}\n";
        assert_eq!(
            put_back(
                one,
                "{ \"api\": { \"key\":\"[redacted]\" }, \"port\": 1 }\n"
            ),
            is("{ \"api\": { \"key\":\"first-0123456789\" }, \"port\": 1 }\n"),
        );
        // Where the mark never stood it is a key wherever it comes: the only one that there is, or nobody knows which.
        assert_eq!(
            put_back(
                "A=first-0123456789\nB=first-0123456789\n",
                "A=[redacted]\nC=[redacted]\n"
            ),
            is("A=first-0123456789\nC=first-0123456789\n"),
        );
        assert_eq!(
            put_back(env, "A=[redacted]\nB=[redacted]\nC=[redacted]\n"),
            Err(WhichKey)
        );
        // One word more is another one's own.
        let masked = "{\n  \"key\": \"first-0123456789\",\n  \"mask\": \"[redacted]\"\n}\n";
        assert_eq!(
            put_back(
                masked,
                "{\n  \"key\": \"[redacted]\",\n  \"mask\": \"[redacted]\",\n  \"other\": \"[redacted]\"\n}\n"
            ),
            is(
                "{\n  \"key\": \"first-0123456789\",\n  \"mask\": \"[redacted]\",\n  \"other\": \"[redacted]\"\n}\n"
            ),
        );
        let both = "k = first-0123456789, second-0123456789 # [redacted]\n";
        assert_eq!(
            put_back(both, "k = [redacted], [redacted] # [redacted]\n"),
            is(both),
        );
        // One that is taken away on purpose stays away, and what never held a key is left alone.
        assert_eq!(put_back(env, "B=[redacted]\n"), is("B=second-0123456789\n"));
        assert_eq!(put_back(env, "PORT=1\n"), Ok(None));
        assert_eq!(put_back("A=\n", "A=[redacted]\n"), Ok(None));
        assert_eq!(put_back(env, "keys: [redacted]\n"), Err(WhichKey));
        let long = "A=first-0123456789-and-more\n";
        assert_eq!(
            put_back(long, "A=[redacted]\n# x\n"),
            is("A=first-0123456789-and-more\n# x\n")
        );
    }
}
