//! The provider itself: marks, errors, the brief in a request.

use wavecrew_providers::heuristic::{Brief, BriefFile, Heuristic, Material};
use wavecrew_providers::{Cost, ErrorKind, Message, Provider, Request, Usage};

use crate::reply::{ask, brief};

#[test]
fn the_answer_is_marked_and_costs_nothing() {
    let request = Request::new([Message::user("ignored")]).with_brief(&brief("a.md", &[]));
    let response = ask(&request).unwrap();
    assert_eq!(Heuristic::new().name(), "heuristic");
    assert_eq!(response.provider, "heuristic");
    assert!(response.degraded);
    assert_eq!(response.usage, Usage::new(0, 0));
    assert_eq!(response.cost, Some(Cost::ZERO));
    assert_eq!(response.model, None);
}

#[test]
fn a_request_without_a_brief_is_an_error() {
    let error = ask(&Request::prompt("write a poem")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert!(error.to_string().contains("has no brief"), "{error}");

    let error = ask(&Request::new([]).metadata("brief", "text")).unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
}

#[test]
fn a_brief_without_files_is_an_error() {
    let error = ask(&Request::new([]).with_brief(&Brief::default())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert!(error.to_string().contains("names no file"), "{error}");
}

#[test]
fn a_brief_survives_the_request() {
    let mut brief = brief("a.md", &["`x`"]);
    brief
        .deliverables
        .push(BriefFile::new("b.md").existing("there"));
    brief.material.push(Material {
        path: None,
        language: "sh".into(),
        text: "ls".into(),
    });
    let request = Request::new([])
        .with_brief(&Brief::default())
        .with_brief(&brief);
    assert_eq!(Brief::of(&request), Some(brief));
    assert_eq!(Brief::of(&Request::new([])), None);
}
