//! System calls that a confined command is refused: with `EPERM`, as if it lacked the right.
//!
//! `ptrace` and `process_vm_*` are not among them: namespaces and Landlock keep them among the command's own processes,
//! where debuggers and sanitizers need them.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, sock_filter,
};

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// For nothing a command of a project needs, and each a way into the kernel. `io_uring` opens files and sockets past
/// this filter.
const NEVER: [i64; 24] = [
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_bpf,
    libc::SYS_delete_module,
    libc::SYS_finit_module,
    libc::SYS_init_module,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_kexec_file_load,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_name_to_handle_at,
    libc::SYS_nfsservctl,
    libc::SYS_open_by_handle_at,
    libc::SYS_perf_event_open,
    libc::SYS_quotactl,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_settimeofday,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_syslog,
    libc::SYS_userfaultfd,
];

/// What namespaces are made and files are moved with: bubblewrap needs it, after which a command lacks the right.
const NAMESPACES: [i64; 14] = [
    libc::SYS_chroot,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_fspick,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_pivot_root,
    libc::SYS_setns,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_sethostname,
];

/// Owners and attributes of files, which Landlock does not watch over. Permissions and times it does not either, but
/// no build works without changing those.
const OWNERS: [i64; 8] = [
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_fremovexattr,
    libc::SYS_fsetxattr,
    libc::SYS_lremovexattr,
    libc::SYS_lsetxattr,
    libc::SYS_removexattr,
    libc::SYS_setxattr,
];

/// The same by the names that only older machines have.
#[cfg(target_arch = "x86_64")]
const OLD_NAMES: [i64; 4] = [libc::SYS_chown, libc::SYS_lchown, libc::SYS_ioperm, libc::SYS_iopl];
#[cfg(not(target_arch = "x86_64"))]
const OLD_NAMES: [i64; 0] = [];

/// Requests to terminals that type for the user.
const TYPING: [u64; 2] = [libc::TIOCSTI, libc::TIOCLINUX];

/// Any of the flags by which `clone` makes namespaces.
const NEW_NAMESPACES: [i32; 7] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
];

/// Where namespaces do the rest.
pub(crate) fn beside_namespaces() -> Result<Vec<BpfProgram>, BackendError> {
    let mut rules = always()?;
    // Not in a namespace of its own: sockets to the host of a virtual machine.
    refuse_sockets_but(&mut rules, &[libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK])?;
    Ok(vec![compiled(rules, libc::EPERM)?])
}

/// Where Landlock does the rest. Unix sockets are refused altogether: it does not watch over those that have a path,
/// and behind one of them may be a program that does anything. Pairs of sockets remain.
pub(crate) fn alone(network: bool) -> Result<Vec<BpfProgram>, BackendError> {
    let mut rules = always()?;
    rules.extend(NAMESPACES.into_iter().chain(OWNERS).map(|call| (call, Vec::new())));
    let namespaces = NEW_NAMESPACES.map(|flag| {
        let flag = u64::from(flag.cast_unsigned());
        condition(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(flag), flag).and_then(|set| rule(vec![set]))
    });
    rules.insert(libc::SYS_clone, namespaces.into_iter().collect::<Result<_, _>>()?);
    if network {
        refuse_sockets_but(&mut rules, &[libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK])?;
    } else {
        rules.insert(libc::SYS_socket, Vec::new());
    }
    // Its flags are out of a filter's sight; programs go on with `clone` where it does not exist.
    let unseen = Rules::from([(libc::SYS_clone3, Vec::new())]);
    Ok(vec![compiled(rules, libc::EPERM)?, compiled(unseen, libc::ENOSYS)?])
}

fn always() -> Result<Rules, BackendError> {
    let mut rules: Rules = NEVER.into_iter().chain(OLD_NAMES).map(|call| (call, Vec::new())).collect();
    let typing = TYPING.map(|request| {
        condition(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, request).and_then(|same| rule(vec![same]))
    });
    rules.insert(libc::SYS_ioctl, typing.into_iter().collect::<Result<_, _>>()?);
    Ok(rules)
}

fn refuse_sockets_but(rules: &mut Rules, families: &[i32]) -> Result<(), BackendError> {
    let others = families
        .iter()
        .map(|family| condition(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, u64::from(family.cast_unsigned())));
    rules.insert(libc::SYS_socket, vec![rule(others.collect::<Result<_, _>>()?)?]);
    Ok(())
}

fn condition(
    argument: u8,
    length: SeccompCmpArgLen,
    operator: SeccompCmpOp,
    value: u64,
) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, length, operator, value)
}

fn rule(conditions: Vec<SeccompCondition>) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(conditions)
}

/// A program of another architecture than ours is ended: its calls have other numbers.
fn compiled(rules: Rules, error: i32) -> Result<BpfProgram, BackendError> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    let refuse = SeccompAction::Errno(error.cast_unsigned());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, architecture)?;
    let program = BpfProgram::try_from(filter)?;
    Ok(without_second_numbers().into_iter().chain(program).collect())
}

/// Statements of a filter, whose first datum is the number of the call.
const LOAD_CALL: u16 = 0x20;
const JUMP_IF_AT_LEAST: u16 = 0x35;
const RETURN: u16 = 0x06;

/// Where the second numbers of calls begin.
const SECOND_NUMBERS: u32 = 0x4000_0000;

/// On `x86_64` calls have a second number each, for programs with short pointers (x32), which would pass by the rules.
fn without_second_numbers() -> Vec<sock_filter> {
    if cfg!(not(target_arch = "x86_64")) {
        return Vec::new();
    }
    let statement = |code, jt, jf, k| sock_filter { code, jt, jf, k };
    vec![
        statement(LOAD_CALL, 0, 0, 0),
        statement(JUMP_IF_AT_LEAST, 0, 1, SECOND_NUMBERS),
        statement(RETURN, 0, 0, libc::SECCOMP_RET_ERRNO | libc::ENOSYS.cast_unsigned()),
    ]
}
