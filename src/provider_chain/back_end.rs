//! A provider by its name, set up from settings and the environment.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use wavecrew_providers::{
    Anthropic, AnthropicConfig, ApiKey, CommandConfig, ErrorKind, Generate, GenerateConfig, Health,
    Ollama, OllamaConfig, OpenAi, OpenAiConfig, Probe, Provider, ProviderError, leads_elsewhere,
};
use wavecrew_sandbox::{NOT_SHIELDED, read_only_launcher};

use super::choice::COMMAND;
use super::keys;
use super::program;
use super::rules::Rules;
use super::settings::{BackEndSettings, ProviderSettings};
use super::workspace::Workspace;

/// Looks up addresses and keys by the vendors' own names.
pub(super) type Vars<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A provider that can be looked at.
pub(super) trait BackEnd: Provider + Probe {}

impl<B: Provider + Probe> BackEnd for B {}

/// Where a setting of a provider comes from. Its value may be secret, and is not here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// `address`, `key` or `model`.
    pub setting: &'static str,
    /// A variable, a file, or `default`.
    pub from: String,
    /// The model, which is no secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// As in `address from OPENAI_BASE_URL`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} {value} from {}", self.setting, self.from),
            None => write!(f, "{} from {}", self.setting, self.from),
        }
    }
}

/// The variables of a vendor, by what they set.
pub(super) struct Names {
    address: &'static str,
    pub(super) keys: &'static [&'static str],
    model: Option<&'static str>,
}

pub(super) fn names(kind: &str) -> Option<Names> {
    let (address, keys, model): (_, &[_], _) = match kind {
        "openai" => ("OPENAI_BASE_URL", &["OPENAI_API_KEY"], None),
        "anthropic" => (
            "ANTHROPIC_BASE_URL",
            &["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"],
            Some("ANTHROPIC_MODEL"),
        ),
        "ollama" => ("OLLAMA_HOST", &["OLLAMA_API_KEY"], None),
        "generate" => (
            "GENERATE_URL",
            &["GENERATE_API_KEY"],
            Some("GENERATE_MODEL"),
        ),
        _ => return None,
    };
    Some(Names {
        address,
        keys,
        model,
    })
}

/// Where the settings of a provider come from, first those that there are.
pub fn origins(
    name: &str,
    settings: &ProviderSettings,
    vars: impl Fn(&str) -> Option<String>,
) -> Vec<Origin> {
    let own = settings.back_ends.get(name);
    let file = match &settings.file {
        Some(file) => file.path.display().to_string(),
        None => "the settings of the run".to_owned(),
    };
    let mut origins = Vec::new();
    let mut tell = |setting, from: String, value: Option<&str>| {
        origins.push(Origin {
            setting,
            from,
            value: value.map(str::to_owned),
        });
    };
    let names = names(settings.kind(name));
    let variable = |name: &&str| set(&vars, name).is_some();
    if own.is_some_and(|own| own.address.is_some()) {
        tell("address", file.clone(), None);
    } else if let Some(names) = &names {
        let from = Some(names.address).filter(variable).unwrap_or("default");
        tell("address", from.to_owned(), None);
    }
    if let Some(key) = own.and_then(|own| own.api_key_file.as_ref()) {
        tell("key", key.display().to_string(), None);
    } else if let Some(key) = names
        .iter()
        .flat_map(|names| names.keys)
        .copied()
        .find(variable_of(&vars))
    {
        tell("key", key.to_owned(), None);
    }
    if let Some(model) = own.and_then(|own| own.model.as_deref()) {
        tell("model", file, Some(model));
    } else if let Some(name) = names.and_then(|names| names.model)
        && let Some(model) = set(&vars, name)
    {
        tell("model", name.to_owned(), Some(&model));
    }
    origins
}

fn variable_of(vars: &impl Fn(&str) -> Option<String>) -> impl Fn(&&'static str) -> bool {
    |name| set(vars, name).is_some()
}

pub(super) fn set(vars: &impl Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    vars(name).filter(|value| !value.trim().is_empty())
}

/// Looks whether the provider of this name can be asked, without a call that is paid for.
///
/// # Errors
///
/// What is wrong with its settings, or what a call would fail with.
pub async fn probe_provider(
    name: &str,
    settings: &ProviderSettings,
    vars: impl Fn(&str) -> Option<String> + Send + Sync,
) -> Result<Health, ProviderError> {
    let back_end = back_end(name, settings, &vars, &[])?;
    back_end.probe().await
}

/// The model that a provider is asked for where neither the run nor the plan names one.
pub(super) fn usual_model(
    name: &str,
    settings: &ProviderSettings,
    vars: Vars<'_>,
) -> Option<String> {
    let own = settings.back_ends.get(name);
    let own = own.and_then(|own| own.model.as_ref());
    settings.models.get(name).or(own).cloned().or_else(|| {
        let variable = names(settings.kind(name))?.model?;
        set(&vars, variable)
    })
}

/// The provider of this name. A program can only read what is in the folders that are `read_only`, where the machine offers
/// that.
///
/// # Errors
///
/// [`ErrorKind::Configuration`] for a name that is not known, a missing key or a bad address, a key file that is
/// no secret, and a key that would go to an address that nobody chose.
pub(super) fn back_end(
    name: &str,
    settings: &ProviderSettings,
    vars: Vars<'_>,
    read_only: &[PathBuf],
) -> Result<Box<dyn BackEnd>, ProviderError> {
    let wrong = |message: String| ProviderError::new(ErrorKind::Configuration, name, message);
    let usual = BackEndSettings::default();
    let own = settings.back_ends.get(name).unwrap_or(&usual);
    let kind = settings.kind(name);
    if let Some(program) = kind.strip_prefix(COMMAND) {
        let config = CommandConfig::preset(program);
        let config = config
            .unwrap_or_else(|| CommandConfig::new(program))
            .name(name);
        let found = program::find(config.get_program(), vars).map_err(wrong)?;
        let config = keys::kept_from(config.program(found), own, settings, vars);
        let config = match &own.model {
            Some(model) => config.model(model),
            None => config,
        };
        let launcher = match read_only.is_empty() {
            true => None,
            false => read_only_launcher(read_only),
        };
        let config = match launcher {
            // A program that is not there was told above; other codes are its own.
            Some(words) => config
                .launched_by(words)
                .exit_code(NOT_SHIELDED, ErrorKind::Configuration),
            None => config,
        };
        return Ok(Box::new(Workspace::new(config)?));
    }
    may_have_key(kind, own, settings, vars).map_err(wrong)?;
    let key = own.api_key_file.as_deref().map(ApiKey::from_file);
    let key = key
        .transpose()
        .map_err(|error| wrong(error.message().to_owned()))?;
    // Keys of the environment are not looked up where a file has one.
    let looked_up = |variable: &str| match &key {
        Some(_) if is_key(kind, variable) => None,
        _ => vars(variable),
    };
    macro_rules! set_up {
        ($config:ident, $address:ident) => {{
            let mut config = $config::from_vars(looked_up).name(name);
            if let Some(address) = &own.address {
                config = config.$address(address);
            }
            if let Some(key) = key.clone() {
                config = config.api_key(key);
            }
            if let Some(model) = &own.model {
                config = config.model(model);
            }
            config
        }};
    }
    Ok(match kind {
        "openai" => Box::new(OpenAi::new(set_up!(OpenAiConfig, base_url))?),
        "anthropic" => Box::new(Anthropic::new(set_up!(AnthropicConfig, base_url))?),
        "ollama" => Box::new(Ollama::new(set_up!(OllamaConfig, host))?),
        "generate" => {
            let mut config = match &own.address {
                None => GenerateConfig::from_vars(looked_up),
                Some(address) => GenerateConfig::from_vars(|variable| match variable {
                    "GENERATE_URL" => Some(address.clone()),
                    other => looked_up(other),
                }),
            };
            config = config.name(name);
            if let Some(key) = key {
                config = config.api_key(key);
            }
            if let Some(model) = &own.model {
                config = config.model(model);
            }
            Box::new(Generate::new(config)?)
        }
        "heuristic" => Box::new(Rules::new(name)),
        unknown => {
            return Err(ProviderError::new(
                ErrorKind::Configuration,
                unknown,
                "no such provider; there are openai, anthropic, ollama, generate, command:NAME and heuristic",
            ));
        }
    })
}

fn is_key(kind: &str, variable: &str) -> bool {
    names(kind).is_some_and(|names| names.keys.contains(&variable))
}

/// A key goes where the environment, a flag, its vendor or a file says that somebody named. A file that merely lies in
/// the root may come with somebody else's project: it must not send elsewhere what it finds in the environment, nor to
/// anybody a file of this machine that did not come with it.
fn may_have_key(
    kind: &str,
    own: &BackEndSettings,
    settings: &ProviderSettings,
    vars: Vars<'_>,
) -> Result<(), String> {
    // Journals of earlier versions say it of all providers together.
    let together = settings.file.as_ref().filter(|file| !file.named);
    let found = own.found.as_ref().or(together.map(|file| &file.path));
    let keys = names(kind).map_or(&[][..], |names| names.keys);
    let variable = || keys.iter().find(|key| set(&vars, key).is_some());
    let key = match &own.api_key_file {
        Some(path) => Some(format!("the key in `{}`", path.display())),
        None => variable().map(|name| (*name).to_owned()),
    };
    let Some(key) = key else { return Ok(()) };
    if let (Some(address), Some(file)) = (&own.address, found)
        && leads_away(kind, address)
    {
        return Err(format!(
            "{key} would be sent to the address in `{0}`, which was found in the root and named by nobody; `--config {0}` \
             names it",
            file.display()
        ));
    }
    if let (Some(path), Some(file)) = (&own.api_key_file, &own.key_found)
        && !is_beside(path, file)
    {
        return Err(format!(
            "{key} would be sent by `{0}`, which was found in the root and named by nobody, and does not lie beside or below it; \
             `--config {0}` names it",
            file.display()
        ));
    }
    Ok(())
}

/// Whether a file is in the folder of another one, or below that; one that is not there is told elsewhere.
fn is_beside(path: &Path, other: &Path) -> bool {
    let (Ok(path), Ok(other)) = (path.canonicalize(), other.canonicalize()) else {
        return path.symlink_metadata().is_err();
    };
    other
        .parent()
        .is_some_and(|folder| path.starts_with(folder))
}

/// Whether an address is not on this machine, as a provider of this kind calls it.
fn leads_away(kind: &str, address: &str) -> bool {
    match kind {
        "ollama" => OllamaConfig::new().host(address).leads_elsewhere(),
        _ => leads_elsewhere(address),
    }
}

#[cfg(test)]
mod tests {
    use super::leads_away;

    #[test]
    fn an_address_on_this_machine_is_told_from_others() {
        for (kind, address) in [
            ("openai", "http://127.0.0.1:8080/v1"),
            ("openai", "http://LOCALHOST:1/v1"),
            ("anthropic", "http://u:p@[::1]:1/x"),
            ("generate", "http://2130706433/"),
            ("ollama", "localhost:11434"),
            ("ollama", ":11434"),
            ("ollama", ""),
            ("ollama", "127.9.9.9"),
            ("ollama", "0.0.0.0"),
        ] {
            assert!(!leads_away(kind, address), "{kind} {address}");
        }
        for address in [
            "https://api.example.com",
            "http://localhost@evil.example",
            "http://127.0.0.1.evil.example/",
            "http://localhost.evil.example",
            "http://evil.example\\@localhost",
            "http://evil.example#@localhost",
            "http:///192.0.2.2:18231/v1",
            "http:////192.0.2.2/v1",
            "http://\\192.0.2.2/v1",
            "http:\\\\192.0.2.2/v1",
            "http:192.0.2.2/v1",
            "\thttp://\n/192.0.2.2/",
            "http://3221225986/",
        ] {
            assert!(leads_away("openai", address), "{address}");
        }
        for address in [
            "192.0.2.2",
            "http://\\192.0.2.2",
            "https://evil.example",
            "ollama.com",
        ] {
            assert!(leads_away("ollama", address), "{address}");
        }
    }
}
