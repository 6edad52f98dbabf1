#!/bin/busybox sh
# The first program of a guest: from the initramfs to benchrun's agent, which then is pid 1.
#
# Kernel command line: benchrun.root=/dev/vda names the disk with the root file system, ext4, mounted read-only;
# /dev/vda is the default. benchrun.modules=scsi loads the modules of that group besides, benchrun.address=10.0.2.15/24
# and benchrun.gateway=10.0.2.2 are for the only network interface. benchrun.engine=/dev/vdc names a disk with an engine
# that runs in the guest and the modules it needs; it is mounted at /run/engine. Every other benchrun.* is for the agent.

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
load() {
    for module in "$1"/*.ko; do
        [ -f "$module" ] || continue
        $B insmod "$module" || echo "benchrun: guest: cannot load $module"
    done
}
load /modules

root=/dev/vda
scratch=
address=
gateway=
engine=
for word in $($B cat /proc/cmdline); do
    case $word in
    benchrun.root=*) root=${word#*=} ;;
    benchrun.scratch=*) scratch=${word#*=} ;;
    benchrun.engine=*) engine=${word#*=} ;;
    benchrun.address=*) address=${word#*=} ;;
    benchrun.gateway=*) gateway=${word#*=} ;;
    benchrun.modules=*)
        group=/modules.${word#*=}
        [ -d "$group" ] || fail "this kernel has no modules for ${word#*=}"
        load "$group"
        ;;
    esac
done

# Disks of a SCSI controller get their names in the order in which they answer; their units do not change.
link_units() {
    for disk in /sys/bus/scsi/devices/*/block/*; do
        [ -e "$disk" ] || continue
        unit=${disk%/block/*}
        $B ln -sf "/dev/${disk##*/}" "/dev/benchrun-unit${unit##*:}"
    done
}

# A device appears some time after its module is loaded.
await() {
    tries=0
    while [ ! -b "$1" ]; do
        [ $tries -lt 1000 ] || fail "no disk $1 after ten seconds"
        tries=$((tries + 1))
        link_units
        [ -b "$1" ] || $B usleep 10000
    done
}
await "$root"
case $scratch in
/dev/benchrun-unit*) await "$scratch" ;;
esac

if [ -n "$address" ]; then
    $B ip link set eth0 up && $B ip addr add "$address" dev eth0 || fail "no network interface for $address"
    [ -z "$gateway" ] || $B ip route add default via "$gateway" || fail "no route to $gateway"
fi

$B mount -t ext4 -o ro,noatime "$root" $N || fail "cannot mount the root file system $root"

$B mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs $N/run
$B mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs $N/tmp
$B mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs $N/var/tmp

if [ -n "$engine" ]; then
    await "$engine"
    $B mkdir -p $N/run/engine
    $B mount -t ext4 -o ro,noatime "$engine" $N/run/engine || fail "cannot mount the engine's disk $engine"
    load $N/run/engine/modules
fi

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
