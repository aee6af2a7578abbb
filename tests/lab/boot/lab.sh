# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by dev: brings the lab up and down, here or in a virtual machine.

lab_folder=$root/.lab
lab_file=$lab_folder/lab.json
lab_program=$build/tests/lab/lvsdeck-lab
lab_hosts=6 # each has a forwarded sshd

# Sets lab_mode and lab_reason. LVSDECK_LAB_MODE=here or vm overrules.
choose_lab_mode() {
  if [ -n "${LVSDECK_LAB_MODE:-}" ]; then
    lab_mode=$LVSDECK_LAB_MODE lab_reason="LVSDECK_LAB_MODE asks for it"
  elif [ "$(id -u)" != 0 ]; then
    lab_mode=vm lab_reason="without root, namespaces with IPVS cannot be made here"
  elif ! { [ -e /proc/net/ip_vs ] || modprobe -q ip_vs 2> /dev/null; }; then
    lab_mode=vm lab_reason="the running kernel has no ip_vs"
  elif ! unshare --mount --pid --net --fork true 2> /dev/null; then
    lab_mode=vm lab_reason="namespaces cannot be made here"
  else
    lab_mode=here lab_reason="the running kernel has ip_vs"
  fi
}

lab_command() { "$lab_program" "$@"; }

lab_is_up() { [ -e "$lab_file" ] && [ -x "$lab_program" ] && lab_command status "$lab_file" > /dev/null 2>&1; }

lab_must_be_up() { [ -e "$lab_file" ] && [ -x "$lab_program" ] || die "no lab is up; './dev lab up' builds one"; }

# Prints the first of $1 consecutive free ports.
free_ports() {
  local first port taken
  taken=$(ss -Htln | awk '{sub(/.*:/, "", $4); print $4}')
  while :; do
    first=$((20000 + RANDOM % 10000))
    for ((port = first; port < first + $1; port++)); do
      grep -qx "$port" <<< "$taken" && continue 2
    done
    echo $first
    return
  done
}

# build_for_lab [TARGET...]: those, what holds the lab, and the agent where this tree builds one. Sets lab_agent.
build_for_lab() {
  lab_agent=''
  local preset=${build##*/}
  [ -e "$build/build.ninja" ] || cmake --preset "$preset" >&2
  if has_target lvsdeck-agent; then
    configure_and_build "$preset" lvsdeck-lab lvsdeck-agent "$@"
    lab_agent=$(built_program lvsdeck-agent)
  else
    configure_and_build "$preset" lvsdeck-lab "$@"
  fi
}

lab_up() {
  local started=$SECONDS first forwards=() arguments port pid
  if lab_is_up; then say "The lab is up already."; lab_status; return; fi
  lab_down
  build_for_lab
  choose_lab_mode
  mkdir -p -m 700 "$lab_folder"
  first=$(free_ports $((lab_hosts + 1)))
  arguments=(serve --folder "$lab_folder" --mode "$lab_mode" --first-port "$first" ${lab_agent:+--agent "$lab_agent"})
  if [ "$lab_mode" = here ]; then
    say "Lab: in namespaces on this machine ($lab_reason)"
    setsid "$lab_program" "${arguments[@]}" --listen 127.0.0.1 < /dev/null > "$lab_folder/log" 2>&1 &
  else
    say "Lab: in a virtual machine ($lab_reason)"
    for ((port = first; port <= first + lab_hosts; port++)); do forwards+=(-f "$port"); done
    setsid tests/lab/boot/vm -t 0 "${forwards[@]}" -s "$lab_folder" -- "$lab_program" "${arguments[@]}" --listen 0.0.0.0 \
      < /dev/null > "$lab_folder/log" 2>&1 &
  fi
  pid=$!
  echo "$pid" > "$lab_folder/pid"
  while ! [ -e "$lab_file" ]; do
    if ! kill -0 "$pid" 2> /dev/null; then
      tail -n 15 "$lab_folder/log" >&2
      rm -rf "$lab_folder"
      die "the lab could not be built; what it said is above"
    fi
    if [ $((SECONDS - started)) -gt 300 ]; then
      tail -n 15 "$lab_folder/log" >&2
      lab_down
      die "the lab was not up after 300 s"
    fi
    sleep 0.2
  done
  say "Lab: up after $((SECONDS - started)) s; hosts client, lb1, lb2, rs1, rs2, rs3; $lab_file tells the rest"
}

# Leaves no process and no file. Asks first, then insists.
lab_down() {
  local pid
  [ -d "$lab_folder" ] || return 0
  if [ -e "$lab_file" ] && [ -x "$lab_program" ]; then lab_command stop "$lab_file" > /dev/null 2>&1 || true; fi
  pid=$(cat "$lab_folder/pid" 2> /dev/null || true)
  # The number may belong to somebody else by now: the command line must be ours. The lab's leader has a session of its own.
  if [ -n "$pid" ] && tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qF -e "$lab_folder"; then
    for _ in $(seq 75); do kill -0 "$pid" 2> /dev/null || break; sleep 0.2; done
    if kill -0 "$pid" 2> /dev/null; then
      kill -TERM -- "-$pid" 2> /dev/null || true
      sleep 2
      kill -KILL -- "-$pid" 2> /dev/null || true
    fi
  fi
  rm -rf "$lab_folder"
}

lab_status() {
  lab_must_be_up
  lab_command status "$lab_file" | jq -r '
    "Mode: \(.mode). The virtual address 192.168.50.8 is held by: \(if .virtual_address_held_by == "" then "nobody" else .virtual_address_held_by end)",
    (.hosts | to_entries[] | "  \(.key)\t\([if .value.sshd then "sshd" else empty end, if .value.nginx then "nginx" else empty end,
      if .value.agent then "agent" else empty end] | join(", "))\t\(.value.addresses | map(select(test("^127|:") | not)) | join(" "))")' \
    | column -t -s $'\t'
}

lab_exec() {
  lab_must_be_up
  lab_command exec "$lab_file" "$@"
}

lab_ssh() {
  lab_must_be_up
  local host=$1 port
  shift
  port=$(jq -r --arg host "$host" '.hosts[$host].ssh_port // empty' "$lab_file")
  [ -n "$port" ] || die "the lab has no host \"$host\"; it has $(jq -r '.hosts | keys | join(", ")' "$lab_file")"
  ssh -F none -i "$lab_folder/id_ed25519" -o IdentitiesOnly=yes -o UserKnownHostsFile="$lab_folder/known_hosts" \
    -p "$port" admin@127.0.0.1 "$@"
}

# run_in_lab SECONDS COMMAND...: runs a program where IPVS is, alone and fresh, as root. For tests and benchmarks.
run_in_lab() {
  local limit=$1 share status=0
  shift
  choose_lab_mode
  if [ "$lab_mode" = here ]; then
    say "Lab: in namespaces on this machine ($lab_reason)"
    timeout -k 10 "$limit" "$@" || status=$?
  else
    say "Lab: in a virtual machine ($lab_reason)"
    # A boot of its own: the guest may not notice files that were built after it came up.
    share=$(mktemp -d "$build/lab-run.XXXXXX")
    tests/lab/boot/vm -t "$limit" -s "$share" -- "$@" || status=$?
    rm -rf "$share"
  fi
  return $status
}
