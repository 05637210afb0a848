//! A disk without room: what was there stays as it was, and nothing half-made is left.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use atelier_workspace::{AccessError, CopyLimits, Expected, Folder, RelativePath, Stamp};

/// Names the folder of the small disk, for the process that is on it.
const CHILD: &str = "ATELIER_TEST_FULL_DISK";

/// A memory disk of 512 KiB, mounted where only the script's processes see it.
const SMALL_DISK: &str = r#"mount -t tmpfs -o size=512k none "$disk" && exec "$@""#;

/// Where nothing may be mounted: files that the system does not let grow beyond 128 KiB.
const SMALL_FILES: &str = r#"trap '' XFSZ; ulimit -f 128; exec "$@""#;

fn at(path: &str) -> RelativePath {
    RelativePath::new(Path::new(path)).unwrap()
}

/// Runs this very test once more, in a process of its own with little room.
#[test]
fn nothing_is_lost_and_nothing_is_left_on_a_full_disk() {
    if let Some(disk) = env::var_os(CHILD) {
        return on_the_disk(Path::new(&disk));
    }
    let disk = tempfile::tempdir().unwrap();
    let name = "full_disk::nothing_is_lost_and_nothing_is_left_on_a_full_disk";
    let mut command = if may_mount() {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "/bin/bash", "-c", SMALL_DISK]);
        command
    } else {
        let mut command = Command::new("/bin/bash");
        command.args(["-c", SMALL_FILES]);
        command
    };
    command.arg("bash").arg(env::current_exe().unwrap()).args(["--exact", name, "--nocapture"]);
    let done = command.env("disk", disk.path()).env(CHILD, disk.path()).output().unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && told.contains("1 passed"), "{told}");
}

fn may_mount() -> bool {
    let tried = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}

fn on_the_disk(disk: &Path) {
    let root = disk.join("project");
    fs::create_dir_all(root.join("many")).unwrap();
    let content = vec![b'x'; 100 << 10];
    fs::write(root.join("file"), &content).unwrap();
    fs::write(root.join("many/small"), "small").unwrap();
    let folder = Folder::open(&root).unwrap();
    let large = vec![b'y'; 600 << 10];
    let full = |result: Result<(), AccessError>| {
        let error = result.unwrap_err();
        assert!(matches!(error, AccessError::Io { .. }), "{error}");
    };
    full(folder.replace(&at("file"), &large, Expected::Content(Stamp::of(&content))).map(drop));
    full(folder.replace(&at("new"), &large, Expected::Absent).map(drop));
    assert_eq!(fs::read(root.join("file")).unwrap(), content);
    // As much as fits, so that a copy of the folder begins and breaks off.
    let filler = disk.join("filler");
    let mut pages = 0;
    while fs::write(&filler, vec![b'z'; (pages + 1) * 4096]).is_ok() && pages < 31 {
        pages += 1;
    }
    fs::write(root.join("many/file"), &content).unwrap_or_default();
    let limits = CopyLimits { entries: 100, bytes: 1 << 30 };
    let mut copies = 0;
    let broken = loop {
        match folder.copy_to(&at("file"), &folder, &at(&format!("copy-{copies}")), limits) {
            Ok(()) if copies < 10 => copies += 1,
            // Where only files are limited, and not the disk, copies of small ones all fit.
            Ok(()) => break None,
            Err(error) => break Some(error),
        }
    };
    if let Some(error) = broken {
        assert!(matches!(error, AccessError::Io { .. }), "{error}");
        // Without room for a byte, a name can still be changed, and what can't be noted is not put into the Trash.
        while fs::write(disk.join(format!("last-{copies}")), "x").is_ok() {
            copies += 1;
        }
        full(folder.copy_to(&at("many"), &folder, &at("more"), limits));
        assert!(folder.trash(&at("file"), Some(&disk.join("Trash"))).is_err());
        folder.move_to(&at("file"), &folder, &at("renamed")).unwrap();
        folder.move_to(&at("renamed"), &folder, &at("file")).unwrap();
    }
    assert_eq!(fs::read(root.join("file")).unwrap(), content);
    let left: Vec<_> = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".atelier")), "{left:?}");
    assert!(!root.join("more").exists());
}
