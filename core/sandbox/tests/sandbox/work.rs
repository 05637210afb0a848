//! What a confined command can do: the work of a project.

use std::{
    fs, io::Write as _, net::TcpStream, os::unix::net::UnixListener, path::Path, process::Output, thread,
    time::Duration,
};

use atelier_sandbox::{Policy, Sandbox, private_places};

use crate::world::{World, sandboxes, text};

fn succeeds(sandbox: &Sandbox, world: &World, policy: &Policy, script: &str) -> String {
    let output = world.run(sandbox, policy, script);
    assert!(output.status.success(), "{:?}: {script}: {}", sandbox.backend(), text(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn everywhere(script: &str) {
    for sandbox in sandboxes() {
        let world = World::new();
        succeeds(&sandbox, &world, &world.policy(), script);
    }
}

#[test]
fn files_of_the_project_are_made_changed_moved_and_removed() {
    everywhere(
        "set -e; echo a > new; mkdir -p deep/er; mv new deep/er/; ln -s deep/er/new link; ln deep/er/new hard
         cat link >> src/main.rs; chmod +x src/main.rs; touch -d @1 src/main.rs; mkfifo pipe; truncate -s 0 hard
         rm -r deep link hard pipe; ls / ~ >/dev/null; echo x | tee /dev/null >/dev/null; head -c 1 /dev/urandom >/dev/null",
    );
}

#[test]
fn temporary_files_are_there_for_the_next_command() {
    for sandbox in sandboxes() {
        let world = World::new();
        succeeds(&sandbox, &world, &world.policy(), "echo kept > $TMPDIR/file; mktemp");
        assert_eq!(succeeds(&sandbox, &world, &world.policy(), "cat $TMPDIR/file"), "kept\n");
        if sandbox.backend().replaces_tmp() {
            succeeds(&sandbox, &world, &world.policy(), "echo kept > /tmp/file");
            assert_eq!(succeeds(&sandbox, &world, &world.policy(), "cat $TMPDIR/file"), "kept\n");
        }
    }
}

#[test]
fn git_commits_and_branches() {
    everywhere(
        "set -e; mkdir sub; cd sub; echo x > file; git init -q; git config user.name ada; git config user.email ada@example.com
         git add .; git commit -qm one",
    );
    for sandbox in sandboxes() {
        let world = World::new();
        let made = "rm -rf .git; git init -q; git config user.name ada; git config user.email ada@example.com";
        assert!(world.run_free(made).status.success());
        let script = "set -e; git add .; git commit -qm one; git checkout -qb two; echo x >> src/main.rs
             git commit -qam two; git stash list; git tag three; git gc -q; git log --oneline | wc -l";
        assert_eq!(succeeds(&sandbox, &world, &world.policy(), script).trim(), "2");
    }
}

#[test]
fn a_linked_worktree_commits_to_its_repository_and_keeps_its_hooks() {
    for sandbox in sandboxes() {
        let world = World::new();
        let made = "set -e; rm -rf .git; git init -q; git config user.name ada; git config user.email ada@example.com
             git add .; git commit -qm one; git worktree add -q ../project-two";
        assert!(world.run_free(made).status.success());
        let work = world.project().with_file_name("project-two");
        let mut policy = Policy::of_project(&work, &world.policy().temp);
        policy.unreadable = world.policy().unreadable;
        let script = format!("set -e; cd {}; echo x > new; git add .; git commit -qm two", work.display());
        succeeds(&sandbox, &world, &policy, &script);
        let hook = world.project().join(".git/hooks/pre-commit");
        world.run(&sandbox, &policy, &format!("echo evil > {}", hook.display()));
        assert!(!hook.exists(), "{:?}", sandbox.backend());
    }
}

#[test]
fn cargo_builds_and_tests_a_crate() {
    let cargo = std::env::var_os("CARGO_HOME").map_or_else(|| std::env::home_dir().unwrap().join(".cargo"), Into::into);
    for sandbox in sandboxes() {
        let world = World::new();
        fs::write(world.project().join("Cargo.toml"), "[package]\nname = \"p\"\nedition = \"2024\"\n").unwrap();
        fs::write(world.project().join("src/lib.rs"), "#[test]\nfn works() {}\n").unwrap();
        let rustup = std::env::var_os("RUSTUP_HOME")
            .map_or_else(|| std::env::home_dir().unwrap().join(".rustup"), Into::<std::path::PathBuf>::into);
        let script = format!(
            "export CARGO_HOME={} RUSTUP_HOME={}; cargo build --offline -q && ./target/debug/p && cargo test --offline -q",
            cargo.display(),
            rustup.display()
        );
        let said = succeeds(&sandbox, &world, &world.policy(), &script);
        assert!(said.contains("1 passed"), "{said}");
    }
}

#[test]
fn an_extra_folder_can_be_written_in_and_what_is_private_stays_so_beneath_it() {
    for sandbox in sandboxes() {
        let world = World::new();
        let mut policy = world.policy();
        let home = world.project().with_file_name("home");
        policy.writable.push(home.clone());
        succeeds(&sandbox, &world, &policy, "echo new > $OUT/.bashrc");
        assert_eq!(fs::read(home.join(".bashrc")).unwrap(), b"new\n");
        assert!(!world.run(&sandbox, &policy, "cat $OUT/.ssh/id").status.success());
        // Unless the user names the private folder itself.
        policy.writable.push(home.join(".ssh"));
        assert_eq!(succeeds(&sandbox, &world, &policy, "cat $OUT/.ssh/id"), "planted in a file\n");
    }
}

#[test]
fn with_the_network_a_command_reaches_it_and_still_no_hidden_socket() {
    for sandbox in sandboxes() {
        let world = World::new();
        let policy = Policy { network: true, ..world.policy() };
        for script in ["cat < /dev/tcp/127.0.0.1/$TCP", "cat < /dev/tcp/::1/$TCP6"] {
            assert_eq!(succeeds(&sandbox, &world, &policy, script), "ESCAPED\n");
        }
        for attempt in crate::attempts::ATTEMPTS.iter().filter(|attempt| attempt.name.contains("socket ")) {
            let output: Output = world.run(&sandbox, &policy, attempt.script);
            assert!(!text(&output).contains("ESCAPED"), "{:?}: {}", sandbox.backend(), attempt.name);
        }
    }
}

/// Prints the port it listens on to a file, waits for someone to have tried it, and says whether they got through.
const LISTEN: &str = r#"$PYTHON -c '
import os, socket, time
listener = socket.socket()
listener.bind(("0.0.0.0", 0))
listener.listen()
listener.setblocking(False)
with open("port.new", "w") as file:
    file.write(str(listener.getsockname()[1]))
os.rename("port.new", "port")
while not os.path.exists("tried"):
    time.sleep(0.005)
listener.accept()
print("ESCAPED")
'"#;

/// Whether someone outside gets through to a port that a command opens.
fn is_reached(world: &World, run: impl FnOnce() -> Output + Send) -> bool {
    thread::scope(|scope| {
        let command = scope.spawn(run);
        let port = world.project().join("port");
        while !port.exists() && !command.is_finished() {
            thread::sleep(Duration::from_millis(2));
        }
        if let Ok(port) = fs::read_to_string(&port) {
            let _refused =
                TcpStream::connect(("127.0.0.1", port.parse().unwrap())).map(|mut stream| stream.write_all(b"x"));
            fs::write(world.project().join("tried"), "").unwrap();
        }
        text(&command.join().unwrap()).contains("ESCAPED")
    })
}

#[test]
fn a_port_that_a_command_opens_is_not_reached_from_outside() {
    let world = World::new();
    assert!(is_reached(&world, || world.run_free(LISTEN)));
    for sandbox in sandboxes() {
        let world = World::new();
        let policy = world.policy();
        assert!(!is_reached(&world, || world.run(&sandbox, &policy, LISTEN)), "{:?}", sandbox.backend());
    }
}

#[test]
fn private_places_are_those_that_are_there() {
    let home = tempfile::tempdir().unwrap();
    assert!(private_places(home.path()).is_empty());
    fs::create_dir(home.path().join(".ssh")).unwrap();
    let _socket = UnixListener::bind(home.path().join(".docker")).unwrap();
    assert_eq!(private_places(home.path()), [home.path().join(".ssh"), home.path().join(".docker")]);
    assert!(private_places(Path::new("/no/such/home")).is_empty());
}
