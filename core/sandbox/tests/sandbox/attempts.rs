//! What a command might try to get out. Each is a script for bash in the project's folder that prints `ESCAPED` or
//! changes something outside if it gets through; without a sandbox it does.
//!
//! Running code from memory (`memfd_create`) is not among them: whatever runs is as confined as the command.

pub(crate) struct Attempt {
    pub(crate) name: &'static str,
    pub(crate) script: &'static str,
    /// Even unconfined, only root can do it.
    pub(crate) needs_root: bool,
    /// Landlock does not refuse it, as [`atelier_sandbox::Backend::limits`] says.
    pub(crate) beyond_landlock: bool,
}

const fn attempt(name: &'static str, script: &'static str) -> Attempt {
    Attempt { name, script, needs_root: false, beyond_landlock: false }
}

impl Attempt {
    const fn by_root(mut self) -> Self {
        self.needs_root = true;
        self
    }

    const fn beyond_landlock(mut self) -> Self {
        self.beyond_landlock = true;
        self
    }
}

const SWAP: &str = r"
mkdir inside; echo old > inside/.bashrc
( for _ in $(seq 300); do ln -sfn inside link; ln -sfn $OUT link; done ) &
for _ in $(seq 3000); do echo new > link/.bashrc; done 2>/dev/null
wait; echo new > link/.bashrc
";

const READ_BY_A_CALL: &str = r#"$PYTHON -c '
import ctypes, os
class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
found = ctypes.create_string_buffer(7)
here, there = Vector(ctypes.addressof(found), 7), Vector(int(os.environ["ADDRESS"]), 7)
read = ctypes.CDLL(None).process_vm_readv
read(int(os.environ["VICTIM"]), ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
assert found.raw == b"planted"
print("ESCAPED")
'"#;

const TAKE_AN_OPEN_FILE: &str = r#"$PYTHON -c '
import ctypes, os
call = ctypes.CDLL(None).syscall
file = call(438, call(434, int(os.environ["VICTIM"]), 0), int(os.environ["HELD"]), 0)
os.write(file, b"new")
'"#;

const KEEP_A_KEY: &str = r#"$PYTHON -c '
import ctypes, platform
keyctl = 250 if platform.machine() == "x86_64" else 219
assert ctypes.CDLL(None).syscall(keyctl, 0, -3, 1) != -1
print("ESCAPED")
'"#;

/// Whether the system knows the request at all is up to its settings; a sandbox does not even let it be asked.
const TYPE: &str = r#"$PYTHON -c '
import errno, fcntl, os, pty
terminal = pty.openpty()[1]
try:
    fcntl.ioctl(terminal, 0x5412, b"x")
except OSError as error:
    assert error.errno == errno.EIO
print("ESCAPED")
'"#;

pub(crate) const ATTEMPTS: [Attempt; 62] = [
    // Files outside.
    attempt("write by its path", "echo new > $OUT/.bashrc"),
    attempt("append by its path", "echo new >> $OUT/.bashrc"),
    attempt("create by its path", "echo new > $OUT/new"),
    attempt("write through ..", "echo new > ../home/.bashrc"),
    attempt("go out and write", "cd $OUT && echo new > .bashrc"),
    attempt("write through a link to a file", "ln -s $OUT/.bashrc link; echo new > link"),
    attempt("create through a link to a folder", "ln -s $OUT link; echo new > link/new"),
    attempt("write through a hard link", "ln $OUT/.bashrc hard && echo new > hard"),
    attempt("move out of the way", "mv $OUT/.bashrc taken"),
    attempt("move onto", "echo new > mine; mv -f mine $OUT/.bashrc"),
    attempt(
        "exchange",
        r#"echo new > mine; $PYTHON -c 'import ctypes, os; ctypes.CDLL(None).renameat2(-100, b"mine", -100, os.environb[b"OUT"] + b"/.bashrc", 2)'"#,
    ),
    attempt("remove", "rm -f $OUT/.bashrc"),
    attempt("make a folder", "mkdir $OUT/new"),
    attempt("make a link", "ln -s /etc/passwd $OUT/new"),
    attempt("make a pipe", "mkfifo $OUT/new"),
    attempt("open to truncate", ": > $OUT/.bashrc"),
    attempt("truncate by path", r#"$PYTHON -c 'import os; os.truncate(os.environ["OUT"] + "/.bashrc", 0)'"#),
    attempt("change permissions", "chmod 777 $OUT/.bashrc").beyond_landlock(),
    attempt("change times", "touch -c -d @1 $OUT/.bashrc").beyond_landlock(),
    attempt(
        "change the owner",
        r#"$PYTHON -c 'import os; os.chown(os.environ["OUT"] + "/.bashrc", os.getuid(), os.getgid()); print("ESCAPED")'"#,
    ),
    attempt(
        "set an attribute",
        r#"$PYTHON -c 'import os; os.setxattr(os.environ["OUT"] + "/.bashrc", "user.new", b""); print("ESCAPED")'"#,
    ),
    attempt("write through /proc/self/root", "echo new > /proc/self/root$OUT/.bashrc"),
    attempt("write through /proc/self/cwd", "echo new > /proc/self/cwd/../home/.bashrc"),
    attempt("write where a link is swapped", SWAP),
    attempt("write in another's temporary folder", "echo new > $OTHER_TEMP/new"),
    attempt("write in /dev/shm", "echo new > /dev/shm/$ABSTRACT"),
    attempt("write a new device", "mknod device c 1 3 && echo ESCAPED").by_root(),
    attempt(
        "read a disk",
        "for disk in /dev/vda /dev/sda /dev/nvme0n1 /dev/kmsg; do (: < $disk) 2>/dev/null && echo ESCAPED; done",
    )
    .by_root(),
    // What must not be read.
    attempt("read a key", "grep -q planted $OUT/.ssh/id && echo ESCAPED"),
    attempt("read a key through /proc/self/root", "grep -q planted /proc/self/root$OUT/.ssh/id && echo ESCAPED"),
    attempt("read a key through a link", "ln -s $OUT/.ssh link; grep -q planted link/id && echo ESCAPED"),
    attempt("copy a key by a hard link", "ln $OUT/.ssh/id mine && grep -q planted mine && echo ESCAPED"),
    attempt("move the folder of keys", "mv $OUT/.ssh mine && grep -q planted mine/id && echo ESCAPED"),
    // Other programs of the user.
    attempt(
        "read another's environment",
        "tr '\\0' '\\n' < /proc/$VICTIM/environ | grep -q 'planted in the env' && echo ESCAPED",
    ),
    attempt(
        "read another's memory",
        r#"$PYTHON -c 'import os; m = open("/proc/%s/mem" % os.environ["VICTIM"], "rb", 0); m.seek(int(os.environ["ADDRESS"])); assert m.read(7) == b"planted"; print("ESCAPED")'"#,
    ),
    attempt(
        "write another's memory",
        r#"$PYTHON -c 'import os; open("/proc/%s/mem" % os.environ["VICTIM"], "r+b", 0); print("ESCAPED")'"#,
    ),
    attempt("read another's memory by a call", READ_BY_A_CALL),
    attempt(
        "trace another",
        r#"$PYTHON -c 'import ctypes, os; assert ctypes.CDLL(None).ptrace(0x4206, int(os.environ["VICTIM"]), 0, 0) == 0; print("ESCAPED")'"#,
    ),
    attempt("write through another's root", "echo new > /proc/$VICTIM/root$OUT/.bashrc"),
    attempt("write to another's open file", "echo new >> /proc/$VICTIM/fd/$HELD"),
    attempt("take another's open file", TAKE_AN_OPEN_FILE),
    attempt("signal another", "kill -CONT $VICTIM && echo ESCAPED"),
    // The network.
    attempt("connect", "cat < /dev/tcp/127.0.0.1/$TCP"),
    attempt("connect by IPv6", "cat < /dev/tcp/::1/$TCP6"),
    attempt(
        "send a datagram",
        r#"$PYTHON -c 'import os, socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(30); s.connect(("127.0.0.1", int(os.environ["UDP"]))); s.send(b"x"); print(s.recv(9).decode())'"#,
    ),
    attempt(
        "open a raw socket",
        r#"$PYTHON -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW); print("ESCAPED")'"#,
    )
    .by_root(),
    attempt(
        "open a socket to the host of a virtual machine",
        r#"$PYTHON -c 'import socket; socket.socket(socket.AF_VSOCK); print("ESCAPED")'"#,
    ),
    attempt(
        "connect to an abstract socket",
        r#"$PYTHON -c 'import os, socket; s = socket.socket(socket.AF_UNIX); s.connect("\0" + os.environ["ABSTRACT"]); print(s.recv(9).decode())'"#,
    ),
    attempt(
        "connect to a hidden socket",
        r#"$PYTHON -c 'import os, socket; s = socket.socket(socket.AF_UNIX); os.chdir(os.environ["OUT"] + "/.ssh"); s.connect("socket"); print(s.recv(9).decode())'"#,
    ),
    attempt(
        "connect to a socket in /tmp",
        r#"$PYTHON -c 'import os, socket; s = socket.socket(socket.AF_UNIX); s.connect(os.environ["OTHER_TEMP"] + "/socket"); print(s.recv(9).decode())'"#,
    ),
    // What others trust in the project.
    attempt("write a hook", "printf '#!/bin/sh\\n' > .git/hooks/pre-commit"),
    attempt("configure git", "printf '[core]\\nfsmonitor=evil\\n' >> .git/config"),
    attempt("make the repository anew", "mv .git old; mkdir -p .git/hooks; echo new > .git/hooks/pre-commit"),
    attempt("make hooks a link", "rm -rf .git/hooks; mkdir evil; echo new > evil/pre-commit; ln -s ../evil .git/hooks"),
    attempt("add a server that agents start", "echo '{}' > .mcp.json"),
    attempt("configure git for the user", "git config --global core.pager evil"),
    // The kernel.
    attempt("mount", "unshare -rm mount -t tmpfs none src && echo ESCAPED"),
    attempt("make a namespace", "unshare -r true && echo ESCAPED"),
    attempt("change the root", "chroot / /bin/true && echo ESCAPED").by_root(),
    attempt("keep a key in the kernel", KEEP_A_KEY),
    attempt(
        "make a ring of calls",
        r#"$PYTHON -c 'import ctypes; p = ctypes.create_string_buffer(120); assert ctypes.CDLL(None).syscall(425, 4, p) >= 0; print("ESCAPED")'"#,
    ),
    attempt("type for the user", TYPE),
];
