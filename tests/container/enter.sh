#!/usr/bin/env bash
# Become a container of Gradescope, as far as a grader can tell. Called in mount, process and IPC namespaces of its own:
#
#     enter.sh ROOT AUTOGRADER ENV PYTHON COMMAND...
#
# ROOT        an empty folder, which becomes /
# AUTOGRADER  the folder that becomes /autograder
# ENV         what becomes /autograder/env, or "" for none: read-only, as many runs share it
# PYTHON      the interpreter that python3 means inside
#
# The system's folders are there, read-only; the repository, /home and everybody's temporary files are not. COMMAND
# runs as root with Docker's default capabilities and no others, under its profile of system calls: PROFILED_BY is an
# interpreter that has pyseccomp to put it on; without one it stays off.
set -euo pipefail
root=$1 autograder=$2 env=$3 python=$4
shift 4

mount -t tmpfs -o mode=755 tmpfs "$root"
show() { # show a folder of this machine at the same place inside, read-only
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    mount -o remount,bind,ro "$root$1"
}
for entry in /bin /sbin /lib* /etc /opt /usr /var; do
    if [ -L "$entry" ]; then cp -P "$entry" "$root$entry"; elif [ -d "$entry" ]; then show "$entry"; fi
done
mkdir -p "$root"/{autograder,dev,proc,tmp,root/.cache}
chmod 1777 "$root/tmp"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
if [ -d /dev/shm ]; then mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"; fi # not ours, where images may lie
mount --bind "$autograder" "$root/autograder"
if [ -n "$env" ]; then
    mkdir -p "$root/autograder/env"
    mount --bind "$env" "$root/autograder/env"
    mount -o remount,bind,ro "$root/autograder/env"
fi

# The interpreter, where it lies outside the system's folders; and pip's configuration and cache.
prefix=$("$python" -c 'import sys; print(sys.base_prefix)')
[ -e "$root$python" ] || show "$prefix"
[ ! -d ~/.config/pip ] || show ~/.config/pip
if [ -d ~/.cache/pip ]; then mkdir -p "$root/root/.cache/pip" && mount --bind ~/.cache/pip "$root/root/.cache/pip"; fi
folder=$(dirname "$python")
if [ -e "$root$folder/python3" ] && ! [ "$folder/python3" -ef "$python" ]; then
    mount --bind "$python" "$root$folder/python3"
fi

# A test breaks what it has to here, while it still can: FAULT holds commands, and everything lies below $root.
if [ -n "${FAULT:-}" ]; then eval "$FAULT"; unset FAULT; fi

allowed=chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap,net_bind_service,net_raw
allowed=$allowed,sys_chroot,mknod,audit_write,setfcap
export HOME=/root PATH="$folder:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
profile=() # last, because it forbids the mounts above
if [ -n "${PROFILED_BY:-}" ]; then profile=("$PROFILED_BY" -I "$(dirname "$0")/profile.py"); fi
exec "${profile[@]}" chroot "$root" \
    setpriv --inh-caps=-all --bounding-set="-all,+${allowed//,/,+}" \
    bash -c 'cd /autograder && exec "$@"' bash "$@"
