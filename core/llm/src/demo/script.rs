//! What the demo says. Everything in here must be true of the program as it is.

use atelier_protocol::Role;

use crate::{ModelContent, ModelMessage};

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scene {
    pub(super) thought: &'static str,
    pub(super) says: &'static str,
}

/// The answer to the newest prompt: help when it asks for help, else the next stop of the tour.
pub(super) fn scene(messages: &[ModelMessage]) -> Scene {
    let prompts: Vec<bool> = messages.iter().filter(|message| message.role == Role::User).map(asks_for_help).collect();
    if prompts.last() == Some(&true) {
        return HELP;
    }
    let seen = prompts.iter().rev().skip(1).filter(|help| !**help).count();
    TOUR.get(seen).copied().unwrap_or(END)
}

fn asks_for_help(message: &ModelMessage) -> bool {
    message.content.iter().any(|content| match content {
        ModelContent::Text { text, .. } => {
            let word = text.trim().trim_start_matches('/').trim_end_matches(['?', '!', '.']);
            word.eq_ignore_ascii_case("help") || text.trim() == "?"
        }
        _ => false,
    })
}

const TOUR: [Scene; 3] = [
    Scene {
        thought: "No API key is in use, so this prompt came to me. I am a script: I say so first, then I show what \
                  there is to see.",
        says: "Hello! I am the demo that comes with Atelier: a script, not a model. I don't understand what you \
               write, I read nothing and change nothing on this computer. But I can show you around.\n\n\
               What you are watching is a streamed turn. Each piece of the answer is written to the session's log \
               as it arrives and shown from there, so whatever you have seen is kept, even if the program is killed \
               in the middle of a sentence.\n\n\
               You can stop an answer at any time: with the Stop button in the app, with Ctrl-C in the terminal.\n\n\
               To talk to a real model, add an API key: in the app under Settings, for the command line in the \
               environment variable ANTHROPIC_API_KEY.\n\n\
               Send anything to go on with the tour, or “help” for a list of what you can do.",
    },
    Scene {
        thought: "Second prompt: the tour goes on with sessions.",
        says: "Second stop: sessions. (Still the demo here; I did not read your prompt.)\n\n\
               Every conversation is a session, and a session is a numbered log of events in a database on this \
               computer. The app lists sessions in its sidebar. In the terminal, “atelier sessions list” shows \
               them, “atelier sessions show” prints one, and “atelier sessions export” writes one out for other \
               programs.\n\n\
               App and command line work on the same sessions.\n\n\
               Send anything for the last stop.",
    },
    Scene {
        thought: "Third prompt: the last stop is about scripts, which I know something about.",
        says: "Last stop: scripting. (Still the demo.)\n\n\
               “atelier run” takes one prompt, prints the answer and leaves; its exit code tells whether it worked. \
               With “--json” it prints every event of the log, one on each line.\n\n\
               When something does not work, “atelier doctor” says what is configured, where the files are, and how \
               to fix what is missing.\n\n\
               That was the tour. To begin with real work, add an API key: in the app under Settings, for the \
               command line in ANTHROPIC_API_KEY.",
    },
];

const HELP: Scene = Scene {
    thought: "The one word I understand.",
    says: "I am the demo: a script that shows Atelier around, not a model.\n\n\
           What you can do in the terminal:\n\
           - atelier chat: a conversation; Ctrl-C stops an answer, Ctrl-D leaves\n\
           - atelier run \"<prompt>\": one answer; with --json, one event on each line\n\
           - atelier sessions list, show or export: what was said before\n\
           - atelier doctor: what is configured, and what is missing\n\n\
           In the app: sessions in the sidebar, the conversation beside it, provider, key and model in Settings.\n\n\
           For a real model, add an API key: in the app under Settings, for the command line in the environment \
           variable ANTHROPIC_API_KEY.",
};

const END: Scene = Scene {
    thought: "The tour is over, and I have nothing else.",
    says: "The tour is over, and I am only the demo: a script that can't answer or do anything else. Send “help” for \
           a list of what you can do.\n\n\
           For a real model, add an API key: in the app under Settings, for the command line in the environment \
           variable ANTHROPIC_API_KEY.",
};

#[cfg(test)]
mod tests {
    use super::*;

    fn scene_for(prompts: &[&str]) -> Scene {
        let messages = prompts
            .iter()
            .flat_map(|prompt| [ModelMessage::text(Role::User, *prompt), ModelMessage::text(Role::Assistant, "…")]);
        let messages: Vec<_> = messages.collect();
        scene(&messages[..messages.len() - 1])
    }

    #[test]
    fn each_prompt_goes_one_stop_further_and_then_the_tour_is_over() {
        assert_eq!(scene_for(&["Hi"]), TOUR[0]);
        assert_eq!(scene_for(&["Hi", "Write a parser"]), TOUR[1]);
        assert_eq!(scene_for(&["Hi", "and", "on"]), TOUR[2]);
        assert_eq!(scene_for(&["Hi", "and", "on", "and on"]), END);
    }

    #[test]
    fn help_is_understood_and_takes_no_stop_of_the_tour() {
        for help in ["help", " Help! ", "/help", "?"] {
            assert_eq!(scene_for(&["Hi", help]), HELP, "{help}");
        }
        assert_eq!(scene_for(&["help", "Hi"]), TOUR[0]);
        assert_eq!(scene_for(&["help me write a parser"]), TOUR[0]);
    }

    #[test]
    fn every_scene_says_that_this_is_a_demo_and_the_first_and_last_how_to_get_a_model() {
        for scene in TOUR.iter().chain([&HELP, &END]) {
            assert!(scene.says.contains("demo"), "{}", scene.says);
        }
        for scene in [TOUR[0], TOUR[2], HELP, END] {
            assert!(scene.says.contains("Settings") && scene.says.contains("ANTHROPIC_API_KEY"), "{}", scene.says);
        }
    }
}
