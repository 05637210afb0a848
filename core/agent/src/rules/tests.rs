use serde_json::json;

use super::*;

fn rule(text: &str) -> Rule {
    let (effect, pattern) = text.split_once(' ').unwrap();
    Rule { effect: effect.parse().unwrap(), pattern: pattern.to_owned() }
}

fn rules(texts: &[&str]) -> Vec<Rule> {
    texts.iter().map(|text| rule(text)).collect()
}

fn command(text: &str) -> Subject {
    Subject::of("shell_exec", &json!({"command": text}), Vec::new())
}

fn of_command(given: &[&str], text: &str) -> Ruling {
    ruling(&rules(given), "shell_exec", &command(text))
}

fn of_path(given: &[&str], tool: &str, path: &str) -> Ruling {
    ruling(&rules(given), tool, &Subject::of(tool, &json!({}), vec![path.to_owned()]))
}

#[test]
fn a_command_is_allowed_by_how_it_begins_word_by_word() {
    let allow = ["allow Bash(git commit:*)", "allow Bash(ls)", "allow Bash(npm run test *)"];
    for yes in [
        "git commit",
        "git commit -m 'x; rm -rf y'",
        "ls",
        "ls && git commit -am x",
        "git commit -F \"$FILE\" 2>&1 | ls",
        "npm run test -- --watch",
    ] {
        assert_eq!(of_command(&allow, yes), Ruling::Allowed, "{yes}");
    }
    for no in [
        "git commits",
        "git",
        "git push",
        "ls -la",
        "git commit && rm x",
        "git commit; rm x",
        "git commit | rm x",
        "git commit & rm x",
        "git commit\nrm x",
        "git commit $(rm x)",
        "git commit `rm x`",
        "git commit -m \"$(rm x)\"",
        "git commit > notes.txt",
        "git commit <(rm x)",
        "GIT_EDITOR=rm git commit",
        "env GIT_EDITOR=rm git commit",
        "$X git commit",
        "git $X commit",
        "git -c core.editor=rm commit",
        "./git commit",
        "npm run test:unit",
        "git\\ncommit",
    ] {
        assert_eq!(of_command(&allow, no), Ruling::Silent, "{no}");
    }
}

#[test]
fn deny_wins_over_ask_and_ask_over_allow() {
    let all = ["allow Bash", "ask Bash(git push:*)", "deny Bash(git push --force:*)"];
    assert_eq!(of_command(&all, "git status"), Ruling::Allowed);
    assert_eq!(of_command(&all, "git status && git push"), Ruling::Ask);
    assert_eq!(of_command(&all, "git status; git push --force"), Ruling::Denied(rule(all[2])));
    assert_eq!(of_command(&["allow Bash"], "anything $(at all)"), Ruling::Allowed);
    assert_eq!(of_command(&["deny Bash"], "anything $(at all)"), Ruling::Denied(rule("deny Bash")));
}

#[test]
fn a_forbidden_command_in_disguise_is_at_least_asked_about() {
    let given = ["allow Bash", "deny Bash(git push:*)"];
    for denied in ["git push", "git push -f", "ls && git push", "/usr/bin/git push", "g\\it pu''sh", "git  \"push\" x"]
    {
        assert_eq!(of_command(&given, denied), Ruling::Denied(rule(given[1])), "{denied}");
    }
    for asked in [
        "git -C . push",
        "git --no-pager push",
        "git $IFS push",
        "$GIT push",
        "git p*sh",
        "env git push",
        "sudo git push",
        "bash -c 'git push'",
        "echo push | xargs git",
        "command git push",
        "timeout 5 git push",
        "X=1 git push",
        "(git push)",
        "echo $(git push)",
        "if true; then git push; fi",
        "git push > /tmp/x",
    ] {
        assert_eq!(of_command(&given, asked), Ruling::Ask, "{asked}");
    }
    for free in ["git status", "ls push", "echo git pushed", "cargo test"] {
        assert_eq!(of_command(&given, free), Ruling::Allowed, "{free}");
    }
}

#[test]
fn paths_are_compared_from_the_projects_folder_on() {
    let allow = ["allow Edit(src/**)", "allow Edit(*.md)", "allow write_file(/notes.txt)"];
    for (tool, path, expected) in [
        ("edit_file", "src/a/b.rs", Ruling::Allowed),
        ("write_file", "src/new.rs", Ruling::Allowed),
        ("edit_file", "docs/deep/a.md", Ruling::Allowed),
        ("write_file", "notes.txt", Ruling::Allowed),
        ("edit_file", "notes.txt", Ruling::Silent),
        ("write_file", "sub/notes.txt", Ruling::Silent),
        ("edit_file", "srcs/a.rs", Ruling::Silent),
        ("edit_file", "a/src/b.rs", Ruling::Silent),
        ("edit_file", "SRC/a.rs", Ruling::Silent),
        ("delete_file", "src/a.rs", Ruling::Silent),
        ("read_file", "src/a.rs", Ruling::Silent),
    ] {
        assert_eq!(of_path(&allow, tool, path), expected, "{tool} {path}");
    }
    let deny = ["deny Read(secret)", "deny Edit(migrations/**)"];
    for (tool, path) in [
        ("read_file", "secret/a"),
        ("list_directory", "x/Secret"),
        ("search_files", "secret"),
        ("delete_file", "migrations/1.sql"),
    ] {
        assert!(matches!(of_path(&deny, tool, path), Ruling::Denied(_)), "{tool} {path}");
    }
    assert_eq!(of_path(&deny, "read_file", "secrets"), Ruling::Silent);
}

#[test]
fn every_path_of_a_call_must_be_allowed_and_one_that_is_forbidden_is_enough() {
    let patch = |given: &[&str]| {
        let paths = vec!["src/a.rs".to_owned(), "docs/b.md".to_owned()];
        ruling(&rules(given), "apply_patch", &Subject::Paths(paths))
    };
    assert_eq!(patch(&["allow Edit(src/**)"]), Ruling::Silent);
    assert_eq!(patch(&["allow Edit(src/**)", "allow Edit(docs)"]), Ruling::Allowed);
    assert_eq!(patch(&["allow Edit", "deny Edit(docs/*.md)"]), Ruling::Denied(rule("deny Edit(docs/*.md)")));
    assert_eq!(ruling(&rules(&["allow Edit(src)"]), "apply_patch", &Subject::Other), Ruling::Silent);
}

#[test]
fn hosts_and_tools_of_servers_are_told_apart() {
    let web = |given: &[&str], url: &str| {
        ruling(&rules(given), "fetch_url", &Subject::of("fetch_url", &json!({"url": url}), Vec::new()))
    };
    let docs = ["allow WebFetch(domain:docs.rs)"];
    for yes in ["https://docs.rs/x", "http://a.docs.rs", "https://DOCS.rs:8443?q"] {
        assert_eq!(web(&docs, yes), Ruling::Allowed, "{yes}");
    }
    for no in [
        "https://evil.com/docs.rs",
        "https://notdocs.rs",
        "https://docs.rs@evil.com",
        "https://docs.rs:x@evil.com",
        "https://evil.com\\@docs.rs",
        "https://docs.rs%2eevil.com",
        "ftp://docs.rs",
    ] {
        assert_eq!(web(&docs, no), Ruling::Silent, "{no}");
        assert_ne!(web(&["allow WebFetch", "deny WebFetch(domain:evil.com)"], no), Ruling::Silent, "{no}");
    }
    let server = |given: &str, tool: &str| ruling(&rules(&[given]), tool, &Subject::Other);
    assert_eq!(server("allow mcp__git", "mcp__git__log"), Ruling::Allowed);
    assert_eq!(server("allow mcp__git", "mcp__github__log"), Ruling::Silent);
    assert_eq!(server("allow mcp__git__log", "mcp__git__log"), Ruling::Allowed);
    assert_eq!(server("allow mcp__git__*", "mcp__git__push"), Ruling::Allowed);
}

#[test]
fn what_is_no_rule_is_refused_with_a_sentence() {
    for text in [
        "",
        "Bash(git",
        "Bash)x(",
        "(x)",
        "Ba sh",
        "Bash(git commit && rm:*)",
        "Bash($X:*)",
        "Bash(git $X:*)",
        "Bash(echo > x)",
        "Edit(../x)",
        "Edit(//etc/passwd)",
        "Edit(~/x)",
        "Edit(/)",
        "Edit([)",
        "WebFetch(docs.rs)",
        "WebFetch(domain:)",
        "mcp__git__log(x)",
        "todo(x)",
        "Bash*(x)",
        "Bash\n",
    ] {
        let error = check_rule(&Rule { effect: RuleEffect::Allow, pattern: text.to_owned() });
        // White space around a rule is no harm.
        assert_eq!(error.is_err(), text != "Bash\n", "{text:?}");
    }
}

#[test]
fn always_writes_the_narrowest_rule_that_fits() {
    let offered = |tool: &str, subject: Subject| narrowest(&[], tool, &subject);
    for (text, expected) in [
        ("git commit -m x", vec!["Bash(git commit:*)"]),
        ("cargo test -p a 2>&1 | tail -5", vec!["Bash(cargo test:*)", "Bash(tail -5)"]),
        ("npm run lint -- x", vec!["Bash(npm run lint:*)"]),
        ("ls -la src", vec!["Bash(ls -la src)"]),
        ("rm -rf target", vec!["Bash(rm -rf target)"]),
        ("git -C x push", vec!["Bash(git -C x push)"]),
        ("bash -c 'x'", vec!["Bash(bash -c 'x')"]),
        ("ls $HOME", vec!["Bash(ls $HOME)"]),
        ("rm *", vec![]),
        ("echo $(x)", vec![]),
        ("a; b; c; d; e", vec![]),
    ] {
        assert_eq!(offered("shell_exec", command(text)), expected, "{text}");
    }
    let path = |tool: &str, path: &str| offered(tool, Subject::of(tool, &json!({}), vec![path.to_owned()]));
    assert_eq!(path("edit_file", "src/a.rs"), ["Edit(/src/a.rs)"]);
    assert_eq!(path("delete_file", "a.txt"), ["delete_file(/a.txt)"]);
    assert_eq!(path("edit_file", "odd [x]*{y}.rs"), ["Edit(/odd \\[x\\]\\*\\{y\\}.rs)"]);
    assert_eq!(offered("mcp__git__log", Subject::Other), ["mcp__git__log"]);
    assert_eq!(offered("fetch_url", Subject::Host(Some("docs.rs".into()))), ["WebFetch(domain:docs.rs)"]);
    // What is allowed already needs no rule, and what is forbidden gets none.
    let some = rules(&["allow Bash(ls:*)"]);
    assert_eq!(narrowest(&some, "shell_exec", &command("ls -l && git push")), ["Bash(git push:*)"]);
    assert!(narrowest(&rules(&["ask Bash(git push:*)"]), "shell_exec", &command("git push")).is_empty());
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    fn words() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "git", "push", "ls", "-f", "$X", "'a b'", "*", "&&", ";", "|", "$(ls)", "`ls`", "X=1", ">", "2>&1", "\n",
            "sudo", "(", ")", "src/a.rs", "\\", "\"", "!",
        ]);
        prop::collection::vec(word, 1..7).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn what_always_would_write_allows_just_such_a_call(text in words()) {
            let subject = command(&text);
            let narrow = narrowest(&[], "shell_exec", &subject);
            let allowing: Vec<_> =
                narrow.into_iter().map(|pattern| Rule { effect: RuleEffect::Allow, pattern }).collect();
            if !allowing.is_empty() {
                prop_assert_eq!(ruling(&allowing, "shell_exec", &subject), Ruling::Allowed);
                for more in ["; rm x", " && rm x", " | rm x", "\nrm x", " $(rm x)", " > file"] {
                    let worse = command(&format!("{text}{more}"));
                    prop_assert_ne!(ruling(&allowing, "shell_exec", &worse), Ruling::Allowed);
                }
            }
        }

        #[test]
        fn more_rules_that_forbid_never_allow_more(text in words(), pattern in "(git|ls|sudo)( push)?") {
            let allow = rules(&["allow Bash(git push:*)", "allow Bash(ls:*)"]);
            let mut more = allow.clone();
            more.push(Rule { effect: RuleEffect::Deny, pattern: format!("Bash({pattern}:*)") });
            if ruling(&more, "shell_exec", &command(&text)) == Ruling::Allowed {
                prop_assert_eq!(ruling(&allow, "shell_exec", &command(&text)), Ruling::Allowed);
            }
        }

        #[test]
        fn a_rule_for_a_path_covers_that_path_whatever_is_in_its_name(path in "[a-z*?{}\\[\\]!\\\\ ]{1,12}") {
            let subject = Subject::Paths(vec![path.clone()]);
            let narrow = narrowest(&[], "edit_file", &subject);
            prop_assert!(narrow.len() == 1 || path.trim() != path || path.ends_with('\\'), "{:?}", narrow);
            for pattern in narrow {
                let allowing = [Rule { effect: RuleEffect::Allow, pattern }];
                prop_assert_eq!(ruling(&allowing, "edit_file", &subject), Ruling::Allowed);
                let other = Subject::Paths(vec![format!("{path}x")]);
                prop_assert_eq!(ruling(&allowing, "edit_file", &other), Ruling::Silent);
            }
        }
    }
}
