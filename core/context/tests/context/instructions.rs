//! Which instructions a model gets, and what is said of those it does not.

use atelier_context::{InstructionSource, Instructions, Scope};

use crate::place::Place;

fn read(place: &Place) -> Instructions {
    Instructions::read(&place.project(), &place.user())
}

fn names(instructions: &Instructions) -> Vec<&str> {
    instructions.sources.iter().map(|source| source.name.as_str()).collect()
}

/// The only source with a problem, and that.
fn problem(instructions: &Instructions) -> (&InstructionSource, &str) {
    let with: Vec<_> = instructions.sources.iter().filter(|source| source.problem.is_some()).collect();
    assert_eq!(with.len(), 1, "{instructions:?}");
    (with[0], with[0].problem.as_deref().unwrap())
}

#[test]
fn the_user_s_come_first_and_the_nearest_last() {
    let place = Place::new();
    assert_eq!(read(&place), Instructions::default());
    place.write(".config/atelier/AGENTS.md", "own");
    place.write(".claude/CLAUDE.md", "claude");
    place.write("AGENTS.md", "home, which is above every repository");
    place.write("work/.git/HEAD", "ref: refs/heads/main");
    place.write("work/AGENTS.md", "repository");
    place.write("work/project/CLAUDE.md", "project for one vendor");
    place.write("work/project/AGENTS.md", "project\n\n");
    let instructions = read(&place);
    let repository = "~/work/AGENTS.md";
    let expected = ["~/.config/atelier/AGENTS.md", "~/.claude/CLAUDE.md", repository, "AGENTS.md", "CLAUDE.md"];
    assert_eq!(names(&instructions), expected);
    assert!(instructions.sources.iter().all(|source| source.problem.is_none() && source.imported_by.is_none()));
    assert_eq!(instructions.sources[1].scope, Scope::User);
    assert_eq!(instructions.sources[2].scope, Scope::Project);
    let end = "<instructions file=\"AGENTS.md\">\nproject\n</instructions>\n\
               <instructions file=\"CLAUDE.md\">\nproject for one vendor\n</instructions>\n";
    assert!(instructions.text.ends_with(end), "{}", instructions.text);
    assert_eq!(read(&place), instructions, "the same files must give the same text");
}

#[test]
fn a_project_in_no_repository_has_only_its_own() {
    let place = Place::new();
    place.write("work/AGENTS.md", "above");
    place.write("work/project/AGENTS.md", "own");
    assert_eq!(names(&read(&place)), ["AGENTS.md"]);
    // A home folder that is under version control does not make a project of everything in it.
    place.write(".git/HEAD", "ref");
    assert_eq!(names(&read(&place)), ["AGENTS.md"]);
}

#[test]
fn one_text_under_several_names_is_given_once() {
    for (name, text) in [("imported", "@AGENTS.md"), ("copied", "rules")] {
        let place = Place::new();
        place.write("work/project/AGENTS.md", "rules");
        place.write("work/project/CLAUDE.md", text);
        assert_eq!(read(&place).text.matches("rules").count(), 1, "{name}");
    }
    let place = Place::new();
    place.write("work/project/CLAUDE.md", "rules");
    place.link("CLAUDE.md", "work/project/AGENTS.md");
    assert_eq!(read(&place).text.matches("rules").count(), 1);
}

#[test]
fn imports_follow_the_file_that_names_them_and_circles_end() {
    let place = Place::new();
    place.write("work/project/AGENTS.md", "one @docs/a.md @ada `@docs/never.md`");
    place.write("work/project/docs/a.md", "two @./b.md @../AGENTS.md");
    place.write("work/project/docs/b.md", "three @a.md");
    place.write("work/project/docs/never.md", "hidden");
    let instructions = read(&place);
    assert_eq!(names(&instructions), ["AGENTS.md", "docs/a.md", "docs/b.md"]);
    assert_eq!(instructions.sources[2].imported_by.as_deref(), Some("docs/a.md"));
    assert!(!instructions.text.contains("hidden"));
}

#[test]
fn imports_do_not_leave_the_repository() {
    let place = Place::new();
    place.write("secret.md", "SECRET");
    place.write("work/project/.env", "SECRET=1");
    place.link("../../secret.md", "work/project/link.md");
    for import in ["@../../secret.md", "@~/secret.md", "@link.md", "@.env", "@/etc/passwd"] {
        place.write("work/project/AGENTS.md", import);
        let instructions = read(&place);
        assert!(!instructions.text.contains("SECRET") && !instructions.text.contains("root:"), "{import}");
        let (source, told) = problem(&instructions);
        assert_eq!(source.imported_by.as_deref(), Some("AGENTS.md"));
        assert!(told.contains("outside the project") || told.contains("may hold keys"), "{told}");
    }
}

#[test]
fn a_file_of_instructions_that_is_a_link_to_elsewhere_is_refused_unless_it_is_the_user_s_own() {
    let place = Place::new();
    place.link("/etc/passwd", "work/project/CLAUDE.md");
    place.write("dotfiles/claude.md", "mine @more.md @../work/other.md");
    place.write("dotfiles/more.md", "more of mine");
    place.link("../dotfiles/claude.md", ".claude/CLAUDE.md");
    let instructions = read(&place);
    assert_eq!(names(&instructions), ["~/dotfiles/claude.md", "~/dotfiles/more.md", "../work/other.md", "CLAUDE.md"]);
    let told: Vec<_> = instructions.sources.iter().filter_map(|source| source.problem.as_deref()).collect();
    assert!(told[0].contains("outside the folder of the file"), "{told:?}");
    assert!(told[1].contains("outside the project"), "{told:?}");
    assert!(!instructions.text.contains("root:"));
}

#[test]
fn what_is_missing_too_deep_or_no_text_is_told_and_stops_nothing() {
    let place = Place::new();
    place.write("work/project/AGENTS.md", "first @gone.md last");
    let instructions = read(&place);
    assert!(problem(&instructions).1.contains("does not exist"));
    assert!(instructions.text.contains("first"));

    let place = Place::new();
    place.write("work/project/AGENTS.md", "@1.md");
    for number in 1..10 {
        place.write(&format!("work/project/{number}.md"), format!("@{}.md", number + 1));
    }
    let instructions = read(&place);
    assert_eq!(names(&instructions), ["AGENTS.md", "1.md", "2.md", "3.md", "4.md", "5.md", "6.md"]);
    assert!(problem(&instructions).1.contains("at most 5 imports"));

    let place = Place::new();
    place.write("work/project/AGENTS.md", b"\x7fELF\0\0");
    assert!(problem(&read(&place)).1.contains("no text"));
}

#[test]
fn a_huge_file_is_cut_and_all_together_are_too_and_both_are_told() {
    let place = Place::new();
    let line = "x".repeat(99) + "\n";
    place.write("work/project/AGENTS.md", line.repeat(100_000));
    let instructions = read(&place);
    let (source, told) = problem(&instructions);
    assert_eq!(source.bytes % 100, 0, "cut between lines");
    assert!(told.contains("of 10000000 bytes") && instructions.text.contains(told), "{told}");
    assert!(instructions.text.len() < 70_000);

    place.write("work/project/CLAUDE.md", "y".repeat(60_000));
    place.write("work/project/CLAUDE.local.md", "z".repeat(60_000));
    let instructions = read(&place);
    assert!(instructions.text.len() < 135_000);
    assert!(instructions.sources.last().unwrap().problem.is_some());
}

#[test]
fn a_hostile_file_costs_a_bounded_amount_of_looking() {
    let place = Place::new();
    let many: Vec<_> = (0..5_000).map(|number| format!("@{number}.md")).collect();
    place.write("work/project/AGENTS.md", many.join(" "));
    assert!(read(&place).sources.len() <= 102);
    place.write("work/project/AGENTS.md", "x");
    place.write("work/project/\u{7}\".md", "bell");
    place.write("work/project/CLAUDE.md", "@\u{7}\".md.");
    assert!(read(&place).text.contains("file=\"__.md\""));
}
