//! What an attempt reads and writes in the root.

use std::sync::Arc;

use wavecrew_sandbox::{RelPath, Root};
use wavecrew_validate::ExtractedFile;

use super::error::CrewError;
use super::output::Delivered;
use super::undo::Undo;

/// The files as they are now, each as text, or `None` where there is none.
pub(super) async fn contents(
    undo: &Undo,
    paths: Vec<RelPath>,
) -> Result<Vec<(String, Option<String>)>, CrewError> {
    undo.in_root(move |root| {
        let contents = paths.iter().map(|path| {
            let bytes = root
                .read(path)
                .map_err(|error| CrewError::file("read", &error))?;
            let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            Ok((path.to_string(), text))
        });
        contents.collect()
    })
    .await
}

/// Writes what was delivered.
pub(super) async fn write_all(undo: &Undo, files: &Arc<[ExtractedFile]>) -> Result<(), CrewError> {
    let files = Arc::clone(files);
    undo.in_root(move |root| {
        files.iter().try_for_each(|file| {
            let path = relative(&file.path)?;
            write(root, &path, file.content.as_bytes())?;
            if !file.content.starts_with("#!") {
                return Ok(());
            }
            // Who writes a shebang means the file to be run by its name.
            root.set_executable(&path, true)
                .map_err(|error| CrewError::file("make executable", &error))
        })
    })
    .await
}

/// Writes the same content to every result file.
pub(super) async fn write_results(
    undo: &Undo,
    paths: Vec<RelPath>,
    content: Vec<u8>,
) -> Result<(), CrewError> {
    if paths.is_empty() {
        return Ok(());
    }
    undo.in_root(move |root| {
        paths
            .iter()
            .try_for_each(|path| write(root, path, &content))
    })
    .await
}

/// What the files are now.
pub(super) async fn digests(undo: &Undo, paths: Vec<String>) -> Result<Vec<Delivered>, CrewError> {
    undo.in_root(move |root| {
        let digests = paths.into_iter().map(|path| {
            let digest = root
                .digest(&relative(&path)?)
                .map_err(|error| CrewError::file("read", &error))?
                .ok_or_else(|| CrewError::permanent(format!("`{path}` vanished")))?;
            Ok(Delivered {
                path,
                digest: digest.to_string(),
            })
        });
        digests.collect()
    })
    .await
}

pub(super) fn relative(path: &str) -> Result<RelPath, CrewError> {
    RelPath::new(path)
        .map_err(|error| CrewError::permanent(format!("deliverable `{path}`: {error}")))
}

fn write(root: &Root, path: &RelPath, bytes: &[u8]) -> Result<(), CrewError> {
    root.write(path, bytes)
        .map_err(|error| CrewError::file("write", &error))
}
