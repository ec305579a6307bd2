use crate::{All, NoPlaceholder, NoStub, NotAGuide, NotEmpty, Syntax};

/// A file as a worker wants to deliver it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Where it goes, relative to the root. Its ending tells the language.
    pub path: &'a str,
    /// What it holds.
    pub content: &'a str,
    /// What was there before the task, if anything was. A marker or stub that was there already,
    /// letter for letter, is not held against a file that changed otherwise.
    pub previous: Option<&'a str>,
}

impl<'a> Candidate<'a> {
    /// A file that did not exist before.
    pub fn new(path: &'a str, content: &'a str) -> Candidate<'a> {
        Candidate {
            path,
            content,
            previous: None,
        }
    }

    /// The earlier content that findings are compared with: none if nothing was changed, for then
    /// the worker stands for all of it.
    pub(crate) fn earlier(&self) -> Option<&'a str> {
        self.previous.filter(|previous| *previous != self.content)
    }
}

/// The checks that every delivered file should pass: [`NotEmpty`], [`NotAGuide`],
/// [`NoPlaceholder`], [`NoStub`] and [`Syntax`].
pub fn file_checks<'a>() -> All<Candidate<'a>> {
    All::new()
        .with(NotEmpty)
        .with(NotAGuide)
        .with(NoPlaceholder)
        .with(NoStub)
        .with(Syntax)
}
