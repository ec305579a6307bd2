#![allow(clippy::print_stdout, reason = "x")]
#[path = "quality/spoil.rs"]
mod spoil;
use spoil::*;
#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn explore() {
    let folder = std::path::PathBuf::from(std::env::var_os("WAVECREW_SHARED").unwrap())
        .join("wingman-workers");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for f in files {
        let Ok(text) = std::fs::read_to_string(&f) else {
            continue;
        };
        let Some(before) = rated(&text) else { continue };
        let name = f.file_name().unwrap().to_str().unwrap().to_owned();
        println!("score {} {name}", before.overall);
        let say = |how: &str, new: Option<String>| {
            let Some(new) = new else { return };
            let after = rated(&new);
            let (b, a) = (before.overall, after.as_ref().map_or(0, |q| q.overall));
            if a >= b {
                println!(
                    "{} {how} {b} -> {a} [{}]",
                    if a > b { "RISE" } else { "same" },
                    name
                );
            }
        };
        for (how, f) in SPOILS {
            say(how, f(&text));
        }
    }
}
