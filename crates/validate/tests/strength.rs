//! What the success of a command is worth.

use std::collections::BTreeMap;
use std::path::PathBuf;

use wavecrew_validate::{Strength, strength};

fn name(strength: &Strength) -> &'static str {
    match strength {
        Strength::Real => "real",
        Strength::Masked { .. } => "masked",
        Strength::Indirect { .. } => "indirect",
        Strength::Vacuous { .. } => "vacuous",
        Strength::Setup { .. } => "setup",
        Strength::NeverFails { .. } => "never_fails",
    }
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn the_classes_of_the_real_specs() {
    let shared = std::env::var_os("WAVECREW_SHARED").expect("WAVECREW_SHARED is set");
    let path = PathBuf::from(shared).join("wingman-workers/truth.json");
    let truth: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for worker in truth["workers"].as_array().unwrap() {
        let mut counted: BTreeMap<String, u64> = BTreeMap::new();
        let mut told = Vec::new();
        for command in worker["test_commands"].as_array().unwrap() {
            let command = command.as_str().unwrap();
            let strength = strength(command);
            told.push(format!("  {strength}  {command}"));
            let class = match strength {
                Strength::Real => "real",
                Strength::NeverFails { .. } => "never_fails_echo",
                Strength::Vacuous { .. } => "vacuous_import",
                Strength::Masked { .. } => "status_masked_by_pipe",
                Strength::Indirect { ref why } if why.contains("curl") => "curl_without_fail",
                Strength::Indirect { .. } => "status_not_about_deliverable",
                Strength::Setup { .. } => continue,
            };
            *counted.entry(class.to_owned()).or_default() += 1;
        }
        let expected: BTreeMap<String, u64> =
            serde_json::from_value(worker["test_command_classes"].clone()).unwrap();
        if counted != expected {
            wrong.push(format!(
                "{}: {counted:?}, not {expected:?}\n{}",
                worker["id"],
                told.join("\n")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn commands_by_strength() {
    let table = [
        // Lists.
        ("pytest tests/test_a.py -v", "real"),
        ("cd app && pytest tests/test_a.py", "real"),
        ("pytest tests && echo PASS || echo FAIL", "never_fails"),
        (
            "test -f a.py && echo 'PASS: there' || echo \"FAIL: missing\"",
            "never_fails",
        ),
        ("make check || true", "never_fails"),
        ("make check; true", "never_fails"),
        ("make check; echo done", "never_fails"),
        ("make check &", "never_fails"),
        ("make check || exit 1", "real"),
        ("make check || { echo FAIL; exit 1; }", "real"),
        ("make check || { echo FAIL; exit 0; }", "never_fails"),
        ("make check || (echo FAIL && false)", "real"),
        ("test -f a && exit 0 || exit 1", "real"),
        ("test -f a && grep -q x a || exit 1", "real"),
        ("make check || exit 1; echo done", "real"),
        ("echo start; make check", "real"),
        ("make check\necho \"status $?\"", "never_fails"),
        ("make check; exit $?", "real"),
        ("make check; rc=$?; rm -rf /tmp/x; exit $rc", "real"),
        ("make check; rc=$?; rm -rf /tmp/x; exit \"${rc}\"", "real"),
        (
            "make check; rc=$?; rm -rf /tmp/x; exit $other",
            "never_fails",
        ),
        ("make check; rc=$?; rm -rf /tmp/x; exit 0", "never_fails"),
        ("make check; rc=$?; rm -rf /tmp/x", "never_fails"),
        ("make check; rc=$?; echo x; rc=$?; exit $rc", "never_fails"),
        (
            "make check; rc=$?; if [ $rc -ne 0 ]; then exit 1; fi; exit 0",
            "real",
        ),
        (
            "make check; rc=$?; if [ $rc -eq 0 ]; then exit 1; fi; exit 0",
            "real",
        ),
        (
            "make check; rc=$?; if [[ $rc -ne 0 ]]; then exit 1; fi; echo ok",
            "real",
        ),
        (
            "make check; rc=$?; [ $rc -eq 0 ] || echo bad",
            "never_fails",
        ),
        (
            "make a; a=$?; make b; b=$?; [ $a -eq 0 ] && [ $b -eq 0 ]",
            "real",
        ),
        (
            "f() { local s; make check; s=$?; echo; return $s; }; f",
            "real",
        ),
        ("make check; export rc=$?; exit $rc", "real"),
        (
            "make check; rc=$?; a=$?; a=$?; a=$?; a=$?; a=$?; a=$?; a=$?; exit $rc",
            "real",
        ),
        ("echo x; rc=$?; exit $rc", "never_fails"),
        (
            "while read line; do [ \"$line\" = x ] || exit 1; done < out.txt",
            "real",
        ),
        (
            "while IFS= read -r line; do echo \"$line\"; done < out.txt",
            "never_fails",
        ),
        ("exit 0", "setup"),
        ("exit $?", "setup"),
        ("exit $rc", "setup"),
        ("make check; [ $? -eq 0 ]", "real"),
        ("make check; [ $? -eq 0 ] || exit 1", "real"),
        ("set -e; make check; echo done", "real"),
        ("set -euo pipefail\nmake check\necho done", "real"),
        ("set -e; make check || true; echo done", "never_fails"),
        ("echo 'a && b || exit 1'", "never_fails"),
        ("# only a comment", "never_fails"),
        ("", "never_fails"),
        ("! grep -q TODO a.py", "real"),
        // Compound commands.
        (
            "if make check; then echo PASS; else echo FAIL; fi",
            "never_fails",
        ),
        (
            "if make check; then echo PASS; else echo FAIL; exit 1; fi",
            "real",
        ),
        ("if make check; then echo PASS; fi", "never_fails"),
        ("if grep -q bad a.log; then exit 1; fi", "real"),
        (
            "if grep -q bad a.log; then exit 1; else echo fine; fi",
            "real",
        ),
        ("for f in a b; do test -f $f || exit 1; done", "real"),
        (
            "for f in a b; do test -f $f || echo missing; done",
            "never_fails",
        ),
        ("check() { make check || true; }; check", "never_fails"),
        (
            "check() { make check || return 1; echo fine; }; check",
            "real",
        ),
        ("(cd app && make check)", "real"),
        ("(make check; true)", "never_fails"),
        ("bash -c 'make check || true'", "never_fails"),
        ("bash -ec 'make check; echo done'", "real"),
        ("sh -c \"make check && echo fine\"", "real"),
        ("timeout 5 make check || true", "never_fails"),
        ("timeout -k 1 5 make check", "real"),
        ("env A=b make check", "real"),
        ("case $(cat a) in x) exit 0;; *) exit 1;; esac", "real"),
        // Pipelines.
        ("make list | wc -l", "masked"),
        ("make list | grep -q a", "real"),
        ("make list | grep a | wc -l", "masked"),
        ("make list | tee log", "masked"),
        ("make list | head -3", "masked"),
        ("cat a.json | jq .x", "masked"),
        ("cat a.json | jq -e .x", "real"),
        ("set -o pipefail; make list | tee log", "real"),
        ("echo 'a b' | grep -q a", "vacuous"),
        ("echo 'a b' | wc -w", "never_fails"),
        ("echo 'a b' | ./count.sh", "real"),
        ("printf 'x\\n' | sh count.sh | grep -qx 1", "real"),
        ("test $(wc -l < a.md) -ge 3", "real"),
        ("[ \"$(head -1 a.md)\" = '# A' ]", "real"),
        ("n=$(make count) && [ \"$n\" -eq 3 ]", "real"),
        ("grep -q x <<< 'x y'", "vacuous"),
        ("echo \"$(make check)\"", "never_fails"),
        ("x=$(make check)", "real"),
        // What the status is about.
        ("curl http://localhost:8001/health", "indirect"),
        ("curl -sf http://localhost:8001/health", "real"),
        ("curl --fail-with-body http://localhost:8001/health", "real"),
        ("curl http://localhost:8001/health | jq .status", "masked"),
        (
            "curl -X POST http://localhost/x -w '%{http_code}' | grep 400",
            "real",
        ),
        ("docker compose -f a.yml -p b ps", "indirect"),
        ("docker compose -f a.yml logs --tail=100 api", "indirect"),
        ("docker compose logs api | grep -i error", "real"),
        ("docker images", "indirect"),
        ("docker images | grep api", "real"),
        ("docker compose exec -T db psql -c 'select 1'", "real"),
        ("python3 --version", "indirect"),
        ("git diff", "indirect"),
        ("git diff --exit-code", "real"),
        ("find . -name '*.py'", "indirect"),
        ("find . -name '*.py' | grep -q .", "real"),
        ("ls -l a.py", "real"),
        ("cat a.md", "real"),
        // Python.
        ("python3 -c 'from pkg import *'", "vacuous"),
        (
            "cd app && python3 -c 'from pkg import *; print(\"PASS: imports\")'",
            "vacuous",
        ),
        ("python3 -c 'from pkg import *; assert thing'", "real"),
        (
            "python3 -c \"from pkg.mod import Thing; print('PASS')\"",
            "real",
        ),
        ("python3 -c 'import pkg'", "real"),
        ("python3 -c 'import sys; print(\"fine\")'", "vacuous"),
        ("python3 -c 'print(f\"{1 + 1}\")'", "real"),
        ("python3 -c 'assert True'", "vacuous"),
        (
            "python3 -c '\nimport json\nassert json.load(open(\"a.json\"))[\"x\"] == 1\n'",
            "real",
        ),
        (
            "python3 - <<'EOF'\nfrom pkg import *\nprint('ok')\nEOF",
            "vacuous",
        ),
        ("python3 - <<'EOF'\nimport pkg\nassert pkg.x\nEOF", "real"),
        (
            "python3 -c '\ntry:\n    import pkg\n    print(\"PASS\")\nexcept Exception as e:\n    print(\"FAIL\", e)\n'",
            "vacuous",
        ),
        (
            "python3 -c '\ntry:\n    import pkg\nexcept Exception as e:\n    print(e)\n    raise\n'",
            "real",
        ),
        (
            "python3 -c '\ntry:\n    pkg()\nexcept ValueError:\n    pass\n'",
            "real",
        ),
        (
            "python3 -c '\nimport pkg\ntry:\n    pkg.f()\nexcept:\n    pass\n'",
            "real",
        ),
        ("python3 -m py_compile a.py", "real"),
        ("node -e 'console.log(\"ok\")'", "vacuous"),
        ("node -e 'require(\"./a.js\")'", "real"),
        // Conditions that hold by themselves.
        ("[ 1 -eq 1 ]", "vacuous"),
        ("[[ -n yes ]]", "vacuous"),
        ("test -d .", "vacuous"),
        ("test -d src", "real"),
        ("[[ -f a.py ]]", "real"),
        ("true", "never_fails"),
        ("echo PASS", "never_fails"),
        // Preparation.
        ("cd app", "setup"),
        ("cd app && mkdir -p out", "setup"),
        ("export A=b", "setup"),
        ("A=b", "setup"),
        ("set -e", "setup"),
        ("go() { make check; }", "setup"),
        ("exec 3>&1", "setup"),
        ("make check; cd ..", "never_fails"),
        ("make check; A=b", "never_fails"),
        ("make check || cd ..", "never_fails"),
        ("cd app || exit 1", "setup"),
        ("bash run.sh -c 'true'", "real"),
        ("bash -o pipefail -c 'make list | tee log'", "real"),
        ("bash -o errexit -c 'make check; true'", "real"),
        ("pip install -r requirements.txt", "setup"),
        // What cannot be read.
        ("echo 'a", "indirect"),
        ("if make check", "indirect"),
    ];
    let wrong: Vec<String> = (table.iter())
        .filter(|(command, expected)| name(&strength(command)) != *expected)
        .map(|(command, expected)| {
            format!("{command}\n    {}, expected {expected}", strength(command))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Random lists, groups and conditions over the program `p`.
struct Scripts(u64);

impl Scripts {
    fn pick(&mut self, of: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) % of
    }

    fn script(&mut self, depth: u32) -> String {
        let leaf = depth == 0 || self.pick(4) == 0;
        if leaf {
            let leaves = [
                "p", "p", "p", "p", "p", "true", "echo x", "false", "exit 1", "exit 0",
            ];
            return leaves[self.pick(10) as usize].to_owned();
        }
        let form = self.pick(11);
        let mut part = || self.script(depth - 1);
        let (a, b, c) = (part(), part(), part());
        match form {
            0 => format!("{{ {a}; }} && {{ {b}; }}"),
            1 => format!("{{ {a}; }} || {{ {b}; }}"),
            2 => format!("{a}; {b}"),
            3 => format!("({a}; {b})"),
            4 => format!("! {{ {a}; }}"),
            5 => format!("if {a}; then {b}; else {c}; fi"),
            6 => format!("if {a}; then {b}; fi"),
            7 => format!("{{ {a}; }} | {{ {b}; }}"),
            8 => format!("{a}; [ $? -eq 0 ]"),
            9 => format!("{{ {a}; {b}; }}"),
            _ => format!("f() {{ {a}; return $?; {b}; }}; f"),
        }
    }
}

/// A shell tells how each script ends, whichever of the programs succeed.
#[test]
#[ignore = "runs bash some thousand times"]
fn bash_agrees() {
    let mut scripts = Scripts(7);
    let mut wrong = Vec::new();
    for _ in 0..1500 {
        let options = ["", "", "set -e; "][scripts.pick(3) as usize];
        // Each place has a program of its own.
        let parts: Vec<String> = {
            let whole = format!("{options}{}", scripts.script(3));
            whole.split('p').map(str::to_owned).collect()
        };
        let count = parts.len() - 1;
        if count > 5 {
            continue;
        }
        let mut script = parts[0].clone();
        for (index, part) in parts[1..].iter().enumerate() {
            script.push_str(&format!("p{index}{part}"));
        }
        let ends: Vec<bool> = (0..1u32 << count)
            .map(|bits| {
                let define = |index| format!("p{index}() {{ return {}; }}\n", bits >> index & 1);
                let whole: String = (0..count).map(define).collect();
                let mut bash = std::process::Command::new("bash");
                bash.arg("-c")
                    .arg(whole + &script)
                    .stdout(std::process::Stdio::null());
                bash.status().unwrap().success()
            })
            .collect();
        let can_fail = ends.iter().any(|passed| !passed);
        let found = strength(&script);
        let told = found.is_real();
        if told != can_fail {
            wrong.push(format!("{script}\n    {found}, but it ends so: {ends:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_status_that_is_kept_very_often_is_read_in_bounded_depth() {
    let long = "make check; s=$?; ".repeat(20_000);
    assert_ne!(strength(&long), Strength::Real);
}
