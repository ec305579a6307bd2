//! What the words of a label or the verb of a sentence speak of.

use crate::Action;

/// What is to become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Write(Action),
    Remove,
}

/// What the words of a label speak of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LabelWords {
    /// What follows may be a file.
    pub(super) file: bool,
    /// What follows is a file, whatever it looks like: `` Create file: `VERSION` ``.
    pub(super) names_files: bool,
    pub(super) results: bool,
    pub(super) place: bool,
    /// What follows is there already, and is looked at.
    pub(super) aside: bool,
    create: bool,
    modify: bool,
    remove: bool,
}

impl LabelWords {
    pub(super) fn of(label: &str) -> LabelWords {
        let mut found = LabelWords::default();
        let mut lower = [0; 16];
        for word in label.split(|c: char| !c.is_alphanumeric()) {
            let Some(lower) = lower.get_mut(..word.len()) else {
                continue;
            };
            lower.copy_from_slice(word.as_bytes());
            lower.make_ascii_lowercase();
            match &*lower {
                b"file" | b"files" => (found.file, found.names_files) = (true, true),
                b"path" | b"paths" | b"script" | b"module" | b"document" | b"deliverable"
                | b"deliverables" | b"output" | b"outputs" | b"artifact" | b"artifacts"
                | b"artefact" | b"artefacts" | b"test" => found.file = true,
                b"result" | b"results" => (found.file, found.results) = (true, true),
                b"location" | b"where" => found.place = true,
                b"create" | b"creates" | b"created" | b"new" | b"write" | b"generate"
                | b"produce" | b"implement" | b"add" | b"added" | b"build" => found.create = true,
                b"update" | b"updated" | b"modify" | b"modified" | b"edit" | b"extend"
                | b"change" | b"changed" | b"rewrite" | b"rewritten" | b"refactor" | b"fix" => {
                    found.modify = true;
                }
                b"remove" | b"removed" | b"delete" | b"deleted" | b"drop" => found.remove = true,
                b"see" | b"reference" | b"references" | b"based" | b"template" | b"example"
                | b"input" | b"inputs" | b"import" | b"imports" | b"read" | b"reads"
                | b"source" | b"existing" | b"note" | b"run" | b"command" | b"depends"
                | b"uses" | b"spec" | b"endpoint" | b"url" | b"method" | b"function"
                | b"returns" | b"return" | b"format" | b"unchanged" => found.aside = true,
                _ => {}
            }
        }
        found
    }

    /// What the words want done with a file, if they say so.
    pub(super) fn wish(self) -> Option<Wish> {
        match (self.create, self.modify, self.remove) {
            (true, true, _) => Some(Wish::Write(Action::CreateOrModify)),
            (true, false, _) => Some(Wish::Write(Action::Create)),
            (false, true, _) => Some(Wish::Write(Action::Modify)),
            (false, false, true) => Some(Wish::Remove),
            (false, false, false) => None,
        }
    }
}
