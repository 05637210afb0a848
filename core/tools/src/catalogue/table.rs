//! The built-in tools, one after the other.

use super::{Category, Tool};
use crate::{
    Mode,
    files::{self, arrange, edit, list, patch, read, search, write},
    git::{act, look},
    params::{Kind, Param, optional, required},
    shell::{self, background},
    todo,
};

const ALL: &[Mode] = &[Mode::Plan, Mode::Build, Mode::Test];
const LOOK: &[Mode] = &[Mode::Plan, Mode::Build];
const WRITE: &[Mode] = &[Mode::Build, Mode::Test];
const BUILD: &[Mode] = &[Mode::Build];

const PATH: &str = "Path of the file, relative to the project";
const BENEATH: &str = "Only beneath this file or folder; the whole project if left out";
const COMMAND: Param = required("command", Kind::Text, "The command, for bash");
const UNCONFINED: Param = optional(
    "unconfined",
    Kind::Flag,
    "Run it outside the sandbox, which the user is asked about: only where it has to reach the network or other folders",
);
const JOB: Kind = Kind::Whole(1, u32::MAX as u64);
const OLD: &str = "The text to replace, exactly as in the file, white space included; it must occur only once";

const REPLACEMENT: &[Param] = &[
    required("old", Kind::Text, OLD),
    required("new", Kind::Text, "The text to put there"),
    optional("replace_all", Kind::Flag, "Replace every occurrence of `old` instead of requiring a single one"),
];

/// All tools, as the contract sorts them.
pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "read_file",
        category: Category::Filesystem,
        description: "Read a text file.\nLong files come in parts: the last line says how to read on. Read a file before \
                      you change it.",
        params: &[
            required("path", Kind::Text, "Path of the file, relative to the project, or `tool-output:N`"),
            optional("offset", Kind::Whole(1, u32::MAX as u64), "First line to read, from 1"),
            optional("limit", Kind::Whole(1, u32::MAX as u64), "How many lines; 2000 if left out"),
            optional("line_numbers", Kind::Flag, "Put the number and a tab before each line"),
        ],
        modes: ALL,
        read_only: true,
        prepare: read::prepare,
    },
    Tool {
        name: "write_file",
        category: Category::Filesystem,
        description: "Write a whole file.\nCreates it, and folders above it, or replaces all of it. An existing file must \
                      have been read before; prefer edit_file for small changes.",
        params: &[required("path", Kind::Text, PATH), required("content", Kind::Text, "The whole new content")],
        modes: WRITE,
        read_only: false,
        prepare: write::prepare,
    },
    Tool {
        name: "edit_file",
        category: Category::Filesystem,
        description: "Replace a piece of text in a file.\n`old` must occur exactly once: give enough lines around the \
                      change. The file must have been read before.",
        params: &[
            required("path", Kind::Text, PATH),
            required("old", Kind::Text, OLD),
            required("new", Kind::Text, "The text to put there"),
            optional("replace_all", Kind::Flag, "Replace every occurrence of `old` instead of requiring a single one"),
        ],
        modes: WRITE,
        read_only: false,
        prepare: edit::prepare_one,
    },
    Tool {
        name: "multi_edit",
        category: Category::Filesystem,
        description: "Replace several pieces of text in one file.\nThe edits are made one after the other, each as by \
                      edit_file; if one fails, none is made.",
        params: &[
            required("path", Kind::Text, PATH),
            required("edits", Kind::List(REPLACEMENT), "The edits, in order"),
        ],
        modes: WRITE,
        read_only: false,
        prepare: edit::prepare_many,
    },
    Tool {
        name: "apply_patch",
        category: Category::Filesystem,
        description: "Apply a patch to one or more files.\nEither the format from `*** Begin Patch` to `*** End Patch` \
                      with `*** Add File:`, `*** Update File:`, `*** Delete File:` and `*** Move to:`, or a unified diff. \
                      If one part does not fit, nothing is changed.",
        params: &[required("patch", Kind::Text, "The patch")],
        modes: BUILD,
        read_only: false,
        prepare: patch::prepare,
    },
    Tool {
        name: "search_files",
        category: Category::Filesystem,
        description: "Search the contents of files, line by line.\nFiles that git ignores and binary files are left out.",
        params: &[
            required("pattern", Kind::Text, "Regular expression (Rust syntax), or plain text with `literal`"),
            optional("path", Kind::Text, "File or folder to search; the whole project if left out"),
            optional("glob", Kind::Text, "Only files whose path matches, such as `*.rs` or `src/**/*.{ts,tsx}`"),
            optional("literal", Kind::Flag, "Take the pattern as plain text"),
            optional("ignore_case", Kind::Flag, "Do not distinguish upper and lower case"),
            optional("context", Kind::Whole(0, 20), "How many lines to show before and after each match"),
            optional("limit", Kind::Whole(1, 1000), "How many matches at most; 100 if left out"),
        ],
        modes: LOOK,
        read_only: true,
        prepare: search::prepare,
    },
    Tool {
        name: "glob",
        category: Category::Filesystem,
        description: "Find files by path.\nFiles that git ignores are left out.",
        params: &[
            required(
                "pattern",
                Kind::Text,
                "Such as `**/*.rs` or `src/*.{ts,tsx}`; without a slash, any folder matches",
            ),
            optional("path", Kind::Text, "Folder to look in; the whole project if left out"),
            optional("limit", Kind::Whole(1, 5000), "How many at most; 500 if left out"),
        ],
        modes: LOOK,
        read_only: true,
        prepare: files::glob::prepare,
    },
    Tool {
        name: "delete_file",
        category: Category::Filesystem,
        description: "Delete a file, or a folder with everything in it.",
        params: &[required("path", Kind::Text, "Path of the file or folder, relative to the project")],
        modes: BUILD,
        read_only: false,
        prepare: arrange::prepare_delete,
    },
    Tool {
        name: "list_directory",
        category: Category::Filesystem,
        description: "List what is in a folder.",
        params: &[required("path", Kind::Text, "Path of the folder, relative to the project; `.` is the project")],
        modes: LOOK,
        read_only: true,
        prepare: list::prepare,
    },
    Tool {
        name: "create_directory",
        category: Category::Filesystem,
        description: "Create a folder, and the folders above it.",
        params: &[required("path", Kind::Text, "Path of the folder, relative to the project")],
        modes: BUILD,
        read_only: false,
        prepare: arrange::prepare_create,
    },
    Tool {
        name: "copy_file",
        category: Category::Filesystem,
        description: "Copy a file to a new location.",
        params: &[
            required("source", Kind::Text, PATH),
            required("dest", Kind::Text, "Path of the copy; nothing may be there yet"),
        ],
        modes: BUILD,
        read_only: false,
        prepare: arrange::prepare_copy,
    },
    Tool {
        name: "git_status",
        category: Category::Git,
        description: "Show the branch and which files have changed.\nCodes are git's: `M`odified, `A`dded, `D`eleted, \
                      `R`enamed, `?` untracked, `U` in conflict, `.` unchanged.",
        params: &[optional("path", Kind::Text, BENEATH)],
        modes: LOOK,
        read_only: true,
        prepare: look::prepare_status,
    },
    Tool {
        name: "git_diff",
        category: Category::Git,
        description: "Show what has changed since the last commit, as a diff.\nWithout `staged`, only what is not staged.",
        params: &[
            optional("path", Kind::Text, BENEATH),
            optional("staged", Kind::Flag, "What is staged for the next commit"),
        ],
        modes: LOOK,
        read_only: true,
        prepare: look::prepare_diff,
    },
    Tool {
        name: "git_log",
        category: Category::Git,
        description: "Show commits, newest first.",
        params: &[
            optional("limit", Kind::Whole(1, 500), "How many; 20 if left out"),
            optional("path", Kind::Text, "Only those that touch this file or folder"),
        ],
        modes: LOOK,
        read_only: true,
        prepare: look::prepare_log,
    },
    Tool {
        name: "git_commit",
        category: Category::Git,
        description: "Commit.\nThe files that are named, as they are now; or, if none is, what is staged. Only when the \
                      user asked for a commit.",
        params: &[
            required("message", Kind::Text, "The whole message"),
            optional("files", Kind::Texts, "Files to commit, new and deleted ones too"),
        ],
        modes: BUILD,
        read_only: false,
        prepare: act::prepare_commit,
    },
    Tool {
        name: "git_branch",
        category: Category::Git,
        description: "List branches, or create one and switch to it.",
        params: &[
            optional("name", Kind::Text, "The branch to create; when listing, a part of the names to list"),
            optional("create", Kind::Flag, "Create it, from the commit that is checked out"),
        ],
        modes: BUILD,
        read_only: false,
        prepare: act::prepare_branch,
    },
    Tool {
        name: "git_push",
        category: Category::Git,
        description: "Push a branch to a remote, never by force.\nOnly when the user asked for it.",
        params: &[
            optional("remote", Kind::Text, "Name of the remote; origin if left out"),
            optional("branch", Kind::Text, "The branch; the one that is checked out if left out"),
        ],
        modes: BUILD,
        read_only: false,
        prepare: act::prepare_push,
    },
    Tool {
        name: "shell_exec",
        category: Category::Shell,
        description: "Run a shell command and wait for it.\nIt has no input and no terminal. A `cd` holds for the next command. \
                      What it starts in the background ends with it: use shell_background for servers and the like.",
        params: &[
            COMMAND,
            optional("cwd", Kind::Text, "Folder to start in; where the last command ended if left out"),
            optional("timeout", Kind::Whole(1, 3600), "Seconds after which it is ended; 120 if left out"),
            UNCONFINED,
        ],
        modes: WRITE,
        read_only: false,
        prepare: shell::prepare,
    },
    Tool {
        name: "shell_background",
        category: Category::Shell,
        description: "Start a shell command and do not wait for it.\nFor servers, watchers and long builds.",
        params: &[
            COMMAND,
            optional("cwd", Kind::Text, "Folder to run in; where the last command ended if left out"),
            UNCONFINED,
        ],
        modes: BUILD,
        read_only: false,
        prepare: background::prepare_start,
    },
    Tool {
        name: "shell_status",
        category: Category::Shell,
        description: "List background commands, or see the output of one.",
        params: &[optional("id", JOB, "Its number; all are listed if left out")],
        modes: BUILD,
        read_only: true,
        prepare: background::prepare_status,
    },
    Tool {
        name: "shell_end",
        category: Category::Shell,
        description: "End a background command.",
        params: &[required("id", JOB, "Its number")],
        modes: BUILD,
        read_only: false,
        prepare: background::prepare_end,
    },
    Tool {
        name: "todo",
        category: Category::Custom,
        description: "Keep the list of what is to be done.\nGive the whole list each time; it replaces the last one. Use it \
                      for work of several steps, and keep one item in progress.",
        params: &[required(
            "items",
            Kind::List(&[
                required("text", Kind::Text, "What is to be done"),
                required("status", Kind::Choice(&["pending", "in_progress", "completed"]), "How far it is"),
            ]),
            "The whole list, in order",
        )],
        modes: ALL,
        read_only: false,
        prepare: todo::prepare,
    },
];
