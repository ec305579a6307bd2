//! The documents of a run's plan, read again when the run is taken up.

use std::path::{Path, PathBuf};

use wavecrew_worker_spec::Document;

use super::session::Session;
use crate::documents::{
    ReadError, STDIN, names_in, read_documents, read_documents_with, seen_from, states_plan,
};

/// The plan of a run, as its documents are now.
#[derive(Clone, Debug, Default)]
pub struct PlanSource {
    /// The documents, in the order in which the run began with them.
    pub documents: Vec<Document>,
    /// What has come to the folders of the plan since and lists tasks, by name. It may be what the run delivered; it is no part
    /// of the run.
    pub new: Vec<String>,
}

impl Session {
    /// Reads the documents again that the run began with.
    ///
    /// # Errors
    ///
    /// As [`read_documents`], also for a document that is not there any more.
    pub fn read_plan(&self) -> Result<PlanSource, ReadError> {
        let root = self.root();
        let options = self.options();
        let in_root = |path: &PathBuf| match path.as_os_str() == STDIN {
            true => path.clone(),
            false => root.join(path),
        };
        let named: Vec<PathBuf> = options.paths.iter().map(in_root).collect();
        if options.documents.is_empty() {
            let documents = read_documents(&named)?;
            return Ok(PlanSource {
                documents,
                new: Vec::new(),
            });
        }
        let documents: Vec<PathBuf> = options.documents.iter().map(in_root).collect();
        let documents = read_documents_with(&documents, Some(&self.folder().plan()))?;
        let folders: Vec<PathBuf> = named.into_iter().filter(|path| path.is_dir()).collect();
        // A folder that cannot be read any more has nothing new.
        let now = read_documents(&folders).unwrap_or_default();
        let is_known = |document: &Document| {
            let seen = seen_from(root, Path::new(document.name()));
            options.documents.contains(&seen)
        };
        let new = now
            .iter()
            .filter(|found| !is_known(found) && states_plan(found));
        let new = new.map(|document| shown(root, document)).collect();
        Ok(PlanSource { documents, new })
    }
}

/// The name of a document in the root, or its path.
fn shown(root: &Path, document: &Document) -> String {
    let names = names_in(root, Path::new(document.name()));
    let name = names.into_iter().next();
    name.unwrap_or_else(|| document.name().to_owned())
}
