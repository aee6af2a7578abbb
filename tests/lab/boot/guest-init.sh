#!/bin/busybox sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The guest's first program: makes a root out of the host's (read-only, over 9p) and RAM on top of it, and moves there.
bb=/bin/busybox
$bb mount -t proc proc /proc
$bb mount -t sysfs sys /sys
$bb mount -t devtmpfs dev /dev
if ! [ -e /boot/parameters ]; then
  echo "lvsdeck guest: alive"
  $bb poweroff -f
fi
while read -r module; do $bb insmod "/modules/$module"; done < /modules/order
$bb mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro root /lower
$bb mount -t tmpfs -o size=80% upper /upper
$bb mkdir /upper/changes /upper/work
$bb mount -t overlay -o lowerdir=/lower,upperdir=/upper/changes,workdir=/upper/work overlay /root
$bb mount --move /dev /root/dev
$bb mount --move /proc /root/proc
$bb mount --move /sys /root/sys
$bb mount -t tmpfs run /root/run
$bb mkdir /root/run/guest
$bb cp /boot/parameters /boot/start /root/run/guest/
exec $bb switch_root /root /bin/bash /run/guest/start
