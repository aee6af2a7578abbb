#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs where the lab is: lab-tests.sh FILTER BUILD. One program after the other where times are measured closely; the differential
# tests, which mostly wait, in several labs beside each other. Each case says how long it took.
filter=$1 build=$2 shards=${LVSDECK_LAB_SHARDS:-4} status=0 pids=()
logs=$(mktemp -d)
for program in tests/lab/kernel/ipvs_kernel_tests tests/lab/lab_tests; do
  "$build/$program" --gtest_color=no --gtest_filter="$filter" || status=1
done
# The kernel's modules are loaded once, before four labs ask for them at the same moment.
for module in ip_vs ip_vs_rr ip_vs_wlc ip_vs_wrr ip_vs_sh dummy macvlan; do modprobe -q "$module" || true; done
for ((shard = 0; shard < shards; shard++)); do
  GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$shard \
    "$build/tests/lab/differential_tests" --gtest_color=no --gtest_filter="$filter" > "$logs/$shard" 2>&1 &
  pids+=($!)
done
for shard in "${!pids[@]}"; do
  wait "${pids[shard]}" || status=1
  cat "$logs/$shard"
done
rm -rf "$logs"
exit $status
