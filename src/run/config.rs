//! The configuration file: whom to ask and how, for all runs in a folder.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use wavecrew_providers::Cost;

use super::config_names::{StatedName, stated_names};
use super::options::RunOptions;
use super::policy_file::PRESETS;
use crate::provider_chain::{
    BackEndSettings, Choice, ConfigFile, PerProvider, Route, TokenPrice, dollars, is_command_name,
    is_program_by_path,
};

/// The name by which it is found in the folder to work in.
pub const CONFIG_FILE: &str = "wavecrew.toml";

/// The longest file that is read.
const LONGEST: u64 = 1 << 20;

/// A configuration file.
#[derive(Clone, Debug)]
pub struct Config {
    path: PathBuf,
    named: bool,
    stated: Stated,
    /// Names of providers, each with the lines where it stands.
    lines: Vec<(String, usize)>,
}

/// A configuration file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.place())]
#[non_exhaustive]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1; `None` if it is about the file as a whole.
    pub line: Option<usize>,
    /// What is wrong, and how to mend it.
    pub message: String,
}

impl ConfigError {
    fn place(&self) -> String {
        let path = self.path.display();
        match self.line {
            Some(line) => format!("{path}:{line}: {}", self.message),
            None => format!("{path}: {}", self.message),
        }
    }
}

/// What the file says. `docs/providers.md` explains every key.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Stated {
    provider: Option<OneOrMore<FromText<Choice>>>,
    model: Option<String>,
    policy: Option<String>,
    budget: Option<Dollars>,
    budget_tokens: Option<u64>,
    budget_calls: Option<u64>,
    allow_unknown_prices: Option<bool>,
    requests_per_minute: Option<NonZeroU64>,
    tokens_per_minute: Option<NonZeroU64>,
    max_output_tokens: Option<NonZeroU64>,
    prices: BTreeMap<String, FromText<TokenPrice>>,
    providers: BTreeMap<String, StatedProvider>,
    routes: Vec<Route>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct StatedProvider {
    kind: Option<String>,
    address: Option<String>,
    model: Option<String>,
    api_key_file: Option<PathBuf>,
    #[serde(default)]
    pass_env: Vec<String>,
    calls_at_once: Option<NonZeroUsize>,
    requests_per_minute: Option<NonZeroU64>,
    tokens_per_minute: Option<NonZeroU64>,
    max_output_tokens: Option<NonZeroU64>,
}

impl Config {
    /// Reads the named file, or else the one in the folder, if there is one.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or says something that is not known.
    pub fn find(named: Option<&Path>, folder: &Path) -> Result<Option<Self>, ConfigError> {
        let path = match named {
            Some(path) => path.to_owned(),
            None => folder.join(CONFIG_FILE),
        };
        let failed = |message: String| ConfigError {
            path: path.clone(),
            line: None,
            message,
        };
        let about = std::fs::metadata(&path);
        if named.is_none() && about.as_ref().is_err_and(is_absent) {
            return Ok(None);
        }
        let about = about.map_err(|error| failed(format!("failed to read it: {error}")))?;
        // What was only found may be a link to something that has no end, or never begins.
        if named.is_none() && !about.is_file() {
            return Err(failed("it is no file".to_owned()));
        }
        let mut text = String::new();
        let read = File::open(&path);
        let read = read.and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text));
        let length = read.map_err(|error| failed(format!("failed to read it: {error}")))?;
        if length as u64 > LONGEST {
            return Err(failed("it is too long for a configuration file".to_owned()));
        }
        Self::parse(&text, &path, named.is_some()).map(Some)
    }

    /// Reads the text of a file. `named`: whether somebody named it, rather than that it was found.
    ///
    /// # Errors
    ///
    /// What is no TOML, or is not known, with its line; a program to run, in a file that was only found.
    pub fn parse(text: &str, path: &Path, named: bool) -> Result<Self, ConfigError> {
        let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
        let wrong = |at: Option<usize>, message: String| ConfigError {
            path: path.to_owned(),
            line: at.map(line),
            message,
        };
        let stated: Stated = toml::from_str(text).map_err(|error| {
            let message = error.message().replace("unknown field", "unknown key");
            wrong(error.span().map(|span| span.start), message)
        })?;
        let names = stated_names(text);
        let is_program = |name: &&StatedName| match name.is_asked {
            true => is_command_name(name.name()),
            // Whoever merely describes a program says with its path which one is meant.
            false => is_program_by_path(&name.text),
        };
        let program = names.iter().find(is_program);
        if let Some(program) = program.filter(|_| !named) {
            // It may have come with somebody else's project, and must not start what lies beside it.
            let message = format!(
                "`{}` would be run by a file that was found in the root and named by nobody; `--config {}` names it, and \
                 `--provider` the program",
                if program.is_asked {
                    program.name()
                } else {
                    &program.text
                },
                path.display(),
            );
            return Err(wrong(Some(program.span.start), message));
        }
        let mut described = stated.providers.iter();
        let passing = described.find(|(_, provider)| !provider.pass_env.is_empty());
        if let Some((provider, _)) = passing.filter(|_| !named) {
            let message = format!(
                "`{provider}` would be handed keys by a file that was found in the root and named by nobody; `--config {}` \
                 names it",
                path.display(),
            );
            return Err(wrong(None, message));
        }
        let lines = names.iter();
        Ok(Self {
            path: path.to_owned(),
            named,
            stated,
            lines: lines
                .map(|name| (name.name().to_owned(), line(name.span.start)))
                .collect(),
        })
    }

    /// Where it was read.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether somebody named it, rather than that it was found in the root: such a one may have come with somebody else's
    /// project.
    pub fn is_named(&self) -> bool {
        self.named
    }

    /// The policy that it names: one that every run knows, or else a file beside it.
    pub fn policy(&self) -> Option<String> {
        let name = self.stated.policy.as_deref()?;
        if PRESETS.contains(&name) {
            return Some(name.to_owned());
        }
        let path = self.path.parent().unwrap_or(Path::new("")).join(name);
        Some(path.to_string_lossy().into_owned())
    }

    /// Puts what it says over the options, save for the policy, which has to be read.
    ///
    /// # Errors
    ///
    /// A provider that is not known or makes no sense there, with its line.
    pub fn apply(&self, options: &mut RunOptions) -> Result<(), ConfigError> {
        self.put_over(options);
        let settings = &options.provider_settings;
        settings.check(&options.providers).map_err(|error| {
            let mut lines = self.lines.iter();
            let line = lines.find(|(name, _)| *name == error.provider);
            ConfigError {
                path: self.path.clone(),
                line: line.map(|(_, line)| *line),
                message: error.message,
            }
        })
    }

    fn put_over(&self, options: &mut RunOptions) {
        let stated = &self.stated;
        let settings = &mut options.provider_settings;
        if let Some(choices) = &stated.provider {
            let choices: Vec<Choice> = choices.0.iter().map(|choice| choice.0.clone()).collect();
            settings.choose(&choices);
            options.providers = choices.into_iter().map(|choice| choice.name).collect();
        }
        if stated.model.is_some() {
            options.model.clone_from(&stated.model);
        }
        let budget = &mut settings.budget;
        budget.cost = stated.budget.map(|sum| sum.0).or(budget.cost);
        budget.tokens = stated.budget_tokens.or(budget.tokens);
        budget.calls = stated.budget_calls.or(budget.calls);
        settings.allow_unknown_prices =
            (stated.allow_unknown_prices).unwrap_or(settings.allow_unknown_prices);
        let prices = stated.prices.iter();
        let known = match self.named {
            true => &mut settings.prices,
            // One that was found makes no model cheaper that is known to be dearer.
            false => &mut settings.found_prices,
        };
        known.extend(prices.map(|(model, price)| (model.clone(), price.0)));
        let each = |each| PerProvider {
            each,
            ..PerProvider::default()
        };
        let mut requests = each(stated.requests_per_minute);
        let mut tokens = each(stated.tokens_per_minute);
        let mut output = each(stated.max_output_tokens);
        for (name, provider) in &stated.providers {
            let named = |limit: Option<NonZeroU64>| limit.map(|limit| (name.clone(), limit));
            requests.named.extend(named(provider.requests_per_minute));
            tokens.named.extend(named(provider.tokens_per_minute));
            output.named.extend(named(provider.max_output_tokens));
            let own = settings.back_ends.entry(name.clone()).or_default();
            provider.apply(own, &self.path, self.named);
        }
        let routes = stated.routes.iter().flat_map(|route| &route.to);
        let choices = stated.provider.iter().flat_map(|choices| &choices.0);
        let asked = choices.map(|choice| &choice.0).chain(routes);
        let asked = asked.map(|choice| choice.name.as_str());
        let described = stated.providers.keys().map(String::as_str);
        if self.named {
            // What a file names is beside it, wherever the program is started. One that was found names no program.
            let folder = self.path.parent().unwrap_or(Path::new(""));
            settings.place_programs(asked.chain(described), folder);
        }
        settings.requests_per_minute.replace_by(&requests);
        settings.tokens_per_minute.replace_by(&tokens);
        settings.max_output_tokens.replace_by(&output);
        if !stated.routes.is_empty() {
            settings.routes.clone_from(&stated.routes);
        }
        settings.file = Some(ConfigFile {
            path: self.path.clone(),
            named: self.named,
        });
    }
}

impl StatedProvider {
    fn apply(&self, own: &mut BackEndSettings, file: &Path, named: bool) {
        // What somebody named takes the place of what was found, as far as it says where to go.
        let takes_all = (self.kind.is_some() || own.kind.is_none())
            && (self.address.is_some() || own.address.is_none());
        match named {
            false => own.found = Some(file.to_owned()),
            true if takes_all => own.found = None,
            true => {}
        }
        own.kind = self.kind.clone().or(own.kind.take());
        own.address = self.address.clone().or(own.address.take());
        own.model = self.model.clone().or(own.model.take());
        own.pass_env.extend(self.pass_env.iter().cloned());
        own.calls_at_once = self.calls_at_once.or(own.calls_at_once);
        if let Some(key) = &self.api_key_file {
            // What a file names is beside it, wherever the program is started.
            let folder = file.parent().unwrap_or(Path::new(""));
            let path = folder.join(key);
            own.api_key_file = Some(std::path::absolute(&path).unwrap_or(path));
            own.key_found = (!named).then(|| file.to_owned());
        }
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// Something that a text says, in the form of a flag.
#[derive(Clone, Debug)]
struct FromText<T>(T);

impl<'de, T: std::str::FromStr<Err = String>> Deserialize<'de> for FromText<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map(Self).map_err(de::Error::custom)
    }
}

/// A list, or its only entry.
#[derive(Clone, Debug)]
struct OneOrMore<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Of<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Of<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<T>, E> {
                let text = de::value::StrDeserializer::new(text);
                T::deserialize(text).map(|one| vec![one])
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = list.next_element()? {
                    all.push(one);
                }
                Ok(all)
            }
        }

        from.deserialize_any(Of(std::marker::PhantomData)).map(Self)
    }
}

/// A sum in US dollars: a number, or a text.
#[derive(Clone, Copy, Debug)]
struct Dollars(Cost);

impl<'de> Deserialize<'de> for Dollars {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Sum;

        impl Visitor<'_> for Sum {
            type Value = Cost;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sum in US dollars")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Cost, E> {
                dollars(text).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Cost, E> {
                self.visit_str(&number.to_string())
            }

            // The shortest text that means this number is the one that was written.
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Cost, E> {
                self.visit_str(&number.to_string())
            }
        }

        from.deserialize_any(Sum).map(Self)
    }
}
