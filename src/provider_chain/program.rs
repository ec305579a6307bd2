//! Where agent programs are.

use std::path::Path;

use super::back_end::Vars;
use super::choice::COMMAND;
use super::settings::ProviderSettings;

impl ProviderSettings {
    /// Takes the programs that these providers name by a relative path for those below `folder`, wherever the program is
    /// started, and wherever a run is taken up again.
    pub fn place_programs<'a>(&mut self, names: impl IntoIterator<Item = &'a str>, folder: &Path) {
        for name in names {
            let kind = self.kind(name).to_owned();
            let Some(program) = kind.strip_prefix(COMMAND) else {
                continue;
            };
            if is_relative(program)
                && let Some(path) = absolute(&folder.join(program.trim()))
            {
                let own = self.back_ends.entry(name.to_owned()).or_default();
                own.kind = Some(format!("{COMMAND}{path}"));
            }
        }
    }
}

/// Whether a program is named by a path that depends on where one is; a bare name is looked up in `PATH`.
fn is_relative(program: &str) -> bool {
    let program = program.trim();
    program.contains(std::path::is_separator) && Path::new(program).is_relative()
}

fn absolute(path: &Path) -> Option<String> {
    let path = std::path::absolute(path).ok()?;
    path.into_os_string().into_string().ok()
}

/// The program as it is to be started: a path that holds in whatever folder it is started.
///
/// # Errors
///
/// It is not there, or cannot be run. A bare name is taken as it is where no `PATH` is known.
pub(super) fn find(program: &str, vars: Vars<'_>) -> Result<String, String> {
    let program = program.trim();
    if program.contains(std::path::is_separator) {
        let path = absolute(Path::new(program));
        let path = path.ok_or_else(|| format!("the folder of `{program}` is not known"))?;
        return match look(Path::new(&path)) {
            Found::Program => Ok(path),
            Found::Other => Err(format!(
                "`{path}` is no program that can be run; `chmod +x` makes a script one"
            )),
            Found::Nothing => Err(format!("there is no program `{path}`")),
        };
    }
    let Some(folders) = vars("PATH").filter(|_| cfg!(unix)) else {
        return Ok(program.to_owned());
    };
    let mut folders = std::env::split_paths(&folders);
    let is_there = folders.any(|folder| look(&folder.join(program)) == Found::Program);
    match is_there || program.is_empty() {
        true => Ok(program.to_owned()),
        false => Err(format!("no folder of PATH has the program `{program}`")),
    }
}

#[derive(PartialEq, Eq)]
enum Found {
    Program,
    Other,
    Nothing,
}

fn look(path: &Path) -> Found {
    match std::fs::metadata(path) {
        Err(_) => Found::Nothing,
        Ok(about) if about.is_file() && may_be_run(&about) => Found::Program,
        Ok(_) => Found::Other,
    }
}

#[cfg(unix)]
fn may_be_run(about: &std::fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o111 != 0
}

#[cfg(not(unix))]
fn may_be_run(_: &std::fs::Metadata) -> bool {
    true
}
