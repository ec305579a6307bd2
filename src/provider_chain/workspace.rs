//! Agent programs in a folder of their own that holds what they need of the project.

use std::collections::BTreeMap;
use std::fs;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::json;
use wavecrew_providers::{
    Command, CommandConfig, ErrorKind, Health, Probe, Provider, ProviderError, Request, Response,
    ResponseStream, async_trait,
};
use wavecrew_sandbox::{RelPath, Root};
use wavecrew_validate::extract;

use crate::crew::Walk;

/// Under which key a request carries files. They are never sent.
const FILES: &str = "wavecrew.files";
/// So many new files are taken, and none that is larger, in bytes.
const MOST: usize = 64;
const LARGEST: u64 = 1 << 20;
/// What is looked for of it: not in folders that tools fill, and a program that fills the folder itself is not followed for
/// ever.
const WALK: Walk<'static> = Walk {
    passed_over: &["target", "node_modules", "__pycache__", "venv"],
    hidden_files: true,
    files: 10_000,
    entries: 10_000,
};

/// A file of the project, as a program is given it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Given {
    path: String,
    content: Option<String>,
    /// Whether the task is to deliver it.
    wanted: bool,
}

/// The request with the files that a program may see: those that the task is to deliver, and those around it that are shown.
pub(crate) fn with_files<'a>(
    request: Request,
    wanted: &[(String, Option<String>)],
    around: impl Iterator<Item = (&'a str, &'a str)>,
) -> Request {
    let wanted = wanted.iter().map(|(path, content)| Given {
        path: path.clone(),
        content: content.clone(),
        wanted: true,
    });
    let around = around.map(|(path, content)| Given {
        path: path.to_owned(),
        content: Some(content.to_owned()),
        wanted: false,
    });
    let all: Vec<Given> = wanted.chain(around).collect();
    request.metadata(FILES, json!(all))
}

/// An agent program that finds the task's files in its working folder. What it writes there is its answer, and what it
/// says counts for the files that it did not write.
#[derive(Debug)]
pub(super) struct Workspace {
    config: CommandConfig,
    /// The program in an empty folder, for everything else.
    plain: Command,
}

/// What a program is told beside its task.
const NOTE: &str = "\n## Where you work\n\nYour working folder holds the files above, as far as they exist. Write the files there, \
or answer with them; nothing else of the project is there, and nothing outside of it may be changed.\n";

impl Workspace {
    pub(super) fn new(config: CommandConfig) -> Result<Self, ProviderError> {
        Ok(Self {
            plain: Command::new(config.clone().private_directory())?,
            config,
        })
    }

    async fn ask(&self, request: &Request, files: Vec<Given>) -> Result<Response, ProviderError> {
        let failed = |doing: &str, error: &dyn std::error::Error| {
            let message = format!("failed to {doing} the program's folder: {error}");
            ProviderError::new(ErrorKind::Configuration, self.plain.name(), message)
        };
        let folder = folder().map_err(|error| failed("make", &error))?;
        let root = Root::open(folder.path()).map_err(|error| failed("open", &error))?;
        for given in &files {
            let (Ok(path), Some(content)) = (RelPath::new(&given.path), &given.content) else {
                continue;
            };
            let written = root.write(&path, content.as_bytes());
            written.map_err(|error| failed("fill", &error))?;
        }
        let mut told = request.clone();
        if let Some(message) = told.messages.last_mut() {
            message.content.push_str(NOTE);
        }
        // Nobody else knows the folder's name, and its path may differ where links lead to it.
        let config = self.config.clone().directory(root.path()).may_be_silent();
        let mut response = Command::new(config)?.complete(&told).await?;
        let clean = |text: &str| self.plain.without_secrets(text);
        response.text = answer(&root, &files, response.text, clean);
        if response.text.trim().is_empty() {
            let message = "the program wrote neither a file nor a text";
            return Err(ProviderError::new(
                ErrorKind::BadResponse,
                self.name(),
                message,
            ));
        }
        Ok(response)
    }
}

fn folder() -> io::Result<tempfile::TempDir> {
    let mut folder = tempfile::Builder::new();
    folder.prefix("wavecrew-work-");
    #[cfg(unix)]
    folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    folder.tempdir()
}

/// What the program wrote, cleaned, and what it said of files that it did not write; only what it said, if it wrote nothing.
fn answer(root: &Root, given: &[Given], said: String, clean: impl Fn(&str) -> String) -> String {
    let mut written = written(root, given);
    if written.is_empty() {
        return said;
    }
    written
        .values_mut()
        .for_each(|content| *content = clean(content));
    let left = given
        .iter()
        .filter(|given| given.wanted && !written.contains_key(&given.path));
    let left: Vec<&str> = left.map(|given| given.path.as_str()).collect();
    if !left.is_empty() {
        let said = extract(&said, &left).files.into_iter();
        written.extend(said.map(|file| (file.path, file.content)));
    }
    // A file that was to be delivered and was rightly left as it is.
    for kept in given.iter().filter(|given| given.wanted) {
        if let Some(content) = &kept.content {
            written
                .entry(kept.path.clone())
                .or_insert_with(|| clean(content));
        }
    }
    let files = written.into_iter();
    let files: Vec<_> = files
        .map(|(path, content)| json!({ "path": path, "content": content }))
        .collect();
    json!({ "files": files }).to_string()
}

/// Files that are not as they were given, and are text; those that were given first, then new ones as long as they are
/// few.
fn written(root: &Root, given: &[Given]) -> BTreeMap<String, String> {
    let before: BTreeMap<&str, Option<&str>> = given
        .iter()
        .map(|given| (given.path.as_str(), given.content.as_deref()))
        .collect();
    let mut written = BTreeMap::new();
    let mut new = BTreeMap::new();
    for path in WALK.files_below(root.path()) {
        let Some(content) = text(root, &path) else {
            continue;
        };
        match before.get(path.as_str()) {
            Some(known) if *known == Some(content.as_str()) => {}
            Some(_) => drop(written.insert(path, content)),
            None => drop(new.insert(path, content)),
        }
    }
    if new.len() <= MOST {
        written.append(&mut new);
    }
    written
}

fn text(root: &Root, path: &str) -> Option<String> {
    let path = RelPath::new(path).ok()?;
    let about = fs::symlink_metadata(root.path().join(path.as_str())).ok()?;
    if !about.is_file() || about.len() > LARGEST {
        return None;
    }
    String::from_utf8(root.read(&path).ok()??).ok()
}

#[async_trait]
impl Provider for Workspace {
    fn name(&self) -> &str {
        self.plain.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let files = request.metadata.get(FILES);
        let files = files.and_then(|files| Vec::<Given>::deserialize(files).ok());
        match files {
            Some(files) => self.ask(request, files).await,
            None => self.plain.complete(request).await,
        }
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        Ok(ResponseStream::of(self.complete(request).await?))
    }
}

#[async_trait]
impl Probe for Workspace {
    async fn probe(&self) -> Result<Health, ProviderError> {
        self.plain.probe().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_the_answer_and_what_was_said_fills_it_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Root::open(folder.path()).expect("a root");
        let given = |path: &str, content: Option<&str>, wanted| Given {
            path: path.to_owned(),
            content: content.map(str::to_owned),
            wanted,
        };
        let given = [
            given("a.txt", Some("old\n"), true),
            given("b.txt", None, true),
            given("kept.txt", Some("as it was\n"), true),
            given("context.txt", Some("seen\n"), false),
        ];
        for given in given.iter().filter(|given| given.content.is_some()) {
            fs::write(
                folder.path().join(&given.path),
                given.content.as_deref().unwrap_or(""),
            )
            .expect("written");
        }
        assert_eq!(
            answer(&root, &given, "said".to_owned(), str::to_owned),
            "said",
            "nothing was written"
        );
        fs::write(folder.path().join("a.txt"), "new\n").expect("written");
        fs::create_dir(folder.path().join("target")).expect("made");
        fs::write(folder.path().join("target/x"), "made by a tool").expect("written");
        fs::write(folder.path().join("image"), [0xff, 0xfe]).expect("written");
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/hostname", folder.path().join("link")).expect("linked");
        let said = "```text b.txt\nsaid\n```\n```text a.txt\nother\n```\n".to_owned();
        let answer = answer(&root, &given, said, |text| {
            text.replace("word", "[redacted]")
        });
        let found = extract(&answer, &["a.txt", "b.txt", "kept.txt"]);
        assert_eq!(found.problems, [""; 0]);
        assert_eq!(found.get("a.txt"), Some("new\n"));
        assert_eq!(found.get("b.txt"), Some("said\n"));
        assert_eq!(found.get("kept.txt"), Some("as it was\n"));
        assert_eq!(found.unexpected, [""; 0]);
    }
}
