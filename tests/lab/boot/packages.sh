# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by dev: what this project needs of Debian 12, and how it gets there.

build_packages=(
  ccache ninja-build cmake g++ git
  qt6-base-dev qt6-charts-dev libqt6opengl6-dev qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools libgl-dev qtkeychain-qt6-dev
  libssh-dev libnl-3-dev libnl-genl-3-dev libnl-route-3-dev libboost1.81-dev libboost-json1.81-dev libssl-dev libpcre2-dev libcli11-dev libsystemd-dev
  libcurl4-openssl-dev libnftables-dev
  libgtest-dev libgmock-dev libbenchmark-dev librapidcheck-dev
  fonts-noto-core fonts-noto-cjk breeze-icon-theme)
lab_packages=(
  qemu-system-x86 busybox-static cpio kmod systemd util-linux keepalived ipvsadm nginx-light iproute2 iputils-arping iputils-ping openssh-server openssh-client
  nftables procps xvfb openbox xdotool imagemagick poppler-utils tcpdump jq curl)
lint_packages=(clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev)

# Daemons that the lab starts by itself, in its own hosts; this machine is not to run them because of us.
lab_services=(keepalived nginx ssh ipvsadm)

missing_packages() {
  local present
  present=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2> /dev/null | sed -n 's/^installed //p') || true
  printf '%s\n' "$@" | grep -vxF -e "$present" || true
}

# install_packages NAME...: costs one dpkg-query when all is there.
install_packages() {
  local missing service fresh=() guard=/usr/sbin/policy-rc.d
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    say "dev: packages are missing and installing them needs root. Run:"
    say "  sudo apt-get install --no-install-recommends ${missing[*]}"
    say "or 'sudo ./dev deps', which also keeps the daemons among them from being started on this machine."
    exit 1
  fi
  say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  for service in "${lab_services[@]}"; do
    case " ${missing[*]} " in *" $service "* | *" $service-light "* | *" open$service-server "*) fresh+=("$service") ;; esac
  done
  # Debian starts a daemon when its package is installed, unless this file says no.
  if ! [ -e $guard ]; then
    printf '#!/bin/sh\nexit 101\n' > $guard
    chmod 755 $guard
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  export DEBIAN_FRONTEND=noninteractive
  if ! apt-get install -y -q --no-install-recommends "${missing[@]}" > /tmp/lvsdeck-deps.log 2>&1; then
    # Old or no package lists are the usual reason.
    { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; } > /tmp/lvsdeck-deps.log 2>&1 || {
      tail -n 20 /tmp/lvsdeck-deps.log >&2
      die "apt could not install the packages; the whole story is in /tmp/lvsdeck-deps.log"
    }
  fi
  rm -f /tmp/lvsdeck-deps.log
  if [ "$(trap -p EXIT)" != "" ]; then rm -f $guard; trap - EXIT; fi
  # Nor are they to start with the machine.
  if [ ${#fresh[@]} -gt 0 ] && [ -d /run/systemd/system ]; then
    systemctl disable --quiet "${fresh[@]}" 2> /dev/null || true
    say "Installed for the lab and not enabled as services of this machine: ${fresh[*]}"
  fi
}
