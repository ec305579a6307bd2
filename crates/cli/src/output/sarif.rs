//! Diagnostics as SARIF 2.1.0 (OASIS), the form that code scanning services read.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wavecrew::worker_spec::{Code, Diagnostic, Document, Fix, Location, Severity};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The log of one run: the rules that complained, and every complaint.
pub fn log(documents: &[Document], diagnostics: &[Diagnostic]) -> Value {
    let codes: BTreeSet<Code> = diagnostics.iter().map(|d| d.code).collect();
    let rules: Vec<Value> = codes.iter().copied().map(rule).collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let index = codes.iter().position(|code| *code == diagnostic.code);
            result(documents, diagnostic, index)
        })
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "wavecrew",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(code: Code) -> Value {
    let page = wavecrew::codes::explanation(code).unwrap_or_default();
    let title = page
        .lines()
        .next()
        .and_then(|line| line.split_once(": "))
        .map_or(code.as_str(), |(_, title)| title);
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": title },
        "help": { "text": page, "markdown": page },
    })
}

fn result(documents: &[Document], diagnostic: &Diagnostic, rule: Option<usize>) -> Value {
    let mut text = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    let mut result = json!({
        "ruleId": diagnostic.code.as_str(),
        "ruleIndex": rule,
        "level": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": { "text": text },
    });
    if let Some(location) = &diagnostic.location {
        result["locations"] = json!([{ "physicalLocation": place(documents, location) }]);
    }
    if !diagnostic.related.is_empty() {
        let related: Vec<Value> = diagnostic
            .related
            .iter()
            .map(|other| {
                json!({
                    "physicalLocation": place(documents, &other.location),
                    "message": { "text": other.message },
                })
            })
            .collect();
        result["relatedLocations"] = related.into();
    }
    if let Some(fix) = &diagnostic.fix {
        result["fixes"] = json!([change(documents, fix, diagnostic)]);
    }
    result
}

fn change(documents: &[Document], fix: &Fix, diagnostic: &Diagnostic) -> Value {
    json!({
        "description": { "text": diagnostic.help.as_deref().unwrap_or(&diagnostic.message) },
        "artifactChanges": [{
            "artifactLocation": artifact(&fix.location.file),
            "replacements": [{
                "deletedRegion": region(documents, &fix.location),
                "insertedContent": { "text": fix.replacement },
            }],
        }],
    })
}

fn place(documents: &[Document], location: &Location) -> Value {
    json!({
        "artifactLocation": artifact(&location.file),
        "region": region(documents, location),
    })
}

/// Lines and columns count from 1, the end column is the one after the last character.
fn region(documents: &[Document], location: &Location) -> Value {
    let end = documents
        .iter()
        .find(|document| document.name() == &*location.file)
        .map(|document| document.location(location.span.end..location.span.end));
    let (end_line, end_column) = end.map_or((location.line, location.column), |end| {
        (end.line, end.column)
    });
    json!({
        "startLine": location.line,
        "startColumn": location.column,
        "endLine": end_line,
        "endColumn": end_column,
        "byteOffset": location.span.start,
        "byteLength": location.span.len(),
    })
}

/// A path as a URI reference (RFC 3986): everything but unreserved characters and slashes is escaped.
fn artifact(file: &str) -> Value {
    let mut uri = String::with_capacity(file.len());
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    if file.starts_with('/') {
        uri.insert_str(0, "file://");
    }
    json!({ "uri": uri })
}
