# SPDX-License-Identifier: GPL-3.0-or-later
# The guest's second program, started by guest-init on the final root: the rest of a minimal system, then the command.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb LVSDECK_LAB_GUEST=1
. /run/guest/parameters
mkdir -p /run/lock /dev/pts /dev/shm /lib/modules "$SHARE"
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
ln -sfn /proc/self/fd /dev/fd
ln -sfn /proc/self/fd/0 /dev/stdin
ln -sfn /proc/self/fd/1 /dev/stdout
ln -sfn /proc/self/fd/2 /dev/stderr
mount --bind "$MODULES" /lib/modules
# Uncached, so that both sides see each other's writes at once.
mkdir -p "$SHARE" && mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 share "$SHARE"
hostname guest
ip link set lo up
if [ -n "$FORWARDED" ]; then
  ip link set eth0 up
  ip address add 10.0.2.15/24 dev eth0
fi
cd "$DIRECTORY" || cd /
for name in /sys/class/virtio-ports/*/name; do
  [ "$(cat "$name")" = lvsdeck.out ] && output=/dev/$(basename "$(dirname "$name")")
done
"${COMMAND[@]}" < /dev/null > "${output:-/dev/console}" 2>&1
echo $? > "$RUN/status"
sync
echo o > /proc/sysrq-trigger
sleep 30
