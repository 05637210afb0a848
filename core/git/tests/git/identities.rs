//! Who commits, as git's settings have it.

use crate::scratch::Scratch;

#[test]
fn an_identity_is_set_for_one_repository_and_its_key_taken_out_again() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    let git = scratch.contract();
    git.set_identity("Ann Lee", "ann@example.org", Some("/keys/my key")).unwrap();
    let summary = serde_json::to_value(git.current_identity().unwrap()).unwrap();
    let expected = serde_json::json!({
        "userName": "Ann Lee", "userEmail": "ann@example.org", "sshCommand": "ssh -i '/keys/my key'",
    });
    assert_eq!(summary, expected);
    scratch.git(&["config", "--add", "user.name", "twice"]);
    git.set_identity("Ann", "ann@localhost", None).unwrap();
    git.set_identity("Ann", "ann@localhost", Some("")).unwrap();
    assert_eq!(scratch.git(&["config", "--local", "--get-all", "user.name"]), "Ann\n");
    assert!(!scratch.try_git(&["config", "--local", "core.sshCommand"]).status.success());
    let nowhere = Scratch::bare_folder();
    assert!(nowhere.contract().set_identity("a", "b", None).is_err());
}
