//! Which commands, skills and sub-agents there are, and what they come to.

use atelier_context::{CommandInfo, Scope, agents, commands, expand_command, skills};

use crate::place::Place;

fn all(place: &Place) -> Vec<CommandInfo> {
    commands(Some(&place.project()), &place.user())
}

fn expanded(place: &Place, line: &str) -> Option<String> {
    let expanded = expand_command(Some(&place.project()), &place.user(), line).unwrap();
    expanded.map(|expanded| expanded.prompt)
}

#[test]
fn commands_are_found_where_users_have_them_and_the_project_s_count_first() {
    let place = Place::new();
    place.write(".claude/commands/review.md", "mine");
    place.write(".claude/commands/README.md", "no command");
    place.write(".config/atelier/commands/review.md", "mine for Atelier");
    place.write(
        ".config/atelier/commands/greet.md",
        "---\ndescription: Says hello\nargument-hint: [name]\nmodel: m\n---\nHello",
    );
    place.write(".config/opencode/command/open.md", "# From elsewhere\ntext");
    place.write("work/.git/HEAD", "ref");
    place.write("work/.claude/commands/review.md", "the repository's");
    place.write("work/.claude/commands/lint.md", "of the repository");
    place.write("work/project/.claude/commands/git/commit.md", "namespaced");
    place.write("work/project/.claude/commands/review.md", "the project's");
    place.write("work/project/.atelier/commands/review.md", "the project's for Atelier");
    let found = all(&place);
    let names: Vec<_> = found.iter().map(|command| command.name.as_str()).collect();
    assert_eq!(names, ["git:commit", "greet", "lint", "open", "review"]);
    let sources: Vec<_> = found.iter().map(|command| command.source.as_str()).collect();
    assert_eq!(
        sources,
        [
            ".claude/commands/git/commit.md",
            "~/.config/atelier/commands/greet.md",
            "~/work/.claude/commands/lint.md",
            "~/.config/opencode/command/open.md",
            ".atelier/commands/review.md"
        ]
    );
    assert_eq!(found[1].scope, Scope::User);
    assert_eq!((found[1].description.as_str(), found[1].argument_hint.as_deref()), ("Says hello", Some("[name]")));
    assert_eq!(found[1].model.as_deref(), Some("m"));
    assert_eq!(found[3].description, "From elsewhere");
    assert_eq!(expanded(&place, "/review").unwrap(), "/review\n\nthe project's for Atelier");
}

#[test]
fn what_was_typed_stands_above_what_it_comes_to() {
    let place = Place::new();
    place.write(
        "work/project/.claude/commands/fix.md",
        "---\ndescription: Fixes\n---\n\nFix $1 in $2.\n\n!`git status`\n",
    );
    let command = expand_command(Some(&place.project()), &place.user(), " /fix 'issue 7' src ").unwrap().unwrap();
    assert!(command.prompt.starts_with("/fix 'issue 7' src\n\nFix issue 7 in src.\n\n(not run"), "{}", command.prompt);
    assert_eq!((command.not_run, command.source.as_str()), (vec!["git status".to_owned()], ".claude/commands/fix.md"));
    for other in ["/fixed", "/", "/etc/passwd is a file", "fix", "/ fix"] {
        assert_eq!(expanded(&place, other), None, "{other}");
    }
}

#[test]
fn a_bad_file_is_told_and_the_rest_works() {
    let place = Place::new();
    place.write("work/project/.claude/commands/bad.md", "---\n- no\n- fields\n---\nStill works");
    place.write("work/project/.claude/commands/empty.md", "---\ndescription: x\n---\n");
    place.write("work/project/.claude/commands/huge.md", "x".repeat(100_000));
    place.write("work/project/.claude/commands/two words.md", "can't be typed");
    place.link("/etc/passwd", "work/project/.claude/commands/passwd.md");
    place.link("/etc", "work/project/.atelier/commands");
    place.write("work/project/.claude/commands/good.md", "good");
    let found = all(&place);
    let names: Vec<_> = found.iter().map(|command| command.name.as_str()).collect();
    assert_eq!(names, ["bad", "empty", "good", "huge"]);
    assert!(found[0].problem.as_ref().unwrap().starts_with("Its front matter is no list of fields"));
    assert_eq!(expanded(&place, "/bad").unwrap(), "/bad\n\nStill works");
    for (name, reason) in [("empty", "It is empty"), ("huge", "100000 bytes")] {
        let told = expand_command(Some(&place.project()), &place.user(), &format!("/{name}")).unwrap_err();
        assert!(told.contains(reason) && told.contains(&format!(".claude/commands/{name}.md")), "{told}");
    }
}

#[test]
fn a_skill_is_read_within_its_own_folder_alone() {
    let place = Place::new();
    place.write(".claude/secret.md", "SECRET");
    place.write(".claude/skills/pdf/SKILL.md", "---\nname: pdf\ndescription: Reads PDF\n---\nUse `scripts/read.py`.");
    place.write(".claude/skills/pdf/scripts/read.py", "print()");
    place.link("../../secret.md", ".claude/skills/pdf/link.md");
    place.write("work/project/.atelier/skills/deploy/SKILL.md", "# Deploy it\nSteps");
    place.write("work/project/.atelier/skills/deploy/deep/down/SKILL.md", "no skill");
    let found = skills(Some(&place.project()), &place.user());
    let names: Vec<_> = found.iter().map(|skill| (skill.name.as_str(), skill.description.as_str())).collect();
    assert_eq!(names, [("deploy", "Deploy it"), ("pdf", "Reads PDF")]);
    let pdf = &found[1];
    assert_eq!(pdf.source, "~/.claude/skills/pdf/SKILL.md");
    let text = pdf.text().unwrap();
    assert!(text.starts_with("Use `scripts/read.py`.\n\n[Files of this skill"), "{text}");
    assert!(text.contains("scripts/read.py]"), "{text}");
    assert_eq!(pdf.read("scripts/read.py").unwrap(), "print()");
    for outside in ["../../secret.md", "link.md", "/etc/passwd", "../deploy/SKILL.md", "", "scripts"] {
        let told = pdf.read(outside).unwrap_err();
        assert!(!told.contains("SECRET") && !told.contains("root:"), "{told}");
    }
    let command = all(&place).into_iter().find(|command| command.name == "pdf").unwrap();
    assert!(command.is_skill);
    assert!(expanded(&place, "/pdf a.pdf").unwrap().contains("Arguments: a.pdf"));
}

#[test]
fn sub_agents_are_read_from_their_definitions() {
    let place = Place::new();
    place.write(".claude/agents/reviewer.md", "---\nname: reviewer\ndescription: Mine\n---\nMine");
    place.write(
        "work/project/.claude/agents/team/reviewer.md",
        "---\nname: reviewer\ndescription: Reviews: code\ntools: Read, Grep\nmodel: haiku\n---\nYou review.",
    );
    place.write("work/project/.atelier/agents/nameless.md", "You have no name.");
    let found = agents(Some(&place.project()), &place.user());
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].name.as_str(), found[0].problem.as_deref()), ("nameless", Some("Missing 'name' field")));
    let reviewer = &found[1];
    assert_eq!(reviewer.source, ".claude/agents/team/reviewer.md");
    assert_eq!((reviewer.description.as_str(), reviewer.prompt.as_str()), ("Reviews: code", "You review."));
    assert_eq!(
        (reviewer.tools.as_slice(), reviewer.model.as_deref()),
        (&["Read".to_owned(), "Grep".to_owned()][..], Some("haiku"))
    );
}
