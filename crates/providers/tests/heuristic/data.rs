//! JSON, TOML, YAML, INI, properties, env files and makefiles.

use crate::reply::{brief, check, check_brief};

#[test]
fn json_keys_and_values() {
    check(
        "package.json",
        &[
            "`package.json` is valid JSON",
            "Key `name` is `\"demo\"`",
            "`version` is `1.0.0` and `private` is true",
            "has the key `scripts.test` set to `sh test.sh`",
            "`keywords` lists `a`, `b`",
            "sets `port` to 8080, `tags` is an empty list",
            "has the key `title` with value \"Skerry Point\"",
            "has keys `author` and `license`",
        ],
        r#"{
  "name": "demo",
  "version": "1.0.0",
  "private": true,
  "scripts": {
    "test": "sh test.sh"
  },
  "keywords": [
    "a",
    "b"
  ],
  "port": 8080,
  "tags": [],
  "title": "Skerry Point",
  "author": null,
  "license": null
}
"#,
    );
}

#[test]
fn json_that_is_there_keeps_its_keys_and_their_order() {
    let mut brief = brief("a.json", &["key `b` is `2`", "contains `\"d\": [1.0]`"]);
    brief.deliverables[0].existing = Some("{\"z\": 1, \"b\": 1, \"a\": {\"x\": null}}".to_owned());
    let expected = "{\n  \"z\": 1,\n  \"b\": 2,\n  \"a\": {\n    \"x\": null\n  },\n  \"d\": [\n    1.0\n  ]\n}\n";
    check_brief(&brief, expected);
}

#[test]
fn json_that_cannot_be_read_is_left_as_it_is() {
    let mut brief = brief("a.json", &["key `b` is `2`"]);
    brief.deliverables[0].existing = Some("{ broken\n".to_owned());
    check_brief(&brief, "{ broken\n");
}

#[test]
fn a_list_of_json() {
    check("a.json", &["lists `x`, `2`"], "[\n  \"x\",\n  2\n]\n");
}

#[test]
fn toml_tables_and_keys() {
    check(
        "app.toml",
        &[
            "`app.toml` has the table `[package]` with `name` set to `\"demo\"` and `version` = `\"0.1.0\"`",
            "in the table `[server]`, `port` is `8080` and `hosts` lists `a`, `b`",
            "the key `title` is \"Example\"",
            "`package.edition` is `\"2024\"`",
            "contains the line `[bin]`",
            "contains `debug = true`",
        ],
        "title = \"Example\"\ndebug = true\n\n[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[server]\nport = 8080\nhosts = [\"a\", \"b\"]\n\n[bin]\n",
    );
}

#[test]
fn toml_that_is_there_is_changed_in_place() {
    let mut brief = brief("a.toml", &["in the table `[b]`, `y` is `2`", "`x` is `1`"]);
    brief.deliverables[0].existing = Some("# head\nx = 0 # why\n\n[b]\nz = 3\n\n[c]\n".to_owned());
    check_brief(&brief, "# head\nx = 1\n\n[b]\nz = 3\ny = 2\n\n[c]\n");
}

#[test]
fn yaml_blocks() {
    check(
        "conf.yaml",
        &[
            "contains the line `season: winter`",
            "key `service.port` is `80`, `service.name` is `web`",
            "`stages` lists `build`, `on`",
            "contains `version: \"3\"`",
            "key `note` is `a: b`",
        ],
        "service:\n  port: 80\n  name: web\nstages:\n  - build\n  - \"on\"\nnote: \"a: b\"\nseason: winter\nversion: \"3\"\n",
    );
}

#[test]
fn yaml_that_is_there_is_extended_where_the_key_belongs() {
    let mut brief = brief(
        "a.yml",
        &["key `jobs.test.needs` is `build`", "`on` is `push`"],
    );
    let there = "# ci\non: pull\njobs:\n    build:\n        steps:\n        - a\n    test:\n        steps: [b]\n";
    brief.deliverables[0].existing = Some(there.to_owned());
    let expected = "# ci\non: push\njobs:\n    build:\n        steps:\n        - a\n    test:\n        steps: [b]\n        needs: build\n";
    check_brief(&brief, expected);
}

#[test]
fn env_ini_and_properties() {
    check(
        ".env",
        &[
            "sets `PORT` to `8080` and `GREETING` to `hello world`",
            "contains the line `DEBUG=1`",
        ],
        "PORT=8080\nGREETING='hello world'\nDEBUG=1\n",
    );
    check(
        "app.ini",
        &[
            "has a section `[log]` with `level` = `debug`",
            "contains the line `; by hand`",
        ],
        "[log]\nlevel = debug\n; by hand\n",
    );
    check("a.properties", &["key `a.b` is `c d`"], "a.b=c d\n");
}

#[test]
fn targets_of_a_makefile() {
    check(
        "Makefile",
        &[
            "The target `build` runs `cc -o app app.c`",
            "The target `test` depends on `build` and runs `./app --check`",
            "sets `CC` to `gcc`",
        ],
        "CC = gcc\nbuild:\n\tcc -o app app.c\n\ntest: build\n\t./app --check\n",
    );
    // What stands in a target that is not to be there is not written either.
    check(
        "Makefile",
        &[
            "The target `build` runs `make all`",
            "The target `class` depends on `a` and runs `a`",
            "does not contain `class`",
        ],
        "build:\n\tmake all\n",
    );
}
