//! `wardline policy`, as far as it needs no server.

use std::fs;

use serde_json::Value as Json;
use tempfile::tempdir;

use crate::program::wardline;

const NURSES: &str = r#"
@id("nurse-see-vitals")
@says("nurses see vital signs of their patients")
permit (principal in Role::"nurse", action in Action::"view", resource == DataType::"vitals")
when { context.care_team && context.purpose == Purpose::"TREAT" };
"#;

#[test]
fn a_folder_that_can_be_used_is_told_what_is_to_be_objected_to() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("nurses.cedar"), NURSES).unwrap();

    let ended = wardline(folder.path(), &["policy", "check", ".", "--json"]);

    let told: Json = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(ended.code, 7, "{}", ended.stderr);
    assert_eq!(told["policies"], 1);
    let findings = told["findings"].as_array().unwrap();
    assert!(
        findings
            .iter()
            .any(|finding| finding.as_str().unwrap().contains("nobody may read notes")),
        "{findings:?}"
    );
}

#[test]
fn a_folder_with_a_word_that_there_is_not_is_refused_and_the_word_is_named() {
    let folder = tempdir().unwrap();
    let wrong = NURSES.replace("Role::\"nurse\"", "Role::\"nuse\"");
    fs::write(folder.path().join("nurses.cedar"), wrong).unwrap();

    let ended = wardline(folder.path(), &["policy", "check", "."]);

    assert_eq!(ended.code, 78, "{}", ended.stdout);
    assert!(ended.stderr.contains("nuse"), "{}", ended.stderr);
}

#[test]
fn the_matrix_says_what_the_policies_of_a_folder_say() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("nurses.cedar"), NURSES).unwrap();

    let ended = wardline(folder.path(), &["policy", "matrix", "."]);

    let lines: Vec<Vec<&str>> = ended
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        lines[1],
        ["nurse", "vitals", "sees", "care", "team", "TREAT"]
    );
    assert_eq!(lines.len(), 2, "{}", ended.stdout);
}

#[test]
fn the_built_in_matrix_shows_one_role() {
    let folder = tempdir().unwrap();

    let ended = wardline(folder.path(), &["policy", "matrix", "--role", "billing"]);

    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("sees writes"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("nurse"), "{}", ended.stdout);
}

#[test]
fn a_question_is_answered_with_the_policy_the_reason_and_what_the_user_is_told() {
    let folder = tempdir().unwrap();
    let question = "policy explain nurse read vitals --purpose TREAT --built-in --fact department";
    let ask = |more: &[&str]| {
        let words: Vec<&str> = question.split(' ').chain(more.iter().copied()).collect();
        wardline(folder.path(), &words).stdout
    };

    let allowed = ask(&[]);
    let denied = ask(&["--fact", "vip"]);

    assert!(allowed.starts_with("allowed\n"), "{allowed}");
    assert!(allowed.contains("nurse-view: nurses see"), "{allowed}");
    assert!(denied.starts_with("denied\n"), "{denied}");
    assert!(denied.contains("restricted_patient"), "{denied}");
    assert!(denied.contains("not available to you"), "{denied}");
}

#[test]
fn a_role_that_there_is_not_is_a_wrong_command_line() {
    let folder = tempdir().unwrap();
    let words = "policy explain nuse read vitals --purpose TREAT --built-in";

    let ended = wardline(folder.path(), &words.split(' ').collect::<Vec<_>>());

    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("nurse"), "{}", ended.stderr);
}
