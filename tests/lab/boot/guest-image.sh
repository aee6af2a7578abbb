# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by vm: gets the guest's kernel and builds its initramfs, both once, below the user's cache folder.
# Sets guest_kernel, guest_modules (a folder to mount as /lib/modules) and guest_initramfs.

guest_cache=${XDG_CACHE_HOME:-$HOME/.cache}/lvsdeck/guest
# What the initramfs needs to reach the root file system; everything else is loaded from there.
guest_boot_modules=(virtio_pci virtio_rng virtio_console virtio_net 9pnet_virtio 9p overlay)

fetch_guest_kernel() {
  local package work
  # The "cloud" flavour has no 9p; the meta package names the current plain one.
  package=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '$1 == "Depends:" {print $2; exit}')
  if [ -z "$package" ]; then
    echo "vm: apt knows no package linux-image-amd64; run 'apt-get update' as root and try again" >&2
    return 1
  fi
  echo "vm: fetching the kernel package $package (once)" >&2
  work=$(mktemp -d "$guest_cache/kernel.XXXXXX")
  # apt's download user cannot enter this folder and apt says so at length; what matters is the exit status.
  if ! (cd "$work" && apt-get -q -o APT::Sandbox::User=root download "$package" > download.log 2>&1 && dpkg -x ./*.deb tree); then
    tail -n 5 "$work/download.log" >&2
    echo "vm: could not download $package; check this machine's network and apt sources" >&2
    rm -rf "$work"
    return 1
  fi
  PATH=$PATH:/sbin:/usr/sbin depmod -b "$work/tree" "$(ls "$work/tree/lib/modules")"
  rm -rf "$guest_cache/kernel"
  mv "$work/tree" "$guest_cache/kernel"
  rm -rf "$work"
}

build_guest_initramfs() {
  local version=$1 target=$2 work module file
  work=$(mktemp -d)
  mkdir -p "$work"/{bin,boot,dev,proc,sys,lower,upper,root,modules}
  cp "$(command -v busybox || echo /bin/busybox)" "$work/bin/busybox"
  cp "$here/guest-init.sh" "$work/init"
  chmod 755 "$work/init"
  # modprobe prints dependencies before their users, which is the order in which insmod wants them.
  for module in "${guest_boot_modules[@]}"; do
    PATH=$PATH:/sbin:/usr/sbin modprobe -d "$guest_cache/kernel" -S "$version" --show-depends "$module"
  done | awk '$1 == "insmod" && !seen[$2]++ {print $2}' > "$work/modules/paths"
  while read -r file; do
    cp "$file" "$work/modules/"
    basename "$file"
  done < "$work/modules/paths" > "$work/modules/order"
  rm "$work/modules/paths"
  (cd "$work" && find . | cpio -o -H newc --quiet | gzip -1) > "$target.part"
  mv "$target.part" "$target"
  rm -rf "$work"
}

prepare_guest_image() {
  local program version stamp
  for program in qemu-system-x86_64 cpio busybox; do
    command -v "$program" > /dev/null || { echo "vm: $program is missing; './dev deps' installs it" >&2; exit 125; }
  done
  mkdir -p "$guest_cache"
  exec {guest_lock}> "$guest_cache/lock"
  flock "$guest_lock"
  compgen -G "$guest_cache/kernel/boot/vmlinuz-*" > /dev/null || fetch_guest_kernel || exit 125
  guest_kernel=$(compgen -G "$guest_cache/kernel/boot/vmlinuz-*" | head -n 1)
  guest_modules=$guest_cache/kernel/lib/modules
  version=$(basename "$guest_kernel"); version=${version#vmlinuz-}
  stamp=$(cat "$here/guest-init.sh" "$here/guest-image.sh" | sha256sum | cut -c1-12)
  guest_initramfs=$guest_cache/initramfs-$version-$stamp
  if ! [ -e "$guest_initramfs" ]; then
    rm -f "$guest_cache"/initramfs-*
    build_guest_initramfs "$version" "$guest_initramfs"
  fi
  # QEMU must not inherit the lock: it lives for as long as the lab does.
  exec {guest_lock}>&-
}

# Prints the accelerator to use. /dev/kvm can exist and still not run a guest, so it is tried, once per boot of this machine.
guest_accelerator() {
  local verdict
  verdict=$guest_cache/accelerator-$(cat /proc/sys/kernel/random/boot_id)
  if ! [ -e "$verdict" ]; then
    rm -f "$guest_cache"/accelerator-*
    echo tcg,thread=multi > "$verdict"
    if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then
      # Without parameters for a boot, the initramfs prints one line and switches the machine off.
      if timeout -k 1 15 qemu-system-x86_64 -nodefaults -no-user-config -no-reboot -display none -monitor none -accel kvm -cpu max \
          -m 256 -kernel "$guest_kernel" -initrd "$guest_initramfs" -append "console=ttyS0 quiet panic=-1" -serial stdio \
          < /dev/null 2> /dev/null | grep -q 'lvsdeck guest: alive'; then
        echo kvm > "$verdict"
      fi
    fi
  fi
  cat "$verdict"
}
