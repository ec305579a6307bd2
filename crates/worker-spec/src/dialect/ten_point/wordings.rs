//! The names under which people write the sections of a spec.

use super::names::KNOWN;
use crate::beginnings::Beginnings;

/// A known section's place in [`KNOWN`].
type At = u8;

const DELIVERABLES: At = 0;
const CRITERIA: At = 1;
const BOUNDARIES: At = 2;
const DEPENDENCIES: At = 3;
const MITIGATION: At = 4;
const TESTS: At = 5;
const RESULTS: At = 6;
const CLASSIFICATION: At = 7;
const RETROSPECTIVE: At = 8;
const PERFORMANCE: At = 9;
const RESOURCES: At = 10;
const RISKS: At = 11;
const METRICS: At = 12;

/// Every wording, in the order of its bytes: which section it means, and whether it is seldom used for anything else.
/// (A page about anything may have a heading "Files" or "Testing".)
#[rustfmt::skip]
const WORDINGS: [(&str, At, bool); 206] = [
    ("ACCEPTANCE", CRITERIA, true),
    ("ACCEPTANCE CHECKLIST", CRITERIA, true),
    ("ACCEPTANCE CONDITIONS", CRITERIA, true),
    ("ACCEPTANCE CRITERIA", CRITERIA, true),
    ("ACCEPTANCE CRITERION", CRITERIA, true),
    ("AFFECTED FILES", DELIVERABLES, false),
    ("AFTER", DEPENDENCIES, false),
    ("ARTEFACTS", DELIVERABLES, false),
    ("ARTIFACTS", DELIVERABLES, false),
    ("BLOCKED BY", DEPENDENCIES, true),
    ("BLOCKS", DEPENDENCIES, true),
    ("BOUNDARIES", BOUNDARIES, true),
    ("BOUNDARY", BOUNDARIES, true),
    ("CHECKS", TESTS, false),
    ("CLASSIFICATION", CLASSIFICATION, true),
    ("COMPLETION CRITERIA", CRITERIA, true),
    ("CONSTRAINT", BOUNDARIES, false),
    ("CONSTRAINTS", BOUNDARIES, false),
    ("CONTINGENCY", MITIGATION, false),
    ("CONTINGENCY PLAN", MITIGATION, true),
    ("CRITERIA", CRITERIA, false),
    ("DEFINITION OF DONE", CRITERIA, true),
    ("DELIVERABLE", DELIVERABLES, true),
    ("DELIVERABLE FILES", DELIVERABLES, true),
    ("DELIVERABLES", DELIVERABLES, true),
    ("DEPENDENCIES", DEPENDENCIES, true),
    ("DEPENDENCY", DEPENDENCIES, true),
    ("DEPENDS ON", DEPENDENCIES, true),
    ("DOD", CRITERIA, true),
    ("DONE", CRITERIA, false),
    ("DONE CRITERIA", CRITERIA, true),
    ("DONE WHEN", CRITERIA, true),
    ("EXIT CRITERIA", CRITERIA, true),
    ("EXPECTED DELIVERABLES", DELIVERABLES, true),
    ("FALLBACK", MITIGATION, false),
    ("FALLBACK PLAN", MITIGATION, true),
    ("FALLBACKS", MITIGATION, false),
    ("FILE LIST", DELIVERABLES, false),
    ("FILES", DELIVERABLES, false),
    ("FILES AFFECTED", DELIVERABLES, false),
    ("FILES CHANGED", DELIVERABLES, false),
    ("FILES TO CHANGE", DELIVERABLES, true),
    ("FILES TO CREATE", DELIVERABLES, true),
    ("FILES TO CREATE AND MODIFY", DELIVERABLES, true),
    ("FILES TO CREATE MODIFY", DELIVERABLES, true),
    ("FILES TO CREATE OR MODIFY", DELIVERABLES, true),
    ("FILES TO DELIVER", DELIVERABLES, true),
    ("FILES TO MODIFY", DELIVERABLES, true),
    ("FILES TO UPDATE", DELIVERABLES, true),
    ("FILES TO WRITE", DELIVERABLES, true),
    ("GUARDRAILS", BOUNDARIES, true),
    ("HOW TO CHECK", TESTS, true),
    ("HOW TO TEST", TESTS, true),
    ("HOW TO VALIDATE", TESTS, true),
    ("HOW TO VERIFY", TESTS, true),
    ("IN SCOPE", BOUNDARIES, true),
    ("LESSONS LEARNED", RETROSPECTIVE, true),
    ("LIMITATIONS", BOUNDARIES, false),
    ("LIMITS", BOUNDARIES, false),
    ("MITIGATION", MITIGATION, true),
    ("MITIGATIONS", MITIGATION, true),
    ("NEEDS", DEPENDENCIES, false),
    ("NON GOALS", BOUNDARIES, true),
    ("OUT OF SCOPE", BOUNDARIES, true),
    ("OUTPUT", DELIVERABLES, false),
    ("OUTPUT FILES", DELIVERABLES, false),
    ("OUTPUTS", DELIVERABLES, false),
    ("PERFORMANCE", PERFORMANCE, false),
    ("PERFORMANCE BUDGET", PERFORMANCE, true),
    ("PERFORMANCE GOALS", PERFORMANCE, true),
    ("PERFORMANCE REQUIREMENT", PERFORMANCE, true),
    ("PERFORMANCE REQUIREMENTS", PERFORMANCE, true),
    ("PERFORMANCE TARGETS", PERFORMANCE, true),
    ("PREDECESSORS", DEPENDENCIES, true),
    ("PREREQUISITE", DEPENDENCIES, false),
    ("PREREQUISITES", DEPENDENCIES, false),
    ("QUALITY METRICS", METRICS, true),
    ("REPORT", RESULTS, false),
    ("REPORT FORMAT", RESULTS, true),
    ("REPORTING", RESULTS, false),
    ("REPORTING FORMAT", RESULTS, true),
    ("REQUIRED BY", DEPENDENCIES, true),
    ("REQUIRES", DEPENDENCIES, false),
    ("RESOURCE REQUIREMENTS", RESOURCES, true),
    ("RESTRICTIONS", BOUNDARIES, false),
    ("RESULT FORMAT", RESULTS, true),
    ("RESULTS", RESULTS, false),
    ("RESULTS FORMAT", RESULTS, true),
    ("RETRO", RETROSPECTIVE, false),
    ("RETROSPECTIVE", RETROSPECTIVE, true),
    ("RETROSPECTIVES", RETROSPECTIVE, true),
    ("RISK", MITIGATION, false),
    ("RISK ASSESSMENT", RISKS, true),
    ("RISK MITIGATION", MITIGATION, true),
    ("RISK MITIGATIONS", MITIGATION, true),
    ("RISKS", MITIGATION, false),
    ("RISKS AND MITIGATION", MITIGATION, true),
    ("RISKS AND MITIGATIONS", MITIGATION, true),
    ("ROLLBACK", MITIGATION, false),
    ("ROLLBACK PLAN", MITIGATION, true),
    ("SCOPE", BOUNDARIES, false),
    ("SCOPE AND BOUNDARIES", BOUNDARIES, true),
    ("SCOPE BOUNDARIES", BOUNDARIES, true),
    ("SUCCESS", CRITERIA, false),
    ("SUCCESS CRITERIA", CRITERIA, true),
    ("SUCCESS CRITERION", CRITERIA, true),
    ("TASK CLASSIFICATION", CLASSIFICATION, true),
    ("TASK DEPENDENCIES", DEPENDENCIES, true),
    ("TASK TYPE", CLASSIFICATION, true),
    ("TEST", TESTS, false),
    ("TEST COMMANDS", TESTS, true),
    ("TEST PLAN", TESTS, true),
    ("TEST PROCEDURE", TESTS, true),
    ("TEST PROCESS", TESTS, true),
    ("TEST RESULT FORMAT", RESULTS, true),
    ("TEST RESULTS", RESULTS, false),
    ("TEST RESULTS FORMAT", RESULTS, true),
    ("TEST STEPS", TESTS, true),
    ("TEST STRATEGY", TESTS, true),
    ("TESTING", TESTS, false),
    ("TESTING INSTRUCTIONS", TESTS, true),
    ("TESTING PLAN", TESTS, true),
    ("TESTING PROCEDURE", TESTS, true),
    ("TESTING PROCESS", TESTS, true),
    ("TESTING STRATEGY", TESTS, true),
    ("TESTS", TESTS, false),
    ("TESTS TO RUN", TESTS, true),
    ("TYPE", CLASSIFICATION, false),
    ("UNBLOCKS", DEPENDENCIES, true),
    ("UPSTREAM", DEPENDENCIES, false),
    ("VALIDATION", TESTS, false),
    ("VALIDATION COMMANDS", TESTS, true),
    ("VALIDATION PLAN", TESTS, true),
    ("VALIDATION PROCESS", TESTS, true),
    ("VALIDATION STEPS", TESTS, true),
    ("VERIFICATION", TESTS, true),
    ("VERIFICATION COMMANDS", TESTS, true),
    ("VERIFICATION PLAN", TESTS, true),
    ("VERIFICATION PROCESS", TESTS, true),
    ("VERIFICATION STEPS", TESTS, true),
    ("VERIFY", TESTS, false),
    ("WHAT TO DELIVER", DELIVERABLES, true),
    ("スコープ", BOUNDARIES, true),
    ("タスク分類", CLASSIFICATION, true),
    ("テスト", TESTS, true),
    ("テスト手順", TESTS, true),
    ("テスト結果", RESULTS, true),
    ("リスク", MITIGATION, true),
    ("リスク対策", MITIGATION, true),
    ("交付成果", DELIVERABLES, true),
    ("交付物", DELIVERABLES, true),
    ("任务分类", CLASSIFICATION, true),
    ("依存", DEPENDENCIES, true),
    ("依存関係", DEPENDENCIES, true),
    ("依赖", DEPENDENCIES, true),
    ("依赖关系", DEPENDENCIES, true),
    ("制約", BOUNDARIES, true),
    ("前提条件", DEPENDENCIES, true),
    ("前置条件", DEPENDENCIES, true),
    ("受け入れ基準", CRITERIA, true),
    ("受入基準", CRITERIA, true),
    ("回顾", RETROSPECTIVE, true),
    ("境界", BOUNDARIES, true),
    ("完了条件", CRITERIA, true),
    ("完成标准", CRITERIA, true),
    ("性能要件", PERFORMANCE, true),
    ("性能要求", PERFORMANCE, true),
    ("成功基準", CRITERIA, true),
    ("成功标准", CRITERIA, true),
    ("成果物", DELIVERABLES, true),
    ("振り返り", RETROSPECTIVE, true),
    ("検証", TESTS, true),
    ("検証手順", TESTS, true),
    ("测试", TESTS, true),
    ("测试步骤", TESTS, true),
    ("测试流程", TESTS, true),
    ("测试结果", RESULTS, true),
    ("納品物", DELIVERABLES, true),
    ("緩和策", MITIGATION, true),
    ("约束", BOUNDARIES, true),
    ("结果格式", RESULTS, true),
    ("缓解措施", MITIGATION, true),
    ("范围", BOUNDARIES, true),
    ("边界", BOUNDARIES, true),
    ("风险", MITIGATION, true),
    ("风险缓解", MITIGATION, true),
    ("验收标准", CRITERIA, true),
    ("验证", TESTS, true),
    ("검증", TESTS, true),
    ("경계", BOUNDARIES, true),
    ("범위", BOUNDARIES, true),
    ("산출물", DELIVERABLES, true),
    ("선행 작업", DEPENDENCIES, true),
    ("성공 기준", CRITERIA, true),
    ("성능 요구사항", PERFORMANCE, true),
    ("수락 기준", CRITERIA, true),
    ("완료 기준", CRITERIA, true),
    ("완화", MITIGATION, true),
    ("위험", MITIGATION, true),
    ("의존성", DEPENDENCIES, true),
    ("작업 분류", CLASSIFICATION, true),
    ("제약", BOUNDARIES, true),
    ("테스트", TESTS, true),
    ("테스트 결과", RESULTS, true),
    ("테스트 절차", TESTS, true),
    ("회고", RETROSPECTIVE, true),
];

/// Longer than any wording.
const LONGEST: usize = 48;

/// The section that a name means, by its place in [`KNOWN`], and whether the wording is a sure one. Letter case and
/// the kind of gap between words play no part.
pub(super) fn find(name: &str) -> Option<(At, bool)> {
    // Few names that are none of these begin like one.
    let begins: &[u8; 2] = name.as_bytes().first_chunk()?;
    let plainly = begins.map(|byte| PLAIN[usize::from(byte)]);
    if begins[0].is_ascii_alphanumeric() && !BEGINNINGS.may_be_of(&plainly) {
        return None;
    }
    let mut buffer = [0; LONGEST];
    let name = plain(name, &mut buffer)?;
    let head = head(name);
    let from = HEADS.partition_point(|other| *other < head);
    let alike = HEADS[from..].iter().take_while(|other| **other == head);
    let mut wordings = WORDINGS[from..].iter().zip(alike);
    let found = wordings.find(|((wording, ..), _)| wording.as_bytes() == name);
    let ((_, section, sure), _) = found?;
    debug_assert!(usize::from(*section) < KNOWN.len());
    Some((*section, *sure))
}

static BEGINNINGS: Beginnings = {
    let mut names = [""; WORDINGS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = WORDINGS[at].0;
        at += 1;
    }
    Beginnings::of(&[&names])
};

/// The heads of all wordings: numbers are found more quickly than texts.
const HEADS: [u64; WORDINGS.len()] = {
    let mut heads = [0; WORDINGS.len()];
    let mut at = 0;
    while at < heads.len() {
        heads[at] = head(WORDINGS[at].0.as_bytes());
        at += 1;
    }
    heads
};

/// The first bytes of a name as a number, which orders names as their bytes do.
const fn head(name: &[u8]) -> u64 {
    let mut head = [0; 8];
    let mut at = 0;
    while at < head.len() && at < name.len() {
        head[at] = name[at];
        at += 1;
    }
    u64::from_be_bytes(head)
}

/// A name in upper case with one space for every gap; `None` when it is longer than any wording.
fn plain<'b>(name: &str, buffer: &'b mut [u8; LONGEST]) -> Option<&'b [u8]> {
    let mut length = 0;
    let mut after_gap = true;
    for byte in name.bytes() {
        let byte = PLAIN[usize::from(byte)];
        let is_gap = byte == b' ';
        if is_gap && after_gap {
            continue;
        }
        *buffer.get_mut(length)? = byte;
        length += 1;
        after_gap = is_gap;
    }
    Some(buffer[..length].trim_ascii_end())
}

/// Every byte as it stands in a plain name.
const PLAIN: [u8; 256] = {
    let mut plain = [0; 256];
    let mut byte = 0;
    while byte < plain.len() {
        plain[byte] = match byte as u8 {
            b'_' | b'-' | b'\t' | b'/' => b' ',
            other => other.to_ascii_uppercase(),
        };
        byte += 1;
    }
    plain
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings_are_in_order_and_short() {
        assert!(WORDINGS.is_sorted_by(|a, b| a.0.as_bytes() < b.0.as_bytes()));
        assert!(
            WORDINGS
                .iter()
                .all(|(wording, ..)| wording.len() <= LONGEST)
        );
    }

    #[test]
    fn every_canonical_name_is_a_wording_of_itself() {
        for (at, name) in KNOWN.iter().enumerate() {
            assert_eq!(find(name), Some((at as u8, true)), "{name}");
        }
    }

    #[test]
    fn gaps_and_case() {
        assert_eq!(find("how-to  Test"), Some((TESTS, true)));
        assert_eq!(find("Files to create/modify"), Some((DELIVERABLES, true)));
        assert_eq!(find("files"), Some((DELIVERABLES, false)));
        assert_eq!(find("受け入れ基準"), Some((CRITERIA, true)));
        assert_eq!(find("HOWTOTEST"), None);
        assert_eq!(find(""), None);
        assert_eq!(find(&"A".repeat(100)), None);
    }
}
