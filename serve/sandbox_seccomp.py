"""The system calls a child may make: a seccomp filter of our own, by number, for x86-64 and arm64.

What is not listed answers EPERM; what no reader of files could ever want ends the process (SIGSYS). The program is
classic BPF over `struct seccomp_data` (linux/seccomp.h: nr at 0, arch at 4, arguments from 16, 8 bytes each).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import sys
from collections.abc import Iterator
from typing import NamedTuple

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NR, _ARCH, _ARGUMENTS = 0, 4, 16
_X32 = 0x40000000  # the other calling convention of x86-64 shares its architecture's name
_WRITES = 0o3 | 0o100 | 0o1000  # of open's flags: O_ACCMODE, O_CREAT, O_TRUNC
_FCNTL = (1, 2, 3, 4)  # get and set flags of a descriptor; not who is signalled for it


def _words(text: str) -> list[str]:
    return text.split()


_ALLOWED = _words(
    "read readv pread64 write writev close fstat lseek recvfrom sendto mmap mprotect munmap brk mremap madvise futex"
    " rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall clock_gettime clock_getres clock_nanosleep"
    " nanosleep gettimeofday getrandom getpid gettid getppid getuid geteuid getgid getegid getrusage sysinfo uname"
    " sched_yield sched_getaffinity ppoll pselect6 getcwd stat lstat newfstatat statx access faccessat getdents64"
    " set_robust_list rseq membarrier exit exit_group poll select time getrlimit"
)
_FATAL = _words(
    "execve execveat ptrace process_vm_readv process_vm_writev kill tkill pidfd_open pidfd_send_signal bpf"
    " io_uring_setup mount unshare setns add_key keyctl userfaultfd perf_event_open init_module finit_module kexec_load"
)


class _Machine(NamedTuple):
    arch: int  # AUDIT_ARCH_…, linux/audit.h
    numbers: dict[str, int]


def _numbers(text: str) -> dict[str, int]:
    words = _words(text)
    return dict(zip(words[::2], map(int, words[1::2]), strict=True))


_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        _numbers(
            "read 0 write 1 open 2 close 3 stat 4 fstat 5 lstat 6 poll 7 lseek 8 mmap 9 mprotect 10 munmap 11 brk 12"
            " rt_sigaction 13 rt_sigprocmask 14 rt_sigreturn 15 ioctl 16 pread64 17 readv 19 writev 20 access 21"
            " select 23 sched_yield 24 mremap 25 madvise 28 nanosleep 35 getpid 39 sendto 44 recvfrom 45 execve 59"
            " exit 60 kill 62 uname 63 fcntl 72 getcwd 79 gettimeofday 96 getrlimit 97 getrusage 98 sysinfo 99"
            " ptrace 101 getuid 102 getgid 104 geteuid 107 getegid 108 getppid 110 sigaltstack 131 mount 165"
            " init_module 175 gettid 186 tkill 200 time 201 futex 202 sched_getaffinity 204 getdents64 217"
            " restart_syscall 219 clock_gettime 228 clock_getres 229 clock_nanosleep 230 exit_group 231 kexec_load 246"
            " add_key 248 keyctl 250 openat 257 newfstatat 262 faccessat 269 pselect6 270 ppoll 271 unshare 272"
            " set_robust_list 273 perf_event_open 298 prlimit64 302 setns 308 process_vm_readv 310"
            " process_vm_writev 311 finit_module 313 getrandom 318 bpf 321 execveat 322 userfaultfd 323 membarrier 324"
            " statx 332 rseq 334 pidfd_send_signal 424 io_uring_setup 425 pidfd_open 434 clone3 435"
        ),
    ),
    "aarch64": _Machine(
        0xC00000B7,
        _numbers(
            "getcwd 17 fcntl 25 ioctl 29 mount 40 faccessat 48 openat 56 close 57 getdents64 61 lseek 62 read 63"
            " write 64 readv 65 writev 66 pread64 67 pselect6 72 ppoll 73 newfstatat 79 fstat 80 exit 93 exit_group 94"
            " unshare 97 futex 98 set_robust_list 99 nanosleep 101 kexec_load 104 init_module 105 clock_gettime 113"
            " clock_getres 114 clock_nanosleep 115 ptrace 117 sched_getaffinity 123 sched_yield 124 restart_syscall 128"
            " kill 129 tkill 130 sigaltstack 132 rt_sigaction 134 rt_sigprocmask 135 rt_sigreturn 139 uname 160"
            " getrlimit 163 getrusage 165 gettimeofday 169 getpid 172 getppid 173 getuid 174 geteuid 175 getgid 176"
            " getegid 177 gettid 178 sysinfo 179 sendto 206 recvfrom 207 brk 214 munmap 215 mremap 216 add_key 217"
            " keyctl 219 execve 221 mmap 222 mprotect 226 madvise 233 perf_event_open 241 prlimit64 261 setns 268"
            " process_vm_readv 270 process_vm_writev 271 finit_module 273 getrandom 278 bpf 280 execveat 281"
            " userfaultfd 282 membarrier 283 statx 291 rseq 293 pidfd_send_signal 424 io_uring_setup 425"
            " pidfd_open 434 clone3 435"
        ),
    ),
}

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


class _Filter(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Filter)))


class Seccomp:
    """A filter that is ready to be put on. Made in the parent, put on in each child with two system calls."""

    def __init__(self, instructions: list[Instruction]) -> None:
        self._filters = (_Filter * len(instructions))(*(_Filter(*one) for one in instructions))
        self._program = _Program(len(instructions), self._filters)
        self._prctl = ctypes.CDLL(None, use_errno=True).prctl

    def put_on(self) -> None:
        """Cannot be taken off, by this process or any it starts. Raises `OSError`."""
        for arguments in (
            (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
            (_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(self._program), 0, 0),
        ):
            if self._prctl(*arguments):
                raise OSError(ctypes.get_errno(), "prctl")


def seccomp(*, opens: bool) -> Seccomp | None:
    """The filter for this machine, None where there is none. `opens`: files may be opened for reading.

    Opening is for where Landlock says which files; without it a child opens nothing at all.
    """
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" and sys.maxsize > 2**32 else None
    return Seccomp(list(program(machine, opens=opens))) if machine is not None else None


def program(machine: _Machine, *, opens: bool) -> Iterator[Instruction]:
    yield (_LOAD, 0, 0, _ARCH)
    yield (_EQUAL, 1, 0, machine.arch)
    yield (_RETURN, 0, 0, _KILL)
    yield (_LOAD, 0, 0, _NR)
    yield (_AT_LEAST, 0, 1, _X32)
    yield (_RETURN, 0, 0, _KILL)
    for verdict, names in ((_ALLOW, _ALLOWED), (_KILL, _FATAL)):
        for name in names:
            if name in machine.numbers:  # arm64 has no `open`, `stat`, `poll` …
                yield from _when(machine.numbers[name], [(_RETURN, 0, 0, verdict)])
    yield from _when(machine.numbers["clone3"], [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)])  # glibc then asks `clone`
    yield from _when(machine.numbers["ioctl"], [(_RETURN, 0, 0, _ERRNO | errno.ENOTTY)])
    yield from _when(machine.numbers["fcntl"], list(_fcntl()))
    yield from _when(machine.numbers["prlimit64"], list(_own_limits()))
    for name, at in (("open", 1), ("openat", 2)):
        if opens and name in machine.numbers:
            yield from _when(machine.numbers[name], _reads_only(at))
    yield _no()


def _when(number: int, then: list[Instruction]) -> Iterator[Instruction]:
    """`then` ends in a verdict, since it may load other words."""
    yield (_EQUAL, 0, len(then), number)
    yield from then


def _no() -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | errno.EPERM)


def _reads_only(at: int) -> list[Instruction]:
    return [(_LOAD, 0, 0, _ARGUMENTS + 8 * at), (_ANY_BIT, 0, 1, _WRITES), _no(), (_RETURN, 0, 0, _ALLOW)]


def _fcntl() -> Iterator[Instruction]:
    yield (_LOAD, 0, 0, _ARGUMENTS + 8)
    for command in _FCNTL:
        yield from ((_EQUAL, 0, 1, command), (_RETURN, 0, 0, _ALLOW))
    yield _no()


def _own_limits() -> Iterator[Instruction]:
    """Reading one's own limits: process 0, and no new limit (a null pointer, in two halves)."""
    for word in (_ARGUMENTS, _ARGUMENTS + 16, _ARGUMENTS + 20):
        yield from ((_LOAD, 0, 0, word), (_EQUAL, 1, 0, 0), _no())
    yield (_RETURN, 0, 0, _ALLOW)
