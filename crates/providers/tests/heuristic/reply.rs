//! Asking, and reading the answer back.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use wavecrew_providers::heuristic::{Brief, BriefFile, Heuristic};
use wavecrew_providers::{Provider, ProviderError, Request, Response};

/// The answer to a brief. Rules never wait, so one poll is enough.
pub(crate) fn ask(request: &Request) -> Result<Response, ProviderError> {
    let heuristic = Heuristic::new();
    let mut future = pin!(heuristic.complete(request));
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("the heuristic waits for nothing"),
    }
}

/// Path and content of every file of the answer.
pub(crate) fn files(brief: &Brief) -> Vec<(String, String)> {
    let request = Request::new([]).with_brief(brief);
    let text = ask(&request).expect("a brief with deliverables").text;
    let mut files = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let fence: String = line.chars().take_while(|sign| *sign == '`').collect();
        assert!(fence.len() >= 3, "prose outside the fences: {line}");
        let (_, path) = line.split_once(' ').expect("a language and a path");
        let mut content = String::new();
        let mut is_closed = false;
        for line in lines.by_ref() {
            if line == fence {
                is_closed = true;
                break;
            }
            content.push_str(line);
            content.push('\n');
        }
        assert!(is_closed, "the fence of {path} is open");
        files.push((path.to_owned(), content));
    }
    files
}

/// The same brief with what it was answered as what is there now.
pub(crate) fn again(brief: &Brief) -> Brief {
    let mut next = brief.clone();
    let written = files(brief);
    for file in &mut next.deliverables {
        let found = written.iter().find(|(path, _)| *path == file.path);
        file.existing = found.map(|(_, text)| text.clone());
    }
    next
}

/// A brief for one file with these criteria.
pub(crate) fn brief(path: &str, criteria: &[&str]) -> Brief {
    Brief {
        task: "T1".to_owned(),
        title: "Demo".to_owned(),
        deliverables: vec![BriefFile::new(path)],
        criteria: criteria.iter().map(|text| (*text).to_owned()).collect(),
        ..Brief::default()
    }
}

/// Checks the one file that is written for these criteria, and that nothing is added to it when
/// the task is done once more.
#[track_caller]
pub(crate) fn check(path: &str, criteria: &[&str], expected: &str) {
    check_brief(&brief(path, criteria), expected);
}

/// The same for a whole brief.
#[track_caller]
pub(crate) fn check_brief(brief: &Brief, expected: &str) {
    let found = files(brief);
    let [(_, text)] = found.as_slice() else {
        panic!("one file, not {}", found.len())
    };
    assert_eq!(text, expected, "\n{text}");
    let repeated = files(&again(brief));
    assert_eq!(repeated, found, "the second time");
}
