//! `wavecrew doctor`: whether providers can be asked.

use std::path::Path;
use std::sync::Arc;

use wavecrew::providers::CommandConfig;
use wavecrew::{ProviderSettings, RunOptions, is_without_model, origins, probe_provider};

use crate::args::DoctorArgs;
use crate::command::print;
use crate::command::providers::{self, variable};
use crate::exit::Exit;
use crate::output::doctor::{Finding, findings_json, findings_text};

/// Vendors, and the variables of which one has to be set before they can be asked.
const SET_UP_BY: [(&str, &[&str]); 4] = [
    ("openai", &["OPENAI_API_KEY", "OPENAI_BASE_URL"]),
    (
        "anthropic",
        &[
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_AUTH_TOKEN",
            "ANTHROPIC_BASE_URL",
        ],
    ),
    ("ollama", &["OLLAMA_HOST"]),
    ("generate", &["GENERATE_URL"]),
];

/// Looks at the named providers or, without any, at all that are set up or installed. Every one of them has to be well.
pub fn run(args: &DoctorArgs) -> Exit {
    match look(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn look(args: &DoctorArgs) -> Result<Exit, Exit> {
    let mut options = RunOptions::default();
    let config = providers::configure(args.config.as_deref(), Path::new(""), &mut options)?;
    // Those whom the file wants asked come first; without a file nobody is.
    let asked = match config {
        Some(_) => std::mem::take(&mut options.providers),
        None => Vec::new(),
    };
    let named = args.provider.iter().map(String::as_str);
    let mut settings = options.provider_settings;
    settings.place_programs(named, Path::new(""));
    let settings = Arc::new(settings);
    let names = match args.provider.is_empty() {
        true => everyone(&settings, asked),
        false => args.provider.clone(),
    };
    settings.check(&names).map_err(|error| {
        print::failure(&error);
        Exit::Usage
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            print::failure(&error);
            Exit::Configuration
        })?;
    let findings: Vec<Finding> = runtime.block_on(async {
        let looks = names.into_iter().map(|name| {
            let settings = Arc::clone(&settings);
            tokio::spawn(async move {
                let origins = origins(&name, &settings, variable);
                let result = probe_provider(&name, &settings, variable).await;
                Finding {
                    has_no_model: is_without_model(&name, None, &settings, variable),
                    name,
                    result,
                    origins,
                }
            })
        });
        let looks: Vec<_> = looks.collect();
        let mut findings = Vec::new();
        for look in looks {
            findings.extend(look.await.ok());
        }
        findings
    });
    if args.json {
        print::json(&findings_json(&findings));
    } else {
        print::text(&findings_text(&findings));
    }
    let well = |finding: &Finding| finding.result.is_ok();
    Ok(match findings.iter().all(well) {
        true => Exit::Fine,
        false => Exit::Configuration,
    })
}

/// Those who are asked by the configuration file, rules, the others that it describes, the vendors that are set up, and the
/// agent programs that are installed. A file that nobody named may have come with somebody else's project: to be described there is
/// no reason to be run.
fn everyone(settings: &ProviderSettings, asked: Vec<String>) -> Vec<String> {
    let set = |name: &&str| variable(name).is_some_and(|value| !value.trim().is_empty());
    let vendors = SET_UP_BY
        .iter()
        .filter(|(_, variables)| variables.iter().any(&set))
        .map(|(name, _)| (*name).to_owned());
    let agents = CommandConfig::presets()
        .filter(|program| is_installed(program))
        .map(|program| format!("command:{program}"));
    let rules = ["heuristic".to_owned()].into_iter();
    let is_found = settings.file.as_ref().is_some_and(|file| !file.named);
    let own = settings.back_ends.keys();
    let own = own.filter(|name| !(is_found && settings.is_command(name)));
    let mut names: Vec<String> = Vec::new();
    for name in asked
        .into_iter()
        .chain(rules)
        .chain(own.cloned())
        .chain(vendors)
        .chain(agents)
    {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether a folder of `PATH` has a file of this name.
fn is_installed(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}
