//! `wavecrew explain`

use serde_json::{Value, json};
use wavecrew::codes;
use wavecrew::worker_spec::Code;

use crate::args::ExplainArgs;
use crate::command::print;
use crate::exit::Exit;
use crate::output::SCHEMA_VERSION;

pub fn run(args: &ExplainArgs) -> Exit {
    let Some(name) = &args.code else {
        match args.json {
            true => print::json(&list_json()),
            false => print::text(&list()),
        }
        return Exit::Fine;
    };
    let wanted = name.trim().to_ascii_uppercase();
    match every_code().find(|code| code.as_str() == wanted) {
        Some(code) => {
            let page = codes::explanation(code).unwrap_or_default();
            match args.json {
                true => print::json(&json!({
                    "schema_version": SCHEMA_VERSION,
                    "kind": "explanation",
                    "code": code.to_string(),
                    "title": title(page),
                    "page": page,
                })),
                false => print::text(page),
            }
            Exit::Fine
        }
        None => {
            print::talk(&format!(
                "error: no code `{name}`; `wavecrew explain` lists all"
            ));
            Exit::Usage
        }
    }
}

fn every_code() -> impl Iterator<Item = Code> {
    Code::ALL.iter().chain(codes::ALL).copied()
}

/// Every code with what it means, a line each.
fn list() -> String {
    every_code()
        .filter_map(codes::explanation)
        .map(|page| format!("{}\n", headline(page)))
        .collect()
}

fn list_json() -> Value {
    let codes = every_code().map(|code| {
        let page = codes::explanation(code).unwrap_or_default();
        json!({ "code": code.to_string(), "title": title(page) })
    });
    json!({ "schema_version": SCHEMA_VERSION, "kind": "codes", "codes": codes.collect::<Vec<_>>() })
}

/// The first line of a page: `WC0201: what it means`.
fn headline(page: &str) -> &str {
    page.lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches("# ")
}

/// What a code means, in a few words.
fn title(page: &str) -> &str {
    let headline = headline(page);
    headline
        .split_once(": ")
        .map_or(headline, |(_, title)| title)
}
