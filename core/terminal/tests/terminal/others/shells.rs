//! Shells that mark their prompts (OSC 133) and tell their folder (OSC 7), as their users set them up.

use std::fs;

use atelier_terminal::ShellActivity;

use super::stage::Stage;

const BASH: &str = r#"
PS1='\[\e]133;A\a\]ready> \[\e]133;B\a\]'
PS0='\e]133;C\a'
PROMPT_COMMAND='printf "\e]133;D;%s\a\e]7;file://host%s\a" "$?" "$PWD"'
"#;

const ZSH: &str = r#"
PS1=$'%{\e]133;A\a%}ready> %{\e]133;B\a%}'
preexec() { printf '\e]133;C\a' }
precmd() { printf '\e]133;D;%s\a\e]7;file://host%s\a' "$?" "$PWD" }
unsetopt prompt_sp
"#;

const FISH: &str = r"
function fish_greeting; end
function fish_prompt; printf '\e]7;file://host%s\a\e]133;A\aready> \e]133;B\a' $PWD; end
function mark_begin --on-event fish_preexec; printf '\e]133;C\a'; end
function mark_end --on-event fish_postexec; printf '\e]133;D;%s\a' $status; end
";

fn tells(shell: &str, file: &str, setup: &str) {
    let mut stage = Stage::with(shell, &[(file, setup), ("sub folder/x", "")]);
    stage.enters("cd 'sub folder'; printf 'one\\ntwo\\n'; false");
    let folder = fs::canonicalize(stage.path().join("sub folder")).unwrap();
    stage.until("the end of the command", |stage| {
        let shell = stage.screen.with(|screen| screen.shell().clone());
        shell.last_status == Some(1)
            && shell.activity == ShellActivity::Prompt
            && shell.directory.is_some_and(|told| fs::canonicalize(told).unwrap() == folder)
    });
    stage.is_back();
    assert_eq!(stage.screen.with(atelier_terminal::Screen::last_output).as_deref(), Some("one\ntwo"));
    stage.enters("sleep 1000");
    stage.runs("sleep");
    stage.until("a command that runs", |stage| {
        stage.screen.with(|screen| screen.shell().activity == ShellActivity::Command)
    });
    stage.types("\x03");
    stage.is_back();
}

#[test]
#[ignore = "needs bash; a step of scripts/test has it"]
fn bash_tells_where_it_is_and_how_commands_end() {
    tells("/bin/bash", ".bash_profile", BASH);
}

#[test]
#[ignore = "needs zsh; a step of scripts/test installs it"]
fn zsh_tells_where_it_is_and_how_commands_end() {
    tells("/usr/bin/zsh", ".zshrc", ZSH);
}

#[test]
#[ignore = "needs fish; a step of scripts/test installs it"]
fn fish_tells_where_it_is_and_how_commands_end() {
    tells("/usr/bin/fish", ".config/fish/config.fish", FISH);
}
