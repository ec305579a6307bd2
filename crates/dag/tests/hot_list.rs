//! Files that tasks touch without saying so.

use wavecrew_dag::{Claims, HotList, NodeId};

fn check(a: &str, b: &str, expected: bool) {
    let [first, second] = [0, 1].map(NodeId::from_index);
    let claims = Claims::new(2, [(first, a), (second, b)]).with_hot_list(&HotList::default());
    assert_eq!(claims.overlap(first, second), expected, "{a:?} and {b:?}");
    assert_eq!(claims.overlap(second, first), expected, "{b:?} and {a:?}");
}

#[test]
fn a_manifest_goes_with_the_lock_file_beside_it() {
    check("Cargo.toml", "Cargo.lock", true);
    check("./package.json", "pnpm-lock.yaml", true);
    check("web/yarn.lock", "web/package-lock.json", true);
    check("go.mod", "go.sum", true);
    check("pyproject.toml", "uv.lock", true);
    check("Gemfile", "./Gemfile.lock", true);
    check("/etc/yarn.lock", "/etc/bun.lock", true);
    check("/yarn.lock", "/bun.lock", true);
}

#[test]
fn others_do_not() {
    check("crates/a/Cargo.toml", "crates/b/Cargo.toml", false);
    check("crates/a/Cargo.toml", "Cargo.lock", false);
    check("web/yarn.lock", "app/yarn.lock", false);
    check("Cargo.toml", "package.json", false);
    check("Cargo.lock.bak", "Cargo.toml", false);
    check("cargo.lock", "Cargo.lock", false);
    check("src/lib.rs", "src/main.rs", false);
}

#[test]
fn folders_cover_what_is_claimed_along() {
    check(".", "Cargo.toml", true);
    check("web/", "web/yarn.lock", true);
}

#[test]
fn a_list_of_ones_own() {
    let [first, second] = [0, 1].map(NodeId::from_index);
    let names = ["schema.sql", "/db/seeds.sql"].map(str::to_owned);
    let hot = HotList {
        groups: vec![names.to_vec(), Vec::new()],
    };
    let claims = Claims::new(2, [(first, "db/schema.sql"), (second, "db/seeds.sql")]);
    assert!(!claims.overlap(first, second));
    let claims = claims.with_hot_list(&hot);
    assert!(claims.overlap(first, second));
    assert_eq!(
        claims.of(second).collect::<Vec<_>>(),
        ["db/schema.sql", "db/seeds.sql"]
    );
}

#[test]
fn nothing_is_claimed_along_with_nothing() {
    assert!(
        Claims::none(0)
            .with_hot_list(&HotList::default())
            .is_empty()
    );
}
