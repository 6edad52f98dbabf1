#!/bin/busybox sh
# The first program of a guest: from the initramfs to benchrun's agent, which then is pid 1.
#
# Kernel command line: benchrun.root=/dev/vda names the disk with the root file system, ext4, mounted read-only;
# /dev/vda is the default. Every other benchrun.* is for the agent.

B=/bin/busybox
N=/newroot

# A guest that cannot go on says why on the console, which is standard output, and powers off, so that the host need
# not wait for a deadline.
fail() {
    echo "benchrun: guest: $1"
    $B sync
    $B poweroff -f
    while :; do $B sleep 60; done
}

$B mount -t proc -o nosuid,nodev,noexec proc /proc
$B mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
$B mount -t devtmpfs -o mode=0755,nosuid devtmpfs /dev

# Numbered, so that the order of names is the order of dependencies.
for module in /modules/*.ko; do
    [ -f "$module" ] || continue
    $B insmod "$module" || echo "benchrun: guest: cannot load $module"
done

root=/dev/vda
for word in $($B cat /proc/cmdline); do
    case $word in
    benchrun.root=*) root=${word#*=} ;;
    esac
done

# The device appears some time after its module is loaded.
tries=0
while [ ! -b "$root" ]; do
    [ $tries -lt 1000 ] || fail "no disk $root after ten seconds"
    tries=$((tries + 1))
    $B usleep 10000
done
$B mount -t ext4 -o ro,noatime "$root" $N || fail "cannot mount the root file system $root"

$B mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs $N/run
$B mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs $N/tmp
$B mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs $N/var/tmp

# The root is read-only: a copy of the agent in memory covers the empty file in the image.
$B mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs /agent
$B cp /benchrun-agent /agent/benchrun-agent
$B chmod 0755 /agent/benchrun-agent
$B mount --bind /agent/benchrun-agent $N/.benchrun-agent || fail "the image has no place for the agent"

$B mkdir -p /dev/pts /dev/shm
$B mount -t devpts -o gid=5,mode=0620,ptmxmode=0666,nosuid,noexec devpts /dev/pts
$B mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs /dev/shm
$B mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup ||
    echo "benchrun: guest: no control groups"

for directory in dev proc sys; do
    $B mount --move /$directory $N/$directory || fail "cannot move /$directory to the root file system"
done

$B hostname benchrun
exec $B switch_root -c /dev/console $N /.benchrun-agent serve --port benchrun.0 --guest
